//! Files that journals and their key stand in: opened, made and locked with care. Whose a file is, and who may do what
//! with it, is known on Unix only.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use crate::error::Failure;

/// Whether a file is another user's, or others may do with it what `bits` of the mode say.
#[cfg(unix)]
pub fn is_of_others(metadata: &Metadata, bits: u32) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() != rustix::process::geteuid().as_raw() || can_others(metadata, bits)
}

#[cfg(not(unix))]
pub fn is_of_others(_: &Metadata, _: u32) -> bool {
    false
}

#[cfg(unix)]
pub fn can_others(metadata: &Metadata, bits: u32) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.mode() & bits != 0
}

#[cfg(not(unix))]
pub fn can_others(_: &Metadata, _: u32) -> bool {
    false
}

/// Opens what is a file, and not a link to one: a journal decides what is called.
pub fn open_regular(path: &Path, options: &OpenOptions) -> Result<File, Failure> {
    let cannot_open = |error: io::Error| cannot("open", path, &error);
    let there = fs::symlink_metadata(path).map_err(cannot_open)?;
    if !there.is_file() {
        return Err(
            Failure::usage(format!("{} is no regular file", path.display()))
                .hint("a journal is a file that trailhunt made, not a link, folder or device"),
        );
    }
    let file = options.open(path).map_err(cannot_open)?;
    let opened = file.metadata().map_err(cannot_open)?;
    if !is_same_file(&there, &opened) {
        return Err(Failure::usage(format!(
            "{} was replaced while it was opened",
            path.display()
        )));
    }
    Ok(file)
}

#[cfg(unix)]
fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same_file(_: &Metadata, other: &Metadata) -> bool {
    other.is_file()
}

/// Makes the folder, for its owner only, and sees it on disk.
pub fn make(folder: &Path) -> Result<(), Failure> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let made = builder
        .create(folder)
        .and_then(|()| folder.parent().map_or(Ok(()), sync));
    made.map_err(|error| cannot("make a folder for", folder, &error))
}

/// Whether a file could be made in `folder`, or where it is to be made; nothing is left behind.
pub fn check(folder: &Path) -> Result<(), Failure> {
    let there = folder.ancestors().find(|path| path.exists());
    let made = tempfile::tempfile_in(there.unwrap_or(folder));
    made.map(|_| ())
        .map_err(|error| cannot("make a folder for", folder, &error))
}

/// Sees what stands in a folder on disk.
pub fn sync(folder: &Path) -> io::Result<()> {
    // elsewhere folders cannot be opened
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

/// The file is for its owner only: it tells what was done to an account.
pub fn private(options: &mut OpenOptions) -> &OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// The folder that a file stands in.
pub fn folder_of(path: &Path) -> &Path {
    let parent = path.parent();
    let parent = parent.filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

pub fn lock(file: &File, path: &Path) -> Result<(), Failure> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => in_use(path),
        TryLockError::Error(error) => cannot("lock", path, &error),
    })
}

pub fn in_use(path: &Path) -> Failure {
    Failure::usage(format!("another run is writing {}", path.display()))
        .hint("wait until it has ended")
}

pub fn cannot(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!(
        "cannot {what} the journal {}: {error}",
        path.display()
    ))
    .hint("nothing was done; --journal FILE names another place")
}
