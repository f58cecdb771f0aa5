//! What the calls that change rules do to their group, or were to do, an edit for each rule (facts: E1a to E1d).

use super::request::{self, NamedRule};
use super::rule::{Direction, SecurityGroupRule};
use super::state::SecurityGroupState;
use super::told::tell;
use crate::event::Event;
use crate::report::Change;

/// What a call does to one rule.
#[derive(Debug)]
pub struct RuleEdit {
    pub kind: EditKind,
    /// The rule, as it is after the edit where the call says so.
    pub named: NamedRule,
    pub direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditKind {
    Add,
    Remove,
    /// A revocation named a rule in vain (facts: E1b).
    NoSuchRule,
    Replace,
    Describe,
}

impl RuleEdit {
    /// The same of a rule that is better known.
    pub fn of(&self, rule: Option<SecurityGroupRule>) -> Self {
        Self {
            named: NamedRule {
                id: self.named.id.clone(),
                rule,
            },
            ..*self
        }
    }

    /// What it was to do, where the call failed.
    pub fn attempted(&self) -> String {
        let words = self.words();
        match (self.kind, &self.named) {
            (EditKind::Add, _) => format!("add {words}"),
            (EditKind::Remove | EditKind::NoSuchRule, _) => format!("remove {words}"),
            (EditKind::Describe, _) => format!("describe {words}"),
            (EditKind::Replace, NamedRule { id, rule }) => {
                let id = id.as_deref().unwrap_or("a rule");
                let words = rule.as_ref().map(SecurityGroupRule::words);
                format!(
                    "change {id} to {}",
                    words.as_deref().unwrap_or("something else")
                )
            }
        }
    }

    /// The rule in words, or what is known of it.
    pub fn words(&self) -> String {
        let direction = self.direction;
        match (&self.named.rule, &self.named.id) {
            (Some(rule), _) if self.kind == EditKind::Describe => rule.words_with_description(),
            (Some(rule), _) => rule.words(),
            (None, Some(id)) => format!("{direction} rule {id}"),
            (None, None) => format!("{direction} rule"),
        }
    }

    pub fn describe(&self, change: &mut Change) {
        let rule = self.named.rule.as_ref();
        let fields = [
            ("rule_id", rule.and_then(|rule| rule.id.as_ref())),
            (
                "description",
                rule.and_then(|rule| rule.description.as_ref()),
            ),
            ("as_written", rule.and_then(|rule| rule.as_written.as_ref())),
            ("rule_id", self.named.id.as_ref()),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                tell(change, name, value.as_str());
            }
        }
    }
}

fn edits(
    kind: EditKind,
    direction: Direction,
    rules: impl IntoIterator<Item = NamedRule>,
) -> Vec<RuleEdit> {
    let edit = |named| RuleEdit {
        kind,
        named,
        direction,
    };
    rules.into_iter().map(edit).collect()
}

pub fn authorize(event: &Event, direction: Direction) -> Vec<RuleEdit> {
    let mut rules = request::rules_of_answer(event, "securityGroupRuleSet", direction);
    if rules.is_empty() {
        rules = request::permissions(event, direction);
    }
    let rules = rules.into_iter().map(NamedRule::from);
    edits(EditKind::Add, direction, rules)
}

/// The rules that a revocation took away, then those that it named in vain (facts: E1b).
pub fn revoke(event: &Event, direction: Direction, state: &SecurityGroupState) -> Vec<RuleEdit> {
    let (removed, unmatched) = revoked(event, direction, state);
    let mut all = edits(EditKind::Remove, direction, removed);
    all.extend(edits(EditKind::NoSuchRule, direction, unmatched));
    all
}

fn revoked(
    event: &Event,
    direction: Direction,
    state: &SecurityGroupState,
) -> (Vec<NamedRule>, Vec<NamedRule>) {
    let named = |rules: Vec<SecurityGroupRule>| rules.into_iter().map(NamedRule::from);
    let unknown = request::unknown_permissions(event, direction);
    let revoked = request::rules_of_answer(event, "revokedSecurityGroupRuleSet", direction);
    if !revoked.is_empty() {
        let unmatched = named(unknown.unwrap_or_default());
        return (named(revoked).collect(), unmatched.collect());
    }
    let by_id = request::rule_ids(event).into_iter().map(|id| NamedRule {
        rule: state.by_id(&id).cloned(),
        id: Some(id),
    });
    let requested = named(request::permissions(event, direction)).chain(by_id);
    let Some(unknown) = unknown else {
        return (requested.collect(), Vec::new());
    };
    let is_unknown = |named: &NamedRule| {
        let key = named.rule.as_ref().map(|rule| &rule.key);
        unknown.iter().any(|unknown| Some(&unknown.key) == key)
    };
    let (unmatched, removed): (Vec<_>, Vec<_>) = requested.partition(is_unknown);
    // where the two cannot be compared, nothing is claimed to be gone
    if unmatched.is_empty() {
        (Vec::new(), removed)
    } else {
        (removed, unmatched)
    }
}

/// A new value keeps the direction of the rule that it replaces.
pub fn modify(event: &Event, state: &SecurityGroupState) -> Vec<RuleEdit> {
    let modified = request::modifications(event).into_iter().map(|mut named| {
        let old = named.id.as_deref().and_then(|id| state.by_id(id));
        if let (Some(rule), Some(old)) = (&mut named.rule, old) {
            rule.key.direction = old.key.direction;
        }
        named
    });
    edits(EditKind::Replace, Direction::Unknown, modified)
}

/// Rules get new descriptions, by what they admit or by their ids.
pub fn describe(
    event: &Event,
    direction: Direction,
    group: &str,
    state: &SecurityGroupState,
) -> Vec<RuleEdit> {
    let by_rule = request::permissions(event, direction).into_iter();
    let by_rule = by_rule.map(|rule| NamedRule {
        id: None,
        rule: Some(SecurityGroupRule {
            description: rule.description.clone(),
            ..state.known(group, &rule).cloned().unwrap_or(rule)
        }),
    });
    let by_id = request::descriptions(event).into_iter();
    let by_id = by_id.map(|(id, description)| NamedRule {
        rule: state.by_id(&id).cloned().map(|rule| SecurityGroupRule {
            description,
            ..rule
        }),
        id: Some(id),
    });
    edits(EditKind::Describe, direction, by_rule.chain(by_id))
}
