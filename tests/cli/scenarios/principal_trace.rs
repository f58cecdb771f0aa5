//! `principal-trace`.

use serde_json::{Value, json};

use crate::support::scenario::{call, session, tell};

fn issue(time: &str, role: &str, session: &str, key: &str) -> String {
    call(
        time,
        "sts",
        "AssumeRole",
        json!({
            "readOnly": true,
            "requestParameters": {
                "roleArn": format!("arn:aws:iam::123456789012:role/{role}"), "roleSessionName": session,
            },
            "responseElements": {"credentials": {"accessKeyId": key}},
        }),
    )
}

fn by(time: &str, name: &str, caller: &Value) -> String {
    call(
        time,
        "ec2",
        name,
        json!({"userIdentity": caller, "readOnly": true}),
    )
}

/// `ana` becomes `deploy` as `build-1` and as `ana@example`; the latter goes on in the console, with a key that no
/// record issued.
#[rustfmt::skip] // a table: one call, one line
fn records() -> Vec<String> {
    vec![
        call("10:00", "iam", "CreateUser", json!({"requestParameters": {"userName": "svc"}})),
        issue("10:01", "deploy", "build-1", "ASIADEPLOY0000000001"),
        by("10:02", "DescribeInstances", &session("deploy", "build-1", "ASIADEPLOY0000000001")),
        issue("10:03", "deploy", "ana@example", "ASIADEPLOY0000000002"),
        by("10:04", "DescribeVpcs", &session("deploy", "ana@example", "ASIACONSOLE000000003")),
        // the same person in another role, and another role of which only the name is longer
        by("10:05", "DescribeSubnets", &session("audit", "ana@example", "ASIAAUDIT00000000004")),
        issue("10:06", "pre-deploy", "build-1", "ASIAPRE0000000000005"),
        by("10:07", "DescribeTags", &session("pre-deploy", "build-1", "ASIAPRE0000000000005")),
        by(
            "10:08",
            "DescribeHosts",
            &json!({"type": "IAMUser", "userName": "bert", "accessKeyId": "AKIABERT000000000006"}),
        ),
    ]
}

fn calls_of(principal: &str) -> Vec<String> {
    let given = format!("principal={principal}");
    tell("principal-trace", &["--param", &given], &records()).column("call")
}

#[test]
fn attack() {
    let told = tell("principal-trace", &["--param", "principal=ana"], &records());
    assert!(
        told.alarms()
            .contains(&"high user-created: new user svc".to_owned()),
        "{:?}",
        told.alarms()
    );
    assert_eq!(
        told.column("call"),
        ["CreateUser", "AssumeRole", "AssumeRole", "AssumeRole"]
    );
}

#[test]
fn a_role_is_its_sessions() {
    let all = [
        "AssumeRole",
        "DescribeInstances",
        "AssumeRole",
        "DescribeVpcs",
    ];
    assert_eq!(calls_of("deploy"), all);
    assert_eq!(calls_of("arn:aws:iam::123456789012:role/deploy"), all);
}

#[test]
fn a_session_is_known_by_its_name() {
    let all = ["AssumeRole", "DescribeVpcs", "DescribeSubnets"];
    assert_eq!(calls_of("ana@example"), all);
    assert_eq!(
        calls_of("arn:aws:sts::123456789012:assumed-role/deploy/ana@example"),
        all
    );
}

#[test]
fn benign() {
    let told = tell(
        "principal-trace",
        &["--param", "principal=bert"],
        &records(),
    );
    assert_eq!(told.alarms(), [""; 0]);
    assert_eq!(told.column("call"), ["DescribeHosts"]);
}
