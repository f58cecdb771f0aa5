//! `userIdentity`: who signed the call (facts: C3). Every part may be missing, `type` included.

use serde_json::Value;

use super::{string_at, time};
use crate::event::time::Time;

/// A view of a record's `userIdentity`.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a>(&'a Value);

impl<'a> Identity<'a> {
    pub(super) fn new(value: &'a Value) -> Self {
        Self(value)
    }

    /// `type`: `IAMUser`, `AssumedRole`, `AWSService`…; missing in records that a service made by itself.
    pub fn kind(self) -> Option<&'a str> {
        self.text(&["type"])
    }

    /// `principalId`: `AIDA…` for a user, `AROA…:session` for a role session, the account for root.
    pub fn principal_id(self) -> Option<&'a str> {
        self.text(&["principalId"])
    }

    pub fn arn(self) -> Option<&'a str> {
        self.text(&["arn"])
    }

    pub fn account_id(self) -> Option<&'a str> {
        self.text(&["accountId"])
    }

    pub fn user_name(self) -> Option<&'a str> {
        self.text(&["userName"])
    }

    /// The key that signed; `None` where it is absent or empty.
    pub fn access_key_id(self) -> Option<&'a str> {
        self.text(&["accessKeyId"])
    }

    /// The service that made or forwarded the call.
    pub fn invoked_by(self) -> Option<&'a str> {
        self.text(&["invokedBy"])
    }

    /// ARN of the role or user that the session is of.
    pub fn session_issuer(self) -> Option<&'a str> {
        self.text(&["sessionContext", "sessionIssuer", "arn"])
    }

    /// When the session was issued (`aws:TokenIssueTime`).
    pub fn session_created(self) -> Option<Time> {
        self.text(&["sessionContext", "attributes", "creationDate"])
            .and_then(time::rfc3339)
    }

    /// `"true"` or `"false"` where the session says whether MFA was used.
    pub fn mfa(self) -> Option<&'a str> {
        self.text(&["sessionContext", "attributes", "mfaAuthenticated"])
    }

    /// The sign-in session, the same in all its calls (facts: C3).
    pub fn sign_in_session(self) -> Option<&'a str> {
        self.text(&["sessionContext", "signInSessionArn"])
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

    fn text(self, steps: &[&str]) -> Option<&'a str> {
        string_at(self.0, steps)
    }
}
