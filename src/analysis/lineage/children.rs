//! What may become a child of a node: one function for each way in which facts show it.

use std::collections::HashMap;

use super::{CONSOLE_SESSION, EARLY};
use crate::analysis::links::{
    Compute, ConsoleLogin, IssuedKey, Links, ObservedKey, RecordOrigin, same_moment,
};
use crate::analysis::nodes::{issued_node, key_node, login_node};
use crate::event::time::Time;
use crate::event::who::Mfa;
use crate::report::{Link, Node};

/// A node to be, and the time that orders it among its siblings.
pub(super) struct Child {
    pub(super) node: Node,
    pub(super) login: Option<ConsoleLogin>,
}

impl From<Node> for Child {
    fn from(node: Node) -> Self {
        Self { node, login: None }
    }
}

/// Keys seen in use that no record issued, and those that one did.
pub(super) struct Unissued<'a> {
    pub(super) keys: Vec<UnissuedKey<'a>>,
    issued: HashMap<&'a str, &'a IssuedKey>,
    issuers: HashMap<&'a str, (&'a str, &'a IssuedKey)>,
}

pub(super) struct UnissuedKey<'a> {
    pub(super) id: &'a str,
    principal_id: &'a str,
    pub(super) seen: &'a ObservedKey,
}

impl<'a> Unissued<'a> {
    pub(super) fn of(links: &'a Links) -> Self {
        let issues = links.issues.values().flatten();
        let issued: HashMap<&str, &IssuedKey> = issues
            .chain(&links.federated_issues)
            .map(|issue| (&*issue.child, issue))
            .collect();
        let mut keys: Vec<UnissuedKey<'a>> = links
            .seen
            .iter()
            .flat_map(|(principal_id, keys)| {
                keys.iter().map(|(id, seen)| UnissuedKey {
                    id,
                    principal_id,
                    seen,
                })
            })
            .filter(|key| !issued.contains_key(key.id))
            .collect();
        keys.sort_by_key(|key| key.id);
        let issuers = links.issues.iter().flat_map(|(parent, issues)| {
            issues
                .iter()
                .map(move |issue| (&*issue.child, (&**parent, issue)))
        });
        Self {
            keys,
            issued,
            issuers: issuers.collect(),
        }
    }

    /// The key that obtained `key`, where a record says so, and how.
    pub(super) fn issuer(&self, key: &str) -> Option<(&'a str, &'a IssuedKey)> {
        self.issuers.get(key).copied()
    }

    pub(super) fn of_principal(
        &self,
        principal_id: &'a str,
    ) -> impl Iterator<Item = &UnissuedKey<'a>> {
        self.keys
            .iter()
            .filter(move |key| key.principal_id == principal_id)
    }
}

impl UnissuedKey<'_> {
    pub(super) fn child(
        &self,
        parent: &str,
        link: Link,
        origin: &RecordOrigin,
        note: &str,
    ) -> Child {
        let mut node = key_node(self.id, Some(origin), link);
        node.parent = Some(parent.to_owned());
        node.issued_at = self.seen.created.or(origin.time);
        node.principal = self.seen.arn.as_deref().map(str::to_owned);
        node.account = self.seen.account.as_deref().map(str::to_owned);
        node.mfa = Mfa::of_session(self.seen.mfa.as_deref());
        node.note = Some(note.to_owned());
        node.into()
    }
}

/// Children whose key id stands in the answer to a call that the key signed.
pub(super) fn exact_children(node: &Node, links: &Links) -> Vec<Child> {
    let issues = links.issues.get(node.id.as_str()).into_iter().flatten();
    issues
        .map(|issue| issued_node(issue, &node.id, Link::Exact).into())
        .collect()
}

/// Children whose key id stands only in the copy of the record that the role's account got.
pub(super) fn shared_children(node: &Node, links: &Links) -> Vec<Child> {
    let calls = links
        .shared_calls
        .get(node.id.as_str())
        .into_iter()
        .flatten();
    calls
        .filter_map(|shared| links.shared_issues.get(shared))
        .map(|issue| issued_node(issue, &node.id, Link::SharedEvent).into())
        .collect()
}

/// Other keys of the role session that a key was issued for: Identity Center uses a key that is not the one in the
/// answer, but role id and time agree (facts: D3). Console keys belong to their login.
pub(super) fn session_children(node: &Node, unissued: &Unissued<'_>) -> Vec<Child> {
    let Some(issue) = unissued.issued.get(node.id.as_str()) else {
        return Vec::new();
    };
    let (Some(session), Some(issued)) = (&issue.assumed_role_id, issue.origin.time) else {
        return Vec::new();
    };
    let keys = unissued.of_principal(session).filter(|key| {
        session.starts_with("AROA")
            && !key.seen.from_console
            && key
                .seen
                .created
                .is_some_and(|created| same_moment(created, issued))
    });
    keys.map(|key| {
        key.child(
            &node.id,
            Link::RoleSession,
            &issue.origin,
            "same role session",
        )
    })
    .collect()
}

/// Whether a service issued this key to that compute: to an instance under its id; to a function under its name,
/// or, while it is being created, under a name of Lambda's own.
pub(super) fn was_issued_to(issue: &IssuedKey, compute: &Compute, launched: Option<Time>) -> bool {
    if !is_after(issue.origin.time, launched) {
        return false;
    }
    let service = issue.service.as_deref().unwrap_or_default();
    let session = issue.session_name.as_deref().unwrap_or_default();
    match compute {
        Compute::Instance { id } => service == "ec2.amazonaws.com" && session == &**id,
        Compute::Function { name, .. } => {
            let at_creation = || match (issue.origin.time, launched) {
                (Some(issued), Some(created)) => (issued - created).abs() <= EARLY,
                _ => false,
            };
            service == "lambda.amazonaws.com"
                && (session == &**name || (session.starts_with("awslambda_") && at_creation()))
        }
    }
}

pub(super) fn is_after(time: Option<Time>, cause: Option<Time>) -> bool {
    matches!((time, cause), (Some(time), Some(cause)) if time >= cause - EARLY)
}

pub(super) fn is_within_session(time: Option<Time>, start: Option<Time>) -> bool {
    is_after(time, start)
        && matches!((time, start), (Some(time), Some(start)) if time <= start + CONSOLE_SESSION)
}

pub(super) fn link_of_login(principal_id: &str) -> Link {
    if principal_id.starts_with("AROA") {
        Link::RoleSession
    } else {
        Link::ConsoleLogin
    }
}

pub(super) fn order(node: &Node) -> (Option<Time>, &Option<String>, &str) {
    (node.issued_at, &node.issued_by_event, &node.id)
}

pub(super) fn login_child(login: &ConsoleLogin, parent: &str, link: Link) -> Child {
    let mut node = login_node(login, link);
    node.parent = Some(parent.to_owned());
    Child {
        node,
        login: Some(login.clone()),
    }
}
