//! What all investigations share: from flags to a question, from a source to an answer, from that to an exit code.

use std::path::PathBuf;

use chrono::Duration;

use super::deliver::{Outputs, deliver};
use super::inquiry::Inquiry;
use super::{live, path_argument, runtime};
use crate::cli::Investigate;
use crate::clock;
use crate::error::{Exit, Failure};
use crate::interrupt;
use crate::investigation::{self, Estimate, Listener, Notice, Question, Source};
use crate::plan::window::{WindowRequest, history_reach};
use crate::report::Report;
use crate::sources::files::Files;
use crate::terminal::{ProgressBars, PromptAnswer, Terminal};

/// Answers `inquiry` as the flags say.
///
/// # Errors
/// Where there is no answer: see [`Failure`].
pub fn investigate(
    inquiry: Inquiry<'_>,
    flags: &Investigate,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let outputs = Outputs::of(flags)?;
    ask(inquiry, flags, terminal, |report| {
        deliver(&report, flags, terminal, outputs)?;
        let reaches = |level| report.findings.iter().any(|finding| finding.level >= level);
        Ok(exit(
            flags.answer.fail_on.is_some_and(reaches),
            report.complete,
        ))
    })
}

/// Asks as the flags say, and has `tell` deliver the answer.
///
/// # Errors
/// Where there is no answer: see [`Failure`].
pub fn ask(
    inquiry: Inquiry<'_>,
    flags: &Investigate,
    terminal: &Terminal,
    tell: impl FnOnce(Report) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    let now = clock::investigation_now()?;
    let request = WindowRequest {
        since: flags.read.since.as_deref(),
        until: flags.read.until.as_deref(),
        timezone: flags.read.timezone,
        now,
    };
    let window = request.window()?;
    let asked_regions = live::asked_regions(&flags.read.regions)?;
    // a playbook's own time zone is that of its hours and days
    let timezone = inquiry.bindings.timezone();
    let mut question = Question {
        playbook: inquiry.playbook,
        searches: inquiry.searches,
        bindings: inquiry.bindings,
        parameters: inquiry.parameters,
        window,
        baseline: None,
        incident: live::incident(flags, &request)?,
        timezone,
        regions: asked_regions,
        repeat: repeat(flags),
    };
    question.baseline = question.window_before(None);
    for doubt in question.misspelt(flags.read.from == "history") {
        terminal.warn(&doubt);
    }
    let runtime = runtime::runtime()?;
    let progress = terminal.progress();
    let outcome = runtime.block_on(async {
        let open = async {
            Ok::<_, Failure>(match flags.read.from.as_str() {
                "history" => {
                    let default = match inquiry.is_specific {
                        // half of what there is, where the other half is to be compared with
                        true if inquiry.playbook.has_baseline => history_reach() / 2,
                        true => history_reach(),
                        false => Duration::hours(24),
                    };
                    live::open(flags, &mut question, request, default, terminal).await?
                }
                "demo" => Source::Demo,
                path => {
                    let from = PathBuf::from(path);
                    // what comes through a pipe may take as long as it likes
                    let found = tokio::task::spawn_blocking(move || Files::find(&from));
                    let found = found
                        .await
                        .map_err(|panic| Failure::failed(panic.to_string()))?;
                    Source::Files(found.map_err(not_a_source)?)
                }
            })
        };
        let source = tokio::select! {
            source = open => source?,
            Ok(()) = interrupt::comes() => return Err(Failure::interrupted()),
        };
        let notice = |notice: Notice<'_>| show(notice, &progress, terminal);
        let may_take = |estimate: Estimate| progress.aside(|| may_take(flags, terminal, estimate));
        let listener = Listener {
            notice: &notice,
            may_take: &may_take,
        };
        investigation::investigate(&question, source, &listener).await
    });
    progress.clear();
    // calls under way, and a pipe through which nothing comes, are not waited for: nobody will read their answers
    let told = outcome.map(|outcome| (tell(outcome.report), outcome.interrupted));
    runtime.shutdown_background();
    match told? {
        (Err(error), true) => {
            terminal.failure(&error);
            Ok(Exit::Interrupted)
        }
        (Ok(_), true) => Ok(Exit::Interrupted),
        (exit, false) => exit,
    }
}

/// Shows how far the work is.
pub fn show(notice: Notice<'_>, progress: &ProgressBars, terminal: &Terminal) {
    match notice {
        Notice::Part {
            part,
            fraction,
            message,
        } => progress.part(part, fraction, &message),
        Notice::Hit(text) => progress.hit(&text),
        Notice::Detail(text) => progress.aside(|| terminal.detail(&text)),
        Notice::Note(text) => progress.aside(|| terminal.note(&text)),
        Notice::Gathered => runtime::end_on_next_signal(),
    }
}

/// What a delivered answer ends with: what was found of the level of `--fail-on` comes before a gap.
pub fn exit(found: bool, complete: bool) -> Exit {
    match (found, complete) {
        (true, _) => Exit::Found,
        (false, true) => Exit::Complete,
        (false, false) => Exit::Incomplete,
    }
}

fn not_a_source(failure: Failure) -> Failure {
    let message = failure.message.clone();
    match failure.hint {
        Some(_) => failure,
        None => Failure {
            message: format!("--from: {message}"),
            ..failure
        }
        .hint("a source is history, demo, a trail file, a folder of them, or - for standard input"),
    }
}

/// The flags that a next command needs to ask the same question of the same source.
fn repeat(flags: &Investigate) -> Vec<String> {
    let mut argv = Vec::new();
    let from = path_argument(&flags.read.from);
    let mut flag = |name: &str, value: Option<&str>| {
        argv.extend(
            value
                .map(|value| [name.to_owned(), value.to_owned()])
                .into_iter()
                .flatten(),
        );
    };
    flag(
        "--from",
        Some(from.as_str()).filter(|from| *from != "history"),
    );
    flag("--since", flags.read.since.as_deref());
    flag("--until", flags.read.until.as_deref());
    let regions = flags.read.regions.join(",");
    flag(
        "--regions",
        Some(regions.as_str()).filter(|regions| *regions != "all"),
    );
    let timezone = flags.read.timezone.name();
    flag("--timezone", Some(timezone).filter(|zone| *zone != "UTC"));
    flag("--profile", flags.aws.profile.as_deref());
    flag("--region", flags.aws.region.as_deref());
    argv
}

/// Whether reading that takes so long may go on: asked on a terminal, else `--yes` must have said so.
fn may_take(flags: &Investigate, terminal: &Terminal, estimate: Estimate) -> Result<(), Failure> {
    if flags.yes {
        return Ok(());
    }
    let minutes = estimate.minutes.ceil();
    let question = format!("This reads for about {minutes} minutes. Go on?");
    let asking = terminal.confirm(&question);
    let answer = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(asking));
    match answer {
        PromptAnswer::Yes => Ok(()),
        PromptAnswer::No => Err(Failure::declined("declined")),
        PromptAnswer::Interrupted => Err(Failure::interrupted()),
        PromptAnswer::Nobody => Err(Failure::declined(format!(
            "reading everything takes about {minutes} minutes ({} pages in the busiest Region)",
            estimate.pages
        ))
        .hint("narrow it with --since, --regions or an attribute, or pass --yes")),
    }
}
