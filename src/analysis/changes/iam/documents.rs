//! The calls that write, switch or delete a policy document: which document held before, and which holds since
//! (facts: E2). What the two differ in belongs in `lines`.

use serde_json::Value;

use super::calls::originals;
use super::history::{Content, IamEntity, Known, PropertyHistory};
use super::lines::{ChangeLine, PolicyChange, all};
use super::template::{fill, request, response};
use crate::event::Event;
use crate::event::partitions::Partition;
use crate::policy::{Document, Unreadable};
use crate::report::ChangeAction;

/// `eventName` of each call that is told here, and what it is about; all are of `iam.amazonaws.com`.
pub const CALLS: [(&str, &str); 15] = [
    ("PutUserPolicy", "user {userName}"),
    ("PutGroupPolicy", "group {groupName}"),
    ("PutRolePolicy", "role {roleName}"),
    ("DeleteUserPolicy", "user {userName}"),
    ("DeleteGroupPolicy", "group {groupName}"),
    ("DeleteRolePolicy", "role {roleName}"),
    ("CreateRole", "role {roleName}"),
    ("CreateServiceLinkedRole", "role {=role.roleName}"),
    ("UpdateAssumeRolePolicy", "role {roleName}"),
    ("DeleteRole", "role {roleName}"),
    ("CreatePolicy", "policy {=policy.arn|policyName}"),
    ("CreatePolicyVersion", "policy {policyArn}"),
    ("SetDefaultPolicyVersion", "policy {policyArn}"),
    ("DeletePolicyVersion", "policy {policyArn}"),
    ("DeletePolicy", "policy {policyArn}"),
];

const TRUST: &str = "trust policy";
/// The property of a managed policy that names the version in force.
const DEFAULT: &str = "default version";

fn document(event: &Event) -> Option<&Value> {
    request(event, "policyDocument")
        .or_else(|| request(event, "assumeRolePolicyDocument"))
        .or_else(|| response(event, "role.assumeRolePolicyDocument"))
}

/// The policy that a call is about, as notes name it.
pub fn policy(event: &Event) -> String {
    match event.name().unwrap_or_default() {
        "CreateRole" | "CreateServiceLinkedRole" | "UpdateAssumeRolePolicy" | "DeleteRole" => {
            TRUST.to_owned()
        }
        "CreatePolicy" => "version v1".to_owned(),
        "CreatePolicyVersion" | "SetDefaultPolicyVersion" | "DeletePolicyVersion" => {
            fill(event, "version {=policyVersion.versionId|versionId}").text
        }
        "DeletePolicy" => "policy".to_owned(),
        _ => fill(event, "inline policy {policyName}").text,
    }
}

/// Tells a successful call about `entity`, and learns from it.
pub fn tell(event: &Event, entity: &IamEntity, past: &mut PropertyHistory) -> Vec<ChangeLine> {
    let name = event.name().unwrap_or_default();
    let policy = policy(event);
    let call = DocumentCall {
        event,
        entity,
        past,
    };
    match name {
        "CreateRole" | "CreateServiceLinkedRole" => call.create_role(),
        "DeleteRole" => call.delete(TRUST, "role deleted"),
        "UpdateAssumeRolePolicy" => call.put(TRUST),
        "CreatePolicy" => call.create_policy(),
        "CreatePolicyVersion" => call.add_version(&policy),
        "SetDefaultPolicyVersion" => call.set_default(&policy),
        "DeletePolicyVersion" => call.delete_version(&policy),
        "DeletePolicy" => {
            let version = call.past.words(entity, DEFAULT).unwrap_or_default();
            call.delete(&version, "policy deleted")
        }
        _ if name.starts_with("Delete") => call.remove(&policy),
        _ => call.put(&policy),
    }
}

/// A call, what it is about, and what came before.
struct DocumentCall<'a> {
    event: &'a Event,
    entity: &'a IamEntity,
    past: &'a mut PropertyHistory,
}

impl DocumentCall<'_> {
    fn put(self, policy: &str) -> Vec<ChangeLine> {
        let (after, unreadable) = read(self.event);
        let before = self.past.policy(self.entity, policy);
        self.past
            .set(self.entity, policy, content(&after), self.event.time());
        PolicyChange {
            after,
            unreadable,
            ..self.edit(policy, before)
        }
        .lines(self.event.account())
    }

    fn remove(self, policy: &str) -> Vec<ChangeLine> {
        let before = self.past.policy(self.entity, policy);
        self.past
            .set(self.entity, policy, Known::Nothing, self.event.time());
        self.edit(policy, before).lines(self.event.account())
    }

    fn create_role(self) -> Vec<ChangeLine> {
        let (after, unreadable) = read(self.event);
        let trust = (TRUST.to_owned(), content(&after));
        let properties = originals(self.event).into_iter().chain([trust]);
        self.past.create(self.entity.clone(), properties.collect());
        let note = fill(
            self.event,
            "new role[, permissions boundary {permissionsBoundary}]",
        )
        .text;
        PolicyChange {
            after,
            unreadable,
            note: Some(note),
            ..self.edit(TRUST, Known::Nothing)
        }
        .lines(self.event.account())
    }

    fn create_policy(self) -> Vec<ChangeLine> {
        let (after, unreadable) = read(self.event);
        let version = policy(self.event);
        let default = Known::Is(Content::Words(version.clone()));
        let properties = vec![
            (version.clone(), content(&after)),
            (DEFAULT.to_owned(), default),
        ];
        self.past.create(self.entity.clone(), properties);
        PolicyChange {
            after,
            unreadable,
            note: Some("new policy".to_owned()),
            ..self.edit(&version, Known::Nothing)
        }
        .lines(self.event.account())
    }

    fn add_version(mut self, version: &str) -> Vec<ChangeLine> {
        let (after, unreadable) = read(self.event);
        let is_true = |value: &Value| matches!(value, Value::Bool(true)) || value == "true";
        let in_force = request(self.event, "setAsDefault").is_some_and(is_true)
            || response(self.event, "policyVersion.isDefaultVersion").is_some_and(is_true);
        let before = self.in_force();
        self.past
            .set(self.entity, version, content(&after), self.event.time());
        if !in_force {
            let mut line = ChangeLine::new(
                ChangeAction::Added,
                None,
                Some(format!("{version}, not in force")),
            );
            let home = self.event.account();
            line.notes.extend(
                after
                    .as_ref()
                    .value()
                    .map(|document| format!("would say: {}", all(document, home))),
            );
            line.notes.extend(unreadable.map(|why| why.to_string()));
            return vec![line];
        }
        self.switch_to(version);
        PolicyChange {
            after,
            unreadable,
            ..self.edit(version, before)
        }
        .lines(self.event.account())
    }

    fn set_default(mut self, version: &str) -> Vec<ChangeLine> {
        let before = self.in_force();
        let after = match self.past.policy(self.entity, version) {
            Known::Is(document) => Known::Is(document),
            Known::Unknown | Known::Nothing => Known::Unknown,
        };
        self.switch_to(version);
        PolicyChange {
            after,
            note: Some("put in force".to_owned()),
            ..self.edit(version, before)
        }
        .lines(self.event.account())
    }

    fn delete_version(self, version: &str) -> Vec<ChangeLine> {
        self.past
            .set(self.entity, version, Known::Nothing, self.event.time());
        // IAM deletes no version that is in force
        vec![ChangeLine::new(
            ChangeAction::Removed,
            Some(format!("{version}, not in force")),
            None,
        )]
    }

    fn delete(self, policy: &str, note: &str) -> Vec<ChangeLine> {
        let before = self.past.policy(self.entity, policy);
        self.past.delete(self.entity);
        let policy = if policy.is_empty() { "policy" } else { policy };
        PolicyChange {
            note: Some(note.to_owned()),
            ..self.edit(policy, before)
        }
        .lines(self.event.account())
    }

    /// The document of the version in force.
    fn in_force(&self) -> Known<Document> {
        match self.past.words(self.entity, DEFAULT) {
            Some(version) => self.past.policy(self.entity, &version),
            None => Known::Unknown,
        }
    }

    fn switch_to(&mut self, version: &str) {
        let default = Known::Is(Content::Words(version.to_owned()));
        self.past
            .set(self.entity, DEFAULT, default, self.event.time());
    }

    fn edit(&self, policy: &str, before: Known<Document>) -> PolicyChange {
        PolicyChange {
            target: self.entity.name.clone(),
            policy: policy.to_owned(),
            is_trust: policy == TRUST,
            before,
            after: Known::Nothing,
            unreadable: None,
            note: None,
        }
    }
}

/// The document that a call carries, and why it is not known.
pub fn read(event: &Event) -> (Known<Document>, Option<Unreadable>) {
    let partition = &Partition::of(event.region().unwrap_or_default()).name;
    match Document::read(document(event), partition) {
        Ok(document) => (Known::Is(document), None),
        Err(why) => (Known::Unknown, Some(why)),
    }
}

fn content(document: &Known<Document>) -> Known<Content> {
    match document {
        Known::Is(document) => Known::Is(Content::Policy(document.clone())),
        Known::Nothing => Known::Nothing,
        Known::Unknown => Known::Unknown,
    }
}
