//! Trail files on disk, or what comes through a pipe: which there are, and every record of them, streamed on all cores.
//!
//! `find` and `names` decide what is read, `scan` on which thread, `layers` and `archive` take off what records are packed in;
//! `stream` reads what is left: `split` and `boundary` say where each value begins and ends, `unwrap` finds the records
//! in a value that is none. What is asked of the events is the caller's: here they are handed over.

mod archive;
mod boundary;
mod content;
mod decode;
mod digests;
mod document;
mod find;
mod json_text;
mod layers;
mod members;
mod names;
mod partial;
mod scan;
mod split;
mod stream;
#[cfg(test)]
mod tests;
mod unwrap;
mod whole;

use std::fs::{self, File};
use std::io::{self, ErrorKind, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Failure;
use crate::event::no_call::NoCallKind;
use crate::report::{Coverage, STANDARD_INPUT, State};
pub use digests::UndeliveredFiles;
use find::{FolderFiles, TrailFile};
pub use names::PassedOver;
use scan::ScanControl;
pub use stream::{Delivered, FileContents, read_stream};

/// The trail files to read.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    found: Vec<TrailFile>,
    passed_over: PassedOver,
}

/// What a scan gives.
#[derive(Debug)]
pub struct FileScan<A> {
    /// One for each core. Which events it has, and in which order, is left to chance: [`Event::order`] is the order of
    /// answers.
    ///
    /// [`Event::order`]: crate::event::Event::order
    pub accumulators: Vec<A>,
    /// Of every file and member of an archive, in the order of their paths.
    pub coverage: Vec<Coverage>,
    /// How many documents name a next page that may be among the others.
    pub next_pages: u64,
    /// Files and members that are plainly something else.
    pub passed_over: PassedOver,
}

impl Files {
    /// The file `path`, whatever its name; the trail files of the folder `path` and below; or what comes through the
    /// pipe `path`, or through standard input where it is `-`.
    ///
    /// # Errors
    /// A usage failure where `path` does not exist, or is a folder without any trail file.
    pub fn find(path: &Path) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            return Self::of_standard_input();
        }
        let shown = path.display();
        let failed = |error: io::Error| Failure::failed(format!("{shown}: {error}"));
        let metadata = fs::metadata(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::usage(format!("{shown} does not exist")),
            _ => failed(error),
        })?;
        let FolderFiles { found, passed_over } = if metadata.is_dir() {
            find::below(path)
        } else if metadata.is_file() && find::leads_to_made_up(path) {
            return Err(Failure::usage(format!("{shown} is {}", find::MADE_UP_FILE)));
        } else if metadata.is_file() {
            FolderFiles::one(TrailFile::file(path.to_owned(), metadata.len()))
        } else {
            let mut pipe = File::open(path).map_err(failed)?;
            return Self::of_pipe(path, &mut pipe);
        };
        if found.is_empty() {
            return Err(Failure::usage(format!("{shown} holds no trail files"))
                .hint("files named .json, .jsonl or .ndjson are read, and what is JSON, gzip, zip or tar"));
        }
        Ok(Self {
            root: path.to_owned(),
            found,
            passed_over,
        })
    }

    fn of_standard_input() -> Result<Self, Failure> {
        let input = io::stdin();
        if input.is_terminal() {
            return Err(Failure::usage("standard input is a terminal")
                .hint("pipe records into it: zcat trail/*.json.gz | trailhunt lookup --from -"));
        }
        Self::of_pipe(Path::new(STANDARD_INPUT), &mut input.lock())
    }

    /// Keeps what comes through a pipe, for as many readings as it takes.
    fn of_pipe(path: &Path, pipe: &mut dyn Read) -> Result<Self, Failure> {
        let spool = decode::spooled(pipe);
        let file = spool.and_then(|spool| TrailFile::spooled(path.to_owned(), spool));
        let failed = |error| Failure::failed(format!("{}: {error}", path.display()));
        let FolderFiles { found, passed_over } = FolderFiles::one(file.map_err(failed)?);
        Ok(Self {
            root: path.to_owned(),
            found,
            passed_over,
        })
    }

    /// How many files there are; never none.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Pipes, devices and the like, which are passed by.
    pub fn special(&self) -> Vec<String> {
        let special = self.found.iter().filter(|file| file.is_special);
        special
            .map(|file| file.path.display().to_string())
            .collect()
    }

    /// How many digests lie in folders of digests.
    pub fn digests(&self) -> usize {
        let digests = self.found.iter().filter(|file| {
            let kind = names::no_calls(&file.path);
            kind == Some(NoCallKind::Digest)
        });
        digests.count()
    }

    /// Trail files that digests among them list, and of which `read` has none of that name.
    pub fn undelivered(&self, read: &[Coverage], cancel: &AtomicBool) -> Vec<UndeliveredFiles> {
        let is_digest = |file: &&TrailFile| names::no_calls(&file.path) == Some(NoCallKind::Digest);
        let digests = self.found.iter().filter(is_digest);
        digests::undelivered(digests, read, cancel)
    }

    /// Their size as stored, in bytes.
    pub fn bytes(&self) -> u64 {
        self.found.iter().map(|file| file.size).sum()
    }

    /// Reads every file and folds what it holds, on each core into an accumulator of its own. An action that stands
    /// in several files comes several times.
    ///
    /// `progress` is told, from any thread, how many of [`Files::bytes`] are done. Once `cancel` is true, the scan
    /// ends soon, and what was not read is a gap.
    ///
    /// # Errors
    /// A failure where no file holds trail records: of usage, unless one of them could not be looked into.
    pub fn scan<A: Send>(
        &self,
        cancel: &AtomicBool,
        progress: &(dyn Fn(u64) + Sync),
        new: impl Fn() -> A + Sync,
        fold: impl Fn(&mut A, Delivered<'_>) + Sync,
    ) -> Result<FileScan<A>, Failure> {
        let watch = ScanControl::new(cancel, progress);
        let (accumulators, contents) = scan::scan(&self.found, &watch, new, fold);
        let coverage = contents.iter().filter_map(|(index, contents)| {
            let file = self.found.get(*index)?;
            Some(self.file_coverage(file, contents))
        });
        let mut coverage: Vec<Coverage> = coverage.collect();
        let parts = contents.iter().map(|(_, contents)| &contents.partial);
        let mut passed_over = self.passed_over.clone();
        passed_over.merge(watch.passed_over());
        let next_pages = partial::settle(parts.zip(&mut coverage));
        if !cancel.load(Ordering::Relaxed) {
            self.refuse_if_none(&contents, &coverage)?;
        }
        Ok(FileScan {
            accumulators,
            coverage,
            next_pages,
            passed_over,
        })
    }

    /// An error where nothing at all could be answered from these files.
    fn refuse_if_none(
        &self,
        contents: &[(usize, FileContents)],
        coverage: &[Coverage],
    ) -> Result<(), Failure> {
        let is_none = |entry: &Coverage| matches!(entry.state, State::Skipped | State::Failed);
        if !coverage.iter().all(is_none) {
            return Ok(());
        }
        // what was not looked into may hold records
        let denied = contents
            .iter()
            .position(|(_, contents)| contents.is_unread());
        // what failed tells more than what was passed over
        let failed = coverage
            .iter()
            .position(|entry| entry.state == State::Failed);
        let telling = coverage.get(denied.or(failed).unwrap_or(0));
        let detail = telling.and_then(|entry| {
            Some(format!(
                "{}: {}",
                entry.location.as_ref()?,
                entry.reason.as_ref()?
            ))
        });
        let detail = detail.unwrap_or_default();
        Err(match (denied, coverage.len()) {
            (Some(_), _) => Failure::failed(format!("nothing could be read: {detail}")),
            (None, 1) => Failure::usage(format!("no CloudTrail records in {detail}")),
            (None, files) => Failure::usage(format!(
                "no CloudTrail records in the {files} files of {}, such as {detail}",
                self.root.display()
            )),
        })
    }

    fn file_coverage(&self, file: &TrailFile, contents: &FileContents) -> Coverage {
        // an archive of a bucket has the bucket's folders
        let place = match &contents.member {
            Some(member) => file.path.join(member.replace(": ", "/")),
            None => file.path.clone(),
        };
        let (account, region) = names::account_and_region(&place).unzip();
        let (mut state, mut reason) = contents.state();
        // whatever is wrong there, no call is missing with it
        if let Some(kind) = names::no_calls(&place).filter(|_| contents.events == 0) {
            (state, reason) = (State::Skipped, Some(NoCallKind::of_file(kind).to_owned()));
        } else if state == State::Failed && contents.is_foreign() && self.is_hidden(&place) {
            // systems and editors keep their own there
            state = State::Skipped;
        }
        let path = file.path.display();
        Coverage {
            source: "files".into(),
            account,
            region,
            location: Some(match &contents.member {
                Some(member) => format!("{path}: {member}"),
                None => path.to_string(),
            }),
            since: contents.oldest,
            until: contents.newest,
            state,
            pages: 0,
            events: contents.events,
            throttled: 0,
            reason,
            gap: !matches!(state, State::Read | State::Skipped),
        }
    }

    /// Whether `place`, or a folder that it lies in, has a name of those that are hidden.
    fn is_hidden(&self, place: &Path) -> bool {
        let below = place.strip_prefix(&self.root).unwrap_or(place);
        names::parts(below).any(names::is_hidden_name)
    }
}
