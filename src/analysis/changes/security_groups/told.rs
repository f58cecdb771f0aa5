//! What is told of a call: its changes, and the findings that follow from them. Whether it is told at all is decided
//! here too: only of calls of the answer.

use std::collections::BTreeSet;

use serde_json::Value;

use super::exposure::lasting;
use super::hits::{self, Hit, exposed};
use super::openings::OpenGroup;
use super::prefix_lists::PrefixListEdit;
use super::rule::SecurityGroupRule;
use super::state::Opening;
use crate::analysis::changes::change_by;
use crate::analysis::findings::{self, Proof, RuleLabel};
use crate::event::{Event, who};
use crate::report::{Change, ChangeAction};

/// A call on a group or a prefix list.
#[derive(Debug)]
pub struct ToldCall<'e> {
    pub event: &'e Event,
    pub in_answer: bool,
    /// What the state knows it by; unlike any other where the record does not name it.
    pub subject: String,
    pub target: Option<String>,
}

impl ToldCall<'_> {
    pub fn change(&self, action: ChangeAction) -> Change {
        Change {
            target: self.target.clone(),
            ..change_by(self.event, action)
        }
    }

    pub fn actor(&self) -> String {
        who::actor(self.event).unwrap_or_else(|| "an unknown caller".to_owned())
    }

    /// The group or the list, in messages.
    fn target(&self) -> &str {
        self.target.as_deref().unwrap_or("a security group")
    }

    pub fn event_id(&self) -> Option<String> {
        self.event.id().map(str::to_owned)
    }

    /// A call that failed, and what it was to do.
    pub fn failed(&self, attempted: &str) -> Change {
        let mut change = self.change(ChangeAction::Failed);
        let is_rehearsal = change
            .error
            .as_deref()
            .is_some_and(|error| error.ends_with("DryRunOperation"));
        let note = if is_rehearsal {
            "dry run: would"
        } else {
            "tried to"
        };
        tell(&mut change, "attempted", attempted);
        tell(&mut change, "note", format!("{note} {attempted}"));
        change
    }
}

/// Adds to what is known of a change.
pub fn tell(change: &mut Change, name: &str, value: impl Into<Value>) {
    change.detail.insert(name.to_owned(), value.into());
}

/// What an edit did to a prefix list that `groups` reference.
pub fn describe_list(
    change: &mut Change,
    edit: &PrefixListEdit,
    groups: &BTreeSet<String>,
    admits_world: bool,
) {
    let lists = [
        ("entries_added", edit.added.clone()),
        ("entries_removed", edit.removed.clone()),
        ("referenced_by", groups.iter().cloned().collect()),
    ];
    for (name, values) in lists {
        if !values.is_empty() {
            tell(change, name, values);
        }
    }
    if admits_world && !edit.added.is_empty() {
        tell(change, "exposure", "world");
        tell(change, "note", "holds any address");
    }
}

/// Longer than that, and it was no brief opening.
fn brief() -> chrono::Duration {
    chrono::Duration::hours(1)
}

/// What was told so far.
#[derive(Debug, Default)]
pub struct Told {
    pub changes: Vec<Change>,
    hits: Vec<Hit>,
}

impl Told {
    pub fn push(&mut self, call: &ToldCall<'_>, change: Change) {
        if call.in_answer {
            self.changes.push(change);
        }
    }

    fn hit(&mut self, call: &ToldCall<'_>, rule: RuleLabel, message: String) {
        if call.in_answer {
            let proof = Proof::of(call.event);
            self.hits.push(Hit {
                rule,
                message,
                proof,
            });
        }
    }

    pub fn finish(self, findings: &mut findings::Fold) -> Vec<Change> {
        for Hit {
            rule,
            message,
            proof,
        } in self.hits
        {
            findings.hit(&rule, message, proof);
        }
        self.changes
    }

    /// `rule`, which the group has now, opened it to the world.
    pub fn opened(
        &mut self,
        call: &ToldCall<'_>,
        change: &mut Change,
        rule: &SecurityGroupRule,
        opening: &Opening,
    ) {
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
    }

    /// A call that failed would have opened the group.
    pub fn open_attempted(
        &mut self,
        call: &ToldCall<'_>,
        rule: &SecurityGroupRule,
        opening: &Opening,
    ) {
        let message = format!(
            "{} was to be opened to the world: {}, by {}, refused: {}",
            call.target(),
            exposed(&rule.words(), &opening.traffic.services()),
            call.actor(),
            call.event.error_code().unwrap_or("failed")
        );
        self.hit(call, hits::open_attempted(), message);
    }

    /// `note`, and how long what is closed now was open; each opening among the changes is told its end.
    pub fn closed(
        &mut self,
        call: &ToldCall<'_>,
        change: &mut Change,
        note: &str,
        closed: &[OpenGroup],
    ) {
        let time = call.event.time();
        for open in closed {
            if let Some(opened) = open.row.and_then(|row| self.changes.get_mut(row)) {
                tell(opened, "closed_by", call.event_id());
                let lasted = open.lasted(time).map(|lasted| lasted.num_seconds());
                tell(opened, "open_seconds", lasted);
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
    pub fn closed_again(&mut self, call: &ToldCall<'_>, group: &str, open: &OpenGroup) {
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

    /// A list that `groups` reference was widened, or set back to a version of which the entries are not known.
    pub fn list_edited(
        &mut self,
        call: &ToldCall<'_>,
        edit: &PrefixListEdit,
        groups: &BTreeSet<String>,
        admits_world: bool,
        is_known: bool,
    ) {
        if edit.creates() {
            return;
        }
        let (rule, what) = match (edit.added.is_empty(), edit.restores()) {
            (false, _) if admits_world => (
                hits::prefix_list_widened(),
                "now holds any address".to_owned(),
            ),
            (false, _) => (
                hits::prefix_list_widened(),
                format!("now holds {}, too", edit.added.join(", ")),
            ),
            (true, Some(version)) if !is_known => (
                hits::prefix_list_restored(),
                format!("is back at version {version}, which the history read does not show"),
            ),
            _ => return,
        };
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        let reach = if groups.is_empty() {
            "which groups reference it, the history read does not tell".to_owned()
        } else {
            format!("it is referenced by {}", groups.join(", "))
        };
        let list = &edit.list;
        let message = format!("prefix list {list} {what}: {reach}; by {}", call.actor());
        self.hit(call, rule, message);
    }
}
