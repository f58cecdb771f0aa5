//! Recent use, from events as CloudTrail records them.

use serde_json::{Value, json};

use super::*;
use crate::report::State;

const ROLE: &str = "arn:aws:iam::123456789012:role/apps/ops";
const USER: &str = "arn:aws:iam::123456789012:user/team/ana";

fn event(fields: &Value) -> Event {
    let mut record = json!({"eventVersion": "1.08", "eventSource": "s3.amazonaws.com", "eventName": "ListBuckets"});
    for (name, value) in fields.as_object().unwrap() {
        record[name] = value.clone();
    }
    Event::parse(record.to_string().as_bytes()).unwrap()
}

fn signed(time: &str, arn: &str, key: &str, ip: &str) -> Event {
    event(
        &json!({"eventTime": time, "sourceIPAddress": ip, "userAgent": "aws-cli",
        "userIdentity": {"type": "AssumedRole", "arn": arn, "accessKeyId": key}}),
    )
}

fn session(name: &str) -> String {
    format!("arn:aws:sts::123456789012:assumed-role/ops/{name}")
}

fn counted(events: &[Event]) -> Vec<Use> {
    let mut uses = UseCounts::default();
    for event in events {
        uses.add(event);
    }
    uses.finish()
}

#[test]
fn each_address_is_a_user_of_its_own_and_the_latest_is_first() {
    let users = counted(&[
        signed("2026-11-21T08:00:00Z", USER, "AKIA1", "192.0.2.1"),
        signed("2026-11-21T08:30:00Z", USER, "AKIA1", "203.0.113.9"),
        signed("2026-11-21T09:00:00Z", USER, "AKIA1", "192.0.2.1"),
    ]);
    let told: Vec<_> = users
        .iter()
        .map(|user| (user.source_ip.as_deref().unwrap(), user.events))
        .collect();
    assert_eq!(told, [("192.0.2.1", 2), ("203.0.113.9", 1)]);
    assert_eq!(
        users[0].first.map(|time| time.to_string()).unwrap(),
        "2026-11-21T08:00:00Z"
    );
    assert_eq!(
        users[0].last.map(|time| time.to_string()).unwrap(),
        "2026-11-21T09:00:00Z"
    );
    assert_eq!(users[0].principal.as_deref(), Some(USER));
}

#[test]
fn events_that_lack_everything_are_counted() {
    let users = counted(&[event(&json!({})), event(&json!({"userIdentity": null}))]);
    assert_eq!((users.len(), users[0].events, users[0].last), (1, 2, None));
}

#[test]
fn sessions_of_a_role_and_no_other() {
    let role = SessionPrincipal::of_arn(ROLE);
    let is_session = |arn: &str, key: &str| role.is_session(&signed("", arn, key, ""));
    assert!(is_session(&session("deploy"), "ASIA1"));
    assert!(!is_session(
        "arn:aws:sts::123456789012:assumed-role/ops2/deploy",
        "ASIA1"
    ));
    assert!(!is_session(
        "arn:aws:sts::999999999999:assumed-role/ops/deploy",
        "ASIA1"
    ));
    assert!(!is_session(USER, "ASIA1") && !is_session(ROLE, "ASIA1"));
}

/// A deny by issue time does not touch long-term keys, so they are not what it cuts off.
#[test]
fn sessions_of_a_user_are_not_its_long_term_keys() {
    let user = SessionPrincipal::of_arn(USER);
    assert!(user.is_session(&signed("", USER, "ASIA1", "")));
    assert!(!user.is_session(&signed("", USER, "AKIA1", "")));
    assert!(!user.is_session(&signed("", &session("ana"), "ASIA1", "")));
    let federated = event(
        &json!({"userIdentity": {"type": "FederatedUser", "accessKeyId": "ASIA1",
        "arn": "arn:aws:sts::123456789012:federated-user/x",
        "sessionContext": {"sessionIssuer": {"arn": USER}}}}),
    );
    assert!(user.is_session(&federated));
    let login = |result: &str| {
        event(
            &json!({"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
            "responseElements": {"ConsoleLogin": result}, "userIdentity": {"type": "IAMUser", "arn": USER}}),
        )
    };
    assert!(user.is_session(&login("Success")) && !user.is_session(&login("Failure")));
}

#[test]
fn issued_sessions_are_known_from_the_answer_or_the_request() {
    let role = SessionPrincipal::of_arn(ROLE);
    let assumed = |response: Value, arn: &str| {
        event(
            &json!({"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "responseElements": response,
            "requestParameters": {"roleArn": arn, "roleSessionName": "i-1"}}),
        )
    };
    let named = json!({"credentials": {"accessKeyId": "ASIA1"}, "assumedRoleUser": {"arn": session("deploy")}});
    assert_eq!(
        role.issued(&assumed(named, ROLE)),
        Some((session("deploy"), "ASIA1".to_owned()))
    );
    let by_service = json!({"credentials": {"accessKeyId": "ASIA2"}});
    assert_eq!(
        role.issued(&assumed(by_service.clone(), ROLE)),
        Some((session("i-1"), "ASIA2".to_owned()))
    );
    let other = "arn:aws:iam::123456789012:role/ops";
    assert_eq!(role.issued(&assumed(by_service, other)), None);
    assert_eq!(role.issued(&assumed(Value::Null, ROLE)), None);
    assert_eq!(
        SessionPrincipal::of_arn(USER).issued(&assumed(
            json!({"credentials": {"accessKeyId": "ASIA3"}}),
            USER
        )),
        None
    );
}

#[test]
fn tokens_are_sessions_of_the_user_that_asked_for_them() {
    let token = |name: &str, arn: &str| {
        event(
            &json!({"eventSource": "sts.amazonaws.com", "eventName": name,
            "userIdentity": {"type": "IAMUser", "arn": arn, "accessKeyId": "AKIA1"},
            "responseElements": {"credentials": {"accessKeyId": "ASIA1"}, "federatedUser": {"arn": "arn:f"}}}),
        )
    };
    let user = SessionPrincipal::of_arn(USER);
    let issued = |name, arn| user.issued(&token(name, arn)).map(|(arn, _)| arn);
    assert_eq!(issued("GetSessionToken", USER).as_deref(), Some(USER));
    assert_eq!(issued("GetFederationToken", USER).as_deref(), Some("arn:f"));
    assert_eq!(issued("AssumeRole", USER), None);
    assert_eq!(
        issued("GetSessionToken", "arn:aws:iam::123456789012:user/bo"),
        None
    );
}

#[test]
fn a_session_that_was_not_seen_in_use_is_told_once_behind_the_others() {
    let mut uses = UseCounts::default();
    let at = event(&json!({"eventTime": "2026-11-21T10:00:00Z"})).time();
    uses.issued
        .push(((session("used"), "ASIA1".to_owned()), at));
    uses.issued
        .push(((session("unused"), "ASIA2".to_owned()), at));
    uses.issued
        .push(((session("unused"), "ASIA2".to_owned()), at));
    uses.add(&signed(
        "2026-11-21T09:00:00Z",
        &session("used"),
        "ASIA1",
        "192.0.2.1",
    ));
    let users = uses.finish();
    let told: Vec<_> = users
        .iter()
        .map(|user| {
            (
                user.access_key_id.as_deref().unwrap(),
                user.events,
                user.first == at,
            )
        })
        .collect();
    assert_eq!(told, [("ASIA1", 1, false), ("ASIA2", 0, true)]);
}

#[test]
fn odd_arns_are_nobody() {
    for arn in [
        "",
        "arn",
        "arn:aws:iam::1:role/",
        "ops",
        "arn:aws:iam::1:role",
    ] {
        let nobody = SessionPrincipal::of_arn(arn);
        assert!(
            !nobody.is_session(&signed("", &session("x"), "ASIA1", "")),
            "{arn}"
        );
    }
}

#[test]
fn a_gap_is_told_once_with_the_places_that_have_it() {
    let window = Window {
        since: None,
        until: None,
    };
    let part = |region: &str, reason: &str| Coverage {
        region: Some(region.to_owned()),
        ..Coverage::of("history", State::Denied, window).missing(reason)
    };
    let read = Coverage::of("history", State::Read, window);
    let coverage = [
        part("a", "stopped"),
        part("b", "stopped"),
        part("c", "denied"),
        read,
    ];
    assert_eq!(gaps(&coverage, 3), ["c: denied", "a, b: stopped"]);
    assert_eq!(gaps(&coverage[..2], 2), ["all 2 Regions: stopped"]);
    let limit = Coverage::of("history", State::Truncated, window).missing("too many");
    assert_eq!(gaps(&[limit], 2), ["too many"]);
    assert_eq!(gaps(&coverage[3..], 2), [""; 0]);
}
