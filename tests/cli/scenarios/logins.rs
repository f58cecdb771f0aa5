//! `logins`: what a stolen password looks like, and ordinary logins, with and without an identity provider.

use serde_json::{Value, json};

use crate::support::offline::{Folder, trail, trailhunt};
use crate::support::records::{invictus, record};

const HOME: &str = "192.0.2.7";
const ATTACKER: &str = "203.0.113.66";

/// A sign-in event at `time`, by `who` from `ip`, with its result under its own name.
fn sign_in(
    id: &str,
    time: &str,
    call: &str,
    result: &str,
    who: &Value,
    ip: &str,
    more: &Value,
) -> String {
    let mut event = json!({
        "eventID": id, "eventTime": time, "eventSource": "signin.amazonaws.com", "eventName": call,
        "eventType": "AwsConsoleSignIn", "userIdentity": who, "sourceIPAddress": ip,
        "responseElements": {call: result}, "readOnly": false,
    });
    let into = event.as_object_mut().unwrap();
    into.extend(more.as_object().unwrap().clone());
    record(&event)
}

fn user(name: &str) -> Value {
    json!({"type": "IAMUser", "userName": name, "accountId": "123456789012",
        "arn": format!("arn:aws:iam::123456789012:user/{name}")})
}

fn role(role: &str, session: &str) -> Value {
    json!({"type": "AssumedRole", "principalId": format!("AROA{role}:{session}"), "accountId": "123456789012",
        "arn": format!("arn:aws:sts::123456789012:assumed-role/{role}/{session}")})
}

fn mfa(used: &str) -> Value {
    json!({"additionalEventData": {"MFAUsed": used, "MobileVersion": "No", "LoginTo": "https://console.aws.amazon.com/"}})
}

/// Of the day before: `ana` and `root`'s owner at home.
fn habits() -> Vec<String> {
    let login = |id, who: &Value| {
        sign_in(
            id,
            "2026-11-19T09:00:00Z",
            "ConsoleLogin",
            "Success",
            who,
            HOME,
            &mfa("Yes"),
        )
    };
    vec![
        login("habit-ana", &user("ana")),
        login(
            "habit-sso",
            &role("AWSReservedSSO_Admin_0123", "bo@example.com"),
        ),
    ]
}

fn attack() -> Vec<String> {
    let hidden = json!({"type": "IAMUser", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS", "accountId": "123456789012"});
    let root = json!({"type": "Root", "accountId": "123456789012", "arn": "arn:aws:iam::123456789012:root"});
    let failed =
        json!({"errorMessage": "Failed authentication", "additionalEventData": {"MFAUsed": "No"}});
    let no_user = json!({"errorMessage": "No username found in supplied account", "additionalEventData": {"MFAUsed": "No"}});
    let mut eu = mfa("No");
    eu["awsRegion"] = "eu-north-1".into();
    let switched = json!({"additionalEventData": {"SwitchFrom": "arn:aws:iam::123456789012:user/ana", "RedirectTo": "x"}});
    let token = json!({"userAgent": "python-requests/2.31", "responseElements": {"GetSigninToken": "Success"}});
    let refused = json!({"responseElements": null, "serviceEventDetails": {"CredentialVerification": "Failure"},
        "additionalEventData": {"UserName": "bo@example.com", "CredentialType": "PASSWORD"}});
    let portal =
        json!({"type": "Unknown", "userName": "bo@example.com", "accountId": "123456789012"});
    let at = |minute: u8| format!("2026-11-20T12:{minute:02}:00Z");
    vec![
        sign_in(
            "no-user",
            &at(0),
            "ConsoleLogin",
            "Failure",
            &hidden,
            ATTACKER,
            &no_user,
        ),
        sign_in(
            "wrong",
            &at(1),
            "ConsoleLogin",
            "Failure",
            &user("ana"),
            ATTACKER,
            &failed,
        ),
        sign_in(
            "in",
            &at(2),
            "ConsoleLogin",
            "Success",
            &user("ana"),
            ATTACKER,
            &eu,
        ),
        sign_in(
            "switched",
            &at(3),
            "SwitchRole",
            "Success",
            &role("Admin", "ana"),
            ATTACKER,
            &switched,
        ),
        sign_in(
            "left",
            &at(4),
            "ExitRole",
            "Success",
            &user("ana"),
            ATTACKER,
            &json!({}),
        ),
        sign_in(
            "root",
            &at(5),
            "ConsoleLogin",
            "Success",
            &root,
            ATTACKER,
            &mfa("Yes"),
        ),
        sign_in(
            "token",
            &at(6),
            "GetSigninToken",
            "Success",
            &role("Ci", "x"),
            ATTACKER,
            &token,
        ),
        sign_in(
            "refused",
            &at(7),
            "CredentialVerification",
            "",
            &portal,
            ATTACKER,
            &refused,
        ),
    ]
}

fn benign() -> Vec<String> {
    let check = json!({"responseElements": {"CheckMfa": "Success"}});
    let verified = json!({"responseElements": null, "serviceEventDetails": {"CredentialVerification": "Success"},
        "additionalEventData": {"CredentialType": "PASSWORD"}});
    let portal =
        json!({"type": "Unknown", "userName": "bo@example.com", "accountId": "123456789012"});
    let sso = role("AWSReservedSSO_Admin_0123", "bo@example.com");
    let at = |minute: u8| format!("2026-11-20T09:{minute:02}:00Z");
    vec![
        sign_in(
            "check",
            &at(0),
            "CheckMfa",
            "Success",
            &user("ana"),
            HOME,
            &check,
        ),
        sign_in(
            "mfa",
            &at(1),
            "ConsoleLogin",
            "Success",
            &user("ana"),
            HOME,
            &mfa("Yes"),
        ),
        sign_in(
            "verified",
            &at(2),
            "CredentialVerification",
            "",
            &portal,
            HOME,
            &verified,
        ),
        // the provider asked for MFA, and the record says "No"
        sign_in(
            "sso",
            &at(3),
            "ConsoleLogin",
            "Success",
            &sso,
            HOME,
            &mfa("No"),
        ),
    ]
}

/// The answer about 20 November over these records and those of the day before.
fn run(records: Vec<String>, flags: &[&str]) -> Value {
    let records: Vec<String> = habits().into_iter().chain(records).collect();
    let folder = Folder::new().with("trail/a.json", trail(&records));
    let from = folder.file("trail");
    let run = [
        "run",
        "logins",
        "--from",
        from.to_str().unwrap(),
        "--format",
        "json",
    ];
    let window = ["--since", "2026-11-20", "--until", "2026-11-20"];
    trailhunt(run.iter().chain(&window).chain(flags))
        .exits(0)
        .json()
}

fn rows(report: &Value) -> Vec<(&str, &Value)> {
    let rows = report["events"].as_array().unwrap().iter();
    rows.map(|row| (row["event_id"].as_str().unwrap(), row))
        .collect()
}

fn found<'r>(report: &'r Value, rule: &str) -> Option<(&'r Value, &'r str)> {
    let finding = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["rule"].as_str().unwrap().rsplit('/').next() == Some(rule))?;
    Some((&finding["event_ids"], finding["message"].as_str().unwrap()))
}

#[test]
fn attack_is_told() {
    let report = run(attack(), &[]);
    for (rule, events, says) in [
        (
            "login-without-mfa",
            json!(["in"]),
            "console login of ana from 203.0.113.66 without MFA",
        ),
        ("root-login", json!(["root"]), "root from 203.0.113.66"),
        (
            "switched-role",
            json!(["switched"]),
            "arn:aws:iam::123456789012:user/ana",
        ),
        (
            "console-session-from-key",
            json!(["token"]),
            "GetSigninToken",
        ),
        (
            "login-from-new-address",
            json!(["in"]),
            "ana logged in from 203.0.113.66",
        ),
        (
            "login-under-unknown-name",
            json!(["no-user"]),
            "from 203.0.113.66 under a name that no user has",
        ),
        (
            "identity-center-credential-refused",
            json!(["refused"]),
            "PASSWORD of bo@example.com refused",
        ),
    ] {
        let (ids, message) =
            found(&report, rule).unwrap_or_else(|| panic!("no {rule} in {}", report["findings"]));
        assert_eq!(ids, &events, "{rule}");
        assert!(message.contains(says), "{message}");
    }
    assert!(found(&report, "console-login-failed").is_some());

    let rows = rows(&report);
    let cells = |id: &str, names: [&str; 3]| {
        let (_, row) = rows.iter().find(|(known, _)| *known == id).unwrap();
        names.map(|name| row[name].as_str().unwrap_or_default())
    };
    for (id, names, values) in [
        ("in", ["user", "result", "mfa"], ["ana", "Success", "false"]),
        (
            "in",
            ["region", "to", "mobile"],
            ["eu-north-1", "https://console.aws.amazon.com/", "No"],
        ),
        (
            "root",
            ["user", "result", "mfa"],
            ["root", "Success", "true"],
        ),
        (
            "wrong",
            ["user", "result", "error"],
            ["ana", "Failure", "Failed authentication"],
        ),
        (
            "switched",
            ["user", "result", "switched_from"],
            ["Admin/ana", "Success", "arn:aws:iam::123456789012:user/ana"],
        ),
        (
            "refused",
            ["user", "result", "credential"],
            ["bo@example.com", "Failure", "PASSWORD"],
        ),
    ] {
        assert_eq!(cells(id, names), values, "{id}");
    }
}

#[test]
fn ordinary_logins_are_no_findings() {
    let report = run(benign(), &[]);
    assert_eq!(report["findings"], json!([]));
    let rows = rows(&report);
    let ids: Vec<&str> = rows.iter().map(|(id, _)| *id).collect();
    assert_eq!(
        ids,
        ["check", "mfa", "verified", "sso"],
        "the day before is no part of the answer"
    );
    let (_, sso) = rows.last().unwrap();
    assert_eq!(
        (&sso["mfa"], &sso["user"]),
        (
            &json!("sso"),
            &json!("AWSReservedSSO_Admin_0123/bo@example.com")
        )
    );
}

#[test]
fn one_user_is_asked_for() {
    let of = |user: &str| {
        let records = attack().into_iter().chain(benign()).collect();
        let report = run(records, &["--param", &format!("user={user}")]);
        let mut ids: Vec<String> = rows(&report)
            .iter()
            .map(|(id, _)| (*id).to_owned())
            .collect();
        ids.sort_unstable();
        ids
    };
    // the session of a role that was switched to bears the user's name
    assert_eq!(
        of("ana"),
        ["check", "in", "left", "mfa", "switched", "wrong"]
    );
    assert_eq!(
        of("arn:aws:iam::123456789012:user/ana"),
        ["check", "in", "left", "mfa", "switched", "wrong"]
    );
    assert_eq!(of("Admin/ana"), ["switched"]);
    assert_eq!(of("root"), ["root"]);
    assert_eq!(of("bo@example.com"), ["refused", "sso", "verified"]);
    assert_eq!(of("nobody"), [""; 0]);
}

#[test]
fn guessed_passwords_are_one_finding() {
    let failed =
        json!({"errorMessage": "Failed authentication", "additionalEventData": {"MFAUsed": "No"}});
    let guess = |second: u8| {
        let (id, time) = (
            format!("guess-{second}"),
            format!("2026-11-20T12:00:{second:02}Z"),
        );
        sign_in(
            &id,
            &time,
            "ConsoleLogin",
            "Failure",
            &user("ana"),
            ATTACKER,
            &failed,
        )
    };
    let report = run((0..6).map(guess).collect(), &[]);
    let (ids, _) = found(&report, "console-login-brute-force").unwrap();
    assert_eq!(ids.as_array().unwrap().len(), 6);
    let report = run((0..4).map(guess).collect(), &[]);
    assert!(found(&report, "console-login-brute-force").is_none());
}

#[test]
fn guesses_of_the_day_before_make_no_address_known() {
    let guess = sign_in(
        "guess",
        "2026-11-19T23:00:00Z",
        "ConsoleLogin",
        "Failure",
        &user("ana"),
        ATTACKER,
        &json!({}),
    );
    let report = run(attack().into_iter().chain([guess]).collect(), &[]);
    let (ids, _) = found(&report, "login-from-new-address").unwrap();
    assert_eq!(ids, &json!(["in"]));
}

#[test]
fn only_principals_that_a_trace_can_find_are_suggested() {
    let nameless = json!({"type": "IAMUser", "principalId": "AIDAEXAMPLE", "userName": "bo"});
    let login = |id, who: &Value| {
        sign_in(
            id,
            "2026-11-20T09:00:00Z",
            "ConsoleLogin",
            "Success",
            who,
            HOME,
            &json!({}),
        )
    };
    let report = run(vec![login("a", &nameless), login("b", &user("ana"))], &[]);
    let steps = report["next"].to_string();
    assert!(steps.contains("principal=ana"), "{steps}");
    assert!(!steps.contains("principal=AIDA"), "{steps}");
}

#[test]
fn what_is_new_is_doubtful_where_something_could_not_be_read() {
    let records: Vec<String> = habits().into_iter().chain(attack()).collect();
    let whole = Folder::new().with("trail/a.json", trail(&records));
    let damaged = Folder::new()
        .with("trail/a.json", trail(&records))
        .with("trail/b.json", "{\"Records\":[{");
    for (folder, code, is_doubtful) in [(whole, 0, false), (damaged, 3, true)] {
        let from = folder.file("trail");
        let from = from.to_str().unwrap();
        let run = ["logins", "--since", "2026-11-20", "--until", "2026-11-20"];
        let flags = ["--from", from, "--format", "json"];
        let report = trailhunt(run.iter().chain(&flags)).exits(code).json();
        let unseen = report["not_visible"].to_string();
        assert_eq!(
            unseen.contains("what is not new after all"),
            is_doubtful,
            "{unseen}"
        );
    }
}

#[test]
fn without_a_window_before_nothing_is_new() {
    let folder = Folder::new().with("trail/a.json", trail(&attack()));
    let from = folder.file("trail");
    let run = [
        "run",
        "logins",
        "--from",
        from.to_str().unwrap(),
        "--format",
        "json",
    ];
    let report = trailhunt(run).exits(0).json();
    assert!(found(&report, "login-from-new-address").is_none());
    let unseen = report["not_visible"].as_array().unwrap();
    assert!(
        unseen.iter().any(|entry| entry["what"] == "what is new"),
        "{unseen:?}"
    );
}

#[test]
fn the_real_records_have_two_logins() {
    let Some(records) = invictus() else { return };
    let folder = Folder::new().with("trail/a.json", trail(&records));
    let from = folder.file("trail");
    let report = trailhunt([
        "run",
        "logins",
        "--from",
        from.to_str().unwrap(),
        "--format",
        "json",
    ])
    .exits(0)
    .json();
    let calls: Vec<_> = rows(&report)
        .into_iter()
        .map(|(_, row)| (row["call"].as_str().unwrap(), row["mfa"].as_str().unwrap()))
        .collect();
    assert_eq!(
        calls,
        [
            ("ConsoleLogin", "false"),
            ("CheckMfa", "unknown"),
            ("ConsoleLogin", "true")
        ]
    );
    let (ids, _) = found(&report, "login-without-mfa").unwrap();
    assert_eq!(ids.as_array().unwrap().len(), 1);
}
