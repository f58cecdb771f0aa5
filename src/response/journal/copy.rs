//! A second journal, elsewhere: the same bytes. One that can no longer be written is told, and holds up nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::file::{cannot, folder_of, lock, open_regular, private, sync};
use super::stored::bytes_of;
use crate::error::Failure;

#[derive(Debug)]
pub struct JournalCopy {
    path: PathBuf,
    file: File,
    /// Why it is not written any more.
    lost: Option<io::Error>,
}

impl JournalCopy {
    /// Whether `path` could hold a copy of `journal`; nothing is left behind.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    pub fn check(path: &Path, journal: &[u8]) -> Result<(), Failure> {
        if is_missing(path) {
            let made = tempfile::tempfile_in(folder_of(path));
            return made
                .map(|_| ())
                .map_err(|error| cannot("make", path, &error));
        }
        Self::reopen(path, journal).map(|_| ())
    }

    /// Opens `path`, and brings it up to `journal`: it is made, or holds the beginning of that.
    ///
    /// # Errors
    /// A usage failure where it holds anything else, or cannot be written.
    pub fn open(path: &Path, journal: &[u8]) -> Result<Self, Failure> {
        let (mut file, held) = if is_missing(path) {
            let options = &mut OpenOptions::new();
            let made = private(options.append(true).create_new(true)).open(path);
            let file = made.map_err(|error| cannot("make", path, &error))?;
            lock(&file, path)?;
            (file, 0)
        } else {
            Self::reopen(path, journal)?
        };
        let written = file.write_all(&journal[held..]);
        written
            .and_then(|()| file.sync_all())
            .and_then(|()| sync(folder_of(path)))
            .map_err(|error| cannot("write", path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            lost: None,
        })
    }

    /// Opens and locks what is there, and how much of `journal` it holds.
    fn reopen(path: &Path, journal: &[u8]) -> Result<(File, usize), Failure> {
        let mut file = open_regular(path, OpenOptions::new().read(true).append(true))?;
        lock(&file, path)?;
        let held = bytes_of(&mut file, path)?;
        if journal.starts_with(&held) {
            return Ok((file, held.len()));
        }
        let what = format!("{} is no copy of this journal", path.display());
        Err(Failure::usage(what).hint("name a file that does not exist yet with --journal-copy"))
    }

    /// Writes what was written to the journal.
    pub fn add(&mut self, bytes: &[u8]) {
        if self.lost.is_none() {
            let written = self.file.write_all(bytes);
            self.lost = written.and_then(|()| self.file.sync_all()).err();
        }
    }

    #[cfg(test)]
    pub fn replace(&mut self, file: File) {
        self.file = file;
    }

    /// What to know of a copy that is not whole.
    pub fn lost(&self) -> Option<String> {
        let error = self.lost.as_ref()?;
        let path = self.path.display();
        Some(format!(
            "the copy of the journal {path} is not whole: {error}"
        ))
    }
}

fn is_missing(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}
