//! The state folder: the journals that nobody named a place for, and the key that seals every journal.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::entry::RunEntry;
use super::file::{cannot, check};
use super::seal::Sealer;
use super::stored::StoredJournal;
use crate::error::Failure;
use crate::folders;

const ENDING: &str = "jsonl";

/// The state folder of whoever acts; none where no home is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalFolder(pub(super) Option<PathBuf>);

impl JournalFolder {
    pub fn of_user() -> Self {
        Self(folders::state())
    }

    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(Some(path.into()))
    }

    /// # Errors
    /// A usage failure where there is no home.
    pub fn path(&self) -> Result<&Path, Failure> {
        let failure = || {
            let what = "there is no folder for the journal and its key: no home folder is known";
            Failure::usage(what).hint(folders::NO_STATE_HINT)
        };
        self.0.as_deref().ok_or_else(failure)
    }

    /// The key that journals were sealed with here.
    ///
    /// # Errors
    /// Why there is none, for people.
    pub fn sealer(&self) -> Result<Sealer, String> {
        let path = self.path().map_err(|failure| failure.message)?;
        Sealer::existing(path)
    }

    /// The same, to seal with: it is made where there is none, and the folder too.
    pub(super) fn made(&self) -> Result<Sealer, Failure> {
        Sealer::made(self.path()?)
    }

    /// Whether a journal could be sealed now; nothing is left behind.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let path = self.path()?;
        check(path)?;
        // a key that cannot be relied on is known before the question
        if Sealer::is_there(path) {
            Sealer::made(path)?;
        }
        Ok(())
    }

    /// The journals that are kept here, newest first, as their names tell; none where there is no such folder.
    ///
    /// # Errors
    /// A usage failure where the folder cannot be looked through.
    pub fn journals(&self) -> Result<Vec<PathBuf>, Failure> {
        match &self.0 {
            Some(folder) => journals(folder),
            // without a folder there is no journal in it; that none can be made is for whoever needs one
            None => Ok(Vec::new()),
        }
    }

    /// Reads the journal in `path`, which no run is writing.
    ///
    /// # Errors
    /// A usage failure where there is none, where it is damaged, with the line, or being written.
    pub fn read(&self, path: &Path) -> Result<StoredJournal, Failure> {
        StoredJournal::read(path, &self.sealer())
    }
}

/// The name of a journal: `20261122T093000Z-deactivate-key-1a2b3c4d.jsonl`.
pub fn name(run: &RunEntry) -> String {
    let word = run.command.first().map_or("respond", String::as_str);
    let word: String = word
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let id: String = run.run_id.chars().take(8).collect();
    format!("{}-{word}-{id}.{ENDING}", run.at.format("%Y%m%dT%H%M%SZ"))
}

fn journals(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let listed = match fs::read_dir(folder) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Vec::new());
        }
        listed => listed.and_then(Iterator::collect::<io::Result<Vec<_>>>),
    };
    let listed = listed.map_err(|error| cannot("look for", folder, &error))?;
    let mut paths: Vec<PathBuf> = listed.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == ENDING));
    paths.sort();
    paths.reverse();
    Ok(paths)
}
