//! Holes in the evidence: spans in which the records show that a trail could not have recorded, or that an account x
//! Region was silent while its neighbours were not.
//!
//! A fold over every event of the files, in any order. `activity` holds when each account x Region delivered, `calls`
//! what was done to trails, with `selectors`, `stored` and `stores`; from these, `ledger` makes `outages`, which say when a trail was off, `silence` whether records went on, `verdicts`
//! whether that left a hole, and `rhythm` which silences do not fit. `telling` puts it in words.

mod actions;
mod activity;
mod calls;
mod crowd;
mod least;
mod ledger;
mod minutes;
mod outages;
mod rhythm;
mod selectors;
mod silence;
mod stored;
mod stores;
mod telling;
#[cfg(test)]
mod tests;
mod verdicts;

use crate::event::Event;
use crate::report::{Coverage, NotVisible, Window};
use actions::TrailAction;
use activity::Activity;
use calls::{ReadCall, TrailCall, UndatedCall};
use least::LeastOf;
use stores::Store;

/// Calls on trails, buckets and keys that are kept, and buckets and keys that CloudTrail uses.
const MOST_CALLS: usize = 10_000;
const MOST_STORES: usize = 1_000;
/// Calls on trails whose time cannot be read.
const MOST_UNDATED: usize = 100;

/// Folds events into what is needed to see holes.
#[derive(Debug, Default)]
pub struct Fold {
    activity: Activity,
    calls: LeastOf<TrailCall, MOST_CALLS>,
    undated: LeastOf<UndatedCall, MOST_UNDATED>,
    used: LeastOf<(Box<str>, Store), MOST_STORES>,
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
        match ReadCall::of(event) {
            // it says nothing of whether others are recorded
            Some(ReadCall::Dated(call)) if call.is_on_trail() => {
                self.activity.observe_place(event);
                self.calls.insert(call);
            }
            Some(ReadCall::Dated(call)) => {
                self.activity.observe(event);
                match call.action {
                    TrailAction::Used(store) => self.used.insert((call.account, store)),
                    _ => self.calls.insert(call),
                }
            }
            Some(ReadCall::Undated(call)) => self.undated.insert(call),
            None => self.activity.observe(event),
        }
    }

    /// Adds what was seen elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.activity.merge(other.activity);
        self.calls.merge(other.calls);
        self.undated.merge(other.undated);
        self.used.merge(other.used);
    }

    /// The holes within `window`, in `regions` or, where none are named, in all.
    pub fn finish(self, window: Window, regions: &[String]) -> Holes {
        let calls = &self.calls.kept;
        let trails = ledger::of_calls(calls, &self.used.kept);
        let found = verdicts::Verdicts::of(&self.activity, &trails.outages);
        let others = [
            self.undated.is_cut,
            self.used.is_cut,
            trails.is_cut,
            found.is_cut,
        ];
        // of a place that was not kept, nobody can tell whether it was silent while a trail was off
        let is_cut = others.contains(&true) || (self.activity.is_cut && !trails.outages.is_empty());
        let last = calls.last().filter(|_| !is_cut);
        let told = telling::FoundHoles {
            found: &found,
            left_out: &trails.left_out,
            undated: &self.undated.kept,
            unread: (is_cut || self.calls.is_cut).then(|| telling::UnreadCalls {
                from: last.map(|call| call.time),
            }),
            is_cut: self.activity.is_cut,
        };
        told.within(&telling::Asked { window, regions })
    }
}
