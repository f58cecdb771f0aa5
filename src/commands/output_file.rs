//! A file to be written: whole, or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Failure;

/// A file to be: written beside its place, and put there only when it is whole.
#[derive(Debug)]
pub struct Output {
    file: NamedTempFile,
    path: PathBuf,
    replace: bool,
}

impl Output {
    /// Makes sure, before any work, that the file can be written.
    ///
    /// # Errors
    /// A usage failure where it exists and is not to be replaced, or where no file can be made in its folder.
    pub fn prepare(path: &Path, replace: bool) -> Result<Self, Failure> {
        if path.is_dir() {
            return Err(Failure::usage(format!("{} is a folder", path.display())));
        }
        if !replace && path.symlink_metadata().is_ok() {
            return Err(Failure::usage(format!("{} exists", path.display()))
                .hint("pass --force to replace it"));
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

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes it, and puts it in its place.
    ///
    /// # Errors
    /// A failure where it cannot be written: then nothing is left behind.
    pub fn fill(
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
