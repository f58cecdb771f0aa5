//! A corpus that is made out of the demo: the same bytes each time, in the official layout, of records like real ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;
use trailhunt::event::{Event, services};

use super::corpus::{Corpus, Written};
use super::generator::cast::ACCOUNT;
use crate::support::offline::{DEMO_KEY, over_demo, trailhunt};

const SMALL: Corpus = Corpus {
    bytes: 6_000_000,
    accounts: 3,
    regions: 8,
    seed: 7,
};

/// The files by their paths below the folder, and what is in them.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                files.insert(name.replace('\\', "/"), fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn made(corpus: Corpus) -> (TempDir, Written) {
    let folder = TempDir::new().unwrap();
    let written = corpus.write(folder.path()).unwrap();
    (folder, written)
}

fn unpacked(packed: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_same_description_makes_the_same_bytes_and_another_seed_others() {
    let few = Corpus {
        bytes: 4_000_000,
        ..SMALL
    };
    let (first, written) = made(few);
    let (second, again) = made(few);
    assert_eq!(written, again);
    let first = files(first.path());
    assert!(first == files(second.path()));
    let (other, _) = made(Corpus { seed: 8, ..few });
    assert!(first != files(other.path()));
}

#[test]
fn each_file_stands_where_cloudtrail_would_put_its_records() {
    let (folder, written) = made(SMALL);
    let name = Regex::new(
        r"^AWSLogs/(\d{12})/CloudTrail/([a-z0-9-]+)/(\d{4})/(\d\d)/(\d\d)/(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8})T(\d{4})Z_[A-Za-z0-9]{16}\.json\.gz$",
    )
    .unwrap();
    let (mut records, mut bytes) = (0, 0);
    let (mut accounts, mut regions, mut ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (path, packed) in files(folder.path()) {
        let parts = name.captures(&path).unwrap_or_else(|| panic!("{path}"));
        assert_eq!(parts[1], parts[6], "{path}");
        assert_eq!(parts[2], parts[7], "{path}");
        assert_eq!(format!("{}{}{}", &parts[3], &parts[4], &parts[5]), parts[8]);
        let text = unpacked(&packed);
        bytes += text.len() as u64;
        let document: Value = serde_json::from_str(&text).unwrap();
        for record in document["Records"].as_array().unwrap() {
            let event = Event::parse(record.to_string().as_bytes()).unwrap();
            assert_eq!(event.region(), Some(&parts[2]), "{path}");
            assert_eq!(event.account(), Some(&parts[1]), "{path}");
            if let Some(key) = event.access_key_id() {
                let spelt = services::account_hint(key);
                assert_eq!(spelt.as_deref(), event.identity().account_id(), "{record}");
            }
            let time = event.time().unwrap().format("%Y%m%dT%H%M").to_string();
            let delivered = format!("{}T{}", &parts[8], &parts[9]);
            assert!(time < delivered, "{time} in {path}");
            assert!(ids.insert(event.id().unwrap().to_owned()), "{record}");
            records += 1;
        }
        if &parts[1] != ACCOUNT {
            assert!(!text.contains(ACCOUNT), "{path} tells of another account");
        }
        accounts.insert(parts[1].to_owned());
        regions.insert(parts[2].to_owned());
    }
    assert_eq!(
        (accounts.len(), regions.len()),
        (SMALL.accounts, SMALL.regions)
    );
    assert_eq!((records, bytes), (written.records, written.bytes));
    assert!(
        (SMALL.bytes..SMALL.bytes + 2_000_000).contains(&bytes),
        "{bytes}"
    );
    // files of a few hundred records; ten times and more where they are full
    let packed_to = bytes / written.packed;
    assert!((6..=14).contains(&packed_to), "packed {packed_to} to 1");
    let each = bytes / records;
    assert!((1_100..=1_600).contains(&each), "{each} bytes a record");
}

/// What is told of others changes nothing of what is found of the demo's key.
#[test]
fn a_trace_of_the_demos_key_finds_what_it_finds_in_the_demo() {
    let whole = ["trace-key", DEMO_KEY, "--format", "json"];
    let demo = over_demo(&whole).exits(0).json();
    let (folder, _) = made(SMALL);
    let from = folder.path().to_str().unwrap();
    let found = trailhunt(whole.into_iter().chain(["--from", from])).json();
    assert_eq!(found["summary"]["events"], demo["summary"]["events"]);
    assert_eq!(found["lineage"], demo["lineage"]);
    assert_eq!(found["events"], demo["events"]);
}

/// Of two Regions and one account, the story is another, its lineage the same.
#[test]
fn fewer_regions_than_the_demo_has_tell_the_same_lineage() {
    let (folder, _) = made(Corpus {
        bytes: 4_000_000,
        accounts: 1,
        regions: 2,
        seed: 1,
    });
    let from = folder.path().to_str().unwrap();
    let trace = ["trace-key", DEMO_KEY, "--format", "json", "--from", from];
    let found = trailhunt(trace).json();
    assert_eq!(found["summary"]["events"], 816);
    assert_eq!(found["lineage"].as_array().unwrap().len(), 27);
}
