//! Instances and functions that the tree made, followed into the credentials that AWS issued to them.

use serde_json::json;

use super::{THERE, assumed, call, links, role, trace, user};
use crate::history::KEY;

#[test]
fn an_instance_is_followed_into_its_credentials() {
    let service = json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"});
    let instance = role("web", "i-0abc", "ASIAINSTANCE00000000", "10:00:05");
    let records = vec![
        call(
            "RunInstances",
            "10:00:00",
            &user("ana", KEY),
            &json!({
                "eventSource": "ec2.amazonaws.com", "awsRegion": THERE,
                "responseElements": {"instancesSet": {"items": [{"instanceId": "i-0abc"}]}},
            }),
        ),
        call("AssumeRole", "10:00:05", &service, &{
            let mut issue = assumed("web", "123456789012", "i-0abc", "ASIAINSTANCE00000000");
            issue["awsRegion"] = THERE.into();
            issue
        }),
        call(
            "UpdateInstanceInformation",
            "10:01:00",
            &instance,
            &json!({
                "eventSource": "ssm.amazonaws.com", "awsRegion": THERE, "sourceIPAddress": "198.51.100.4",
            }),
        ),
        call(
            "ListBuckets",
            "10:02:00",
            &instance,
            &json!({"sourceIPAddress": "203.0.113.66"}),
        ),
    ];
    let Some((report, asked)) = trace(records) else {
        return;
    };
    let own = format!("{KEY} - subject");
    let expected = [own, format!("ASIAINSTANCE00000000 {KEY} compute")];
    assert_eq!(links(&report), expected);
    assert!(
        asked.contains("EventName=AssumeRole")
            && asked.contains("AccessKeyId=ASIAINSTANCE00000000")
    );
    assert_eq!(
        report["summary"]["events"], 3,
        "the service's own call is no part of it"
    );
    let findings = report["findings"].as_array().unwrap();
    let stolen = findings
        .iter()
        .find(|finding| finding["rule"] == "stolen-instance-credentials");
    let stolen = stolen.expect("the use from elsewhere is found");
    assert_eq!(stolen["level"], "critical");
    assert_eq!(stolen["event_ids"], json!(["ListBuckets"]));
}

#[test]
fn credentials_of_a_function_in_the_hands_of_the_attacker_are_stolen() {
    let service = json!({"type": "AWSService", "invokedBy": "lambda.amazonaws.com"});
    let taken = "ASIAFUNCTION00000000";
    let function = role("job", "report", taken, "10:00:05");
    let from_attacker = |more: serde_json::Value| {
        let mut fields = json!({"awsRegion": THERE, "sourceIPAddress": "203.0.113.66"});
        let into = fields.as_object_mut().unwrap();
        into.extend(more.as_object().unwrap().clone());
        fields
    };
    let records = vec![
        call(
            "CreateFunction20150331",
            "10:00:00",
            &user("ana", KEY),
            &from_attacker(json!({
                "eventSource": "lambda.amazonaws.com",
                "responseElements": {"functionName": "report", "role": "arn:aws:iam::123456789012:role/job"},
            })),
        ),
        call("AssumeRole", "10:00:05", &service, &{
            let mut issue = assumed("job", "123456789012", "report", taken);
            issue["awsRegion"] = THERE.into();
            issue
        }),
        call(
            "ListTables",
            "10:01:00",
            &function,
            &json!({"awsRegion": THERE, "sourceIPAddress": "198.51.100.4"}),
        ),
        call(
            "ListBuckets",
            "10:02:00",
            &function,
            &from_attacker(json!({})),
        ),
    ];
    let Some((report, _)) = trace(records) else {
        return;
    };
    let own = format!("{KEY} - subject");
    assert_eq!(links(&report), [own, format!("{taken} {KEY} compute")]);
    assert_eq!(report["lineage"][1]["stolen"], true, "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    let stolen = findings
        .iter()
        .find(|finding| finding["rule"] == "stolen-function-credentials");
    let stolen = stolen.expect("the use from elsewhere is found");
    assert_eq!(stolen["level"], "critical");
    assert_eq!(stolen["event_ids"], json!(["ListBuckets"]));
    let message = stolen["message"].as_str().unwrap();
    assert!(message.contains("function report"), "{message}");
}
