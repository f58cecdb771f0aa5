//! What a report holds to act on, sorted by what IAM must be asked about it; the rest with why it is left out.
//! Nothing here asks anybody.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::holder::{Holder, NO_NAME, holder_of};
use super::trace::{CredentialCall, Trace};
use crate::aws::signin;
use crate::event::arn;
use crate::event::services::{is_access_key_id, is_account_id};
use crate::event::time::Time;
use crate::report::response::{Elsewhere, LeftOut, Omission, Phase};
use crate::report::{Handoff, Kind, Link, Made, Node, UserMade};
use crate::response::principal::is_name;

#[cfg(test)]
mod tests;

/// What is to be looked up, in the order of the lineage.
#[derive(Debug, Default)]
pub struct Targets {
    pub keys: Vec<LongTermKey>,
    pub sessions: Vec<OpenSession>,
    pub users: Vec<TargetUser>,
    /// Sign-in sessions, by whose they are: `role/NAME` or `user/NAME`.
    pub sign_ins: BTreeMap<String, BTreeSet<String>>,
    /// Whether these are denied only.
    pub keep_sign_in: bool,
    /// Calls that made credentials of users which are no access keys.
    pub credential_calls: Vec<CredentialCall>,
    /// Whether the lineage called Bedrock.
    pub calls_bedrock: bool,
    pub left_out: Vec<LeftOut>,
    pub handoffs: Vec<Elsewhere>,
}

impl Targets {
    /// Leaves out the sign-in sessions that are not of `partition`, in which the account is.
    pub fn keep_to(&mut self, partition: &str) {
        for sessions in self.sign_ins.values_mut() {
            let is_own = |session: &String| arn::partition(session) == Some(partition);
            for other in sessions.iter().filter(|session| !is_own(session)) {
                let why = format!("it is no ARN of a sign-in session of the partition {partition}");
                self.left_out.push(LeftOut::new(other, why));
            }
            sessions.retain(is_own);
        }
        self.sign_ins.retain(|_, sessions| !sessions.is_empty());
    }
}

/// A long-term key.
#[derive(Debug, PartialEq, Eq)]
pub struct LongTermKey {
    pub access_key_id: String,
    pub phase: Phase,
    pub why: String,
    /// User, account and time of creation, as the report says; IAM's word decides.
    pub user: Option<String>,
    pub account: Option<String>,
    pub at: Option<Time>,
}

/// A session that may still be open.
#[derive(Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Of its node.
    pub id: String,
    pub is_traced: bool,
    pub holder: Holder,
    pub why: String,
}

/// A user that the lineage created or gave a password.
#[derive(Debug, PartialEq, Eq)]
pub struct TargetUser {
    pub name: String,
    pub how: Made,
    pub at: Option<Time>,
    pub why: String,
}

/// What leads to a node.
#[derive(Debug, Clone, Default)]
struct LineagePath {
    /// The links on it that are not certain.
    uncertain: Vec<Link>,
    /// The nearest long-term key, if only sessions of its user are below it.
    long_term: Option<String>,
}

/// Sorts what `trace` holds for the caller's `account`; sessions that ended before `now` are no targets.
pub fn sort(trace: &Trace, account: &str, include: &[String], now: Time) -> Targets {
    let home = trace.caller.as_ref().map(|caller| caller.account.as_str());
    let mut sorting = TargetSorter {
        account,
        home,
        include,
        now,
        paths: HashMap::new(),
        ended: HashMap::new(),
        targets: Targets {
            credential_calls: trace.credential_calls.clone(),
            calls_bedrock: calls_bedrock(trace),
            ..Targets::default()
        },
    };
    for node in &trace.lineage {
        sorting.node(node);
    }
    for user in &trace.users {
        sorting.user(user);
    }
    for handoff in &trace.handoffs {
        sorting.handoff(handoff);
    }
    let mut known = HashSet::new();
    let handoffs = &mut sorting.targets.handoffs;
    handoffs.retain(|handoff| known.insert((handoff.account.clone(), handoff.argv.clone())));
    // many keys are of one sign-in session: it is told once, and not where another of them is certain
    let (sign_ins, mut told) = (&sorting.targets.sign_ins, HashSet::new());
    sorting.targets.left_out.retain(|left| {
        let of = left.principal.as_ref().and_then(|of| sign_ins.get(of));
        let is_denied = of.is_some_and(|sessions| sessions.contains(&left.id));
        !is_denied && told.insert((left.id.clone(), left.why.clone()))
    });
    sorting.targets
}

struct TargetSorter<'t> {
    account: &'t str,
    /// The account that was traced: of what names none, it is this.
    home: Option<&'t str>,
    include: &'t [String],
    now: Time,
    paths: HashMap<&'t str, LineagePath>,
    /// Sessions of other accounts that are over, by their keys.
    ended: HashMap<&'t str, Time>,
    targets: Targets,
}

impl<'t> TargetSorter<'t> {
    fn node(&mut self, node: &'t Node) {
        if self.paths.contains_key(node.id.as_str()) {
            return;
        }
        let Some(path) = self.path(node) else {
            self.leave_out(node, "what it grew from is not in the report");
            return;
        };
        let missing = self.missing(&path);
        self.paths.insert(&node.id, path.clone());
        // users are told by the list of users
        if node.kind == Kind::User {
            return;
        }
        self.sign_ins(node, &missing);
        let key = node.access_key_id.as_deref();
        if node.kind == Kind::Key && !key.is_some_and(is_access_key_id) {
            self.leave_out(node, "its id is no access key id");
        } else if let Some(key) = node.long_term_key() {
            let by_hand = format!("deactivate-key {key}");
            if self.is_certain(&node.id, node.named(), &missing, Some(&by_hand)) {
                self.key(node, key);
            }
        } else {
            self.session(node, &path, &missing);
        }
    }

    /// The path to `node`; none where the report does not hold it. Parents stand before their children, so that
    /// no path is a circle.
    fn path(&self, node: &Node) -> Option<LineagePath> {
        let mut path = match (node.link, &node.parent) {
            (Link::Subject, _) => LineagePath::default(),
            (_, Some(parent)) => self.paths.get(parent.as_str())?.clone(),
            (_, None) => return None,
        };
        let is_certain = matches!(node.link, Link::Subject | Link::Exact);
        if !is_certain && !path.uncertain.contains(&node.link) {
            path.uncertain.push(node.link);
        }
        if let Some(key) = node.long_term_key() {
            path.long_term = Some(key.to_owned());
        } else if !node.is_of_owner() {
            path.long_term = None;
        }
        Some(path)
    }

    /// The links of `path` that were not asked to be trusted.
    fn missing(&self, path: &LineagePath) -> Vec<Link> {
        let is_missing = |link: &Link| !self.include.iter().any(|known| known == link.into_str());
        let links = path.uncertain.iter().copied();
        links.filter(is_missing).collect()
    }

    /// Whether no link is missing; leaves `id`, which is of `principal`, out otherwise. `by_hand` follows
    /// `trailhunt respond` where its links cannot be included.
    fn is_certain(
        &mut self,
        id: &str,
        principal: Option<String>,
        missing: &[Link],
        by_hand: Option<&str>,
    ) -> bool {
        let Some(link) = missing.last() else {
            return true;
        };
        let why = if missing.contains(&Link::SharedEvent) {
            let by_hand = by_hand.map(|words| format!(": trailhunt respond {words}"));
            format!(
                "its link (shared-event) only tells of two records of one call: if it is meant, by hand{}",
                by_hand.unwrap_or_default()
            )
        } else {
            let names: Vec<&str> = missing.iter().map(Link::into_str).collect();
            format!("needs --include {}", names.join(","))
        };
        self.targets.left_out.push(LeftOut {
            principal,
            link: Some(link.into_str().to_owned()),
            kind: Omission::Link,
            ..LeftOut::new(id, why)
        });
        false
    }

    fn key(&mut self, node: &Node, access_key_id: &str) {
        let user = match node.holder() {
            Some(Ok(Holder::User(user))) => Some(user),
            _ => None,
        };
        self.targets.keys.push(LongTermKey {
            access_key_id: access_key_id.to_owned(),
            phase: match node.link {
                Link::Subject => Phase::Keys,
                _ => Phase::Created,
            },
            why: node.why(),
            user,
            account: self.account(node).map(str::to_owned),
            at: node.issued_at,
        });
    }

    /// The sign-in sessions of `node`, which live on when its keys are over.
    fn sign_ins(&mut self, node: &Node, missing: &[Link]) {
        for session in &node.sign_in_sessions {
            match signin::account_of(session) {
                None => self.omit(session, "it is no ARN of a sign-in session"),
                Some(account) if account != self.account => {
                    let why =
                        format!("of account {account}: whoever answers for that denies it there");
                    self.omit(session, &why);
                }
                Some(_) => match node.holder() {
                    Some(Ok(holder)) if let Some(named) = holder.named() => {
                        if node.stolen
                            || self.is_certain(session, Some(named.clone()), missing, None)
                        {
                            let of_holder = self.targets.sign_ins.entry(named).or_default();
                            of_holder.insert(session.clone());
                        }
                    }
                    _ => self.omit(session, "a sign-in session of neither a role nor a user"),
                },
            }
        }
    }

    fn session(&mut self, node: &'t Node, path: &LineagePath, missing: &[Link]) {
        let ended = node.ends().filter(|ends| *ends < self.now);
        let of = self.account(node).filter(|of| *of != self.account);
        let key = node.access_key_id.as_deref();
        let key = key.filter(|key| is_access_key_id(key));
        match (ended, of) {
            (Some(ended), Some(account)) if let Some(key) = key => {
                self.ended.insert(key, ended);
                return self.elsewhere(node, account);
            }
            (Some(ended), _) => {
                let why = format!("expired at {ended}, nothing to cut");
                return self.leave_out_as(Omission::Expired, node, &why);
            }
            (None, Some(account)) => return self.elsewhere(node, account),
            (None, None) => {}
        }
        let holder = match (&path.long_term, node.holder()) {
            (Some(key), _) => Ok(Holder::OwnerOf(key.clone())),
            (None, Some(holder)) => holder,
            (None, None) => Err("the report does not say whose session it is"),
        };
        match holder {
            Err(why) => self.leave_out(node, why),
            Ok(holder) => {
                let of = holder.named().or_else(|| node.named());
                let by_hand = of.as_ref().map(|of| format!("revoke-sessions {of}"));
                // what is stolen is cut off, however it is known whose it is
                if node.stolen || self.is_certain(&node.id, of, missing, by_hand.as_deref()) {
                    self.targets.sessions.push(OpenSession {
                        id: node.id.clone(),
                        is_traced: node.link == Link::Subject,
                        holder,
                        why: node.why(),
                    });
                }
            }
        }
    }

    fn user(&mut self, user: &UserMade) {
        let name = &user.user_name;
        let Some(path) = self.paths.get(user.by.as_str()) else {
            return self.omit(name, "what made it is not in the report");
        };
        let missing = self.missing(path);
        let what = match user.how {
            Made::Created => "created",
            Made::Password => "given a password",
        };
        let why = format!("{what} by {} ({})", user.by, user.via);
        if !is_name(name) {
            self.omit(name, NO_NAME);
        } else if let Some(account) = other(user.account.as_deref().or(self.home), self.account) {
            let name = format!("user/{name}");
            let words = ["quarantine", &name, "--deny-all"];
            let what = format!("{name}, {why}");
            self.targets.handoffs.push(hand_over(account, what, &words));
        } else if self.is_certain(
            name,
            Some(format!("user/{name}")),
            &missing,
            Some(&format!("quarantine user/{name} --deny-all")),
        ) {
            self.targets.users.push(TargetUser {
                name: name.clone(),
                how: user.how,
                at: user.time,
                why,
            });
        }
    }

    fn handoff(&mut self, handoff: &Handoff) {
        let by = handoff.access_key_id.as_deref();
        let what = match by {
            Some(key) => format!("{}, assumed as {key}", handoff.role_arn),
            None => handoff.role_arn.clone(),
        };
        let holder = holder_of(&handoff.role_arn).ok();
        let role = holder.filter(|holder| matches!(holder, Holder::Role(_)));
        let role = role.and_then(|role| role.named());
        match (role, other(Some(&handoff.account), self.account)) {
            (_, Some(account)) if let Some((key, ended)) = by.and_then(|key| self.over(key)) => {
                self.targets
                    .handoffs
                    .push(trace_there(account, &what, key, ended));
            }
            (role, Some(account)) => {
                let words = role.iter().flat_map(|role| ["revoke-sessions", role]);
                let words: Vec<&str> = words.collect();
                self.targets.handoffs.push(hand_over(account, what, &words));
            }
            (Some(role), None) => self.omit(
                &role,
                &format!(
                    "entered from another account: `trailhunt respond revoke-sessions {role}`"
                ),
            ),
            (None, None) => self.omit(&handoff.role_arn, "no role of this account"),
        }
    }

    fn elsewhere(&mut self, node: &Node, account: &str) {
        if !is_account_id(account) {
            return self.leave_out(node, "its account is no account id");
        }
        let holder = node.holder().and_then(Result::ok);
        let of = holder.and_then(|holder| holder.named());
        let what = match &of {
            Some(of) => format!("{}, a session of {of}: {}", node.id, node.why()),
            None => format!("{}: {}", node.id, node.why()),
        };
        let over = node.access_key_id.as_deref().and_then(|key| self.over(key));
        let handoff = if let Some((key, ended)) = over {
            trace_there(account, &what, key, ended)
        } else {
            let words = of.iter().flat_map(|of| ["revoke-sessions", of]);
            hand_over(account, what, &words.collect::<Vec<&str>>())
        };
        self.targets.handoffs.push(handoff);
    }

    /// The key of a session of another account that is over, and when it ended.
    fn over(&self, access_key_id: &str) -> Option<(&'t str, Time)> {
        let over = self.ended.get_key_value(access_key_id);
        over.map(|(key, ended)| (*key, *ended))
    }

    /// The account that `node` acts in.
    fn account<'n>(&self, node: &'n Node) -> Option<&'n str>
    where
        't: 'n,
    {
        node.acts_in().or(self.home)
    }

    fn leave_out(&mut self, node: &Node, why: &str) {
        let kind = match node.link {
            Link::Subject => Omission::Unresolved,
            _ => Omission::Other,
        };
        self.leave_out_as(kind, node, why);
    }

    fn leave_out_as(&mut self, kind: Omission, node: &Node, why: &str) {
        self.targets.left_out.push(LeftOut {
            link: Some(node.link.into_str().to_owned()),
            principal: node.named(),
            kind,
            ..LeftOut::new(&node.id, why)
        });
    }

    fn omit(&mut self, id: &str, why: &str) {
        self.targets.left_out.push(LeftOut::new(id, why));
    }
}

fn calls_bedrock(trace: &Trace) -> bool {
    let mut services = trace.summary.services.iter();
    services.any(|service| service.value.starts_with("bedrock"))
}

/// `account`, where it is another than `own`.
fn other<'a>(account: Option<&'a str>, own: &str) -> Option<&'a str> {
    account.filter(|account| is_account_id(account) && *account != own)
}

/// Nothing of a session that is over is left to cut: what it did in `account` is left to be found there.
fn trace_there(account: &str, what: &str, key: &str, ended: Time) -> Elsewhere {
    Elsewhere {
        account: account.to_owned(),
        what: format!("{what}; it expired at {ended}, and what it did there is to be traced"),
        argv: ["trailhunt", "trace-key", key].map(str::to_owned).to_vec(),
    }
}

/// What `account` has to do with its own credentials; `words` follow `trailhunt respond`, where there is a command.
pub(super) fn hand_over(account: &str, what: String, words: &[&str]) -> Elsewhere {
    let argv = match words {
        [] => Vec::new(),
        _ => [
            &["trailhunt", "respond"],
            words,
            &["--expect-account", account],
        ]
        .concat(),
    };
    Elsewhere {
        account: account.to_owned(),
        what,
        argv: argv.into_iter().map(str::to_owned).collect(),
    }
}
