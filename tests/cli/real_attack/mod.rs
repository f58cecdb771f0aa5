//! The records of a real attack (Invictus IR, July 2023, us-east-1): what the named commands tell of them, counted by
//! hand, and that Sigma rules match as in another engine.
//!
//! `security_groups` and `hunt` hold the tests of those commands.

mod hunt;
mod security_groups;

use std::path::PathBuf;

use serde_json::Value;

use crate::support::offline::{Said, trailhunt};
use crate::support::{shared, skip};

/// A folder kept beside the project; says that the test is skipped where it is not.
fn beside(name: &str) -> Option<PathBuf> {
    let folder = shared().join(name);
    if !folder.is_dir() {
        skip(&format!("{} is not there", folder.display()));
        return None;
    }
    Some(folder)
}

/// `question` over the attack, in `format`.
fn ask(question: &[&str], format: &str) -> Option<Said> {
    let folder = beside("data/invictus-ir")?;
    let folder = folder.to_str().expect("the path is UTF-8");
    let flags = ["--from", folder, "--format", format];
    Some(trailhunt(question.iter().chain(&flags)).exits(0))
}

fn list<'r>(report: &'r Value, name: &str) -> &'r [Value] {
    report[name].as_array().expect("it is a list")
}

fn text<'r>(item: &'r Value, name: &str) -> &'r str {
    item[name].as_str().expect("it is a text")
}

/// The one item of `list` with `value` in `name`.
fn one<'r>(list: &'r [Value], name: &str, value: &str) -> &'r Value {
    let mut found = list.iter().filter(|item| item[name] == value);
    let one = found.next().expect("there is one");
    assert!(found.next().is_none(), "{value} is there once");
    one
}

#[test]
fn the_two_terminations_are_told() {
    let Some(said) = ask(&["stopped-instances"], "json") else {
        return;
    };
    let report = said.json();
    let ends = [
        (
            "cb45d9ea-ee4a-4e63-bb8e-c658cd2203f9",
            "i-05c30218156bcc246",
        ),
        (
            "2d893b1d-e8f2-499b-a558-cb927d9b48ea",
            "i-0dbc91f429e48eeed",
        ),
    ];
    let events: Vec<_> = list(&report, "events")
        .iter()
        .map(|event| (text(event, "event_id"), text(event, "call")))
        .collect();
    assert_eq!(events, ends.map(|(id, _)| (id, "TerminateInstances")));
    let changes: Vec<_> = list(&report, "changes")
        .iter()
        .map(|change| {
            let [id, target, action, before, after] =
                ["event_id", "target", "action", "before", "after"].map(|name| text(change, name));
            assert_eq!(change["actor"], "bert-jan");
            assert_eq!(change["detail"]["cause"], "person");
            ((id, target), [action, before, after])
        })
        .collect();
    assert_eq!(
        changes,
        ends.map(|end| (end, ["modified", "running", "shutting-down"]))
    );
    let found = one(list(&report, "findings"), "rule", "instances-terminated");
    assert_eq!(
        found["event_ids"],
        Value::from(ends.map(|(id, _)| id).to_vec())
    );
}

#[test]
fn csv_and_jsonl_of_absolute_windows_are_the_same_every_time() {
    let Some(folder) = beside("sigma-aws") else {
        return;
    };
    let rules = folder.to_str().expect("the path is UTF-8");
    let window = [
        "--since",
        "2023-07-10T11:50:00Z",
        "--until",
        "2023-07-10T12:30:00Z",
    ];
    for question in [
        &["changes", "security-groups"][..],
        &["changes", "iam"],
        &["stopped-instances"],
        &["logins"],
        &["trace-key", "AKIATFQR7NSC8Q4X20BJ"],
        &["hunt", "--rules", rules],
        &["hunt"],
    ] {
        for format in ["csv", "jsonl"] {
            let question = [question, &window].concat();
            let (Some(one), Some(other)) = (ask(&question, format), ask(&question, format)) else {
                return;
            };
            assert!(one.stdout == other.stdout, "{question:?} as {format}");
            assert!(
                one.text().lines().count() >= 2,
                "{question:?} as {format} is not nothing"
            );
        }
    }
}
