//! `userIdentity`: who signed the call (facts: C3). Every part may be missing, `type` included.

use super::glance::Noted;
use super::{Event, time};
use crate::event::time::Time;

/// A view of a record's `userIdentity`.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a>(&'a Event);

impl<'a> Identity<'a> {
    pub(super) fn new(event: &'a Event) -> Self {
        Self(event)
    }

    /// `type`: `IAMUser`, `AssumedRole`, `AWSService`…; missing in records that a service made by itself.
    pub fn kind(self) -> Option<&'a str> {
        self.0.text(Noted::IdentityType)
    }

    /// `principalId`: `AIDA…` for a user, `AROA…:session` for a role session, the account for root.
    pub fn principal_id(self) -> Option<&'a str> {
        self.0.text(Noted::PrincipalId)
    }

    pub fn arn(self) -> Option<&'a str> {
        self.0.text(Noted::Arn)
    }

    pub fn account_id(self) -> Option<&'a str> {
        self.0.text(Noted::AccountId)
    }

    pub fn user_name(self) -> Option<&'a str> {
        self.0.text(Noted::UserName)
    }

    /// The key that signed; `None` where it is absent or empty.
    pub fn access_key_id(self) -> Option<&'a str> {
        self.0.text(Noted::AccessKeyId)
    }

    /// The service that made or forwarded the call.
    pub fn invoked_by(self) -> Option<&'a str> {
        self.0.text(Noted::InvokedBy)
    }

    /// ARN of the role or user that the session is of.
    pub fn session_issuer(self) -> Option<&'a str> {
        self.0.text(Noted::SessionIssuer)
    }

    /// When the session was issued (`aws:TokenIssueTime`).
    pub fn session_created(self) -> Option<Time> {
        self.0.text(Noted::SessionCreated).and_then(time::rfc3339)
    }

    /// `"true"` or `"false"` where the session says whether MFA was used.
    pub fn mfa(self) -> Option<&'a str> {
        self.0.text(Noted::Mfa)
    }

    /// The sign-in session, the same in all its calls (facts: C3).
    pub fn sign_in_session(self) -> Option<&'a str> {
        self.0.text(Noted::SignInSession)
    }

    /// What the `Username` lookup attribute holds for this caller: a user's name, the session name of a role,
    /// `root` (facts: A11; best-effort, and unverified for federated callers).
    pub fn lookup_username(self) -> Option<&'a str> {
        match self.kind() {
            Some("Root") => Some("root"),
            Some("AssumedRole" | "FederatedUser") => self
                .principal_id()
                .and_then(|id| id.split_once(':'))
                .map(|(_, session)| session),
            _ => self.user_name(),
        }
    }

    /// The best name there is for who called: ARN, else principal id, else the service, else the account.
    pub fn label(self) -> Option<&'a str> {
        self.arn()
            .or_else(|| self.principal_id())
            .or_else(|| self.invoked_by())
            .or_else(|| self.account_id())
    }
}
