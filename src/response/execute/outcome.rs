//! What became of a step, and of a plan.

use crate::aws::errors::CallError;
use crate::clock;
use crate::event::time::Time;
use crate::report::response::{self, Progress, StepState};
use crate::response::plan::{PlanStep, Refusal, TargetValue};
use crate::response::policies;
use crate::response::slot::SlotValue;

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepOutcome {
    pub state: StepState,
    pub at: Option<Time>,
    pub request_id: Option<String>,
    pub reason: Option<String>,
    /// What a session deny was set to: its document is written at the call.
    pub document: SlotValue,
}

impl StepOutcome {
    pub fn new(state: StepState) -> Self {
        Self {
            state,
            at: None,
            request_id: None,
            reason: None,
            document: None,
        }
    }

    pub fn because(state: StepState, reason: impl Into<String>) -> Self {
        Self {
            reason: Some(reason.into()),
            ..Self::new(state)
        }
    }

    pub fn waiting(why: impl Into<String>) -> Self {
        Self::because(StepState::Waiting, why)
    }

    /// That of a step which the plan itself refuses.
    pub fn refused(step: &PlanStep) -> Option<Self> {
        step.refused.as_ref().map(|refusal| match refusal {
            Refusal::Refused(why) => Self::because(StepState::Refused, why),
            Refusal::Changed(why) => Self::because(StepState::Changed, why),
        })
    }

    /// That of a call which was answered so, `at`.
    pub fn of(answer: &Result<Option<String>, CallError>, at: Time) -> Self {
        let (state, request_id, reason) = match answer {
            Ok(request_id) => (StepState::Unconfirmed, request_id, None),
            Err(error) if error.is_unknown() => {
                (StepState::Unknown, &error.request_id, Some(error))
            }
            Err(error) => (StepState::Failed, &error.request_id, Some(error)),
        };
        Self {
            at: Some(at),
            request_id: request_id.clone(),
            reason: reason.map(ToString::to_string),
            ..Self::new(state)
        }
    }

    /// The outcome, and one reason more.
    #[must_use]
    pub fn and(self, why: &str) -> Self {
        let reason = match self.reason {
            Some(reason) => format!("{reason}; {why}"),
            None => why.to_owned(),
        };
        Self {
            reason: Some(reason),
            ..self
        }
    }

    /// The state in words for people, and why.
    pub fn words(&self) -> String {
        let word = match self.state {
            StepState::Planned => "planned",
            StepState::Already => "holds already",
            StepState::Done => "done",
            StepState::Unconfirmed => "not confirmed",
            StepState::Unknown => "not known whether it was done",
            StepState::Failed => "failed",
            StepState::Changed => "changed by somebody else, left as it is",
            StepState::Refused => "refused",
            StepState::Waiting => "held back",
        };
        match &self.reason {
            Some(why) => format!("{word} ({why})"),
            None => word.to_owned(),
        }
    }

    /// Whether the slot certainly holds what it is to hold.
    pub fn holds(&self) -> bool {
        matches!(self.state, StepState::Done | StepState::Already)
    }

    pub fn may_hold(&self) -> bool {
        self.holds() || matches!(self.state, StepState::Unconfirmed | StepState::Unknown)
    }
}

/// What a run ends with, as its steps did.
pub fn state(outcomes: &[StepOutcome], interrupted: bool) -> Progress {
    match (outcomes.iter().all(StepOutcome::holds), interrupted) {
        (_, true) => Progress::Interrupted,
        (true, false) => Progress::Done,
        (false, false) if outcomes.iter().any(StepOutcome::may_hold) => Progress::Partial,
        (false, false) => Progress::Failed,
    }
}

/// The report's step of a planned one, with its outcome where it was carried out.
pub fn report_step(
    number: usize,
    step: &PlanStep,
    outcome: Option<&StepOutcome>,
) -> response::Step {
    let after = match (
        &step.to,
        outcome.and_then(|outcome| outcome.document.clone()),
    ) {
        (TargetValue::Value(value), _) => value.clone(),
        (TargetValue::SessionDeny, Some(document)) => Some(document),
        // as it would be put now
        (TargetValue::SessionDeny, None) => Some(policies::session_deny(up_to(clock::wall()))),
    };
    let planned = StepOutcome::refused(step).unwrap_or(StepOutcome::new(StepState::Planned));
    let outcome = outcome.unwrap_or(&planned);
    response::Step {
        number,
        phase: step.phase,
        what: step.what(),
        why: step.why.clone(),
        slot: serde_json::to_value(&step.slot).unwrap_or_default(),
        call: step.slot.call(&after),
        before: step.before.clone(),
        can_be_undone: step.slot.can_be_put_back(),
        after,
        state: outcome.state,
        at: outcome.at,
        request_id: outcome.request_id.clone(),
        reason: outcome.reason.clone(),
    }
}

/// The next whole second: what was issued within this one is before it.
pub fn up_to(now: Time) -> Time {
    now.whole_second() + chrono::Duration::seconds(1)
}

/// The outcome of a deny that was put twice: where the second time did not work, the first still holds.
pub fn second(first: StepOutcome, again: StepOutcome) -> StepOutcome {
    if again.may_hold() {
        return again;
    }
    let why = again.reason.unwrap_or_default();
    let reason = format!(
        "the second deny is missing: it was not put again, so sessions issued since the first are not denied: {why}"
    );
    StepOutcome {
        state: StepState::Unconfirmed,
        reason: Some(reason),
        ..first
    }
}
