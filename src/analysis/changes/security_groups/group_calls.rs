//! The calls that change a security group and its rules, each rendered rule by rule (facts: E1a to E1d).

use super::request::{self, Named};
use super::rule::{Direction, Rule, Traffic};
use super::shape::{self, text};
use super::{Call, Fold, tell};
use crate::event::Event;
use crate::report::{Change, ChangeAction};

/// What a call does, by its name.
#[derive(Debug, Clone, Copy)]
pub enum GroupCall {
    Authorize(Direction),
    Revoke(Direction),
    Modify,
    Describe(Direction),
    Create,
    Delete,
}

impl GroupCall {
    pub fn named(name: &str) -> Option<Self> {
        use Direction::{Egress, Ingress};
        Some(match name {
            "AuthorizeSecurityGroupIngress" => Self::Authorize(Ingress),
            "AuthorizeSecurityGroupEgress" => Self::Authorize(Egress),
            "RevokeSecurityGroupIngress" => Self::Revoke(Ingress),
            "RevokeSecurityGroupEgress" => Self::Revoke(Egress),
            "ModifySecurityGroupRules" => Self::Modify,
            "UpdateSecurityGroupRuleDescriptionsIngress" => Self::Describe(Ingress),
            "UpdateSecurityGroupRuleDescriptionsEgress" => Self::Describe(Egress),
            "CreateSecurityGroup" => Self::Create,
            "DeleteSecurityGroup" => Self::Delete,
            _ => return None,
        })
    }

    /// What it does to a rule, of which it was not recorded which one.
    fn action(self) -> ChangeAction {
        match self {
            Self::Authorize(_) | Self::Create => ChangeAction::Added,
            Self::Revoke(_) | Self::Delete => ChangeAction::Removed,
            Self::Modify | Self::Describe(_) => ChangeAction::Modified,
        }
    }
}

/// What a new group of a VPC admits without being asked (facts: E1d).
const IMPLIED: &str = "0.0.0.0/0";

impl Fold {
    /// Where a call stands among those of one second, of which the order is not recorded (facts: A4): a group comes
    /// before its rules, and a rule is only taken back once it is there.
    pub(super) fn rank(&self, event: &Event) -> u8 {
        let call = event.name().and_then(GroupCall::named);
        match call {
            Some(GroupCall::Create) => 0,
            Some(GroupCall::Revoke(direction)) if self.holds_revoked(event, direction) => 1,
            Some(GroupCall::Authorize(_) | GroupCall::Modify | GroupCall::Describe(_)) | None => 2,
            Some(GroupCall::Revoke(_)) => 3,
            Some(GroupCall::Delete) => 4,
        }
    }

    /// Whether every rule that a revocation names is known already.
    fn holds_revoked(&self, event: &Event, direction: Direction) -> bool {
        let Some(group) = request::group(event) else {
            return false;
        };
        let group = self.state.identify(event, &group);
        let ids = request::rule_ids(event);
        let rules = request::permissions(event, direction);
        ids.iter().all(|id| self.state.by_id(id).is_some())
            && rules
                .iter()
                .all(|rule| self.state.known(&group, rule).is_some())
    }

    pub(super) fn add_group_call(&mut self, event: &Event, in_answer: bool, kind: GroupCall) {
        let group = request::group(event);
        if let (Some(request::Group::Id(id)), Some(name)) =
            (&group, text(shape::request(event), "groupName"))
            && !event.failed()
        {
            self.state.learn_name(event, &name, id);
        }
        let target = group.map(|group| self.state.identify(event, &group));
        let nameless = || format!("the group of event {}", event.id().unwrap_or_default());
        let call = Call {
            event,
            in_answer,
            subject: target.clone().unwrap_or_else(nameless),
            target,
        };
        let told = match kind {
            GroupCall::Authorize(direction) => self.authorize(&call, direction),
            GroupCall::Revoke(direction) => self.revoke(&call, direction),
            GroupCall::Modify => self.modify(&call),
            GroupCall::Describe(direction) => self.describe(&call, direction),
            GroupCall::Create => self.create(&call),
            GroupCall::Delete => self.delete(&call),
        };
        if told == 0 {
            self.unread(&call, kind.action());
        }
    }

    /// The record does not show which rules it was: large requests are left out (facts: C2), denied ones may be.
    fn unread(&mut self, call: &Call<'_>, action: ChangeAction) {
        let mut change = call.change(action);
        tell(&mut change, "before_known", false);
        tell(&mut change, "note", "the record does not show which rules");
        self.push(call, change);
    }

    /// How many rules were told; so do the others below.
    fn authorize(&mut self, call: &Call<'_>, direction: Direction) -> usize {
        let mut rules = request::answered(call.event, "securityGroupRuleSet", direction);
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

    fn add_rule(&mut self, call: &Call<'_>, rule: &Rule) {
        let mut change = call.change(ChangeAction::Added);
        change.after = Some(rule.words());
        describe_rule(&mut change, rule);
        self.state.add(&call.subject, rule.clone());
        self.opened(call, &mut change, rule);
        self.push(call, change);
    }

    fn revoke(&mut self, call: &Call<'_>, direction: Direction) -> usize {
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
    fn revoked(&self, call: &Call<'_>, direction: Direction) -> (Vec<Named>, Vec<Named>) {
        let event = call.event;
        let named = |rule: Rule| Named {
            id: rule.id.clone(),
            rule: Some(rule),
        };
        let by_rule = request::permissions(event, direction)
            .into_iter()
            .map(named);
        let by_id = request::rule_ids(event).into_iter().map(|id| Named {
            rule: self.state.by_id(&id).cloned(),
            id: Some(id),
        });
        let requested: Vec<Named> = by_rule.chain(by_id).collect();
        let unknown = request::unknown_permissions(event, direction);
        let revoked = request::answered(event, "revokedSecurityGroupRuleSet", direction);
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
        let is_unknown = |named: &Named| {
            let key = named.rule.as_ref().map(|rule| &rule.key);
            unknown.iter().any(|unknown| Some(&unknown.key) == key)
        };
        let (unmatched, removed): (Vec<Named>, Vec<Named>) =
            requested.into_iter().partition(is_unknown);
        // where the two cannot be compared, nothing is claimed to be gone
        if unmatched.is_empty() {
            (Vec::new(), removed)
        } else {
            (removed, unmatched)
        }
    }

    fn remove_rule(&mut self, call: &Call<'_>, named: &Named, direction: Direction) {
        let known = named
            .rule
            .as_ref()
            .and_then(|rule| self.state.remove(&call.subject, rule));
        let shown = Named {
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

    fn modify(&mut self, call: &Call<'_>) -> usize {
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
                    .map_or("something else".to_owned(), Rule::words);
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
        call: &Call<'_>,
        old: Option<&Rule>,
        new: Option<&Rule>,
        named: &Named,
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
        let words = |rule: &Rule| {
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

    fn describe(&mut self, call: &Call<'_>, direction: Direction) -> usize {
        let by_rule = request::permissions(call.event, direction)
            .into_iter()
            .map(|rule| {
                let known = self.state.known(&call.subject, &rule).cloned();
                let description = rule.description.clone();
                (
                    known.clone(),
                    Named {
                        id: None,
                        rule: Some(Rule {
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
                let rule = known.clone().map(|rule| Rule {
                    description,
                    ..rule
                });
                (known, Named { id: Some(id), rule })
            });
        let all: Vec<(Option<Rule>, Named)> = by_rule.chain(by_id).collect();
        for (old, new) in &all {
            let words = match &new.rule {
                Some(rule) => rule.words_with_description(),
                None => words_of(new, direction),
            };
            let mut change = if call.event.failed() {
                call.failed(&format!("describe {words}"))
            } else {
                let mut change = call.change(ChangeAction::Modified);
                change.before = old.as_ref().map(Rule::words_with_description);
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

    fn create(&mut self, call: &Call<'_>) -> usize {
        let request = shape::request(call.event);
        let vpc = text(request, "vpcId");
        let name = text(request, "groupName");
        let mut words = format!("security group {}", name.as_deref().unwrap_or_default());
        if let Some(vpc) = &vpc {
            words = format!("{} in {vpc}", words.trim_end());
        }
        let mut change = if call.event.failed() {
            call.failed(&format!("create {}", words.trim_end()))
        } else {
            let mut change = call.change(ChangeAction::Added);
            change.after = Some(words.trim_end().to_owned());
            self.state.create(&call.subject);
            change
        };
        if let Some(name) = name {
            tell(&mut change, "group_name", name);
        }
        if let Some(description) = text(request, "groupDescription") {
            tell(&mut change, "description", description);
        }
        if vpc.is_some() && !call.event.failed() {
            let rule = Rule::of_block(Direction::Egress, Traffic::ALL, IMPLIED);
            tell(&mut change, "implied", rule.words());
            tell(&mut change, "note", format!("carries {}", rule.words()));
            self.state.add(&call.subject, rule);
        }
        self.push(call, change);
        1
    }

    fn delete(&mut self, call: &Call<'_>) -> usize {
        if call.event.failed() {
            let change = call.failed("delete the security group");
            self.push(call, change);
            return 1;
        }
        let (rules, is_whole) = self.state.delete(&call.subject);
        let words: Vec<String> = rules.iter().map(Rule::words).collect();
        let mut change = call.change(ChangeAction::Removed);
        change.before = Some(if words.is_empty() {
            "security group".to_owned()
        } else {
            format!("security group with {}", words.join("; "))
        });
        tell(&mut change, "before_known", is_whole);
        self.gone(call, &mut change);
        self.push(call, change);
        1
    }
}

/// A rule in words, or what is known of it.
fn words_of(named: &Named, direction: Direction) -> String {
    match (&named.rule, &named.id) {
        (Some(rule), _) => rule.words(),
        (None, Some(id)) => format!("{direction} rule {id}"),
        (None, None) => format!("{direction} rule"),
    }
}

fn describe_named(change: &mut Change, named: &Named) {
    if let Some(rule) = &named.rule {
        describe_rule(change, rule);
    }
    if let Some(id) = &named.id {
        tell(change, "rule_id", id.as_str());
    }
}

fn describe_rule(change: &mut Change, rule: &Rule) {
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
