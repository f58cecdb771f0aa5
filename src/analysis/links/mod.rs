//! What single records say about how credentials come from one another (facts: D3, D4).
//!
//! Records are observed one by one, in any order, and only small facts of them are kept; nothing here knows the
//! traced key. [`super::lineage`] grows the tree from these facts. Links whose child key id stands in a record
//! are named by a playbook's pivots and come in by [`Links::issued`]; the others are read here.

mod observe;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::Duration;

use crate::event::time::Time;
use crate::event::who::Mfa;

/// The record that a fact was read from. Orders by time, then by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordOrigin {
    pub time: Option<Time>,
    pub event_id: Option<Box<str>>,
    pub region: Option<Box<str>>,
    pub account: Option<Box<str>>,
    /// `eventName`.
    pub via: Box<str>,
}

/// A key that stands in the answer to a call: whoever signed the call is its parent.
#[derive(Debug, Clone)]
pub struct IssuedKey {
    pub origin: RecordOrigin,
    /// The service that made the call by itself.
    pub service: Option<Box<str>>,
    pub child: Box<str>,
    pub expires: Option<Time>,
    pub role_arn: Option<Box<str>>,
    pub session_name: Option<Box<str>>,
    /// `principalId` that the session will have.
    pub assumed_role_id: Option<Box<str>>,
    /// ARN of whom the child key makes its user.
    pub principal: Option<Box<str>>,
}

/// A user that a call created or gave a password.
#[derive(Debug, Clone)]
pub struct UserCreation {
    pub origin: RecordOrigin,
    pub by: Box<str>,
    pub user_name: Box<str>,
    pub account: Option<Box<str>>,
    /// ARN and unique id, where the answer holds them.
    pub arn: Option<Box<str>>,
    pub user_id: Option<Box<str>>,
}

/// A console login, or a switch of role in the console.
#[derive(Debug, Clone)]
pub struct ConsoleLogin {
    pub origin: RecordOrigin,
    pub principal_id: Box<str>,
    pub arn: Option<Box<str>>,
    pub user_name: Option<Box<str>>,
    pub account: Option<Box<str>>,
    pub mfa: Mfa,
    /// ARN of the console session that switched to this role.
    pub switched_from: Option<Box<str>>,
}

/// Compute that a call launched or created, and will be given credentials by AWS.
#[derive(Debug, Clone)]
pub struct Launch {
    pub origin: RecordOrigin,
    pub by: Box<str>,
    pub compute: Compute,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compute {
    Instance { id: Box<str> },
    Function { name: Box<str>, role_arn: Box<str> },
}

/// A key seen in use, and the session that it belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObservedKey {
    pub created: Option<Time>,
    pub from_console: bool,
    pub sign_in_session: Option<Box<str>>,
    pub arn: Option<Box<str>>,
    pub account: Option<Box<str>>,
    pub mfa: Option<Box<str>>,
}

impl ObservedKey {
    /// What both records say; where they differ, the lesser, so that their order makes no difference.
    fn with(&self, other: &Self) -> Self {
        fn lesser<T: Ord + Clone>(a: Option<&T>, b: Option<&T>) -> Option<T> {
            a.into_iter().chain(b).min().cloned()
        }
        Self {
            created: lesser(self.created.as_ref(), other.created.as_ref()),
            from_console: self.from_console || other.from_console,
            sign_in_session: lesser(
                self.sign_in_session.as_ref(),
                other.sign_in_session.as_ref(),
            ),
            arn: lesser(self.arn.as_ref(), other.arn.as_ref()),
            account: lesser(self.account.as_ref(), other.account.as_ref()),
            mfa: lesser(self.mfa.as_ref(), other.mfa.as_ref()),
        }
    }
}

/// A session's request for a console sign-in token, or an OAuth authorisation.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub origin: RecordOrigin,
    pub by: Box<str>,
    pub principal_id: Option<Box<str>>,
    pub user_name: Option<Box<str>>,
    pub sign_in_session: Option<Box<str>>,
}

/// Every fact observed so far.
#[derive(Debug, Default)]
pub struct Links {
    /// By the parent key.
    pub issues: HashMap<Box<str>, Vec<IssuedKey>>,
    /// Issues by EC2, by the instance id that names the session, and by Lambda, by the function's role ARN.
    pub service_issues: HashMap<Box<str>, Vec<IssuedKey>>,
    /// Role sessions issued to callers without a key, such as those of an identity provider.
    pub federated_issues: Vec<IssuedKey>,
    /// Issues to callers of other accounts, by `sharedEventID`.
    pub shared_issues: HashMap<Box<str>, IssuedKey>,
    /// `sharedEventID`s of calls whose answer names no key, by the key that signed.
    pub shared_calls: HashMap<Box<str>, Vec<Box<str>>>,
    pub users: HashMap<Box<str>, Vec<UserCreation>>,
    pub logins: Vec<ConsoleLogin>,
    pub launches: HashMap<Box<str>, Vec<Launch>>,
    pub sign_ins: HashMap<Box<str>, Vec<SignIn>>,
    /// Keys of sessions that no record issues, by principal id.
    pub seen: HashMap<Box<str>, BTreeMap<Box<str>, ObservedKey>>,
    known: HashSet<(Box<str>, Box<str>)>,
    changes: u64,
}

impl Links {
    /// Grows with every fact that was not known before: the tree need only be grown again when it does.
    pub fn version(&self) -> u64 {
        self.changes
    }

    /// The sign-in sessions that each key belongs to or opened, by the key.
    pub fn sign_in_sessions(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let seen = self.seen.values().flatten();
        let seen = seen.map(|(key, seen)| (key, seen.sign_in_session.as_deref()));
        let opened = self.sign_ins.values().flatten();
        let opened = opened.map(|opened| (&opened.by, opened.sign_in_session.as_deref()));
        let mut sessions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (key, session) in seen.chain(opened) {
            if let Some(session) = session {
                sessions.entry(key).or_default().insert(session);
            }
        }
        sessions
    }

    /// Adds the facts that were observed elsewhere. Facts of records that both have seen (the same file twice) are
    /// then there twice, which changes nothing: the tree takes a credential once.
    pub fn merge(&mut self, other: Self) {
        fn extend<T>(into: &mut HashMap<Box<str>, Vec<T>>, from: HashMap<Box<str>, Vec<T>>) {
            for (key, facts) in from {
                into.entry(key).or_default().extend(facts);
            }
        }
        extend(&mut self.issues, other.issues);
        extend(&mut self.service_issues, other.service_issues);
        extend(&mut self.shared_calls, other.shared_calls);
        extend(&mut self.users, other.users);
        extend(&mut self.launches, other.launches);
        extend(&mut self.sign_ins, other.sign_ins);
        self.shared_issues.extend(other.shared_issues);
        self.federated_issues.extend(other.federated_issues);
        self.logins.extend(other.logins);
        for (principal, keys) in other.seen {
            let known = self.seen.entry(principal).or_default();
            for (key, seen) in keys {
                let both = known
                    .get(&key)
                    .map_or_else(|| seen.clone(), |known| known.with(&seen));
                known.insert(key, both);
            }
        }
        self.known.extend(other.known);
        self.changes += other.changes;
    }
}

/// Whether two times are one moment, as far as records tell: `creationDate` and `eventTime` of a login agree
/// to two seconds (facts: D4).
pub fn same_moment(a: Time, b: Time) -> bool {
    (a - b).abs() <= Duration::seconds(2)
}
