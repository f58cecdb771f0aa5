//! What is open to the world at one moment of the history, since when and by whose doing, and what is told of it when
//! it is opened and closed.

use std::collections::HashMap;

use chrono::Duration;

use super::exposure::lasting;
use super::hits::{self, Hit, exposed};
use super::rule::{SecurityGroupRule, Traffic};
use super::state::{Opening, SecurityGroupState};
use super::{RuleCall, tell};
use crate::analysis::findings::Proof;
use crate::event::time::Time;
use crate::report::{Change, ChangeAction};

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

/// Longer than that, and it was no brief opening.
fn brief() -> Duration {
    Duration::hours(1)
}

impl super::Fold {
    /// Tells whether `rule`, which the group has now, opened it to the world.
    pub(super) fn opened(
        &mut self,
        call: &RuleCall<'_>,
        change: &mut Change,
        rule: &SecurityGroupRule,
    ) {
        let Some(opening) = self.state.opened_by(&call.subject, rule) else {
            return;
        };
        let together = &opening.together_with;
        let services = opening.traffic.services();
        tell(change, "exposure", "world");
        tell(change, "note", "open to the world");
        if !services.is_empty() {
            tell(change, "services", services.clone());
        }
        let mut message = format!(
            "{} open to the world: {}",
            call.target(),
            exposed(&rule.words(), &services)
        );
        if !together.is_empty() {
            tell(change, "together_with", together.clone());
            message = format!("{message} together with {}", together.join(" and "));
        }
        let message = format!("{message}, by {}", call.actor());
        let is_edit = change.action == ChangeAction::Modified;
        self.hit(
            call,
            hits::opened(opening.traffic.level(), is_edit),
            message,
        );
        self.remember(call, &call.subject, rule, opening);
    }

    /// A group is open from now on.
    pub(super) fn remember(
        &mut self,
        call: &RuleCall<'_>,
        group: &str,
        rule: &SecurityGroupRule,
        opening: Opening,
    ) {
        let open = OpenGroup {
            opening,
            rule: rule.words(),
            actor: call.actor(),
            since: call.event.time(),
            event_id: call.event_id(),
            proof: Proof::of(call.event),
            // the change that is being made is the next
            row: call.in_answer.then_some(self.changes.len()),
        };
        self.openings.add(group, open);
    }

    /// A call that failed: would it have opened the group?
    pub(super) fn open_attempted(&mut self, call: &RuleCall<'_>, rule: &SecurityGroupRule) {
        let Some(opening) = self.state.opened_by(&call.subject, rule) else {
            return;
        };
        let message = format!(
            "{} was to be opened to the world: {}, by {}, refused: {}",
            call.target(),
            exposed(&rule.words(), &opening.traffic.services()),
            call.actor(),
            call.event.error_code().unwrap_or("failed")
        );
        self.hit(call, hits::open_attempted(), message);
    }

    /// Tells whether the group is closed to the world again, now that it lost `rule`.
    pub(super) fn closed(
        &mut self,
        call: &RuleCall<'_>,
        change: &mut Change,
        lost: Option<&SecurityGroupRule>,
    ) {
        let traffic = lost.map(|lost| &lost.key.traffic);
        let closed = self
            .openings
            .take_closed(&call.subject, &self.state, traffic);
        if closed.is_empty() {
            let was_open = lost.and_then(|lost| self.state.opened_by(&call.subject, lost));
            if let Some(was) = was_open {
                let is_open = self.state.is_open(&call.subject, was.family, &was.traffic);
                let note = if is_open {
                    "still open to the world"
                } else {
                    "was open to the world"
                };
                tell(change, "note", note);
            }
            return;
        }
        let note = match change.action {
            ChangeAction::Removed => "open for",
            _ => "closed again after",
        };
        self.tell_closed(call, change, note, &closed);
        for open in &closed {
            self.closed_again(call, &call.subject, open);
        }
    }

    /// Tells how long a group was open that is no more: it was taken away, not closed.
    pub(super) fn gone(&mut self, call: &RuleCall<'_>, change: &mut Change) {
        let open = self.openings.take_closed(&call.subject, &self.state, None);
        self.tell_closed(call, change, "was open to the world for", &open);
    }

    /// `note`, and how long it was; each opening among the changes is told its end.
    pub(super) fn tell_closed(
        &mut self,
        call: &RuleCall<'_>,
        change: &mut Change,
        note: &str,
        closed: &[OpenGroup],
    ) {
        let time = call.event.time();
        for open in closed {
            if let Some(opened) = open.row.and_then(|row| self.changes.get_mut(row)) {
                tell(opened, "closed_by", call.event_id());
                tell(
                    opened,
                    "open_seconds",
                    open.lasted(time).map(|lasted| lasted.num_seconds()),
                );
            }
        }
        let Some(first) = closed.iter().min_by_key(|open| open.since) else {
            return;
        };
        tell(change, "opened_by", first.event_id.clone());
        match first.lasted(time) {
            Some(lasted) => {
                tell(change, "open_seconds", lasted.num_seconds());
                tell(change, "note", format!("{note} {}", lasting(lasted)));
            }
            None => tell(change, "note", "was open to the world"),
        }
    }

    /// A finding, where the group was open for a moment only; both events prove it.
    pub(super) fn closed_again(&mut self, call: &RuleCall<'_>, group: &str, open: &OpenGroup) {
        let lasted = open.lasted(call.event.time());
        let Some(lasted) = lasted.filter(|lasted| *lasted <= brief()) else {
            return;
        };
        if !call.in_answer && open.row.is_none() {
            return;
        }
        let event = |id: &Option<String>| match id {
            Some(id) => format!("event {id}"),
            None => "an event without id".to_owned(),
        };
        let message = format!(
            "{group} was open to the world for {}: {}, opened by {} ({}), closed by {} ({})",
            lasting(lasted),
            exposed(&open.rule, &open.opening.traffic.services()),
            open.actor,
            event(&open.event_id),
            call.actor(),
            event(&call.event_id()),
        );
        for proof in [open.proof.clone(), Proof::of(call.event)] {
            self.hits.push(Hit {
                rule: hits::closed_again(),
                message: message.clone(),
                proof,
            });
        }
    }
}
