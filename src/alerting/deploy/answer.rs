//! From a plan, and what was carried out of it, to the answer's state and its exit code.

use super::{DeployStep, DesiredStack, words};
use crate::alerting::account::AlertingAccount;
use crate::alerting::options::AlertingOptions;
use crate::clock;
use crate::error::{Exit, Failure};
use crate::report::alerting::deploy::{
    Deployment, Preflight, StackAction, StackKind, StackOutcome, StackStep,
};
use crate::report::response::Progress;
use crate::report::{Envelope, Next};

/// The account, and what is to be made of it.
#[derive(Debug)]
pub struct PreparedDeployment {
    pub site: AlertingAccount,
    pub options: AlertingOptions,
    pub preflight: Preflight,
    pub stacks: Vec<DesiredStack>,
    /// What could not be looked at.
    pub notes: Vec<String>,
}

/// The answer before anything is done.
pub async fn of_plan(
    prepared: &PreparedDeployment,
    steps: &[DeployStep],
    envelope: Envelope,
    dry_run: bool,
) -> Deployment {
    let stacks = stacks(steps);
    Deployment {
        envelope,
        caller: prepared.site.caller.clone(),
        home: prepared.site.home.clone(),
        dry_run,
        state: planned(&stacks),
        preflight: prepared.preflight.clone(),
        cost: words::cost(&prepared.preflight),
        stacks,
        notes: notes(prepared, steps).await,
        todo: Vec::new(),
        next: Vec::new(),
    }
}

/// What the plan says of each stack; nothing of Regions in which none is wanted, and none was seen.
fn stacks(steps: &[DeployStep]) -> Vec<StackStep> {
    let is_reported = |step: &&DeployStep| {
        let is_there = step.report.action != StackAction::None && !step.is_unseen;
        step.desired.template.is_some() || is_there
    };
    let reported = steps.iter().filter(is_reported);
    reported.map(|step| step.report.clone()).collect()
}

/// What could not be looked at, and need not be.
fn unseen(steps: &[DeployStep]) -> impl Iterator<Item = String> {
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

/// What to know before saying yes.
async fn notes(prepared: &PreparedDeployment, steps: &[DeployStep]) -> Vec<String> {
    let mut notes = words::notes(&prepared.preflight);
    notes.extend(prepared.notes.iter().cloned());
    notes.extend(unseen(steps));
    let home = steps
        .iter()
        .find(|step| step.desired.kind == StackKind::Home);
    let Some((step, template)) =
        home.and_then(|step| Some((step, step.desired.template.as_ref()?)))
    else {
        return notes;
    };
    let before = match step.report.action {
        StackAction::Update => step.desired.stack.template().await,
        // what is not changed tells the same people
        StackAction::None | StackAction::Blocked => Ok(template.body.clone()),
        _ => Ok(String::new()),
    };
    match before.map(|before| words::recipients(&before)) {
        Ok(before) => notes.extend(words::recipient_changes(
            &before,
            &words::recipients(&template.body),
        )),
        Err(why) => notes.push(format!("who is told now could not be looked at: {why}")),
    }
    if step.report.action == StackAction::Update
        && let Ok(state) = step.desired.stack.state().await
        && let Some(before) = state
            .deployed()
            .and_then(|it| it.parameters.get("Settings"))
        && let Some((_, after)) = template.parameters.iter().find(|it| it.0 == "Settings")
    {
        notes.extend(words::dropped_settings(before, after));
    }
    notes
}

/// What the plan comes to. Without home, or the trail that is to be made, nothing of it makes sense.
fn planned(stacks: &[StackStep]) -> Progress {
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

/// Somebody said no to it.
pub fn decline(answer: &mut Deployment) {
    answer.state = Progress::Declined;
    decline_stacks(&mut answer.stacks);
}

/// What was planned is not tried.
pub fn decline_stacks(stacks: &mut [StackStep]) {
    for stack in stacks {
        if stack.outcome == StackOutcome::Planned {
            stack.outcome = StackOutcome::NotTried;
        }
    }
}

/// Adds what became of the plan.
pub fn add_outcomes(answer: &mut Deployment, steps: &[DeployStep], is_interrupted: bool) {
    answer.stacks = stacks(steps);
    answer.state = carried_out(&answer.stacks, is_interrupted);
    answer.envelope.generated_at = clock::wall();
}

/// Adds what is left to do, where the home stack is there.
pub async fn add_todo(answer: &mut Deployment, site: &AlertingAccount, options: &AlertingOptions) {
    let mut stacks = answer.stacks.iter();
    if !stacks.any(|stack| stack.kind == StackKind::Home && holds(stack)) {
        return;
    }
    let account = &site.caller.account;
    answer.todo = words::todo(&site.aws, options, site.partition(), account).await;
    let next = |command, why: &str| Next {
        why: why.to_owned(),
        argv: site.aws.as_caller(["trailhunt", command]),
        reference: None,
    };
    answer.next = vec![
        next("test-alerts", "prove that alerts arrive"),
        next("alerts-status", "see whether they would, any time"),
    ];
}

/// Whether it is as it should be.
pub fn holds(stack: &StackStep) -> bool {
    matches!(stack.outcome, StackOutcome::Done | StackOutcome::Unchanged)
}

/// What the run has come to.
fn carried_out(stacks: &[StackStep], is_interrupted: bool) -> Progress {
    let is = |outcome: StackOutcome| stacks.iter().any(|stack| stack.outcome == outcome);
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
        state => state.exit(true),
    }
}
