//! The lineage, grown live: every lookup follows from what an earlier one found, and none is made twice.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{HERE, KEY, asked, report, sandbox, serving};
use crate::support::lookup_server::LookupServer;
use crate::support::records;

const THERE: &str = "eu-west-1";

/// A record of `name` at `time` of the day, by `identity`, with other `fields`; `eventID` is the name.
fn call(name: &str, time: &str, identity: &Value, fields: &Value) -> String {
    let mut all = json!({
        "eventID": name,
        "eventName": name,
        "eventTime": format!("2023-07-10T{time}Z"),
        "userIdentity": identity,
    });
    let into = all.as_object_mut().unwrap();
    into.extend(fields.as_object().unwrap().clone());
    records::record(&all)
}

/// The traced user, or another one with the key given.
fn user(name: &str, key: &str) -> Value {
    json!({
        "type": "IAMUser", "principalId": format!("AIDA{name}"), "accountId": "123456789012", "userName": name,
        "arn": format!("arn:aws:iam::123456789012:user/{name}"), "accessKeyId": key,
    })
}

/// A session of the role `name`, begun at `time`.
fn role(name: &str, session: &str, key: &str, time: &str) -> Value {
    json!({
        "type": "AssumedRole", "principalId": format!("AROA{name}:{session}"), "accountId": "123456789012",
        "arn": format!("arn:aws:sts::123456789012:assumed-role/{name}/{session}"), "accessKeyId": key,
        "sessionContext": {"attributes": {"creationDate": format!("2023-07-10T{time}Z"), "mfaAuthenticated": "false"}},
    })
}

/// What an `AssumeRole` of `role` asked and was answered.
fn assumed(role: &str, account: &str, session: &str, key: &str) -> Value {
    json!({
        "eventSource": "sts.amazonaws.com",
        "requestParameters": {
            "roleArn": format!("arn:aws:iam::{account}:role/{role}"), "roleSessionName": session,
        },
        "responseElements": {
            "credentials": {"accessKeyId": key, "expiration": "Jul 10, 2023 11:00:00 PM"},
            "assumedRoleUser": {
                "assumedRoleId": format!("AROA{role}:{session}"),
                "arn": format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"),
            },
        },
    })
}

/// Traces [`KEY`] through `records` in all Regions; gives the report, and every question that was asked.
fn trace(records: Vec<String>) -> Option<(Value, HashSet<String>)> {
    let server = serving(records).start();
    let sandbox = sandbox(&server)?;
    let mut command = sandbox.trailhunt();
    command.args(["trace-key", KEY, "--rate", "50", "--format", "json"]);
    let report = report(&mut command, 0);
    Some((report, questions(&server)))
}

/// What was asked, in any Region; each question once a Region, and no range of time twice.
fn questions(server: &LookupServer) -> HashSet<String> {
    let mut ranges = Vec::new();
    for call in server.calls() {
        let [Some(since), Some(until)] = [call.parameters.start_time, call.parameters.end_time]
        else {
            panic!("{call:?} is open");
        };
        assert!(call.parameters.next_token.is_none(), "{call:?}");
        let question = (call.region.clone(), asked(&call));
        for (other, other_since, other_until) in &ranges {
            let overlaps = since <= *other_until && *other_since <= until;
            assert!(*other != question || !overlaps, "{call:?} was asked before");
        }
        ranges.push((question, since, until));
    }
    ranges.into_iter().map(|((_, asked), ..)| asked).collect()
}

/// `id parent link` of every node, in the report's order.
fn links(report: &Value) -> Vec<String> {
    let nodes = report["lineage"].as_array().unwrap();
    let text = |node: &Value, field: &str| node[field].as_str().unwrap_or("-").to_owned();
    nodes
        .iter()
        .map(|node| {
            ["id", "parent", "link"]
                .map(|field| text(node, field))
                .join(" ")
        })
        .collect()
}

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
fn a_created_user_is_followed_through_key_and_console() {
    let console = |key: &str| {
        let mut identity = user("eve", key);
        identity["sessionContext"] = json!({"attributes": {"creationDate": "2023-07-10T10:10:00Z", "mfaAuthenticated": "false"}});
        identity
    };
    let iam = |more: Value| {
        let mut fields =
            json!({"eventSource": "iam.amazonaws.com", "requestParameters": {"userName": "eve"}});
        fields["responseElements"] = more;
        fields
    };
    let ana = user("ana", KEY);
    let mut login = user("eve", "");
    login["accessKeyId"] = Value::Null;
    let records = vec![
        call(
            "CreateUser",
            "10:00:00",
            &ana,
            &iam(json!({"user": {"userName": "eve", "userId": "AIDAeve"}})),
        ),
        call(
            "CreateLoginProfile",
            "10:00:01",
            &ana,
            &iam(json!({"loginProfile": {"userName": "eve"}})),
        ),
        call(
            "CreateAccessKey",
            "10:00:02",
            &ana,
            &iam(json!({
                "accessKey": {"accessKeyId": "AKIAEVE0000000000000", "userName": "eve"},
            })),
        ),
        call(
            "ListUsers",
            "10:05:00",
            &user("eve", "AKIAEVE0000000000000"),
            &json!({}),
        ),
        call(
            "ConsoleLogin",
            "10:10:00",
            &login,
            &json!({
                "eventSource": "signin.amazonaws.com", "eventType": "AwsConsoleSignIn", "awsRegion": THERE,
                "responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "No"},
            }),
        ),
        call(
            "ListBuckets",
            "10:11:00",
            &console("ASIACONSOLE100000000"),
            &json!({"sessionCredentialFromConsole": "true"}),
        ),
        call(
            "ListRoles",
            "10:12:00",
            &console("ASIACONSOLE200000000"),
            &json!({"sessionCredentialFromConsole": "true"}),
        ),
    ];
    let Some((report, asked)) = trace(records) else {
        return;
    };
    let expected = [
        format!("{KEY} - subject"),
        format!("AKIAEVE0000000000000 {KEY} exact"),
        format!("ConsoleLogin {KEY} console-login"),
        "ASIACONSOLE100000000 ConsoleLogin console-login".to_owned(),
        "ASIACONSOLE200000000 ConsoleLogin console-login".to_owned(),
    ];
    assert_eq!(links(&report), expected);
    for question in ["EventName=ConsoleLogin", "Username=eve", "Username=ana"] {
        assert!(asked.contains(question), "{question}: {asked:?}");
    }
    assert_eq!(report["summary"]["events"], 7);
}

#[test]
fn roles_are_followed_in_circles_into_other_accounts_and_to_closed_doors() {
    let first = role("first", "s", "ASIAFIRST00000000000", "10:00:00");
    let second = role("second", "s", "ASIASECOND0000000000", "10:01:00");
    let rename = |record: String, id: &str| {
        record.replace(r#""eventID":"AssumeRole""#, &format!(r#""eventID":"{id}""#))
    };
    let mut away = assumed("audit", "999999999999", "s", "ASIAAWAY000000000000");
    away["sharedEventID"] = "shared-1".into();
    let refused = json!({
        "eventSource": "sts.amazonaws.com", "errorCode": "AccessDenied",
        "errorMessage": "User: arn:aws:iam::123456789012:user/ana is not authorized to perform: sts:AssumeRole \
                         on resource: arn:aws:iam::123456789012:role/admin",
    });
    let home = "123456789012";
    let records = vec![
        rename(
            call(
                "AssumeRole",
                "10:00:00",
                &user("ana", KEY),
                &assumed("first", home, "s", "ASIAFIRST00000000000"),
            ),
            "1",
        ),
        rename(
            call(
                "AssumeRole",
                "10:01:00",
                &first,
                &assumed("second", home, "s", "ASIASECOND0000000000"),
            ),
            "2",
        ),
        rename(
            call(
                "AssumeRole",
                "10:02:00",
                &second,
                &assumed("first", home, "s", "ASIATHIRD00000000000"),
            ),
            "3",
        ),
        rename(call("AssumeRole", "10:03:00", &second, &away), "4"),
        rename(
            call("AssumeRole", "10:04:00", &user("ana", KEY), &refused),
            "5",
        ),
        call(
            "ListUsers",
            "10:05:00",
            &role("first", "s", "ASIATHIRD00000000000", "10:02:00"),
            &json!({"awsRegion": HERE}),
        ),
    ];
    let Some((report, asked)) = trace(records) else {
        return;
    };
    let expected = [
        format!("{KEY} - subject"),
        format!("ASIAFIRST00000000000 {KEY} exact"),
        "ASIASECOND0000000000 ASIAFIRST00000000000 exact".to_owned(),
        "ASIATHIRD00000000000 ASIASECOND0000000000 exact".to_owned(),
        "ASIAAWAY000000000000 ASIASECOND0000000000 exact".to_owned(),
    ];
    assert_eq!(links(&report), expected);
    assert!(asked.contains("AccessKeyId=ASIAAWAY000000000000"));
    let handoff = &report["handoffs"][0];
    assert_eq!(handoff["role_arn"], "arn:aws:iam::999999999999:role/audit");
    assert_eq!(
        [&handoff["account"], &handoff["shared_event_id"]],
        ["999999999999", "shared-1"]
    );
    let denied = &report["denied"][0];
    assert_eq!(denied["action"], "sts:AssumeRole");
    assert_eq!(denied["target"], "arn:aws:iam::123456789012:role/admin");
    assert_eq!(report["complete"], true, "a hand-off is no gap");
}
