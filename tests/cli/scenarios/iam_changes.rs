//! `iam-changes`: an intruder who makes himself at home, and an administrator's ordinary day.

use serde_json::{Value, json};

use crate::support::offline::{Folder, Said, over_demo, trail, trailhunt};
use crate::support::records::record;

/// A call of ana's, at a minute past twelve.
fn call(minute: u32, name: &str, request: &Value) -> Value {
    json!({
        "eventID": format!("{minute:02}-{name}"),
        "eventTime": format!("2026-11-10T12:{minute:02}:00Z"),
        "eventName": name,
        "readOnly": false,
        "requestParameters": request,
    })
}

fn and(mut call: Value, fields: &Value) -> Value {
    let into = call.as_object_mut().unwrap();
    into.extend(fields.as_object().unwrap().clone());
    call
}

fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn document(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn trusting(principal: &Value) -> String {
    document(&json!([{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]))
}

fn put(minute: u32, statements: &Value) -> Value {
    let policy = document(statements);
    call(
        minute,
        "PutRolePolicy",
        &json!({"roleName": "deploy", "policyName": "work", "policyDocument": policy}),
    )
}

fn ask(calls: &[Value], arguments: &[&str]) -> Said {
    let records: Vec<String> = calls.iter().map(record).collect();
    let folder = Folder::new().with("a.json", trail(&records));
    let from = ["--from", folder.path().to_str().unwrap()];
    trailhunt(["changes", "iam"].iter().chain(arguments).chain(&from)).exits(0)
}

#[rustfmt::skip] // a table: one call, one line
fn attack() -> Vec<Value> {
    let lambda = trusting(&json!({"Service": "lambda.amazonaws.com"}));
    let both = trusting(&json!({"Service": "lambda.amazonaws.com", "AWS": "999999999999"}));
    let admin = document(&json!([allow("*", "*")]));
    vec![
        call(0, "CreateRole", &json!({"roleName": "deploy", "assumeRolePolicyDocument": lambda})),
        put(1, &json!([allow("s3:GetObject", "*")])),
        call(20, "CreateUser", &json!({"userName": "eve"})),
        call(21, "PutUserPolicy", &json!({"userName": "eve", "policyName": "x", "policyDocument": admin})),
        and(
            call(22, "CreateAccessKey", &json!({"userName": "eve"})),
            &json!({"responseElements": {"accessKey": {"accessKeyId": "AKIAEVE0000000000000", "status": "Active", "userName": "eve"}}}),
        ),
        put(23, &json!([allow("s3:GetObject", "*"), allow("iam:PassRole", "*")])),
        call(24, "UpdateAssumeRolePolicy", &json!({"roleName": "deploy", "policyDocument": both})),
        and(
            call(
                25,
                "AttachUserPolicy",
                &json!({"userName": "eve", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
            ),
            &json!({"errorCode": "AccessDenied"}),
        ),
        and(
            call(
                26,
                "AssociateIamInstanceProfile",
                &json!({"AssociateIamInstanceProfileRequest":
                {"IamInstanceProfile": {"Name": "admin"}, "InstanceId": "i-0123456789abcdef0"}}),
            ),
            &json!({"eventSource": "ec2.amazonaws.com", "awsRegion": "eu-west-1"}),
        ),
        call(27, "DeleteUser", &json!({"userName": "bert"})),
    ]
}

#[rustfmt::skip] // a table: one call, one line
fn benign() -> Vec<Value> {
    let lambda = trusting(&json!({"Service": "lambda.amazonaws.com"}));
    vec![
        call(0, "CreateRole", &json!({"roleName": "deploy", "assumeRolePolicyDocument": lambda})),
        put(1, &json!([allow("s3:*", "arn:aws:s3:::bucket/*"), allow("ec2:Describe*", "*")])),
        put(2, &json!([allow("s3:GetObject", "arn:aws:s3:::bucket/*")])),
        call(
            3,
            "AttachRolePolicy",
            &json!({"roleName": "deploy", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        ),
        call(4, "TagRole", &json!({"roleName": "deploy", "tags": [{"key": "team", "value": "ops"}]})),
        put(5, &json!([{"Effect": "Deny", "Action": "*", "Resource": "*"}])),
        call(
            6,
            "DetachRolePolicy",
            &json!({"roleName": "deploy", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        ),
        and(call(7, "ListUsers", &json!(null)), &json!({"readOnly": true})),
    ]
}

fn lines(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let changes = report["changes"].as_array().unwrap().iter();
    changes
        .map(|change| {
            let [target, action, before, after] =
                ["target", "action", "before", "after"].map(|name| text(&change[name]));
            format!("{target}: {action} {before} -> {after}")
        })
        .collect()
}

#[test]
fn attack_is_told_change_by_change() {
    let report = ask(
        &attack(),
        &["--format", "json", "--since", "2026-11-10T12:10:00Z"],
    )
    .json();
    assert_eq!(
        lines(&report),
        [
            "user eve: added - -> user eve",
            "user eve: added - -> allows * on *",
            "user eve: added - -> access key AKIAEVE0000000000000 Active",
            "role deploy: added - -> allows iam:PassRole on *",
            "role deploy: added - -> allows arn:aws:iam::999999999999:root (another account) to assume",
            "user eve: failed - -> -",
            "instance i-0123456789abcdef0: added - -> instance profile admin",
            "user bert: removed user bert -> -",
        ],
        "what came before the window only tells what held"
    );
    let findings = report["findings"].as_array().unwrap();
    for (rule, level, message) in [
        (
            "policy-allows-everything",
            "critical",
            "inline policy x of user eve newly allows * on *, by ana",
        ),
        (
            "policy-allows-privilege-escalation",
            "high",
            "inline policy work of role deploy newly allows iam:PassRole on *, by ana",
        ),
        (
            "trust-foreign-account",
            "high",
            "role deploy newly lets arn:aws:iam::999999999999:root (another account) assume it, by ana",
        ),
    ] {
        let found = findings
            .iter()
            .find(|finding| finding["rule"] == rule)
            .unwrap();
        assert_eq!(
            (&found["level"], &found["message"]),
            (&json!(level), &json!(message))
        );
    }
    assert!(
        !findings
            .iter()
            .any(|finding| finding["rule"] == "administrator-policy-attached"),
        "it was refused"
    );
}

#[test]
fn one_name_is_asked_for_by_name_or_arn() {
    for name in ["eve", "arn:aws:iam::123456789012:user/eve"] {
        let report = ask(&attack(), &[name, "--format", "json"]).json();
        let told = lines(&report);
        assert!(
            told.len() == 4 && told.iter().all(|line| line.starts_with("user eve: ")),
            "{told:?}"
        );
    }
}

#[test]
fn benign_changes_are_no_findings() {
    let report = ask(&benign(), &["--format", "json"]).json();
    assert_eq!(report["findings"], json!([]));
    assert_eq!(
        lines(&report),
        [
            "role deploy: added - -> allows lambda.amazonaws.com to assume",
            "role deploy: added - -> allows ec2:Describe* on *",
            "role deploy: added - -> allows s3:* on arn:aws:s3:::bucket/*",
            "role deploy: removed allows ec2:Describe* on * -> -",
            "role deploy: removed allows s3:* on arn:aws:s3:::bucket/* -> -",
            "role deploy: added - -> policy arn:aws:iam::aws:policy/ReadOnlyAccess attached",
            "role deploy: modified - -> tags team=ops",
            "role deploy: added - -> denies * on *",
            "role deploy: removed allows s3:GetObject on arn:aws:s3:::bucket/* -> -",
            "role deploy: removed policy arn:aws:iam::aws:policy/ReadOnlyAccess attached -> -",
        ]
    );
}

#[test]
fn csv_has_a_row_a_change() {
    let said = ask(&attack(), &["--format", "csv"]);
    let rows: Vec<&str> = said.text().lines().collect();
    assert_eq!(rows.len(), 1 + 10);
    assert!(
        rows[2].contains(
            ",PutRolePolicy,role deploy,added,,allows s3:GetObject on *,inline policy work,"
        ),
        "{}",
        rows[2]
    );
}

/// An ARN stands for its name, too; where its account was not read, the answer says whose it tells.
#[test]
fn an_arn_of_another_account_is_said_to_be_one() {
    let unseen = |arn: &str| {
        let said = over_demo(&["changes", "iam", arn, "--format", "json"]).exits(0);
        said.json()["not_visible"].to_string()
    };
    let elsewhere = "no record of account 999999999999 was read";
    let foreign = unseen("arn:aws:iam::999999999999:user/svc-backup");
    assert!(foreign.contains(elsewhere), "{foreign}");
    let own = unseen("arn:aws:iam::123456789012:user/svc-backup");
    assert!(!own.contains("was read: what is told"), "{own}");
}
