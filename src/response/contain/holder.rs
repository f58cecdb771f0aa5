//! Whose permissions a session has, as its principal's ARN tells. Names must fit IAM's grammar before they are used.

/// Whose permissions a session has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Holder {
    Role(String),
    User(String),
    /// Those of the user that owns this long-term key: session tokens, and federated users.
    OwnerOf(String),
}

pub const FEDERATED: &str =
    "a federated user, and the report does not hold the key that asked for it";

/// The role or user that `principal` is, or is a session of: an ARN, or the bare name of a user.
pub fn holder_of(principal: &str) -> Result<Holder, &'static str> {
    let resource = match principal.splitn(6, ':').nth(5) {
        Some(resource) => resource,
        None if is_name(principal) => return Ok(Holder::User(principal.to_owned())),
        None => return Err(NO_NAME),
    };
    let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
    let last = name.rsplit('/').next().unwrap_or(name);
    let (holder, name): (fn(String) -> Holder, &str) = match kind {
        "assumed-role" => (Holder::Role, name.split('/').next().unwrap_or(name)),
        "role" => (Holder::Role, last),
        "user" => (Holder::User, last),
        "federated-user" => return Err(FEDERATED),
        "root" => return Err("sessions of root cannot be revoked"),
        _ => return Err("a session of neither a role nor a user"),
    };
    if is_name(name) {
        Ok(holder(name.to_owned()))
    } else {
        Err(NO_NAME)
    }
}

pub const NO_NAME: &str = "its name is none that IAM gives to users and roles";

/// The grammar of the names of users and roles.
pub fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}
