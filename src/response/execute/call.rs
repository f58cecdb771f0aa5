//! One step: journalled, called, and read back.

use super::outcome::{StepOutcome, up_to};
use super::{Execution, ReadBackTiming, unwritten};
use crate::clock;
use crate::error::Failure;
use crate::report::response::StepState;
use crate::response::plan::{PlanStep, TargetValue};
use crate::response::policies;
use crate::response::slot::{SlotValue, holds};

impl Execution<'_> {
    /// Carries out one step, up to reading it back.
    pub async fn attempt(
        &mut self,
        position: usize,
        step: &PlanStep,
    ) -> Result<StepOutcome, Failure> {
        let now = match step.slot.read(&self.operator.iam).await {
            Ok(now) => now,
            Err(error) => {
                let why = format!("nothing was called: what it holds could not be read: {error}");
                return Ok(StepOutcome::because(StepState::Failed, why));
            }
        };
        if let TargetValue::Value(value) = &step.to
            && holds(value, &now)
        {
            return Ok(StepOutcome::new(StepState::Already));
        }
        if !holds(&step.before, &now) {
            let why = "nothing was called: somebody changed it since the plan was made";
            return Ok(StepOutcome::because(StepState::Changed, why));
        }
        self.call(position, step, &now).await
    }

    /// Sets the slot of `step`, which holds `now`.
    pub async fn call(
        &mut self,
        position: usize,
        step: &PlanStep,
        now: &SlotValue,
    ) -> Result<StepOutcome, Failure> {
        if self.interrupt.stops() {
            return Ok(StepOutcome::waiting("not tried: interrupted"));
        }
        let number = position + 1;
        let (to, document) = match &step.to {
            TargetValue::Value(value) => (value.clone(), None),
            TargetValue::SessionDeny => {
                let time = clock::wall() + self.operator.aws.clock_skew();
                let document = Some(policies::session_deny(up_to(time)));
                (document.clone(), document)
            }
        };
        if let Err(failure) = self.journal.record_intent(number, &step.slot, now, &to) {
            self.end(position, unwritten());
            return Err(failure);
        }
        let answer = self
            .see_through(step.slot.set(&self.operator.iam, &to))
            .await;
        let at = clock::wall();
        let written = self.journal.record_answer(number, at, &answer);
        let outcome = StepOutcome {
            document,
            ..StepOutcome::of(&answer, at)
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
        step: &PlanStep,
        to: &SlotValue,
        outcome: StepOutcome,
    ) -> Result<StepOutcome, Failure> {
        let ReadBackTiming { pause, limit } = self.options.reading_back;
        let begun = clock::monotonic();
        let why = loop {
            let read = step.slot.read(&self.operator.iam).await;
            match &read {
                Ok(now) if holds(to, now) => {
                    if let Err(failure) = self.journal.record_confirmation(position + 1) {
                        self.end(position, outcome);
                        return Err(failure);
                    }
                    let outcome = match outcome.state {
                        StepState::Unknown => outcome.and("it reads as set, though"),
                        _ => outcome,
                    };
                    return Ok(StepOutcome {
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

    /// Waits for a `call` that is under way, whatever comes: what is not answered may be carried out all the same.
    async fn see_through<T>(&mut self, call: impl Future<Output = T>) -> T {
        tokio::pin!(call);
        tokio::select! {
            answer = &mut call => return answer,
            () = self.interrupt.comes() => {}
        }
        (self.options.tell)(
            "interrupted: the call under way is waited for; Ctrl-C again ends at once",
        );
        call.await
    }
}
