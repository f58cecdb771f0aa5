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
//! | `group_calls`, `rule_calls` | what each call on a group does to it |
//! | `told` | the changes and findings of a call |
//! | `hits` | the findings' rules |
//! | `perimeter`, `perimeter_calls` | the calls around the groups |
//! | this file | the fold: it changes the state by each call, and tells of it |
//!
//! Keys of `detail`, beside `call` and `note`: `rule_id`, `description`, `as_written` (a block as the caller wrote it),
//! `before_known` (false: the history read does not tell what held before), `attempted` (what a failed or vain
//! call was to do), `exposure` (`world`), `services` (sensitive ones that are reachable), `together_with` (rules that
//! admit the rest of the world), `open_seconds`, `opened_by` and `closed_by` (event ids), `group_name`, `implied` (a
//! rule that comes unasked), `part` (`around the groups`), `entries_added`, `entries_removed` and `referenced_by` (of prefix lists).

mod exposure;
mod group_calls;
mod hits;
mod openings;
mod perimeter;
mod perimeter_calls;
mod prefix_lists;
mod request;
mod rule;
mod rule_calls;
mod shape;
mod state;
mod told;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use self::exposure::Family;
use self::group_calls::{GroupCall, NewGroup};
use self::openings::{OpenGroup, Openings};
use self::perimeter::Perimeter;
use self::prefix_lists::PrefixListEdit;
use self::request::GroupReference;
use self::rule::{Direction, SecurityGroupRule, Traffic};
use self::rule_calls::{EditKind, RuleEdit};
use self::shape::text;
use self::state::{Opening, SecurityGroupState};
use self::told::{Told, ToldCall, tell};
use crate::analysis::findings::{self, Proof};
use crate::event::{Event, Network};
use crate::report::{Change, ChangeAction};

/// What a new group of a VPC admits without being asked (facts: E1d).
const IMPLIED: &str = "0.0.0.0/0";

/// Folds events into changes.
#[derive(Debug, Default)]
pub struct Fold {
    told: Told,
    /// On the heap, so that the renderers are of a size.
    state: Box<SecurityGroupState>,
    openings: Openings,
    perimeter: Perimeter,
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
            self.told.changes.push(change);
        }
    }

    /// See [`group_calls::rank`].
    pub fn rank(&self, event: &Event) -> u8 {
        group_calls::rank(event, &self.state)
    }

    /// See [`super::Renderer::finish`].
    pub fn finish(self, findings: &mut findings::Fold) -> Vec<Change> {
        self.told.finish(findings)
    }

    fn add_group_call(&mut self, event: &Event, in_answer: bool, kind: GroupCall) {
        let group = request::group(event);
        if let (Some(GroupReference::Id(id)), Some(name)) =
            (&group, text(shape::request(event), "groupName"))
            && !event.failed()
        {
            self.state.learn_name(event, &name, id);
        }
        let target = group.map(|group| self.state.identify(event, &group));
        let nameless = || format!("the group of event {}", event.id().unwrap_or_default());
        let call = ToldCall {
            event,
            in_answer,
            subject: target.clone().unwrap_or_else(nameless),
            target,
        };
        match kind {
            GroupCall::Create => return self.create(&call),
            GroupCall::Delete => return self.delete(&call),
            _ => {}
        }
        let edits = kind.edits(event, &call.subject, &self.state);
        for edit in &edits {
            self.edit(&call, edit);
        }
        if edits.is_empty() {
            // large requests are left out of records (facts: C2), denied ones may be
            let mut change = call.change(kind.action());
            tell(&mut change, "before_known", false);
            tell(&mut change, "note", "the record does not show which rules");
            self.told.push(&call, change);
        }
    }

    fn create(&mut self, call: &ToldCall<'_>) {
        let group = NewGroup::read(call.event);
        let failed = call.event.failed();
        let mut change = if failed {
            call.failed(&format!("create {}", group.words))
        } else {
            self.state.create(&call.subject);
            let mut change = call.change(ChangeAction::Added);
            change.after = Some(group.words);
            change
        };
        if let Some(name) = group.name {
            tell(&mut change, "group_name", name);
        }
        if let Some(description) = group.description {
            tell(&mut change, "description", description);
        }
        if group.in_vpc && !failed {
            let rule = SecurityGroupRule::of_block(Direction::Egress, Traffic::ALL, IMPLIED);
            tell(&mut change, "implied", rule.words());
            tell(&mut change, "note", format!("carries {}", rule.words()));
            self.state.add(&call.subject, rule);
        }
        self.told.push(call, change);
    }

    fn delete(&mut self, call: &ToldCall<'_>) {
        if call.event.failed() {
            return self
                .told
                .push(call, call.failed("delete the security group"));
        }
        let (rules, is_whole) = self.state.delete(&call.subject);
        let words: Vec<String> = rules.iter().map(SecurityGroupRule::words).collect();
        let mut change = call.change(ChangeAction::Removed);
        change.before = Some(if words.is_empty() {
            "security group".to_owned()
        } else {
            format!("security group with {}", words.join("; "))
        });
        tell(&mut change, "before_known", is_whole);
        // it was taken away, not closed
        let open = self.openings.take_closed(&call.subject, &self.state, None);
        let note = "was open to the world for";
        self.told.closed(call, &mut change, note, &open);
        self.told.push(call, change);
    }

    fn edit(&mut self, call: &ToldCall<'_>, edit: &RuleEdit) {
        let change = match edit.kind {
            EditKind::NoSuchRule => {
                let mut change = call.change(ChangeAction::Noop);
                edit.describe(&mut change);
                tell(&mut change, "attempted", edit.attempted());
                tell(
                    &mut change,
                    "note",
                    format!("no such rule: {}", edit.words()),
                );
                change
            }
            _ if call.event.failed() => self.attempt(call, edit),
            EditKind::Add => self.add(call, edit),
            EditKind::Remove => self.remove(call, edit),
            EditKind::Replace => self.replace(call, edit),
            EditKind::Describe => self.describe(call, edit),
        };
        self.told.push(call, change);
    }

    fn attempt(&mut self, call: &ToldCall<'_>, edit: &RuleEdit) -> Change {
        let mut change = call.failed(&edit.attempted());
        edit.describe(&mut change);
        if let (EditKind::Add | EditKind::Replace, Some(rule)) = (edit.kind, &edit.named.rule)
            && let Some(opening) = self.state.opened_by(&call.subject, rule)
        {
            self.told.open_attempted(call, rule, &opening);
        }
        change
    }

    fn add(&mut self, call: &ToldCall<'_>, edit: &RuleEdit) -> Change {
        let mut change = call.change(ChangeAction::Added);
        change.after = Some(edit.words());
        edit.describe(&mut change);
        if let Some(rule) = &edit.named.rule {
            self.state.add(&call.subject, rule.clone());
            self.find_opened(call, &mut change, rule);
        }
        change
    }

    fn remove(&mut self, call: &ToldCall<'_>, edit: &RuleEdit) -> Change {
        let rule = edit.named.rule.as_ref();
        let known = rule.and_then(|rule| self.state.remove(&call.subject, rule));
        let shown = edit.of(known.or_else(|| rule.cloned()));
        let mut change = call.change(ChangeAction::Removed);
        change.before = Some(shown.words());
        shown.describe(&mut change);
        tell(&mut change, "before_known", shown.named.rule.is_some());
        self.find_closed(call, &mut change, shown.named.rule.as_ref());
        change
    }

    fn replace(&mut self, call: &ToldCall<'_>, edit: &RuleEdit) -> Change {
        let old = self.state.named(&call.subject, &edit.named).cloned();
        let (old, new) = (old.as_ref(), edit.named.rule.as_ref());
        let both = old.zip(new);
        let is_same_key = both.is_some_and(|(old, new)| old.key == new.key);
        let is_noop =
            is_same_key && both.is_some_and(|(old, new)| old.description == new.description);
        let mut change = call.change(if is_noop {
            ChangeAction::Noop
        } else {
            ChangeAction::Modified
        });
        let words = |rule: &SecurityGroupRule| {
            if is_same_key && !is_noop {
                rule.words_with_description()
            } else {
                rule.words()
            }
        };
        change.before = old.map(words);
        change.after = new.map(words);
        edit.describe(&mut change);
        tell(&mut change, "before_known", old.is_some());
        if let Some(old) = old {
            self.state.remove(&call.subject, old);
        }
        if let Some(new) = new {
            self.state.add(&call.subject, new.clone());
        }
        self.find_closed(call, &mut change, old.filter(|_| !is_same_key));
        if let Some(new) = new.filter(|_| !is_same_key) {
            self.find_opened(call, &mut change, new);
        }
        change
    }

    fn describe(&mut self, call: &ToldCall<'_>, edit: &RuleEdit) -> Change {
        let old = self.state.named(&call.subject, &edit.named);
        let mut change = call.change(ChangeAction::Modified);
        change.before = old.map(SecurityGroupRule::words_with_description);
        change.after = Some(edit.words());
        tell(&mut change, "before_known", old.is_some());
        edit.describe(&mut change);
        if let Some(rule) = edit.named.rule.clone() {
            self.state.add(&call.subject, rule);
        }
        change
    }

    /// Tells whether `rule`, which the group has now, opened it to the world.
    fn find_opened(&mut self, call: &ToldCall<'_>, change: &mut Change, rule: &SecurityGroupRule) {
        if let Some(opening) = self.state.opened_by(&call.subject, rule) {
            self.told.opened(call, change, rule, &opening);
            self.remember(call, &call.subject, rule, opening);
        }
    }

    /// A group is open from now on.
    fn remember(
        &mut self,
        call: &ToldCall<'_>,
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
            row: call.in_answer.then_some(self.told.changes.len()),
        };
        self.openings.add(group, open);
    }

    /// Tells whether the group is closed to the world again, now that it lost `lost`.
    fn find_closed(
        &mut self,
        call: &ToldCall<'_>,
        change: &mut Change,
        lost: Option<&SecurityGroupRule>,
    ) {
        let group = &call.subject;
        let traffic = lost.map(|lost| &lost.key.traffic);
        let closed = self.openings.take_closed(group, &self.state, traffic);
        if closed.is_empty() {
            let was_open = lost.and_then(|lost| self.state.opened_by(group, lost));
            if let Some(was) = was_open {
                let is_open = self.state.is_open(group, was.family, &was.traffic);
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
        self.told.closed(call, change, note, &closed);
        for open in &closed {
            self.told.closed_again(call, group, open);
        }
    }

    fn add_list_edit(&mut self, event: &Event, in_answer: bool, mut edit: PrefixListEdit) {
        let call = ToldCall {
            event,
            in_answer,
            subject: edit.list.clone(),
            target: Some(edit.list.clone()),
        };
        if event.failed() {
            let change = call.failed(&format!("edit the list: {}", edit.words()));
            return self.told.push(&call, change);
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
        let entries: Vec<Network> = self.state.lists.entries(&edit.list).collect();
        let admits_world = Family::BOTH
            .into_iter()
            .any(|family| family.is_covered(&entries));
        told::describe_list(&mut change, &edit, &groups, admits_world);
        self.reopen(&call, closed);
        self.close(&call, &mut change, &groups);
        let is_known = self.state.lists.words(&edit.list).is_some();
        self.told
            .list_edited(&call, &edit, &groups, admits_world, is_known);
        self.told.push(&call, change);
    }

    /// Groups that the edit opened, of those that were closed.
    fn reopen(&mut self, call: &ToldCall<'_>, closed: Vec<(String, SecurityGroupRule)>) {
        for (group, rule) in closed {
            if let Some(opening) = self.state.opened_by(&group, &rule) {
                self.remember(call, &group, &rule, opening);
            }
        }
    }

    fn close(&mut self, call: &ToldCall<'_>, change: &mut Change, groups: &BTreeSet<String>) {
        let mut closed: Vec<OpenGroup> = Vec::new();
        for group in groups {
            let of_group = self.openings.take_closed(group, &self.state, None);
            for open in &of_group {
                self.told.closed_again(call, group, open);
            }
            closed.extend(of_group);
        }
        self.told
            .closed(call, change, "closed again after", &closed);
    }
}
