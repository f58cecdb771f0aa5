//! One answer from two sources: what Event history tells of the demo's incident, trail files tell as well, playbook by
//! playbook. `trace-key` is compared in `trace_key`, over real records.

use serde_json::{Value, json};

use crate::support::aws_servers::Emulator;
use crate::support::lookup_server::{LookupServer, Quota};
use crate::support::offline::{Folder, offline, over_demo, said, trail};
use crate::support::sandbox::Sandbox;
use crate::support::scenario::{call, root};

/// After the demo has ended: the investigation's now, and the server's.
const NOW: &str = "2026-10-06T12:00:00Z";
/// The whole demo.
const WHOLE: [&str; 4] = ["--since", "2026-09-29", "--until", "2026-10-06T01:30:00Z"];
/// Its second half, with as much before it to compare with.
const LATER: [&str; 4] = ["--since", "2026-10-03", "--until", "2026-10-06T01:30:00Z"];
/// What a report says of the run and of its source, and not of the account.
const OWN: [&str; 6] = [
    "run_id",
    "generated_at",
    "caller",
    "coverage",
    "not_visible",
    "next",
];

/// Every record of the demo, as it was delivered; and two calls of root's, who does nothing there.
fn records() -> Vec<String> {
    let lines = over_demo(&["lookup", "--format", "jsonl"]).exits(0);
    let of_root = |time, source, name, more: Value| {
        let mut fields = json!({"userIdentity": root(), "recipientAccountId": "123456789012"});
        fields
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        call(time, source, name, fields)
    };
    let login = json!({"responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "Yes"}});
    let region =
        json!({"awsRegion": "eu-west-1", "requestParameters": {"bucketName": "acme-logs"}});
    let own = [
        of_root("2026-10-04T10:00:00Z", "signin", "ConsoleLogin", login),
        of_root("2026-10-04T10:05:00Z", "s3", "PutBucketVersioning", region),
    ];
    lines.text().lines().map(str::to_owned).chain(own).collect()
}

/// What `question` is answered live and from files; nothing where there are no servers to ask.
fn ask(question: &[&str]) -> Option<(Value, Value)> {
    let aws = Emulator::Ministack.shared()?;
    let records = records();
    let server = LookupServer::builder()
        .records(records.clone())
        .now(NOW.parse().expect("NOW is a time"))
        .quota(Quota::NONE)
        .start();
    let sandbox = Sandbox::new()
        .endpoint(aws.url())
        .cloudtrail(&server.url())
        .now(NOW);
    let live = said(
        sandbox
            .trailhunt()
            .args(question)
            .args(["--format", "json", "--rate", "50", "--yes"]),
    );
    let folder = Folder::new().with("trail.json", trail(&records));
    let from = folder.path().to_str().expect("the path is UTF-8");
    let files = said(
        offline()
            .trailhunt()
            .args(question)
            .args(["--format", "json", "--from", from]),
    );
    Some((live.exits(0).json(), files.exits(0).json()))
}

/// Asserts that both sources tell the same of `question`, and that it is not nothing.
fn same(question: &[&str], window: [&str; 4]) {
    let Some((mut live, mut files)) = ask(&[question, &window].concat()) else {
        return;
    };
    for report in [&mut live, &mut files] {
        let fields = report.as_object_mut().expect("a report is an object");
        for name in OWN {
            assert!(fields.remove(name).is_some(), "the report has {name}");
        }
    }
    assert_ne!(files["summary"]["events"], 0, "{question:?}");
    let difference = difference("", &live, &files);
    assert_eq!(difference, None, "{question:?}");
}

/// Where the two first differ, and how; a report is too long to be shown whole.
fn difference(at: &str, live: &Value, files: &Value) -> Option<String> {
    match (live, files) {
        (Value::Object(one), Value::Object(other)) => {
            let only_there = other.keys().filter(|name| !one.contains_key(*name));
            let mut names = one.keys().chain(only_there);
            names.find_map(|name| difference(&format!("{at}.{name}"), &live[name], &files[name]))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut places = 0..one.len();
            places.find_map(|n| difference(&format!("{at}[{n}]"), &one[n], &other[n]))
        }
        (Value::Array(one), Value::Array(other)) => {
            let lacks = |all: &[Value], those: &[Value]| {
                let mut lacked = all.iter().filter(|item| !those.contains(item));
                lacked.next().map_or("nothing".to_owned(), short)
            };
            Some(format!(
                "{at}: {} live, {} from files; only live {}, only from files {}",
                one.len(),
                other.len(),
                lacks(one, other),
                lacks(other, one)
            ))
        }
        _ if live == files => None,
        _ => Some(format!(
            "{at}: {} live, {} from files",
            short(live),
            short(files)
        )),
    }
}

/// A value in no more than a few lines.
fn short(value: &Value) -> String {
    value.to_string().chars().take(400).collect()
}
#[test]
fn security_group_changes() {
    same(&["changes", "security-groups"], WHOLE);
    same(
        &["changes", "security-groups", "sg-015e7ee8253c61d45"],
        WHOLE,
    );
}

#[test]
fn iam_changes() {
    same(&["changes", "iam"], WHOLE);
    same(&["changes", "iam", "svc-backup"], WHOLE);
}

#[test]
fn stopped_instances() {
    same(&["stopped-instances"], WHOLE);
    same(&["stopped-instances", "i-07c6f6e38aaa296ba"], WHOLE);
}

#[test]
fn logins() {
    same(&["logins"], WHOLE);
    same(&["logins"], LATER);
    same(&["logins", "alice"], LATER);
}

#[test]
fn trail_tampering() {
    same(&["run", "trail-tampering"], WHOLE);
}

#[test]
fn root_activity() {
    same(&["run", "root-activity"], WHOLE);
}

#[test]
fn bucket_exposure() {
    same(&["run", "bucket-exposure"], WHOLE);
    same(
        &[
            "run",
            "bucket-exposure",
            "--param",
            "bucket=acme-customer-exports",
        ],
        WHOLE,
    );
}

#[test]
fn off_hours_iam() {
    same(&["run", "off-hours-iam"], WHOLE);
    same(
        &["run", "off-hours-iam", "--param", "timezone=Asia/Seoul"],
        WHOLE,
    );
}

#[test]
fn data_exfiltration() {
    same(&["run", "data-exfiltration"], WHOLE);
}

#[test]
fn persistence() {
    same(&["run", "persistence"], WHOLE);
}

#[test]
fn unused_regions() {
    same(&["run", "unused-regions"], LATER);
}

#[test]
fn ip_trace() {
    same(&["run", "ip-trace", "--param", "ip=198.51.100.9"], WHOLE);
}

#[test]
fn principal_trace() {
    same(
        &["run", "principal-trace", "--param", "principal=svc-backup"],
        WHOLE,
    );
    same(
        &[
            "run",
            "principal-trace",
            "--param",
            "principal=arn:aws:iam::123456789012:user/alice",
        ],
        LATER,
    );
}

#[test]
fn resource_history() {
    same(
        &["run", "resource-history", "--param", "resource=svc-backup"],
        WHOLE,
    );
    same(
        &[
            "run",
            "resource-history",
            "--param",
            "resource=acme-customer-exports",
        ],
        WHOLE,
    );
}

#[test]
fn hunt() {
    same(&["hunt"], WHOLE);
}
