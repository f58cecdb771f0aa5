//! Who acts: the caller, the credential that signs, and the credentials it came from, none of which may be touched.

use crate::aws::Aws;
use crate::error::Failure;
use crate::event::arn::{self, Actor};
use crate::report::Caller;
use crate::response::origin::{self, SessionOrigin};
use crate::response::plan::Refusal;
use crate::response::slot::{Slot, SlotClients};

/// Whoever runs trailhunt, with IAM at hand.
#[derive(Debug, Clone)]
pub struct Operator {
    pub aws: Aws,
    pub iam: aws_sdk_iam::Client,
    pub slots: SlotClients,
    pub caller: Caller,
    /// The key that signs.
    pub access_key_id: String,
    /// The user or role that calls, by name; neither for root.
    pub identity: Actor,
    /// Keys and roles that the caller's session came from, as far as they are known.
    pub origin: SessionOrigin,
    /// Whether what may have opened the caller's session is acted on all the same: `--include-own-session`.
    pub includes_own_session: bool,
}

impl Operator {
    /// Asks AWS who calls, and finds out where the session came from.
    ///
    /// # Errors
    /// A credentials failure; a usage failure where `expect_account` is another account than the caller's.
    pub async fn open(aws: Aws, expect_account: Option<&str>) -> Result<Self, Failure> {
        let caller = aws.caller_of(expect_account).await?;
        let Some(identity) = Actor::of(&caller.arn) else {
            let what = format!(
                "AWS calls the caller '{}', which is not understood",
                caller.arn
            );
            return Err(Failure::failed(what));
        };
        let Some(access_key_id) = aws.access_key_id() else {
            let what = "which key signs could not be found out, so that it cannot be spared";
            return Err(Failure::failed(what));
        };
        let iam = aws.iam();
        let origin = origin::find(&aws, &iam, &caller.account, &access_key_id).await;
        Ok(Self {
            slots: SlotClients::of(&aws),
            aws,
            iam,
            caller,
            access_key_id,
            identity,
            origin,
            includes_own_session: false,
        })
    }

    /// Why setting `slot` would reach the caller's own key, user, role, or a credential that it came from.
    pub fn reaches_itself(&self, slot: &Slot) -> Option<Refusal> {
        let why = match slot {
            Slot::AccessKey {
                user,
                access_key_id,
            } => self.reaches_own_key(user, access_key_id),
            Slot::UserCredential { user, .. }
            | Slot::UserPolicy { user, .. }
            | Slot::Attachment { user, .. } => self.reaches_own_user(user),
            Slot::RolePolicy { role, .. } => self.reaches_own_role(role),
            Slot::SignInSession { principal, .. } => match principal.split_once('/') {
                Some(("role", role)) => self.reaches_own_role(role),
                Some((_, user)) => self.reaches_own_user(user),
                None => Some("whose sign-in session it is is not known".to_owned()),
            },
        };
        why.map(Refusal::Refused)
    }

    /// The partition of the account: `aws`, `aws-cn`, `aws-us-gov`.
    pub fn partition(&self) -> &str {
        arn::partition(&self.caller.arn).unwrap_or("aws")
    }

    /// Every key of one's own user is one's own, also one that does not sign now.
    fn reaches_own_key(&self, user: &str, access_key_id: &str) -> Option<String> {
        if access_key_id == self.access_key_id {
            let why = "it is the key that you are using now: use the credentials of another user";
            return Some(why.to_owned());
        }
        if contains(&self.origin.access_key_ids, access_key_id) {
            let why = "the session that you are using now was opened with it: use credentials that do not come \
                       from it";
            return Some(why.to_owned());
        }
        self.is_own_user(user)
    }

    fn reaches_own_user(&self, user: &str) -> Option<String> {
        self.is_own_user(user).or_else(|| {
            let key = self.origin.unowned.first()?;
            Some(format!(
                "the session that you are using now was opened with {key}, and whether that is a key of user \
                 '{user}' could not be found out: it needs iam:GetAccessKeyLastUsed"
            ))
        })
    }

    fn is_own_user(&self, user: &str) -> Option<String> {
        let is_caller =
            matches!(&self.identity, Actor::User(own) if own.eq_ignore_ascii_case(user));
        if is_caller {
            let why = format!("you are user '{user}': use the credentials of another user");
            return Some(why);
        }
        if contains(&self.origin.users, user) {
            return Some(format!(
                "user '{user}' opened the session that you are using now: use credentials that do not come from it"
            ));
        }
        self.may_be_of_federated()
            .or_else(|| self.may_have_opened())
    }

    /// Why a user of this account may be whose key opened the caller's session of a role: nobody could tell who did.
    fn may_have_opened(&self) -> Option<String> {
        let is_role = matches!(self.identity, Actor::Role(_));
        let unknown = self.origin.unknown.as_ref();
        let unknown = unknown.filter(|unknown| is_role && unknown.may_be_here)?;
        (!self.includes_own_session).then(|| {
            format!(
                "{}, so it may be this one: wait until Event history shows it, or act on it all the same with \
                 `trailhunt respond` and --include-own-session",
                unknown.why
            )
        })
    }

    fn reaches_own_role(&self, role: &str) -> Option<String> {
        if matches!(&self.identity, Actor::Role(own) if own.eq_ignore_ascii_case(role)) {
            return Some(format!(
                "you are using role '{role}' now: use the credentials of a user or of another role"
            ));
        }
        contains(&self.origin.roles, role).then(|| {
            format!(
                "the session that you are using now came through role '{role}': use credentials that do not"
            )
        })
    }

    /// A federated session acts with the permissions of the user that opened it, who may be any.
    fn may_be_of_federated(&self) -> Option<String> {
        let is_federated = matches!(self.identity, Actor::Federated(_));
        (is_federated && self.origin.users.is_empty()).then(|| {
            "yours is a federated session, and which user opened it is not known: use the credentials of a user \
             or a role"
                .to_owned()
        })
    }
}

/// Whether `names` has `name`: IAM tells no two names apart by case only.
fn contains(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}
