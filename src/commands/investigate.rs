//! What all investigations share: from flags to a question, from a source to an answer, from an answer to a file
//! or stdout and an exit code.

use std::path::Path;

use chrono::Duration;

use super::output_file::Output;
use super::{live, to_stdout};
use crate::cli::Investigate;
use crate::clock;
use crate::detection::{Attribute, Bindings};
use crate::error::{Exit, Failure};
use crate::investigation::{self, Estimate, Filter, Listener, Notice, Question, Search, Source};
use crate::output::{self, Format};
use crate::plan::regions;
use crate::plan::window::{Asked, history_reach};
use crate::playbook::{Playbook, RegionScope, Type};
use crate::report::Report;
use crate::sources::files::Files;
use crate::terminal::Terminal;

/// What to find, before it is decided where.
#[derive(Debug)]
pub struct Inquiry<'q> {
    playbook: &'q Playbook,
    searches: Vec<Search<'q>>,
    bindings: Bindings,
    parameters: serde_json::Map<String, serde_json::Value>,
    /// Names a key, a resource or a principal, so that 90 days of Event history are worth reading.
    is_specific: bool,
}

impl<'q> Inquiry<'q> {
    /// The searches of `playbook`, with the parameters `given`.
    pub fn of_playbook(
        playbook: &'q Playbook,
        given: &[(String, String)],
        flags: &Investigate,
    ) -> Result<Self, Failure> {
        let arguments = playbook.bind(given)?;
        let searches = playbook.searches.iter().map(|search| Search {
            name: &search.name,
            scope: search.regions,
            filter: Filter::Detection(&search.detection),
        });
        let names_something = |kind: Type| {
            matches!(
                kind,
                Type::AccessKeyId | Type::InstanceId | Type::SecurityGroupId | Type::Arn | Type::Ip
            )
        };
        let is_given = |name: &str| given.iter().any(|(given, _)| given == name);
        Ok(Self {
            playbook,
            searches: searches.collect(),
            bindings: arguments.bindings(flags.timezone),
            parameters: arguments.to_json(),
            is_specific: playbook
                .parameters
                .iter()
                .any(|parameter| names_something(parameter.kind) && is_given(&parameter.name)),
        })
    }

    /// Events that have all of `attributes`, shown in the columns of `playbook`.
    pub fn of_attributes(
        playbook: &'q Playbook,
        attributes: &'q [(Attribute, String)],
        flags: &Investigate,
    ) -> Self {
        let search = Search {
            name: "lookup",
            scope: RegionScope::All,
            filter: Filter::Attributes(attributes),
        };
        let broad = |attribute: Attribute| {
            matches!(
                attribute,
                Attribute::EventName
                    | Attribute::EventSource
                    | Attribute::ReadOnly
                    | Attribute::ResourceType
            )
        };
        Self {
            playbook,
            searches: vec![search],
            bindings: Bindings::new(flags.timezone),
            parameters: attributes
                .iter()
                .map(|(attribute, value)| (attribute.as_str().to_owned(), value.as_str().into()))
                .collect(),
            is_specific: attributes.iter().any(|(attribute, _)| !broad(*attribute)),
        }
    }
}

/// Answers `inquiry` as the flags say.
///
/// # Errors
/// Where there is no answer: see [`Failure`].
pub fn investigate(
    inquiry: Inquiry<'_>,
    flags: &Investigate,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let now = clock::investigation_now()?;
    let asked = Asked {
        since: flags.since.as_deref(),
        until: flags.until.as_deref(),
        timezone: flags.timezone,
        now,
    };
    let window = asked.window()?;
    let incident = Asked {
        since: flags.incident.as_deref(),
        until: None,
        ..asked
    }
    .window()?
    .since;
    let asked_regions = asked_regions(flags)?;
    let output = flags
        .output
        .as_deref()
        .map(|path| Output::prepare(path, flags.force))
        .transpose()?;
    let mut question = Question {
        playbook: inquiry.playbook,
        searches: inquiry.searches,
        bindings: inquiry.bindings,
        parameters: inquiry.parameters,
        window,
        incident,
        timezone: flags.timezone,
        regions: asked_regions,
        repeat: repeat(flags),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let progress = terminal.progress();
    let outcome = runtime.block_on(async {
        let source = match flags.from.as_str() {
            "history" => {
                let default = if inquiry.is_specific {
                    history_reach()
                } else {
                    Duration::hours(24)
                };
                live::open(flags, &mut question, now, default, terminal).await?
            }
            "demo" => Source::Demo,
            path => Source::Files(Files::find(Path::new(path)).map_err(|f| not_a_source(path, f))?),
        };
        let notice = |notice: Notice<'_>| match notice {
            Notice::Part {
                part,
                fraction,
                message,
            } => progress.part(part, fraction, &message),
            Notice::Hit(text) => progress.hit(&text),
            Notice::Detail(text) => progress.aside(|| terminal.detail(&text)),
            Notice::Note(text) => progress.aside(|| terminal.note(&text)),
        };
        let may_take = |estimate: Estimate| progress.aside(|| may_take(flags, terminal, estimate));
        let listener = Listener {
            notice: &notice,
            may_take: &may_take,
        };
        investigation::investigate(&question, source, &listener).await
    });
    progress.clear();
    // calls under way are not waited for: nobody will read their answers
    runtime.shutdown_background();
    let outcome = outcome?;
    deliver(&outcome.report, flags, terminal, output)?;
    Ok(match (outcome.interrupted, outcome.report.complete) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Complete,
        (false, false) => Exit::Incomplete,
    })
}

/// The Regions asked for by name; none for all of them.
///
/// A name that nobody knows would read as "nothing happened" over files, and cost a login on history.
fn asked_regions(flags: &Investigate) -> Result<Vec<String>, Failure> {
    let names = flags.regions.iter().map(|name| name.trim().to_owned());
    let mut asked: Vec<String> = names.collect();
    if asked == ["all"] {
        return Ok(Vec::new());
    }
    for name in &asked {
        if !regions::is_known(name) {
            return Err(regions::unknown(name));
        }
    }
    asked.sort();
    asked.dedup();
    Ok(asked)
}

fn not_a_source(from: &str, failure: Failure) -> Failure {
    let message = failure.message.clone();
    match failure.hint {
        Some(_) => failure,
        None => Failure {
            message: format!("--from {from}: {message}"),
            ..failure
        }
        .hint("a source is history, demo, a trail file, or a folder of them"),
    }
}

/// The flags that a next command needs to ask the same question of the same source.
fn repeat(flags: &Investigate) -> Vec<String> {
    let mut argv = Vec::new();
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
        Some(flags.from.as_str()).filter(|from| *from != "history"),
    );
    flag("--since", flags.since.as_deref());
    flag("--until", flags.until.as_deref());
    let regions = flags.regions.join(",");
    flag(
        "--regions",
        Some(regions.as_str()).filter(|regions| *regions != "all"),
    );
    let timezone = flags.timezone.name();
    flag("--timezone", Some(timezone).filter(|zone| *zone != "UTC"));
    flag("--profile", flags.profile.as_deref());
    flag("--region", flags.region.as_deref());
    argv
}

/// Whether reading that takes so long may go on: asked on a terminal, else `--yes` must have said so.
fn may_take(flags: &Investigate, terminal: &Terminal, estimate: Estimate) -> Result<(), Failure> {
    if flags.yes {
        return Ok(());
    }
    let minutes = estimate.minutes.ceil();
    match terminal.confirm(&format!("This reads for about {minutes} minutes. Go on?")) {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::declined("declined")),
        None => Err(Failure::declined(format!(
            "reading everything takes about {minutes} minutes ({} pages in the busiest Region)",
            estimate.pages
        ))
        .hint("narrow it with --since, --regions or an attribute, or pass --yes")),
    }
}

fn deliver(
    report: &Report,
    flags: &Investigate,
    terminal: &Terminal,
    output: Option<Output>,
) -> anyhow::Result<()> {
    let style = terminal.style(flags.all, flags.timezone, output.is_some());
    let only_events = matches!(flags.format, Format::Csv | Format::Jsonl);
    let Some(output) = output else {
        to_stdout(|mut out| output::write(report, flags.format, &style, &mut out))?;
        if only_events {
            warn_of_gaps(report, terminal);
        }
        return Ok(());
    };
    let path = output.path().to_owned();
    output.fill(|mut out| output::write(report, flags.format, &style, &mut out))?;
    if only_events {
        let mut name = path.clone().into_os_string();
        name.push(".coverage.json");
        let beside = Output::prepare(Path::new(&name), true)?;
        beside.fill(|mut out| output::write_coverage(report, &mut out))?;
    }
    let complete = if report.complete {
        "complete"
    } else {
        "INCOMPLETE: see its coverage"
    };
    terminal.note(&format!(
        "wrote {} events to {} ({complete})",
        report.events.len(),
        path.display()
    ));
    Ok(())
}

/// Rows alone do not say what is missing among them.
fn warn_of_gaps(report: &Report, terminal: &Terminal) {
    let mut gaps = report.coverage.iter().filter(|entry| entry.gap);
    let Some(first) = gaps.next() else { return };
    let place = first.location.as_deref().or(first.region.as_deref());
    let reason = first.reason.as_deref().unwrap_or("no reason given");
    let others = match gaps.count() {
        0 => String::new(),
        others => format!("; {others} more"),
    };
    terminal.warn(&format!(
        "INCOMPLETE: {}: {reason}{others} (all of it with --format json, or beside the file with -o)",
        place.unwrap_or(first.source),
    ));
}
