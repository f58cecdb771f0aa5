//! Holes in the evidence: spans in which the records show that a trail could not have recorded, or that an account x
//! Region was silent while its neighbours were not.
//!
//! A fold over every event of the files, in any order. `activity` holds when each account x Region delivered, `calls`
//! what was done to trails; from these, `outages` says when a trail was off, `silence` whether records went on, `verdicts`
//! whether that left a hole, and `rhythm` which silences do not fit. `telling` puts it in words.

mod activity;
mod calls;
mod crowd;
mod minutes;
mod outages;
mod rhythm;
mod silence;
mod telling;
#[cfg(test)]
mod tests;
mod verdicts;

use std::collections::BTreeSet;

use crate::event::Event;
use crate::report::{Coverage, NotVisible, Window};
use activity::Activity;
use calls::{Store, TrailAction, TrailCall};

/// Calls on trails, buckets and keys that are kept, and buckets and keys that CloudTrail uses.
const MOST_CALLS: usize = 10_000;
const MOST_STORES: usize = 1_000;

/// Folds events into what is needed to see holes.
#[derive(Debug, Default)]
pub struct Fold {
    activity: Activity,
    calls: BTreeSet<TrailCall>,
    used: BTreeSet<(Box<str>, Store)>,
    /// Some calls were not kept.
    is_cut: bool,
}

/// What is missing from the files for all that their records tell.
#[derive(Debug, Default)]
pub struct Holes {
    /// Gaps: nobody could have recorded.
    pub coverage: Vec<Coverage>,
    /// Doubts: perhaps nothing happened.
    pub not_visible: Vec<NotVisible>,
}

impl Fold {
    /// Remembers when `event` came and what it did to a trail.
    pub fn observe(&mut self, event: &Event) {
        match TrailCall::read(event) {
            // it says nothing of whether others are recorded
            Some(call) if call.is_on_trail() => {
                self.activity.observe_place(event);
                self.keep(call);
            }
            Some(TrailCall {
                account,
                action: TrailAction::Used(store),
                ..
            }) => {
                self.activity.observe(event);
                self.use_store(account, store);
            }
            Some(call) => {
                self.activity.observe(event);
                self.keep(call);
            }
            None => self.activity.observe(event),
        }
    }

    /// Adds what was seen elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.activity.merge(other.activity);
        self.is_cut |= other.is_cut;
        for call in other.calls {
            self.keep(call);
        }
        for (account, store) in other.used {
            self.use_store(account, store);
        }
    }

    fn keep(&mut self, call: TrailCall) {
        if self.calls.len() < MOST_CALLS {
            self.calls.insert(call);
        } else {
            self.is_cut |= !self.calls.contains(&call);
        }
    }

    fn use_store(&mut self, account: Box<str>, store: Store) {
        let used = (account, store);
        if self.used.len() < MOST_STORES {
            self.used.insert(used);
        } else {
            self.is_cut |= !self.used.contains(&used);
        }
    }

    /// The holes within `window`, in `regions` or, where none are named, in all.
    pub fn finish(self, window: Window, regions: &[String]) -> Holes {
        let trails = outages::of_calls(&self.calls, &self.used);
        let is_cut = self.is_cut || self.activity.is_cut || trails.is_cut;
        let found = verdicts::Verdicts::of(&self.activity, &trails.outages);
        let asked = telling::Asked { window, regions };
        telling::tell(&asked, &found, &trails.left_out, is_cut)
    }
}
