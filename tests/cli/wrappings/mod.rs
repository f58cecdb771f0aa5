//! Records as services and tools hand them over: each wrapping and each encoding gives the report of the plain file.

mod partial;
mod table;

use serde_json::{Value, json};
use trailhunt::sources::files::read_stream;

use self::table::{ENCODINGS, WRAPPINGS};
pub use self::table::{tar, zip};
use crate::support::offline::{Folder, gzip, trail, trailhunt};
use crate::support::records::{invictus, record, series};

/// The real records, or made-up ones where these are not at hand; each id once.
fn records() -> Vec<String> {
    invictus().unwrap_or_else(|| series("us-east-1", 300))
}

/// The report of a lookup over `from`, without what says where it comes from.
fn report(from: &str) -> Value {
    let said = trailhunt(["lookup", "--format", "json", "--from", from]).exits(0);
    let mut report = said.json();
    let fields = report.as_object_mut().unwrap();
    for field in ["run_id", "generated_at", "coverage", "next"] {
        fields.remove(field).unwrap();
    }
    report
}

#[test]
fn every_wrapping_gives_the_same_report() {
    let records = records();
    let mut folder = Folder::new();
    for (name, wrap) in WRAPPINGS {
        folder = folder.with(&format!("{name}.json"), wrap(&records));
    }
    let path = |name: &str| folder.file(&format!("{name}.json")).display().to_string();
    let expected = report(&path("trail"));
    assert!(expected["summary"]["events"].as_u64().unwrap() >= 300);
    for (name, _) in WRAPPINGS {
        assert!(report(&path(name)) == expected, "{name}");
    }
}

#[test]
fn every_encoding_gives_the_same_report() {
    let records = records();
    let plain = trail(&records);
    let mut folder = Folder::new().with("plain.json", &plain);
    let mut paths = Vec::new();
    for (number, (ending, encode)) in ENCODINGS.iter().enumerate() {
        // in a folder of its own: its name and its content must do
        let name = format!("{number}/trail{ending}");
        folder = folder.with(&name, encode(&plain));
        paths.push(folder.file(&number.to_string()));
    }
    let expected = report(folder.file("plain.json").to_str().unwrap());
    for path in paths {
        let mut report = report(path.to_str().unwrap());
        // the zip with what another system left in it
        let unseen = report["not_visible"].as_array_mut().unwrap();
        unseen.retain(|entry| !entry["why"].as_str().unwrap().contains("nor an archive"));
        assert!(report == expected, "{}", path.display());
    }
}

#[test]
fn every_wrapping_in_every_encoding() {
    let mut records = records();
    records.truncate(100);
    for (name, wrap) in WRAPPINGS {
        let text = wrap(&records);
        for (number, (_, encode)) in ENCODINGS.iter().enumerate() {
            let bytes = encode(text.as_bytes());
            let mut read = Vec::new();
            let contents = read_stream(bytes.as_slice(), |event| read.push(event.raw().to_owned()));
            assert!(read == records, "{name}, {number}: {:?}", contents.state());
            assert_eq!(contents.state().1, None, "{name}, {number}");
        }
    }
}

/// Documents of many MiB are streamed, whatever the keys above their lists.
#[test]
fn large_documents_are_no_single_value() {
    let records = series("us-east-1", 14_000);
    let strings: Vec<String> = records
        .iter()
        .map(|record| json!({"message": record, "n": [1, {}]}).to_string())
        .collect();
    let strings = strings.join(",\n");
    for (begin, end) in [
        (r#"{"events":["#, r#"],"searchedLogStreams":[]}"#),
        (
            r#"{"took":1,"hits":{"total":{"value":7},"hits":["#,
            r#"]},"x":"y"}"#,
        ),
        (r#"{"messageType":"DATA_MESSAGE","logEvents":["#, "]}\n"),
        (r#"[[{"a":{"b":["#, "]}}]]"),
    ] {
        let text = [begin, &strings, end].concat();
        assert!(text.len() > 6 << 20);
        let mut count = 0;
        let contents = read_stream(text.as_bytes(), |_| count += 1);
        assert_eq!((count, contents.state().1), (14_000, None), "{begin}");
        let cut = &text.as_bytes()[..text.len() - end.len() - 10];
        count = 0;
        let contents = read_stream(cut, |_| count += 1);
        assert_eq!(count, 13_999, "{begin}");
        assert!(contents.state().1.unwrap().contains("cut off"), "{begin}");
    }
}

fn ids(text: &str) -> (Vec<String>, Option<String>) {
    let mut ids = Vec::new();
    let contents = read_stream(text.as_bytes(), |event| {
        ids.extend(event.id().map(str::to_owned));
    });
    (ids, contents.state().1)
}

#[test]
fn what_is_too_deep_is_a_gap() {
    let record = record(&json!({"eventID": "a"}));
    let nested = |levels: usize| {
        let keys = r#"{"a":"#.repeat(levels);
        format!("{keys}{record}{}", "}".repeat(levels))
    };
    for levels in 1..=8 {
        assert_eq!(
            ids(&nested(levels)),
            (vec!["a".to_owned()], None),
            "{levels}"
        );
    }
    let (found, gap) = ids(&nested(9));
    assert_eq!(found.len(), 0);
    assert!(gap.unwrap().contains("nested too deep"));
    let strings = (0..12).fold(record, |inner, _| Value::from(inner).to_string());
    assert!(ids(&strings).1.unwrap().contains("nested too deep"));
}

/// What a caller may write into a request is no record, wherever an export puts it.
#[test]
fn what_a_caller_chose_is_never_a_record() {
    let forged = json!({"eventVersion": "1.08", "eventTime": "2026-11-10T10:00:00Z", "eventName": "ConsoleLogin",
        "eventID": "forged"});
    let real = json!({"eventVersion": "1.08", "eventID": "real", "requestParameters": forged,
        "userAgent": forged.to_string()});
    assert_eq!(ids(&real.to_string()).0, ["real"]);
    for key in [
        "requestParameters",
        "request_parameters",
        "responseElements",
        "userAgent",
        "user_agent.original",
        "aws.cloudtrail.request_parameters",
        "additionalEventData",
        "userIdentity",
    ] {
        for value in [forged.clone(), forged.to_string().into(), json!([forged])] {
            let wrapped = json!({"_source": {"original": real.to_string(), key: value}});
            assert_eq!(
                ids(&wrapped.to_string()),
                (vec!["real".to_owned()], None),
                "{key}"
            );
            let alone = json!({"_source": {key: value}});
            let (found, gap) = ids(&alone.to_string());
            assert_eq!(found.len(), 0, "{key}");
            assert!(gap.unwrap().contains("no CloudTrail record"), "{key}");
        }
    }
}

/// One wrapped record that cannot be read costs itself, and is a gap.
#[test]
fn damage_within_a_wrapping_is_a_gap() {
    let records = series("us-east-1", 3);
    let cut = &records[1][..records[1].len() - 5];
    for messages in [
        json!([{"message": records[0]}, {"message": cut}, {"message": records[2]}]),
        json!([records[0], cut, records[2]]),
        json!([{"detail": {"x": records[0]}}, {"message": "no record"}, {"message": records[2]}]),
    ] {
        let folder = Folder::new().with("a.json", json!({"events": messages}).to_string());
        let from = folder.path().to_str().unwrap();
        let said = trailhunt(["lookup", "--format", "json", "--from", from]).exits(3);
        let report = said.json();
        assert_eq!(report["summary"]["events"], 2, "{messages}");
        assert_eq!(report["coverage"][0]["state"], "truncated", "{messages}");
    }
}

/// Each is a file that might have held the call that was asked for: named, with its reason, beside one that was read.
#[test]
fn what_is_not_understood_is_a_gap_by_name() {
    let athena =
        r#"{"eventversion":"1.08","useridentity":"{type=IAMUser}","eventname":"StopLogging"}"#;
    let cases: &[(&str, &[u8], &str)] = &[
        (
            "package.json",
            br#"{"name":"x","version":"1"}"#,
            "no CloudTrail record",
        ),
        (
            "ocsf.json",
            br#"{"class_uid":6003,"api":{"operation":"StopLogging"}}"#,
            "no CloudTrail record",
        ),
        (
            "athena.json",
            athena.as_bytes(),
            "columns in lower case, as Athena writes them",
        ),
        (
            "athena.csv",
            b"\"eventversion\",\"useridentity\"\n\"1.08\",\"{type=Root}\"\n",
            "a table (CSV)",
        ),
        (
            "console.csv",
            b"User name,Event time,Event source\nana,2026-11-10,iam\n",
            "a table (CSV)",
        ),
        (
            "random.json.gz",
            b"\x93\x07\x11 no gzip",
            "not gzip, as its name says",
        ),
        (
            "random.gz",
            b"\x93\x07\x11 no gzip",
            "not gzip, as its name says",
        ),
        (
            "evidence.zip",
            b"\x93\x07\x11 no zip",
            "not zip, as its name says",
        ),
        (
            "trail.json.bz2",
            b"BZh91AY&SY\x01",
            "bzip2, which is not read",
        ),
        (
            "trail.json.zst",
            b"\x28\xb5\x2f\xfd\x04",
            "zstd, which is not read",
        ),
        (
            "lake.parquet",
            b"PAR1\x15\x04",
            "Parquet, which is not read",
        ),
        (
            "backup.7z",
            b"7z\xbc\xaf\x27\x1c\0\x04",
            "7-Zip, which is not read",
        ),
        (
            "archive.json",
            b"PK\x03\x04\x14\0\0\0",
            "the zip data is damaged",
        ),
        (
            "half.json",
            b"\xff\xfe{\0\"\0a",
            "the UTF-16 text is cut off",
        ),
        ("empty.json", b"", "empty"),
    ];
    for (name, bytes, reason) in cases {
        let folder = Folder::new()
            .with("trail.json.gz", gzip(&trail(&series("us-east-1", 2))))
            .with(name, bytes);
        let from = folder.path().to_str().unwrap();
        let report = trailhunt(["lookup", "--format", "json", "--from", from])
            .exits(3)
            .json();
        assert_eq!(report["summary"]["events"], 2, "{name}");
        let gap = report["coverage"]
            .as_array()
            .unwrap()
            .iter()
            .find(|entry| entry["location"].as_str().unwrap().ends_with(name));
        let gap = gap.unwrap();
        assert_eq!(gap["state"], "failed", "{name}");
        let told = gap["reason"].as_str().unwrap();
        assert!(told.contains(reason), "{name}: {told}");
        let table = trailhunt(["lookup", "--from", from]).exits(3);
        assert!(table.text().contains(name), "{}", table.text());
    }
}

/// What stands beside a trail as a rule, and is known.
#[test]
fn what_is_known_to_be_none_is_no_gap() {
    let own = trailhunt(["lookup", "--from", "demo", "--format", "json"]).exits(0);
    let cases: &[(&str, &[u8])] = &[
        ("report.json", &own.stdout),
        (
            "digest.json",
            br#"{"awsAccountId":"1","digestS3Object":"x","logFiles":[{"s3Object":"y"}]}"#,
        ),
        (
            "result_sign.json",
            br#"{"version":"1.0","hashSignature":"0","publicKeyFingerprint":"1"}"#,
        ),
        (
            "control.json",
            br#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"x"}]}"#,
        ),
        ("none.json", br#"{"events":[],"searchedLogStreams":[]}"#),
        (
            "AWSLogs/111122223333/Config/eu-west-1/2026/1/1/c.json",
            br#"{"configurationItems":[{}]}"#,
        ),
        ("app.log.gz", &gzip(b"started\nstopped\n")),
        ("notes.txt", b"read me"),
        ("aws-logs-write-test", b"Permission Check Successful"),
        ("photo", b"\x89PNG\r\n"),
        ("report.docx", &zip(&[("word/document.xml", b"<x/>")])),
        ("_SUCCESS", b""),
    ];
    for (name, bytes) in cases {
        let folder = Folder::new()
            .with("trail.json", trail(&series("us-east-1", 2)))
            .with(name, bytes);
        let from = folder.path().to_str().unwrap();
        let report = trailhunt(["lookup", "--format", "json", "--from", from])
            .exits(0)
            .json();
        assert_eq!(report["complete"], true, "{name}");
        assert_eq!(report["summary"]["events"], 2, "{name}");
    }
}

#[test]
fn json_in_base64_is_searched_in_every_shape_and_zstd_is_a_gap() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let one = record(&json!({"eventID": "a"}));
    let value: Value = serde_json::from_str(&one).unwrap();
    for text in [
        one.clone(),
        json!({"Records": [value]}).to_string(),
        json!([value]).to_string(),
        json!([one]).to_string(),
        format!("{:#}", json!([value])),
        format!("{value:#}"),
    ] {
        let wrapped = json!({"data": STANDARD.encode(&text)}).to_string();
        assert_eq!(ids(&wrapped), (vec!["a".to_owned()], None), "{text}");
    }
    let zstd = [&[0x28, 0xb5, 0x2f, 0xfd][..], &[7; 200]].concat();
    let wrapped = json!([{"data": STANDARD.encode(&zstd)}, value]).to_string();
    let (found, gap) = ids(&wrapped);
    assert_eq!(found, ["a"]);
    assert!(gap.unwrap().contains("cannot be unpacked"));
}
