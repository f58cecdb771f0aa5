//! What is kept beside a journal, for as long as that is kept.

use std::io::{self, Write};
use std::path::PathBuf;

use super::Journal;
use super::file::{folder_of, sync};

/// So many runs go on with one journal at most.
const MOST: usize = 1_000;

impl Journal {
    /// Writes `bytes` to a file of their own, for its owner only: `JOURNAL.ending`, or `JOURNAL.2.ending` and so on where
    /// there is one, which stays as it is. Its path.
    ///
    /// # Errors
    /// Where it cannot be written: then there is none.
    pub fn keep_beside(&self, ending: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let folder = folder_of(self.path());
        let name = self.path().file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        let name = name.strip_suffix(".jsonl").unwrap_or(&name);
        let mut made = tempfile::Builder::new();
        let mut made = made.prefix(".trailhunt-").tempfile_in(folder)?;
        made.write_all(bytes)?;
        made.as_file().sync_all()?;
        for number in 1..MOST {
            let path = folder.join(match number {
                1 => format!("{name}.{ending}"),
                number => format!("{name}.{number}.{ending}"),
            });
            match made.persist_noclobber(&path) {
                Ok(_) => {
                    sync(folder)?;
                    return Ok(path);
                }
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                    made = error.file;
                }
                Err(error) => return Err(error.error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}
