//! Carrying out a command of `respond`: its plan, the flow of everything that acts, and the journal.

use super::ActingAccount;
use super::action::RespondAction;
use crate::cli::ActArgs;
use crate::commands::acting::{Dialog, LOOK};
use crate::commands::path_argument;
use crate::commands::runtime::{interrupted, unless_interrupted};
use crate::error::{Exit, Failure};
use crate::output::AnswerPart;
use crate::report::response::{Progress, Response};
use crate::response::answer;
use crate::response::execute::{self, ExecutionOptions, Interrupt, ReadBackTiming};
use crate::response::journal::{Journal, JournalFolder, JournalPlace, Unfinished};
use crate::response::operator::Operator;
use crate::response::permissions::{self, PermissionCheck};
use crate::response::plan::Plan;
use crate::response::snapshot::Snapshot;
use crate::terminal::Terminal;

/// `JOURNAL.before.json`, beside `JOURNAL.jsonl`.
const SNAPSHOT_ENDING: &str = "before.json";

/// Plans `action`, shows the plan, and carries it out where the flags and the person say so.
///
/// # Errors
/// Where nothing was changed, and there is no plan to show; and where the answer cannot be written.
pub async fn act(
    site: &ActingAccount<'_>,
    action: &RespondAction,
    flags: &ActArgs,
    dialog: &Dialog<'_, Response>,
) -> anyhow::Result<Exit> {
    let (operator, terminal) = (&site.operator, dialog.terminal);
    let mut interrupt = Interrupt::listen();
    let planning = plan(site, action, flags.apply, terminal);
    let Planned {
        plan,
        checked,
        snapshot,
    } = unless_interrupted(Box::pin(planning)).await?;
    let place = JournalPlace {
        folder: JournalFolder::of_user(),
        file: flags.journal.clone(),
        copy: flags.journal_copy.clone(),
    };
    let Unfinished {
        run: unfinished,
        passed_over,
    } = place.unfinished(operator, &plan)?;
    let again = (!flags.apply).then(|| again(operator, &plan, flags));
    let mut response = answer::of_plan(operator, &plan, &checked, unfinished.as_ref(), again);
    response.notes.extend(passed_over);
    let is_planned = response.state == Progress::Planned;
    if is_planned && let Err(failure) = place.check(operator, &plan) {
        // nobody is asked for a yes that cannot be carried out
        if flags.apply {
            return Err(failure.into());
        }
        response
            .notes
            .push(format!("--apply would not begin: {failure}"));
    }
    if !flags.apply || !answer::is_to_carry_out(&response, &plan, unfinished.as_ref()) {
        let why_not = (response.state == Progress::Failed).then(|| answer::why_not(&response));
        return dialog.show_only(&response, why_not, answer::exit(&response));
    }
    let (asks, question) = (is_planned && !flags.yes, answer::question(&response));
    if !dialog.is_agreed(&response, asks, &question, LOOK).await? {
        response.state = Progress::Declined;
        return dialog.declined(&response);
    }
    if interrupt.stops() {
        return Err(interrupted().into());
    }
    let mut journal = Journal::open(&place, operator, &plan)?;
    if let Some(snapshot) = snapshot {
        keep(&snapshot, &journal, &mut response, terminal);
    }
    let options = ExecutionOptions {
        again_after: flags.again_after,
        reading_back: ReadBackTiming::default(),
        tell: &|text| terminal.note(text),
    };
    let result = execute::run(operator, &plan, &mut journal, &options, interrupt).await;
    answer::add_outcomes(&mut response, operator, &plan, &result, &journal);
    dialog.end(&response, AnswerPart::Outcome)?;
    if let Some(failure) = result.failure {
        terminal.failure(&failure.into());
    }
    Ok(answer::exit(&response))
}

/// A plan that was made, whether the caller may carry it out, and what whoever it contains was before.
struct Planned {
    plan: Plan,
    checked: PermissionCheck,
    snapshot: Option<Snapshot>,
}

async fn plan(
    site: &ActingAccount<'_>,
    action: &RespondAction,
    is_to_act: bool,
    terminal: &Terminal,
) -> Result<Planned, Failure> {
    let progress = terminal.progress();
    let tell = |text: &str| progress.part("IAM", 0.0, text);
    let plan = action.plan(site, &tell).await;
    progress.clear();
    let plan = plan?;
    let operator = &site.operator;
    let is_any = plan.steps.iter().any(|step| step.refused.is_none());
    let checking = async {
        if is_any {
            permissions::check(operator, &plan).await
        } else {
            PermissionCheck::Allowed
        }
    };
    let is_kept = is_to_act && is_any && matches!(action, RespondAction::Contain { .. });
    let taking = async {
        if is_kept {
            Some(Snapshot::take(operator, &plan).await)
        } else {
            None
        }
    };
    let (checked, snapshot) = tokio::join!(checking, taking);
    Ok(Planned {
        plan,
        checked,
        snapshot,
    })
}

/// Keeps `snapshot` beside `journal`, and says so in `response`. What cannot be kept holds up nothing.
fn keep(snapshot: &Snapshot, journal: &Journal, response: &mut Response, terminal: &Terminal) {
    let mut notes = snapshot.gaps();
    let bytes = serde_json::to_vec_pretty(snapshot).map_err(std::io::Error::from);
    match bytes.and_then(|bytes| journal.keep_beside(SNAPSHOT_ENDING, &bytes)) {
        Ok(path) => response.snapshot = Some(path.to_string_lossy().into_owned()),
        Err(error) => notes.push(format!(
            "what the users and roles were before could not be kept: {error}"
        )),
    }
    for note in &notes {
        terminal.note(note);
    }
    response.notes.extend(notes);
}

/// The same command, to be carried out on this account whatever credentials are taken then.
fn again(operator: &Operator, plan: &Plan, flags: &ActArgs) -> Vec<String> {
    let words = plan.command.iter().map(String::as_str);
    let words = ["trailhunt", "respond"].into_iter().chain(words);
    let mut argv = operator.aws.as_caller(words);
    let mut flag = |name: &str, value: &str, default: &str| {
        if value != default {
            argv.extend([name.to_owned(), value.to_owned()]);
        }
    };
    let seconds = |time: std::time::Duration| format!("{}s", time.as_secs());
    flag("--regions", &flags.history.regions.join(","), "all");
    flag("--expect-account", &operator.caller.account, "");
    flag("--again-after", &seconds(flags.again_after), "60s");
    flag(
        "--usage-within",
        &seconds(flags.history.usage_within),
        "20s",
    );
    if let Some(journal) = &flags.journal {
        flag("--journal", &path_argument(&journal.to_string_lossy()), "");
    }
    if let Some(copy) = &flags.journal_copy {
        flag(
            "--journal-copy",
            &path_argument(&copy.to_string_lossy()),
            "",
        );
    }
    if flags.include_own_session {
        argv.push("--include-own-session".to_owned());
    }
    argv.push("--apply".to_owned());
    argv
}
