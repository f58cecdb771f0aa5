//! How the calls that change rules are rendered, one change a rule (facts: E1a to E1d).

use super::request::{self, NamedRule};
use super::rule::{Direction, SecurityGroupRule};
use super::{RuleCall, tell};
use crate::report::{Change, ChangeAction};

impl super::Fold {
    /// How many rules were told of; so do the others below.
    pub(super) fn authorize(&mut self, call: &RuleCall<'_>, direction: Direction) -> usize {
        let mut rules = request::rules_of_answer(call.event, "securityGroupRuleSet", direction);
        if rules.is_empty() {
            rules = request::permissions(call.event, direction);
        }
        for rule in &rules {
            if call.event.failed() {
                let mut change = call.failed(&format!("add {}", rule.words()));
                describe_rule(&mut change, rule);
                self.push(call, change);
                self.open_attempted(call, rule);
            } else {
                self.add_rule(call, rule);
            }
        }
        rules.len()
    }

    fn add_rule(&mut self, call: &RuleCall<'_>, rule: &SecurityGroupRule) {
        let mut change = call.change(ChangeAction::Added);
        change.after = Some(rule.words());
        describe_rule(&mut change, rule);
        self.state.add(&call.subject, rule.clone());
        self.opened(call, &mut change, rule);
        self.push(call, change);
    }

    pub(super) fn revoke(&mut self, call: &RuleCall<'_>, direction: Direction) -> usize {
        let (removed, unmatched) = self.revoked(call, direction);
        let count = removed.len() + unmatched.len();
        for named in removed {
            if call.event.failed() {
                let words = words_of(&named, direction);
                let mut change = call.failed(&format!("remove {words}"));
                describe_named(&mut change, &named);
                self.push(call, change);
            } else {
                self.remove_rule(call, &named, direction);
            }
        }
        for named in unmatched {
            let mut change = call.change(ChangeAction::Noop);
            let words = words_of(&named, direction);
            describe_named(&mut change, &named);
            tell(&mut change, "attempted", format!("remove {words}"));
            tell(&mut change, "note", format!("no such rule: {words}"));
            self.push(call, change);
        }
        count
    }

    /// The rules that a revocation took away, and those that it named in vain (facts: E1b).
    fn revoked(
        &self,
        call: &RuleCall<'_>,
        direction: Direction,
    ) -> (Vec<NamedRule>, Vec<NamedRule>) {
        let event = call.event;
        let named = |rule: SecurityGroupRule| NamedRule {
            id: rule.id.clone(),
            rule: Some(rule),
        };
        let by_rule = request::permissions(event, direction)
            .into_iter()
            .map(named);
        let by_id = request::rule_ids(event).into_iter().map(|id| NamedRule {
            rule: self.state.by_id(&id).cloned(),
            id: Some(id),
        });
        let requested: Vec<NamedRule> = by_rule.chain(by_id).collect();
        let unknown = request::unknown_permissions(event, direction);
        let revoked = request::rules_of_answer(event, "revokedSecurityGroupRuleSet", direction);
        if !revoked.is_empty() {
            let unmatched = unknown.unwrap_or_default().into_iter().map(named);
            return (
                revoked.into_iter().map(named).collect(),
                unmatched.collect(),
            );
        }
        let Some(unknown) = unknown else {
            return (requested, Vec::new());
        };
        let is_unknown = |named: &NamedRule| {
            let key = named.rule.as_ref().map(|rule| &rule.key);
            unknown.iter().any(|unknown| Some(&unknown.key) == key)
        };
        let (unmatched, removed): (Vec<NamedRule>, Vec<NamedRule>) =
            requested.into_iter().partition(is_unknown);
        // where the two cannot be compared, nothing is claimed to be gone
        if unmatched.is_empty() {
            (Vec::new(), removed)
        } else {
            (removed, unmatched)
        }
    }

    fn remove_rule(&mut self, call: &RuleCall<'_>, named: &NamedRule, direction: Direction) {
        let known = named
            .rule
            .as_ref()
            .and_then(|rule| self.state.remove(&call.subject, rule));
        let shown = NamedRule {
            rule: known.or_else(|| named.rule.clone()),
            id: named.id.clone(),
        };
        let mut change = call.change(ChangeAction::Removed);
        change.before = Some(words_of(&shown, direction));
        describe_named(&mut change, &shown);
        tell(&mut change, "before_known", shown.rule.is_some());
        self.closed(call, &mut change, shown.rule.as_ref());
        self.push(call, change);
    }

    pub(super) fn modify(&mut self, call: &RuleCall<'_>) -> usize {
        let modifications = request::modifications(call.event);
        for named in &modifications {
            let old = named
                .id
                .as_ref()
                .and_then(|id| self.state.by_id(id))
                .cloned();
            let new = named.rule.clone().map(|mut rule| {
                if let Some(old) = &old {
                    rule.key.direction = old.key.direction;
                }
                rule
            });
            if call.event.failed() {
                let id = named.id.as_deref().unwrap_or("a rule");
                let words = new
                    .as_ref()
                    .map_or("something else".to_owned(), SecurityGroupRule::words);
                let mut change = call.failed(&format!("change {id} to {words}"));
                describe_named(&mut change, named);
                self.push(call, change);
                if let Some(new) = &new {
                    self.open_attempted(call, new);
                }
            } else {
                self.modify_rule(call, old.as_ref(), new.as_ref(), named);
            }
        }
        modifications.len()
    }

    fn modify_rule(
        &mut self,
        call: &RuleCall<'_>,
        old: Option<&SecurityGroupRule>,
        new: Option<&SecurityGroupRule>,
        named: &NamedRule,
    ) {
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
        describe_named(&mut change, named);
        tell(&mut change, "before_known", old.is_some());
        if let Some(old) = old {
            self.state.remove(&call.subject, old);
        }
        if let Some(new) = new {
            self.state.add(&call.subject, new.clone());
        }
        self.closed(call, &mut change, old.filter(|_| !is_same_key));
        if let Some(new) = new.filter(|_| !is_same_key) {
            self.opened(call, &mut change, new);
        }
        self.push(call, change);
    }

    pub(super) fn describe(&mut self, call: &RuleCall<'_>, direction: Direction) -> usize {
        let by_rule = request::permissions(call.event, direction)
            .into_iter()
            .map(|rule| {
                let known = self.state.known(&call.subject, &rule).cloned();
                let description = rule.description.clone();
                (
                    known.clone(),
                    NamedRule {
                        id: None,
                        rule: Some(SecurityGroupRule {
                            description,
                            ..known.unwrap_or(rule)
                        }),
                    },
                )
            });
        let by_id = request::descriptions(call.event)
            .into_iter()
            .map(|(id, description)| {
                let known = self.state.by_id(&id).cloned();
                let rule = known.clone().map(|rule| SecurityGroupRule {
                    description,
                    ..rule
                });
                (known, NamedRule { id: Some(id), rule })
            });
        let all: Vec<(Option<SecurityGroupRule>, NamedRule)> = by_rule.chain(by_id).collect();
        for (old, new) in &all {
            let words = match &new.rule {
                Some(rule) => rule.words_with_description(),
                None => words_of(new, direction),
            };
            let mut change = if call.event.failed() {
                call.failed(&format!("describe {words}"))
            } else {
                let mut change = call.change(ChangeAction::Modified);
                change.before = old.as_ref().map(SecurityGroupRule::words_with_description);
                change.after = Some(words);
                tell(&mut change, "before_known", old.is_some());
                change
            };
            describe_named(&mut change, new);
            self.push(call, change);
            if let Some(rule) = new.rule.clone().filter(|_| !call.event.failed()) {
                self.state.add(&call.subject, rule);
            }
        }
        all.len()
    }
}

/// A rule in words, or what is known of it.
fn words_of(named: &NamedRule, direction: Direction) -> String {
    match (&named.rule, &named.id) {
        (Some(rule), _) => rule.words(),
        (None, Some(id)) => format!("{direction} rule {id}"),
        (None, None) => format!("{direction} rule"),
    }
}

fn describe_named(change: &mut Change, named: &NamedRule) {
    if let Some(rule) = &named.rule {
        describe_rule(change, rule);
    }
    if let Some(id) = &named.id {
        tell(change, "rule_id", id.as_str());
    }
}

fn describe_rule(change: &mut Change, rule: &SecurityGroupRule) {
    let fields = [
        ("rule_id", &rule.id),
        ("description", &rule.description),
        ("as_written", &rule.as_written),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            tell(change, name, value.as_str());
        }
    }
}
