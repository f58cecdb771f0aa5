//! Whose permissions a session has, as its principal tells. Names must fit IAM's grammar before they are used.

use crate::event::arn::Actor;
use crate::response::principal::is_name;

/// Whose permissions a session has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Holder {
    Role(String),
    User(String),
    /// Those of the user that owns this long-term key: session tokens, and federated users.
    OwnerOf(String),
}

impl Holder {
    /// `role/NAME` or `user/NAME`, where the name is known.
    pub fn named(&self) -> Option<String> {
        match self {
            Self::Role(name) => Some(format!("role/{name}")),
            Self::User(name) => Some(format!("user/{name}")),
            Self::OwnerOf(_) => None,
        }
    }
}

pub const FEDERATED: &str =
    "a federated user, and the report does not hold the key that asked for it";
pub const NO_NAME: &str = "its name is none that IAM gives to users and roles";

/// The role or user that `principal` is, or is a session of: an ARN, or the bare name of a user.
pub fn holder_of(principal: &str) -> Result<Holder, &'static str> {
    let (holder, name): (fn(String) -> Holder, String) = match Actor::of(principal) {
        Some(Actor::Role(name)) => (Holder::Role, name),
        Some(Actor::User(name)) => (Holder::User, name),
        Some(Actor::Federated(_)) => return Err(FEDERATED),
        Some(Actor::Root) => return Err("sessions of root cannot be revoked"),
        None if principal.contains(':') => {
            return Err("a session of neither a role nor a user");
        }
        None => (Holder::User, principal.to_owned()),
    };
    if is_name(&name) {
        Ok(holder(name))
    } else {
        Err(NO_NAME)
    }
}
