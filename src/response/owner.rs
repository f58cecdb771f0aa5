//! Whose an access key is, as IAM of the caller's account says: its word decides, the id is a hint (facts: D2, F1).

use chrono::{DateTime, Utc};

use crate::error::Failure;
use crate::response::operator::Operator;

/// What IAM knows of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A user of this account has it.
    User(UserKey),
    /// `ASIA…`: a session's, which expires by itself and cannot be deactivated (facts: F4).
    Temporary,
    /// No user has it, and it is of this account, whose root has keys: IAM cannot reach those (facts: F3).
    Root,
    /// It belongs to another account, where that is known.
    Foreign { account: Option<String> },
    /// No user of this account has it, and nothing says whose it is: it was deleted, or is root's, or foreign.
    Nobody { why: String },
}

/// A user's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserKey {
    pub user: String,
    /// [`crate::response::slot::ACTIVE`] or another word of IAM.
    pub status: String,
    pub created: Option<DateTime<Utc>>,
    /// When it was last used, by which service and where; none where it never was, or IAM does not say.
    pub last_used: Option<LastUse>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    pub at: DateTime<Utc>,
    pub service: String,
    pub region: String,
}

/// Finds the owner: `GetAccessKeyLastUsed`, and where that does not tell, every key of every user. `tell` is told
/// how far that is.
///
/// # Errors
/// Where it could not be looked: a permission is missing (named), or IAM does not answer.
pub async fn find(
    operator: &Operator,
    access_key_id: &str,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Owner, Failure> {
    let _ = (operator, access_key_id, tell);
    todo!()
}
