//! A file read whole against the stream: whatever its bytes are, both find the same, or the file is left to the stream.
//!
//! `PROPTEST_CASES=1000000 cargo test --release --lib whole` tries more files.

use std::io::Write;
use std::sync::atomic::AtomicBool;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;
use crate::sources::files::{Delivered, FileContents, read_stream};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The member `packed` with these flags and what they announce.
fn with_header(packed: &[u8], flags: u8, more: &[u8]) -> Vec<u8> {
    let (begin, rest) = packed.split_at(FIXED_HEADER);
    let mut begin = begin.to_vec();
    begin[3] = flags;
    let end: &[u8] = if flags == HAS_NAME { &[0] } else { &[] };
    [&begin, more, end, rest].concat()
}

/// What the whole file tells, with its events; none where it is left to the stream.
fn read_whole(bytes: &[u8]) -> Option<(FileContents, Vec<String>)> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    let mut reader = WholeFile::default();
    let whole = reader.read(&file, bytes.len() as u64)?;
    let mut events = Vec::new();
    let contents = FileContents::read_whole(&whole, &AtomicBool::new(false), &mut |delivered| {
        if let Delivered::Call(event) = delivered {
            let glance = event.clone().without_glance();
            events.push(format!("{:?} {}", glance.time(), glance.raw()));
        }
    });
    Some((contents, events))
}

/// Asserts that the stream finds the same in `bytes`. Whether they were read whole.
fn agrees(bytes: &[u8]) -> bool {
    let Some(whole) = read_whole(bytes) else {
        return false;
    };
    let mut events = Vec::new();
    let contents = read_stream(bytes, |event| {
        events.push(format!("{:?} {}", event.time(), event.raw()));
    });
    let shown = String::from_utf8_lossy(bytes);
    assert_eq!(whole, (contents, events), "{shown}");
    true
}

const RECORDS: [&str; 11] = [
    r#"{"eventVersion":"1.08","eventID":"1","eventTime":"2023-07-10T12:00:05Z","eventName":"CreateUser"}"#,
    r#"{ "eventVersion" : "1.11" , "eventTime":"2023-07-10T12:00:01Z", "requestParameters":{"a":["\"}]",{}]}}"#,
    "{\n  \"eventVersion\": \"1.09\",\n  \"userIdentity\": {\n    \"type\": \"Root\"\n  }\n}",
    // what the glance leaves to the tree
    r#"{"eventVersion":"1.08","eventName":"A\u0062","eventTime":"2023-07-10T12:00:05Z"}"#,
    r#"{"eventVersion":"1.08","eventName":"a","eventName":"b"}"#,
    r#"{"eventVersion":"1.08","x":"\ud800","y":1e400}"#,
    // no calls, and no records
    r#"{"eventVersion":"1.08","eventCategory":"Insight","eventType":"AwsCloudTrailInsight","eventID":"i"}"#,
    r#"{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put"}"#,
    r#"{"eventVersion":"1.08"}"#,
    r#"{"eventVersion":"1.0","Records":[{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:36Z","eventName":"X"}]}"#,
    r#"{"eventVersion":7,"a":{"eventVersion":"1.08","eventName":"x"}}"#,
];

fn document(records: &[&str], between: &str) -> String {
    let records = records.join(&format!("{between},{between}"));
    format!("{{{between}\"Records\"{between}:{between}[{between}{records}{between}]{between}}}")
}

#[test]
fn plain_trail_files_are_read_whole() {
    for between in ["", " ", "\n", "\r\n\t "] {
        for records in [&RECORDS[..9], &RECORDS[..1], &[]] {
            let document = document(records, between);
            assert!(agrees(document.as_bytes()), "{document}");
            let packed = gzip(document.as_bytes());
            assert!(agrees(&packed), "{document}");
            assert!(agrees(&with_header(&packed, HAS_NAME, b"trail.json")));
        }
    }
}

#[test]
fn what_is_not_plain_is_left_to_the_stream() {
    let plain = document(&RECORDS[..2], "");
    let packed = gzip(plain.as_bytes());
    let torn = |at: usize| packed[..packed.len() - at].to_vec();
    let files = [
        Vec::new(),
        b"[]".to_vec(),
        RECORDS[0].as_bytes().to_vec(),
        format!("{plain}{plain}").into_bytes(),
        format!("{plain},").into_bytes(),
        format!("\u{feff}{plain}").into_bytes(),
        plain.replace("]}", ",]}").into_bytes(),
        plain.replace("]}", "],\"nextToken\":\"x\"}").into_bytes(),
        plain
            .replace("{\"Records\"", "{\"a\":1,\"Records\"")
            .into_bytes(),
        plain.replace("Records", "Events").into_bytes(),
        plain.replace(",{", "\u{c},{").into_bytes(),
        plain.replace("CreateUser", "Create\u{1}User").into_bytes(),
        plain.as_bytes()[..plain.len() - 1].to_vec(),
        // a second member, be it the same once more; what stands behind the member; what is cut off
        [&*packed, &packed].concat(),
        [&*packed, &gzip(b"")].concat(),
        [&*packed, &[0; 512]].concat(),
        [&*packed, &packed[packed.len() - TRAILER..]].concat(),
        // records within a record
        plain
            .replacen("\"eventID\"", "\"Records\":[],\"eventID\"", 1)
            .into_bytes(),
        plain
            .replacen(
                "\"eventID\"",
                "\"Events\":[{\"eventVersion\":\"1\"}],\"eventID\"",
                1,
            )
            .into_bytes(),
        plain
            .replacen('{', &format!("{{{}", " ".repeat(300)), 1)
            .into_bytes(),
        // header checksums, extra fields, long names
        with_header(&packed, 2, &[0, 0]),
        with_header(&packed, 4, &[1, 0, 0]),
        with_header(&packed, HAS_NAME, &vec![b'x'; 70_000]),
        torn(1),
        torn(TRAILER),
        torn(TRAILER + 1),
        gzip(&packed),
    ];
    for file in files {
        assert!(
            read_whole(&file).is_none(),
            "{}",
            String::from_utf8_lossy(&file)
        );
    }
}

proptest! {
    #[test]
    fn whatever_the_bytes_are(
        picked in prop::collection::vec(0..RECORDS.len(), 0..4),
        between in r"[ \n]{0,1}",
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 0..3),
        packs in any::<bool>(),
        edits_packed in any::<bool>(),
    ) {
        let records: Vec<&str> = picked.iter().map(|at| RECORDS[*at]).collect();
        let mut bytes = document(&records, &between).into_bytes();
        let is_plain = edits.is_empty() && !picked.contains(&9);
        if packs && edits_packed {
            bytes = gzip(&bytes);
        }
        for (at, edit, byte) in edits {
            let at = at.index(bytes.len().max(1));
            let marks = b"{}[],:\"\\ \nn1";
            match edit {
                0 if at < bytes.len() => { bytes.remove(at); }
                1 => bytes.insert(at, marks[usize::from(byte) % marks.len()]),
                2 if at < bytes.len() => bytes[at] = byte,
                _ => bytes.truncate(bytes.len().saturating_sub(usize::from(byte) % 8)),
            }
        }
        if packs && !edits_packed {
            bytes = gzip(&bytes);
        }
        let is_whole = agrees(&bytes);
        prop_assert!(is_whole || !is_plain);
    }
}
