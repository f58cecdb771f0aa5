//! Deploying: what is to become of which stack, in which order, and what became of each.

pub mod answer;
pub mod trail;
pub mod words;

use super::at_once::at_once;
use super::stacks::{ChangeSet, Stack, StackResult, StackState, StopSignal, every_resource};
use super::templates::Template;
use crate::report::alerting::deploy::{
    ResourceChange, StackAction, StackKind, StackOutcome, StackStep,
};

/// Home needs a trail to hear of anything, and forwarders need the role and the bus of home.
pub const ORDER: [StackKind; 3] = [StackKind::Trail, StackKind::Home, StackKind::Forwarder];

/// Hears of progress: the Region, the fraction that is done, and what happens.
pub type ProgressListener = dyn Fn(&str, f64, &str) + Sync;

/// What is to become of a stack.
#[derive(Debug, Clone)]
pub struct DesiredStack {
    pub stack: Stack,
    pub kind: StackKind,
    /// None where it is to go.
    pub template: Option<Template>,
}

/// A stack in a plan, with what is needed to carry it out.
#[derive(Debug, Clone)]
pub struct DeployStep {
    pub desired: DesiredStack,
    pub report: StackStep,
    /// Whether it could not even be looked at: the reason says why.
    pub is_unseen: bool,
    change_set: Option<ChangeSet>,
    /// What change sets of this run are called.
    name: String,
    /// ARN of what is there, and has to go.
    stack_to_delete: Option<String>,
}

/// Makes a change set called `name` for every stack that is to change. Nothing else is changed.
pub async fn plan(
    desired: Vec<DesiredStack>,
    name: &str,
    tell: &ProgressListener,
    stop: &StopSignal,
) -> Vec<DeployStep> {
    let jobs = desired.into_iter().map(|desired| {
        let stop = stop.clone();
        async move {
            let region = desired.stack.region.clone();
            tell(&region, 0.0, "asking what would change");
            let step = propose(desired, name, stop).await;
            tell(&region, 1.0, "");
            step
        }
    });
    at_once(jobs).await
}

async fn propose(desired: DesiredStack, name: &str, mut stop: StopSignal) -> DeployStep {
    let state = if *stop.borrow() {
        Err("interrupted".to_owned())
    } else {
        desired.stack.state().await
    };
    let step = DeployStep::new(desired, name);
    let state = match state {
        Ok(state) => state,
        Err(why) => {
            return DeployStep {
                is_unseen: true,
                ..step.blocked(why)
            };
        }
    };
    let Some(template) = step.desired.template.clone() else {
        return step.removal(&state);
    };
    if let Err(why) = template.check() {
        return step.blocked(why);
    }
    let creates = match state {
        StackState::Missing => true,
        StackState::Ready(_) => false,
        StackState::Leftover(left) => {
            let why = left.reason.map(|why| format!(" ({why})"));
            let why = format!(
                "what is there is {}{}",
                left.status,
                why.unwrap_or_default()
            );
            let step = step.with(StackAction::Replace, every_resource(&template));
            return step.because(why).deleting(left.id);
        }
        StackState::Blocked { deployed, hint } => {
            return step.blocked(format!("it is {}: {hint}", deployed.status));
        }
    };
    let change_set = step
        .desired
        .stack
        .propose(&template, name, creates, &mut stop);
    match change_set.await {
        Ok(Some(change_set)) => {
            let action = if creates {
                StackAction::Create
            } else {
                StackAction::Update
            };
            let changes = change_set.changes.clone();
            let step = step.with(action, changes);
            DeployStep {
                change_set: Some(change_set),
                ..step
            }
        }
        Ok(None) => step.with(StackAction::None, Vec::new()),
        Err(why) => step.blocked(why),
    }
}

impl DeployStep {
    fn new(desired: DesiredStack, name: &str) -> Self {
        let report = StackStep {
            name: desired.stack.name.into(),
            region: desired.stack.region.clone(),
            kind: desired.kind,
            action: StackAction::None,
            changes: Vec::new(),
            outcome: StackOutcome::Unchanged,
            reason: None,
        };
        Self {
            desired,
            report,
            is_unseen: false,
            change_set: None,
            name: name.to_owned(),
            stack_to_delete: None,
        }
    }

    fn with(mut self, action: StackAction, changes: Vec<ResourceChange>) -> Self {
        self.report.action = action;
        self.report.changes = changes;
        self.report.outcome = match action {
            StackAction::None => StackOutcome::Unchanged,
            StackAction::Blocked => StackOutcome::Failed,
            _ => StackOutcome::Planned,
        };
        self
    }

    fn because(mut self, reason: String) -> Self {
        self.report.reason = Some(reason);
        self
    }

    fn blocked(self, why: String) -> Self {
        self.with(StackAction::Blocked, Vec::new()).because(why)
    }

    fn deleting(mut self, id: String) -> Self {
        self.stack_to_delete = Some(id);
        self
    }

    fn removal(self, state: &StackState) -> Self {
        match state {
            StackState::Missing => self,
            // what failed to be deleted is deleted again
            StackState::Blocked { deployed, hint } if deployed.status.ends_with("_IN_PROGRESS") => {
                let why = format!("it is {}: {hint}", deployed.status);
                self.blocked(why)
            }
            StackState::Ready(deployed)
            | StackState::Leftover(deployed)
            | StackState::Blocked { deployed, .. } => {
                let id = deployed.id.clone();
                self.with(StackAction::Remove, Vec::new()).deleting(id)
            }
        }
    }

    /// Whether it is still to be carried out.
    pub fn is_to_do(&self) -> bool {
        self.report.outcome == StackOutcome::Planned
    }

    fn ending(mut self, ended: StackResult) -> Self {
        let (outcome, reason) = match ended {
            StackResult::Done => (StackOutcome::Done, None),
            StackResult::Failed(why) => (StackOutcome::Failed, Some(why)),
            StackResult::GoingOn => (StackOutcome::GoingOn, None),
            StackResult::Lost(why) => (StackOutcome::Unknown, Some(why)),
        };
        self.report.outcome = outcome;
        // why it was replaced is told already
        self.report.reason = reason;
        self
    }

    /// Leaves it as it is, and nothing of the plan behind.
    async fn left(mut self, why: &str, stop: &mut StopSignal) -> Self {
        let left = self.discard(stop).await.err();
        self.report.outcome = StackOutcome::NotTried;
        let left = left.map(|left| format!("; its change set could not be deleted: {left}"));
        self.because(format!("{why}{}", left.unwrap_or_default()))
    }

    async fn discard(&mut self, stop: &mut StopSignal) -> Result<(), String> {
        match self.change_set.take() {
            Some(change_set) => self.desired.stack.discard(&change_set, stop).await,
            None => Ok(()),
        }
    }
}

/// Takes the plan back: no change set is left. What could not be, and why.
pub async fn discard(steps: Vec<DeployStep>, stop: &StopSignal) -> Vec<String> {
    let jobs = steps.into_iter().map(|mut step| {
        let mut stop = stop.clone();
        async move {
            let left = step.discard(&mut stop).await.err()?;
            let (name, region) = (step.report.name, step.report.region);
            Some(format!(
                "a change set of {name} is left in {region}: {left}"
            ))
        }
    });
    let left = at_once(jobs).await;
    left.into_iter().flatten().collect()
}

/// Carries the plan out, kind by kind in this order; those of a kind side by side. What is made needs what was made
/// before it; what is removed needs nothing.
pub async fn carry_out(
    steps: Vec<DeployStep>,
    order: [StackKind; 3],
    tell: &ProgressListener,
    stop: &StopSignal,
) -> Vec<DeployStep> {
    let (mut waiting, mut carried) = (steps, Vec::new());
    let mut obstacle: Option<String> = None;
    for kind in order {
        let (now, later) = waiting
            .into_iter()
            .partition(|step| step.desired.kind == kind);
        waiting = later;
        let now: Vec<DeployStep> = now;
        let jobs = now.into_iter().map(|step| {
            let obstacle = obstacle.clone().filter(|_| step.desired.template.is_some());
            carry(step, obstacle, tell, stop.clone())
        });
        let done = at_once(jobs).await;
        obstacle = obstacle.or_else(|| done.iter().find_map(is_obstacle));
        carried.extend(done);
    }
    carried
}

/// What others need, and do not have.
fn is_obstacle(step: &DeployStep) -> Option<String> {
    let is_needed = step.desired.template.is_some();
    (!answer::holds(&step.report) && is_needed)
        .then(|| format!("it needs {}, which did not succeed", step.report.name))
}

async fn carry(
    step: DeployStep,
    obstacle: Option<String>,
    tell: &ProgressListener,
    mut stop: StopSignal,
) -> DeployStep {
    if !step.is_to_do() {
        return step;
    }
    if *stop.borrow() {
        return step
            .left("interrupted before it was begun", &mut stop)
            .await;
    }
    if let Some(obstacle) = obstacle {
        return step.left(&obstacle, &mut stop).await;
    }
    let region = step.report.region.clone();
    let all = step.report.changes.len().max(1);
    let hear = |done: usize, what: &str| {
        // the stack itself is done last
        #[expect(clippy::cast_precision_loss, reason = "a template has few resources")]
        let fraction = (done as f64 / all as f64).min(0.99);
        tell(&region, fraction, what);
    };
    let ended = change(&step, &hear, &mut stop).await;
    tell(&region, 1.0, "");
    step.ending(ended)
}

async fn change(
    step: &DeployStep,
    hear: &(dyn Fn(usize, &str) + Sync),
    stop: &mut StopSignal,
) -> StackResult {
    let stack = &step.desired.stack;
    if let Some(id) = &step.stack_to_delete {
        let deleted = stack.delete(id, hear, stop).await;
        if deleted != StackResult::Done || step.desired.template.is_none() {
            return deleted;
        }
    }
    if let Some(change_set) = &step.change_set {
        return stack.execute(change_set, hear, stop).await;
    }
    let Some(template) = &step.desired.template else {
        return StackResult::Done;
    };
    // the name is free now
    match stack.propose(template, &step.name, true, stop).await {
        Ok(Some(change_set)) => stack.execute(&change_set, hear, stop).await,
        Ok(None) => StackResult::Failed("the template has no resources".to_owned()),
        Err(why) => StackResult::Failed(why),
    }
}
