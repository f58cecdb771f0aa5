//! The calls that edit a managed prefix list: each is one change, and says which groups it widens.

use std::collections::BTreeSet;

use super::exposure::Family;
use super::openings::OpenGroup;
use super::prefix_lists::PrefixListEdit;
use super::rule::SecurityGroupRule;
use super::{RuleCall, hits, tell};
use crate::event::{Event, Network};
use crate::report::{Change, ChangeAction};

impl super::Fold {
    pub(super) fn add_list_edit(
        &mut self,
        event: &Event,
        in_answer: bool,
        mut edit: PrefixListEdit,
    ) {
        let call = RuleCall {
            event,
            in_answer,
            subject: edit.list.clone(),
            target: Some(edit.list.clone()),
        };
        if event.failed() {
            let change = call.failed(&format!("edit the list: {}", edit.words()));
            return self.push(&call, change);
        }
        let before = self.state.lists.words(&edit.list);
        let references = self.state.references(&edit.list);
        let closed: Vec<(String, SecurityGroupRule)> = references
            .iter()
            .filter(|(group, rule)| self.state.opened_by(group, rule).is_none())
            .cloned()
            .collect();
        self.state.lists.apply(&mut edit);

        let is_new = edit.creates();
        let mut change = call.change(if is_new {
            ChangeAction::Added
        } else {
            ChangeAction::Modified
        });
        if !is_new {
            tell(&mut change, "before_known", before.is_some());
        }
        change.before = before.filter(|_| !is_new);
        change.after = Some(
            self.state
                .lists
                .words(&edit.list)
                .unwrap_or_else(|| edit.words()),
        );
        let groups: BTreeSet<String> = references.into_iter().map(|(group, _)| group).collect();
        self.describe_edit(&mut change, &edit, &groups);
        self.reopen(&call, closed);
        self.close(&call, &mut change, &groups);
        self.find_widening(&call, &edit, &groups);
        self.push(&call, change);
    }

    fn describe_edit(&self, change: &mut Change, edit: &PrefixListEdit, groups: &BTreeSet<String>) {
        let lists = [
            ("entries_added", &edit.added),
            ("entries_removed", &edit.removed),
        ];
        for (name, entries) in lists {
            if !entries.is_empty() {
                tell(change, name, entries.clone());
            }
        }
        if !groups.is_empty() {
            tell(
                change,
                "referenced_by",
                groups.iter().cloned().collect::<Vec<_>>(),
            );
        }
        if self.holds_world(&edit.list) && !edit.added.is_empty() {
            tell(change, "exposure", "world");
            tell(change, "note", "holds any address");
        }
    }

    fn holds_world(&self, list: &str) -> bool {
        let entries: Vec<Network> = self.state.lists.entries(list).collect();
        Family::BOTH
            .into_iter()
            .any(|family| family.is_covered(&entries))
    }

    /// Groups that the edit opened, of those that were closed.
    fn reopen(&mut self, call: &RuleCall<'_>, closed: Vec<(String, SecurityGroupRule)>) {
        for (group, rule) in closed {
            if let Some(opening) = self.state.opened_by(&group, &rule) {
                self.remember(call, &group, &rule, opening);
            }
        }
    }

    fn close(&mut self, call: &RuleCall<'_>, change: &mut Change, groups: &BTreeSet<String>) {
        let mut closed: Vec<OpenGroup> = Vec::new();
        for group in groups {
            let of_group = self.openings.take_closed(group, &self.state, None);
            for open in &of_group {
                self.closed_again(call, group, open);
            }
            closed.extend(of_group);
        }
        self.tell_closed(call, change, "closed again after", &closed);
    }

    fn find_widening(
        &mut self,
        call: &RuleCall<'_>,
        edit: &PrefixListEdit,
        groups: &BTreeSet<String>,
    ) {
        if edit.creates() {
            return;
        }
        let (rule, what) = match (edit.added.is_empty(), edit.restores()) {
            (false, _) if self.holds_world(&edit.list) => (
                hits::prefix_list_widened(),
                "now holds any address".to_owned(),
            ),
            (false, _) => (
                hits::prefix_list_widened(),
                format!("now holds {}, too", edit.added.join(", ")),
            ),
            (true, Some(version)) if self.state.lists.words(&edit.list).is_none() => (
                hits::prefix_list_restored(),
                format!("is back at version {version}, which the history read does not show"),
            ),
            _ => return,
        };
        let reach = if groups.is_empty() {
            "which groups reference it, the history read does not tell".to_owned()
        } else {
            format!(
                "it is referenced by {}",
                groups
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        };
        let message = format!(
            "prefix list {} {what}: {reach}; by {}",
            edit.list,
            call.actor()
        );
        self.hit(call, rule, message);
    }
}
