//! `resource-history`.

use serde_json::json;

use crate::support::scenario::{call, tell};

fn records() -> Vec<String> {
    vec![
        call(
            "10:00",
            "iam",
            "CreateRole",
            json!({
                "requestParameters": {"roleName": "deploy"},
                "responseElements": {"role": {"arn": "arn:aws:iam::123456789012:role/deploy"}},
            }),
        ),
        // by its ARN only
        call(
            "10:01",
            "sts",
            "AssumeRole",
            json!({
                "readOnly": true,
                "requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/deploy", "roleSessionName": "x"},
            }),
        ),
        call(
            "10:02",
            "iam",
            "UpdateAssumeRolePolicy",
            json!({"requestParameters": {"roleName": "deploy"}}),
        ),
        call(
            "10:03",
            "iam",
            "GetRole",
            json!({"readOnly": true, "requestParameters": {"roleName": "predeploy"}}),
        ),
        call(
            "10:04",
            "ec2",
            "TerminateInstances",
            json!({
                "requestParameters": {"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}},
            }),
        ),
    ]
}

#[test]
fn attack() {
    for role in ["deploy", "arn:aws:iam::123456789012:role/deploy"] {
        let told = tell(
            "resource-history",
            &["--param", &format!("resource={role}")],
            &records(),
        );
        assert_eq!(
            told.column("call"),
            ["CreateRole", "AssumeRole", "UpdateAssumeRolePolicy"]
        );
        let changed =
            "high trust-policy-changed: who may assume role deploy was changed".to_owned();
        assert!(told.alarms().contains(&changed), "{:?}", told.alarms());
    }
    let told = tell("resource-history", &["--param", "resource=i-2"], &records());
    assert_eq!(told.column("call"), ["TerminateInstances"]);
}

#[test]
fn benign() {
    let told = tell(
        "resource-history",
        &["--param", "resource=predeploy"],
        &records(),
    );
    assert_eq!(told.alarms(), [""; 0]);
    assert_eq!(told.column("call"), ["GetRole"]);
    let nothing = tell("resource-history", &["--param", "resource=i-3"], &records());
    assert_eq!(nothing.column("call"), [""; 0]);
}
