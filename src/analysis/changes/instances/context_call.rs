//! A call that explains another, and the moment that it is held against: what was before, and how long.

use std::fmt;

use chrono::Duration;

use crate::analysis::findings::Proof;
use crate::event::time::Time;
use crate::event::{Event, who};
use crate::report::Change;

/// A call that explains another.
#[derive(Debug, Clone)]
pub(super) struct ContextCall {
    /// `SetDesiredCapacity of web`.
    pub(super) what: String,
    pub(super) actor: String,
    pub(super) event_id: Option<String>,
    pub(super) proof: Proof,
    pub(super) time: Time,
}

/// When and where a change happened, and to what.
#[derive(Debug)]
pub(super) struct ChangeMoment<'c> {
    time: Option<Time>,
    pub(super) account: Option<&'c str>,
    pub(super) region: Option<&'c str>,
    pub(super) instance: Option<&'c str>,
}

impl ContextCall {
    pub(super) fn of(event: &Event, what: String) -> Option<Self> {
        Some(Self {
            what,
            actor: actor(event),
            event_id: event.id().map(str::to_owned),
            proof: Proof::of(event),
            time: event.time()?,
        })
    }
}

impl fmt::Display for ContextCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {} at {}", self.what, self.actor, self.time)
    }
}

impl<'c> ChangeMoment<'c> {
    pub(super) fn of(change: &'c Change) -> Self {
        Self {
            time: change.time,
            account: change.account.as_deref(),
            region: change.region.as_deref(),
            instance: change.target.as_deref(),
        }
    }

    /// How long before it `call` was, in words.
    pub(super) fn since(&self, call: &ContextCall) -> String {
        let seconds = self.time.map_or(0, |time| (time - call.time).num_seconds());
        match seconds {
            ..=0 => "moments before".to_owned(),
            1..=119 => format!("{seconds} s before"),
            120..=7199 => format!("{} min before", seconds / 60),
            _ => format!("{} h before", seconds / 3600),
        }
    }

    /// Whether `call` was before it, by no more than `lead`.
    pub(super) fn follows(&self, call: &ContextCall, lead: Duration) -> bool {
        self.time
            .is_some_and(|time| call.time <= time && time - call.time <= lead)
    }
}

pub(super) fn actor(event: &Event) -> String {
    who::actor(event).unwrap_or_else(|| "somebody unknown".to_owned())
}
