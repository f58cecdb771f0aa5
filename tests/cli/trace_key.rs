//! `trace-key`, the binary itself: the same answer from files and from Event history.

use serde_json::{Value, json};

use crate::support::aws_servers::Emulator;
use crate::support::lookup_server::{LookupServer, Quota};
use crate::support::offline::Folder;
use crate::support::records;
use crate::support::sandbox::Sandbox;
use crate::support::shared;

const KEY: &str = "AKIATFQR7NSC8Q4X20BJ";

fn answer(command: &mut assert_cmd::Command, code: i32) -> Value {
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
    let live = answer(
        sandbox
            .trailhunt()
            .args(["trace-key", KEY, "--rate", "50"])
            .args(window),
        0,
    );
    let folder = shared().join("data/invictus-ir");
    let files = answer(
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

/// The key opened one session and is of none; the tool's key is of it; a refused call opened nothing.
#[test]
fn credentials_name_the_sign_in_sessions_that_they_opened_and_are_of() {
    let session = |id: &str| format!("arn:aws:signin:us-east-1:111122223333:session/{id}");
    let call = |number: u32, name: &str, identity: Value, also: Value| {
        let mut fields = json!({"eventID": format!("e{number}"), "eventName": name, "userIdentity": identity,
            "eventTime": format!("2026-10-06T08:0{number}:00Z"), "recipientAccountId": "111122223333"});
        let also = also.as_object().expect("the fields are an object").clone();
        fields
            .as_object_mut()
            .expect("it is an object")
            .extend(also);
        records::record(&fields)
    };
    let user = |key: &str| {
        json!({"type": "IAMUser", "principalId": "AIDAEXAMPLE", "accountId": "111122223333", "userName": "ana",
            "arn": "arn:aws:iam::111122223333:user/ana", "accessKeyId": key})
    };
    let (traced, tool) = ("AKIAEXAMPLE000000001", "ASIAEXAMPLE000000002");
    let signin = |id: &str, error: Value| {
        json!({"eventSource": "signin.amazonaws.com", "errorCode": error,
            "additionalEventData": {"signInSessionArn": session(id)}})
    };
    let mut in_session = user(tool);
    in_session["sessionContext"] = json!({"signInSessionArn": session("a")});
    let trail = [
        call(1, "ListUsers", user(traced), json!({})),
        call(
            2,
            "CreateOAuth2Token",
            user(traced),
            signin("a", Value::Null),
        ),
        call(
            3,
            "CreateOAuth2Token",
            user(traced),
            signin("b", "AccessDenied".into()),
        ),
        call(4, "ListRoles", in_session, json!({})),
    ];
    let folder = Folder::new();
    let path = folder.file("trail.json");
    std::fs::write(&path, format!("{{\"Records\":[{}]}}", trail.join(","))).expect("it is written");
    let sandbox = Sandbox::new();
    let mut command = sandbox.trailhunt();
    command.args(["trace-key", traced, "--format", "json", "--from"]);
    let report = answer(command.arg(&path), 0);
    let nodes = report["lineage"].as_array().expect("there is a lineage");
    let told: Vec<_> = nodes
        .iter()
        .map(|node| (&node["id"], &node["sign_in_sessions"]))
        .collect();
    let (opened, traced, tool) = (json!([session("a")]), json!(traced), json!(tool));
    assert_eq!(told, [(&traced, &opened), (&tool, &opened)], "{report:#}");
}
