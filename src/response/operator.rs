//! Who acts: the caller, the credential that signs, and the credentials it came from, none of which may be touched.

use crate::aws::Aws;
use crate::error::Failure;
use crate::report::Caller;
use crate::response::slot::Slot;

/// Whoever runs trailhunt, with IAM at hand.
#[derive(Debug, Clone)]
pub struct Operator {
    pub aws: Aws,
    pub iam: aws_sdk_iam::Client,
    pub caller: Caller,
    /// The key that signs.
    pub access_key_id: String,
    /// The user or role that calls, by name; neither for root.
    pub identity: Identity,
    /// Keys and roles that the caller's session came from, as far as they are known.
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    Root,
    User(String),
    Role(String),
    /// A federated user, of whom only the ARN is known.
    Federated(String),
}

/// Where a session came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    pub access_key_ids: Vec<String>,
    pub users: Vec<String>,
    pub roles: Vec<String>,
    /// Why the chain could not be followed to its end; none where it was.
    pub unknown: Option<String>,
}

impl Operator {
    /// Asks AWS who calls, and finds out where the session came from.
    ///
    /// # Errors
    /// A credentials failure; a usage failure where `expect_account` is another account than the caller's.
    pub async fn open(aws: Aws, expect_account: Option<&str>) -> Result<Self, Failure> {
        let _ = (aws, expect_account);
        todo!()
    }

    /// Why setting `slot` would reach the caller's own key, user, role, or a credential that it came from.
    pub fn reaches_itself(&self, slot: &Slot) -> Option<String> {
        let _ = slot;
        todo!()
    }

    /// The partition of the account: `aws`, `aws-cn`, `aws-us-gov`.
    pub fn partition(&self) -> &str {
        self.caller.arn.split(':').nth(1).unwrap_or("aws")
    }
}
