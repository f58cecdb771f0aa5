//! What every format promises to programs and to auditors: its shape, and that it is the same every time.

use serde_json::{Value, json};

use crate::support::offline::{DEMO_KEY, Folder, Said, offline, over_demo, said, trail, trailhunt};
use crate::support::records::record;

/// The trace of the demo in `format`.
fn demo(format: &str, more: &[&str]) -> Said {
    over_demo(&[&["trace-key", DEMO_KEY, "--format", format], more].concat())
}

fn array<'r>(report: &'r Value, name: &str) -> &'r [Value] {
    report[name].as_array().unwrap()
}

#[test]
fn csv_and_jsonl_are_the_same_every_time() {
    for format in ["csv", "jsonl"] {
        let (one, other) = (demo(format, &[]).exits(0), demo(format, &[]).exits(0));
        assert!(one.stdout == other.stdout, "{format}");
        let elsewhere = demo(
            format,
            &["--timezone", "Asia/Tokyo", "--color", "always", "--all"],
        );
        assert!(one.stdout == elsewhere.stdout, "{format}");
    }
}

#[test]
fn with_a_fixed_now_a_report_is_the_same_every_time() {
    const NOW: &str = "2026-10-06T09:30:00Z";
    let folder_of = |ids: &[&str]| {
        let records = ids.iter().map(|id| record(&json!({"eventID": id})));
        Folder::new().with("one.json", trail(&records.collect::<Vec<_>>()))
    };
    let (one, two) = (folder_of(&["1"]), folder_of(&["1", "2"]));
    let run = |question: &[&str]| {
        let sandbox = offline().now(NOW);
        let made = said(
            sandbox
                .trailhunt()
                .args(question)
                .args(["--format", "json"]),
        )
        .exits(0);
        let again = said(
            sandbox
                .trailhunt()
                .args(question)
                .args(["--format", "json"]),
        )
        .exits(0);
        assert!(made.stdout == again.stdout, "{question:?}");
        let report = made.json();
        assert_eq!(report["generated_at"], NOW);
        report["run_id"].as_str().unwrap().to_owned()
    };
    let trace = ["trace-key", DEMO_KEY, "--from", "demo"];
    let ids = [
        run(&trace),
        // another question, window or evidence
        run(&["trace-key", "AKIARZPUZDIKO6RIC2WO", "--from", "demo"]),
        run(&["run", "persistence", "--from", "demo"]),
        run(&[&trace[..], &["--since", "2026-01-01"]].concat()),
        run(&["lookup", "--from", one.path().to_str().unwrap()]),
        run(&["lookup", "--from", two.path().to_str().unwrap()]),
    ];
    for (at, id) in ids.iter().enumerate() {
        assert!(!ids[..at].contains(id), "{ids:?}");
        assert_eq!(id.len(), 32);
        assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    }
    // without it, every run is another
    let id = || demo("json", &[]).exits(0).json()["run_id"].take();
    assert_ne!(id(), id());
}

#[test]
fn csv_has_the_columns_of_the_playbook() {
    let text = demo("csv", &[]).exits(0).stdout;
    let mut rows = csv::Reader::from_reader(&text[..]);
    let header = "time,key,who,source,call,region,ip,user_agent,error,account,event_id";
    let names: Vec<_> = rows.headers().unwrap().iter().collect();
    assert_eq!(names.join(","), header);
    let records: Vec<_> = rows.records().collect::<Result<_, _>>().unwrap();
    assert_eq!(records.len(), 816);
    let order = |row: &csv::StringRecord| (row[0].to_owned(), row[9].to_owned());
    assert!(records.is_sorted_by_key(order), "ordered by time and id");
    assert!(records.iter().all(|row| row[0].ends_with('Z')));
}

#[test]
fn jsonl_has_the_same_events_in_the_same_order() {
    let report = demo("json", &[]).exits(0).json();
    let lines = demo("jsonl", &[]).exits(0);
    let ids: Vec<Value> = lines
        .text()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["eventID"].take())
        .collect();
    let events = array(&report, "events").iter();
    assert!(ids.iter().eq(events.map(|event| &event["event_id"])));
    assert_eq!(report["summary"]["events"], ids.len());
}

#[test]
fn json_has_the_fields_of_the_contract_in_their_order() {
    let report = demo("json", &[]).exits(0).json();
    let contract = [
        "schema_version",
        "tool",
        "run_id",
        "generated_at",
        "caller",
        "playbook",
        "parameters",
        "window",
        "complete",
        "coverage",
        "not_visible",
        "summary",
        "lineage",
        "users",
        "related",
        "handoffs",
        "denied",
        "findings",
        "changes",
        "next",
        "events",
    ];
    let fields = report.as_object().unwrap();
    let known = fields
        .keys()
        .filter(|name| contract.contains(&name.as_str()));
    assert_eq!(known.collect::<Vec<_>>(), contract);
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["tool"]["name"], "trailhunt");
    assert_eq!(report["caller"], Value::Null);
    assert_eq!(
        report["parameters"]["access_key"],
        serde_json::json!([DEMO_KEY])
    );
    assert_eq!(report["complete"], true);
}

/// Every element of `list` has the fields `names`.
fn all_have(report: &Value, list: &str, names: &[&str]) {
    assert!(!array(report, list).is_empty(), "{list}");
    for element in array(report, list) {
        for name in names {
            assert!(element.get(name).is_some(), "{list}: {name} of {element}");
        }
    }
}

#[test]
fn json_elements_have_the_fields_of_the_contract() {
    let report = demo("json", &[]).exits(0).json();
    let elements: [(&str, &[&str]); 10] = [
        (
            "coverage",
            &[
                "source",
                "account",
                "region",
                "location",
                "since",
                "until",
                "state",
                "pages",
                "events",
                "throttled",
                "reason",
            ],
        ),
        ("not_visible", &["what", "why"]),
        (
            "lineage",
            &[
                "id",
                "kind",
                "access_key_id",
                "parent",
                "link",
                "via",
                "issued_by_event",
                "issued_at",
                "expires_at",
                "account",
                "principal",
                "events",
                "first_event",
                "last_event",
            ],
        ),
        (
            "users",
            &[
                "user_name",
                "arn",
                "account",
                "how",
                "via",
                "event_id",
                "time",
                "by",
            ],
        ),
        (
            "handoffs",
            &["role_arn", "account", "shared_event_id", "event_id"],
        ),
        ("denied", &["action", "target", "count", "event_ids"]),
        (
            "findings",
            &[
                "level",
                "rule",
                "title",
                "message",
                "attack",
                "count",
                "first",
                "last",
                "resources",
                "event_ids",
            ],
        ),
        ("next", &["why", "argv"]),
        (
            "events",
            &[
                "event_id",
                "time",
                "key",
                "who",
                "source",
                "call",
                "region",
                "ip",
                "user_agent",
                "error",
            ],
        ),
        ("subjects", &["access_key_id", "account", "principal"]),
    ];
    for (list, names) in elements {
        all_have(&report, list, names);
    }
}

#[test]
fn json_tallies_have_the_fields_of_the_contract() {
    let report = demo("json", &[]).exits(0).json();
    for tally in [
        "event_names",
        "principals",
        "access_keys",
        "source_ips",
        "user_agents",
        "regions",
        "services",
        "errors",
    ] {
        all_have(&report["summary"], tally, &["value", "count"]);
    }
    all_have(&report["summary"], "source_ips", &["first", "new"]);
}

#[test]
fn json_keeps_to_its_closed_lists() {
    let report = demo("json", &[]).exits(0).json();
    let one_of = |list: &str, name: &str, known: &[&str]| {
        for element in array(&report, list) {
            let value = element[name].as_str().unwrap();
            assert!(known.contains(&value), "{list}: {value}");
        }
    };
    let states = [
        "read",
        "denied",
        "disabled",
        "truncated",
        "failed",
        "skipped",
    ];
    one_of("coverage", "state", &states);
    one_of("lineage", "kind", &["key", "login", "user"]);
    let links = [
        "subject",
        "exact",
        "role-session",
        "console-login",
        "compute",
        "shared-event",
        "inferred",
    ];
    one_of("lineage", "link", &links);
    one_of(
        "findings",
        "level",
        &["informational", "low", "medium", "high", "critical"],
    );
    let ids: Vec<&Value> = array(&report, "events")
        .iter()
        .map(|event| &event["event_id"])
        .collect();
    for finding in array(&report, "findings") {
        let proofs = array(finding, "event_ids");
        assert!(!proofs.is_empty(), "{finding}");
        assert!(proofs.iter().all(|id| ids.contains(&id)), "{finding}");
    }
}

#[test]
fn fail_on_ends_with_10_where_a_finding_reaches_the_level() {
    for level in ["informational", "high", "critical"] {
        demo("json", &["--fail-on", level]).exits(10);
    }
    let benign = [
        "lookup",
        "--attribute",
        "EventName=GetUser",
        "--fail-on",
        "informational",
    ];
    over_demo(&benign).exits(0);
    let unknown = demo("json", &["--fail-on", "severe"]).exits(2);
    assert!(unknown.stderr.contains("critical"), "{}", unknown.stderr);
}

#[test]
fn a_finding_comes_before_a_gap() {
    let created = record(&json!({
        "eventSource": "iam.amazonaws.com", "eventName": "CreateAccessKey",
        "responseElements": {"accessKey": {"accessKeyId": "AKIA2EXAMPLE00000000", "userName": "eve"}},
    }));
    let folder = Folder::new()
        .with("whole.json", trail(&[created]))
        .with("cut.json", r#"{"Records":[{"eventVersion":"1.08","#);
    let from = folder.path().to_str().unwrap();
    let hunt = ["run", "persistence", "--from", from];
    trailhunt(hunt).exits(3);
    trailhunt(hunt.iter().chain(&["--fail-on", "high"])).exits(10);
    trailhunt(hunt.iter().chain(&["--fail-on", "critical"])).exits(3);
}
