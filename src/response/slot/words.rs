//! What setting a slot does, in one line for people.

use chrono::SecondsFormat;

use super::{ACTIVE, INACTIVE, Slot, SlotValue};
use crate::event::arn;
use crate::response::policies::{
    DENY_ALL, DENY_BEARER_TOKENS, DENY_SIGN_INS, REVOKE_OLDER_SESSIONS, is_kept, revoked_before,
    sign_ins_denied,
};

impl Slot {
    /// What setting it to `value` does.
    pub fn what(&self, value: &SlotValue) -> String {
        match (self, value) {
            (
                Self::AccessKey {
                    user,
                    access_key_id,
                },
                status,
            ) => match status.as_deref() {
                Some(INACTIVE) => format!("deactivate {access_key_id} of user {user}"),
                Some(ACTIVE) => format!("reactivate {access_key_id} of user {user}"),
                _ => format!("switch {access_key_id} of user {user} to another status"),
            },
            (Self::UserCredential { sort, user, id }, status) => {
                let verb = match status.as_deref() {
                    Some(INACTIVE) => "deactivate",
                    Some(ACTIVE) => "reactivate",
                    _ => "switch",
                };
                format!("{verb} {} {id} of user {user}", sort.words())
            }
            (Self::Attachment { user, policy_arn }, value) => {
                let policy = arn::name(policy_arn);
                match value {
                    Some(_) => format!("attach {policy} to user {user}"),
                    None => format!("detach {policy} from user {user}"),
                }
            }
            (Self::SignInSession { session_arn, .. }, _) => format!(
                "revoke sign-in session {session_arn} of {} for good, which cannot be taken back",
                self.principal()
            ),
            (Self::UserPolicy { policy, .. } | Self::RolePolicy { policy, .. }, document) => {
                self.policy_words(policy, document.as_deref())
            }
        }
    }

    /// What putting `value` back, which it held before, does.
    pub fn what_restored(&self, value: &str) -> String {
        match self {
            Self::UserPolicy { policy, .. } | Self::RolePolicy { policy, .. } => {
                let time = revoked_before(value).map(|time| {
                    let time = time.to_rfc3339_opts(SecondsFormat::Secs, true);
                    format!(": sessions issued before {time} stay denied")
                });
                let time = time.unwrap_or_default();
                format!(
                    "restore inline policy {policy} of {}{time}",
                    self.principal()
                )
            }
            Self::AccessKey { .. }
            | Self::UserCredential { .. }
            | Self::Attachment { .. }
            | Self::SignInSession { .. } => self.what(&Some(value.to_owned())),
        }
    }

    /// What denying every session until the moment of the call does.
    pub fn what_denied(&self) -> String {
        format!(
            "deny every session of {} issued until now",
            self.principal()
        )
    }

    /// `user NAME` or `role NAME`.
    pub fn principal(&self) -> String {
        self.holder().replacen('/', " ", 1)
    }

    /// The slot itself, without a value.
    pub fn name(&self) -> String {
        match self {
            Self::AccessKey { access_key_id, .. } => {
                format!("{access_key_id} of {}", self.principal())
            }
            Self::UserCredential { sort, id, .. } => {
                format!("{} {id} of {}", sort.words(), self.principal())
            }
            Self::UserPolicy { policy, .. } | Self::RolePolicy { policy, .. } => {
                format!("inline policy {policy} of {}", self.principal())
            }
            Self::Attachment { policy_arn, .. } => {
                format!("{policy_arn} on {}", self.principal())
            }
            Self::SignInSession { session_arn, .. } => {
                format!("sign-in session {session_arn} of {}", self.principal())
            }
        }
    }

    fn policy_words(&self, policy: &str, document: Option<&str>) -> String {
        let principal = self.principal();
        match (policy, document) {
            (REVOKE_OLDER_SESSIONS, None) => {
                format!("lift the deny of older sessions of {principal}")
            }
            (DENY_ALL, None) => format!("lift the deny of everything from {principal}"),
            (DENY_BEARER_TOKENS, None) => {
                format!("lift the deny of bearer tokens from {principal}")
            }
            (DENY_SIGN_INS, None) => {
                format!("lift the deny of sign-in sessions from {principal}")
            }
            (_, None) => format!("remove inline policy {policy} of {principal}"),
            (_, Some(document)) => match revoked_before(document) {
                Some(time) => format!(
                    "deny every session of {principal} issued before {}",
                    time.to_rfc3339_opts(SecondsFormat::Secs, true)
                ),
                None if policy == DENY_BEARER_TOKENS => {
                    format!("deny bearer tokens, Bedrock's short-term API keys, to {principal}")
                }
                None if policy == DENY_SIGN_INS && is_kept(policy, document) => {
                    let sessions = sign_ins_denied(document).into_iter();
                    let sessions: Vec<String> = sessions.collect();
                    format!(
                        "deny {principal} in sign-in sessions {}",
                        sessions.join(", ")
                    )
                }
                None if policy == DENY_ALL => format!("deny everything to {principal}"),
                None => format!("put inline policy {policy} of {principal} back"),
            },
        }
    }
}
