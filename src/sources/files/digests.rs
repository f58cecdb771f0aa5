//! Digests that lie beside trail files: which files they list that are not there (facts: H2).
//!
//! A digest's signature is not looked at here: a forged one can raise a doubt, and lay none.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Duration;
use serde::Deserialize;

use super::find::TrailFile;
use super::stream::decompressed;
use crate::event::time::{self, Time};

/// A digest of an hour lists some dozens of files; what is far larger is none.
const LARGEST: u64 = 16 << 20;
/// Digests follow one another by the second.
const APART: Duration = Duration::minutes(5);

/// Trail files of one account x Region that digests list, one after another, and that are not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndeliveredFiles {
    pub account: String,
    pub region: String,
    pub files: u64,
    /// Of their digests.
    pub since: Time,
    pub until: Time,
}

#[derive(Deserialize)]
struct Digest {
    #[serde(rename = "digestStartTime")]
    since: String,
    #[serde(rename = "digestEndTime")]
    until: String,
    #[serde(rename = "logFiles")]
    files: Vec<LoggedFile>,
}

#[derive(Deserialize)]
struct LoggedFile {
    #[serde(rename = "s3Object")]
    name: String,
}

/// What the digests among `files` list and `files` lack, in the order of place and time.
pub fn undelivered(files: &[TrailFile], cancel: &AtomicBool) -> Vec<UndeliveredFiles> {
    let mut digests = files.iter().filter(|file| file.is_digest()).peekable();
    if digests.peek().is_none() {
        return Vec::new();
    }
    let names: HashSet<&str> = files.iter().filter_map(|file| stem(&file.path)).collect();
    let mut missing: BTreeMap<(String, String), BTreeMap<(Time, Time), u64>> = BTreeMap::new();
    for file in digests {
        if cancel.load(Ordering::Relaxed) {
            break;
        }
        let Some((digest, span)) = read(&file.path) else {
            continue;
        };
        for logged in digest.files {
            let path = TrailFile::file(logged.name.into(), 0);
            if stem(&path.path).is_some_and(|name| names.contains(name)) {
                continue;
            }
            if let Some(place) = path.place() {
                let spans = missing.entry(place).or_default();
                *spans.entry(span).or_default() += 1;
            }
        }
    }
    let places = missing.into_iter();
    places
        .flat_map(|(place, spans)| joined(&place, spans))
        .collect()
}

/// A file's name, however it was unpacked.
fn stem(path: &Path) -> Option<&str> {
    let name = path.file_name().and_then(OsStr::to_str)?;
    Some(name.strip_suffix(".gz").unwrap_or(name))
}

fn read(path: &Path) -> Option<(Digest, (Time, Time))> {
    let mut text = Vec::new();
    let file = File::open(path).ok()?;
    decompressed(file, &mut super::FileContents::default())
        .take(LARGEST)
        .read_to_end(&mut text)
        .ok()?;
    let digest: Digest = serde_json::from_slice(&text).ok()?;
    let since = time::rfc3339(&digest.since)?;
    let until = time::rfc3339(&digest.until)?;
    Some((digest, (since, until)))
}

/// Digests that follow one another tell of one hole.
fn joined(
    (account, region): &(String, String),
    spans: BTreeMap<(Time, Time), u64>,
) -> Vec<UndeliveredFiles> {
    let mut joined: Vec<UndeliveredFiles> = Vec::new();
    for ((since, until), files) in spans {
        match joined.last_mut() {
            Some(last) if since - last.until <= APART => {
                last.until = last.until.max(until);
                last.files += files;
            }
            _ => joined.push(UndeliveredFiles {
                account: account.clone(),
                region: region.clone(),
                files,
                since,
                until,
            }),
        }
    }
    joined
}
