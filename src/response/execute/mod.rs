//! Carrying out a plan, step by step. `call` journals a step, calls and reads back, `outcome` is what becomes of it,
//! `interrupt` listens for Ctrl-C.

mod call;
mod interrupt;
mod outcome;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use crate::clock;
use crate::error::Failure;
use crate::report::response::{Phase, Progress, StepState};
use crate::response::journal::Journal;
use crate::response::journal::ledger::{LastCall, SlotRecord};
use crate::response::operator::Operator;
use crate::response::plan::{Plan, PlanStep, TargetValue};
use crate::response::slot::{Slot, holds};
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
        f.write_str("Manner")
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
        outcomes: Vec::new(),
        notes: Vec::new(),
        unread: Vec::new(),
    };
    let failure = run.carry_out().await.err();
    let interrupted = run.interrupt.has_stopped();
    let (mut outcomes, notes, unread) = (run.outcomes, run.notes, run.unread);
    let untried = match &failure {
        Some(_) => unwritten(),
        None => StepOutcome::waiting("not tried: interrupted"),
    };
    outcomes.resize(plan.steps.len(), untried);
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
        can_be_undone: !journal.ledger().records.is_empty(),
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

/// A plan being carried out. Where a method fails, the journal could not be written, and nothing more may be called.
struct Execution<'r> {
    operator: &'r Operator,
    steps: &'r [PlanStep],
    journal: &'r mut Journal,
    options: &'r ExecutionOptions<'r>,
    interrupt: Interrupt,
    /// Of the steps that were tried.
    outcomes: Vec<StepOutcome>,
    notes: Vec<String>,
    /// What an earlier run left open, and could not be looked at.
    unread: Vec<Slot>,
}

impl Execution<'_> {
    async fn carry_out(&mut self) -> Result<(), Failure> {
        self.go_on().await?;
        let mut last_deny = None;
        for (position, step) in self.steps.iter().enumerate() {
            if self.interrupt.stops() {
                return Ok(());
            }
            let outcome = match (StepOutcome::refused(step), self.must_wait(step)) {
                (Some(refused), _) => refused,
                (None, Some(why)) => StepOutcome::waiting(why),
                (None, None) => self.attempt(position, step).await?,
            };
            if outcome.may_hold() && step.to == TargetValue::SessionDeny {
                last_deny = Some(clock::monotonic());
            }
            self.end(position, outcome);
        }
        match last_deny {
            Some(last) => self.deny_again(last).await,
            None => Ok(()),
        }
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
            let note = match record.slot.read(&self.operator.iam).await {
                Ok(now) => {
                    let Some(left) = record.left.into_iter().rfind(|left| holds(left, &now)) else {
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

    /// Why `step` must wait: an active key would issue new sessions.
    fn must_wait(&self, step: &PlanStep) -> Option<&'static str> {
        let is_open = |(position, step): (usize, &PlanStep)| {
            step.phase == Phase::Keys
                && !self.outcomes.get(position).is_some_and(StepOutcome::holds)
        };
        let waits = step.phase == Phase::Sessions && self.steps.iter().enumerate().any(is_open);
        waits.then_some("not tried: a key of this plan is not known to be inactive, and would issue new sessions")
    }

    /// Puts every session deny again a while after the `last` of them, for the sessions issued until it took hold.
    async fn deny_again(&mut self, last: Instant) -> Result<(), Failure> {
        let wait = self.options.again_after.saturating_sub(last.elapsed());
        (self.options.tell)(&format!(
            "the deny is in force; waiting {} s, then denying the sessions issued meanwhile too (Ctrl-C: it stays in \
             force, and the same command puts the second; the journal is {})",
            wait.as_secs_f32().ceil(),
            self.journal.path().display()
        ));
        let mut failure = None;
        for (position, step) in self.steps.iter().enumerate() {
            let first = self.outcomes[position].clone();
            if step.to != TargetValue::SessionDeny || !first.may_hold() {
                continue;
            }
            let wait = self.options.again_after.saturating_sub(last.elapsed());
            let again = if failure.is_some() {
                Ok(unwritten())
            } else if self.interrupt.stops_within(wait).await {
                Ok(StepOutcome::waiting("interrupted"))
            } else {
                self.put_again(position, step, &first).await
            };
            match again {
                Ok(again) => self.end(position, again),
                Err(failed) => failure = Some(failed),
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Puts the session deny of `step` again, where it is still as it was put `first`, or does not show yet.
    async fn put_again(
        &mut self,
        position: usize,
        step: &PlanStep,
        first: &StepOutcome,
    ) -> Result<StepOutcome, Failure> {
        match step.slot.read(&self.operator.iam).await {
            Ok(now) if holds(&first.document, &now) || holds(&step.before, &now) => {
                self.call(position, step, &now).await
            }
            Ok(_) => Ok(StepOutcome::because(
                StepState::Changed,
                "somebody changed it meanwhile",
            )),
            Err(error) => Ok(StepOutcome::because(StepState::Failed, error.to_string())),
        }
    }

    /// Keeps the outcome of a step, and tells it.
    fn end(&mut self, position: usize, outcome: StepOutcome) {
        let what = self.steps[position].what();
        let (number, all) = (position + 1, self.steps.len());
        (self.options.tell)(&format!("{number}/{all} {what}: {}", outcome.words()));
        match self.outcomes.get_mut(position) {
            Some(first) => *first = second(first.clone(), outcome),
            None => self.outcomes.push(outcome),
        }
    }
}
