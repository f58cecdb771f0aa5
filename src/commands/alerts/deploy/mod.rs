//! `trailhunt deploy-alerts`: preflight, the differences, the question, the change.

mod answer;
mod prepare;

use std::sync::Arc;

use self::prepare::{PreparedDeployment, prepare};
use super::account::{AlertingAccount, listen, told_of_interrupt};
use crate::alerting::deploy::{self, DeployStep, ProgressListener, words};
use crate::alerting::options::AlertingOptions;
use crate::alerting::stacks::StopSignal;
use crate::cli::DeployArgs;
use crate::clock;
use crate::commands::respond::in_runtime;
use crate::commands::to_stdout;
use crate::error::{Exit, Failure};
use crate::output::AnswerPart;
use crate::output::alerts::deploy::write;
use crate::output::{self, Format};
use crate::report::alerting::ALERTS_VERSION;
use crate::report::alerting::deploy::{Deployment, StackAction, StackKind, StackOutcome};
use crate::report::response::Progress;
use crate::report::{Envelope, Next};
use crate::terminal::{PromptAnswer, Terminal};

/// Home needs a trail to hear of anything, and forwarders need the role and the bus of home.
const ORDER: [StackKind; 3] = [StackKind::Trail, StackKind::Home, StackKind::Forwarder];

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(args: &DeployArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    in_runtime(async {
        let stop = listen();
        let preparing = Box::pin(prepare(args, terminal));
        let prepared = tokio::select! {
            prepared = preparing => prepared?,
            Ok(()) = tokio::signal::ctrl_c() => return Err(interrupted().into()),
        };
        let dialog = DeployDialog { args, terminal };
        dialog.deploy(prepared, &stop).await
    })?
}

fn interrupted() -> Failure {
    Failure {
        message: "interrupted: nothing was changed".to_owned(),
        ..Failure::interrupted()
    }
}

/// Whoever is asked and told.
struct DeployDialog<'d> {
    args: &'d DeployArgs,
    terminal: &'d Terminal,
}

impl DeployDialog<'_> {
    async fn deploy(
        &self,
        prepared: PreparedDeployment,
        stop: &StopSignal,
    ) -> anyhow::Result<Exit> {
        let envelope = Envelope::new(ALERTS_VERSION);
        let name = format!("trailhunt-{}", envelope.run_id);
        let tell = tell(self.terminal);
        let steps = deploy::plan(prepared.stacks.clone(), &name, &tell, stop).await;
        if *stop.borrow() {
            self.take_back(steps, stop).await;
            return Err(interrupted().into());
        }
        let (site, options) = (&prepared.site, &prepared.options);
        let stacks = answer::stacks(&steps);
        let mut answer = Deployment {
            envelope,
            caller: site.caller.clone(),
            home: site.home.clone(),
            dry_run: self.args.dry_run,
            state: answer::plan_answer(&stacks),
            cost: words::cost(&prepared.preflight),
            notes: notes(&prepared, &steps).await,
            preflight: prepared.preflight,
            stacks,
            todo: Vec::new(),
            next: Vec::new(),
        };
        if answer.state != Progress::Planned || self.args.dry_run {
            self.take_back(steps, stop).await;
            return self.left_as_it_is(answer, site, options).await;
        }
        self.show_plan(&answer)?;
        let agreed = if self.args.yes {
            PromptAnswer::Yes
        } else {
            self.terminal.confirm(&answer::question(&answer)).await
        };
        if agreed != PromptAnswer::Yes {
            self.take_back(steps, stop).await;
            return self.declined(answer, agreed);
        }
        let work = deploy::carry_out(steps, ORDER, &tell, stop);
        let steps = told_of_interrupt(work, stop, self.terminal).await;
        answer.stacks = answer::stacks(&steps);
        answer.state = answer::run_progress(&answer.stacks, *stop.borrow());
        answer.envelope.generated_at = clock::wall();
        self.afterwards(&mut answer, site, options).await;
        self.show(&answer, AnswerPart::Outcome)?;
        Ok(site.exit(answer::exit(&answer), self.terminal).await)
    }

    /// A dry run, a plan that cannot be carried out, or one without a change.
    async fn left_as_it_is(
        &self,
        mut answer: Deployment,
        site: &AlertingAccount,
        options: &AlertingOptions,
    ) -> anyhow::Result<Exit> {
        if answer.state == Progress::Nothing {
            self.afterwards(&mut answer, site, options).await;
        }
        self.show(&answer, AnswerPart::Plan)?;
        if answer.state == Progress::Failed {
            let failure = answer::why_not(&answer);
            self.terminal.failure(&failure.into());
        }
        Ok(answer::exit(&answer))
    }

    /// Takes the change sets back, and says what is left of them.
    async fn take_back(&self, steps: Vec<DeployStep>, stop: &StopSignal) {
        for left in deploy::discard(steps, stop).await {
            self.terminal.warn(&left);
        }
    }

    /// What is left to do, where the home stack is there.
    async fn afterwards(
        &self,
        answer: &mut Deployment,
        site: &AlertingAccount,
        options: &AlertingOptions,
    ) {
        let mut stacks = answer.stacks.iter();
        let has_home = stacks.any(|stack| {
            let holds = [StackOutcome::Done, StackOutcome::Unchanged];
            stack.kind == StackKind::Home && holds.contains(&stack.outcome)
        });
        if !has_home {
            return;
        }
        let account = &site.caller.account;
        answer.todo = words::todo(&site.aws, options, site.partition(), account).await;
        let next = |command, why: &str| Next {
            why: why.to_owned(),
            argv: AlertingAccount::command(command, &self.args.account),
            reference: None,
        };
        answer.next = vec![
            next("test-alerts", "prove that alerts arrive"),
            next("alerts-status", "see whether they would, any time"),
        ];
    }

    fn declined(&self, mut answer: Deployment, reply: PromptAnswer) -> anyhow::Result<Exit> {
        match reply {
            PromptAnswer::Interrupted => return Err(interrupted().into()),
            PromptAnswer::Nobody => {
                let nobody = "nothing was changed: there is no terminal to ask on";
                return Err(Failure::declined(nobody)
                    .hint("look at the plan, then pass --yes")
                    .into());
            }
            PromptAnswer::Yes | PromptAnswer::No => {}
        }
        answer.state = Progress::Declined;
        for stack in &mut answer.stacks {
            if stack.outcome == StackOutcome::Planned {
                stack.outcome = StackOutcome::NotTried;
            }
        }
        self.terminal.note("declined: nothing was changed");
        if self.args.account.format == Format::Json {
            self.show(&answer, AnswerPart::Outcome)?;
        }
        Ok(answer::exit(&answer))
    }

    /// The plan, to whoever is asked about it: JSON has stdout for itself, and only the end of it.
    fn show_plan(&self, answer: &Deployment) -> anyhow::Result<()> {
        if self.args.account.format != Format::Json {
            return self.show(answer, AnswerPart::Plan);
        }
        if self.args.yes {
            return Ok(());
        }
        let mut text = Vec::new();
        let style = self.terminal.style(false, chrono_tz::Tz::UTC, true);
        write(answer, AnswerPart::Plan, &style, &mut text)?;
        self.terminal.page(&text);
        Ok(())
    }

    fn show(&self, answer: &Deployment, part: AnswerPart) -> anyhow::Result<()> {
        let style = self.terminal.style(false, chrono_tz::Tz::UTC, false);
        to_stdout(|mut out| match self.args.account.format {
            Format::Json => output::write_document(answer, &mut out),
            _ => write(answer, part, &style, &mut out),
        })
    }
}

/// What to know before saying yes.
async fn notes(prepared: &PreparedDeployment, steps: &[DeployStep]) -> Vec<String> {
    let mut notes = words::notes(&prepared.preflight);
    notes.extend(prepared.notes.iter().cloned());
    notes.extend(answer::unseen(steps));
    let home = steps
        .iter()
        .find(|step| step.desired.kind == StackKind::Home);
    let Some((step, template)) =
        home.and_then(|step| Some((step, step.desired.template.as_ref()?)))
    else {
        return notes;
    };
    let before = match step.report.action {
        StackAction::Update => step.desired.stack.template().await,
        // what is not changed tells the same people
        StackAction::None | StackAction::Blocked => Ok(template.body.clone()),
        _ => Ok(String::new()),
    };
    match before.map(|before| words::recipients(&before)) {
        Ok(before) => notes.extend(words::recipient_changes(
            &before,
            &words::recipients(&template.body),
        )),
        Err(why) => notes.push(format!("who is told now could not be looked at: {why}")),
    }
    if step.report.action == StackAction::Update
        && let Ok(standing) = step.desired.stack.state().await
        && let Some(before) = standing
            .deployed()
            .and_then(|it| it.parameters.get("Settings"))
        && let Some((_, after)) = template.parameters.iter().find(|it| it.0 == "Settings")
    {
        notes.extend(words::dropped_settings(before, after));
    }
    notes
}

/// Progress, a line a Region; with `-v` every event besides.
pub(super) fn tell(terminal: &Terminal) -> ProgressListener {
    let (progress, terminal) = (terminal.progress(), *terminal);
    Arc::new(move |region, fraction, what| {
        progress.part(region, fraction, what);
        if !what.is_empty() {
            progress.aside(|| terminal.detail(&format!("{region}: {what}")));
        }
    })
}
