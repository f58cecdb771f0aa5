//! Carrying out a plan: every step journalled, called, and read back.

use std::time::Duration;

use crate::report::response::{self, StepState};
use crate::response::journal::Journal;
use crate::response::operator::Operator;
use crate::response::plan::{Plan, Step};

/// What became of one step.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub state: StepState,
    pub at: Option<chrono::DateTime<chrono::Utc>>,
    pub request_id: Option<String>,
    pub reason: Option<String>,
}

/// How it is done.
pub struct Manner<'m> {
    /// How long after the last session deny each is put again.
    pub again_after: Duration,
    /// Told one line a step as it ends, and what is waited for.
    pub tell: &'m (dyn Fn(&str) + Sync),
}

/// Carries out `plan`; one outcome a step, in its order. Ctrl-C ends it after the call under way.
pub async fn run(
    operator: &Operator,
    plan: &Plan,
    journal: &mut Journal,
    manner: &Manner<'_>,
) -> Vec<Outcome> {
    let _ = (operator, plan, journal, manner);
    todo!()
}

/// The report's step of a planned one, with its outcome where it was carried out.
pub fn told(number: usize, step: &Step, outcome: Option<&Outcome>) -> response::Step {
    let _ = (number, step, outcome);
    todo!()
}
