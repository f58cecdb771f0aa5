//! The calls that change a security group and its rules: which they are, in which order they can have happened, and how
//! a group's beginning and end are rendered. Calls that change rules are `rule_calls`' business.

use super::request;
use super::rule::{Direction, SecurityGroupRule, Traffic};
use super::shape::{self, text};
use super::{RuleCall, tell};
use crate::event::Event;
use crate::report::ChangeAction;

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

impl super::Fold {
    /// Where a call stands among those of one second, of which the order is not recorded (facts: A4): a group comes
    /// before its rules, and a rule is only taken back once it is there.
    pub fn rank(&self, event: &Event) -> u8 {
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
        if let (Some(request::GroupReference::Id(id)), Some(name)) =
            (&group, text(shape::request(event), "groupName"))
            && !event.failed()
        {
            self.state.learn_name(event, &name, id);
        }
        let target = group.map(|group| self.state.identify(event, &group));
        let nameless = || format!("the group of event {}", event.id().unwrap_or_default());
        let call = RuleCall {
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
    fn unread(&mut self, call: &RuleCall<'_>, action: ChangeAction) {
        let mut change = call.change(action);
        tell(&mut change, "before_known", false);
        tell(&mut change, "note", "the record does not show which rules");
        self.push(call, change);
    }

    fn create(&mut self, call: &RuleCall<'_>) -> usize {
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
            let rule = SecurityGroupRule::of_block(Direction::Egress, Traffic::ALL, IMPLIED);
            tell(&mut change, "implied", rule.words());
            tell(&mut change, "note", format!("carries {}", rule.words()));
            self.state.add(&call.subject, rule);
        }
        self.push(call, change);
        1
    }

    fn delete(&mut self, call: &RuleCall<'_>) -> usize {
        if call.event.failed() {
            let change = call.failed("delete the security group");
            self.push(call, change);
            return 1;
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
        self.gone(call, &mut change);
        self.push(call, change);
        1
    }
}
