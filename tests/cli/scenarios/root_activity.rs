//! `root-activity`.

use serde_json::{Value, json};

use crate::support::scenario::{call, root, tell};

fn with_key(mut identity: Value, key: &str) -> Value {
    identity["accessKeyId"] = key.into();
    identity
}

/// Root is taken over, and then the root of a member account.
fn attack_records() -> Vec<String> {
    vec![
        call(
            "02:00",
            "signin",
            "PasswordRecoveryRequested",
            json!({
                "userIdentity": root(), "eventType": "AwsConsoleSignIn", "sourceIPAddress": "203.0.113.9",
            }),
        ),
        call(
            "02:05",
            "signin",
            "ConsoleLogin",
            json!({
                "userIdentity": root(),
                "sourceIPAddress": "203.0.113.9",
                "eventType": "AwsConsoleSignIn",
                "additionalEventData": {"MFAUsed": "No"},
                "responseElements": {"ConsoleLogin": "Success"},
            }),
        ),
        call(
            "02:06",
            "iam",
            "CreateAccessKey",
            json!({
                "userIdentity": root(),
                "sourceIPAddress": "203.0.113.9",
                "responseElements": {"accessKey": {"accessKeyId": "AKIAROOT000000000000", "status": "Active"}},
            }),
        ),
        call(
            "02:07",
            "s3",
            "ListBuckets",
            json!({
                "userIdentity": with_key(root(), "AKIAROOT000000000000"),
                "readOnly": true,
                "sourceIPAddress": "203.0.113.9",
            }),
        ),
        call(
            "02:08",
            "sts",
            "AssumeRoot",
            json!({
                "readOnly": true,
                "requestParameters": {"targetPrincipal": "111122223333", "taskPolicyArn": {"arn": "S3UnlockBucketPolicy"}},
                "responseElements": {"credentials": {"accessKeyId": "ASIAROOT000000000000"}},
            }),
        ),
        // in the member account
        call(
            "02:09",
            "s3",
            "DeleteBucketPolicy",
            json!({
                "userIdentity": {
                    "type": "Root",
                    "accountId": "111122223333",
                    "accessKeyId": "ASIAROOT000000000000",
                    "sessionContext": {"assumedRoot": "true"},
                },
                "recipientAccountId": "111122223333",
                "requestParameters": {"bucketName": "attic"},
            }),
        ),
    ]
}

#[test]
fn attack() {
    let told = tell("root-activity", &[], &attack_records());
    let findings = told.findings();
    for expected in [
        "critical root-activity/root-key-used: AKIAROOT000000000000 of root used from 203.0.113.9",
        "high root-password-recovery: PasswordRecoveryRequested for root from 203.0.113.9",
        "high root-login: console login of root from 203.0.113.9, MFA: false",
        "high login-without-mfa: console login of root from 203.0.113.9 without MFA",
        "high root-used: DeleteBucketPolicy as root from 192.0.2.7",
    ] {
        assert!(
            findings.iter().any(|told| told == expected),
            "{expected} in {findings:#?}"
        );
    }
    for rule in [
        "critical root-access-key-created: ",
        "critical member-root-assumed: AssumeRoot on 111122223333",
    ] {
        assert!(
            findings.iter().any(|told| told.starts_with(rule)),
            "{rule} in {findings:#?}"
        );
    }
    assert_eq!(
        told.column("call"),
        [
            "PasswordRecoveryRequested",
            "ConsoleLogin",
            "CreateAccessKey",
            "ListBuckets",
            "AssumeRoot",
            "DeleteBucketPolicy"
        ]
    );
    assert_eq!(told.column("mfa")[1], "false");
}

#[test]
fn benign() {
    let mut named_root = json!({"type": "IAMUser", "userName": "root", "arn": "arn:aws:iam::123456789012:user/root"});
    named_root["accessKeyId"] = "AKIAEXAMPLE000000009".into();
    let told = tell(
        "root-activity",
        &[],
        &[
            // a user of that name
            call(
                "09:00",
                "iam",
                "CreateUser",
                json!({
                    "userIdentity": named_root, "requestParameters": {"userName": "bert"},
                }),
            ),
            // AWS serves the account as root
            call(
                "09:01",
                "trustedadvisor",
                "RefreshCheck",
                json!({
                    "userIdentity": {"type": "Root", "accountId": "123456789012", "invokedBy": "support.amazonaws.com"},
                    "sourceIPAddress": "support.amazonaws.com",
                }),
            ),
            call(
                "09:02",
                "signin",
                "ConsoleLogin",
                json!({
                    "additionalEventData": {"MFAUsed": "Yes"}, "responseElements": {"ConsoleLogin": "Success"},
                }),
            ),
            call(
                "09:03",
                "iam",
                "CreateAccessKey",
                json!({
                    "requestParameters": {"userName": "bert"},
                    "responseElements": {"accessKey": {"accessKeyId": "AKIABERT000000000000", "userName": "bert"}},
                }),
            ),
            call("09:04", "sts", "AssumeRole", json!({"readOnly": true})),
        ],
    );
    assert_eq!(told.alarms(), [""; 0]);
    assert_eq!(told.column("call"), ["RefreshCheck"]);
}
