//! One answer from two sources: what Event history tells of the demo's incident, trail files tell as well, playbook by
//! playbook. `trace_key` compares them over real records.
//!
//! `differences` holds where they may differ, `lookups` what is asked live.
//!
//! The best-effort attributes (`Username`, `ResourceName`) are as good as the lookup server's index is: it holds what the
//! demo's records name, so that nothing is missed here that the real one may miss.

mod differences;
mod lookups;

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support::aws_servers::Emulator;
use crate::support::lookup_server::{LookupServer, Quota};
use crate::support::offline::{DEMO_KEY, Folder, Said, offline, over_demo, said, trail};
use crate::support::sandbox::Sandbox;
use crate::support::scenario::{call, root};

/// After the demo has ended: the investigation's now, and the server's.
const NOW: &str = "2026-10-06T12:00:00Z";
/// The second half of the demo, with as much before it to compare with.
const LATER: [&str; 4] = ["--since", "2026-10-03", "--until", "2026-10-06T01:30:00Z"];
/// The middle of the attack: what began before goes on after.
const MIDDLE: [&str; 4] = [
    "--since",
    "2026-10-05T22:35:00Z",
    "--until",
    "2026-10-05T23:10:00Z",
];
/// What a report says of the run and of its source, and not of the account. Files lack what the stopped trail did not
/// record, as far as they can tell; Event history lacks nothing.
const OWN: [&str; 7] = [
    "complete",
    "run_id",
    "generated_at",
    "caller",
    "coverage",
    "not_visible",
    "next",
];

/// Every record of the demo, as it was delivered; and two calls of root's, who does nothing there.
fn records() -> &'static [String] {
    static RECORDS: OnceLock<Vec<String>> = OnceLock::new();
    RECORDS.get_or_init(|| {
        let lines = over_demo(&["lookup", "--format", "jsonl"]).exits(0);
        let login = json!({
            "userIdentity": root(),
            "recipientAccountId": "123456789012",
            "additionalEventData": {"MFAUsed": "Yes"},
            "responseElements": {"ConsoleLogin": "Success"},
        });
        let change = json!({
            "userIdentity": root(),
            "recipientAccountId": "123456789012",
            "awsRegion": "eu-west-1",
            "requestParameters": {"bucketName": "acme-logs"},
        });
        let own = [
            call("2026-10-04T10:00:00Z", "signin", "ConsoleLogin", login),
            call("2026-10-04T10:05:00Z", "s3", "PutBucketVersioning", change),
        ];
        lines.text().lines().map(str::to_owned).chain(own).collect()
    })
}

/// An account in which the demo took place, until it is dropped.
struct Account {
    server: LookupServer,
    sandbox: Sandbox,
}

impl Account {
    /// Nothing where there are no servers to be had.
    fn new() -> Option<Self> {
        let aws = Emulator::Ministack.shared()?;
        let server = LookupServer::builder()
            .records(records().to_vec())
            .now(NOW.parse().expect("NOW is a time"))
            .quota(Quota::NONE)
            .start();
        let sandbox = Sandbox::new()
            .endpoint(aws.url())
            .cloudtrail(&server.url())
            .now(NOW);
        Some(Self { server, sandbox })
    }

    fn ask(&self, question: &[&str], flags: &[&str]) -> Said {
        let mut command = self.sandbox.trailhunt();
        said(
            command
                .args(question)
                .args(flags)
                .args(["--rate", "50", "--yes"]),
        )
    }
}

/// What `question` is answered live, and from files; nothing where there are no servers.
fn ask(question: &[&str], window: [&str; 4]) -> Option<(Value, Value)> {
    let flags = [&window[..], &["--format", "json"]].concat();
    let live = Account::new()?.ask(question, &flags).exits(0).json();
    let folder = Folder::new().with("trail.json", trail(records()));
    let nobody = offline();
    let mut files = nobody.trailhunt();
    files
        .args(question)
        .args(flags)
        .arg("--from")
        .arg(folder.path());
    // the trail of the demo is stopped for 41 minutes, in each of the windows
    Some((live, said(&mut files).exits(3).json()))
}

/// Asserts that both sources tell the same of `question`, and that it is not nothing.
fn same(question: &[&str], window: [&str; 4]) {
    let Some((mut live, mut files)) = ask(question, window) else {
        return;
    };
    for report in [&mut live, &mut files] {
        let fields = report.as_object_mut().expect("a report is an object");
        for name in OWN {
            assert!(fields.remove(name).is_some(), "the report has {name}");
        }
    }
    assert_ne!(files["summary"]["events"], 0, "{question:?}");
    assert_eq!(difference("", &live, &files), None, "{question:?}");
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
    same(&["changes", "security-groups"], LATER);
    same(&["changes", "security-groups"], MIDDLE);
    same(
        &["changes", "security-groups", "sg-015e7ee8253c61d45"],
        MIDDLE,
    );
}

#[test]
fn iam_changes() {
    same(&["changes", "iam"], LATER);
    same(&["changes", "iam", "svc-backup"], LATER);
}

#[test]
fn stopped_instances() {
    same(&["stopped-instances"], LATER);
    same(&["stopped-instances", "i-008f0fc0e70ecc38d"], MIDDLE);
}

#[test]
fn logins() {
    same(&["logins"], LATER);
    same(&["logins", "alice"], LATER);
}

#[test]
fn trail_tampering() {
    same(&["run", "trail-tampering"], LATER);
}

#[test]
fn root_activity() {
    same(&["run", "root-activity"], LATER);
}

#[test]
fn bucket_exposure() {
    same(&["run", "bucket-exposure"], MIDDLE);
    let bucket = "bucket=acme-customer-exports";
    same(&["run", "bucket-exposure", "--param", bucket], LATER);
}

#[test]
fn off_hours_iam() {
    same(&["run", "off-hours-iam"], LATER);
    let zone = "timezone=Asia/Seoul";
    same(&["run", "off-hours-iam", "--param", zone], LATER);
}

#[test]
fn data_exfiltration() {
    same(&["run", "data-exfiltration"], LATER);
    same(&["run", "data-exfiltration"], MIDDLE);
}

#[test]
fn persistence() {
    same(&["run", "persistence"], LATER);
}

#[test]
fn unused_regions() {
    same(&["run", "unused-regions"], LATER);
}

#[test]
fn ip_trace() {
    same(&["run", "ip-trace", "--param", "ip=198.51.100.9"], LATER);
}

#[test]
fn principal_trace() {
    for principal in [
        "principal=svc-backup",
        "principal=arn:aws:iam::123456789012:user/alice",
        "principal=platform-admin",
    ] {
        same(&["run", "principal-trace", "--param", principal], LATER);
    }
}

#[test]
fn resource_history() {
    for resource in ["resource=svc-backup", "resource=acme-customer-exports"] {
        same(&["run", "resource-history", "--param", resource], LATER);
    }
}

#[test]
fn access_key_trace() {
    same(&["trace-key", DEMO_KEY], LATER);
}

#[test]
fn hunt() {
    same(&["hunt"], LATER);
}

/// Its answer has a shape of its own.
#[test]
fn backtest() {
    let Some((live, files)) = ask(&["backtest-alerts"], LATER) else {
        return;
    };
    assert_ne!(files["totals"]["events"], 0);
    for part in ["window", "totals", "alerts", "hint"] {
        assert_eq!(difference(part, &live[part], &files[part]), None);
    }
}
