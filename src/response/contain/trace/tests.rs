//! Reports as `trace-key` writes them, and everything else that a file may hold.

use serde_json::{Value, json};

use super::*;
use crate::report::{Link, Made};

fn report() -> Value {
    json!({
        "schema_version": 1, "tool": {"name": "trailhunt", "version": "9"}, "playbook": "access-key-trace",
        "generated_at": "2026-10-06T09:30:10Z", "caller": null, "complete": true,
        "window": {"since": null, "until": "2026-10-06T09:30:00Z"},
        "coverage": [{"source": "history", "state": "read"}],
        "subjects": [{"access_key_id": "AKIAIOSFODNN7EXAMPLE"}],
        "lineage": [{"id": "AKIAIOSFODNN7EXAMPLE", "kind": "key", "link": "subject", "mfa": "unknown"}],
        "users": [{"user_name": "svc", "how": "password", "via": "CreateLoginProfile", "by": "AKIAIOSFODNN7EXAMPLE"}],
        "handoffs": [], "related": [], "events": [{"a": [1, 2.5e300, {"b": null}]}], "of_later": {},
    })
}

fn with(field: &str, value: Value) -> Result<Trace, String> {
    let mut report = report();
    report[field] = value;
    parse(report.to_string().as_bytes())
}

#[test]
fn a_report_is_read_and_what_is_new_in_it_ignored() {
    let trace = parse(report().to_string().as_bytes()).unwrap();
    assert_eq!(trace.lineage[0].link, Link::Subject);
    assert_eq!(trace.users[0].how, Made::Password);
    assert!(trace.caller.is_none() && trace.complete);
}

#[test]
fn what_is_no_such_report_says_why() {
    let node = json!({"id": "x", "kind": "key", "link": "guess"});
    let of_demo = json!([{"source": "files"}, {"source": "demo"}]);
    for (read, why) in [
        (with("schema_version", json!(2)), "schema version 2"),
        (with("playbook", json!("ip-trace")), "\"ip-trace\""),
        (with("coverage", of_demo), "the demo"),
        (with("lineage", json!([node])), "unknown variant `guess`"),
        (with("lineage", json!(null)), "expected a list"),
        (with("complete", json!("yes")), "expected a boolean"),
        (with("generated_at", json!("now")), "is no report"),
        (parse(&b"eventTime,eventName\n"[..]), "is no JSON"),
        (parse(&b""[..]), "is no JSON"),
        (parse(&b"[]"[..]), "is no report"),
        (parse(&b"{}"[..]), "missing field `schema_version`"),
        (parse(&b"\xff\xfe"[..]), "is no JSON"),
        (parse("[".repeat(100_000).as_bytes()), "is no"),
    ] {
        let told = read.map(|_| ()).unwrap_err();
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn a_list_without_end_is_not_read_to_its_end() {
    let subject = json!({"access_key_id": "AKIAIOSFODNN7EXAMPLE"});
    let full = vec![subject.clone(); MOST];
    assert_eq!(with("subjects", json!(full)).unwrap().subjects.len(), MOST);
    let more = vec![subject; MOST + 1];
    assert!(with("subjects", json!(more)).unwrap_err().contains("10000"));
}

#[test]
fn a_file_that_is_not_there_is_a_mistake_of_usage() {
    let failure = read(Path::new("/nowhere/trace.json")).unwrap_err();
    assert_eq!(failure.exit, crate::error::Exit::Usage);
    assert!(failure.hint.unwrap().contains("--format json"));
}
