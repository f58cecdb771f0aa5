//! Carrying out a plan: every step journalled, called, and read back. `outcome` is what becomes of a step,
//! `interrupt` listens for Ctrl-C.

mod interrupt;
mod outcome;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use crate::clock;
use crate::error::Failure;
use crate::report::response::{Phase, Progress, StepState};
use crate::report::rfc3339;
use crate::response::journal::Journal;
use crate::response::journal::ledger::{Call, Record};
use crate::response::operator::Operator;
use crate::response::plan::{Plan, Step, Target};
use crate::response::policies;
use crate::response::slot::{Value, holds};
use interrupt::Interrupt;
pub use outcome::{Outcome, told};
use outcome::{second, state, up_to};

/// How it is done.
pub struct Manner<'m> {
    /// How long after the last session deny each is put again.
    pub again_after: Duration,
    /// How a change is read back.
    pub reading_back: ReadingBack,
    /// Told one line a step as it ends, and what is waited for.
    pub tell: &'m (dyn Fn(&str) + Sync),
}

impl std::fmt::Debug for Manner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Manner")
    }
}

/// IAM answers what it has not yet spread to itself (facts: F7): a change is read until it shows.
#[derive(Debug, Clone, Copy)]
pub struct ReadingBack {
    pub pause: Duration,
    pub limit: Duration,
}

impl Default for ReadingBack {
    fn default() -> Self {
        Self {
            pause: Duration::from_secs(1),
            limit: Duration::from_mins(1),
        }
    }
}

/// How far a plan was carried out.
#[derive(Debug)]
pub struct Carried {
    /// One a step, in the order of the plan.
    pub outcomes: Vec<Outcome>,
    /// Done, partial, failed or interrupted.
    pub state: Progress,
    /// Whether the journal holds changes that can be taken back, those of runs before included.
    pub can_be_undone: bool,
    /// Why the journal could not be written; the run ended there.
    pub failure: Option<Failure>,
}

/// Carries out `plan`. Ctrl-C ends it after the call under way.
pub async fn run(
    operator: &Operator,
    plan: &Plan,
    journal: &mut Journal,
    manner: &Manner<'_>,
) -> Carried {
    let interrupt = Interrupt::listen();
    let mut run = Run {
        operator,
        steps: &plan.steps,
        journal,
        manner,
        interrupt,
        outcomes: Vec::new(),
    };
    let failure = run.carry_out().await.err();
    let interrupted = run.interrupt.has_stopped();
    let mut outcomes = run.outcomes;
    let why = match &failure {
        Some(_) => "not tried: the journal could not be written",
        None => "not tried: interrupted",
    };
    let untried = Outcome::because(StepState::Waiting, why);
    outcomes.resize(plan.steps.len(), untried);
    let state = state(&outcomes, interrupted);
    let failure = failure.or_else(|| journal.ended(state).err());
    Carried {
        outcomes,
        state,
        can_be_undone: !journal.ledger().records.is_empty(),
        failure,
    }
}

/// A plan being carried out. Where a method fails, the journal could not be written, and nothing more may be called.
struct Run<'r> {
    operator: &'r Operator,
    steps: &'r [Step],
    journal: &'r mut Journal,
    manner: &'r Manner<'r>,
    interrupt: Interrupt,
    /// Of the steps that were tried.
    outcomes: Vec<Outcome>,
}

impl Run<'_> {
    async fn carry_out(&mut self) -> Result<(), Failure> {
        self.go_on().await?;
        let mut last_deny = None;
        for (position, step) in self.steps.iter().enumerate() {
            if self.interrupt.stops() {
                return Ok(());
            }
            let outcome = match (Outcome::refused(step), self.must_wait(step)) {
                (Some(refused), _) => refused,
                (None, Some(why)) => Outcome::because(StepState::Waiting, why),
                (None, None) => self.attempt(position, step).await?,
            };
            if outcome.may_hold() && step.to == Target::SessionDeny {
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
        let Some(continued) = self.journal.continued() else {
            return Ok(());
        };
        let torn = if continued.torn {
            ", whose last line was cut off"
        } else {
            ""
        };
        (self.manner.tell)(&format!(
            "going on with {}{torn}: the run of {} did not end",
            self.journal.path().display(),
            rfc3339(continued.begun)
        ));
        let is_open = |record: &&Record| record.call != Call::Done;
        let open = self.journal.ledger().records.iter().filter(is_open);
        for record in open.cloned().collect::<Vec<_>>() {
            let Ok(now) = record.slot.read(&self.operator.iam).await else {
                continue;
            };
            if let Some(left) = record.left.into_iter().rfind(|left| holds(left, &now)) {
                let what = record.slot.what(&left);
                self.journal.found(record.slot, left)?;
                (self.manner.tell)(&format!("{what}: found done after an interruption"));
            }
        }
        Ok(())
    }

    /// Why `step` must wait: an active key would issue new sessions.
    fn must_wait(&self, step: &Step) -> Option<&'static str> {
        let is_open = |(position, step): (usize, &Step)| {
            step.phase == Phase::Keys && !self.outcomes.get(position).is_some_and(Outcome::holds)
        };
        let waits = step.phase == Phase::Sessions && self.steps.iter().enumerate().any(is_open);
        waits.then_some("not tried: a key of this plan is not known to be inactive, and would issue new sessions")
    }

    /// Carries out one step, up to reading it back.
    async fn attempt(&mut self, position: usize, step: &Step) -> Result<Outcome, Failure> {
        let now = match step.slot.read(&self.operator.iam).await {
            Ok(now) => now,
            Err(error) => {
                let why = format!("nothing was called: what it holds could not be read: {error}");
                return Ok(Outcome::because(StepState::Failed, why));
            }
        };
        if let Target::Value(value) = &step.to
            && holds(value, &now)
        {
            return Ok(Outcome::new(StepState::Already));
        }
        if !holds(&step.before, &now) {
            let why = "nothing was called: somebody changed it since the plan was made";
            return Ok(Outcome::because(StepState::Changed, why));
        }
        self.call(position, step, &now).await
    }

    /// Sets the slot of `step`, which holds `now`.
    async fn call(
        &mut self,
        position: usize,
        step: &Step,
        now: &Value,
    ) -> Result<Outcome, Failure> {
        let number = position + 1;
        let (to, document) = match &step.to {
            Target::Value(value) => (value.clone(), None),
            Target::SessionDeny => {
                let time = clock::wall() + self.operator.aws.clock_skew();
                let document = Some(policies::session_deny(up_to(time)));
                (document.clone(), document)
            }
        };
        self.journal.intended(number, &step.slot, now, &to)?;
        let answer = step.slot.set(&self.operator.iam, &to).await;
        let at = clock::wall();
        let written = self.journal.answered(number, at, &answer);
        let outcome = Outcome {
            document,
            ..Outcome::of(&answer, at)
        };
        if let Err(failure) = written {
            self.end(position, outcome.and("the journal could not say so"));
            return Err(failure);
        }
        if outcome.state == StepState::Failed {
            return Ok(outcome);
        }
        self.read_back(position, step, &to, outcome).await
    }

    /// Reads the slot until it holds `to`, and for as long as that is worth waiting for.
    async fn read_back(
        &mut self,
        position: usize,
        step: &Step,
        to: &Value,
        outcome: Outcome,
    ) -> Result<Outcome, Failure> {
        let ReadingBack { pause, limit } = self.manner.reading_back;
        let begun = clock::monotonic();
        let why = loop {
            let read = step.slot.read(&self.operator.iam).await;
            match &read {
                Ok(now) if holds(to, now) => {
                    if let Err(failure) = self.journal.confirmed(position + 1) {
                        self.end(position, outcome);
                        return Err(failure);
                    }
                    let outcome = match outcome.state {
                        StepState::Unknown => outcome.and("it reads as set, though"),
                        _ => outcome,
                    };
                    return Ok(Outcome {
                        state: StepState::Done,
                        ..outcome
                    });
                }
                // neither call was answered: there is nobody to ask
                Err(error) if outcome.state == StepState::Unknown && error.is_unknown() => {
                    break format!("it could not be read back: {error}");
                }
                _ if begun.elapsed() >= limit => {
                    break match read {
                        Ok(_) => format!("after {} s it does not read as set", limit.as_secs()),
                        Err(error) => format!("it could not be read back: {error}"),
                    };
                }
                _ => {}
            }
            if self.interrupt.stops_within(pause).await {
                break "interrupted before it was read back".to_owned();
            }
        };
        Ok(outcome.and(&why))
    }

    /// Puts every session deny again a while after the `last` of them, for the sessions issued until it took hold.
    async fn deny_again(&mut self, last: Instant) -> Result<(), Failure> {
        let wait = self.manner.again_after.saturating_sub(last.elapsed());
        (self.manner.tell)(&format!(
            "waiting {} s, then denying the sessions issued meanwhile",
            wait.as_secs_f32().ceil()
        ));
        for (position, step) in self.steps.iter().enumerate() {
            let first = self.outcomes[position].clone();
            if step.to != Target::SessionDeny || !first.may_hold() {
                continue;
            }
            let wait = self.manner.again_after.saturating_sub(last.elapsed());
            if self.interrupt.stops_within(wait).await {
                return Ok(());
            }
            let again = match step.slot.read(&self.operator.iam).await {
                Ok(now) if holds(&first.document, &now) || holds(&step.before, &now) => {
                    self.call(position, step, &now).await?
                }
                Ok(_) => Outcome::because(StepState::Changed, "somebody changed it meanwhile"),
                Err(error) => Outcome::because(StepState::Failed, error.to_string()),
            };
            self.end(position, again);
        }
        Ok(())
    }

    /// Keeps the outcome of a step, and tells it.
    fn end(&mut self, position: usize, outcome: Outcome) {
        let what = self.steps[position].what();
        let (number, all) = (position + 1, self.steps.len());
        (self.manner.tell)(&format!("{number}/{all} {what}: {}", outcome.words()));
        match self.outcomes.get_mut(position) {
            Some(first) => *first = second(first.clone(), outcome),
            None => self.outcomes.push(outcome),
        }
    }
}
