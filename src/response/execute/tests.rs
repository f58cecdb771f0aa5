//! What becomes of steps and plans; that calls are made as told is tested at a server.

use super::outcome::{StepOutcome, report_step, second, state, up_to};
use crate::aws::errors::CallError;
use crate::event::time::Time;
use crate::report::response::{Phase, Progress, StepState};
use crate::response::plan::{PlanStep, Refusal, TargetValue};
use crate::response::policies::{REVOKE_OLDER_SESSIONS, revoked_before, session_deny};
use crate::response::slot::{INACTIVE, Slot};

fn at(time: &str) -> Time {
    format!("2026-11-22T{time}Z").parse().unwrap()
}

fn outcome(state: StepState) -> StepOutcome {
    StepOutcome::because(state, "why")
}

fn deny() -> PlanStep {
    PlanStep {
        phase: Phase::Sessions,
        slot: Slot::RolePolicy {
            role: "ops".into(),
            policy: REVOKE_OLDER_SESSIONS.into(),
        },
        to: TargetValue::SessionDeny,
        before: None,
        why: "issued by the traced key".into(),
        refused: None,
    }
}

#[test]
fn a_run_is_done_only_where_every_step_holds() {
    use StepState::{Already, Changed, Done, Failed, Refused, Unconfirmed, Unknown, Waiting};
    let of = |states: &[StepState], interrupted| {
        let outcomes: Vec<StepOutcome> = states.iter().map(|state| outcome(*state)).collect();
        state(&outcomes, interrupted)
    };
    assert_eq!(of(&[Done, Already], false), Progress::Done);
    assert_eq!(of(&[], false), Progress::Done);
    assert_eq!(of(&[Done, Done], true), Progress::Interrupted);
    for half in [Unconfirmed, Unknown, Failed, Changed, Refused, Waiting] {
        assert_eq!(of(&[Done, half], false), Progress::Partial, "{half:?}");
    }
    for half in [Unconfirmed, Unknown] {
        assert_eq!(of(&[half], false), Progress::Partial, "{half:?}");
    }
    for none in [Failed, Changed, Refused, Waiting] {
        assert_eq!(of(&[none], false), Progress::Failed, "{none:?}");
    }
}

#[test]
fn a_deny_that_was_not_put_again_still_holds_and_is_not_done() {
    let first = StepOutcome {
        document: Some(session_deny(at("10:00:00"))),
        ..StepOutcome::of(&Ok(Some("request-1".into())), at("10:00:00"))
    };
    let after = second(first.clone(), outcome(StepState::Failed));
    assert_eq!(after.state, StepState::Unconfirmed);
    assert_eq!((&after.document, after.at), (&first.document, first.at));
    assert!(after.reason.unwrap().ends_with("not denied: why"));
    let again = StepOutcome {
        state: StepState::Done,
        ..StepOutcome::of(&Ok(Some("request-2".into())), at("10:01:00"))
    };
    assert_eq!(second(first, again.clone()), again);
}

#[test]
fn a_call_without_an_answer_is_told_apart_from_a_refused_one() {
    let of = |code: Option<&str>| {
        let error = CallError {
            code: code.map(str::to_owned),
            message: "no".into(),
            request_id: Some("request-1".into()),
            ..CallError::default()
        };
        StepOutcome::of(&Err(error), at("10:00:00"))
    };
    let refused = of(Some("AccessDenied"));
    assert_eq!(refused.state, StepState::Failed);
    assert_eq!(refused.request_id.as_deref(), Some("request-1"));
    assert_eq!(refused.words(), "failed (AccessDenied: no)");
    assert_eq!(of(None).state, StepState::Unknown);
    assert_eq!(of(Some("ServiceFailure")).state, StepState::Unknown);
    assert_eq!(of(None).and("later").reason.as_deref(), Some("no; later"));
}

#[test]
fn a_session_deny_covers_the_second_in_which_it_is_put() {
    assert_eq!(up_to(at("10:00:00")), at("10:00:01"));
    assert_eq!(up_to(at("10:00:00.001")), at("10:00:01"));
    assert_eq!(up_to(at("10:00:59.999")), at("10:01:00"));
}

#[test]
fn a_step_is_told_with_the_document_that_was_put() {
    let planned = report_step(1, &deny(), None);
    assert_eq!(planned.state, StepState::Planned);
    assert_eq!(
        planned.what,
        "deny every session of role ops issued until now"
    );
    assert!(revoked_before(planned.after.as_deref().unwrap()).is_some());
    let document = session_deny(at("10:00:01"));
    let put = StepOutcome {
        document: Some(document.clone()),
        ..outcome(StepState::Done)
    };
    let put = report_step(1, &deny(), Some(&put));
    assert_eq!(
        (put.state, put.after.as_deref()),
        (StepState::Done, Some(document.as_str()))
    );
    assert!(put.call.contains(&document), "{:?}", put.call);
    assert_eq!(put.slot["kind"], "role-policy");
}

#[test]
fn what_the_plan_refuses_is_told_so_in_a_dry_run() {
    let reported = |refused: Refusal| {
        let step = PlanStep {
            slot: Slot::AccessKey {
                user: "ci-deploy".into(),
                access_key_id: "AKIAEXAMPLE000000001".into(),
            },
            to: TargetValue::Value(Some(INACTIVE.into())),
            refused: Some(refused),
            ..deny()
        };
        let step = report_step(2, &step, None);
        (step.number, step.state, step.reason.unwrap())
    };
    assert_eq!(
        reported(Refusal::Refused("yours".into())),
        (2, StepState::Refused, "yours".into())
    );
    assert_eq!(
        reported(Refusal::Changed("theirs".into())),
        (2, StepState::Changed, "theirs".into())
    );
}
