//! What a name or an ARN stands for in the caller's account: a user, or a role and of which sort.

use chrono::{DateTime, Utc};

use crate::error::Failure;
use crate::response::operator::Operator;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    User(User),
    Role(Role),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub name: String,
    pub arn: String,
    pub created: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub name: String,
    pub arn: String,
    pub sort: RoleSort,
    pub created: Option<DateTime<Utc>>,
}

/// Who governs a role: inline policies can be put on ordinary ones only (facts: F4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleSort {
    Ordinary,
    /// Path `/aws-service-role/`.
    ServiceLinked,
    /// Path `/aws-reserved/sso.amazonaws.com/`: made from a permission set of IAM Identity Center.
    IdentityCenter,
}

/// Why a principal is not to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unresolved {
    /// No such user or role in this account.
    Nobody,
    /// Its ARN names this other account.
    Foreign(String),
    /// A user and a role have this name.
    Ambiguous,
    /// Nothing that can be resolved: root, a service, odd text.
    NotAPrincipal(String),
    /// IAM did not let us look, or did not answer: what, and why.
    CouldNotLook(String),
}

impl Unresolved {
    /// The failure to end with, where `text` was what the user typed.
    pub fn failure(&self, text: &str) -> Failure {
        let _ = text;
        todo!()
    }
}

/// Asks IAM. `text` is a name, `user/NAME`, `role/NAME`, or an ARN: of a user, a role, or a session of one.
///
/// # Errors
/// [`Unresolved`] says why not.
pub async fn resolve(operator: &Operator, text: &str) -> Result<Principal, Unresolved> {
    let _ = (operator, text);
    todo!()
}
