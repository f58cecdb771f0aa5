//! Related sessions: what the same principal did with credentials that do not descend from the traced key.
//!
//! Keys of one console session share the time of its login (facts: D4). Calls that an AWS service forwarded for
//! the principal carry a key each, which no record links to the call that caused it: they are counted apart.

use std::collections::BTreeMap;

use super::links::{ConsoleLogin, same_moment};
use super::nodes::{blank, key_node, login_node, session_id};
use super::usage::Usage;
use crate::event::Event;
use crate::event::time::Time;
use crate::report::{Kind, Link, Node};

#[derive(Debug, Default)]
struct RelatedKey {
    principal_id: String,
    created: Option<Time>,
    from_console: bool,
    forwarded: bool,
    usage: Usage,
    events: u64,
}

/// Folds the events of the traced principal that are outside the lineage.
#[derive(Debug, Default)]
pub struct Fold {
    keys: BTreeMap<String, RelatedKey>,
    logins: Vec<(ConsoleLogin, Usage)>,
}

impl Fold {
    /// An event that is signed with a key.
    pub fn add(&mut self, event: &Event) {
        let identity = event.identity();
        let (Some(id), Some(principal_id)) = (identity.access_key_id(), identity.principal_id())
        else {
            return;
        };
        let key = self.keys.entry(id.to_owned()).or_default();
        principal_id.clone_into(&mut key.principal_id);
        key.created = key.created.or_else(|| identity.session_created());
        key.from_console |= event.from_console();
        key.forwarded |= identity.invoked_by().is_some();
        key.events += 1;
        key.usage.add(event);
    }

    /// The principal's login to the console, and its event.
    pub fn add_login(&mut self, login: &ConsoleLogin, event: &Event) {
        let mut usage = Usage::default();
        usage.add(event);
        self.logins.push((login.clone(), usage));
    }

    /// The sessions, oldest first, each followed by its keys; and how many forwarded calls are left.
    pub fn finish(self) -> (Vec<Node>, u64) {
        let mut sessions: Vec<RelatedSession> = Vec::new();
        for (login, usage) in self.logins {
            let mut node = login_node(&login, Link::ConsoleLogin);
            usage.describe(&mut node);
            node.issued_at = login.origin.time;
            sessions.push(RelatedSession {
                principal_id: login.principal_id.to_string(),
                node,
                keys: Vec::new(),
            });
        }
        let console = |key: &RelatedKey| key.from_console && key.created.is_some();
        for key in self.keys.values().filter(|key| console(key)) {
            if !sessions.iter().any(|session| session.holds(key)) {
                sessions.push(RelatedSession::without_login(key));
            }
        }
        let (mut alone, mut forwarded) = (Vec::new(), 0);
        for (id, key) in self.keys {
            match sessions.iter_mut().find(|session| session.holds(&key)) {
                Some(session) => {
                    let mut node = key_node(&id, None, Link::ConsoleLogin);
                    node.parent = Some(session.node.id.clone());
                    node.note = Some("console session".to_owned());
                    key.usage.describe(&mut node);
                    session.keys.push(node);
                }
                None if key.forwarded => forwarded += key.events,
                None => {
                    let mut node = key_node(&id, None, Link::Inferred);
                    node.note = Some("another credential of the same principal".to_owned());
                    key.usage.describe(&mut node);
                    alone.push(RelatedSession {
                        principal_id: String::new(),
                        node,
                        keys: Vec::new(),
                    });
                }
            }
        }
        sessions.extend(alone);
        sessions.sort_by(|a, b| {
            let order =
                |s: &RelatedSession| (s.node.issued_at.or(s.node.first_event), s.node.id.clone());
            order(a).cmp(&order(b))
        });
        (
            sessions
                .into_iter()
                .flat_map(|session| std::iter::once(session.node).chain(session.keys))
                .collect(),
            forwarded,
        )
    }
}

struct RelatedSession {
    principal_id: String,
    node: Node,
    keys: Vec<Node>,
}

impl RelatedSession {
    fn without_login(key: &RelatedKey) -> Self {
        let mut node = blank(
            session_id(&key.principal_id, key.created),
            Kind::Login,
            Link::ConsoleLogin,
            None,
        );
        node.issued_at = key.created;
        node.note = Some("console session whose login was not seen".to_owned());
        Self {
            principal_id: key.principal_id.clone(),
            node,
            keys: Vec::new(),
        }
    }

    fn holds(&self, key: &RelatedKey) -> bool {
        self.principal_id == key.principal_id
            && self.node.kind == Kind::Login
            && matches!((self.node.issued_at, key.created), (Some(a), Some(b)) if same_moment(a, b))
    }
}
