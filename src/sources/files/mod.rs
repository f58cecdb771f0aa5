//! Trail files on disk: which there are, and every record of them, streamed on all cores.
//!
//! `find` decides by name what is read, `scan` on which thread, `stream` by content how; `split` and `boundary`
//! say where each record begins and ends. What is asked of the events is the caller's: here they are handed over.

mod boundary;
mod digests;
mod find;
mod scan;
mod split;
mod stream;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Failure;
use crate::event::Event;
use crate::report::{Coverage, State};
pub use digests::UndeliveredFiles;
use find::{FolderFiles, TrailFile};
use scan::ScanControl;
pub use stream::{FileContents, read_stream};

/// The trail files to read.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    found: Vec<TrailFile>,
    passed_over: usize,
}

impl Files {
    /// The file `path`, whatever its name, or the trail files of the folder `path` and below: `.json`, `.jsonl`
    /// and `.ndjson`, each with or without `.gz`.
    ///
    /// # Errors
    /// A usage failure where `path` does not exist, is neither, or is a folder without any trail file.
    pub fn find(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let metadata = fs::metadata(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::usage(format!("{shown} does not exist")),
            _ => Failure::failed(format!("{shown}: {error}")),
        })?;
        let FolderFiles { found, passed_over } = if metadata.is_dir() {
            find::below(path)
        } else if metadata.is_file() {
            let file = TrailFile::file(path.to_owned(), metadata.len());
            FolderFiles {
                found: vec![file],
                passed_over: 0,
            }
        } else {
            return Err(Failure::usage(format!(
                "{shown} is neither a file nor a folder"
            )));
        };
        if found.is_empty() {
            return Err(Failure::usage(format!("{shown} holds no trail files"))
                .hint("trail files end in .json, .jsonl or .ndjson, or in one of these and .gz"));
        }
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

    /// How many files of the folder are not named as trail files are.
    pub fn passed_over(&self) -> usize {
        self.passed_over
    }

    /// Trail files that digests among them list, and that are not there.
    pub fn undelivered(&self, cancel: &AtomicBool) -> Vec<UndeliveredFiles> {
        digests::undelivered(&self.found, cancel)
    }

    /// Their size as stored, in bytes.
    pub fn bytes(&self) -> u64 {
        self.found.iter().map(|file| file.size).sum()
    }

    /// Reads every file and folds its events, on each core into an accumulator of its own. An action that stands
    /// in several files comes several times.
    ///
    /// `progress` is told, from any thread, how many of [`Files::bytes`] are done. Once `cancel` is true, the scan
    /// ends soon, and what was not read is a gap.
    ///
    /// Gives the accumulators, and the coverage of every file in the order of their paths. Which events an
    /// accumulator has, and in which order, is left to chance: [`Event::order`] is the order of answers.
    ///
    /// # Errors
    /// A failure where no file holds trail records: of usage, unless a file or folder could not be opened.
    pub fn scan<A: Send>(
        &self,
        cancel: &AtomicBool,
        progress: &(dyn Fn(u64) + Sync),
        new: impl Fn() -> A + Sync,
        fold: impl Fn(&mut A, Event) + Sync,
    ) -> Result<(Vec<A>, Vec<Coverage>), Failure> {
        let watch = ScanControl::new(cancel, progress);
        let (accumulators, contents) = scan::scan(&self.found, &watch, new, fold);
        if !cancel.load(Ordering::Relaxed) {
            self.refuse_if_none(&contents)?;
        }
        let coverage = self.found.iter().zip(&contents);
        Ok((accumulators, coverage.map(file_coverage).collect()))
    }

    /// An error where nothing at all could be answered from these files.
    fn refuse_if_none(&self, contents: &[FileContents]) -> Result<(), Failure> {
        let none = |contents: &FileContents| {
            let (state, _) = contents.state();
            matches!(state, State::Skipped | State::Failed)
        };
        if !contents.iter().all(none) {
            return Ok(());
        }
        let unopened = |contents: &FileContents| contents.unread_state() == Some(State::Failed);
        let denied = contents.iter().position(unopened);
        let telling = denied.unwrap_or(0);
        let path = self.found.get(telling).map(|file| file.path.display());
        let reason = contents.get(telling).and_then(|told| told.state().1);
        let detail = match (path, reason) {
            (Some(path), Some(reason)) => format!("{path}: {reason}"),
            _ => String::new(),
        };
        Err(match (denied, self.len()) {
            (Some(_), _) => Failure::failed(format!("nothing could be read: {detail}")),
            (None, 1) => Failure::usage(format!("no CloudTrail records in {detail}")),
            (None, files) => Failure::usage(format!(
                "no CloudTrail records in the {files} files of {}, such as {detail}",
                self.root.display()
            )),
        })
    }
}

fn file_coverage((file, contents): (&TrailFile, &FileContents)) -> Coverage {
    let (account, region) = file.place().unzip();
    let (state, reason) = contents.state();
    Coverage {
        source: "files".into(),
        account,
        region,
        location: Some(file.path.display().to_string()),
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
