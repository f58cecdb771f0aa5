//! Files that are written beside their place, and put there when they are whole: a program that ends at once leaves none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

static MADE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Makes one in `folder`. It is gone when it is dropped, or when the program ends.
pub fn make(folder: &Path) -> io::Result<NamedTempFile> {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let file = tempfile::Builder::new()
        .prefix(".trailhunt-")
        .tempfile_in(folder)?;
    made.push(file.path().to_owned());
    Ok(file)
}

/// Removes those that are still there. Their names are taken by nothing else: they are random.
pub fn remove() {
    let made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    for path in made.iter() {
        // those that stand in their place have another name by now
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unfinished_is_removed_and_what_is_whole_stays() {
        let folder = tempfile::tempdir().unwrap();
        let whole = make(folder.path()).unwrap();
        let _unfinished = make(folder.path()).unwrap();
        whole.persist(folder.path().join("whole")).unwrap();
        remove();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1);
        assert!(folder.path().join("whole").exists());
    }
}
