//! Holes in the evidence itself, over trail files: what no trail recorded is a gap, what may be missing is a doubt.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::offline::{Folder, Said, gzip, trail, trailhunt};
use crate::support::records::{invictus, record};

const ACCOUNT: &str = "111122223333";

/// A record on 10 November 2026; its id is made of its time and Region.
fn call(time: &str, region: &str, source: &str, name: &str, request: &Value) -> String {
    record(&json!({
        "eventID": format!("{name}-{region}-{time}"),
        "eventTime": format!("2026-11-10T{time}Z"),
        "eventSource": format!("{source}.amazonaws.com"),
        "eventName": name,
        "awsRegion": region,
        "readOnly": false,
        "recipientAccountId": ACCOUNT,
        "requestParameters": request,
    }))
}

/// A call each other minute from 8 to 12, but for those from `silent` on for 41 minutes.
fn calls(region: &str, silent: Option<i32>) -> Vec<String> {
    let minutes = (8 * 60..12 * 60).step_by(2);
    minutes
        .filter(|minute| silent.is_none_or(|from| !(from + 1..from + 41).contains(minute)))
        .map(|minute| {
            let time = format!("{:02}:{:02}:30", minute / 60, minute % 60);
            call(&time, region, "ec2", "CreateTags", &Value::Null)
        })
        .collect()
}

fn on_trail(time: &str, name: &str) -> String {
    call(
        time,
        "us-east-1",
        "cloudtrail",
        name,
        &json!({"name": "main"}),
    )
}

fn lookup(from: &Path, more: &[&str]) -> Said {
    let from = from.to_str().unwrap();
    trailhunt(["lookup", "--from", from].iter().chain(more))
}

/// Where it stands in a bucket.
fn delivered(region: &str, at: &str) -> String {
    format!(
        "AWSLogs/{ACCOUNT}/CloudTrail/{region}/2026/11/10/{ACCOUNT}_CloudTrail_{region}_20261110T{at}Z_a.json.gz"
    )
}

fn stopped() -> Folder {
    let mut home = calls("us-east-1", Some(600));
    home.extend([
        on_trail("10:00:00", "StopLogging"),
        on_trail("10:41:00", "StartLogging"),
    ]);
    Folder::new()
        .with(&delivered("us-east-1", "0800"), gzip(&trail(&home)))
        .with(
            &delivered("eu-west-1", "0800"),
            gzip(&trail(&calls("eu-west-1", None))),
        )
}

#[test]
fn a_trail_that_was_stopped_is_a_gap_with_the_way_to_fill_it() {
    let folder = stopped();
    let report = lookup(folder.path(), &["--format", "json"]).exits(3).json();
    assert_eq!(report["complete"], false);
    let coverage = report["coverage"].as_array().unwrap();
    let gap = coverage
        .iter()
        .find(|entry| entry["location"].is_null())
        .unwrap();
    assert_eq!(
        (
            &gap["account"],
            &gap["region"],
            &gap["since"],
            &gap["until"]
        ),
        (
            &json!(ACCOUNT),
            &json!("us-east-1"),
            &json!("2026-11-10T10:00:00Z"),
            &json!("2026-11-10T10:41:00Z")
        )
    );
    let next = report["next"].as_array().unwrap();
    let argv = [
        "trailhunt",
        "lookup",
        "--since",
        "2026-11-10T10:00:00Z",
        "--until",
        "2026-11-10T10:41:00Z",
        "--regions",
        "us-east-1",
    ];
    assert!(
        next.iter().any(|next| next["argv"] == json!(argv)),
        "{next:?}"
    );

    let table = lookup(folder.path(), &[]).exits(3);
    let text = table
        .text()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(text.contains("INCOMPLETE: 2 of 2 files read"), "{text}");
    let told = "nothing was recorded between 2026-11-10T10:00:00Z and 2026-11-10T10:41:00Z: trail main was stopped; \
        Event history holds it for 90 days, to 2027-02-08";
    assert!(text.contains(told), "{text}");
    assert!(
        text.contains("trailhunt lookup --since 2026-11-10T10:00:00Z"),
        "{text}"
    );
}

#[test]
fn a_gap_counts_where_it_was_asked_about() {
    let folder = stopped();
    let asked = |since: &str, until: &str, regions: &str, code: i32| {
        let [since, until] = [since, until].map(|time| format!("2026-11-10T{time}Z"));
        let flags = ["--since", &since, "--until", &until, "--regions", regions];
        let said = lookup(folder.path(), &[&flags[..], &["--format", "json"]].concat());
        said.exits(code).json()["complete"] == true
    };
    assert!(asked("08:00:00", "09:59:00", "all", 0));
    assert!(asked("10:42:00", "11:59:00", "all", 0));
    assert!(!asked("10:30:00", "10:35:00", "all", 3));
    assert!(asked("10:30:00", "10:35:00", "eu-west-1", 0));
}

#[test]
fn where_records_go_on_another_trail_delivered() {
    let mut home = calls("us-east-1", None);
    home.extend([
        on_trail("10:00:00", "StopLogging"),
        on_trail("10:41:00", "StartLogging"),
    ]);
    let folder = Folder::new().with("trail.json", trail(&home));
    assert_eq!(
        lookup(folder.path(), &["--format", "json"]).exits(0).json()["complete"],
        true
    );
}

#[test]
fn more_calls_on_trails_than_are_looked_at_are_a_gap() {
    let calls = (0..10_001).map(|number| {
        let time = format!("10:{:02}:{:02}", number / 60 % 60, number % 60);
        let name = format!("trail-{number}");
        call(
            &time,
            "us-east-1",
            "cloudtrail",
            "StartLogging",
            &json!({"name": name}),
        )
        .replace("StartLogging-us", &format!("{number}-us"))
    });
    let calls: Vec<String> = calls.collect();
    let folder = Folder::new().with("trail.json", trail(&calls));
    let report = lookup(folder.path(), &["--format", "json"]).exits(3).json();
    assert_eq!(report["complete"], false);
    let trace = ["trace-key", "AKIAEXAMPLE000000000", "--from"];
    let path = folder.path().to_str().unwrap();
    let table = trailhunt(trace.iter().chain(&[path])).exits(3);
    let text = table
        .text()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        text.contains("more calls on trails, or more days and places"),
        "{text}"
    );
}

/// What the answer says not to be visible.
fn not_visible(report: &Value) -> Vec<String> {
    let list = report["not_visible"].as_array().unwrap().iter();
    let text = |entry: &Value| {
        format!(
            "{}: {}",
            entry["what"].as_str().unwrap(),
            entry["why"].as_str().unwrap()
        )
    };
    list.map(text).collect()
}

#[test]
fn a_silence_among_neighbours_is_a_doubt_and_the_answer_complete() {
    let mut quiet = calls("eu-west-1", Some(540));
    quiet.retain(|call| !call.contains("T09:4") && !call.contains("T09:5"));
    let folder = Folder::new()
        .with(
            &delivered("us-east-1", "0800"),
            gzip(&trail(&calls("us-east-1", None))),
        )
        .with(&delivered("eu-west-1", "0800"), gzip(&trail(&quiet)));
    let report = lookup(folder.path(), &["--format", "json"]).exits(0).json();
    let told = not_visible(&report);
    let doubt = "eu-west-1 of 111122223333: nothing between 2026-11-10T09:01:00Z and 2026-11-10T10:00:00Z: quiet, or not \
        delivered";
    assert!(told.iter().any(|told| told == doubt), "{told:?}");
    let table = lookup(folder.path(), &[]).exits(0);
    assert!(table.text().contains("quiet, or not"), "{}", table.text());
}

/// A digest of the hour from 9 on that lists files of `regions`.
fn digest(regions: &[&str]) -> Vec<u8> {
    let files: Vec<Value> = regions
        .iter()
        .map(|region| json!({"s3Bucket": "logs", "s3Object": delivered(region, "0900"), "hashValue": "00",
            "hashAlgorithm": "SHA-256", "newestEventTime": "2026-11-10T09:58:00Z", "oldestEventTime": "2026-11-10T09:02:00Z"}))
        .collect();
    let digest = json!({"awsAccountId": ACCOUNT, "digestStartTime": "2026-11-10T09:00:00Z",
        "digestEndTime": "2026-11-10T10:00:00Z", "digestS3Bucket": "logs", "digestS3Object": "x", "logFiles": files});
    gzip(digest.to_string().as_bytes())
}

#[test]
fn files_that_a_digest_lists_and_that_are_not_there_are_a_doubt() {
    let name = format!(
        "AWSLogs/{ACCOUNT}/CloudTrail-Digest/eu-west-1/2026/11/10/{ACCOUNT}_CloudTrail-Digest_eu-west-1_main_us-east-1_\
         20261110T100000Z.json.gz"
    );
    let records = |region| gzip(&trail(&calls(region, None)));
    let folder = || {
        Folder::new()
            .with(&delivered("us-east-1", "0900"), records("us-east-1"))
            .with(&name, digest(&["us-east-1", "eu-west-1"]))
    };
    let told = not_visible(
        &lookup(folder().path(), &["--format", "json"])
            .exits(0)
            .json(),
    );
    let doubt = "1 file of eu-west-1 of 111122223333: the digests between 2026-11-10T09:00:00Z and 2026-11-10T10:00:00Z \
        list files that were delivered and are not here, so what they hold was not read: \
        111122223333_CloudTrail_eu-west-1_20261110T0900Z_a.json.gz";
    assert!(told.iter().any(|told| told == doubt), "{told:?}");
    let elsewhere = ["--since", "2026-11-10T11:00:00Z", "--format", "json"];
    let told = not_visible(&lookup(folder().path(), &elsewhere).exits(0).json());
    assert!(
        !told.iter().any(|told| told.contains("digests")),
        "{told:?}"
    );
    // it was unpacked on the way
    let unpacked = delivered("eu-west-1", "0900");
    let whole = folder().with(
        unpacked.trim_end_matches(".gz"),
        trail(&calls("eu-west-1", None)),
    );
    let told = not_visible(&lookup(whole.path(), &["--format", "json"]).exits(0).json());
    assert!(
        !told.iter().any(|told| told.contains("digests")),
        "{told:?}"
    );
    // a damaged one says nothing, and breaks nothing
    let damaged = folder().with(&name, &digest(&["eu-west-1"])[..40]);
    lookup(damaged.path(), &["--format", "json"]).exits(0);
}

#[test]
fn of_many_files_that_are_not_there_the_first_are_named() {
    let listed = |number: u32| {
        let name =
            format!("{ACCOUNT}_CloudTrail_eu-west-1_20261110T09{number:02}Z_\u{1b}[31m.json.gz");
        json!({"s3Object": format!("AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2026/11/10/{name}")})
    };
    let files: Vec<Value> = (0..9).rev().map(listed).collect();
    let digest = json!({"awsAccountId": ACCOUNT, "digestStartTime": "2026-11-10T09:00:00Z",
        "digestEndTime": "2026-11-10T10:00:00Z", "digestS3Object": "x", "logFiles": files});
    let folder = Folder::new()
        .with(
            &delivered("us-east-1", "0900"),
            gzip(&trail(&calls("us-east-1", None))),
        )
        .with(
            &format!("AWSLogs/{ACCOUNT}/CloudTrail-Digest/eu-west-1/2026/11/10/d.json.gz"),
            gzip(digest.to_string().as_bytes()),
        );
    let told = not_visible(&lookup(folder.path(), &["--format", "json"]).exits(0).json());
    let told = told
        .iter()
        .find(|told| told.starts_with("9 files"))
        .unwrap();
    for number in 0..5 {
        assert!(told.contains(&format!("T09{number:02}Z")), "{told}");
    }
    assert!(!told.contains("T0905Z"), "{told}");
    assert!(told.ends_with(", 4 more"), "{told}");
    let table = lookup(folder.path(), &[]).exits(0);
    assert!(!table.text().contains('\u{1b}'), "{}", table.text());
}

#[test]
fn real_trails_have_none() {
    let Some(records) = invictus() else {
        return;
    };
    let folder = Folder::new().with("trail.json", trail(&records));
    let report = lookup(folder.path(), &["--format", "json"]).exits(0).json();
    let told = not_visible(&report);
    assert!(
        !told.iter().any(|told| told.contains("nothing")),
        "{told:?}"
    );
}

#[test]
fn an_account_where_it_goes_on_is_named_beside_the_word() {
    let assume = record(&json!({
        "eventSource": "sts.amazonaws.com",
        "eventName": "AssumeRole",
        "requestParameters": {"roleArn": "arn:aws:iam::444455556666:role/ops/OrgAdmin", "roleSessionName": "x"},
        "responseElements": {"credentials": {"accessKeyId": "ASIAEXAMPLE000000000"}},
    }));
    let folder = Folder::new().with("trail.json", trail(&[assume]));
    let from = folder.file("trail.json");
    let from = from.to_str().unwrap();
    let trace = ["trace-key", "AKIAEXAMPLE000000000", "--from", from];
    let said = trailhunt(trace).exits(0);
    let told = "complete, but continues in 444455556666 as OrgAdmin";
    assert!(said.text().contains(told), "{}", said.text());
    let file = folder.file("trace.csv");
    let kept = trailhunt(
        trace
            .iter()
            .chain(&["--format", "csv", "-o", file.to_str().unwrap()]),
    )
    .exits(0);
    assert!(kept.stderr.contains(told), "{}", kept.stderr);
}
