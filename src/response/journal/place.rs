//! Where the journal of a plan is to stand, and the unfinished one that is gone on with there: of the same command and
//! account, and as this machine wrote it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;

use super::copy::JournalCopy;
use super::entry::RunEntry;
use super::file::{cannot, folder_of, lock, open_regular};
use super::folder::{self, JournalFolder};
use super::stored::{StoredJournal, first_run_in};
use crate::error::Failure;
use crate::event::time::Time;
use crate::report::response::Progress;
use crate::response::operator::Operator;
use crate::response::plan::Plan;

/// Within such a time the same command is about the same incident.
const ONE_INCIDENT: TimeDelta = TimeDelta::hours(24);
const ANOTHER_FILE: &str = "name a file that does not exist yet, or leave --journal out; `trailhunt respond undo FILE` \
                            takes back what a journal holds";

/// Where a journal is to be written.
#[derive(Debug, Clone)]
pub struct JournalPlace {
    /// Keeps the key that seals it, and the journal itself where no file is named.
    pub folder: JournalFolder,
    pub file: Option<PathBuf>,
    /// Where a second one is kept.
    pub copy: Option<PathBuf>,
}

/// A journal whose last run did not come to its end, or left steps that do not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedRun {
    pub path: PathBuf,
    /// When that run began.
    pub begun: Time,
    /// What it ended with; none where it was cut off.
    pub ended: Option<Progress>,
}

/// What there is to go on with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unfinished {
    pub run: Option<UnfinishedRun>,
    /// Journals that look like it and are not gone on with, and why.
    pub passed_over: Vec<String>,
}

impl JournalPlace {
    /// The journal that carrying out `plan` would go on with; nothing is written.
    ///
    /// # Errors
    /// A usage failure where what stands at the named place is no whole journal, or not to be trusted.
    pub fn unfinished(&self, operator: &Operator, plan: &Plan) -> Result<Unfinished, Failure> {
        self.unfinished_of(&RunEntry::of(operator, plan))
    }

    pub(super) fn unfinished_of(&self, run: &RunEntry) -> Result<Unfinished, Failure> {
        match &self.file {
            Some(path) => Ok(Unfinished {
                run: self.unfinished_at(path, run)?,
                passed_over: Vec::new(),
            }),
            None => self.unfinished_in(run),
        }
    }

    fn unfinished_at(&self, path: &Path, run: &RunEntry) -> Result<Option<UnfinishedRun>, Failure> {
        if let Err(error) = fs::symlink_metadata(path)
            && error.kind() == io::ErrorKind::NotFound
        {
            return Ok(None);
        }
        let found = StoredJournal::read_anyway(path, &self.folder.sealer())?;
        Ok(of(&found.trusted(ANOTHER_FILE)?, run))
    }

    /// The newest journal of the state folder that `run` goes on with: of the same command and account, not ended, and
    /// of a run that is not long ago: the same words mean another incident then, and undoing one must not undo the
    /// other. What this machine did not write steers nothing.
    fn unfinished_in(&self, run: &RunEntry) -> Result<Unfinished, Failure> {
        let sealer = self.folder.sealer();
        let mut passed_over = Vec::new();
        // of another command's journal no more than the beginning is read
        let is_same = |path: &PathBuf| first_run_in(path).is_some_and(|first| first.is_same(run));
        for path in self.folder.journals()?.into_iter().filter(is_same) {
            let found = StoredJournal::read_anyway(&path, &sealer);
            let found = found.and_then(|found| found.trusted(ANOTHER_FILE));
            match found {
                Ok(found) => {
                    let unfinished = of(&found, run);
                    return Ok(Unfinished {
                        run: unfinished.filter(|last| run.at - last.begun <= ONE_INCIDENT),
                        passed_over,
                    });
                }
                Err(failure) => passed_over.push(failure.message),
            }
        }
        Ok(Unfinished {
            run: None,
            passed_over,
        })
    }

    /// Whether the journal of `plan` could be opened now; no journal is left behind.
    ///
    /// # Errors
    /// Those of opening it.
    pub fn check(&self, operator: &Operator, plan: &Plan) -> Result<(), Failure> {
        let run = RunEntry::of(operator, plan);
        self.folder.check()?;
        let found = if let Some(path) = self.existing(&run)? {
            self.reopen(&path, &run)?.1.bytes
        } else {
            if let Some(path) = &self.file {
                let made = tempfile::tempfile_in(folder_of(path));
                made.map_err(|error| cannot("make", path, &error))?;
            }
            Vec::new()
        };
        self.copy
            .as_deref()
            .map_or(Ok(()), |copy| JournalCopy::check(copy, &found))
    }

    /// The journal that `run` is to be written to, where it is there already.
    pub(super) fn existing(&self, run: &RunEntry) -> Result<Option<PathBuf>, Failure> {
        let Some(path) = &self.file else {
            let unfinished = self.unfinished_in(run)?.run;
            return Ok(unfinished.map(|unfinished| unfinished.path));
        };
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(cannot("open", path, &error)),
            Ok(_) => Ok(Some(path.clone())),
        }
    }

    /// Opens and locks the journal in `path`, which `run` is to go on with.
    pub(super) fn reopen(
        &self,
        path: &Path,
        run: &RunEntry,
    ) -> Result<(fs::File, StoredJournal), Failure> {
        let mut options = fs::OpenOptions::new();
        let mut file = open_regular(path, options.read(true).append(true))?;
        lock(&file, path)?;
        let found = StoredJournal::read_from(&mut file, path, &self.folder.sealer())?;
        let found = found.trusted(ANOTHER_FILE)?;
        let last = found.log.run().filter(|last| last.is_same(run));
        let what = match (last, found.log.state()) {
            (None, _) => "is the journal of another command or account",
            (Some(_), Some(Progress::Done)) => "is the journal of a run that has ended",
            (Some(_), _) => return Ok((file, found)),
        };
        Err(Failure::usage(format!("{} {what}", path.display())).hint(ANOTHER_FILE))
    }

    /// Where a journal of `run` that is not there yet is to be made.
    pub(super) fn new_file(&self, run: &RunEntry) -> Result<PathBuf, Failure> {
        match &self.file {
            Some(path) => Ok(path.clone()),
            None => Ok(self.folder.path()?.join(folder::name(run))),
        }
    }
}

/// The last run of `found`, where `run` goes on with it.
fn of(found: &StoredJournal, run: &RunEntry) -> Option<UnfinishedRun> {
    let last = found.log.run().filter(|last| last.is_same(run))?;
    (found.log.state() != Some(Progress::Done)).then(|| UnfinishedRun {
        path: found.path.clone(),
        begun: last.at,
        ended: found.log.state(),
    })
}
