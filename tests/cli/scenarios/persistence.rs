//! `persistence`.

use serde_json::json;

use crate::support::scenario::{call, tell};

/// A way back of every kind.
#[rustfmt::skip] // a table: one call, one line
fn attack_records() -> Vec<String> {
    vec![
        call("10:00", "iam", "CreateUser", json!({"requestParameters": {"userName": "svc"}})),
        call(
            "10:01",
            "iam",
            "CreateAccessKey",
            json!({
                "requestParameters": {"userName": "svc"},
                "responseElements": {"accessKey": {"accessKeyId": "AKIASVC0000000000000", "userName": "svc"}},
            }),
        ),
        call(
            "10:02",
            "iam",
            "AttachUserPolicy",
            json!({
                "requestParameters": {"userName": "svc", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            }),
        ),
        call("10:03", "iam", "UpdateAssumeRolePolicy", json!({"requestParameters": {"roleName": "deploy"}})),
        call(
            "10:04",
            "sts",
            "GetFederationToken",
            json!({
                "awsRegion": "eu-north-1", "requestParameters": {"name": "svc"},
            }),
        ),
        call("10:05", "rolesanywhere", "CreateTrustAnchor", json!({"awsRegion": "eu-west-3"})),
        call(
            "10:06",
            "lambda",
            "AddPermission20150331v2",
            json!({
                "requestParameters": {"functionName": "mailer", "principal": "*"},
            }),
        ),
        call(
            "10:07",
            "events",
            "PutTargets",
            json!({
                "requestParameters": {"rule": "each-new-user", "targets": [{"id": "1", "arn": "function:mailer"}]},
            }),
        ),
        call("10:08", "ssm", "CreateActivation", json!({"requestParameters": {"iamRole": "managed"}})),
        call(
            "10:09",
            "ec2",
            "ModifyInstanceAttribute",
            json!({
                "requestParameters": {"instanceId": "i-1", "userData": "<sensitiveDataRemoved>"},
            }),
        ),
    ]
}

#[test]
fn attack() {
    let told = tell("persistence", &[], &attack_records());
    let findings = told.findings();
    for expected in [
        "critical administrator-policy-attached: arn:aws:iam::aws:policy/AdministratorAccess attached to svc by \
         AttachUserPolicy",
        "high access-key-created: new access key AKIASVC0000000000000 for svc",
        "high user-created: new user svc",
        "high trust-policy-changed: who may assume role deploy was changed",
        "high console-session-from-key: GetFederationToken by arn:aws:iam::123456789012:user/ana for svc",
        "high federation-changed: CreateTrustAnchor by arn:aws:iam::123456789012:user/ana",
        "medium function-changed: AddPermission20150331v2 of mailer",
        "medium persistence/run-by-schedule: PutTargets of each-new-user runs function:mailer by ana",
        "medium managed-node-activated: activation for unknown machines with role managed by ana",
        "high user-data-changed: user data of i-1 changed: it runs at the next start",
    ] {
        assert!(
            findings.iter().any(|told| told == expected),
            "{expected} in {findings:#?}"
        );
    }
    assert_eq!(told.column("call").len(), 10);
    assert_eq!(told.column("new_key")[1], "AKIASVC0000000000000");
    assert_eq!(told.column("target")[7], "each-new-user");
}

#[test]
fn benign() {
    let told = tell(
        "persistence",
        &[],
        &[
            // it failed
            call(
                "10:00",
                "iam",
                "CreateUser",
                json!({
                    "errorCode": "EntityAlreadyExistsException", "requestParameters": {"userName": "bert"},
                }),
            ),
            // another attribute
            call(
                "10:01",
                "ec2",
                "ModifyInstanceAttribute",
                json!({
                    "requestParameters": {"instanceId": "i-1", "ebsOptimized": {"value": true}},
                }),
            ),
            // a service's own rule
            call(
                "10:02",
                "events",
                "PutTargets",
                json!({
                    "userIdentity": {"type": "AssumedRole", "invokedBy": "autoscaling.amazonaws.com"},
                    "requestParameters": {"rule": "AutoScalingManagedRule"},
                }),
            ),
            // neither opens a way in
            call(
                "10:03",
                "iam",
                "DetachUserPolicy",
                json!({"requestParameters": {"userName": "bert"}}),
            ),
            call(
                "10:04",
                "sts",
                "GetCallerIdentity",
                json!({"readOnly": true}),
            ),
            call(
                "10:05",
                "lambda",
                "DeleteFunction20150331",
                json!({"requestParameters": {"functionName": "old"}}),
            ),
            call(
                "10:06",
                "events",
                "DisableRule",
                json!({"requestParameters": {"name": "nightly"}}),
            ),
        ],
    );
    assert_eq!(told.alarms(), [""; 0]);
    assert_eq!(
        told.column("call"),
        ["CreateUser", "ModifyInstanceAttribute", "PutTargets"]
    );
}
