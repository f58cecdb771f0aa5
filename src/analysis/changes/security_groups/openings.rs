//! What is open to the world at one moment of the history, since when and by whose doing.

use std::collections::HashMap;

use chrono::Duration;

use super::rule::Traffic;
use super::state::{Opening, SecurityGroupState};
use crate::analysis::findings::Proof;
use crate::event::time::Time;

/// A group that was opened and not closed again yet.
#[derive(Debug, Clone)]
pub struct OpenGroup {
    pub opening: Opening,
    /// The rule that did it, in words.
    pub rule: String,
    pub actor: String,
    pub since: Option<Time>,
    pub event_id: Option<String>,
    pub proof: Proof,
    /// Its place among the changes, where it is one of the answer.
    pub row: Option<usize>,
}

impl OpenGroup {
    /// How long it was open at `time`.
    pub fn lasted(&self, time: Option<Time>) -> Option<Duration> {
        Some(time? - self.since?)
    }
}

#[derive(Debug, Default)]
pub struct Openings {
    by_group: HashMap<String, Vec<OpenGroup>>,
}

impl Openings {
    pub fn add(&mut self, group: &str, open: OpenGroup) {
        self.by_group
            .entry(group.to_owned())
            .or_default()
            .push(open);
    }

    /// Takes what of the group is not open any more, now that it lost a rule: `lost` says which, if that is known.
    pub fn take_closed(
        &mut self,
        group: &str,
        state: &SecurityGroupState,
        lost: Option<&Traffic>,
    ) -> Vec<OpenGroup> {
        let Some(all) = self.by_group.remove(group) else {
            return Vec::new();
        };
        let is_open = |open: &OpenGroup| {
            let Opening {
                family, traffic, ..
            } = &open.opening;
            // a rule without this traffic never held it open; that is cheaper to see than what the others hold
            lost.is_some_and(|lost| !lost.contains(traffic))
                || state.is_open(group, *family, traffic)
        };
        let (open, closed): (Vec<OpenGroup>, Vec<OpenGroup>) = all.into_iter().partition(is_open);
        if !open.is_empty() {
            self.by_group.insert(group.to_owned(), open);
        }
        closed
    }
}
