//! Trail files as investigators get them, damaged ones too: what can be read is read, and what cannot is a gap.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::offline::{Folder, Said, gzip, trail, trailhunt};
use crate::support::records::{record, series};

const KEY: &str = "AKIAEXAMPLE000000000";

/// The trace of [`KEY`] over `from`, in `format`.
fn trace(from: &Path, format: &str) -> Said {
    let from = from.to_str().unwrap();
    trailhunt(["trace-key", KEY, "--format", format, "--from", from])
}

fn ids(report: &Value) -> Vec<&str> {
    let events = report["events"].as_array().unwrap().iter();
    events
        .map(|event| event["event_id"].as_str().unwrap())
        .collect()
}

/// State, reason and count of the events of the file called `name`.
fn coverage<'r>(report: &'r Value, name: &str) -> (&'r str, &'r str, u64) {
    let files = report["coverage"].as_array().unwrap();
    let is_it = |file: &&Value| file["location"].as_str().unwrap().ends_with(name);
    let file = files.iter().find(is_it).unwrap();
    (
        file["state"].as_str().unwrap(),
        file["reason"].as_str().unwrap_or_default(),
        file["events"].as_u64().unwrap(),
    )
}

#[test]
fn a_cut_archive_gives_what_stands_before_the_cut() {
    let records = series("us-east-1", 600);
    let whole = gzip(&trail(&records));
    let folder = Folder::new()
        .with("cut.json.gz", &whole[..whole.len() / 2])
        .with("whole.json.gz", gzip(&trail(&series("eu-west-1", 3))));
    let report = trace(folder.path(), "json").exits(3).json();
    assert_eq!(report["complete"], false);
    let (state, reason, events) = coverage(&report, "cut.json.gz");
    assert_eq!(state, "truncated");
    assert!(reason.contains("byte"), "{reason}");
    assert!((1..600).contains(&events), "{events}");
    assert_eq!(coverage(&report, "whole.json.gz"), ("read", "", 3));
    let ids = ids(&report);
    assert_eq!(ids.len() as u64, events + 3);
    for n in 0..events {
        assert!(ids.contains(&&*format!("us-east-1-{n}")), "{n}");
    }
    let table = trace(folder.path(), "table").exits(3);
    assert!(table.text().contains("INCOMPLETE"), "{}", table.text());
}

#[test]
fn nothing_but_a_damaged_file_is_no_answer_of_none() {
    let whole = gzip(&trail(&series("us-east-1", 3)));
    let folder = Folder::new().with("cut.json.gz", &whole[..12]);
    let said = trace(folder.path(), "table");
    assert_ne!(said.code, Some(0));
    assert!(!said.text().contains("no events found"), "{}", said.text());
}

/// A record that is unreadable costs itself and no other.
fn costs_one_record(bad: &[u8]) {
    let good = series("us-east-1", 2);
    let records = [good[0].as_bytes(), bad, good[1].as_bytes()];
    let folder = Folder::new().with("a.json", trail(&records));
    let report = trace(folder.path(), "json").exits(3).json();
    assert_eq!(ids(&report), ["us-east-1-0", "us-east-1-1"]);
    let (state, reason, events) = coverage(&report, "a.json");
    assert_eq!((state, events), ("truncated", 2));
    let offset = b"{\"Records\":[".len() + good[0].len() + 1;
    assert!(reason.contains(&offset.to_string()), "{reason}");
}

/// What JSON allows and no tree of it can hold costs nothing: the record is there, and as it was delivered.
#[test]
fn numbers_and_depths_that_no_tree_can_hold() {
    let deep = |levels| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for value in [
        deep(200),
        deep(100_000),
        "1e400".into(),
        "[-1E999,{\"a\":1e400}]".into(),
    ] {
        let plain = record(&json!({"additionalEventData": "X"}));
        let raw = plain.replace("\"X\"", &value);
        let folder = Folder::new().with("a.json", trail(&[&raw]));
        let report = trace(folder.path(), "json").exits(0).json();
        assert_eq!(report["summary"]["events"], 1);
        let records = trace(folder.path(), "jsonl").exits(0);
        assert!(
            records.text() == format!("{raw}\n"),
            "{} bytes",
            value.len()
        );
    }
}

#[test]
fn deep_damage() {
    let deep = format!(
        r#"{{"eventVersion":"1.08","x":{}NaN{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    costs_one_record(deep.as_bytes());
}

#[test]
fn bytes_that_are_no_utf8() {
    let record = record(&json!({"eventID": "bad", "userAgent": "~"}));
    let bad = record.into_bytes().into_iter().map(|byte| match byte {
        b'~' => 0xff,
        byte => byte,
    });
    costs_one_record(&bad.collect::<Vec<u8>>());
}

#[test]
fn a_lone_surrogate_is_kept_as_it_was_written() {
    let lone = record(&json!({"userAgent": "X"})).replace("\"X\"", r#""a\ud800b""#);
    let folder = Folder::new().with("a.json", trail(&[&lone]));
    let report = trace(folder.path(), "json").exits(0).json();
    assert_eq!(report["complete"], true);
    assert_eq!(report["summary"]["events"], 1);
    let records = trace(folder.path(), "jsonl").exits(0);
    assert_eq!(records.text(), format!("{lone}\n"));
}

#[test]
fn a_neighbour_that_is_plainly_something_else_is_no_gap() {
    let folder = Folder::new()
        .with("a.json", trail(&series("us-east-1", 1)))
        .with("notes.txt", "read me");
    let report = trace(folder.path(), "json").exits(0).json();
    assert_eq!(report["complete"], true);
    assert_eq!(report["coverage"].as_array().unwrap().len(), 1);
}

#[test]
fn every_shape_gives_the_same_records() {
    let records = series("us-east-1", 3);
    let cli: Vec<Value> = records
        .iter()
        .map(|record| json!({"EventId": "x", "Username": "ana", "CloudTrailEvent": record}))
        .collect();
    let printed = serde_json::to_vec_pretty(&json!({"Events": cli})).unwrap();
    let folder = Folder::new()
        .with("trail.json", trail(&records))
        .with("trail.json.gz", gzip(&trail(&records)))
        .with("array.json", format!("[{}]", records.join(", ")))
        .with("lines.jsonl", records.join("\n"))
        .with("cli.json", printed);
    let expected = records.join("\n") + "\n";
    for name in folder.names() {
        let jsonl = trace(&folder.file(&name), "jsonl").exits(0);
        assert_eq!(jsonl.text(), expected, "{name}");
    }
    let all = trace(folder.path(), "jsonl").exits(0);
    assert_eq!(
        all.text(),
        expected,
        "an event that stands in five files is one event"
    );
}

#[test]
fn a_file_is_read_whatever_its_name() {
    let folder = Folder::new().with("evidence.bin", gzip(&trail(&series("us-east-1", 2))));
    let report = trace(&folder.file("evidence.bin"), "json").exits(0).json();
    assert_eq!(report["summary"]["events"], 2);
}

#[test]
fn a_file_that_may_not_be_read_is_a_gap() {
    let folder = Folder::new()
        .with("a.json", trail(&series("us-east-1", 1)))
        .with("closed.json", trail(&series("us-east-1", 2)));
    let closed = folder.file("closed.json");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    }
    if fs::read(&closed).is_ok() {
        crate::support::skip("no file is closed to this user");
        return;
    }
    let report = trace(folder.path(), "json").exits(3).json();
    assert_eq!(coverage(&report, "closed.json").0, "failed");
    assert_eq!(ids(&report), ["us-east-1-0"]);
    let alone = trace(&closed, "json").exits(1).json();
    assert_eq!(alone["error"]["kind"], "failed");
}

/// Nothing was looked at where no file has a record of what was asked about.
#[test]
fn what_no_file_touches_is_a_gap() {
    let folder = Folder::new()
        .with("1.json", trail(&series("us-east-1", 3)))
        .with("2.json", trail(&series("eu-west-1", 3)));
    let from = folder.path().to_str().unwrap();
    let lookup = |arguments: &[&str]| {
        let arguments = [&["lookup", "--from", from, "--format", "json"], arguments].concat();
        trailhunt(arguments)
    };
    for (arguments, missing) in [
        (&["--since", "2023-07-11"][..], vec![Value::Null]),
        (&["--until", "2023-07-09"], vec![Value::Null]),
        (
            &["--since", "2020-01-01", "--until", "2020-02-01"],
            vec![Value::Null],
        ),
        (&["--regions", "sa-east-1"], vec!["sa-east-1".into()]),
        (
            &["--regions", "us-east-1,sa-east-1,me-south-1"],
            vec!["me-south-1".into(), "sa-east-1".into()],
        ),
    ] {
        let report = lookup(arguments).exits(3).json();
        let coverage = report["coverage"].as_array().unwrap();
        let gaps = coverage.iter().filter(|entry| entry["location"].is_null());
        let gaps: Vec<Value> = gaps.map(|entry| entry["region"].clone()).collect();
        assert_eq!(gaps, missing, "{arguments:?}");
    }
    for arguments in [
        &["--since", "2023-07-10"][..],
        &["--until", "2023-07-10"],
        &[
            "--since",
            "2023-07-10T00:00:01Z",
            "--until",
            "2023-07-10T00:00:02Z",
        ],
        &["--regions", "us-east-1,eu-west-1"],
    ] {
        lookup(arguments).exits(0);
    }
}

/// A record without a Region may be of any.
#[test]
fn a_record_without_its_region_is_in_every_one() {
    let lost = record(&json!({"eventID": "lost", "awsRegion": null}));
    let folder = Folder::new().with("1.json", trail(&[&series("us-east-1", 1)[0], &lost]));
    let from = folder.path().to_str().unwrap();
    let report = trailhunt([
        "lookup",
        "--from",
        from,
        "--regions",
        "us-east-1",
        "--format",
        "json",
    ]);
    assert_eq!(report.exits(0).json()["summary"]["events"], 2);
}

/// AWS gives no id twice: both calls are told, and that one of them is made up.
#[test]
fn two_calls_of_one_id_are_both_told() {
    let real = record(&json!({"eventName": "StopLogging"}));
    let forged = record(&json!({"eventName": "ListTrails"}));
    for (records, told) in [(vec![&real, &forged], true), (vec![&real, &real], false)] {
        let folder = Folder::new().with("1.json", trail(&records));
        let from = folder.path().to_str().unwrap();
        let report = trailhunt(["lookup", "--from", from, "--format", "json"]);
        let report = report.exits(0).json();
        assert_eq!(report["summary"]["events"] == 2, told);
        let unseen = report["not_visible"].to_string();
        assert_eq!(
            unseen.contains("which of 1 pair of events is true"),
            told,
            "{unseen}"
        );
    }
}
