//! Delivering an answer: to stdout, or to a file that is written whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{to_stdout, unfinished};
use crate::cli::Investigate;
use crate::error::Failure;
use crate::output::{self, Format, Style};
use crate::report::Report;
use crate::terminal::Terminal;

/// Writes the answer to stdout, or to its files.
///
/// # Errors
/// Where it cannot be written.
pub fn deliver(
    report: &Report,
    flags: &Investigate,
    terminal: &Terminal,
    outputs: Option<Outputs>,
) -> anyhow::Result<()> {
    let count = counted(report.events.len(), "event", "events");
    let write = |style: &Style, mut out: &mut dyn Write| {
        output::write(report, flags.answer.format(), style, &mut out)
    };
    put((report, &count), flags, terminal, outputs, write)
}

/// `1 event`, `2 events`.
pub fn counted(number: usize, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    }
}

/// Has `write` write an answer to stdout, or to its files. It rests on `report`, and holds so much as `count` says.
///
/// # Errors
/// Where it cannot be written.
pub fn put(
    (report, count): (&Report, &str),
    flags: &Investigate,
    terminal: &Terminal,
    outputs: Option<Outputs>,
    write: impl FnOnce(&Style, &mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let style = terminal.style(flags.answer.all, flags.read.timezone, outputs.is_some());
    let Some(Outputs { answer, coverage }) = outputs else {
        to_stdout(|out| write(&style, out))?;
        if has_rows_only(flags.answer.format()) {
            warn_of_gaps(report, terminal);
        }
        return Ok(());
    };
    let path = answer.path().to_owned();
    answer.fill(|out| write(&style, out))?;
    if let Some(coverage) = coverage {
        coverage.fill(|mut out| output::write_coverage(report, &mut out))?;
    }
    let complete = output::completeness(report, "INCOMPLETE: see its coverage");
    terminal.note(&format!("wrote {count} to {} ({complete})", path.display()));
    Ok(())
}

/// The files of `-o`, made ready before any work: rows alone do not say what is missing among them, so the coverage
/// goes beside them.
#[derive(Debug)]
pub struct Outputs {
    answer: Output,
    coverage: Option<Output>,
}

impl Outputs {
    /// Those that the flags ask for; none where the answer goes to stdout.
    ///
    /// # Errors
    /// As [`Self::prepare`].
    pub fn of(flags: &Investigate) -> Result<Option<Self>, Failure> {
        let path = flags.answer.output_file();
        path.map(|path| Self::prepare(path, flags)).transpose()
    }

    /// # Errors
    /// A usage failure where one of them cannot be made, is there and not to be replaced, or has its place in the
    /// evidence.
    fn prepare(path: &Path, flags: &Investigate) -> Result<Self, Failure> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".coverage.json");
        let beside = has_rows_only(flags.answer.format()).then_some(PathBuf::from(beside));
        if !matches!(flags.read.from.as_str(), "history" | "demo" | "-") {
            for path in [Some(path), beside.as_deref()].into_iter().flatten() {
                outside_of(Path::new(&flags.read.from), path)?;
            }
        }
        let coverage = beside
            .map(|path| Output::prepare(&path, flags.answer.force))
            .transpose()?;
        Ok(Self {
            answer: Output::prepare(path, flags.answer.force)?,
            coverage,
        })
    }
}

/// Makes sure that the answer, at `path`, neither replaces the evidence nor is read as some of it next time.
///
/// # Errors
/// A usage failure where `path` is the file `evidence`, or lies below that folder.
fn outside_of(evidence: &Path, path: &Path) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return Ok(()),
    };
    // what is not there is refused by name when it is read or written
    let (Ok(source), Ok(folder)) = (evidence.canonicalize(), folder.canonicalize()) else {
        return Ok(());
    };
    let place = path
        .file_name()
        .map_or(folder.clone(), |name| folder.join(name));
    let place = place.canonicalize().unwrap_or(place);
    if !place.starts_with(&source) {
        return Ok(());
    }
    let harm = if place == source && source.is_file() {
        "replace"
    } else {
        "stand among"
    };
    Err(Failure::usage(format!(
        "{}: the answer would {harm} the evidence that --from {} reads",
        path.display(),
        evidence.display()
    ))
    .hint("write it to another folder"))
}

fn has_rows_only(format: Format) -> bool {
    matches!(format, Format::Csv | Format::Jsonl)
}

/// On stdout, where rows alone do not say what is missing among them, stderr does.
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
        place.unwrap_or(&first.source),
    ));
}

/// A file to be: written beside its place, and put there when it is whole.
#[derive(Debug)]
struct Output {
    file: NamedTempFile,
    path: PathBuf,
    replace: bool,
}

impl Output {
    /// Makes sure, before any work, that the file can be written.
    ///
    /// # Errors
    /// A usage failure where it exists and is not to be replaced, or where no file can be made in its folder.
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
        if let Some(missing) = folder.filter(|folder| !folder.exists()) {
            let message = format!("there is no folder {}", missing.display());
            return Err(Failure::usage(message).hint("make it, or write to another one"));
        }
        let file = unfinished::make(folder.unwrap_or(Path::new(".")))
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))?;
        Ok(Self {
            file,
            path: path.to_owned(),
            replace,
        })
    }

    fn path(&self) -> &Path {
        &self.path
    }

    /// Writes it, and puts it in its place.
    ///
    /// # Errors
    /// A failure where it cannot be written: then nothing is left behind.
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
