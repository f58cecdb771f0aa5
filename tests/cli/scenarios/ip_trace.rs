//! `ip-trace`.

use serde_json::json;

use crate::support::scenario::{call, session, tell};

const ADDRESS: [&str; 2] = ["--param", "ip=203.0.113.9"];

#[test]
fn attack() {
    let stolen = session("app", "i-1", "ASIAAPP0000000000000");
    let told = tell(
        "ip-trace",
        &ADDRESS,
        &[
            // the instance's own work
            call(
                "09:00",
                "s3",
                "ListBuckets",
                json!({
                    "readOnly": true, "userIdentity": stolen, "sourceIPAddress": "192.0.2.20",
                }),
            ),
            call(
                "10:00",
                "sts",
                "GetCallerIdentity",
                json!({
                    "readOnly": true, "userIdentity": stolen, "sourceIPAddress": "203.0.113.9",
                }),
            ),
            call(
                "10:01",
                "iam",
                "CreateUser",
                json!({
                    "userIdentity": stolen, "sourceIPAddress": "203.0.113.9", "requestParameters": {"userName": "svc"},
                }),
            ),
            // on its behalf
            call(
                "10:02",
                "kms",
                "Decrypt",
                json!({
                    "readOnly": true, "userIdentity": stolen, "sourceIPAddress": "s3.amazonaws.com",
                }),
            ),
            // the attacker's next place
            call(
                "10:30",
                "ec2",
                "RunInstances",
                json!({
                    "userIdentity": stolen, "sourceIPAddress": "198.51.100.7", "awsRegion": "sa-east-1",
                }),
            ),
            // without a key
            call(
                "10:40",
                "signin",
                "ConsoleLogin",
                json!({
                    "userIdentity": {"type": "IAMUser", "accessKeyId": "", "userName": "svc"},
                    "sourceIPAddress": "203.0.113.9",
                    "responseElements": {"ConsoleLogin": "Failure"},
                }),
            ),
            // somebody else
            call(
                "10:50",
                "iam",
                "CreateUser",
                json!({"requestParameters": {"userName": "bert"}}),
            ),
        ],
    );
    assert_eq!(
        told.column("call"),
        [
            "ListBuckets",
            "GetCallerIdentity",
            "CreateUser",
            "Decrypt",
            "RunInstances",
            "ConsoleLogin"
        ]
    );
    assert_eq!(
        told.column("ip"),
        [
            "192.0.2.20",
            "203.0.113.9",
            "203.0.113.9",
            "s3.amazonaws.com",
            "198.51.100.7",
            "203.0.113.9"
        ]
    );
    let findings = told.findings();
    for expected in [
        "high user-created: new user svc",
        "informational ip-trace/key-used-elsewhere: ASIAAPP0000000000000 of app/i-1 used from 192.0.2.20, too",
        "informational ip-trace/key-used-elsewhere: ASIAAPP0000000000000 of app/i-1 used from 198.51.100.7, too",
    ] {
        assert!(
            findings.iter().any(|told| told == expected),
            "{expected} in {findings:#?}"
        );
    }
    let elsewhere = findings
        .iter()
        .filter(|told| told.contains("key-used-elsewhere"));
    assert_eq!(elsewhere.count(), 2, "{findings:#?}");
}

#[test]
fn benign() {
    let told = tell(
        "ip-trace",
        &ADDRESS,
        &[
            call(
                "10:00",
                "ec2",
                "DescribeInstances",
                json!({"readOnly": true, "sourceIPAddress": "203.0.113.9"}),
            ),
            // the same laptop at home
            call(
                "20:00",
                "ec2",
                "DescribeInstances",
                json!({"readOnly": true, "sourceIPAddress": "192.0.2.161"}),
            ),
            // an address that only begins like it
            call(
                "20:01",
                "iam",
                "CreateUser",
                json!({
                    "userIdentity": {"type": "IAMUser", "accessKeyId": "AKIAOTHER00000000000"},
                    "sourceIPAddress": "203.0.113.99",
                }),
            ),
        ],
    );
    assert_eq!(told.alarms(), [""; 0]);
    assert_eq!(told.column("ip"), ["203.0.113.9", "192.0.2.161"]);
}
