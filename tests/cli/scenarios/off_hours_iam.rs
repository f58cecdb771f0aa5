//! `off-hours-iam`.

use serde_json::{Value, json};

use crate::support::scenario::{call, session, tell};

/// Monday, 10 July 2023 is `day` 10.
fn change(day: u8, time: &str, name: &str, fields: Value) -> String {
    call(&format!("2023-07-{day}T{time}:00Z"), "iam", name, fields)
}

fn user(name: &str) -> Value {
    json!({"requestParameters": {"userName": name}})
}

#[test]
fn attack() {
    let told = tell(
        "off-hours-iam",
        &[],
        &[
            change(10, "08:59", "CreateUser", user("early")),
            change(10, "09:00", "CreateUser", user("in-time")),
            change(10, "17:59", "CreateUser", user("in-time-too")),
            change(10, "18:00", "CreateAccessKey", user("late")),
            change(15, "12:00", "DeactivateMFADevice", user("on-saturday")),
            call(
                "2023-07-16T12:00:00Z",
                "sso",
                "CreateAccountAssignment",
                json!({"awsRegion": "eu-central-1"}),
            ),
            call(
                "2023-07-16T12:01:00Z",
                "organizations",
                "DetachPolicy",
                json!({"requestParameters": {"policyId": "p-1"}}),
            ),
            call(
                "2023-07-16T12:02:00Z",
                "iam",
                "CreateRole",
                json!({
                    "userIdentity": {"type": "IAMUser", "userName": "ana", "invokedBy": "cloudformation.amazonaws.com"},
                    "sourceIPAddress": "cloudformation.amazonaws.com",
                    "requestParameters": {"roleName": "stack"},
                }),
            ),
        ],
    );
    assert_eq!(
        told.findings(),
        [
            "medium off-hours-iam/changed-off-hours: CreateUser by ana on Mon at 08:59 from 192.0.2.7, and 4 more like it",
            "low off-hours-iam/changed-off-hours-through-a-service: CreateRole by ana through \
             cloudformation.amazonaws.com on Sun at 12:02",
        ]
    );
    assert_eq!(
        told.column("target"),
        ["early", "late", "on-saturday", "-", "p-1", "stack"]
    );
    assert_eq!(
        told.column("weekday"),
        ["Mon", "Mon", "Sat", "Sun", "Sun", "Sun"]
    );
}

#[test]
fn hours_are_those_of_a_place() {
    // 23:30 in UTC is 08:30 in Seoul, on Tuesday
    let records = [change(10, "23:30", "CreateUser", user("eve"))];
    let in_seoul = [
        "--param",
        "timezone=Asia/Seoul",
        "--param",
        "work_from=08:00",
        "--param",
        "work_until=17:00",
    ];
    assert_eq!(
        tell("off-hours-iam", &in_seoul, &records).column("target"),
        [""; 0]
    );
    let only_mondays = [&in_seoul[..], &["--param", "work_days=Mon"]].concat();
    let told = tell("off-hours-iam", &only_mondays, &records);
    assert_eq!(
        told.findings(),
        [
            "medium off-hours-iam/changed-off-hours: CreateUser by ana on Tue at 08:30 from 192.0.2.7"
        ]
    );
    assert_eq!(told.column("local_time"), ["08:30"]);
}

#[test]
fn benign() {
    let mut upkeep = session("AWSServiceRoleForSSO", "SSO", "ASIAEXAMPLE000000000");
    upkeep["invokedBy"] = "sso.amazonaws.com".into();
    upkeep["sessionContext"]["sessionIssuer"]["arn"] =
        "arn:aws:iam::123456789012:role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO"
            .into();
    let told = tell(
        "off-hours-iam",
        &[],
        &[
            change(10, "10:00", "CreateUser", user("bert")),
            // it reads only
            change(10, "22:00", "ListUsers", json!({"readOnly": true})),
            // Identity Center keeps up its roles
            change(
                10,
                "22:01",
                "CreateRole",
                json!({
                    "userIdentity": upkeep, "requestParameters": {"roleName": "AWSReservedSSO_Admin_0123"},
                }),
            ),
            // it failed
            change(
                10,
                "22:02",
                "CreateUser",
                json!({
                    "errorCode": "EntityAlreadyExistsException", "requestParameters": {"userName": "bert"},
                }),
            ),
            // no IAM
            call("2023-07-10T22:03:00Z", "ec2", "RunInstances", json!({})),
        ],
    );
    assert_eq!(told.findings(), [""; 0]);
    assert_eq!(told.column("call"), ["CreateRole", "CreateUser"]);
}
