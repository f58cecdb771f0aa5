//! What is taken back, what is left, and what is kept for a while.

use super::parts::{Parts, UndoTerms};
use crate::event::time::Time;
use crate::response::journal::ledger::{LastCall, SlotRecord};
use crate::response::plan::{Refusal, TargetValue};
use crate::response::policies::{DENY_ALL, REVOKE_OLDER_SESSIONS, deny_all, session_deny};
use crate::response::slot::{ACTIVE, ATTACHED, INACTIVE, Slot, SlotValue};

fn at(time: &str) -> Time {
    format!("2026-11-{time}Z").parse().unwrap()
}

fn key() -> Slot {
    Slot::AccessKey {
        user: "ci-deploy".into(),
        access_key_id: "AKIAEXAMPLE000000001".into(),
    }
}

fn user_policy(policy: &str) -> Slot {
    Slot::UserPolicy {
        user: "bob".into(),
        policy: policy.into(),
    }
}

fn role_deny() -> Slot {
    Slot::RolePolicy {
        role: "ops".into(),
        policy: REVOKE_OLDER_SESSIONS.into(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a value may be absent")]
fn text(text: &str) -> SlotValue {
    Some(text.to_owned())
}

/// A change of 22 November, 10:00, that was done.
fn record(slot: Slot, previous: SlotValue, left: SlotValue) -> SlotRecord {
    SlotRecord {
        slot,
        previous,
        left: vec![left],
        call: LastCall::Done,
        at: at("22T10:00:00"),
    }
}

fn on_terms(now: &str, force: bool) -> Parts {
    Parts {
        terms: UndoTerms {
            now: at(now),
            force,
            untrusted: None,
        },
        ..Parts::default()
    }
}

/// What becomes of `record` where its slot holds `held`, at `now`.
fn parts(record: SlotRecord, held: SlotValue, now: &str, force: bool) -> Parts {
    let mut parts = on_terms(now, force);
    parts.add(record, held, None);
    parts
}

fn refusal(parts: &Parts) -> Option<&Refusal> {
    assert_eq!(parts.steps.len(), 1, "{parts:?}");
    parts.steps[0].refused.as_ref()
}

#[test]
fn a_key_is_put_back_and_that_is_worth_a_warning() {
    let change = record(key(), text(ACTIVE), text(INACTIVE));
    let parts = parts(change, text(INACTIVE), "22T11:00:00", false);
    assert_eq!(refusal(&parts), None);
    let step = &parts.steps[0];
    assert_eq!(
        (&step.before, &step.to),
        (&text(INACTIVE), &TargetValue::Value(text(ACTIVE)))
    );
    assert_eq!(
        step.what(),
        "reactivate AKIAEXAMPLE000000001 of user ci-deploy"
    );
    assert!(
        parts.notes[0].contains("can be used again"),
        "{:?}",
        parts.notes
    );
}

#[test]
fn what_was_taken_back_is_no_step() {
    let change = record(key(), text(ACTIVE), text(INACTIVE));
    let unknown = SlotRecord {
        call: LastCall::Unknown,
        ..change.clone()
    };
    for (change, why) in [
        (
            change,
            "put back by somebody else, as no journal says that we did: the key is Active now",
        ),
        (unknown, "never changed, or taken back already"),
    ] {
        let parts = parts(change, text(ACTIVE), "22T11:00:00", false);
        assert!(parts.steps.is_empty());
        assert_eq!(parts.left_out[0].why, why);
        let is_told = parts
            .notes
            .iter()
            .any(|note| note.contains("somebody else"));
        assert_eq!(is_told, why.contains("somebody else"), "{:?}", parts.notes);
        assert_eq!(
            parts.left_out[0].id,
            "AKIAEXAMPLE000000001 of user ci-deploy"
        );
    }
}

#[test]
fn what_somebody_changed_since_is_left_whatever_is_forced() {
    let change = record(user_policy(DENY_ALL), None, Some(deny_all()));
    for force in [false, true] {
        let parts = parts(change.clone(), text("{}"), "22T11:00:00", force);
        assert!(
            matches!(refusal(&parts), Some(Refusal::Changed(_))),
            "{parts:?}"
        );
        assert!(parts.notes.is_empty());
    }
    let gone = parts(
        record(key(), text(ACTIVE), text(INACTIVE)),
        None,
        "22T11:00:00",
        false,
    );
    assert!(
        matches!(refusal(&gone), Some(Refusal::Refused(why)) if why.contains("the key is gone")),
        "{gone:?}"
    );
}

#[test]
fn a_session_deny_is_kept_until_the_sessions_have_expired() {
    let deny = || Some(session_deny(at("22T10:00:00")));
    let lift = |slot: Slot, now: &str, force| parts(record(slot, None, deny()), deny(), now, force);
    let user_deny = || user_policy(REVOKE_OLDER_SESSIONS);
    for (slot, early, late) in [
        (role_deny(), "22T21:59:59", "22T22:00:00"),
        (user_deny(), "23T21:59:59", "23T22:00:00"),
    ] {
        let refused = lift(slot.clone(), early, false);
        let Some(Refusal::Refused(why)) = refusal(&refused) else {
            panic!("too early: {refused:?}");
        };
        assert!(
            why.contains(&format!(
                "lift it from 2026-11-{late}Z on, or sooner with --force"
            )),
            "{why}"
        );
        let late = lift(slot.clone(), late, false);
        assert_eq!((refusal(&late), late.notes.len()), (None, 0));
        let forced = lift(slot, early, true);
        assert_eq!(refusal(&forced), None);
        assert!(
            forced.notes[0].contains("will work again, until they expire"),
            "forced, and said all the same"
        );
    }
}

#[test]
fn a_later_deny_may_take_the_place_of_an_earlier_one_and_not_the_other_way_round() {
    let deny = |time: &str| Some(session_deny(at(time)));
    let put = |previous: &str| {
        let change = record(role_deny(), deny(previous), deny("22T10:00:00"));
        parts(change, deny("22T10:00:00"), "22T11:00:00", false)
    };
    assert_eq!(refusal(&put("22T10:30:00")), None);
    assert!(matches!(
        refusal(&put("22T09:00:00")),
        Some(Refusal::Refused(_))
    ));
}

#[test]
fn lifting_a_quarantine_says_what_comes_alive_again() {
    let quarantine = Slot::Attachment {
        user: "bob".into(),
        policy_arn: "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3".into(),
    };
    let slots = [
        (quarantine, text(ATTACHED)),
        (user_policy(DENY_ALL), Some(deny_all())),
    ];
    for (slot, left) in slots {
        let at = |now: &str| {
            parts(
                record(slot.clone(), None, left.clone()),
                left.clone(),
                now,
                false,
            )
        };
        let early = at("23T21:00:00");
        assert_eq!(refusal(&early), None);
        assert!(
            early.notes[0].starts_with("sessions of user bob"),
            "{:?}",
            early.notes
        );
        assert!(
            at("23T22:00:00").notes.is_empty(),
            "36 hours later none is left"
        );
    }
}

#[test]
fn the_callers_own_is_not_touched_and_no_key_is_deleted() {
    let change = record(key(), text(ACTIVE), text(INACTIVE));
    let mut own = on_terms("22T11:00:00", true);
    own.add(
        change,
        text(INACTIVE),
        Some(Refusal::Refused("it is yours".into())),
    );
    assert_eq!(refusal(&own), Some(&Refusal::Refused("it is yours".into())));
    for previous in [None, text("Expired")] {
        let change = record(key(), previous, text(INACTIVE));
        let parts = parts(change, text(INACTIVE), "22T11:00:00", true);
        assert!(
            matches!(refusal(&parts), Some(Refusal::Refused(_))),
            "{parts:?}"
        );
    }
}

#[test]
fn of_a_call_without_an_answer_either_value_may_be_taken_back() {
    let (one, two) = (
        Some(session_deny(at("21T10:00:00"))),
        Some(session_deny(at("21T10:01:00"))),
    );
    let change = SlotRecord {
        left: vec![one.clone(), two.clone()],
        call: LastCall::Pending,
        ..record(role_deny(), None, None)
    };
    for held in [one, two] {
        assert_eq!(
            refusal(&parts(change.clone(), held, "22T23:00:00", false)),
            None
        );
    }
}

#[test]
fn a_policy_that_allows_is_put_back_by_force_only() {
    let denying = session_deny(at("20T10:00:00"));
    for (previous, is_refused) in [
        (
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
            true,
        ),
        (
            r#"{"Statement":[{"Effect":"Deny"},{"Effect":"Allow"}]}"#,
            true,
        ),
        ("no policy", true),
        (denying.as_str(), false),
    ] {
        for slot in [user_policy(DENY_ALL), user_policy(REVOKE_OLDER_SESSIONS)] {
            let record = || record(slot.clone(), text(previous), text(&deny_all()));
            let planned = |force| parts(record(), text(&deny_all()), "24T10:00:00", force);
            let why = refusal(&planned(false)).map(|why| why.why().to_owned());
            assert_eq!(why.is_some(), is_refused, "{previous}: {why:?}");
            assert_eq!(refusal(&planned(true)), None);
        }
    }
}
