//! States of instances, rendered change by change: who stopped, started, rebooted or terminated each, through what,
//! and whether the call changed anything (facts: E3).
//!
//! Here is the fold: it keeps the calls as they come and explains them at the end, because records of one second have
//! no order. What a call did is read in [`states`], who made it in [`attribution`], what other events say about it in
//! [`context`]; [`explain`] puts these together, and what follows from all of it is in [`instance_findings`].

mod attribution;
mod cause;
mod context;
mod context_call;
mod explain;
mod instance_findings;
mod states;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::attribution::RecordedCaller;
use self::context::Context;
use self::states::{StateChange, Transition};
use crate::analysis::findings::{self, Proof};
use crate::event::Event;
use crate::report::{Change, ChangeAction};

/// Folds events into changes.
#[derive(Debug, Default)]
pub struct Fold {
    acts: Vec<InstanceCall>,
    context: Context,
}

/// A call, or Spot's own event, and what it did to each instance.
#[derive(Debug)]
struct InstanceCall {
    call: StateChange,
    caller: RecordedCaller,
    /// What all of its changes share.
    change: Change,
    proof: Proof,
    transitions: Vec<Transition>,
}

impl Fold {
    /// See [`super::Renderer::add`].
    pub fn add(&mut self, event: &Event, in_answer: bool) {
        self.context.learn(event);
        let Some(call) = StateChange::of(event) else {
            return;
        };
        let transitions = states::transitions(event, call);
        for transition in &transitions {
            self.context.saw(event, call, transition);
        }
        if in_answer {
            self.acts.push(InstanceCall {
                call,
                caller: RecordedCaller::of(event),
                change: requested_change(event),
                proof: Proof::of(event),
                transitions,
            });
        }
    }

    /// See [`super::Renderer::finish`].
    pub fn finish(self, findings: &mut findings::Fold) -> Vec<Change> {
        let mut verdict = instance_findings::Fold::default();
        let mut changes = Vec::new();
        for (number, act) in self.acts.iter().enumerate() {
            for transition in &act.transitions {
                let explained = explain::explain(act, transition, &self.context);
                verdict.add(number, act, &explained);
                changes.push(explained.change);
            }
        }
        verdict.finish(findings);
        changes
    }
}

/// The circumstances of `event`, and how it asked.
fn requested_change(event: &Event) -> Change {
    let mut change = super::change_by(event, ChangeAction::Modified);
    for option in ["force", "hibernate", "skipOsShutdown"] {
        let asked = event
            .json()
            .pointer(&format!("/requestParameters/{option}"));
        if asked.is_some_and(|asked| *asked == Value::Bool(true) || *asked == "true") {
            change.detail.insert(option.to_owned(), true.into());
        }
    }
    if let Some(agent) = event.user_agent() {
        change.detail.insert("user_agent".to_owned(), agent.into());
    }
    change
}
