//! What is dangerous in what is newly allowed, or newly attached. Denials are not. Whom a role newly trusts belongs in
//! `trust`.

use super::words;
use crate::analysis::findings::RuleLabel;
use crate::event::arn;
use crate::policy::{Condition, Effect, NamePattern, Scope, Statement, StatementElement, names_of};
use crate::report::Level;

/// A danger, and what the finding says of it behind the name of the policy.
#[derive(Debug, Clone)]
pub struct Danger {
    pub rule: RuleLabel,
    pub what: String,
}

/// Ways to more rights than one has: each makes or changes an identity, or what it may do.
const ESCALATIONS: &[&str] = &[
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
];

/// The same, where they are not confined to some roles, functions or machines: on one of them they are a daily task.
const ESCALATIONS_ANYWHERE: &[&str] = &[
    "cloudformation:SetStackPolicy",
    "codebuild:UpdateProject",
    "ec2:ReplaceIamInstanceProfileAssociation",
    "glue:UpdateDevEndpoint",
    "glue:UpdateJob",
    "iam:PassRole",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "sagemaker:CreatePresignedNotebookInstanceUrl",
    "ssm:SendCommand",
    "ssm:StartSession",
    "sts:AssumeRole",
];

/// Services whose every action on everything is as good as being an administrator.
const IDENTITY_SERVICES: [&str; 4] = ["iam", "organizations", "sso", "sts"];

/// The rule of a statement that allows all of a service, on everything.
const WILDCARD: &str = "policy-wildcard";

/// AWS's own policies that make administrators.
const ADMINISTRATOR_POLICIES: [&str; 3] =
    ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"];

/// What is dangerous in a newly held statement of an identity policy. Under a condition everything is dangerous still,
/// if less so: whoever wrote it may be the one who meets it, from his own address.
pub fn of_permissions(statement: &Statement) -> Option<Danger> {
    if statement.effect == Effect::Deny {
        return None;
    }
    let danger = of_allowed(statement)?;
    if !statement.conditions.iter().any(is_limit) {
        return Some(danger);
    }
    let level = match danger.rule.level {
        Level::Critical => Level::High,
        Level::High if danger.rule.id == WILDCARD => Level::Medium,
        _ => return None,
    };
    let conditions = words::conditions(statement).unwrap_or_default();
    Some(Danger {
        rule: RuleLabel {
            level,
            ..danger.rule
        },
        what: format!("{} (if {conditions})", danger.what),
    })
}

/// The same, whatever the condition.
fn of_allowed(statement: &Statement) -> Option<Danger> {
    let on_everything = statement.resources.iter().any(|part| match part {
        StatementElement::Like(pattern) => pattern.is_any(),
        StatementElement::Except(_) => true,
        StatementElement::Unnamed => false,
    });
    let allows = |actions: &str, level, id: &str, title: &str| Danger {
        rule: rule(level, id, title, &["T1098.003"]),
        what: format!(
            "allows {actions} on {}",
            names(&statement.resources, "everything")
        ),
    };
    let is_all = |part: &StatementElement| matches!(part, StatementElement::Like(action) if action.is_any() || action.as_str() == "*:*");
    if on_everything && statement.actions.iter().any(is_all) {
        let (id, title) = ("policy-allows-everything", "Policy allows everything");
        return Some(allows("*", Level::Critical, id, title));
    }
    let actions = escalations(statement);
    let (wildcards, level) = wildcards(statement);
    let title = "Policy allows all of a service";
    if on_everything && level == Some(Level::High) {
        return Some(allows(&wildcards, Level::High, WILDCARD, title));
    }
    if !actions.is_empty() {
        let title = "Policy allows to gain more rights";
        let id = "policy-allows-privilege-escalation";
        return Some(allows(&actions.join(", "), Level::High, id, title));
    }
    level
        .filter(|_| on_everything)
        .map(|level| allows(&wildcards, level, WILDCARD, title))
}

/// The parts of the statement's actions that take in a whole service, and how bad that is.
fn wildcards(statement: &Statement) -> (String, Option<Level>) {
    let mut found = Vec::new();
    let mut level = None;
    for part in &statement.actions {
        match part {
            StatementElement::Like(action) => {
                let Some((service, "*")) = action.folded().split_once(':') else {
                    continue;
                };
                let is_identity = IDENTITY_SERVICES.contains(&service);
                level = level.max(Some(if is_identity {
                    Level::High
                } else {
                    Level::Medium
                }));
                found.push(action.to_string());
            }
            StatementElement::Except(_) => {
                level = Some(Level::High);
                found.push(names(&statement.actions, "everything"));
            }
            StatementElement::Unnamed => {}
        }
    }
    (found.join(", "), level)
}

/// The parts of the statement's actions that let somebody gain rights; whole services are told as such.
fn escalations(statement: &Statement) -> Vec<String> {
    let reaches = |action: &str, confined: bool| {
        let service = action.split(':').next().unwrap_or_default();
        let resources = &statement.resources;
        resources.iter().any(|part| reach(part, service, confined))
    };
    let is_way = |pattern: &NamePattern| {
        let takes_in = |action: &&str| pattern.covers(&NamePattern::caseless(action));
        let always = ESCALATIONS.iter().filter(|action| takes_in(action));
        let anywhere = ESCALATIONS_ANYWHERE
            .iter()
            .filter(|action| takes_in(action));
        always.into_iter().any(|action| reaches(action, true))
            || anywhere.into_iter().any(|action| reaches(action, false))
    };
    let is_service = |pattern: &NamePattern| {
        let (_, action) = pattern.folded().split_once(':').unwrap_or_default();
        action == "*"
            && statement
                .resources
                .contains(&StatementElement::Like(NamePattern::exact("*")))
    };
    let actions = statement.actions.iter().filter_map(|part| match part {
        StatementElement::Like(pattern) => Some(pattern),
        StatementElement::Unnamed | StatementElement::Except(_) => None,
    });
    actions
        .filter(|pattern| is_way(pattern) && !is_service(pattern))
        .map(ToString::to_string)
        .collect()
}

/// Whether a resource takes in things of `service`: any thing of a kind, or, where `confined` will do, some of them,
/// oneself excepted.
fn reach(part: &StatementElement, service: &str, confined: bool) -> bool {
    let StatementElement::Like(resource) = part else {
        return matches!(part, StatementElement::Except(_));
    };
    if resource.is_any() {
        return true;
    }
    let mut fields = resource.as_str().splitn(6, ':').skip(2);
    let own = fields.next().unwrap_or_default();
    let name = fields.nth(2).unwrap_or_default();
    // a role is a thing of IAM, whoever lends it
    let service = if service == "sts" { "iam" } else { service };
    let is_its = own == service || own.contains('*');
    let is_oneself = resource.folded().contains("${aws:username}");
    let is_any_of_a_kind = name == "*" || name.ends_with("/*") || name.ends_with(":*");
    is_its && (is_any_of_a_kind || confined && !is_oneself)
}

/// What an attached policy makes of whom it is attached to.
pub fn of_attachment(policy_arn: &str) -> Option<Danger> {
    let name = arn::managed_policy(policy_arn)?;
    ADMINISTRATOR_POLICIES.contains(&name).then(|| Danger {
        rule: rule(
            Level::Critical,
            "administrator-policy-attached",
            "Administrator policy attached",
            &["T1098.003"],
        ),
        what: format!("was given {policy_arn}"),
    })
}

/// Whether a condition keeps anybody out at all: what every request meets does not. `ForAllValues` is met by a request
/// that has no such key.
pub fn is_limit(condition: &Condition) -> bool {
    let operator = condition.operator.folded();
    let key = condition.key.folded();
    let is_met_by_all = |value: &String| match operator {
        "stringlike" | "stringlikeifexists" | "arnlike" | "arnlikeifexists" => value == "*",
        "ipaddress" | "ipaddressifexists" => value == "0.0.0.0/0",
        "bool" | "boolifexists" => {
            key == "aws:securetransport" && value.eq_ignore_ascii_case("true")
        }
        _ => false,
    };
    !operator.starts_with("forallvalues:") && !condition.values.iter().any(is_met_by_all)
}

fn names(scope: &Scope, all: &str) -> String {
    let (not, names) = names_of(scope);
    let names: Vec<&str> = names.into_iter().map(NamePattern::as_str).collect();
    if not {
        format!("{all} but {}", names.join(", "))
    } else {
        names.join(", ")
    }
}

/// A rule of this renderer.
pub fn rule(level: Level, id: &str, title: &str, attack: &[&str]) -> RuleLabel {
    RuleLabel {
        level,
        id: id.to_owned(),
        title: title.to_owned(),
        attack: attack.iter().map(ToString::to_string).collect(),
    }
}
