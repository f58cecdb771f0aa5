//! Which files there are to read, by name, place and first bytes, and how each is opened.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::content::StreamContent;
use super::layers::{UnreadState, peek};
use super::names::{PassedOver, is_wanted, parts, passed_over_by_place};
use crate::report::State;

/// Where files are made up by the system as they are read; what they hold may never come, or never end.
const MADE_UP: [&str; 2] = ["/proc", "/sys"];
pub const MADE_UP_FILE: &str = "made up by the system as it is read, and not read";

/// A file to read, or what stands in its place.
#[derive(Debug, Clone)]
pub struct TrailFile {
    pub path: PathBuf,
    /// As stored, in bytes.
    pub size: u64,
    /// Why it is not read, where that is known already.
    pub unread: Option<UnreadState>,
    /// It is no file, or none that ends.
    pub is_special: bool,
    /// What came through a pipe, kept: it can be read once only.
    spool: Option<Arc<File>>,
}

impl TrailFile {
    pub fn file(path: PathBuf, size: u64) -> Self {
        let unread = passed_over_by_place(&path);
        Self {
            path,
            size,
            unread: unread.map(|reason| (State::Skipped, reason.to_owned())),
            is_special: false,
            spool: None,
        }
    }

    /// What came through the pipe that is called `path`.
    pub fn spooled(path: PathBuf, spool: File) -> io::Result<Self> {
        Ok(Self {
            size: spool.metadata()?.len(),
            path,
            unread: None,
            is_special: false,
            spool: Some(Arc::new(spool)),
        })
    }

    fn unread(path: PathBuf, state: State, reason: impl Into<String>) -> Self {
        Self {
            path,
            size: 0,
            unread: Some((state, reason.into())),
            is_special: false,
            spool: None,
        }
    }

    fn special(path: PathBuf, reason: &str) -> Self {
        Self {
            is_special: true,
            ..Self::unread(path, State::Skipped, reason)
        }
    }

    /// Opens it at its beginning.
    ///
    /// # Errors
    /// Where that fails.
    pub fn open(&self) -> io::Result<File> {
        let Some(spool) = &self.spool else {
            return File::open(&self.path);
        };
        let mut file = spool.try_clone()?;
        file.rewind()?;
        Ok(file)
    }
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct FolderFiles {
    /// In the order of their paths.
    pub found: Vec<TrailFile>,
    /// Files that are plainly something else.
    pub passed_over: PassedOver,
}

impl FolderFiles {
    fn add(&mut self, found: Option<TrailFile>, name: &str) {
        match found {
            Some(file) => self.found.push(file),
            None => self.passed_over.add(name.to_owned()),
        }
    }

    /// One file, as if it were all of a folder.
    pub fn one(file: TrailFile) -> Self {
        Self {
            found: vec![file],
            passed_over: PassedOver::default(),
        }
    }
}

/// The trail files below `root`, and what stands among them.
///
/// Symbolic links are followed; a folder that is reached twice is read once.
pub fn below(root: &Path) -> FolderFiles {
    let mut below = FolderFiles::default();
    let mut seen = HashSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        if let Err(error) = list(root, &folder, &mut seen, &mut folders, &mut below) {
            let unread = TrailFile::unread(folder, State::Failed, error.to_string());
            below.found.push(unread);
        }
    }
    below.found.sort_by(|a, b| a.path.cmp(&b.path));
    below
}

fn list(
    root: &Path,
    folder: &Path,
    seen: &mut HashSet<PathBuf>,
    folders: &mut Vec<PathBuf>,
    below: &mut FolderFiles,
) -> io::Result<()> {
    let real = fs::canonicalize(folder)?;
    if is_made_up(&real) {
        let special = TrailFile::special(folder.to_owned(), MADE_UP_FILE);
        below.found.push(special);
        return Ok(());
    }
    if !seen.insert(real) {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = path.display().to_string();
        // follows symbolic links
        let metadata = match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {
                folders.push(path);
                continue;
            }
            Ok(metadata) => metadata,
            Err(error) => {
                let unread = TrailFile::unread(path, State::Failed, error.to_string());
                below.found.push(unread);
                continue;
            }
        };
        let is_link = entry.file_type()?.is_symlink();
        let special = match metadata.is_file() {
            true if is_link && leads_to_made_up(&path) => Some(MADE_UP_FILE),
            true => None,
            false => Some("a pipe, a socket or a device, which is not read"),
        };
        let found = match special {
            Some(reason) => Some(TrailFile::special(path, reason)),
            None => look_at(path, &metadata, root),
        };
        below.add(found, &name);
    }
    Ok(())
}

/// What is at `path`, unless it is plainly something else than a trail file.
fn look_at(path: PathBuf, metadata: &Metadata, root: &Path) -> Option<TrailFile> {
    let file = TrailFile::file(path, metadata.len());
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let below = file.path.strip_prefix(root).unwrap_or(&file.path);
    if file.unread.is_some() || is_wanted(&name, parts(below)) {
        return Some(file);
    }
    match File::open(&file.path).map(|mut input| peek(&mut input, &name)) {
        Ok((StreamContent::Empty | StreamContent::Unknown, true)) => None,
        Ok(_) => Some(file),
        Err(error) => {
            let reason = error.to_string();
            Some(TrailFile::unread(file.path, State::Failed, reason))
        }
    }
}

/// Whether what `path` leads to is made up by the system as it is read.
pub fn leads_to_made_up(path: &Path) -> bool {
    fs::canonicalize(path).is_ok_and(|path| is_made_up(&path))
}

fn is_made_up(path: &Path) -> bool {
    MADE_UP.iter().any(|system| path.starts_with(system))
}
