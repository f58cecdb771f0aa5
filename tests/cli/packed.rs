//! Archives: each member is a file of the answer by its name, and what cannot be taken off is a gap with its reason.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::support::offline::{Folder, Said, gzip, trail, trailhunt};
use crate::support::records::series;
use crate::wrappings::{tar, zip};

fn lookup(folder: &Folder) -> Said {
    let from = folder.path().to_str().unwrap();
    trailhunt(["lookup", "--format", "json", "--from", from])
}

/// What stands behind the archive's name, the state, and the reason, of each entry.
fn entries(report: &Value) -> Vec<(String, String, String)> {
    let entries = report["coverage"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    entries
        .map(|entry| {
            let place = text(&entry["location"]);
            let name = place.rsplit('/').next().unwrap_or_default();
            let name = place.split_once(": ").map_or(name, |(_, member)| member);
            (
                name.to_owned(),
                text(&entry["state"]),
                text(&entry["reason"]),
            )
        })
        .collect()
}

fn row(name: &str, state: &str, reason: &str) -> (String, String, String) {
    (name.to_owned(), state.to_owned(), reason.to_owned())
}

#[test]
fn each_member_is_a_file_of_its_own() {
    let one = trail(&series("us-east-1", 2));
    let two = gzip(&trail(&series("eu-west-1", 3)));
    let inner = zip(&[("deep.json", &trail(&series("eu-north-1", 1)))]);
    let members: [(&str, &[u8]); 7] = [
        ("x/one.json", &one),
        ("x/two", &two),
        ("inner.zip", &inner),
        ("x/_SUCCESS", b""),
        ("x/readme.md", b"# read me"),
        ("x/.hidden.json", b"no JSON"),
        (
            "AWSLogs/111122223333/CloudTrail/us-east-1/none",
            b"\x07\x08 damaged",
        ),
    ];
    for (name, bytes) in [("a.zip", zip(&members)), ("a.tar", tar(&members[..3]))] {
        let folder = Folder::new().with(name, &bytes);
        let said = lookup(&folder);
        let report = said.json();
        assert_eq!(report["summary"]["events"], 6, "{name}");
        let read = entries(&report);
        for member in ["x/one.json", "x/two", "inner.zip: deep.json"] {
            assert!(read.contains(&row(member, "read", "")), "{name}: {read:?}");
        }
        if name == "a.zip" {
            assert_eq!(said.code, Some(3));
            assert_eq!((read.len(), &*read[3].1), (4, "failed"), "{read:?}");
            let unseen = report["not_visible"].as_array().unwrap();
            let path = folder.file(name).display().to_string();
            let few = ["x/.hidden.json", "x/_SUCCESS", "x/readme.md"];
            let few = few.map(|member| format!("{path}: {member}")).join(", ");
            assert!(
                unseen.iter().any(|entry| entry["what"] == *few),
                "{unseen:?}"
            );
        } else {
            assert_eq!((said.code, read.len()), (Some(0), 3));
        }
    }
}

/// Names that are hidden promise nothing, and hide nothing.
#[test]
fn hidden_files_are_read_by_what_they_hold() {
    let records = series("us-east-1", 8);
    let parts: Vec<Vec<u8>> = records.chunks(2).map(trail).collect();
    let place = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/10";
    let apple_double: &[u8] = b"\0\x05\x16\x07\0\x02\0\0Mac OS X";
    let files: [(&str, &[u8]); 8] = [
        (".trail.json.gz", &gzip(&parts[0])),
        (&format!(".x/{place}/a.json.gz"), &gzip(&parts[1])),
        (&format!("{place}/.b.json.gz"), &gzip(&parts[2])),
        (".tool/cache", &parts[3]),
        (&format!("{place}/._a.json.gz"), apple_double),
        (".DS_Store", b"\0\0\0\x01Bud1"),
        (".tool/settings.json", b"{\"theme\":\"dark\"}"),
        (".git/objects/ab", b"x\x01K\xca"),
    ];
    let folder = files.iter().fold(Folder::new(), |folder, (name, bytes)| {
        folder.with(name, bytes)
    });
    let archive = Folder::new().with("a.zip", zip(&files));
    for folder in [folder, archive] {
        let report = lookup(&folder).exits(0).json();
        assert_eq!(report["summary"]["events"], 8);
        let unseen = report["not_visible"].to_string();
        for name in ["._a.json.gz", ".DS_Store", ".git/objects/ab"] {
            assert!(unseen.contains(name), "{name}: {unseen}");
        }
        let entries = entries(&report);
        let settings = entries
            .iter()
            .find(|(name, ..)| name.ends_with("settings.json"));
        assert_eq!(settings.unwrap().1, "skipped");
    }
    // one that held records before it was damaged is missing
    let folder = Folder::new()
        .with("trail.json", &parts[0])
        .with(".x/cut.json.gz", &gzip(&parts[1])[..60]);
    assert_eq!(lookup(&folder).code, Some(3));
}

/// A bucket's folders mean the same within an archive of the bucket.
#[test]
fn an_archive_of_a_bucket_is_read_as_the_bucket() {
    let logs = "AWSLogs/111122223333";
    let records = gzip(&trail(&series("eu-west-1", 2)));
    let digest = br#"{"awsAccountId":"1","digestS3Object":"x"}"#;
    let paths = [
        format!("{logs}/CloudTrail/eu-west-1/2026/11/10/a.json.gz"),
        format!("{logs}/CloudTrail-Digest/eu-west-1/2026/11/10/d.json.gz"),
        format!("{logs}/CloudTrail-Insight/eu-west-1/2026/11/10/i.json.gz"),
        format!("{logs}/Config/eu-west-1/2026/11/10/c.json"),
    ];
    let bytes: [&[u8]; 4] = [&records, &gzip(digest), b"damaged", b"{\"a\":1}"];
    let members: Vec<(&str, &[u8])> = paths.iter().map(|path| &**path).zip(bytes).collect();
    let folder = Folder::new().with("bucket.zip", zip(&members));
    let report = lookup(&folder).exits(0).json();
    let states = entries(&report).into_iter().map(|(_, state, _)| state);
    let states: Vec<String> = states.collect();
    assert_eq!(states, ["read", "skipped", "skipped", "skipped"]);
    let first = &report["coverage"][0];
    assert_eq!(
        (&first["account"], &first["region"]),
        (&"111122223333".into(), &"eu-west-1".into())
    );
}

/// The zip with one byte of its only member's two headers set, at these offsets.
fn with_header(zip: &[u8], local: usize, central: usize, byte: u8) -> Vec<u8> {
    let mut zip = zip.to_vec();
    let directory = zip
        .windows(4)
        .position(|bytes| bytes == b"PK\x01\x02")
        .unwrap();
    zip[local] = byte;
    zip[directory + central] = byte;
    zip
}

#[test]
fn what_cannot_be_taken_off_is_a_gap_by_name() {
    let records = trail(&series("us-east-1", 400));
    let whole = zip(&[("t.json", &records)]);
    let tape = tar(&[("t.json", &records), ("u.json", &records)]);
    let mut sparse = tar(&[("t.json", &records)]);
    sparse[156] = b'S';
    let sum: u32 = sparse[..512]
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if (148..156).contains(&at) {
                32
            } else {
                u32::from(*byte)
            }
        })
        .sum();
    sparse[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let torn = with_header(&whole, 14, 16, 7);
    let nine = (0..9).fold(records.clone(), |inner, _| gzip(&inner));
    let cases: &[(&str, &[u8], &str, &str)] = &[
        (
            "encrypted.zip",
            &with_header(&whole, 6, 8, 1),
            "t.json",
            "encrypted",
        ),
        (
            "method.zip",
            &with_header(&whole, 8, 10, 93),
            "t.json",
            "which is not read",
        ),
        ("torn.zip", &torn, "t.json", "data is damaged"),
        (
            "cut.zip",
            &whole[..whole.len() / 2],
            "cut.zip",
            "the zip data is damaged",
        ),
        ("cut.tar", &tape[..700], "t.json", "cut off"),
        (
            "between.tar",
            &tape[..(tape.len() - 1024) / 2],
            "between.tar",
            "cut off",
        ),
        ("cut.tar.gz", &gzip(&tape)[..300], "cut.tar.gz", "cut off"),
        ("sparse.tar", &sparse, "t.json", "a sparse file"),
        (
            "nine.json.gz",
            &nine,
            "nine.json.gz",
            "packed in more than 8 layers",
        ),
        ("empty.zip", &zip(&[]), "empty.zip", "an empty archive"),
    ];
    for (name, bytes, member, reason) in cases {
        let folder = Folder::new()
            .with("whole.json", trail(&series("eu-west-1", 1)))
            .with(name, bytes);
        let report = lookup(&folder).exits(3).json();
        let read = entries(&report);
        let gap = read.iter().find(|(place, state, told)| {
            place == member && matches!(&**state, "failed" | "truncated") && told.contains(reason)
        });
        assert!(gap.is_some(), "{name}: {read:?}");
    }
}

/// Nobody looked into it: that is no usage error, as if it held no records.
#[test]
fn what_cannot_be_taken_off_alone_is_a_failure() {
    let encrypted = with_header(&zip(&[("t.json", b"{}")]), 6, 8, 1);
    for (name, bytes) in [
        ("a.zip", &*encrypted),
        ("a.json.gz", b"no gzip"),
        ("a.json.bz2", b"BZh91AY"),
    ] {
        let folder = Folder::new().with(name, bytes);
        for from in [folder.path(), &folder.file(name)] {
            let said = trailhunt(["lookup", "--from", from.to_str().unwrap()]).exits(1);
            assert!(
                said.stderr.contains("nothing could be read"),
                "{}",
                said.stderr
            );
        }
    }
    let folder = Folder::new().with("a.txt", "read me");
    lookup(&folder).exits(2);
}

/// What was read before the damage was noticed counts.
#[test]
fn a_member_whose_sum_is_wrong_gives_its_records() {
    for count in [1, 400] {
        let torn = with_header(
            &zip(&[("t.json", &trail(&series("us-east-1", count)))]),
            14,
            16,
            7,
        );
        let folder = Folder::new().with("torn.zip", torn);
        assert_eq!(lookup(&folder).exits(3).json()["summary"]["events"], count);
    }
}

/// What makes far more of little than any records would is cut off, and said.
#[test]
fn bombs_end() {
    const SIZE: u64 = 300 << 20;
    let mut header = tar::Header::new_gnu();
    header.set_path("zeros.bin").unwrap();
    header.set_size(SIZE);
    header.set_cksum();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(header.as_bytes()).unwrap();
    std::io::copy(&mut std::io::repeat(0).take(SIZE + 1024), &mut encoder).unwrap();
    let bomb = gzip(&encoder.finish().unwrap());
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    let folder = Folder::new()
        .with("whole.json", trail(&series("eu-west-1", 1)))
        .with("bomb.tar.gz", &bomb);
    let report = lookup(&folder).exits(3).json();
    assert_eq!(report["summary"]["events"], 1);
    let told = entries(&report);
    let is_cut = |reason: &str| reason.contains("far more comes out");
    assert!(told.iter().any(|(_, _, reason)| is_cut(reason)), "{told:?}");
}

#[test]
fn an_archive_that_holds_no_records_is_no_answer() {
    let folder = Folder::new().with("a.docx", zip(&[("word/document.xml", b"<x/>")]));
    let path = folder.file("a.docx");
    let said = trailhunt(["lookup", "--from", path.to_str().unwrap()]).exits(2);
    assert!(
        said.stderr.contains("an archive without trail files"),
        "{}",
        said.stderr
    );
}
