//! `trace-key`, the binary itself: the same answer from files and from Event history.

use serde_json::Value;

use crate::support::aws_servers::Emulator;
use crate::support::lookup_server::{LookupServer, Quota};
use crate::support::records;
use crate::support::sandbox::Sandbox;
use crate::support::shared;

const KEY: &str = "AKIATFQR7NSC8Q4X20BJ";

fn json(command: &mut assert_cmd::Command, code: i32) -> Value {
    let output = command.assert().code(code).get_output().stdout.clone();
    serde_json::from_slice(&output).expect("stdout is JSON")
}

fn without(mut report: Value, names: &[&str]) -> Value {
    let fields = report.as_object_mut().expect("a report is an object");
    for name in names {
        assert!(fields.remove(*name).is_some(), "the report has {name}");
    }
    report
}

#[test]
fn history_gives_the_same_report_as_files() {
    let Some(records) = records::invictus() else {
        return;
    };
    let Some(aws) = Emulator::Ministack.shared() else {
        return;
    };
    let server = LookupServer::builder()
        .records(records)
        .now("2023-07-20T00:00:00Z".parse().unwrap())
        .quota(Quota::NONE)
        .start();
    let sandbox = Sandbox::new()
        .endpoint(aws.url())
        .cloudtrail(&server.url())
        .now("2023-07-20T00:00:00Z");
    let window = [
        "--since",
        "2023-07-01",
        "--until",
        "2023-07-15",
        "--format",
        "json",
    ];
    let live = json(
        sandbox
            .trailhunt()
            .args(["trace-key", KEY, "--rate", "50"])
            .args(window),
        0,
    );
    let folder = shared().join("data/invictus-ir");
    let files = json(
        Sandbox::new()
            .trailhunt()
            .args(["trace-key", KEY, "--from"])
            .arg(folder)
            .args(window),
        0,
    );
    let own = [
        "run_id",
        "generated_at",
        "caller",
        "coverage",
        "not_visible",
        "next",
    ];
    let (live, files) = (without(live, &own), without(files, &own));
    let names = |report: &Value| {
        report
            .as_object()
            .map(|fields| fields.keys().cloned().collect::<Vec<_>>())
    };
    assert_eq!(names(&live), names(&files));
    for name in names(&files).into_iter().flatten() {
        // compared one by one, so that a difference can be read
        assert_eq!(live[&name], files[&name], "{name}");
    }
}
