//! Which files are trail files, by name and place, and what their path says of account and Region.
//!
//! No file is opened here.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file to read, or what stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailFile {
    pub path: PathBuf,
    /// As stored, in bytes.
    pub size: u64,
    /// Why it cannot be read, where that is known already: a folder that could not be listed.
    pub unreadable: Option<String>,
}

impl TrailFile {
    pub fn file(path: PathBuf, size: u64) -> Self {
        Self {
            path,
            size,
            unreadable: None,
        }
    }

    /// Why it is no trail file although its name is one's: it lies in a sibling of `CloudTrail` (facts: H1).
    pub fn not_to_read(&self) -> Option<&'static str> {
        let mut parts = self.path.iter().filter_map(OsStr::to_str);
        parts.find_map(|part| match part {
            "CloudTrail-Digest" => Some("a digest of trail files"),
            "CloudTrail-Insight" => Some("Insights, which are no records of calls"),
            _ => None,
        })
    }

    /// Whether it lies where digests do, or is called as they are.
    pub fn is_digest(&self) -> bool {
        let mut parts = self.path.iter().filter_map(OsStr::to_str);
        let is_there = parts.any(|part| part == "CloudTrail-Digest");
        let name = self.path.file_name().and_then(OsStr::to_str);
        let is_called_so = name.is_some_and(|name| name.contains("_CloudTrail-Digest_"));
        self.unreadable.is_none() && (is_there || is_called_so)
    }

    /// Account and Region, where the path has the layout that CloudTrail writes (facts: H1): the folders
    /// `AWSLogs/[o-ORG/]ACCOUNT/CloudTrail/REGION`, else the name `ACCOUNT_CloudTrail_REGION_…`.
    pub fn place(&self) -> Option<(String, String)> {
        let parts: Vec<_> = self.path.iter().filter_map(OsStr::to_str).collect();
        let logs = parts.iter().position(|part| *part == "AWSLogs");
        let below = logs.and_then(|at| parts.get(at + 1..)).unwrap_or_default();
        let name: Vec<_> = parts.last()?.split('_').collect();
        let (account, region) = match (below, name.as_slice()) {
            (
                [_, account, "CloudTrail", region, _, ..] | [account, "CloudTrail", region, _, ..],
                _,
            )
            | (_, [account, "CloudTrail", region, _, ..]) => (*account, *region),
            _ => return None,
        };
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        is_account.then(|| (account.to_owned(), region.to_owned()))
    }
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct FolderFiles {
    /// In the order of their paths.
    pub found: Vec<TrailFile>,
    /// Files that are not named as trail files are.
    pub passed_over: usize,
}

/// The trail files below `folder`; hidden files and folders are passed over without a word.
///
/// Symbolic links are followed; a folder that is reached twice is read once.
pub fn below(folder: &Path) -> FolderFiles {
    let mut below = FolderFiles::default();
    let mut seen = HashSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if let Err(error) = list(&folder, &mut seen, &mut folders, &mut below) {
            below.found.push(TrailFile {
                path: folder,
                size: 0,
                unreadable: Some(error.to_string()),
            });
        }
    }
    below.found.sort();
    below
}

fn list(
    folder: &Path,
    seen: &mut HashSet<PathBuf>,
    folders: &mut Vec<PathBuf>,
    below: &mut FolderFiles,
) -> io::Result<()> {
    if !seen.insert(fs::canonicalize(folder)?) {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if is_hidden(&entry.file_name()) {
            continue;
        }
        // follows symbolic links; one that leads nowhere is a file that cannot be opened
        let metadata = fs::metadata(&path).ok();
        if metadata.as_ref().is_some_and(fs::Metadata::is_dir) {
            folders.push(path);
        } else if metadata
            .as_ref()
            .is_some_and(|metadata| !metadata.is_file())
        {
            // a pipe or a device cannot be read twice
            below.passed_over += 1;
        } else if is_trail_name(&entry.file_name()) {
            let size = metadata.map_or(0, |metadata| metadata.len());
            below.found.push(TrailFile::file(path, size));
        } else {
            below.passed_over += 1;
        }
    }
    Ok(())
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn is_trail_name(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".json", ".jsonl", ".ndjson"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_says_account_and_region() {
        let place = |path: &str| TrailFile::file(path.into(), 0).place();
        let us = Some(("111122223333".to_owned(), "us-east-1".to_owned()));
        assert_eq!(
            place("x/AWSLogs/111122223333/CloudTrail/us-east-1/2023/07/10/a.json.gz"),
            us
        );
        assert_eq!(
            place("AWSLogs/o-abc/111122223333/CloudTrail/us-east-1/2023/a.json"),
            us
        );
        assert_eq!(
            place("flat/111122223333_CloudTrail_us-east-1_20230710T1145Z_7xg.json"),
            us
        );
        assert_eq!(place("AWSLogs/o-abc/CloudTrail/us-east-1/a.json"), None);
        assert_eq!(place("us-east-1/events.json"), None);
    }

    #[test]
    fn names_of_trail_files() {
        for name in ["a.json", "a.JSON.GZ", "a.jsonl", "a.ndjson.gz", ".json"] {
            assert!(is_trail_name(OsStr::new(name)), "{name}");
        }
        for name in ["a.gz", "a.json.zip", "json", "a.csv"] {
            assert!(!is_trail_name(OsStr::new(name)), "{name}");
        }
    }
}
