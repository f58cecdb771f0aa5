//! Slots: which values are the same, which changes are ours, and how each is said.

use proptest::prelude::*;

use super::*;
use crate::aws::errors::CallError;

fn key() -> Slot {
    Slot::AccessKey {
        user: "ci-deploy".into(),
        access_key_id: "AKIAEXAMPLE000000001".into(),
    }
}

fn role_policy(policy: &str) -> Slot {
    Slot::RolePolicy {
        role: "ops".into(),
        policy: policy.into(),
    }
}

fn attachment(policy_arn: &str) -> Slot {
    Slot::Attachment {
        user: "bob".into(),
        policy_arn: policy_arn.into(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a value may be absent")]
fn text(text: &str) -> SlotValue {
    Some(text.to_owned())
}

#[test]
fn documents_are_compared_as_json() {
    let put = text(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"]}]}"#);
    let read = text(
        "{ \"Statement\": [ {\"Action\": [\"*\"],\n\"Effect\": \"Deny\"} ], \"Version\": \"2012-10-17\" }",
    );
    assert!(holds(&put, &read));
    let other = text(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["*"]}]}"#);
    assert!(!holds(&put, &other));
    assert!(!holds(&put, &None));
    assert!(holds(&None, &None));
    assert!(holds(&text(ACTIVE), &text(ACTIVE)));
    assert!(!holds(&text(ACTIVE), &text(INACTIVE)));
    assert!(
        !holds(&text("{"), &text("[")),
        "what is no JSON is compared as text"
    );
}

#[test]
fn a_call_without_an_answer_is_unknown_and_a_refused_one_is_not() {
    let error = |code: Option<&str>| CallError {
        code: code.map(str::to_owned),
        message: String::new(),
        ..CallError::default()
    };
    for code in [
        None,
        Some("ServiceFailure"),
        Some("InternalFailure"),
        Some("ServiceUnavailable"),
    ] {
        assert!(error(code).is_unknown(), "{code:?}");
    }
    for code in [
        "AccessDenied",
        "NoSuchEntity",
        "LimitExceeded",
        "Throttling",
        "ExpiredToken",
    ] {
        assert!(!error(Some(code)).is_unknown(), "{code}");
    }
}

#[test]
fn every_change_is_said_in_a_line() {
    let quarantine = attachment("arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3");
    let deny = crate::response::policies::session_deny("2026-11-22T09:30:00Z".parse().unwrap());
    let said = [
        key().what(&text(INACTIVE)),
        key().what(&text(ACTIVE)),
        role_policy(REVOKE_OLDER_SESSIONS).what_denied(),
        role_policy(REVOKE_OLDER_SESSIONS).what(&Some(deny)),
        role_policy(REVOKE_OLDER_SESSIONS).what(&None),
        role_policy(REVOKE_OLDER_SESSIONS).what(&text("{}")),
        role_policy(DENY_ALL).what(&text("{}")),
        role_policy(DENY_ALL).what(&None),
        quarantine.what(&text(ATTACHED)),
        quarantine.what(&None),
    ];
    assert_eq!(
        said,
        [
            "deactivate AKIAEXAMPLE000000001 of user ci-deploy",
            "reactivate AKIAEXAMPLE000000001 of user ci-deploy",
            "deny every session of role ops issued until now",
            "deny every session of role ops issued before 2026-11-22T09:30:00Z",
            "lift the deny of older sessions of role ops",
            "put inline policy AWSRevokeOlderSessions of role ops back",
            "deny everything to role ops",
            "lift the deny of everything from role ops",
            "attach AWSCompromisedKeyQuarantineV3 to user bob",
            "detach AWSCompromisedKeyQuarantineV3 from user bob",
        ]
    );
}

#[test]
fn only_what_a_response_writes_is_ours() {
    assert!(key().is_ours());
    assert!(role_policy(REVOKE_OLDER_SESSIONS).is_ours());
    assert!(role_policy(DENY_ALL).is_ours());
    assert!(!role_policy("AdministratorsAccess").is_ours());
    for arn in [
        "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine",
        "arn:aws-cn:iam::aws:policy/AWSCompromisedKeyQuarantineV4",
    ] {
        assert!(attachment(arn).is_ours(), "{arn}");
    }
    for arn in [
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::123456789012:policy/AWSCompromisedKeyQuarantineV3",
    ] {
        assert!(!attachment(arn).is_ours(), "{arn}");
    }
}

#[test]
fn keys_are_switched_and_never_deleted() {
    assert!(key().takes(&text(ACTIVE)) && key().takes(&text(INACTIVE)));
    assert!(!key().takes(&None) && !key().takes(&text("Expired")));
    assert!(role_policy(DENY_ALL).takes(&None));
    assert!(!attachment("arn").takes(&text("yes")));
}

#[test]
fn a_limit_that_is_reached_says_what_to_do_instead() {
    let error = |code: &str| CallError {
        code: Some(code.to_owned()),
        message: "Maximum policy size of 2048 bytes exceeded".to_owned(),
        ..CallError::default()
    };
    let slot = role_policy(DENY_ALL);
    let explained = slot.explained(error("LimitExceeded")).to_string();
    assert!(explained.contains("2048 bytes exceeded; ") && explained.contains("AWSDenyAll"));
    assert_eq!(slot.explained(error("AccessDenied")), error("AccessDenied"));
}

proptest! {
    #[test]
    fn no_two_texts_break_the_comparison(one in ".{0,40}", other in ".{0,40}") {
        let (one, other) = (Some(one), Some(other));
        prop_assert!(holds(&one, &one));
        prop_assert_eq!(holds(&one, &other), holds(&other, &one));
    }
}

#[test]
fn a_sign_in_session_is_only_revoked_and_by_its_own_arn() {
    let session = |arn: &str| Slot::SignInSession {
        principal: "role/ops".into(),
        session_arn: arn.into(),
    };
    let slot = session("arn:aws:signin:eu-west-1:111122223333:session/0f1e");
    assert!(slot.is_ours() && !slot.can_be_put_back());
    assert!(slot.takes(&text("REVOKED")));
    for value in [&None, &text("ACTIVE"), &text(""), &text(INACTIVE)] {
        assert!(!slot.takes(value), "{value:?}");
    }
    for arn in [
        "",
        "*",
        "arn:aws:signin:*:111122223333:session/*",
        "arn:aws:iam::111122223333:role/ops",
    ] {
        assert!(!session(arn).is_ours(), "{arn}");
    }
    let said = slot.what(&text("REVOKED"));
    assert!(said.ends_with("of role ops for good, which cannot be taken back"));
    let call = slot.call(&text("REVOKED")).join(" ");
    assert_eq!(
        call,
        "aws signin batch-revoke-sessions --region eu-west-1 --principal-arn arn:aws:iam::111122223333:* \
         --session-arns arn:aws:signin:eu-west-1:111122223333:session/0f1e"
    );
    let kept = serde_json::to_string(&slot).unwrap();
    assert_eq!(serde_json::from_str::<Slot>(&kept).unwrap(), slot);
}
