//! What is kept beside a journal, for as long as that is kept.

use std::io::{self, Write};
use std::path::PathBuf;

use super::Journal;
use super::file::{folder_of, sync};

impl Journal {
    /// Writes `bytes` to a file of their own, named as the journal with another `ending`, for its owner only; its path.
    /// Where the journal is gone on with, one that is there stays as it is: it tells what was before the first run.
    ///
    /// # Errors
    /// Where it cannot be written: then there is none.
    pub fn keep_beside(&self, ending: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let path = self.path().with_extension(ending);
        if self.continued().is_some() && path.is_file() {
            return Ok(path);
        }
        let folder = folder_of(&path);
        let mut made = tempfile::Builder::new();
        let mut made = made.prefix(".trailhunt-").tempfile_in(folder)?;
        made.write_all(bytes)?;
        made.as_file().sync_all()?;
        made.persist_noclobber(&path).map_err(|error| error.error)?;
        sync(folder)?;
        Ok(path)
    }
}
