//! What all investigations share: from flags to a question, from a source to an answer, from an answer to a file
//! or stdout and an exit code.

use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};
use tempfile::NamedTempFile;

use super::{live, to_stdout};
use crate::cli::Investigate;
use crate::clock;
use crate::detection::{Attribute, Bindings};
use crate::error::{Exit, Failure};
use crate::investigation::{self, Estimate, Filter, Listener, Notice, Question, Search, Source};
use crate::output::{self, Format};
use crate::plan::regions;
use crate::plan::window::Asked;
use crate::playbook::{Playbook, RegionScope, Type};
use crate::report::{Report, Window};
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
                    crate::plan::window::history_reach()
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
            Notice::Detail(text) => terminal.detail(&text),
            Notice::Note(text) => terminal.note(&text),
        };
        let may_take = |estimate: Estimate| may_take(flags, terminal, estimate);
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
/// On history the account says which there are; elsewhere a name that nobody knows would read as "nothing happened".
fn asked_regions(flags: &Investigate) -> Result<Vec<String>, Failure> {
    let names = flags.regions.iter().map(|name| name.trim().to_owned());
    let mut asked: Vec<String> = names.collect();
    if asked == ["all"] {
        return Ok(Vec::new());
    }
    let may_be = match flags.from.as_str() {
        "history" => regions::is_region_name,
        _ => regions::is_known,
    };
    if let Some(name) = asked.iter().find(|name| !may_be(name)) {
        return Err(regions::unknown(name));
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

/// The flags that a next command needs to ask the same source.
fn repeat(flags: &Investigate) -> Vec<String> {
    let mut argv = Vec::new();
    if flags.from != "history" {
        argv.extend(["--from".to_owned(), flags.from.clone()]);
    }
    if let Some(profile) = &flags.profile {
        argv.extend(["--profile".to_owned(), profile.clone()]);
    }
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
    let Some(output) = output else {
        return to_stdout(|mut out| output::write(report, flags.format, &style, &mut out));
    };
    let path = output.path.clone();
    output.fill(|mut out| output::write(report, flags.format, &style, &mut out))?;
    if matches!(flags.format, Format::Csv | Format::Jsonl) {
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

/// A file to be: written beside its place, and put there only when it is whole.
struct Output {
    file: NamedTempFile,
    path: PathBuf,
    replace: bool,
}

impl Output {
    /// Makes sure, before any work, that the file can be written.
    fn prepare(path: &Path, replace: bool) -> Result<Self, Failure> {
        if path.is_dir() {
            return Err(Failure::usage(format!("{} is a folder", path.display())));
        }
        if let Ok(there) = path.symlink_metadata() {
            let shown = path.display();
            // the new file would take the place of the device or link itself: of /dev/null, for everybody
            if !there.is_file() {
                return Err(Failure::usage(format!("{shown} is no regular file"))
                    .hint("leave out -o and redirect stdout to it"));
            }
            if !replace {
                return Err(
                    Failure::usage(format!("{shown} exists")).hint("pass --force to replace it")
                );
            }
        }
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::Builder::new()
            .prefix(".trailhunt-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))?;
        Ok(Self {
            file,
            path: path.to_owned(),
            replace,
        })
    }

    fn fill(
        mut self,
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<(), Failure> {
        let path = self.path.display().to_string();
        let failed =
            |error: std::io::Error| Failure::failed(format!("cannot write {path}: {error}"));
        let mut out = std::io::BufWriter::new(self.file.as_file_mut());
        write(&mut out).and_then(|()| out.flush()).map_err(failed)?;
        drop(out);
        self.file.as_file().sync_all().map_err(failed)?;
        let put = if self.replace {
            self.file.persist(&self.path)
        } else {
            self.file.persist_noclobber(&self.path)
        };
        put.map(drop).map_err(|error| failed(error.error))
    }
}

/// The window on Event history: its ends closed, its beginning no earlier than 90 days ago. Gives also where it
/// was asked to begin, if that is cut.
pub fn history_window(
    window: Window,
    now: DateTime<Utc>,
    default: Duration,
) -> Result<(Window, Option<DateTime<Utc>>), Failure> {
    let reach = now - crate::plan::window::history_reach();
    let until = window.until.map_or(now, |until| until.min(now));
    let since = window.since.unwrap_or((until - default).max(reach));
    if until < reach {
        return Err(
            Failure::usage("the window ends before Event history begins, 90 days ago")
                .hint("read the trail's files instead: --from FOLDER"),
        );
    }
    let clamped = (since < reach).then_some(since);
    Ok((
        Window {
            since: Some(since.max(reach)),
            until: Some(until),
        },
        clamped,
    ))
}
