//! The permissions that a plan needs and the caller lacks: `SimulatePrincipalPolicy`, before the first change.
//!
//! The simulator knows the policies of the user or role, its boundary and the service control policies; it does not
//! know a session policy that narrows the caller's session, nor the values of conditions such as MFA.

use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PermissionsBoundaryDecisionDetail,
    PolicyEvaluationDecisionType,
};

use futures_util::{StreamExt, stream};

use crate::aws::errors::{error_code_or_cause, is_denied, is_not_there};
use crate::event::arn::Actor;
use crate::response::operator::Operator;
use crate::response::plan::{Plan, TargetValue};
use crate::response::principal::{self, Principal, Unresolved};
use crate::response::slot::Slot;

/// Questions that are under way at a time.
const AT_A_TIME: usize = 50;

/// What the simulation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermissionCheck {
    /// Every call of the plan is allowed, as far as policies tell.
    Allowed,
    /// `iam:Action on resource`, each once, in the order of the plan.
    Missing(Vec<String>),
    /// It could not be asked, and why; the calls themselves will tell.
    Unknown(String),
}

/// One simulation: actions on a user or role.
#[derive(Debug, PartialEq, Eq)]
struct SimulationRequest {
    /// `user/NAME` or `role/NAME`.
    target: String,
    /// The policy that is attached or detached, for conditions on it.
    policy_arn: Option<String>,
    actions: Vec<&'static str>,
}

/// Simulates every call that carrying out `plan` makes: those of its steps, and those that read them back.
pub async fn check(operator: &Operator, plan: &Plan) -> PermissionCheck {
    if operator.identity == Actor::Root {
        return PermissionCheck::Allowed;
    }
    let questions = questions(plan);
    if questions.is_empty() {
        return PermissionCheck::Allowed;
    }
    let resources = stream::iter(&questions)
        .map(|question| principal::resolve(operator, &question.target))
        .buffered(AT_A_TIME)
        .collect::<Vec<_>>();
    let (source, resources) = tokio::join!(source_arn(operator), resources);
    let source = match source {
        Ok(source) => source,
        Err(why) => return PermissionCheck::Unknown(why),
    };
    let (mut missing, mut unknown) = (Vec::new(), Vec::new());
    let mut asked = Vec::new();
    for (question, resource) in questions.iter().zip(resources) {
        match resource {
            Ok(principal) => asked.push((question, principal.arn().to_owned())),
            // it is gone, so that nothing will be called on it
            Err(Unresolved::Nobody) => {}
            Err(error) => insert(&mut unknown, error.failure(&question.target).message),
        }
    }
    let simulated = stream::iter(&asked)
        .map(|(question, resource)| simulate(operator, &source, resource, question))
        .buffered(AT_A_TIME)
        .collect::<Vec<_>>();
    for ((_, resource), simulated) in asked.iter().zip(simulated.await) {
        match simulated {
            Ok(results) => {
                for result in &results {
                    match verdict(result, resource) {
                        SimulationResult::Allowed => {}
                        SimulationResult::Missing(what) => insert(&mut missing, what),
                        SimulationResult::Depends(why) => insert(&mut unknown, why),
                    }
                }
            }
            Err(why) => insert(&mut unknown, why),
        }
    }
    match (missing.is_empty(), unknown.is_empty()) {
        (false, _) => PermissionCheck::Missing(missing),
        (true, false) => PermissionCheck::Unknown(unknown.join("; ")),
        (true, true) => PermissionCheck::Allowed,
    }
}

/// What is to be asked: the actions of each resource once, in the order of the plan.
fn questions(plan: &Plan) -> Vec<SimulationRequest> {
    let mut questions: Vec<SimulationRequest> = Vec::new();
    for step in plan.steps.iter().filter(|step| step.refused.is_none()) {
        let target = step.slot.holder();
        let policy_arn = match &step.slot {
            Slot::Attachment { policy_arn, .. } => Some(policy_arn.clone()),
            // where it is refused, the deny stands: nothing else waits for it
            Slot::SignInSession { .. } => continue,
            _ => None,
        };
        let actions = match &step.to {
            TargetValue::Value(value) => step.slot.actions(value),
            TargetValue::SessionDeny => step.slot.actions(&Some(String::new())),
        };
        let known = questions
            .iter_mut()
            .find(|known| known.target == target && known.policy_arn == policy_arn);
        match known {
            Some(known) => {
                let new = actions.into_iter();
                let new: Vec<_> = new.filter(|it| !known.actions.contains(it)).collect();
                known.actions.extend(new);
            }
            None => questions.push(SimulationRequest {
                target,
                policy_arn,
                actions,
            }),
        }
    }
    questions
}

/// The ARN whose policies are simulated: the caller's user, or the role of its session with its path.
async fn source_arn(operator: &Operator) -> Result<String, String> {
    match &operator.identity {
        Actor::User(_) | Actor::Root => Ok(operator.caller.arn.clone()),
        Actor::Federated(_) => {
            Err("the permissions of a federated session cannot be simulated".to_owned())
        }
        Actor::Role(name) => match principal::resolve(operator, &format!("role/{name}")).await {
            Ok(Principal::Role(role)) => Ok(role.arn),
            // right for every role that has no path; of another, the simulator says that it does not exist
            _ => Ok(format!(
                "arn:{}:iam::{}:role/{name}",
                operator.partition(),
                operator.caller.account
            )),
        },
    }
}

async fn simulate(
    operator: &Operator,
    source: &str,
    resource: &str,
    question: &SimulationRequest,
) -> Result<Vec<EvaluationResult>, String> {
    let context = question.policy_arn.as_ref().map(|arn| {
        let entry = ContextEntry::builder()
            .context_key_name("iam:PolicyARN")
            .context_key_type(ContextKeyTypeEnum::String);
        vec![entry.context_key_values(arn).build()]
    });
    let mut pages = operator
        .iam
        .simulate_principal_policy()
        .policy_source_arn(source)
        .set_action_names(Some(
            question
                .actions
                .iter()
                .copied()
                .map(str::to_owned)
                .collect(),
        ))
        .resource_arns(resource)
        .set_context_entries(context)
        .into_paginator()
        .send();
    let mut results = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| {
            if is_denied(&error) {
                "iam:SimulatePrincipalPolicy is not granted: what else is missing shows when it is called"
                    .to_owned()
            } else if is_not_there(&error) {
                format!("iam:SimulatePrincipalPolicy does not know {source}")
            } else {
                format!("iam:SimulatePrincipalPolicy did not answer ({})", error_code_or_cause(&error))
            }
        })?;
        results.extend(page.evaluation_results.unwrap_or_default());
    }
    let is_answered = |action: &&str| {
        let mut named = results.iter().map(|result| &result.eval_action_name);
        named.any(|name| name.eq_ignore_ascii_case(action))
    };
    match question.actions.iter().find(|action| !is_answered(action)) {
        Some(action) => Err(format!(
            "iam:SimulatePrincipalPolicy says nothing of {action}"
        )),
        None => Ok(results),
    }
}

/// What one result comes to.
#[derive(Debug, PartialEq, Eq)]
enum SimulationResult {
    Allowed,
    Missing(String),
    /// A condition decides that the simulator does not know the value of.
    Depends(String),
}

fn verdict(result: &EvaluationResult, resource: &str) -> SimulationResult {
    if result.eval_decision == PolicyEvaluationDecisionType::Allowed {
        return SimulationResult::Allowed;
    }
    let what = format!("{} on {resource}", result.eval_action_name);
    let organizations = result.organizations_decision_detail.as_ref();
    if organizations.is_some_and(|detail| !detail.allowed_by_organizations) {
        return SimulationResult::Missing(format!("{what} (denied by a service control policy)"));
    }
    let of_resources = result.resource_specific_results().iter();
    let boundaries = of_resources.map(|result| &result.permissions_boundary_decision_detail);
    let mut boundaries = boundaries.chain([&result.permissions_boundary_decision_detail]);
    let outside =
        |detail: &PermissionsBoundaryDecisionDetail| !detail.allowed_by_permissions_boundary;
    if boundaries.any(|detail| detail.as_ref().is_some_and(outside)) {
        return SimulationResult::Missing(format!(
            "{what} (outside the caller's permissions boundary)"
        ));
    }
    let conditions = conditions(result);
    if !conditions.is_empty() {
        return SimulationResult::Depends(format!(
            "whether {what} is allowed depends on {}, which a simulation does not know",
            conditions.join(", ")
        ));
    }
    match result.eval_decision {
        PolicyEvaluationDecisionType::ExplicitDeny => {
            SimulationResult::Missing(format!("{what} (explicitly denied)"))
        }
        _ => SimulationResult::Missing(what),
    }
}

/// The context keys that the policies ask for and nobody gave: they stand with the result, or with its resource.
fn conditions(result: &EvaluationResult) -> Vec<String> {
    let of_resources = result.resource_specific_results().iter();
    let of_resources = of_resources.flat_map(|result| result.missing_context_values().iter());
    let mut keys = Vec::new();
    for key in result.missing_context_values().iter().chain(of_resources) {
        insert(&mut keys, key.clone());
    }
    keys
}

fn insert(texts: &mut Vec<String>, text: String) {
    if !texts.contains(&text) {
        texts.push(text);
    }
}

#[cfg(test)]
mod tests;
