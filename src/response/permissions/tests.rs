//! What simulations come to, and what is simulated.

use aws_sdk_iam::types::builders::EvaluationResultBuilder;
use aws_sdk_iam::types::{OrganizationsDecisionDetail, ResourceSpecificResult};

use super::*;
use crate::report::response::Phase;
use crate::response::plan::{PlanStep, Refusal};
use crate::response::slot::INACTIVE;

const USER: &str = "arn:aws:iam::111122223333:user/team/ana";

fn verdict_of(
    decision: &str,
    more: impl FnOnce(EvaluationResultBuilder) -> EvaluationResultBuilder,
) -> SimulationResult {
    let result = EvaluationResult::builder()
        .eval_action_name("iam:UpdateAccessKey")
        .eval_decision(decision.into());
    verdict(&more(result).build().unwrap(), USER)
}

#[test]
fn a_denial_says_who_denied() {
    let what = format!("iam:UpdateAccessKey on {USER}");
    assert_eq!(verdict_of("allowed", |it| it), SimulationResult::Allowed);
    assert_eq!(
        verdict_of("implicitDeny", |it| it),
        SimulationResult::Missing(what.clone())
    );
    assert_eq!(
        verdict_of("explicitDeny", |it| it),
        SimulationResult::Missing(format!("{what} (explicitly denied)"))
    );
    let organizations = OrganizationsDecisionDetail::builder()
        .allowed_by_organizations(false)
        .build();
    assert_eq!(
        verdict_of("implicitDeny", |it| it
            .organizations_decision_detail(organizations)),
        SimulationResult::Missing(format!("{what} (denied by a service control policy)"))
    );
    let boundary = PermissionsBoundaryDecisionDetail::builder()
        .allowed_by_permissions_boundary(false)
        .build();
    assert_eq!(
        verdict_of("implicitDeny", |it| it
            .permissions_boundary_decision_detail(boundary)),
        SimulationResult::Missing(format!(
            "{what} (outside the caller's permissions boundary)"
        ))
    );
}

#[test]
fn a_condition_that_is_not_known_is_no_denial() {
    let of_resource = ResourceSpecificResult::builder()
        .eval_resource_name(USER)
        .eval_resource_decision("implicitDeny".into())
        .missing_context_values("aws:MultiFactorAuthPresent")
        .build()
        .unwrap();
    let answer = verdict_of("implicitDeny", |it| {
        it.resource_specific_results(of_resource)
    });
    assert!(
        matches!(&answer, SimulationResult::Depends(why) if why.contains("aws:MultiFactorAuthPresent")),
        "{answer:?}"
    );
}

#[test]
fn every_resource_is_asked_about_once_and_refused_steps_not_at_all() {
    let step = |slot: Slot, to: TargetValue, refused: Option<&str>| PlanStep {
        phase: Phase::Keys,
        slot,
        to,
        before: None,
        why: String::new(),
        refused: refused.map(|why| Refusal::Refused(why.to_owned())),
    };
    let key = |user: &str, id: &str| Slot::AccessKey {
        user: user.to_owned(),
        access_key_id: id.to_owned(),
    };
    let inactive = || TargetValue::Value(Some(INACTIVE.to_owned()));
    let attachment = Slot::Attachment {
        user: "ana".to_owned(),
        policy_arn: "arn:aws:iam::aws:policy/x".to_owned(),
    };
    let deny = Slot::UserPolicy {
        user: "ana".to_owned(),
        policy: "AWSRevokeOlderSessions".to_owned(),
    };
    let plan = Plan {
        command: Vec::new(),
        title: String::new(),
        facts: Vec::new(),
        recent_use: None,
        steps: vec![
            step(key("ana", "AKIA1"), inactive(), None),
            step(key("ana", "AKIA2"), inactive(), None),
            step(key("me", "AKIA3"), inactive(), Some("it is yours")),
            step(deny, TargetValue::SessionDeny, None),
            step(attachment, TargetValue::Value(None), None),
        ],
        left_out: Vec::new(),
        handoffs: Vec::new(),
        notes: Vec::new(),
        still_open: Vec::new(),
        complete: true,
        undoes: None,
    };
    let asked = questions(&plan);
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].target, "user/ana");
    assert_eq!(
        asked[0].actions,
        [
            "iam:UpdateAccessKey",
            "iam:ListAccessKeys",
            "iam:PutUserPolicy",
            "iam:GetUserPolicy"
        ]
    );
    assert_eq!(
        asked[1].policy_arn.as_deref(),
        Some("arn:aws:iam::aws:policy/x")
    );
    assert_eq!(
        asked[1].actions,
        ["iam:DetachUserPolicy", "iam:ListAttachedUserPolicies"]
    );
}
