//! Digests that lie beside trail files: which files they list that are not there (facts: H2).
//!
//! A digest's signature is not looked at here: a forged one can raise a doubt, and lay none.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::OsStr;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Duration;
use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use super::find::TrailFile;
use super::names::account_and_region;
use crate::event::time::{self, Time};
use crate::report::Coverage;

/// A digest of an hour lists some dozens of files; what is far larger is none.
const LARGEST: u64 = 16 << 20;
/// Digests follow one another by the second.
const APART: Duration = Duration::minutes(5);
/// Files of one hole that are named, and the longest name that one has.
const MOST_NAMES: usize = 5;
const LONGEST_NAME: usize = 255;

/// Trail files of one account x Region that digests list, one after another, and that are not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndeliveredFiles {
    pub account: String,
    pub region: String,
    pub files: u64,
    /// The first of them, without their folders.
    pub names: BTreeSet<String>,
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

/// Files of one place that digests of one span list, and that are not there.
#[derive(Default)]
struct MissingFiles {
    files: u64,
    names: BTreeSet<String>,
}

impl MissingFiles {
    fn add(&mut self, name: &str) {
        self.files += 1;
        let name = Path::new(name).file_name().and_then(OsStr::to_str);
        if let Some(name) = name.filter(|name| name.len() <= LONGEST_NAME) {
            keep_first(&mut self.names, name.to_owned());
        }
    }
}

fn keep_first(names: &mut BTreeSet<String>, name: String) {
    names.insert(name);
    if names.len() > MOST_NAMES {
        names.pop_last();
    }
}

/// What `digests` list and `read` lacks, in the order of place and time.
pub fn undelivered<'f>(
    digests: impl Iterator<Item = &'f TrailFile>,
    read: &[Coverage],
    cancel: &AtomicBool,
) -> Vec<UndeliveredFiles> {
    let mut digests = digests.peekable();
    if digests.peek().is_none() {
        return Vec::new();
    }
    // members of archives, too
    let locations = read.iter().filter_map(|entry| entry.location.as_deref());
    let names: HashSet<&str> = locations.filter_map(stem).collect();
    let mut missing: BTreeMap<(String, String), BTreeMap<(Time, Time), MissingFiles>> =
        BTreeMap::new();
    for file in digests {
        if cancel.load(Ordering::Relaxed) {
            break;
        }
        let Some((digest, span)) = contents(file) else {
            continue;
        };
        for logged in digest.files {
            if stem(&logged.name).is_some_and(|name| names.contains(name)) {
                continue;
            }
            if let Some(place) = account_and_region(Path::new(&logged.name)) {
                let spans = missing.entry(place).or_default();
                spans.entry(span).or_default().add(&logged.name);
            }
        }
    }
    let places = missing.into_iter();
    places
        .flat_map(|(place, spans)| joined(&place, spans))
        .collect()
}

/// A file's name, however it was unpacked.
fn stem(path: &str) -> Option<&str> {
    let name = Path::new(path).file_name().and_then(OsStr::to_str)?;
    Some(name.strip_suffix(".gz").unwrap_or(name))
}

fn contents(file: &TrailFile) -> Option<(Digest, (Time, Time))> {
    let stored = BufReader::new(file.open().ok()?.take(LARGEST));
    let mut text = Vec::new();
    // what is read is at most so large, whatever a small file unpacks to
    let mut plain = MultiGzDecoder::new(stored).take(LARGEST);
    if plain.read_to_end(&mut text).is_err() {
        text.clear();
        file.open()
            .ok()?
            .take(LARGEST)
            .read_to_end(&mut text)
            .ok()?;
    }
    let digest: Digest = serde_json::from_slice(&text).ok()?;
    let since = time::rfc3339(&digest.since)?;
    let until = time::rfc3339(&digest.until)?;
    Some((digest, (since, until)))
}

/// Digests that follow one another tell of one hole.
fn joined(
    (account, region): &(String, String),
    spans: BTreeMap<(Time, Time), MissingFiles>,
) -> Vec<UndeliveredFiles> {
    let mut joined: Vec<UndeliveredFiles> = Vec::new();
    for ((since, until), missing) in spans {
        match joined.last_mut() {
            Some(last) if since - last.until <= APART => {
                last.until = last.until.max(until);
                last.files += missing.files;
                for name in missing.names {
                    keep_first(&mut last.names, name);
                }
            }
            _ => joined.push(UndeliveredFiles {
                account: account.clone(),
                region: region.clone(),
                files: missing.files,
                names: missing.names,
                since,
                until,
            }),
        }
    }
    joined
}
