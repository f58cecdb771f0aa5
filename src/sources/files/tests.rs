//! Folders and files as investigators have them, read through [`Files`].

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize};

use flate2::Compression;
use flate2::write::GzEncoder;
use rawzip::ZipArchiveWriter;

use super::*;
use crate::error::Exit;

const ONE: &str = r#"{"eventVersion":"1.08","eventID":"1","eventTime":"2023-07-10T12:00:05Z"}"#;
const TWO: &str = r#"{"eventVersion":"1.08","eventID":"2","eventTime":"2023-07-10T12:00:01Z"}"#;

fn trail(records: &[&str]) -> Vec<u8> {
    format!(r#"{{"Records":[{}]}}"#, records.join(",")).into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// The ids of the events, sorted, and the coverage.
fn scan(path: &Path) -> Result<(Vec<String>, Vec<Coverage>), Failure> {
    let files = Files::find(path)?;
    let most = AtomicU64::new(0);
    let progress = |done| {
        most.fetch_max(done, Ordering::Relaxed);
    };
    let fold = |ids: &mut Vec<String>, delivered: Delivered<'_>| {
        if let Delivered::Call(event) = delivered {
            ids.extend(event.id().map(str::to_owned));
        }
    };
    let scan = files.scan(&AtomicBool::new(false), &progress, Vec::new, fold)?;
    assert_eq!(most.into_inner(), files.bytes());
    let mut ids = scan.accumulators.concat();
    ids.sort();
    Ok((ids, scan.coverage))
}

/// Name, state, events and gap of each file.
fn table<'a>(root: &Path, coverage: &'a [Coverage]) -> Vec<(&'a str, State, u64, bool)> {
    let row = |entry: &'a Coverage| {
        let path = Path::new(entry.location.as_ref().unwrap());
        let name = path.strip_prefix(root).unwrap().to_str().unwrap();
        (name, entry.state, entry.events, entry.gap)
    };
    coverage.iter().map(row).collect()
}

#[test]
fn one_bad_file_loses_no_other() {
    let whole = trail(&[ONE, TWO]);
    let digest = br#"{"awsAccountId":"1","digestS3Object":"x"}"#;
    let cut = gzip(&whole);
    let folder = folder(&[
        ("b/c/two.json.gz", &gzip(&trail(&[TWO]))),
        ("a.json", &trail(&[ONE])),
        ("b/lines.ndjson", format!("{ONE}\n{TWO}\n").as_bytes()),
        ("cut.jsonl", &whole[..whole.len() - 10]),
        ("cut.json.gz", &cut[..cut.len() - 1]),
        ("empty.json", b""),
        ("garbage.json.gz", b"\x00\x01\x02garbage"),
        ("none.json", br#"{"Records":[]}"#),
        ("package.json", br#"{"name":"x"}"#),
        (
            "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/d.json.gz",
            b"never opened",
        ),
        (
            "AWSLogs/111122223333/CloudTrail-Insight/us-east-1/i.json.gz",
            b"never opened",
        ),
        ("digest.json", digest),
        (".hidden.json", b"never opened"),
        (".git/x.json", b"never opened"),
        ("readme.txt", b"never opened"),
    ]);
    let (ids, coverage) = scan(folder.path()).unwrap();
    assert_eq!(ids, ["1", "1", "1", "1", "2", "2", "2"]);
    assert_eq!(
        table(folder.path(), &coverage),
        [
            (
                "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/d.json.gz",
                State::Skipped,
                0,
                false
            ),
            (
                "AWSLogs/111122223333/CloudTrail-Insight/us-east-1/i.json.gz",
                State::Skipped,
                0,
                false
            ),
            ("a.json", State::Read, 1, false),
            ("b/c/two.json.gz", State::Read, 1, false),
            ("b/lines.ndjson", State::Read, 2, false),
            ("cut.json.gz", State::Truncated, 2, true),
            ("cut.jsonl", State::Truncated, 1, true),
            ("digest.json", State::Skipped, 0, false),
            ("empty.json", State::Failed, 0, true),
            ("garbage.json.gz", State::Failed, 0, true),
            ("none.json", State::Read, 0, false),
            ("package.json", State::Failed, 0, true),
        ]
    );
    let told = |entry: &Coverage| entry.reason.is_some() == (entry.state != State::Read);
    assert!(coverage.iter().all(told), "{coverage:?}");
}

#[test]
fn coverage_says_account_region_and_times() {
    let name = "AWSLogs/o-1/111122223333/CloudTrail/eu-west-1/2023/07/10/x.json";
    let folder = folder(&[(name, &trail(&[ONE, TWO]))]);
    let (_, coverage) = scan(folder.path()).unwrap();
    let [entry] = coverage.as_slice() else {
        panic!("{coverage:?}")
    };
    assert_eq!(entry.account.as_deref(), Some("111122223333"));
    assert_eq!(entry.region.as_deref(), Some("eu-west-1"));
    assert_eq!(
        entry.since,
        crate::event::time::rfc3339("2023-07-10T12:00:01Z")
    );
    assert_eq!(
        entry.until,
        crate::event::time::rfc3339("2023-07-10T12:00:05Z")
    );
}

#[test]
fn a_named_file_may_have_any_name() {
    let folder = folder(&[("AWSLogs/evidence.txt", &gzip(&trail(&[ONE])))]);
    let (ids, _) = scan(&folder.path().join("AWSLogs/evidence.txt")).unwrap();
    assert_eq!(ids, ["1"]);
}

#[test]
fn no_trail_records_at_all_is_a_mistake_in_what_was_asked() {
    let folder = folder(&[
        ("package.json", b"{}"),
        ("empty.json", b""),
        (
            "digests/AWSLogs/111122223333/CloudTrail-Digest/x.json",
            b"{}",
        ),
        ("none/readme.txt", b""),
    ]);
    for name in [
        "",
        "package.json",
        "empty.json",
        "digests",
        "none",
        "absent",
        "none/readme.txt",
    ] {
        let failure = scan(&folder.path().join(name)).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage, "{name}: {failure}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_loops_end() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[
        ("a/one.json", &trail(&[ONE])),
        ("elsewhere.txt", &trail(&[TWO])),
    ]);
    let path = folder.path();
    symlink(path, path.join("a/up")).unwrap();
    symlink(path.join("a"), path.join("z")).unwrap();
    symlink(path.join("elsewhere.txt"), path.join("linked.json")).unwrap();
    symlink(path.join("absent"), path.join("broken.json")).unwrap();
    symlink(path.join("absent"), path.join("broken")).unwrap();
    let (ids, coverage) = scan(path).unwrap();
    // what is reached by two names is one event twice
    assert_eq!(ids, ["1", "2", "2"]);
    let broken = table(path, &coverage).into_iter().filter(|row| row.3);
    let broken: Vec<_> = broken.map(|row| (row.0, row.1)).collect();
    assert_eq!(
        broken,
        [("broken", State::Failed), ("broken.json", State::Failed)]
    );
}

#[cfg(unix)]
#[test]
fn what_may_not_be_opened_is_a_gap() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[
        ("one.json", &trail(&[ONE])),
        ("denied.json", &trail(&[TWO])),
        ("denied/two.json", &trail(&[TWO])),
    ]);
    let deny = |name| {
        let nobody = fs::Permissions::from_mode(0o000);
        fs::set_permissions(folder.path().join(name), nobody).unwrap();
    };
    deny("denied.json");
    deny("denied");
    if fs::File::open(folder.path().join("denied.json")).is_ok() {
        eprintln!("skipped: this user may open everything");
        return;
    }
    let (ids, coverage) = scan(folder.path()).unwrap();
    assert_eq!(ids, ["1"]);
    assert_eq!(
        table(folder.path(), &coverage),
        [
            ("denied", State::Failed, 0, true),
            ("denied.json", State::Failed, 0, true),
            ("one.json", State::Read, 1, false),
        ]
    );
    let failure = scan(&folder.path().join("denied.json")).unwrap_err();
    assert_eq!(failure.exit, Exit::Failed);
}

#[test]
fn a_cancelled_scan_ends_and_is_a_gap() {
    let folder = folder(&[("one.json", &trail(&[ONE])), ("two.json", &trail(&[TWO]))]);
    let files = Files::find(folder.path()).unwrap();
    let scan = files
        .scan(&AtomicBool::new(true), &|_| {}, || (), |(), _| {})
        .unwrap();
    let coverage = scan.coverage;
    assert!(coverage.iter().all(|entry| entry.gap && entry.events == 0));
}

/// Of an archive as of one large member no more is read than what is on its way already.
#[test]
fn a_scan_that_is_cancelled_ends_within_an_archive() {
    const RECORDS: usize = 200_000;
    let record = r#"{"eventVersion":"1.08","eventID":"1","x":"a record"}"#;
    let large = trail(&vec![record; RECORDS]);
    let small = trail(&[record]);
    let names: Vec<String> = (0..2000).map(|number| format!("{number}.json")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &*small)).collect();
    for members in [vec![("large.json", &*large)], many] {
        let mut archive = ZipArchiveWriter::new(Vec::new());
        for (name, bytes) in &members {
            let (mut entry, config) = archive.new_file(name).start().unwrap();
            let mut data = config.wrap(&mut entry);
            data.write_all(bytes).unwrap();
            let (_, output) = data.finish().unwrap();
            entry.finish(output).unwrap();
        }
        let folder = folder(&[("a.zip", &archive.finish().unwrap())]);
        let files = Files::find(folder.path()).unwrap();
        let cancel = AtomicBool::new(false);
        let read = AtomicUsize::new(0);
        let scan = files.scan(
            &cancel,
            &|_| {},
            || (),
            |(), _| {
                cancel.store(true, Ordering::Relaxed);
                read.fetch_add(1, Ordering::Relaxed);
            },
        );
        let coverage = scan.unwrap().coverage;
        let all = if members.len() == 1 {
            RECORDS
        } else {
            members.len()
        };
        let read = read.into_inner();
        assert!(read < all / 2, "{read} of {all}");
        let mut reasons = coverage.iter().filter_map(|entry| entry.reason.as_deref());
        assert!(
            reasons.any(|reason| reason.contains("interrupted")),
            "{coverage:?}"
        );
    }
}

#[test]
fn one_large_file_is_read_whole_by_all_threads() {
    let records: Vec<_> = (0..20_000)
        .map(|id| {
            format!(
                r#"{{"eventVersion":"1.08","eventID":"{id:05}","x":"{}"}}"#,
                "x".repeat(100)
            )
        })
        .collect();
    let text: Vec<_> = records.iter().map(String::as_str).collect();
    let folder = folder(&[("large.json.gz", &gzip(&trail(&text)))]);
    let (ids, coverage) = scan(folder.path()).unwrap();
    assert_eq!(ids.len(), 20_000);
    assert!(
        ids.iter()
            .enumerate()
            .all(|(index, id)| *id == format!("{index:05}"))
    );
    assert_eq!(
        (coverage[0].state, coverage[0].events),
        (State::Read, 20_000)
    );
}

#[test]
fn a_real_trail_is_read_whole() {
    let shared = std::env::var("TRAILHUNT_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let path = Path::new(&shared).join("data/invictus-ir");
    if !path.exists() {
        eprintln!("skipped: no {}", path.display());
        return;
    }
    let (ids, coverage) = scan(&path).unwrap();
    assert!(!coverage.iter().any(|entry| entry.gap));
    assert_eq!(
        ids.len() as u64,
        coverage.iter().map(|entry| entry.events).sum::<u64>()
    );
    assert!(
        coverage
            .iter()
            .all(|entry| entry.region.as_deref() == Some("us-east-1"))
    );
}
