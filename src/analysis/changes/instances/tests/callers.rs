//! Who was behind a call: people, sessions, services, and what told these to.

use serde_json::{Value, json};

use super::{assume, call, detail, event, fold, role, scaling, summaries, user};
use crate::event::Event;
use crate::report::Level;

#[test]
fn auto_scaling_is_no_person() {
    let (changes, findings) = fold(&[call(
        "TerminateInstances",
        1,
        &scaling(),
        ["running", "shutting-down"],
    )]);
    assert_eq!(detail(&changes[0], "cause"), "auto-scaling");
    assert_eq!(detail(&changes[0], "note"), "Auto Scaling");
    let message = "Auto Scaling terminated i-1";
    assert_eq!(
        summaries(&findings),
        [(
            "instances-ended-by-automation",
            Level::Informational,
            message
        )]
    );
    // a session can be called anything
    let mut lookalike = role("ASIAX");
    lookalike["arn"] =
        "arn:aws:sts::1:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling".into();
    let (changes, findings) = fold(&[call(
        "TerminateInstances",
        1,
        &lookalike,
        ["running", "shutting-down"],
    )]);
    assert_eq!(detail(&changes[0], "cause"), "role-session");
    assert_eq!(findings[0].level, Level::High);
}

#[test]
fn whoever_told_auto_scaling_is_named() {
    let order = |name: &str, request: Value| {
        event(&json!({
            "eventSource": "autoscaling.amazonaws.com", "eventName": name, "eventID": name,
            "eventTime": "2026-11-20T12:01:00Z", "requestParameters": request,
        }))
    };
    let end = call(
        "TerminateInstances",
        5,
        &scaling(),
        ["running", "shutting-down"],
    );
    let resized = order(
        "SetDesiredCapacity",
        json!({"autoScalingGroupName": "web", "desiredCapacity": 0}),
    );
    let (changes, findings) = fold(&[resized, end.clone()]);
    assert_eq!(
        detail(&changes[0], "note"),
        "Auto Scaling; before it SetDesiredCapacity of web by bert at 2026-11-20T12:01:00Z"
    );
    let message = "Auto Scaling terminated i-1, after SetDesiredCapacity of web by bert";
    assert_eq!(
        summaries(&findings),
        [("instances-ended-by-automation", Level::Low, message)]
    );

    let named = order(
        "TerminateInstanceInAutoScalingGroup",
        json!({"instanceId": "i-1"}),
    );
    let (changes, findings) = fold(&[named, end.clone()]);
    assert!(
        detail(&changes[0], "note")
            .contains("asked for by TerminateInstanceInAutoScalingGroup of i-1 by bert")
    );
    let message = "bert terminated i-1 through Auto Scaling";
    assert_eq!(
        summaries(&findings),
        [("instances-terminated", Level::High, message)]
    );

    // neither another setting of a group, nor an order for another instance
    let others = [
        order(
            "UpdateAutoScalingGroup",
            json!({"autoScalingGroupName": "web", "healthCheckType": "ELB"}),
        ),
        order(
            "TerminateInstanceInAutoScalingGroup",
            json!({"instanceId": "i-2"}),
        ),
        end,
    ];
    let (changes, _) = fold(&others);
    assert_eq!(detail(&changes[0], "note"), "Auto Scaling");
}

#[test]
fn spot_takes_instances_back() {
    let (changes, findings) = fold(&[event(&json!({
        "eventName": "BidEvictedEvent", "eventType": "AwsServiceEvent",
        "userIdentity": {"accountId": "1", "invokedBy": "ec2.amazonaws.com"},
        "requestParameters": null, "responseElements": null,
        "serviceEventDetails": {"instanceIdSet": ["i-1", "i-2"]},
    }))]);
    let targets: Vec<_> = changes
        .iter()
        .filter_map(|change| change.target.as_deref())
        .collect();
    assert_eq!(targets, ["i-1", "i-2"]);
    assert_eq!(detail(&changes[0], "cause"), "spot");
    let message = "Spot took back i-1, i-2";
    assert_eq!(
        summaries(&findings),
        [(
            "instances-ended-by-automation",
            Level::Informational,
            message
        )]
    );
}

#[test]
fn a_role_session_is_traced_to_who_assumed_it() {
    let (changes, findings) = fold(&[
        assume("ASIA1", 1, &user("alice")),
        assume("ASIA2", 2, &role("ASIA1")),
        call("StopInstances", 3, &role("ASIA2"), ["running", "stopping"]),
    ]);
    assert_eq!(detail(&changes[0], "cause"), "role-session");
    assert_eq!(
        detail(&changes[0], "note"),
        "role deploy/ci, assumed by deploy/ci (ASIA1), assumed by alice (AKIAALICE)"
    );
    assert_eq!(
        changes[0].session.as_deref(),
        Some("ASIA2 from ASIA1 (deploy/ci) from AKIAALICE (alice)")
    );
    assert_eq!(
        changes[0].detail["evidence"],
        json!(["issue-ASIA2", "issue-ASIA1"])
    );
    assert_eq!(
        summaries(&findings),
        [("instances-stopped", Level::Medium, "deploy/ci stopped i-1")]
    );
}

#[test]
fn keys_that_issue_each_other_end() {
    let (changes, _) = fold(&[
        assume("ASIA1", 1, &role("ASIA2")),
        assume("ASIA2", 1, &role("ASIA1")),
        call("StopInstances", 3, &role("ASIA2"), ["running", "stopping"]),
    ]);
    let session = "ASIA2 from ASIA1 (deploy/ci) from ASIA2 (deploy/ci)";
    assert_eq!(changes[0].session.as_deref(), Some(session));
}

#[test]
fn services_are_told_apart() {
    let stop = |who: &Value| call("StopInstances", 3, who, ["running", "stopping"]);
    let causes = |events: &[Event]| {
        let (changes, findings) = fold(events);
        let change = changes.last().unwrap();
        (
            detail(change, "cause").to_owned(),
            detail(change, "note").to_owned(),
            findings[0].level,
        )
    };
    let is = |events: &[Event], cause: &str, note: &str, level: Level| {
        assert_eq!(causes(events), (cause.to_owned(), note.to_owned(), level));
    };
    let by = |host: &str| {
        let mut user = user("bert");
        user["invokedBy"] = host.into();
        user
    };
    is(
        &[stop(&by("cloudformation.amazonaws.com"))],
        "cloudformation",
        "through CloudFormation",
        Level::Low,
    );
    is(
        &[stop(&by("ssm.amazonaws.com"))],
        "ssm",
        "through Systems Manager",
        Level::Low,
    );
    is(
        &[stop(&by("scheduler.amazonaws.com"))],
        "scheduler",
        "through an EventBridge schedule",
        Level::Low,
    );
    is(
        &[stop(&by("backup.amazonaws.com"))],
        "service",
        "through backup.amazonaws.com",
        Level::Low,
    );
    // the console is no service
    is(
        &[stop(&by("AWS Internal"))],
        "person",
        "in the console",
        Level::Medium,
    );

    let mut function = role("ASIA1");
    function["inScopeOf"] = json!({"issuerType": "AWS::Lambda::Function",
        "credentialsIssuedTo": "arn:aws:lambda:eu-west-1:1:function:nightly"});
    is(
        &[stop(&function)],
        "lambda",
        "Lambda function nightly",
        Level::Low,
    );
    let service = |host: &str| json!({"type": "AWSService", "invokedBy": host});
    let issued = |host: &str| [assume("ASIA1", 1, &service(host)), stop(&role("ASIA1"))];
    is(
        &issued("lambda.amazonaws.com"),
        "lambda",
        "Lambda function ci",
        Level::Low,
    );
    is(
        &issued("ec2.amazonaws.com"),
        "role-session",
        "role deploy/ci, of instance ci",
        Level::Medium,
    );

    let mut person = role("ASIA1");
    person["sessionContext"]["sessionIssuer"]["arn"] =
        "arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1".into();
    is(
        &[stop(&person)],
        "person",
        "through IAM Identity Center",
        Level::Medium,
    );
    is(
        &[stop(&role("ASIA1"))],
        "role-session",
        "role deploy/ci (who assumed it was not seen)",
        Level::Medium,
    );
    is(
        &[stop(&json!({}))],
        "unknown",
        "the record does not say who called",
        Level::Medium,
    );
}
