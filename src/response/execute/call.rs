//! Steps side by side: each is read, journalled, called, and read back. No call waits for the reading back of another.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use super::outcome::{StepOutcome, up_to};
use super::{Execution, unwritten};
use crate::aws::errors::CallError;
use crate::clock;
use crate::report::response::{Phase, StepState};
use crate::response::plan::{PlanStep, TargetValue};
use crate::response::policies;
use crate::response::slot::{SlotValue, holds};

/// Steps that are under way at a time; an incident has fewer keys.
const AT_A_TIME: usize = 50;

/// What IAM answered about the step at a position.
struct Reply {
    position: usize,
    answer: ReplyTo,
}

enum ReplyTo {
    Read(Result<SlotValue, CallError>),
    Set(CalledStep, Result<Option<String>, CallError>),
}

/// A step whose call was made, and that is not read back yet.
pub struct CalledStep {
    pub position: usize,
    to: SlotValue,
    pub outcome: StepOutcome,
}

type Replies<'r> = FuturesUnordered<BoxFuture<'r, Reply>>;

impl<'r> Execution<'r> {
    /// Carries out the steps at `positions`, up to reading them back. Those that are called are kept in `called`, the
    /// others have ended.
    pub async fn call_all(&mut self, positions: &[usize]) {
        let mut waiting: VecDeque<usize> = positions.iter().copied().collect();
        // what is taken back is taken back in order
        let is_undo = |at: &usize| self.steps[*at].phase == Phase::Undo;
        let limit = if positions.iter().any(is_undo) {
            1
        } else {
            AT_A_TIME
        };
        let mut under_way = Replies::new();
        loop {
            while under_way.len() < limit
                && !self.stops()
                && let Some(position) = waiting.pop_front()
            {
                under_way.push(self.look(position));
            }
            let Some(Reply { position, answer }) = self.next(&mut under_way).await else {
                break;
            };
            match answer {
                ReplyTo::Read(held) => under_way.extend(self.begin(position, held)),
                ReplyTo::Set(step, answer) => self.answered(step, &answer),
            }
        }
        for position in waiting {
            self.end(position, self.untried());
        }
    }

    /// Waits for an answer, whatever comes: what is not answered may be carried out all the same.
    async fn next(&mut self, under_way: &mut Replies<'r>) -> Option<Reply> {
        if !self.is_told {
            tokio::select! {
                reply = under_way.next() => return reply,
                () = self.interrupt.comes() => {}
            }
            self.is_told = true;
            (self.options.tell)(
                "interrupted: the calls under way are waited for; Ctrl-C again ends at once",
            );
        }
        under_way.next().await
    }

    fn look(&self, position: usize) -> BoxFuture<'r, Reply> {
        let (step, clients) = (&self.steps[position], &self.operator.slots);
        Box::pin(async move {
            let answer = ReplyTo::Read(step.slot.read(clients).await);
            Reply { position, answer }
        })
    }

    /// The call of the step at `position`, whose slot `held` this; none where there is nothing to call.
    fn begin(
        &mut self,
        position: usize,
        held: Result<SlotValue, CallError>,
    ) -> Option<BoxFuture<'r, Reply>> {
        let step = &self.steps[position];
        let verdict = match self.outcomes[position].clone() {
            None => first_verdict(step, held),
            Some(first) => second_verdict(step, &first, held),
        };
        let held = match verdict {
            Ok(held) => held,
            Err(outcome) => {
                self.end(position, outcome);
                return None;
            }
        };
        if self.stops() {
            self.end(position, self.untried());
            return None;
        }
        let (to, document) = match &step.to {
            TargetValue::Value(value) => (value.clone(), None),
            TargetValue::SessionDeny => {
                let time = clock::wall() + self.operator.aws.clock_skew();
                let document = Some(policies::session_deny(up_to(time)));
                (document.clone(), document)
            }
        };
        let written = self
            .journal
            .record_intent(position + 1, &step.slot, &held, &to);
        if let Err(failure) = written {
            self.failure = Some(failure);
            self.end(position, unwritten());
            return None;
        }
        let called = CalledStep {
            position,
            to,
            outcome: StepOutcome {
                document,
                ..StepOutcome::new(StepState::Unknown)
            },
        };
        let clients = &self.operator.slots;
        Some(Box::pin(async move {
            let answer = step.slot.set(clients, &called.to).await;
            let answer = ReplyTo::Set(called, answer);
            Reply { position, answer }
        }))
    }

    fn answered(&mut self, called: CalledStep, answer: &Result<Option<String>, CallError>) {
        let (position, at) = (called.position, clock::wall());
        let written = self.journal.record_answer(position + 1, at, answer);
        let outcome = StepOutcome {
            document: called.outcome.document.clone(),
            ..StepOutcome::of(answer, at)
        };
        if let Err(failure) = written {
            self.failure.get_or_insert(failure);
            self.end(position, outcome.and("the journal could not say so"));
        } else if outcome.state == StepState::Failed {
            self.end(position, outcome);
        } else {
            if self.steps[position].to == TargetValue::SessionDeny {
                self.last_deny = Some(clock::monotonic());
            }
            self.called.push(CalledStep { outcome, ..called });
        }
    }

    /// Reads every step back that was called: until it holds what was set, and for as long as that is worth waiting
    /// for.
    pub async fn read_back_all(&mut self) {
        let begun = clock::monotonic();
        let mut open = std::mem::take(&mut self.called);
        let mut pause = None;
        while !open.is_empty() {
            if self.failure.is_some() {
                for called in open.drain(..) {
                    self.end(called.position, called.outcome);
                }
                break;
            }
            if let Some(pause) = pause
                && self.interrupt.stops_within(pause).await
            {
                for called in open.drain(..) {
                    let outcome = called.outcome.and("interrupted before it was read back");
                    self.end(called.position, outcome);
                }
                break;
            }
            open = self.read_back(open, begun).await;
            pause = Some(self.options.reading_back.pause);
        }
    }

    /// Reads `open` once, side by side; what is still to be read again.
    async fn read_back(&mut self, open: Vec<CalledStep>, begun: Instant) -> Vec<CalledStep> {
        let (steps, clients) = (self.steps, &self.operator.slots);
        let reads = open.into_iter().map(|called| async move {
            let read = steps[called.position].slot.read(clients).await;
            (called, read)
        });
        let mut reads =
            std::pin::pin!(futures_util::stream::iter(reads).buffer_unordered(AT_A_TIME));
        let mut again = Vec::new();
        while let Some((called, read)) = reads.next().await {
            again.extend(self.confirm(called, &read, begun.elapsed()));
        }
        again
    }

    /// Ends `called`, where what was `read` says what became of it; else it is to be read again.
    fn confirm(
        &mut self,
        called: CalledStep,
        read: &Result<SlotValue, CallError>,
        elapsed: Duration,
    ) -> Option<CalledStep> {
        let limit = self.options.reading_back.limit;
        let (position, outcome) = (called.position, called.outcome.clone());
        let outcome = match read {
            Ok(now) if self.steps[position].slot.is_still(&called.to, now) => {
                if let Err(failure) = self.journal.record_confirmation(position + 1) {
                    self.failure.get_or_insert(failure);
                    outcome
                } else {
                    let outcome = match outcome.state {
                        StepState::Unknown => outcome.and("it reads as set, though"),
                        _ => outcome,
                    };
                    StepOutcome {
                        state: StepState::Done,
                        ..outcome
                    }
                }
            }
            // neither call was answered: there is nobody to ask
            Err(error) if outcome.state == StepState::Unknown && error.is_unknown() => {
                outcome.and(&format!("it could not be read back: {error}"))
            }
            Ok(_) if elapsed >= limit => outcome.and(&format!(
                "after {} s it does not read as set",
                limit.as_secs()
            )),
            Err(error) if elapsed >= limit => {
                outcome.and(&format!("it could not be read back: {error}"))
            }
            _ => return Some(called),
        };
        self.end(position, outcome);
        None
    }
}

/// What a step's slot holds, where it is to be called; else what the step ends with.
fn first_verdict(
    step: &PlanStep,
    held: Result<SlotValue, CallError>,
) -> Result<SlotValue, StepOutcome> {
    let held = held.map_err(|error| {
        let why = format!("nothing was called: what it holds could not be read: {error}");
        StepOutcome::because(StepState::Failed, why)
    })?;
    match &step.to {
        TargetValue::Value(value) if step.slot.is_still(value, &held) => {
            Err(StepOutcome::new(StepState::Already))
        }
        _ if !holds(&step.before, &held) => {
            let why = "nothing was called: somebody changed it since the plan was made";
            Err(StepOutcome::because(StepState::Changed, why))
        }
        _ => Ok(held),
    }
}

/// The same of a session deny that is put again: where it is still as it was put `first`, or does not show yet.
fn second_verdict(
    step: &PlanStep,
    first: &StepOutcome,
    held: Result<SlotValue, CallError>,
) -> Result<SlotValue, StepOutcome> {
    match held {
        Ok(held) if holds(&first.document, &held) || holds(&step.before, &held) => Ok(held),
        Ok(_) => Err(StepOutcome::because(
            StepState::Changed,
            "somebody changed it meanwhile",
        )),
        Err(error) => Err(StepOutcome::because(StepState::Failed, error.to_string())),
    }
}
