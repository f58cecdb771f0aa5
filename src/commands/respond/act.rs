//! The flow of everything that acts: plan, show, ask, carry out, tell.

use super::action::RespondAction;
use super::answer;
use super::{ActingAccount, interrupted, unless_interrupted};
use crate::cli::ActArgs;
use crate::commands::to_stdout;
use crate::error::{Exit, Failure};
use crate::output::{self, AnswerPart, Format};
use crate::report::response::{Progress, Response};
use crate::response::execute::{self, ExecutionOptions, Interrupt, ReadBackTiming};
use crate::response::journal::{self, Journal};
use crate::response::permissions::{self, PermissionCheck};
use crate::response::plan::Plan;
use crate::terminal::{PromptAnswer, Terminal};

/// Plans `action`, shows the plan, and carries it out where the flags and the person say so.
///
/// # Errors
/// Where nothing was changed, and there is no plan to show; and where the answer cannot be written.
pub async fn act(
    site: &ActingAccount<'_>,
    action: &RespondAction,
    flags: &ActArgs,
    sink: &AnswerSink<'_>,
) -> anyhow::Result<Exit> {
    let mut interrupt = Interrupt::listen();
    let (plan, checked) = unless_interrupted(Box::pin(plan(site, action, sink.terminal))).await?;
    let unfinished = journal::unfinished_run(flags.journal.as_deref(), &site.operator, &plan)?;
    let mut response =
        answer::plan_answer(&site.operator, &plan, &checked, unfinished.as_ref(), flags);
    let is_planned = response.state == Progress::Planned;
    if is_planned
        && let Err(failure) = Journal::check(flags.journal.as_deref(), &site.operator, &plan)
    {
        // nobody is asked for a yes that cannot be carried out
        if flags.apply {
            return Err(failure.into());
        }
        response
            .notes
            .push(format!("--apply would not begin: {failure}"));
    }
    sink.plan(&response, flags)?;
    // where nothing is left to call, a run that was cut off is still to be ended in its journal
    let is_to_be_ended =
        unfinished.is_some() && plan.steps.iter().all(|step| step.refused.is_some());
    if !flags.apply || !(is_planned || is_to_be_ended) {
        sink.end(&response, AnswerPart::Plan)?;
        if response.state == Progress::Failed {
            sink.terminal.failure(&answer::why_not(&response).into());
        }
        return Ok(answer::exit(&response));
    }
    if is_planned && !flags.yes && !is_confirmed(&mut response, sink).await? {
        return Ok(Exit::Declined);
    }
    if interrupt.stops() {
        return Err(interrupted().into());
    }
    let mut journal = Journal::open(flags.journal.as_deref(), &site.operator, &plan)?;
    let options = ExecutionOptions {
        again_after: flags.again_after,
        reading_back: ReadBackTiming::default(),
        tell: &|text| sink.terminal.note(text),
    };
    let result = execute::run(&site.operator, &plan, &mut journal, &options, interrupt).await;
    answer::add_outcomes(&mut response, &plan, &result, &journal, flags);
    sink.end(&response, AnswerPart::Outcome)?;
    if let Some(failure) = result.failure {
        sink.terminal.failure(&failure.into());
    }
    Ok(answer::exit(&response))
}

/// Asks the person; where they decline, that is the answer.
///
/// # Errors
/// Where nobody can be asked, and on Ctrl-C.
async fn is_confirmed(response: &mut Response, sink: &AnswerSink<'_>) -> anyhow::Result<bool> {
    match sink.terminal.confirm(&answer::question(response)).await {
        PromptAnswer::Yes => Ok(true),
        PromptAnswer::Interrupted => Err(interrupted().into()),
        PromptAnswer::Nobody => {
            let nobody = Failure::declined("nothing was changed: there is no terminal to ask on");
            Err(nobody.hint("look at the plan, then pass --yes").into())
        }
        PromptAnswer::No => {
            response.state = Progress::Declined;
            sink.terminal.note("declined: nothing was changed");
            sink.end(response, AnswerPart::Plan)?;
            Ok(false)
        }
    }
}

/// The plan, and whether the caller may carry it out.
async fn plan(
    site: &ActingAccount<'_>,
    action: &RespondAction,
    terminal: &Terminal,
) -> Result<(Plan, PermissionCheck), Failure> {
    let progress = terminal.progress();
    let tell = |text: &str| progress.part("IAM", 0.0, text);
    let plan = action.plan(site, &tell).await;
    progress.clear();
    let plan = plan?;
    let checked = if plan.steps.iter().any(|step| step.refused.is_none()) {
        permissions::check(&site.operator, &plan).await
    } else {
        PermissionCheck::Allowed
    };
    Ok((plan, checked))
}

/// Where the answer goes, and in which format.
pub struct AnswerSink<'d> {
    pub terminal: &'d Terminal,
    pub format: Format,
    /// Not where stdout holds the answer of a trace in a format of its own.
    pub to_stdout: bool,
}

impl AnswerSink<'_> {
    /// An empty line, after what stands there already.
    pub fn gap(&self) -> anyhow::Result<()> {
        if self.to_stdout {
            return to_stdout(|out| out.write_all(b"\n"));
        }
        self.terminal.page(b"\n");
        Ok(())
    }

    /// Shows the plan: before a question, to whoever is asked; otherwise a table shows it, and JSON once at the end.
    fn plan(&self, response: &Response, flags: &ActArgs) -> anyhow::Result<()> {
        let is_asked = flags.apply && !flags.yes && response.state == Progress::Planned;
        match self.format {
            Format::Json if is_asked => self.table(response, AnswerPart::Plan, false),
            Format::Json => Ok(()),
            _ => self.table(response, AnswerPart::Plan, self.to_stdout),
        }
    }

    /// The answer: a table has shown the plan already.
    fn end(&self, response: &Response, part: AnswerPart) -> anyhow::Result<()> {
        match (self.format, part) {
            (Format::Json, _) => to_stdout(|mut out| output::write_document(response, &mut out)),
            (_, AnswerPart::Plan) => Ok(()),
            (_, AnswerPart::Outcome) => self.table(response, part, self.to_stdout),
        }
    }

    fn table(&self, response: &Response, part: AnswerPart, stdout: bool) -> anyhow::Result<()> {
        let style = self.terminal.style(false, chrono_tz::Tz::UTC, !stdout);
        if stdout {
            return to_stdout(|mut out| output::write_response(response, part, &style, &mut out));
        }
        let mut text = Vec::new();
        output::write_response(response, part, &style, &mut text)?;
        self.terminal.page(&text);
        Ok(())
    }
}
