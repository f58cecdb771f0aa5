//! Security groups, rendered rule by rule, and what else decides who reaches what, a line each: attachments, network
//! ACLs, routes, gateways, prefix lists (facts: E1).
//!
//! | file | what it knows |
//! |---|---|
//! | `shape` | the odd shapes of EC2's records |
//! | `rule` | one rule and its words |
//! | `request` | where rules and groups stand in a record |
//! | `exposure` | what is the world, and which ports are sensitive |
//! | `prefix_lists` | edits of prefix lists, and what each list holds |
//! | `state` | the rules that each group has, as far as events tell |
//! | `openings` | what is open to the world, and since when |
//! | `group_calls`, `rule_calls`, `list_calls`, `perimeter`, `perimeter_calls` | how each call is rendered |
//! | `hits` | the findings |
//!
//! Keys of `detail`, beside `call` and `note`: `rule_id`, `description`, `as_written` (a block as the caller wrote it),
//! `before_known` (false: the history read does not tell what held before), `attempted` (what a failed or vain
//! call was to do), `exposure` (`world`), `services` (sensitive ones that are reachable), `together_with` (rules that
//! admit the rest of the world), `open_seconds`, `opened_by` and `closed_by` (event ids), `group_name`, `implied` (a
//! rule that comes unasked), `part` (`around the groups`), `entries_added`, `entries_removed` and `referenced_by` (of prefix lists).

mod exposure;
mod group_calls;
mod hits;
mod list_calls;
mod openings;
mod perimeter;
mod perimeter_calls;
mod prefix_lists;
mod request;
mod rule;
mod rule_calls;
mod shape;
mod state;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::group_calls::GroupCall;
use self::hits::Hit;
use self::openings::Openings;
use self::perimeter::Perimeter;
use self::prefix_lists::PrefixListEdit;
use self::state::SecurityGroupState;
use crate::analysis::findings::{self, Proof};
use crate::event::{Event, who};
use crate::report::{Change, ChangeAction};

/// Folds events into changes.
#[derive(Debug, Default)]
pub struct Fold {
    changes: Vec<Change>,
    hits: Vec<Hit>,
    /// On the heap, so that the renderers are of a size.
    state: Box<SecurityGroupState>,
    openings: Openings,
    perimeter: Perimeter,
}

/// A call on a group or a prefix list.
#[derive(Debug)]
struct RuleCall<'e> {
    event: &'e Event,
    in_answer: bool,
    /// What the state knows it by; unlike any other where the record does not name it.
    subject: String,
    target: Option<String>,
}

impl RuleCall<'_> {
    fn change(&self, action: ChangeAction) -> Change {
        Change {
            target: self.target.clone(),
            ..super::change_by(self.event, action)
        }
    }

    fn actor(&self) -> String {
        who::actor(self.event).unwrap_or_else(|| "an unknown caller".to_owned())
    }

    /// The group or the list, in messages.
    fn target(&self) -> &str {
        self.target.as_deref().unwrap_or("a security group")
    }

    fn event_id(&self) -> Option<String> {
        self.event.id().map(str::to_owned)
    }

    /// A call that failed, and what it was to do.
    fn failed(&self, attempted: &str) -> Change {
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
fn tell(change: &mut Change, name: &str, value: impl Into<Value>) {
    change.detail.insert(name.to_owned(), value.into());
}

impl Fold {
    /// See [`super::Renderer::add`].
    pub fn render(&mut self, event: &Event, in_answer: bool) {
        if event.source() == Some("ec2.amazonaws.com") {
            if let Some(call) = event.name().and_then(GroupCall::named) {
                return self.add_group_call(event, in_answer, call);
            }
            if let Some(edit) = PrefixListEdit::read(event) {
                return self.add_list_edit(event, in_answer, edit);
            }
        }
        if let Some(change) = self.perimeter.change(event)
            && in_answer
        {
            self.changes.push(change);
        }
    }

    /// See [`super::Renderer::finish`].
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

    fn push(&mut self, call: &RuleCall<'_>, change: Change) {
        if call.in_answer {
            self.changes.push(change);
        }
    }

    fn hit(&mut self, call: &RuleCall<'_>, rule: findings::RuleLabel, message: String) {
        if call.in_answer {
            let proof = Proof::of(call.event);
            self.hits.push(Hit {
                rule,
                message,
                proof,
            });
        }
    }
}
