//! Any records in any accepted shape come back as they are; damage costs what is damaged and nothing else.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::super::split::LIMIT;
use super::*;
use crate::event::time::Time;

/// Gives at most so many bytes a read.
struct Chunks<'a>(&'a [u8], usize);

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = self.1.min(buffer.len());
        self.0.read(&mut buffer[..most])
    }
}

fn read(bytes: &[u8], chunk: usize) -> (Vec<String>, FileContents) {
    let mut records = Vec::new();
    let contents = read_stream(Chunks(bytes, chunk), |event| {
        records.push(event.raw().to_owned());
    });
    assert_eq!(contents.events, records.len() as u64);
    (records, contents)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// White space between tokens; with `breaks` also line breaks.
fn space(breaks: bool) -> impl Strategy<Value = String> {
    let all = prop_oneof![8 => Just(""), 1 => Just(" "), 1 => Just("\n"), 1 => Just("\r\n\t")];
    all.prop_map(move |space| space.replace(|c| !breaks && c != ' ', "\t"))
}

/// A JSON string's text, with what could mislead a reader that looks for brackets and keys.
fn string() -> impl Strategy<Value = String> {
    let parts = [
        "{",
        "}",
        "[",
        "]",
        "\\\"",
        "\\\\",
        ",",
        ":",
        "\\n",
        "\\ud83d\\ude00",
        "é",
        "Records",
        "{\\\"eventVersion\\\":",
        "\\\"Events\\\":[",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..5)
        .prop_map(|parts| format!("\"{}\"", parts.concat()))
}

fn json(breaks: bool) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        string(),
        Just("true".into()),
        Just("-1.5e3".into()),
        Just("null".into())
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let item = (space(breaks), inner.clone())
            .prop_map(|(space, value)| format!("{space}{value}{space}"));
        let member = (space(breaks), string(), space(breaks), inner)
            .prop_map(|(a, key, b, value)| format!("{a}{key}{b}:{b}{value}{a}"));
        prop_oneof![
            prop::collection::vec(item, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..4)
                .prop_map(|items| format!("{{{}}}", items.join(","))),
        ]
    })
}

fn record(breaks: bool) -> impl Strategy<Value = String> {
    (space(breaks), json(breaks), 0..60_u8).prop_map(|(space, value, second)| {
        format!(
            r#"{{"eventVersion":{space}"1.08","eventTime":"2023-07-10T12:00:{second:02}Z","x":{value}{space}}}"#
        )
    })
}

fn records(breaks: bool) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(record(breaks), 0..6)
}

/// A file's text, and where in it each record has ended; what ends the last of all ends the file.
#[derive(Debug, Default)]
struct File {
    text: String,
    ends: Vec<usize>,
}

impl File {
    fn of(records: &[String], begin: &str, between: &str, end: &str) -> Self {
        let mut file = Self {
            text: begin.to_owned(),
            ends: Vec::new(),
        };
        for (index, record) in records.iter().enumerate() {
            file.text += if index > 0 { between } else { "" };
            file.text += record;
            file.ends.push(file.text.len());
        }
        file.text += end;
        file
    }

    /// In one of the shapes that are no lines.
    fn closed(shape: usize, records: &[String]) -> Self {
        match shape {
            0 => Self::of(records, r#"{"Records":["#, ",", "]}"),
            1 => Self::of(
                records,
                "{\"a\":{\"Records\":[1]},\n\"b\":[\"]\"],\n\"Records\"\n:\n[\n",
                "\n,\n",
                "\n] }",
            ),
            2 => Self::of(records, "[", ", ", "]"),
            3 => {
                let looked_up: Vec<_> = records
                    .iter()
                    .map(|record| {
                        serde_json::json!({"EventId": "1", "CloudTrailEvent": record}).to_string()
                    })
                    .collect();
                Self::of(
                    &looked_up,
                    r#"{"Events": ["#,
                    ",\n    ",
                    r#"], "NextToken": "abc[{"}"#,
                )
            }
            _ => Self::of(
                records,
                "\u{feff}[{\"Records\":[",
                "]},{\"Records\":[",
                "]}]",
            ),
        }
    }
}

const CLOSED: std::ops::Range<usize> = 0..5;

proptest! {
    #[test]
    fn every_shape_gives_the_records_back(
        records in records(true),
        shape in CLOSED,
        chunk in 1..200_usize,
        members in prop::option::of(0.0..1.0),
    ) {
        let text = File::closed(shape, &records).text.into_bytes();
        let bytes = match members {
            None => text,
            Some(share) => {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a small length")]
                let (one, two) = text.split_at((text.len() as f64 * share) as usize);
                [gzip(one), gzip(two)].concat()
            }
        };
        let (read, contents) = read(&bytes, chunk);
        prop_assert_eq!(read, records);
        prop_assert_eq!(contents.state(), (State::Read, None));
    }

    #[test]
    fn values_one_after_another_give_the_records_back(
        records in records(true),
        between in prop::sample::select(vec!["", "\n", "\r\n\r\n", " "]),
        chunk in 1..200_usize,
    ) {
        let file = File::of(&records, "", between, "\n");
        prop_assert_eq!(read(file.text.as_bytes(), chunk).0, records);
    }

    #[test]
    fn a_cut_keeps_what_is_before_it(records in records(true), shape in CLOSED, cut in any::<prop::sample::Index>()) {
        let file = File::closed(shape, &records);
        let cut = cut.index(file.text.len());
        let complete = file.ends.iter().filter(|end| **end <= cut).count();
        let (read, contents) = read(&file.text.as_bytes()[..cut], 64);
        prop_assert_eq!(&read, &records[..complete]);
        prop_assert!(matches!(contents.state().0, State::Truncated | State::Failed));
    }

    #[test]
    fn cut_gzip_keeps_what_is_before_the_cut(records in records(true), shape in CLOSED, cut in any::<prop::sample::Index>()) {
        let file = File::closed(shape, &records);
        let bytes = gzip(file.text.as_bytes());
        let bytes = &bytes[..cut.index(bytes.len())];
        let mut text = Vec::new();
        let _ = flate2::read::GzDecoder::new(bytes).read_to_end(&mut text);
        let complete = file.ends.iter().filter(|end| **end <= text.len()).count();
        let (read, contents) = read(bytes, 7);
        prop_assert_eq!(&read, &records[..complete]);
        prop_assert!(matches!(contents.state().0, State::Truncated | State::Failed));
    }

    #[test]
    fn a_torn_line_costs_no_other_line(
        before in records(false),
        torn in record(false),
        cut in any::<prop::sample::Index>(),
        after in records(false),
        chunk in 1..200_usize,
    ) {
        let cut = 1 + cut.index(torn.len() - 1);
        let torn = String::from_utf8_lossy(&torn.as_bytes()[..cut]).into_owned();
        let lines: Vec<_> = before.iter().chain([&torn]).chain(&after).cloned().collect();
        let (read, contents) = read(lines.join("\n").as_bytes(), chunk);
        prop_assert_eq!(read, [before, after].concat());
        prop_assert!(contents.lost.count > 0);
    }

    #[test]
    fn any_bytes_are_read_alike_in_any_chunks(bytes in prop::collection::vec(any::<u8>(), 0..300), chunk in 1..50_usize) {
        prop_assert_eq!(read(&bytes, chunk), read(&bytes, usize::MAX));
    }

    #[test]
    fn brackets_and_quotes_are_read_alike_in_any_chunks(text in r#"[\[\]{}",:\\\n1N]{0,80}"#, chunk in 1..9_usize) {
        prop_assert_eq!(read(text.as_bytes(), chunk), read(text.as_bytes(), usize::MAX));
    }
}

const ONE: &str = r#"{"eventVersion":"1.08","eventID":"1","eventTime":"2023-07-10T12:00:05Z"}"#;
const TWO: &str = r#"{"eventVersion":"1.08","eventID":"2","eventTime":"2023-07-10T12:00:01Z"}"#;

/// One damaged record between two sound ones: both are kept, and the damage is one gap at its place.
#[track_caller]
fn costs_itself_only(damaged: &[u8], why: &str) {
    for (begin, between, end) in [
        (r#"{"Records":["#, ",", "]}"),
        ("[", ",\n", "]"),
        ("", "\n", "\n"),
    ] {
        let sound = |text: &str| text.as_bytes().to_vec();
        let bytes = [
            sound(begin),
            sound(ONE),
            sound(between),
            damaged.to_vec(),
            sound(between),
            sound(TWO),
            sound(end),
        ];
        let at = begin.len() + ONE.len() + between.len();
        let (read, contents) = read(&bytes.concat(), 64 << 10);
        assert!(read == [ONE, TWO], "{} records", read.len());
        let (state, reason) = contents.state();
        assert_eq!(state, State::Truncated);
        assert!(
            reason
                .as_ref()
                .unwrap()
                .starts_with(&format!("byte {at}: {why}")),
            "{reason:?}"
        );
        assert_eq!(
            contents.lost.count + contents.foreign.count,
            1,
            "{reason:?}"
        );
    }
}

#[test]
fn a_damaged_record_costs_itself_only() {
    costs_itself_only(
        b"{\"eventVersion\":\"1.08\",\"userAgent\":\"\xff\"}",
        "not UTF-8",
    );
    costs_itself_only(
        br#"{"eventVersion":"1.08","x":NaN}"#,
        "not readable as JSON",
    );
    costs_itself_only(br#"{"eventVersion":"1.08" "x":1}"#, "not readable as JSON");
    costs_itself_only(br#"{"a":1}"#, "no CloudTrail record");
    costs_itself_only(b"null", "no CloudTrail record");
    costs_itself_only(
        br#"{"eventVersion":"1.08","x":"not closed}"#,
        "a record that does not end",
    );
    costs_itself_only(
        br#"{"eventVersion":"1.08","x":{"y":1}"#,
        "a record that does not end",
    );
    let deep = format!(
        r#"{{"eventVersion":"1.08","x":{}NaN{}}}"#,
        "[".repeat(5000),
        "]".repeat(5000)
    );
    costs_itself_only(deep.as_bytes(), "not readable as JSON");
}

#[test]
fn a_record_beyond_the_limit_costs_itself_only() {
    let large = format!(r#"{{"eventVersion":"1.08","x":"{}"}}"#, "x".repeat(LIMIT));
    let (read, contents) = read(format!("[{ONE},{large},{TWO}]").as_bytes(), 1 << 20);
    assert!(read == [ONE, TWO], "{} records", read.len());
    let at = 1 + ONE.len() + 1;
    let reason = format!("byte {at}: a record larger than 16 MiB");
    assert_eq!(contents.state(), (State::Truncated, Some(reason)));
}

#[test]
fn a_deep_record_hides_no_forged_one() {
    // an attacker may choose a request's depth and text: what is within a damaged record is no record
    let forged = r#"{"eventVersion":"1.08","eventID":"forged"}"#;
    let deep = format!(
        r#"{{"eventVersion":"1.08","x":{}1,{forged},{forged}{}}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    assert_eq!(self::read(deep.as_bytes(), 64).0, [deep.as_str()]);
    let torn = deep.replacen("]}", "}}", 1);
    costs_itself_only(torn.as_bytes(), "not readable as JSON");
    let cut = format!(r#"{{"Records":[{ONE},{{"eventVersion":"1.08","x":[1,{forged},"#);
    assert_eq!(read(cut.as_bytes(), 64).0, [ONE]);
}

#[test]
fn one_bracket_too_many_costs_no_record() {
    for text in [
        format!(r#"{{"Records":[{ONE}}},{TWO}]}}"#),
        format!(r#"{{"Records":[{ONE}],{TWO}]}}"#),
        format!(r#"{{"Records":[{ONE}]}}]}},{TWO}"#),
    ] {
        let (read, contents) = read(text.as_bytes(), 64);
        assert_eq!(read, [ONE, TWO], "{text}");
        assert_eq!(contents.state().0, State::Truncated, "{text}");
    }
}

#[test]
fn a_torn_document_costs_no_document_after_it() {
    let torn = format!("{{\"Records\":[{ONE},{{\"eventVersion\":\"1.0\n");
    let text = format!("{}{{\"Records\":[{TWO}]}}\n", torn.repeat(20));
    let (read, _) = read(text.as_bytes(), 64);
    assert_eq!(read.len(), 21);
    assert_eq!(read.last().map(String::as_str), Some(TWO));
}

#[test]
fn a_looked_up_record_is_decoded() {
    let text = r#"[{"EventId":"1","Username":"\udc00","CloudTrailEvent":"{\"eventVersion\":\"1.08\",\"userAgent\":\"a\ud800b\\ud800\"}"}]"#;
    let (read, contents) = read(text.as_bytes(), 64);
    assert_eq!(
        read,
        ["{\"eventVersion\":\"1.08\",\"userAgent\":\"a\u{fffd}b\\ud800\"}"]
    );
    assert_eq!(contents.state(), (State::Read, None));
}

fn state(bytes: &[u8]) -> (State, String) {
    let (state, reason) = read(bytes, 64).1.state();
    (state, reason.unwrap_or_default())
}

#[test]
fn what_holds_no_records_says_what_it_is() {
    use State::{Failed, Read, Skipped, Truncated};
    let cases: [(&[u8], State, &str); 10] = [
        (b"", Failed, "empty"),
        (b" \n", Failed, "empty"),
        (br#"{"Records":[]}"#, Read, ""),
        (br#"{"Events": []}"#, Read, ""),
        (
            br#"{"name":"left-pad","version":"1.0.0"}"#,
            Failed,
            "byte 0: no CloudTrail record",
        ),
        (br#"["a", 1]"#, Failed, "byte 1: no CloudTrail record"),
        (
            br#"{"awsAccountId":"1","digestS3Object":"x"}"#,
            Skipped,
            "a digest of trail files",
        ),
        (b"PK\x03\x04 \xff{{", Failed, "the zip data is damaged"),
        (
            br#"{"Records":["#,
            Truncated,
            "byte 12: the data is cut off",
        ),
        (
            &[0x1f, 0x8b, 8],
            Failed,
            "byte 0 of the decoded data: the gzip data is cut off",
        ),
    ];
    for (bytes, expected, why) in cases {
        let (state, reason) = state(bytes);
        let case = String::from_utf8_lossy(bytes);
        assert_eq!(state, expected, "{case}");
        assert!(reason.starts_with(why), "{case}: {reason}");
    }
    assert_eq!(state(&gzip(b"")).1, "empty");
}

#[test]
fn damaged_gzip_says_where() {
    let text = format!("{{\"Records\":[{}]}}", vec![ONE; 500].join(","));
    let mut bytes = gzip(text.as_bytes());
    let checksum = bytes.len() - 6;
    bytes[checksum] ^= 1;
    let (read, contents) = read(&bytes, 4096);
    assert_eq!(read.len(), 500);
    let (state, reason) = contents.state();
    assert_eq!(state, State::Truncated);
    let reason = reason.unwrap();
    assert!(
        reason.starts_with(&format!(
            "byte {} of the decoded data: the gzip data is damaged",
            text.len()
        )),
        "{reason}"
    );
}

#[test]
fn times_are_of_the_oldest_and_the_newest() {
    let (_, contents) = read(format!("{ONE}\n{TWO}").as_bytes(), 9);
    let seconds = |time: Option<Time>| time.unwrap().to_rfc3339();
    assert_eq!(seconds(contents.oldest), "2023-07-10T12:00:01+00:00");
    assert_eq!(seconds(contents.newest), "2023-07-10T12:00:05+00:00");
}

#[test]
fn no_document_hides_records_beside_what_it_says_to_be() {
    let text = |record: &str| serde_json::json!(record).to_string();
    let (one, two) = (ONE, TWO);
    for document in [
        format!(r#"{{"Records":[{one}],"archived":[{two}]}}"#),
        format!(r#"{{"older":[{two}],"Records":[{one}]}}"#),
        format!(
            r#"{{"Records":[],"logEvents":[{{"message":{}}},{{"message":{}}}]}}"#,
            text(one),
            text(two)
        ),
        format!(
            r#"{{"tool":{{"name":"trailhunt"}},"logEvents":[{{"message":{}}},{two}]}}"#,
            text(one)
        ),
        format!(r#"{{"digestS3Object":"x","more":[{one},{two}]}}"#),
        format!(r#"{{"messageType":"CONTROL_MESSAGE","logEvents":[{one},{two}]}}"#),
        format!(r#"{{"eventCategory":"Insight","hits":[{one},{two}]}}"#),
        format!(
            r#"{{"eventVersion":"1.0","eventName":"aws:kinesis:record","eventSource":"aws:kinesis","data":[{one},{two}]}}"#
        ),
    ] {
        for chunk in [1, 7, 1 << 20] {
            let (mut ids, contents) = read(document.as_bytes(), chunk);
            ids.sort();
            assert_eq!(ids, [one, two], "{document}");
            assert_eq!(contents.state(), (State::Read, None), "{document}");
        }
    }
}
