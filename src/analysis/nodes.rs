//! Nodes of the lineage as the facts make them: what is known of a credential from the record it came by.

use super::links::{ConsoleLogin, IssuedKey, RecordOrigin, UserCreation};
use crate::event::time::Time;
use crate::event::who::Mfa;
use crate::report::{self, Kind, Link, Made, Node};

/// How the note of a traced key begins, where a record says which key obtained it.
pub const OBTAINED_BY: &str = "obtained by ";

/// The id of a login node: of its event, or where that has none, of who and when.
pub fn login_id(login: &ConsoleLogin) -> String {
    match &login.origin.event_id {
        Some(id) => id.to_string(),
        None => session_id(&login.principal_id, login.origin.time),
    }
}

/// The id of a console session whose login was not seen.
pub fn session_id(principal_id: &str, started: Option<Time>) -> String {
    let time = started.map(|time| time.to_string()).unwrap_or_default();
    format!("login:{principal_id}@{time}")
}

/// The id of a user node: its unique id where it is known.
pub fn user_id(user: &UserCreation) -> String {
    let id = user.user_id.as_deref().or(user.arn.as_deref());
    id.map_or_else(|| format!("user:{}", user.user_name), str::to_owned)
}

/// What the report tells of a user that was created or given a password.
pub fn user_made(user: &UserCreation) -> report::UserMade {
    let text = |part: Option<&Box<str>>| part.map(ToString::to_string);
    report::UserMade {
        user_name: user.user_name.to_string(),
        arn: text(user.arn.as_ref()),
        account: text(user.account.as_ref()),
        how: if &*user.origin.via == "CreateUser" {
            Made::Created
        } else {
            Made::Password
        },
        via: user.origin.via.to_string(),
        event_id: text(user.origin.event_id.as_ref()),
        time: user.origin.time,
        by: user.by.to_string(),
    }
}

/// The node of an access key.
pub fn key_node(access_key_id: &str, origin: Option<&RecordOrigin>, link: Link) -> Node {
    let mut node = blank(access_key_id.to_owned(), Kind::Key, link, origin);
    node.access_key_id = Some(access_key_id.to_owned());
    node
}

/// The node of a key that an answer holds.
pub fn issued_node(issue: &IssuedKey, parent: &str, link: Link) -> Node {
    let mut node = key_node(&issue.child, Some(&issue.origin), link);
    node.parent = Some(parent.to_owned());
    node.expires_at = issue.expires;
    node.principal = issue.principal.as_deref().map(str::to_owned);
    node
}

/// The node of a console login, without a parent.
pub fn login_node(login: &ConsoleLogin, link: Link) -> Node {
    let mut node = blank(login_id(login), Kind::Login, link, Some(&login.origin));
    node.principal = login
        .arn
        .as_deref()
        .or(login.user_name.as_deref())
        .map(str::to_owned);
    node.account = login.account.as_deref().map(str::to_owned);
    node.mfa = login.mfa;
    node
}

/// A node of which only its origin is known.
pub fn blank(id: String, kind: Kind, link: Link, origin: Option<&RecordOrigin>) -> Node {
    let text = |part: Option<&Box<str>>| part.map(ToString::to_string);
    Node {
        id,
        kind,
        access_key_id: None,
        parent: None,
        link,
        via: origin.map(|origin| origin.via.to_string()),
        issued_by_event: text(origin.and_then(|origin| origin.event_id.as_ref())),
        issued_at: origin.and_then(|origin| origin.time),
        expires_at: None,
        account: text(origin.and_then(|origin| origin.account.as_ref())),
        principal: None,
        region: text(origin.and_then(|origin| origin.region.as_ref())),
        mfa: Mfa::Unknown,
        source_ips: Vec::new(),
        events: 0,
        first_event: None,
        last_event: None,
        deleted_at: None,
        stolen: false,
        sign_in_sessions: Vec::new(),
        note: None,
    }
}
