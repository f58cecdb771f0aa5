//! What made-up calls, and the real ones, did; who was behind is tested in [`callers`], odd records in [`properties`].

mod callers;
mod properties;

use serde_json::{Value, json};

use crate::analysis::findings;
use crate::event::Event;
use crate::report::{Change, ChangeAction, Finding, Level};

const SCALING: &str =
    "arn:aws:iam::1:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";

fn event(fields: &Value) -> Event {
    let mut record = json!({
        "eventVersion": "1.09", "eventSource": "ec2.amazonaws.com", "awsRegion": "eu-west-1",
        "recipientAccountId": "1", "eventTime": "2026-11-20T12:00:00Z",
        "userIdentity": {"type": "IAMUser", "userName": "bert", "accessKeyId": "AKIABERT"},
    });
    let into = record.as_object_mut().unwrap();
    into.extend(fields.as_object().unwrap().clone());
    Event::parse(record.to_string().as_bytes()).unwrap()
}

/// `call` of `i-1` at `minute`, by `who`, from state to state.
fn call(name: &str, minute: u8, who: &Value, states: [&str; 2]) -> Event {
    event(&json!({
        "eventName": name, "eventID": format!("{name}-{minute}"), "userIdentity": who,
        "eventTime": format!("2026-11-20T12:{minute:02}:00Z"),
        "requestParameters": {"instancesSet": {"items": [{"instanceId": "i-1"}]}},
        "responseElements": {"instancesSet": {"items": [{
            "instanceId": "i-1", "previousState": {"name": states[0]}, "currentState": {"name": states[1]}}]}},
    }))
}

fn user(name: &str) -> Value {
    json!({"type": "IAMUser", "userName": name, "accessKeyId": format!("AKIA{}", name.to_uppercase())})
}

fn role(key: &str) -> Value {
    json!({"type": "AssumedRole", "accessKeyId": key, "arn": "arn:aws:sts::1:assumed-role/deploy/ci",
        "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::1:role/deploy"}}})
}

fn scaling() -> Value {
    json!({"type": "AssumedRole", "invokedBy": "autoscaling.amazonaws.com", "accessKeyId": "ASIASCALING",
        "arn": "arn:aws:sts::1:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling",
        "sessionContext": {"sessionIssuer": {"arn": SCALING}}})
}

fn assume(child: &str, minute: u8, who: &Value) -> Event {
    event(&json!({
        "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "eventID": format!("issue-{child}"),
        "eventTime": format!("2026-11-20T12:{minute:02}:00Z"), "userIdentity": who,
        "requestParameters": {"roleSessionName": "ci"},
        "responseElements": {"credentials": {"accessKeyId": child}},
    }))
}

/// Calls in the answer, and the rest as context.
fn fold(events: &[Event]) -> (Vec<Change>, Vec<Finding>) {
    let mut fold = super::Fold::default();
    for event in events {
        let name = event.name().unwrap_or_default();
        fold.add(
            event,
            name.ends_with("Instances") || name == "BidEvictedEvent",
        );
    }
    let mut findings = findings::Fold::default();
    let changes = fold.finish(&mut findings);
    (changes, findings.finish())
}

fn detail<'c>(change: &'c Change, name: &str) -> &'c str {
    change
        .detail
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn summaries(findings: &[Finding]) -> Vec<(&str, Level, &str)> {
    findings
        .iter()
        .map(|finding| {
            (
                finding.rule.as_str(),
                finding.level,
                finding.message.as_str(),
            )
        })
        .collect()
}

#[test]
fn a_stop_says_from_which_state_to_which() {
    let (changes, findings) = fold(&[call(
        "StopInstances",
        1,
        &user("bert"),
        ["running", "stopping"],
    )]);
    let [change] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!(change.target.as_deref(), Some("i-1"));
    assert_eq!(change.action, ChangeAction::Modified);
    assert_eq!(change.before.as_deref(), Some("running"));
    assert_eq!(change.after.as_deref(), Some("stopping"));
    assert_eq!(change.session.as_deref(), Some("AKIABERT"));
    assert_eq!(detail(change, "cause"), "person");
    assert_eq!(
        summaries(&findings),
        [("instances-stopped", Level::Medium, "bert stopped i-1")]
    );
}

#[test]
fn what_was_stopped_already_is_credited_to_who_did_it() {
    let (changes, findings) = fold(&[
        call("StopInstances", 1, &user("alice"), ["running", "stopping"]),
        call("StopInstances", 2, &user("bert"), ["stopping", "stopping"]),
        call("StartInstances", 3, &user("alice"), ["stopped", "pending"]),
        call("StopInstances", 9, &user("bert"), ["stopped", "stopped"]),
    ]);
    assert_eq!(changes[1].action, ChangeAction::Noop);
    assert_eq!(
        detail(&changes[1], "note"),
        "already stopping: StopInstances by alice at 2026-11-20T12:01:00Z"
    );
    assert_eq!(changes[1].detail["evidence"], json!(["StopInstances-1"]));
    // it had been started since: somebody shut it down from within
    assert_eq!(
        detail(&changes[3], "note"),
        "already stopped, by no call that was read"
    );
    assert_eq!(
        summaries(&findings),
        [("instances-stopped", Level::Medium, "alice stopped i-1")]
    );
}

#[test]
fn a_call_that_failed_stands_apart() {
    let mut failed = json!({
        "eventName": "TerminateInstances", "errorCode": "Client.UnauthorizedOperation",
        "requestParameters": {"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}},
        "responseElements": null,
    });
    let (changes, findings) = fold(&[event(&failed)]);
    assert_eq!(changes.len(), 2);
    assert!(
        changes
            .iter()
            .all(|change| change.action == ChangeAction::Failed && change.after.is_none())
    );
    let message = "bert could not terminate i-1, i-2: Client.UnauthorizedOperation";
    assert_eq!(
        summaries(&findings),
        [("instance-stop-attempted", Level::Low, message)]
    );
    assert_eq!(findings[0].count, 1, "one call");
    failed["errorCode"] = "Client.DryRunOperation".into();
    let (changes, _) = fold(&[event(&failed)]);
    assert!(detail(&changes[0], "note").contains("dry run"));
}

#[test]
fn a_reboot_has_no_states() {
    let (changes, findings) = fold(&[event(&json!({
        "eventName": "RebootInstances",
        "requestParameters": {"instancesSet": {"items": [{"instanceId": "i-1"}]}},
        "responseElements": {"_return": true},
    }))]);
    assert_eq!(changes[0].before, None);
    assert_eq!(changes[0].after.as_deref(), Some("reboot requested"));
    assert_eq!(
        summaries(&findings),
        [("instances-stopped", Level::Low, "bert rebooted i-1")]
    );
}

#[test]
fn protection_switched_off_before_is_told() {
    let switch = |minute: u8, request: Value| {
        event(&json!({
            "eventName": "ModifyInstanceAttribute", "eventID": format!("switch-{minute}"),
            "eventTime": format!("2026-11-20T12:{minute:02}:00Z"), "requestParameters": request,
        }))
    };
    let off = json!({"instanceId": "i-1", "disableApiTermination": {"value": false}});
    let end = call(
        "TerminateInstances",
        5,
        &user("eve"),
        ["running", "shutting-down"],
    );
    let (changes, findings) = fold(&[switch(3, off.clone()), end.clone()]);
    assert_eq!(
        detail(&changes[0], "note"),
        "termination protection switched off 2 min before by bert"
    );
    let message = "eve terminated i-1 after bert switched off termination protection";
    assert_eq!(
        summaries(&findings)[0],
        ("termination-protection-off", Level::High, message)
    );
    assert_eq!(findings[0].event_ids, ["switch-3", "TerminateInstances-5"]);

    let flat = json!({"instanceId": "i-1", "attribute": "disableApiTermination", "value": "false"});
    let (_, findings) = fold(&[switch(3, flat), end.clone()]);
    assert_eq!(findings.len(), 2);

    let on = json!({"instanceId": "i-1", "disableApiTermination": {"value": true}});
    let other = json!({"instanceId": "i-2", "disableApiTermination": {"value": false}});
    let stop = json!({"instanceId": "i-1", "disableApiStop": {"value": false}});
    for events in [
        vec![switch(3, off.clone()), switch(4, on), end.clone()],
        vec![switch(3, other), end.clone()],
        vec![switch(3, stop), end.clone()],
        vec![end, switch(9, off)],
    ] {
        let (changes, findings) = fold(&events);
        assert_eq!(detail(&changes[0], "note"), "");
        assert_eq!(findings.len(), 1, "{findings:?}");
    }
}

#[test]
fn many_instances_are_one_sentence() {
    let items: Vec<Value> = (1..=7)
        .map(|n| json!({"instanceId": format!("i-{n}")}))
        .collect();
    let (changes, findings) = fold(&[event(&json!({
        "eventName": "StopInstances", "requestParameters": {"force": true, "instancesSet": {"items": items}},
    }))]);
    assert_eq!(changes.len(), 7);
    assert!(
        changes
            .iter()
            .all(|change| change.after.as_deref() == Some("stop requested"))
    );
    assert_eq!(changes[0].detail["force"], true);
    assert_eq!(
        findings[0].message,
        "bert stopped i-1, i-2, i-3, i-4, i-5 and 2 more"
    );
}

/// What was counted by hand in the real records: two instances terminated, and protected a moment before.
#[test]
fn the_real_records() {
    let root = std::env::var_os("TRAILHUNT_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        Into::into,
    );
    let Ok(files) = std::fs::read_dir(root.join("data/invictus-ir")) else {
        eprintln!("skipped: no records below {}", root.display());
        return;
    };
    let mut events: Vec<Event> = files
        .flat_map(|file| {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let file: Value = serde_json::from_str(&text).unwrap_or_default();
            file["Records"].as_array().cloned().unwrap_or_default()
        })
        .map(|record| Event::parse(record.to_string().as_bytes()).unwrap())
        .collect();
    events.sort_by(|a, b| a.order().cmp(&b.order()));
    let (changes, findings) = fold(&events);
    let ended: Vec<_> = changes
        .iter()
        .map(|change| (change.target.as_deref(), detail(change, "call")))
        .collect();
    assert_eq!(
        ended,
        [
            (Some("i-05c30218156bcc246"), "TerminateInstances"),
            (Some("i-0dbc91f429e48eeed"), "TerminateInstances"),
        ]
    );
    assert!(
        changes
            .iter()
            .all(|change| change.after.as_deref() == Some("shutting-down"))
    );
    let rules: Vec<&str> = findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    assert_eq!(
        rules,
        ["instances-terminated", "termination-protection-off"]
    );
    assert_eq!(
        findings[0].message,
        "bert-jan terminated i-05c30218156bcc246, i-0dbc91f429e48eeed"
    );
}
