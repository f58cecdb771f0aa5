//! `stopped-instances`: who ended instances, and what Auto Scaling, Spot and a mistyped id must not be taken for.

use serde_json::{Value, json};

use crate::support::aws_servers::Emulator;
use crate::support::lookup_server::{LookupServer, Quota};
use crate::support::offline::{Folder, Said, over_demo, trail, trailhunt};
use crate::support::records::{invictus, record};
use crate::support::sandbox::Sandbox;

/// A session of the role `deploy`, by its key.
fn deploy(key: &str) -> Value {
    json!({
        "type": "AssumedRole", "principalId": "AROADEPLOY:ci", "accessKeyId": key, "accountId": "123456789012",
        "arn": "arn:aws:sts::123456789012:assumed-role/deploy/ci",
        "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/deploy", "userName": "deploy"}},
    })
}

fn auto_scaling() -> Value {
    json!({
        "type": "AssumedRole", "accountId": "123456789012", "invokedBy": "autoscaling.amazonaws.com",
        "arn": "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling",
        "sessionContext": {"sessionIssuer": {"arn":
            "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"}},
    })
}

/// An EC2 call at `time` (of 2026-11-20) on one instance, with the states that the answer has.
fn ec2(
    id: &str,
    time: &str,
    call: &str,
    instance: &str,
    states: [&str; 2],
    fields: &Value,
) -> String {
    let mut event = json!({
        "eventID": id, "eventTime": format!("2026-11-20T{time}Z"), "eventSource": "ec2.amazonaws.com",
        "eventName": call, "readOnly": false,
        "requestParameters": {"instancesSet": {"items": [{"instanceId": instance}]}},
        "responseElements": {"instancesSet": {"items": [{
            "instanceId": instance, "previousState": {"name": states[0]}, "currentState": {"name": states[1]}}]}},
    });
    let into = event.as_object_mut().unwrap();
    into.extend(fields.as_object().unwrap().clone());
    record(&event)
}

/// Somebody with a stolen key assumes a role, switches protection off, and terminates; a second try finds it done.
fn attack() -> Vec<String> {
    let instance = "i-0123456789abcdef0";
    let end = ["running", "shutting-down"];
    let role = json!({"userIdentity": deploy("ASIADEPLOY0000000000")});
    let refused = json!({
        "errorCode": "Client.OperationNotPermitted", "responseElements": null,
        "userIdentity": deploy("ASIADEPLOY0000000000"),
    });
    vec![
        record(&json!({
            "eventID": "assumed", "eventTime": "2026-11-20T12:00:00Z", "eventSource": "sts.amazonaws.com",
            "eventName": "AssumeRole", "awsRegion": "us-west-2",
            "requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/deploy", "roleSessionName": "ci"},
            "responseElements": {"credentials": {"accessKeyId": "ASIADEPLOY0000000000"}},
        })),
        // of somebody else: no part of the answer
        record(&json!({
            "eventID": "unrelated", "eventTime": "2026-11-20T12:00:00Z", "eventSource": "sts.amazonaws.com",
            "eventName": "AssumeRole", "responseElements": {"credentials": {"accessKeyId": "ASIAOTHER00000000000"}},
        })),
        ec2(
            "refused",
            "12:01:00",
            "TerminateInstances",
            instance,
            end,
            &refused,
        ),
        record(&json!({
            "eventID": "unprotected", "eventTime": "2026-11-20T12:02:00Z", "eventSource": "ec2.amazonaws.com",
            "eventName": "ModifyInstanceAttribute", "userIdentity": deploy("ASIADEPLOY0000000000"),
            "requestParameters": {"instanceId": instance, "disableApiTermination": {"value": false}},
        })),
        ec2(
            "ended",
            "12:04:00",
            "TerminateInstances",
            instance,
            end,
            &role,
        ),
        ec2(
            "again",
            "12:05:00",
            "TerminateInstances",
            instance,
            ["shutting-down"; 2],
            &json!({}),
        ),
    ]
}

/// What happens of itself, and an instance that is started.
fn benign() -> Vec<String> {
    vec![
        ec2(
            "scaled-in",
            "12:00:00",
            "TerminateInstances",
            "i-0aaaaaaaaaaaaaaaa",
            ["running", "shutting-down"],
            &json!({"userIdentity": auto_scaling(), "sourceIPAddress": "autoscaling.amazonaws.com"}),
        ),
        record(&json!({
            "eventID": "reclaimed", "eventTime": "2026-11-20T12:01:00Z", "eventSource": "ec2.amazonaws.com",
            "eventName": "BidEvictedEvent", "eventType": "AwsServiceEvent",
            "userIdentity": {"accountId": "123456789012", "invokedBy": "ec2.amazonaws.com"},
            "sourceIPAddress": "ec2.amazonaws.com",
            "serviceEventDetails": {"instanceIdSet": ["i-0bbbbbbbbbbbbbbbb"]},
        })),
        ec2(
            "started",
            "12:02:00",
            "StartInstances",
            "i-0cccccccccccccccc",
            ["stopped", "pending"],
            &json!({}),
        ),
    ]
}

fn run(records: &[String], format: &str, flags: &[&str]) -> Said {
    let folder = Folder::new().with("trail/a.json", trail(records));
    let from = folder.file("trail");
    let run = [
        "run",
        "stopped-instances",
        "--from",
        from.to_str().unwrap(),
        "--format",
        format,
    ];
    trailhunt(run.iter().chain(flags))
}

fn by_event<'r>(report: &'r Value, id: &str) -> &'r Value {
    let changes = report["changes"].as_array().unwrap();
    let change = changes.iter().find(|change| change["event_id"] == id);
    change.unwrap_or_else(|| panic!("no change of {id} in {changes:?}"))
}

fn rules(report: &Value) -> Vec<(&str, &str)> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            (
                finding["rule"].as_str().unwrap(),
                finding["level"].as_str().unwrap(),
            )
        })
        .collect()
}

#[test]
fn attack_is_told() {
    let report = run(&attack(), "json", &[]).exits(0).json();
    let ids: Vec<&str> = report["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["event_id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        ["refused", "ended", "again"],
        "context is no part of the answer"
    );

    let ended = by_event(&report, "ended");
    assert_eq!(
        (&ended["action"], &ended["before"], &ended["after"]),
        (
            &json!("modified"),
            &json!("running"),
            &json!("shutting-down")
        )
    );
    assert_eq!(
        ended["session"],
        "ASIADEPLOY0000000000 from AKIAEXAMPLE000000000 (ana)"
    );
    assert_eq!(ended["detail"]["cause"], "role-session");
    assert_eq!(
        ended["detail"]["note"],
        "role deploy/ci, assumed by ana (AKIAEXAMPLE000000000); \
         termination protection switched off 2 min before by deploy/ci"
    );
    assert_eq!(
        ended["detail"]["evidence"],
        json!(["assumed", "unprotected"])
    );

    let again = by_event(&report, "again");
    assert_eq!(again["action"], "noop");
    assert_eq!(
        again["detail"]["note"],
        "already shutting-down: TerminateInstances by deploy/ci at 2026-11-20T12:04:00Z"
    );
    let refused = by_event(&report, "refused");
    assert_eq!(
        (&refused["action"], &refused["after"]),
        (&json!("failed"), &Value::Null)
    );
    assert_eq!(refused["error"], "Client.OperationNotPermitted");

    let expected = [
        ("instances-terminated", "high"),
        ("termination-protection-off", "high"),
        ("instance-stop-attempted", "low"),
    ];
    let mut found = rules(&report);
    found.sort_unstable_by_key(|(rule, _)| expected.iter().position(|(known, _)| known == rule));
    assert_eq!(found, expected);
    let unseen = report["not_visible"].as_array().unwrap().iter();
    assert!(
        unseen
            .into_iter()
            .any(|entry| entry["what"] == "instances shut down from within")
    );
}

#[test]
fn what_runs_the_instances_is_no_person() {
    let report = run(&benign(), "json", &[]).exits(0).json();
    let cause = |id: &str| by_event(&report, id)["detail"]["cause"].clone();
    assert_eq!(cause("scaled-in"), "auto-scaling");
    assert_eq!(cause("reclaimed"), "spot");
    assert_eq!(
        by_event(&report, "reclaimed")["target"],
        "i-0bbbbbbbbbbbbbbbb"
    );
    let routine = ("instances-ended-by-automation", "informational");
    assert_eq!(rules(&report), [routine, routine]);
    run(&benign(), "json", &["--fail-on", "low"]).exits(0);
}

#[test]
fn one_instance_is_asked_for() {
    let records: Vec<String> = attack().into_iter().chain(benign()).collect();
    let asked = |instance: &str| {
        let parameter = format!("instance={instance}");
        let report = run(&records, "json", &["--param", &parameter])
            .exits(0)
            .json();
        let changes = report["changes"].as_array().unwrap().iter();
        changes
            .map(|change| change["event_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(asked("i-0bbbbbbbbbbbbbbbb"), ["reclaimed"]);
    assert_eq!(asked("i-0123456789abcdef0"), ["refused", "ended", "again"]);
    assert!(asked("i-0ddddddddddddddddd").is_empty());
}

#[test]
fn csv_has_a_row_an_instance() {
    let csv = run(&benign(), "csv", &[]).exits(0);
    let rows: Vec<&str> = csv.text().lines().collect();
    assert_eq!(rows.len(), 4, "{rows:?}");
    assert!(
        rows[1].contains("i-0aaaaaaaaaaaaaaaa") && rows[1].contains("auto-scaling"),
        "{rows:?}"
    );
}

#[test]
fn the_real_records_have_two_terminations() {
    let Some(records) = invictus() else { return };
    let report = run(&records, "json", &[]).exits(0).json();
    let changes = report["changes"].as_array().unwrap();
    let calls: Vec<_> = changes
        .iter()
        .map(|change| (&change["detail"]["call"], &change["actor"]))
        .collect();
    let expected = (&json!("TerminateInstances"), &json!("bert-jan"));
    assert_eq!(calls, [expected, expected]);
}

/// Live, who assumed the role is one lookup of the session's key as a resource, not of every AssumeRole.
#[test]
fn history_gives_the_same_changes_and_asks_little() {
    const NOW: &str = "2026-11-21T00:00:00Z";
    let Some(aws) = Emulator::Ministack.shared() else {
        return;
    };
    let server = LookupServer::builder()
        .records(attack())
        .now(NOW.parse().unwrap())
        .quota(Quota::NONE)
        .start();
    let sandbox = Sandbox::new()
        .endpoint(aws.url())
        .cloudtrail(&server.url())
        .now(NOW);
    let mut command = sandbox.trailhunt();
    command.args([
        "stopped-instances",
        "--regions",
        "us-east-1,us-west-2",
        "--rate",
        "50",
        "--format",
        "json",
    ]);
    command.args(["--since", "2026-11-20", "--until", "2026-11-20T13:00:00Z"]);
    let output = command.assert().code(0).get_output().stdout.clone();
    let live: Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(
        live["changes"],
        run(&attack(), "json", &[]).exits(0).json()["changes"]
    );

    let calls = server.calls();
    let asked = |key: &str, value: &str| {
        calls
            .iter()
            .any(|call| call.parameters.attribute() == Some((key, value)))
    };
    assert!(asked("ResourceName", "ASIADEPLOY0000000000"));
    assert!(!asked("EventName", "AssumeRole") && !asked("EventSource", "sts.amazonaws.com"));
    assert!(
        calls
            .iter()
            .all(|call| call.parameters.attribute().is_some()),
        "nothing is read whole"
    );
}

/// One call may be about others, too: who names an instance sees this one.
#[test]
fn only_the_instances_asked_for_are_told() {
    let (one, other) = ("i-07c6f6e38aaa296ba", "i-008f0fc0e70ecc38d");
    let said = over_demo(&["stopped-instances", one, "--format", "csv"]).exits(0);
    assert!(
        said.text().contains(one) && !said.text().contains(&format!(",{other},")),
        "{}",
        said.text()
    );
    let misspelt = over_demo(&["stopped-instances", "i-07c6f6e38aaa296bb"]).exits(0);
    assert!(
        misspelt.text().contains("no events found"),
        "{}",
        misspelt.text()
    );
    assert!(
        !misspelt.text().contains("Next"),
        "nothing found, nothing to put right: {}",
        misspelt.text()
    );
}
