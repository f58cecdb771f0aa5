//! The lineage: the tree that grew from the traced keys, from the facts that records state.
//!
//! Growing is a pure function of the subjects and the facts, breadth first and in the order of time, so that the
//! same facts make the same tree whatever source they came from and in whatever order. A credential has one
//! parent, the first that is found; loops of roles are chains of different keys, and a key that is in the tree is
//! not added again.

mod children;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use chrono::Duration;

use super::links::{Compute, ConsoleLogin, Links, RecordOrigin, UserCreation, same_moment};
use super::nodes::{OBTAINED_BY, blank, issued_node, key_node, login_id, user_id, user_made};
use crate::event::arn;
use crate::event::time::Time;
use crate::report::{self, Kind, Link, Node};
use children::{
    Child, Unissued, exact_children, is_after, is_within_session, link_of_login, login_child,
    order, session_children, shared_children, was_issued_to,
};

/// Records of one action may be stamped a little before those of the action that caused it: a function's role was
/// seen assumed one second before the function's creation was recorded.
pub const EARLY: Duration = Duration::seconds(60);
/// A console session lasts so long at most.
pub const CONSOLE_SESSION: Duration = Duration::hours(12);

/// How far the tree may grow, and along which links besides the exact ones.
#[derive(Debug, Clone, Default)]
pub struct GrowthLimits {
    pub depth: usize,
    pub values: usize,
    pub links: Vec<Link>,
}

impl GrowthLimits {
    pub fn follows(&self, link: Link) -> bool {
        self.links.contains(&link)
    }
}

/// The tree. Parents stand before their children; event counts are left at zero.
#[derive(Debug, Default)]
pub struct Tree {
    pub nodes: Vec<Node>,
    /// The limit that stopped it, in words.
    pub limit: Option<String>,
    by_id: HashMap<String, usize>,
    depths: Vec<usize>,
    /// Users that the tree created or gave a password, and since when.
    pub users: Vec<UserCreation>,
    /// Sessions of the tree that asked for a console sign-in: user name for lookups, and since when.
    pub sign_ins: Vec<(Box<str>, Time)>,
    /// The instance that each key of one was issued to.
    pub instances: HashMap<String, String>,
    /// When the first compute was launched, if any was.
    pub launched: Option<Time>,
    /// Logins of the tree.
    pub logins: Vec<ConsoleLogin>,
    /// Sign-ins whose credentials no record names.
    pub untraceable_sign_ins: BTreeSet<RecordOrigin>,
}

impl Tree {
    /// Grows the tree of `subjects` from `links`.
    pub fn grow(subjects: &[String], links: &Links, growth: &GrowthLimits) -> Self {
        let mut tree = Self::grow_nodes(subjects, links, growth);
        let mut sessions = links.sign_in_sessions();
        for node in &mut tree.nodes {
            let of_node = sessions.remove(node.id.as_str()).into_iter().flatten();
            node.sign_in_sessions = of_node.map(str::to_owned).collect();
        }
        tree
    }

    fn grow_nodes(subjects: &[String], links: &Links, growth: &GrowthLimits) -> Self {
        let mut tree = Self::default();
        let mut queue = VecDeque::new();
        let unissued = Unissued::of(links);
        for subject in subjects {
            if !tree.by_id.contains_key(subject) {
                queue.push_back(tree.add(subject_node(subject, &unissued), 0));
            }
        }
        while let Some(parent) = queue.pop_front() {
            let mut children = tree.children(parent, links, &unissued, growth);
            children.sort_by(|a, b| order(&a.node).cmp(&order(&b.node)));
            for child in children {
                if tree.by_id.contains_key(&child.node.id) {
                    continue;
                }
                let depth = tree.depths[parent] + 1;
                if depth > growth.depth {
                    tree.limit = Some(format!("the depth limit of {} was reached", growth.depth));
                    continue;
                }
                if tree.nodes.len() >= growth.values {
                    tree.limit = Some(format!(
                        "the limit of {} credentials was reached",
                        growth.values
                    ));
                    return tree;
                }
                tree.logins.extend(child.login);
                queue.push_back(tree.add(child.node, depth));
            }
        }
        tree.add_unused_users();
        tree
    }

    /// The node of an access key.
    pub fn key(&self, access_key_id: &str) -> Option<usize> {
        self.by_id.get(access_key_id).copied()
    }

    /// The node of a login, by the id of its event.
    pub fn login(&self, event_id: &str) -> Option<usize> {
        self.by_id
            .get(event_id)
            .copied()
            .filter(|node| self.nodes[*node].kind == Kind::Login)
    }

    /// Whether a node, or one above it, is a credential that AWS issued to an instance or a function.
    pub fn is_below_compute(&self, node: usize) -> bool {
        let mut at = Some(node);
        // parents stand before their children, so that going up ends
        while let Some(node) = at.and_then(|node| self.nodes.get(node)) {
            if node.link == Link::Compute {
                return true;
            }
            at = node.parent.as_deref().and_then(|parent| self.key(parent));
        }
        false
    }

    /// The name of the function whose credential `node` is; none where it is another's.
    pub fn function(&self, node: usize) -> Option<&str> {
        let node = self.nodes.get(node)?;
        let is_function = node.link == Link::Compute && !self.instances.contains_key(&node.id);
        is_function.then(|| node.principal.as_deref().map_or("of no name", arn::name))
    }

    /// Every access key of the tree.
    pub fn keys(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.kind == Kind::Key)
    }

    /// The users that the tree created or gave a password, each call once, in the order of time.
    pub fn users_made(&self) -> Vec<report::UserMade> {
        let mut users: Vec<&UserCreation> = self.users.iter().collect();
        users.sort_by(|a, b| a.origin.cmp(&b.origin));
        let mut made: Vec<report::UserMade> = users.into_iter().map(user_made).collect();
        made.dedup();
        made
    }

    fn add(&mut self, node: Node, depth: usize) -> usize {
        self.by_id.insert(node.id.clone(), self.nodes.len());
        self.nodes.push(node);
        self.depths.push(depth);
        self.nodes.len() - 1
    }

    fn children(
        &mut self,
        parent: usize,
        links: &Links,
        unissued: &Unissued<'_>,
        growth: &GrowthLimits,
    ) -> Vec<Child> {
        let node = self.nodes[parent].clone();
        match node.kind {
            Kind::Key => {
                let mut children = exact_children(&node, links);
                if growth.follows(Link::SharedEvent) {
                    children.extend(shared_children(&node, links));
                }
                if growth.follows(Link::Compute) {
                    children.extend(self.compute_children(&node, links));
                }
                if growth.follows(Link::ConsoleLogin) {
                    children.extend(self.user_children(&node, links));
                }
                if growth.follows(Link::RoleSession) {
                    children.extend(self.sign_in_children(&node, links, unissued));
                    children.extend(session_children(&node, unissued));
                }
                children
            }
            Kind::Login => self.login_children(&node, links, unissued),
            Kind::User => Vec::new(),
        }
    }

    /// Credentials that AWS issued to what the key launched or created.
    fn compute_children(&mut self, node: &Node, links: &Links) -> Vec<Child> {
        let mut children = Vec::new();
        for launch in links.launches.get(node.id.as_str()).into_iter().flatten() {
            self.launched = self.launched.into_iter().chain(launch.origin.time).min();
            let (index, name) = match &launch.compute {
                Compute::Instance { id } => (id, id),
                Compute::Function { name, role_arn } => (role_arn, name),
            };
            for issue in links.service_issues.get(index).into_iter().flatten() {
                if was_issued_to(issue, &launch.compute, launch.origin.time) {
                    if let Compute::Instance { id } = &launch.compute {
                        self.instances
                            .insert(issue.child.to_string(), id.to_string());
                    }
                    let mut child = issued_node(issue, &node.id, Link::Compute);
                    child.note = Some(format!("issued to {name}"));
                    children.push(child.into());
                }
            }
        }
        children
    }

    /// Logins of the users that the key created or gave a password.
    fn user_children(&mut self, node: &Node, links: &Links) -> Vec<Child> {
        let mut children = Vec::new();
        for user in links.users.get(node.id.as_str()).into_iter().flatten() {
            let made_at = user.origin.time;
            for login in &links.logins {
                let is_theirs = login.user_name == Some(user.user_name.clone())
                    && (login.account == user.account || login.account.is_none());
                if is_theirs && is_after(login.origin.time, made_at) {
                    children.push(login_child(login, &node.id, Link::ConsoleLogin));
                }
            }
            self.users.push(user.clone());
        }
        children
    }

    /// Console logins, and keys of authorised tools, of a session that asked to sign in.
    fn sign_in_children(
        &mut self,
        node: &Node,
        links: &Links,
        unissued: &Unissued<'_>,
    ) -> Vec<Child> {
        let mut children = Vec::new();
        for sign_in in links.sign_ins.get(node.id.as_str()).into_iter().flatten() {
            if let (Some(name), Some(time)) = (&sign_in.user_name, sign_in.origin.time) {
                self.sign_ins.push((name.clone(), time));
            }
            if &*sign_in.origin.via == "GetSigninToken" {
                let theirs = links.logins.iter().filter(|login| {
                    Some(&login.principal_id) == sign_in.principal_id.as_ref()
                        && is_within_session(login.origin.time, sign_in.origin.time)
                });
                children.extend(
                    theirs.map(|login| {
                        login_child(login, &node.id, link_of_login(&login.principal_id))
                    }),
                );
                continue;
            }
            self.untraceable_sign_ins.insert(sign_in.origin.clone());
            if let Some(session) = &sign_in.sign_in_session {
                let keys = unissued.keys.iter().filter(|key| {
                    key.seen.sign_in_session.as_ref() == Some(session) && key.id != node.id
                });
                children.extend(keys.map(|key| {
                    key.child(
                        &node.id,
                        Link::Inferred,
                        &sign_in.origin,
                        "shares the sign-in session",
                    )
                }));
            }
        }
        children
    }

    /// The keys that a console session fans out into, and the roles that it switched to.
    fn login_children(&self, node: &Node, links: &Links, unissued: &Unissued<'_>) -> Vec<Child> {
        let Some(login) = self.logins.iter().find(|login| login_id(login) == node.id) else {
            return Vec::new();
        };
        // a session signed in through the federation endpoint keeps the time of the key that asked for it
        let started = [
            login.origin.time,
            node.parent
                .as_ref()
                .and_then(|parent| self.key(parent))
                .and_then(|i| self.nodes[i].issued_at),
        ];
        let keys = unissued.of_principal(&login.principal_id).filter(|key| {
            key.seen.created.is_some_and(|created| {
                started
                    .iter()
                    .flatten()
                    .any(|start| same_moment(created, *start))
            })
        });
        let mut children: Vec<Child> = keys
            .map(|key| key.child(&node.id, node.link, &login.origin, "console session"))
            .collect();
        let switches = links.logins.iter().filter(|other| {
            other.switched_from.is_some()
                && other.switched_from == login.arn
                && is_within_session(other.origin.time, login.origin.time)
        });
        children.extend(switches.map(|other| login_child(other, &node.id, Link::RoleSession)));
        children
    }

    /// Users of the tree of whom neither a key nor a login is in it: that they could be used is all that is known.
    fn add_unused_users(&mut self) {
        let named = |node: &Node| {
            let principal = node.principal.as_deref()?;
            let is_user = principal.contains(":user/") || !principal.contains(':');
            let name = is_user.then(|| arn::name(principal))?;
            Some((node.account.clone(), name.to_owned()))
        };
        let shown: HashSet<_> = self.nodes.iter().filter_map(named).collect();
        // of a user that was created and then given a password, the creation comes first
        self.users.sort_by(|a, b| a.origin.cmp(&b.origin));
        let mut added = HashSet::new();
        for user in self.users.clone() {
            let id = user_id(&user);
            let who = (
                user.account.as_deref().map(str::to_owned),
                user.user_name.to_string(),
            );
            if shown.contains(&who) || !added.insert(who) {
                continue;
            }
            let depth = self
                .key(&user.by)
                .map_or(0, |parent| self.depths[parent] + 1);
            let mut node = blank(id, Kind::User, Link::Inferred, Some(&user.origin));
            node.parent = Some(user.by.to_string());
            node.account = user.account.as_deref().map(str::to_owned);
            node.principal = Some(user.arn.as_deref().unwrap_or(&user.user_name).to_owned());
            node.note = Some("no key or login of it was seen".to_owned());
            self.add(node, depth);
        }
    }
}

/// A traced key; and, where a record tells, by which other key it was obtained.
fn subject_node(access_key_id: &str, unissued: &Unissued<'_>) -> Node {
    match unissued.issuer(access_key_id) {
        None => key_node(access_key_id, None, Link::Subject),
        Some((parent, issue)) => Node {
            parent: None,
            note: Some(format!("{OBTAINED_BY}{parent}")),
            ..issued_node(issue, parent, Link::Subject)
        },
    }
}
