//! What is asked of the service, and what is decided here; what is not asked without a yes.

use serde_json::json;

use super::{HERE, KEY, asked, report, said, sandbox, serving};
use crate::support::lookup_server::LookupServer;
use crate::support::records;
use crate::support::sandbox::Sandbox;

pub fn lookup(sandbox: &Sandbox, attributes: &[&str]) -> assert_cmd::Command {
    let mut command = sandbox.trailhunt();
    command.args(["lookup", "--regions", HERE, "--since", "2023-07-10"]);
    for attribute in attributes {
        command.args(["-a", attribute]);
    }
    command
}

fn questions(server: &LookupServer) -> Vec<String> {
    let mut questions: Vec<_> = server.calls().iter().map(asked).collect();
    questions.dedup();
    questions
}

#[test]
fn several_attributes_are_anded_and_the_most_selective_one_is_asked_for() {
    let named = |name: &str| {
        let fields =
            json!({"eventID": name, "eventName": name, "eventTime": "2023-07-10T09:00:00Z"});
        records::record(&fields)
    };
    let records = records::series(HERE, 5)
        .into_iter()
        .chain([named("CreateUser")]);
    let key = format!("AccessKeyId={KEY}");
    for (attributes, expected) in [
        (["EventName=CreateUser", &key], key.as_str()),
        (
            ["ReadOnly=true", "EventName=CreateUser"],
            "EventName=CreateUser",
        ),
        (
            ["EventName=CreateUser", "EventId=CreateUser"],
            "EventId=CreateUser",
        ),
    ] {
        let server = serving(records.clone()).start();
        let Some(sandbox) = sandbox(&server) else {
            return;
        };
        let mut command = lookup(&sandbox, &attributes);
        let report = report(command.args(["--rate", "50", "--format", "json"]), 0);
        assert_eq!(questions(&server), [expected]);
        let events = report["events"].as_array().unwrap();
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(events[0]["call"], "CreateUser");
    }
}

#[test]
fn verbose_says_what_is_asked_where() {
    let server = serving([]).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let key = format!("AccessKeyId={KEY}");
    let attributes = [key.as_str(), "EventName=CreateUser"];
    let plan = said(lookup(&sandbox, &attributes).arg("-v"), 0);
    assert!(plan.contains(&format!("{key} in 1 Region;")), "{plan}");
    assert!(plan.contains("decided"), "{plan}");
    let quiet = said(&mut lookup(&sandbox, &attributes), 0);
    assert!(!quiet.contains(KEY), "{quiet}");
}

#[test]
fn reading_everything_is_estimated_and_a_short_reading_just_done() {
    let records = records::series(HERE, 7200);
    let server = serving(records.into_iter().step_by(60)).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let stderr = said(lookup(&sandbox, &[]).args(["--rate", "50"]), 0);
    assert!(
        stderr.contains("no lookup attribute can be derived: about "),
        "{stderr}"
    );
    assert_eq!(questions(&server), ["everything"]);
}

/// 60 events in the last second of a day: were it all so dense, there would be 43,200 pages.
pub fn crowded_end() -> LookupServer {
    let crowd = (0..60).map(|n| {
        records::record(
            &json!({"eventID": format!("crowd-{n}"), "eventTime": "2023-07-10T12:00:00Z"}),
        )
    });
    serving(crowd).start()
}

#[test]
fn a_long_reading_wants_a_yes() {
    let server = crowded_end();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let stderr = said(lookup(&sandbox, &[]).args(["--rate", "50"]), 5);
    for part in ["minutes", "--yes", "--since"] {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
    assert_eq!(server.calls().len(), 1, "the first page, to estimate by");
}

#[test]
fn with_a_yes_a_long_reading_is_done() {
    let server = crowded_end();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let mut command = lookup(&sandbox, &[]);
    let report = report(
        command.args(["--rate", "50", "--yes", "--format", "json"]),
        0,
    );
    assert_eq!(report["events"].as_array().unwrap().len(), 60);
}
