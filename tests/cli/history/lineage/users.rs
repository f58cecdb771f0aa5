//! Users that the tree created, followed through their keys and their console.

use serde_json::{Value, json};

use super::{THERE, call, links, trace, user};
use crate::history::KEY;

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
