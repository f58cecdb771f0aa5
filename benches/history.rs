//! How close a whole trace of Event history comes to the quota: `cargo bench --bench history`.
//!
//! The binary runs against the tests' own LookupEvents server, at AWS's quota of 2 calls a second, with the time
//! that a page takes set. The bound is what the quota itself allows: in the busiest Region, for every lookup its
//! pages of 50 events (at least one), at 2 a second, and one page's latency for each level of the lineage. The
//! ratio of the time taken to that bound is what counts; it does not depend on the machine.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench fails loudly and prints what it measures"
)]

#[expect(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    reason = "a bench needs only a part of what the tests stand on"
)]
#[path = "../tests/cli/support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::aws_servers::Emulator;
use support::lookup_server::{LookupServer, Outcome};
use support::records::record;
use support::sandbox::Sandbox;
use trailhunt::event::Event;

const KEY: &str = "AKIABENCHBENCHBENCH0";
const NOW: &str = "2026-11-01T00:00:00Z";
const CALLS_PER_SECOND: f64 = 2.0;

fn main() -> ExitCode {
    let Some(aws) = Emulator::Ministack.shared() else {
        return ExitCode::FAILURE;
    };
    println!(
        "{:>8} {:>8} {:>9} {:>9} {:>7} {:>10}",
        "page", "events", "bound", "taken", "ratio", "throttled"
    );
    for (latency, spread) in [
        (0.25, Spread::Burst),
        (0.25, Spread::Even),
        (1.5, Spread::Burst),
        (1.5, Spread::Even),
    ] {
        run(aws.url(), latency, spread);
    }
    ExitCode::SUCCESS
}

/// How the events of the key lie in the 90 days.
#[derive(Clone, Copy)]
enum Spread {
    /// Half an hour of attack.
    Burst,
    /// Every day the same.
    Even,
}

fn run(aws: &str, latency: f64, spread: Spread) {
    let records = records(spread);
    let events: Vec<Event> = records
        .iter()
        .filter_map(|record| Event::parse(record.as_bytes()).ok())
        .collect();
    let server = LookupServer::builder()
        .records(records)
        .now(NOW.parse().expect("a time"))
        .latency(Duration::from_secs_f64(latency))
        .start();
    let sandbox = Sandbox::new()
        .endpoint(aws)
        .cloudtrail(&server.url())
        .now(NOW);
    #[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
    let start = Instant::now();
    let output = sandbox
        .trailhunt()
        .args(["trace-key", KEY, "--format", "json"])
        .assert()
        .success();
    let taken = start.elapsed().as_secs_f64();
    let report: Value = serde_json::from_slice(&output.get_output().stdout).expect("JSON");
    let bound = bound(&server, &events, &report, latency);
    let calls = server.calls();
    let throttled = calls
        .iter()
        .filter(|call| matches!(call.outcome, Outcome::Throttled))
        .count();
    println!(
        "{:>7}s {:>8} {:>8.1}s {:>8.1}s {:>7.2} {:>4} of {}",
        latency,
        report["summary"]["events"],
        bound,
        taken,
        taken / bound,
        throttled,
        calls.len(),
    );
}

/// 2,100 calls of one key in one Region, two credentials below it, and a little in two other Regions.
fn records(spread: Spread) -> Vec<String> {
    let mut records = Vec::new();
    let mut number = 0;
    let mut add = |key: &str, region: &str, count: i64, from: i64, until: i64| {
        for n in 0..count {
            number += 1;
            let seconds = from + (until - from) * n / count;
            records.push(event(number, seconds, region, key, &json!(null)));
        }
    };
    let day = 86_400;
    let (from, until) = match spread {
        Spread::Burst => (60 * day, 60 * day + 1_800),
        Spread::Even => (day, 88 * day),
    };
    add(KEY, "us-east-1", 2_100, from, until);
    add("ASIABENCHBENCHBENCH1", "us-east-1", 120, until, until + 600);
    add(
        "ASIABENCHBENCHBENCH2",
        "eu-west-1",
        300,
        until + 600,
        until + 900,
    );
    let issue = |child: &str| json!({"credentials": {"accessKeyId": child, "expiration": "Nov 1, 2026, 12:00:00 AM"}});
    records.push(event(
        9_001,
        until,
        "us-east-1",
        KEY,
        &issue("ASIABENCHBENCHBENCH1"),
    ));
    records.push(event(
        9_002,
        until + 600,
        "us-east-1",
        "ASIABENCHBENCHBENCH1",
        &issue("ASIABENCHBENCHBENCH2"),
    ));
    records
}

fn event(number: i64, seconds: i64, region: &str, key: &str, response: &Value) -> String {
    let start: chrono::DateTime<chrono::Utc> = "2026-08-04T00:00:00Z".parse().expect("a time");
    let time = start + chrono::Duration::seconds(seconds);
    let issues = !response.is_null();
    record(&json!({
        "eventID": format!("{number:08}-0000-4000-8000-000000000000"),
        "eventTime": time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "awsRegion": region,
        "eventSource": if issues { "sts.amazonaws.com" } else { "ec2.amazonaws.com" },
        "eventName": if issues { "AssumeRole" } else { "DescribeInstances" },
        "userIdentity": {
            "type": "IAMUser", "principalId": "AIDABENCH", "arn": "arn:aws:iam::000000000000:user/bench",
            "accountId": "000000000000", "accessKeyId": key, "userName": "bench",
        },
        "responseElements": response,
        "requestParameters": if issues { json!({"roleArn": "arn:aws:iam::000000000000:role/r"}) } else { json!(null) },
    }))
}

/// The quota's own bound in seconds, of the questions that were asked: how they were sliced makes no difference.
fn bound(server: &LookupServer, events: &[Event], report: &Value, latency: f64) -> f64 {
    let mut regions: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for call in server.calls() {
        let attribute = call
            .parameters
            .attribute()
            .expect("every lookup of a trace has an attribute");
        let (key, value) = (attribute.0.to_owned(), attribute.1.to_owned());
        regions.entry(call.region).or_default().insert((key, value));
    }
    let pages = |region: &str, key: &str, value: &str| {
        let has = |event: &&Event| {
            let field = match key {
                "AccessKeyId" => event.access_key_id(),
                "Username" => event.identity().user_name(),
                "EventName" => event.name(),
                other => panic!("a trace does not look up {other}"),
            };
            event.region() == Some(region) && field == Some(value)
        };
        events.iter().filter(has).count().div_ceil(50).max(1)
    };
    let busiest = regions
        .iter()
        .map(|(region, asked)| {
            asked
                .iter()
                .map(|(key, value)| pages(region, key, value))
                .sum::<usize>()
        })
        .max()
        .unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "a few hundred pages")]
    let quota = busiest as f64 / CALLS_PER_SECOND;
    quota + latency * f64::from(levels(report))
}

/// Levels of the lineage, the traced key's included.
fn levels(report: &Value) -> u32 {
    let nodes: Vec<&Value> = report["lineage"].as_array().into_iter().flatten().collect();
    let depth = |id: &Value| {
        let (mut id, mut seen) = (id.clone(), BTreeSet::new());
        while let Some(node) = nodes
            .iter()
            .find(|node| node["id"] == id && seen.insert(id.to_string()))
        {
            id = node["parent"].clone();
        }
        u32::try_from(seen.len()).unwrap_or(u32::MAX)
    };
    nodes
        .iter()
        .map(|node| depth(&node["id"]))
        .max()
        .unwrap_or(1)
}
