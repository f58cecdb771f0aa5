//! The places of an account that a response changes, each with a value that can be read, set and, but for one, put back:
//! `iam` asks and tells IAM, of `credentials` besides access keys too, `session` AWS Sign-In; `words` puts it for people.

mod credentials;
mod iam;
mod session;
#[cfg(test)]
mod tests;
mod words;

use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::aws::signin::{self, SESSION_REVOKED, SignInClient};
use crate::event::arn;
use crate::response::policies::{
    DENY_ALL, DENY_BEARER_TOKENS, DENY_SIGN_INS, QUARANTINE, REVOKE_OLDER_SESSIONS,
};
pub use credentials::{CredentialSort, HeldCredential, held};
pub use iam::policy_document;

/// One such place. Its value is a text, or nothing where nothing is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Slot {
    /// The status of a user's access key: [`ACTIVE`] or [`INACTIVE`]; nothing where the key is gone.
    AccessKey { user: String, access_key_id: String },
    /// The same of another credential of a user.
    UserCredential {
        sort: CredentialSort,
        user: String,
        id: String,
    },
    /// The document of an inline policy of a user.
    UserPolicy { user: String, policy: String },
    /// The document of an inline policy of a role.
    RolePolicy { role: String, policy: String },
    /// Whether a managed policy is attached to a user: [`ATTACHED`], or nothing.
    Attachment { user: String, policy_arn: String },
    /// The status of a sign-in session of `principal`, `role/NAME` or `user/NAME`: as AWS says it, until it is
    /// [`SESSION_REVOKED`], which cannot be taken back; nothing where there is no such session.
    SignInSession {
        principal: String,
        session_arn: String,
    },
}

/// Who is asked and told about slots.
#[derive(Debug, Clone)]
pub struct SlotClients {
    pub iam: aws_sdk_iam::Client,
    pub sign_in: SignInClient,
}

impl SlotClients {
    pub fn of(aws: &Aws) -> Self {
        Self {
            iam: aws.iam(),
            sign_in: aws.sign_in(),
        }
    }
}

pub const ACTIVE: &str = "Active";
pub const INACTIVE: &str = "Inactive";
pub const ATTACHED: &str = "attached";

/// What a slot holds.
pub type SlotValue = Option<String>;

/// Whether two values are the same: policy documents are compared as JSON, which IAM may write anew.
pub fn holds(one: &SlotValue, other: &SlotValue) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other || is_same_document(one, other),
        (None, None) => true,
        _ => false,
    }
}

fn is_same_document(one: &str, other: &str) -> bool {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    match (json(one), json(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

impl Slot {
    /// Whether a response writes here: a journal that says otherwise is none of ours, and must not make `undo` attach
    /// or put whatever somebody wrote into it.
    pub fn is_ours(&self) -> bool {
        match self {
            Self::AccessKey { .. } | Self::UserCredential { .. } => true,
            Self::UserPolicy { policy, .. } | Self::RolePolicy { policy, .. } => [
                REVOKE_OLDER_SESSIONS,
                DENY_ALL,
                DENY_BEARER_TOKENS,
                DENY_SIGN_INS,
            ]
            .contains(&policy.as_str()),
            Self::Attachment { policy_arn, .. } => {
                arn::managed_policy(policy_arn).is_some_and(|name| name.starts_with(QUARANTINE))
            }
            Self::SignInSession { session_arn, .. } => signin::account_of(session_arn).is_some(),
        }
    }

    /// Whether it is `now` as it was `left`: what is gone is off for good, as a key that is inactive or a session that is
    /// revoked.
    pub fn is_still(&self, left: &SlotValue, now: &SlotValue) -> bool {
        let off = match self {
            Self::SignInSession { .. } => Some(SESSION_REVOKED),
            slot if slot.is_switched() => Some(INACTIVE),
            _ => None,
        };
        holds(left, now) || (now.is_none() && off.is_some() && left.as_deref() == off)
    }

    /// Whether it can be set to what it was before.
    pub fn can_be_put_back(&self) -> bool {
        !matches!(self, Self::SignInSession { .. })
    }

    /// Whether it is the deny of sign-in sessions by their ARNs.
    pub fn denies_sign_ins(&self) -> bool {
        matches!(self, Self::UserPolicy { policy, .. } | Self::RolePolicy { policy, .. } if policy == DENY_SIGN_INS)
    }

    /// Whether it is the document of an inline policy.
    pub fn is_policy(&self) -> bool {
        matches!(self, Self::UserPolicy { .. } | Self::RolePolicy { .. })
    }

    /// Whether it is the status of a credential, which is switched.
    pub fn is_switched(&self) -> bool {
        matches!(self, Self::AccessKey { .. } | Self::UserCredential { .. })
    }

    /// The user or role that it is of: `user/NAME` or `role/NAME`.
    pub fn holder(&self) -> String {
        match self {
            Self::AccessKey { user, .. }
            | Self::UserCredential { user, .. }
            | Self::UserPolicy { user, .. }
            | Self::Attachment { user, .. } => format!("user/{user}"),
            Self::RolePolicy { role, .. } => format!("role/{role}"),
            Self::SignInSession { principal, .. } => principal.clone(),
        }
    }

    /// Whether somebody can do less once it holds `value`.
    pub fn cuts_off(&self, value: &SlotValue) -> bool {
        if self.is_switched() {
            value.as_deref() != Some(ACTIVE)
        } else {
            value.is_some()
        }
    }

    /// Whether the slot can be set to `value`: a key is switched, never deleted.
    pub fn takes(&self, value: &SlotValue) -> bool {
        match self {
            Self::AccessKey { .. } | Self::UserCredential { .. } => {
                matches!(value.as_deref(), Some(ACTIVE | INACTIVE))
            }
            Self::UserPolicy { .. } | Self::RolePolicy { .. } => true,
            Self::Attachment { .. } => matches!(value.as_deref(), None | Some(ATTACHED)),
            Self::SignInSession { .. } => value.as_deref() == Some(SESSION_REVOKED),
        }
    }

    /// The call that sets it, as words for the AWS CLI.
    pub fn call(&self, value: &SlotValue) -> Vec<String> {
        let set: (&str, Vec<(&str, &str)>) = match (self, value) {
            (
                Self::AccessKey {
                    user,
                    access_key_id,
                },
                value,
            ) => (
                "update-access-key",
                vec![
                    ("--user-name", user),
                    ("--access-key-id", access_key_id),
                    ("--status", value.as_deref().unwrap_or(INACTIVE)),
                ],
            ),
            (Self::UserCredential { sort, user, id }, value) => {
                let (operation, flag) = sort.operation();
                let status = value.as_deref().unwrap_or(INACTIVE);
                let words = vec![
                    ("--user-name", user.as_str()),
                    (flag, id),
                    ("--status", status),
                ];
                (operation, words)
            }
            (Self::UserPolicy { user, policy }, Some(document)) => (
                "put-user-policy",
                vec![
                    ("--user-name", user),
                    ("--policy-name", policy),
                    ("--policy-document", document),
                ],
            ),
            (Self::UserPolicy { user, policy }, None) => (
                "delete-user-policy",
                vec![("--user-name", user), ("--policy-name", policy)],
            ),
            (Self::RolePolicy { role, policy }, Some(document)) => (
                "put-role-policy",
                vec![
                    ("--role-name", role),
                    ("--policy-name", policy),
                    ("--policy-document", document),
                ],
            ),
            (Self::RolePolicy { role, policy }, None) => (
                "delete-role-policy",
                vec![("--role-name", role), ("--policy-name", policy)],
            ),
            (Self::Attachment { user, policy_arn }, value) => (
                match value {
                    Some(_) => "attach-user-policy",
                    None => "detach-user-policy",
                },
                vec![("--user-name", user), ("--policy-arn", policy_arn)],
            ),
            (Self::SignInSession { session_arn, .. }, _) => return session::call(session_arn),
        };
        let (operation, arguments) = set;
        let words = arguments.into_iter().flat_map(|(name, text)| [name, text]);
        let words = ["aws", "iam", operation].into_iter().chain(words);
        words.map(str::to_owned).collect()
    }

    /// The actions that reading and setting it need, on its user or role, or on the sign-in session.
    pub fn actions(&self, value: &SlotValue) -> Vec<&'static str> {
        match (self, value) {
            (Self::AccessKey { .. }, _) => vec!["iam:UpdateAccessKey", "iam:ListAccessKeys"],
            (Self::UserCredential { sort, .. }, _) => sort.actions().to_vec(),
            (Self::UserPolicy { .. }, Some(_)) => vec!["iam:PutUserPolicy", "iam:GetUserPolicy"],
            (Self::UserPolicy { .. }, None) => vec!["iam:DeleteUserPolicy", "iam:GetUserPolicy"],
            (Self::RolePolicy { .. }, Some(_)) => vec!["iam:PutRolePolicy", "iam:GetRolePolicy"],
            (Self::RolePolicy { .. }, None) => vec!["iam:DeleteRolePolicy", "iam:GetRolePolicy"],
            (Self::Attachment { .. }, Some(_)) => {
                vec!["iam:AttachUserPolicy", "iam:ListAttachedUserPolicies"]
            }
            (Self::Attachment { .. }, None) => {
                vec!["iam:DetachUserPolicy", "iam:ListAttachedUserPolicies"]
            }
            (Self::SignInSession { .. }, _) => {
                vec!["signin:BatchRevokeSessions", "signin:GetSession"]
            }
        }
    }
}
