//! The calls that change a security group and its rules: which they are, in which order they can have happened, and
//! what a record says of them. What they do to rules is `rule_calls`' business.

use super::request;
use super::rule::Direction;
use super::rule_calls::{self, RuleEdit};
use super::shape::{self, text};
use super::state::SecurityGroupState;
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
    pub fn action(self) -> ChangeAction {
        match self {
            Self::Authorize(_) | Self::Create => ChangeAction::Added,
            Self::Revoke(_) | Self::Delete => ChangeAction::Removed,
            Self::Modify | Self::Describe(_) => ChangeAction::Modified,
        }
    }

    /// What it does to the rules of `group`; nothing where it begins or ends the group itself.
    pub fn edits(self, event: &Event, group: &str, state: &SecurityGroupState) -> Vec<RuleEdit> {
        match self {
            Self::Authorize(direction) => rule_calls::authorize(event, direction),
            Self::Revoke(direction) => rule_calls::revoke(event, direction, state),
            Self::Modify => rule_calls::modify(event, state),
            Self::Describe(direction) => rule_calls::describe(event, direction, group, state),
            Self::Create | Self::Delete => Vec::new(),
        }
    }
}

/// Where a call stands among those of one second, of which the order is not recorded (facts: A4): a group comes
/// before its rules, and a rule is only taken back once it is there.
pub fn rank(event: &Event, state: &SecurityGroupState) -> u8 {
    match event.name().and_then(GroupCall::named) {
        Some(GroupCall::Create) => 0,
        Some(GroupCall::Revoke(direction)) if holds_revoked(event, direction, state) => 1,
        Some(GroupCall::Authorize(_) | GroupCall::Modify | GroupCall::Describe(_)) | None => 2,
        Some(GroupCall::Revoke(_)) => 3,
        Some(GroupCall::Delete) => 4,
    }
}

/// Whether every rule that a revocation names is known already.
fn holds_revoked(event: &Event, direction: Direction, state: &SecurityGroupState) -> bool {
    let Some(group) = request::group(event) else {
        return false;
    };
    let group = state.identify(event, &group);
    let ids = request::rule_ids(event);
    let rules = request::permissions(event, direction);
    ids.iter().all(|id| state.by_id(id).is_some())
        && rules.iter().all(|rule| state.known(&group, rule).is_some())
}

/// A group as `CreateSecurityGroup` describes it.
pub struct NewGroup {
    pub name: Option<String>,
    pub description: Option<String>,
    /// Only groups of a VPC carry a rule unasked (facts: E1d).
    pub in_vpc: bool,
    pub words: String,
}

impl NewGroup {
    pub fn read(event: &Event) -> Self {
        let request = shape::request(event);
        let name = text(request, "groupName");
        let vpc = text(request, "vpcId");
        let words = ["security group".to_owned()]
            .into_iter()
            .chain(name.clone());
        let words = words.chain(vpc.as_ref().map(|vpc| format!("in {vpc}")));
        Self {
            name,
            description: text(request, "groupDescription"),
            in_vpc: vpc.is_some(),
            words: words.collect::<Vec<_>>().join(" "),
        }
    }
}
