//! Carrying out a plan: which steps go together, and which wait. `call` journals, calls and reads back, `outcome` is what
//! becomes of a step, `interrupt` listens for Ctrl-C.

mod call;
mod interrupt;
mod outcome;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use crate::error::Failure;
use crate::report::response::{Phase, Progress};
use crate::response::journal::Journal;
use crate::response::journal::ledger::{LastCall, SlotRecord};
use crate::response::operator::Operator;
use crate::response::plan::{Plan, PlanStep, TargetValue};
use crate::response::slot::{Slot, SlotValue};
use call::CalledStep;
pub use interrupt::Interrupt;
pub use outcome::{StepOutcome, report_step};
use outcome::{second, state};

/// How it is done.
pub struct ExecutionOptions<'m> {
    /// How long after the last session deny each is put again.
    pub again_after: Duration,
    /// How a change is read back.
    pub reading_back: ReadBackTiming,
    /// Told one line a step as it ends, and what is waited for.
    pub tell: &'m (dyn Fn(&str) + Sync),
}

impl std::fmt::Debug for ExecutionOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExecutionOptions")
    }
}

/// IAM answers what it has not yet spread to itself (facts: F7): a change is read until it shows.
#[derive(Debug, Clone, Copy)]
pub struct ReadBackTiming {
    pub pause: Duration,
    pub limit: Duration,
}

impl Default for ReadBackTiming {
    fn default() -> Self {
        Self {
            pause: Duration::from_secs(1),
            limit: Duration::from_mins(1),
        }
    }
}

/// How far a plan was carried out.
#[derive(Debug)]
pub struct ExecutionResult {
    /// One a step, in the order of the plan.
    pub outcomes: Vec<StepOutcome>,
    /// Done, partial, failed or interrupted.
    pub state: Progress,
    /// Whether the journal holds changes that can be taken back, those of runs before included.
    pub can_be_undone: bool,
    /// What became of the calls that an earlier run left open.
    pub notes: Vec<String>,
    /// Why the journal could not be written; the run ended there.
    pub failure: Option<Failure>,
}

/// Carries out `plan`, and goes on with what `journal` holds already. `interrupt` ends it after the call under way.
pub async fn run(
    operator: &Operator,
    plan: &Plan,
    journal: &mut Journal,
    options: &ExecutionOptions<'_>,
    interrupt: Interrupt,
) -> ExecutionResult {
    let mut run = Execution {
        operator,
        steps: &plan.steps,
        journal,
        options,
        interrupt,
        outcomes: vec![None; plan.steps.len()],
        called: Vec::new(),
        last_deny: None,
        failure: None,
        is_told: false,
        notes: Vec::new(),
        unread: Vec::new(),
    };
    run.carry_out().await;
    let interrupted = run.interrupt.has_stopped();
    let untried = run.untried();
    let (notes, unread, failure) = (run.notes, run.unread, run.failure);
    let outcomes = run.outcomes.into_iter();
    let outcomes: Vec<StepOutcome> = outcomes
        .map(|outcome| outcome.unwrap_or_else(|| untried.clone()))
        .collect();
    let is_open = |slot| {
        let record = journal.ledger().record(slot);
        record.is_some_and(|record| record.call != LastCall::Done)
    };
    let state = match state(&outcomes, interrupted) {
        Progress::Done if failure.is_some() || unread.iter().any(is_open) => Progress::Partial,
        state => state,
    };
    let failure = failure.or_else(|| journal.record_end(state).err());
    ExecutionResult {
        outcomes,
        state,
        can_be_undone: journal
            .ledger()
            .records
            .iter()
            .any(|record| record.slot.can_be_put_back()),
        notes,
        failure,
    }
}

/// How a run ended that is gone on with, in words after its time.
pub fn ended_how(ended: Option<Progress>) -> &'static str {
    match ended {
        None => "did not come to its end",
        Some(Progress::Interrupted) => "was interrupted",
        Some(_) => "ended, and not every step held",
    }
}

/// Of a call that was not made: what is not in the journal is not done.
fn unwritten() -> StepOutcome {
    StepOutcome::waiting("not tried: the journal could not be written")
}

/// A plan being carried out.
struct Execution<'r> {
    operator: &'r Operator,
    steps: &'r [PlanStep],
    journal: &'r mut Journal,
    options: &'r ExecutionOptions<'r>,
    interrupt: Interrupt,
    /// One a step; none where it has not ended.
    outcomes: Vec<Option<StepOutcome>>,
    /// The steps that were called, and are to be read back.
    called: Vec<CalledStep>,
    /// When the last deny of sessions was answered.
    last_deny: Option<Instant>,
    /// Why the journal could not be written: nothing more may be called then.
    failure: Option<Failure>,
    /// Whether it was said that an interrupt waits for the calls under way.
    is_told: bool,
    notes: Vec<String>,
    /// What an earlier run left open, and could not be looked at.
    unread: Vec<Slot>,
}

impl Execution<'_> {
    /// Every credential first, side by side, with all else that need not wait; then the sessions, which go on from
    /// them; then what cannot be taken back; and only then is any of it read back.
    async fn carry_out(&mut self) {
        if let Err(failure) = self.go_on().await {
            self.failure = Some(failure);
            return;
        }
        let steps = self.steps;
        let mut first = Vec::new();
        let mut sessions = Vec::new();
        let mut for_good = Vec::new();
        for (position, step) in steps.iter().enumerate() {
            match StepOutcome::refused(step) {
                Some(refused) => self.end(position, refused),
                None if !step.slot.can_be_put_back() => for_good.push(position),
                None if step.waits_for_keys() => sessions.push(position),
                None => first.push(position),
            }
        }
        // a stable sort: what is taken back stays in its order
        first.sort_by_key(|at| steps[*at].phase != Phase::Undo && !steps[*at].slot.is_switched());
        self.call_all(&first).await;
        if !self.stops() && self.is_a_key_active() {
            let why =
                "not tried: a key of this plan is active, or may be, and would issue new sessions";
            for position in sessions.drain(..) {
                self.end(position, StepOutcome::waiting(why));
            }
        }
        self.call_all(&sessions).await;
        // what denies was called, and is in force whatever becomes of these
        self.call_all(&for_good).await;
        self.read_back_all().await;
        if let Some(last) = self.last_deny {
            self.deny_again(last).await;
        }
    }

    /// Whether nothing more may be called.
    fn stops(&mut self) -> bool {
        self.failure.is_some() || self.interrupt.stops()
    }

    /// What became of a step that was not begun.
    fn untried(&self) -> StepOutcome {
        match self.failure {
            Some(_) => unwritten(),
            None => StepOutcome::waiting("not tried: interrupted"),
        }
    }

    /// Whether a traced key is not deactivated: one whose call IAM took is, also where that does not show yet, and the
    /// deny that is put again covers what it issues until it does.
    fn is_a_key_active(&self) -> bool {
        let is_taken = |position: usize| {
            let mut called = self.called.iter();
            called.any(|called| called.position == position)
                || self.outcomes[position]
                    .as_ref()
                    .is_some_and(StepOutcome::holds)
        };
        let steps = self.steps.iter().enumerate();
        let mut keys = steps.filter(|(_, step)| step.phase == Phase::Keys);
        keys.any(|(position, _)| !is_taken(position))
    }

    /// Looks what became of the calls whose answers an earlier run did not live to see.
    async fn go_on(&mut self) -> Result<(), Failure> {
        let path = self.journal.path().display();
        let Some(continued) = self.journal.continued() else {
            (self.options.tell)(&format!("journal: {path}"));
            return Ok(());
        };
        let torn = if continued.torn {
            ", whose last line was cut off"
        } else {
            ""
        };
        (self.options.tell)(&format!(
            "going on with {path}{torn}: the run of {} {}",
            continued.begun,
            ended_how(continued.ended)
        ));
        let is_open = |record: &&SlotRecord| record.call != LastCall::Done;
        let open = self.journal.ledger().records.iter().filter(is_open);
        for record in open.cloned().collect::<Vec<_>>() {
            let note = match record.slot.read(&self.operator.slots).await {
                Ok(now) => {
                    let is_it = |left: &SlotValue| record.slot.is_still(left, &now);
                    let Some(left) = record.left.into_iter().rfind(is_it) else {
                        continue;
                    };
                    let what = record.slot.what(&left);
                    self.journal.record_found(record.slot, left)?;
                    format!("{what}: found done after an interruption")
                }
                Err(error) => {
                    let name = record.slot.name();
                    self.unread.push(record.slot);
                    format!(
                        "{name}: whether the interrupted run changed it could not be read: {error}"
                    )
                }
            };
            (self.options.tell)(&note);
            self.notes.push(note);
        }
        Ok(())
    }

    /// Puts every session deny again a while after the `last` of them, for the sessions issued until it took hold.
    async fn deny_again(&mut self, last: Instant) {
        let denied = |(position, step): (usize, &PlanStep)| {
            let first = self.outcomes[position].as_ref();
            let may_hold = first.is_some_and(StepOutcome::may_hold);
            (step.to == TargetValue::SessionDeny && may_hold).then_some(position)
        };
        let denied: Vec<usize> = self.steps.iter().enumerate().filter_map(denied).collect();
        let wait = self.options.again_after.saturating_sub(last.elapsed());
        if self.failure.is_none() {
            (self.options.tell)(&format!(
                "the deny is in force; waiting {} s, then denying the sessions issued meanwhile too (Ctrl-C: it stays \
                 in force, and the same command puts the second; the journal is {})",
                wait.as_secs_f32().ceil(),
                self.journal.path().display()
            ));
            self.interrupt.stops_within(wait).await;
        }
        self.call_all(&denied).await;
        self.read_back_all().await;
    }

    /// Keeps the outcome of a step, and tells it.
    fn end(&mut self, position: usize, outcome: StepOutcome) {
        let what = self.steps[position].what();
        let (number, all) = (position + 1, self.steps.len());
        (self.options.tell)(&format!("{number}/{all} {what}: {}", outcome.words()));
        let ended = match self.outcomes[position].take() {
            Some(first) => second(first, outcome),
            None => outcome,
        };
        self.outcomes[position] = Some(ended);
    }
}
