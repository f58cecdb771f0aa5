//! Which files are trail files, by name, place and first bytes, and what their path says of account and Region.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::content::StreamContent;
use super::layers::{UnreadState, peek};
use crate::event::no_call::NoCallKind;
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
            spool: None,
        }
    }

    /// What came through the pipe that is called `path`.
    pub fn spooled(path: PathBuf, spool: File) -> io::Result<Self> {
        Ok(Self {
            size: spool.metadata()?.len(),
            path,
            unread: None,
            spool: Some(Arc::new(spool)),
        })
    }

    fn unread(path: PathBuf, state: State, reason: impl Into<String>) -> Self {
        Self {
            path,
            size: 0,
            unread: Some((state, reason.into())),
            spool: None,
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

    /// It lies in a folder of digests.
    pub fn is_digest(&self) -> bool {
        parts(&self.path).any(|part| part == "CloudTrail-Digest")
    }

    /// What is no record of a call, and all that its folder holds (facts: J1).
    pub fn no_calls(&self) -> Option<NoCallKind> {
        parts(&self.path).find_map(|part| match part {
            "CloudTrail-Insight" => Some(NoCallKind::Insight),
            "CloudTrail-Aggregated" => Some(NoCallKind::Aggregated),
            _ => None,
        })
    }

    /// Account and Region, where the path has the layout that CloudTrail writes (facts: H1, J1): the folders
    /// `AWSLogs/[o-ORG/]ACCOUNT/CloudTrail/REGION`, else the name `ACCOUNT_CloudTrail_REGION_…`.
    pub fn place(&self) -> Option<(String, String)> {
        let parts: Vec<_> = parts(&self.path).collect();
        let logs = parts.iter().position(|part| *part == "AWSLogs");
        let below = logs.and_then(|at| parts.get(at + 1..)).unwrap_or_default();
        let name: Vec<_> = parts.last()?.split('_').collect();
        let layout = |parts: &[&'_ str]| match parts {
            [account, trail, region, _, ..] if is_of_cloudtrail(trail) => {
                Some(((*account).to_owned(), (*region).to_owned()))
            }
            _ => None,
        };
        let of_organization = below.get(1..).unwrap_or_default();
        let found = [of_organization, below, name.as_slice()];
        let (account, region) = found.into_iter().find_map(layout)?;
        is_account(&account).then_some((account, region))
    }
}

fn parts(path: &Path) -> impl Iterator<Item = &str> {
    path.iter().filter_map(OsStr::to_str)
}

fn is_account(part: &str) -> bool {
    part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// `CloudTrail`, or what it writes beside: `CloudTrail-NetworkActivity`.
fn is_of_cloudtrail(part: &str) -> bool {
    part == "CloudTrail" || part.starts_with("CloudTrail-")
}

/// Why what lies there is no trail file: it is a digest, or another service's in the same bucket (facts: H1).
fn passed_over_by_place(path: &Path) -> Option<&'static str> {
    if parts(path).any(|part| part == "CloudTrail-Digest") {
        return Some(NoCallKind::Digest.of_file());
    }
    let mut below = parts(path).skip_while(|part| *part != "AWSLogs").skip(1);
    let mut service = below.find(|part| is_account(part)).and(below.next());
    service.take_if(|service| !is_of_cloudtrail(service))?;
    // the last part is a file, and no folder of a service
    below.next().map(|_| "another service's, by its folder")
}

/// Whether a file lies where a trail writes its files: whatever its name, it is one, or it is damaged.
pub fn stands_among_trail_files<'p>(parts: impl Iterator<Item = &'p str>) -> bool {
    let mut below = parts.skip_while(|part| *part != "AWSLogs").skip(1);
    let service = below.find(|part| is_account(part)).and(below.next());
    service.is_some_and(is_of_cloudtrail) && below.next().is_some()
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct FolderFiles {
    /// In the order of their paths.
    pub found: Vec<TrailFile>,
    /// Files that are plainly something else.
    pub passed_over: usize,
}

impl FolderFiles {
    /// One file, as if it were all of a folder.
    pub fn one(file: TrailFile) -> Self {
        Self {
            found: vec![file],
            passed_over: 0,
        }
    }
}

/// The trail files below `folder`, and what stands among them; hidden files and folders are passed over without a word.
///
/// Symbolic links are followed; a folder that is reached twice is read once.
pub fn below(folder: &Path) -> FolderFiles {
    let mut below = FolderFiles::default();
    let mut seen = HashSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if let Err(error) = list(&folder, &mut seen, &mut folders, &mut below) {
            let unread = TrailFile::unread(folder, State::Failed, error.to_string());
            below.found.push(unread);
        }
    }
    below.found.sort_by(|a, b| a.path.cmp(&b.path));
    below
}

fn list(
    folder: &Path,
    seen: &mut HashSet<PathBuf>,
    folders: &mut Vec<PathBuf>,
    below: &mut FolderFiles,
) -> io::Result<()> {
    let real = fs::canonicalize(folder)?;
    if is_made_up(&real) {
        let unread = TrailFile::unread(folder.to_owned(), State::Skipped, MADE_UP_FILE);
        below.found.push(unread);
        return Ok(());
    }
    if !seen.insert(real) {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if is_hidden_name(&entry.file_name().to_string_lossy()) {
            continue;
        }
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
            Some(reason) => Some(TrailFile::unread(path, State::Skipped, reason)),
            None => look_at(path, &metadata),
        };
        below.passed_over += usize::from(found.is_none());
        below.found.extend(found);
    }
    Ok(())
}

/// What is at `path`, unless it is plainly something else than a trail file.
fn look_at(path: PathBuf, metadata: &Metadata) -> Option<TrailFile> {
    let file = TrailFile::file(path, metadata.len());
    let name = file.path.file_name().unwrap_or_default();
    if is_trail_name(&name.to_string_lossy())
        || file.unread.is_some()
        || stands_among_trail_files(parts(&file.path))
    {
        return Some(file);
    }
    match File::open(&file.path).map(|mut input| peek(&mut input)) {
        Ok(StreamContent::Empty | StreamContent::Unknown) => None,
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

/// Whether a member of an archive, or a file, is passed over without a word.
pub fn is_hidden_name(name: &str) -> bool {
    name.starts_with('.')
}

/// Whether it is named as trail files are.
pub fn is_trail_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
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
        let network =
            "AWSLogs/111122223333/CloudTrail-NetworkActivity/us-east-1/2026/11/10/a.json.gz";
        assert_eq!(place(network), us);
        assert_eq!(place("AWSLogs/o-abc/CloudTrail/us-east-1/a.json"), None);
        assert_eq!(place("us-east-1/events.json"), None);
    }

    #[test]
    fn what_lies_beside_a_trail_is_known_by_its_folder() {
        let unread = |path: &str| TrailFile::file(path.into(), 0).unread.map(|(_, why)| why);
        let digest = "x/AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/11/10/d.json.gz";
        assert_eq!(unread(digest).unwrap(), "a digest of trail files");
        for service in ["Config", "elasticloadbalancing", "vpcflowlogs", "GuardDuty"] {
            let path = format!("x/AWSLogs/111122223333/{service}/us-east-1/2026/1/1/a.json.gz");
            assert!(unread(&path).unwrap().contains("another service"), "{path}");
            let path = format!("AWSLogs/o-abc/111122223333/{service}/a.json.gz");
            assert!(unread(&path).unwrap().contains("another service"), "{path}");
        }
        for path in [
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/10/a.json.gz",
            "AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2026/11/10/a.json.gz",
            "AWSLogs/111122223333/a.json",
            "AWSLogs/a/b/c.json",
            "Config/a.json",
        ] {
            assert_eq!(unread(path), None, "{path}");
        }
    }

    #[test]
    fn names_of_trail_files() {
        for name in ["a.json", "a.JSON.GZ", "a.jsonl", "a.ndjson.gz", ".json"] {
            assert!(is_trail_name(name), "{name}");
        }
        for name in ["a.gz", "a.json.zip", "json", "a.csv"] {
            assert!(!is_trail_name(name), "{name}");
        }
    }
}
