//! From a plan, and what was carried out of it, to the answer's state and its exit code.

use crate::alerting::deploy::DeployStep;
use crate::error::{Exit, Failure};
use crate::report::alerting::deploy::{
    Deployment, StackAction, StackKind, StackOutcome, StackStep,
};
use crate::report::response::Progress;

/// What the plan says of each stack; nothing of Regions in which none is wanted, and none was seen.
pub fn stacks(steps: &[DeployStep]) -> Vec<StackStep> {
    let is_reported = |step: &&DeployStep| {
        let is_there = step.report.action != StackAction::None && !step.is_unseen;
        step.desired.template.is_some() || is_there
    };
    let reported = steps.iter().filter(is_reported);
    reported.map(|step| step.report.clone()).collect()
}

/// What could not be looked at, and need not be.
pub fn unseen(steps: &[DeployStep]) -> impl Iterator<Item = String> {
    let unseen = steps
        .iter()
        .filter(|step| step.desired.template.is_none() && step.is_unseen);
    unseen.map(|step| {
        let why = step.report.reason.as_deref().unwrap_or_default();
        format!(
            "whether {} is left in {}, which is not watched any more, could not be looked at: {why}",
            step.report.name, step.report.region
        )
    })
}

/// What the plan comes to. Without home, or the trail that is to be made, nothing of it makes sense.
pub fn plan_answer(stacks: &[StackStep]) -> Progress {
    let mut blocked = stacks
        .iter()
        .filter(|stack| stack.action == StackAction::Blocked);
    let is_to_do = stacks
        .iter()
        .any(|stack| stack.outcome == StackOutcome::Planned);
    match (blocked.next(), is_to_do) {
        (Some(stack), _) if stack.kind != StackKind::Forwarder => Progress::Failed,
        (_, true) => Progress::Planned,
        (Some(_), false) => Progress::Failed,
        (None, false) => Progress::Nothing,
    }
}

/// Why a plan cannot be carried out.
pub fn why_not(answer: &Deployment) -> Failure {
    let mut stacks = answer.stacks.iter();
    let blocked = stacks.find(|stack| stack.action == StackAction::Blocked);
    let (name, region, why) = blocked.map_or(("the plan", "", ""), |stack| {
        let why = stack.reason.as_deref().unwrap_or_default();
        (&*stack.name, stack.region.as_str(), why)
    });
    Failure::failed(format!(
        "nothing was changed: {name} in {region} cannot be changed: {why}"
    ))
}

pub fn question(answer: &Deployment) -> String {
    let stacks = answer.stacks.iter();
    let planned = stacks.filter(|stack| stack.outcome == StackOutcome::Planned);
    let stacks = match planned.count() {
        1 => "1 stack".to_owned(),
        count => format!("{count} stacks"),
    };
    format!(
        "Make these changes to {stacks} in account {}?",
        answer.caller.account
    )
}

/// What the run has come to.
pub fn run_progress(stacks: &[StackStep], is_interrupted: bool) -> Progress {
    let is = |outcome: StackOutcome| stacks.iter().any(|stack| stack.outcome == outcome);
    let holds =
        |stack: &StackStep| matches!(stack.outcome, StackOutcome::Done | StackOutcome::Unchanged);
    if stacks.iter().all(holds) {
        Progress::Done
    } else if is_interrupted && (is(StackOutcome::GoingOn) || is(StackOutcome::NotTried)) {
        Progress::Interrupted
    } else if is(StackOutcome::Done) {
        Progress::Partial
    } else {
        Progress::Failed
    }
}

/// What the answer ends with.
pub fn exit(answer: &Deployment) -> Exit {
    let mut stacks = answer.stacks.iter();
    match answer.state {
        // a dry run of a plan that cannot be carried out everywhere
        Progress::Planned if stacks.any(|stack| stack.outcome == StackOutcome::Failed) => {
            Exit::Failed
        }
        Progress::Planned | Progress::Nothing | Progress::Done => Exit::Complete,
        Progress::Partial | Progress::Failed => Exit::Failed,
        Progress::Declined => Exit::Declined,
        Progress::Interrupted => Exit::Interrupted,
    }
}
