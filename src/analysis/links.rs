//! What single records say about how credentials come from one another (facts: D3, D4).
//!
//! Records are observed one by one, in any order, and only small facts of them are kept; nothing here knows the
//! traced key. [`super::lineage`] grows the tree from these facts. Links whose child key id stands in a record
//! are named by a playbook's pivots and come in by [`Links::issued`]; the others are read here.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};

use crate::event::{Event, time};

type Time = DateTime<Utc>;

/// The record that a fact was read from. Orders by time, then by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    pub time: Option<Time>,
    pub event_id: Option<Box<str>>,
    pub region: Option<Box<str>>,
    pub account: Option<Box<str>>,
    /// `eventName`.
    pub via: Box<str>,
}

impl Origin {
    fn of(event: &Event) -> Self {
        let owned = |text: Option<&str>| text.map(Into::into);
        Self {
            time: event.time(),
            event_id: owned(event.id()),
            region: owned(event.region()),
            account: owned(event.account()),
            via: event.name().unwrap_or_default().into(),
        }
    }
}

/// A key that stands in the answer to a call: whoever signed the call is its parent.
#[derive(Debug, Clone)]
pub struct Issue {
    pub origin: Origin,
    /// The key that signed; `None` for a call that an AWS service made by itself.
    pub parent: Option<Box<str>>,
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
    pub shared_id: Option<Box<str>>,
}

/// A user that a call created or gave a password.
#[derive(Debug, Clone)]
pub struct UserMade {
    pub origin: Origin,
    pub by: Box<str>,
    pub user_name: Box<str>,
    pub account: Option<Box<str>>,
    /// ARN and unique id, where the answer holds them.
    pub arn: Option<Box<str>>,
    pub user_id: Option<Box<str>>,
}

/// A console login, or a switch of role in the console.
#[derive(Debug, Clone)]
pub struct Login {
    pub origin: Origin,
    pub principal_id: Box<str>,
    pub arn: Option<Box<str>>,
    pub user_name: Option<Box<str>>,
    pub account: Option<Box<str>>,
    pub mfa: &'static str,
    /// ARN of the console session that switched to this role.
    pub switched_from: Option<Box<str>>,
}

impl Login {
    /// The login that `event` records, if it is one and succeeded.
    pub fn read(event: &Event) -> Option<Self> {
        let name = event
            .name()
            .filter(|name| matches!(*name, "ConsoleLogin" | "SwitchRole"))?;
        if event.source() != Some("signin.amazonaws.com")
            || event.error_code().is_some()
            || event
                .response(&[name])
                .is_some_and(|result| result != "Success")
        {
            return None;
        }
        let identity = event.identity();
        Some(Self {
            origin: Origin::of(event),
            principal_id: identity.principal_id()?.into(),
            arn: identity.arn().map(Into::into),
            user_name: identity.user_name().map(Into::into),
            account: event.account().map(Into::into),
            mfa: login_mfa(event, additional(event, "MFAUsed")),
            switched_from: additional(event, "SwitchFrom").map(Into::into),
        })
    }
}

/// Compute that a call launched or created, and will be given credentials by AWS.
#[derive(Debug, Clone)]
pub struct Launch {
    pub origin: Origin,
    pub by: Box<str>,
    pub compute: Compute,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compute {
    Instance { id: Box<str> },
    Function { name: Box<str>, role_arn: Box<str> },
}

/// A key seen in use, and the session that it belongs to.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub created: Option<Time>,
    pub from_console: bool,
    pub sign_in_session: Option<Box<str>>,
    pub arn: Option<Box<str>>,
    pub account: Option<Box<str>>,
    pub mfa: Option<Box<str>>,
}

/// A session's request for a console sign-in token, or an OAuth authorisation.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub origin: Origin,
    pub by: Box<str>,
    pub principal_id: Option<Box<str>>,
    pub user_name: Option<Box<str>>,
    pub sign_in_session: Option<Box<str>>,
}

/// Every fact observed so far.
#[derive(Debug, Default)]
pub struct Links {
    /// By the parent key.
    pub issues: HashMap<Box<str>, Vec<Issue>>,
    /// Issues by AWS services, by session name and by role ARN.
    pub service_issues: HashMap<Box<str>, Vec<Issue>>,
    /// Role sessions issued to callers without a key, such as those of an identity provider.
    pub federated_issues: Vec<Issue>,
    /// Issues to callers of other accounts, by `sharedEventID`.
    pub shared_issues: HashMap<Box<str>, Issue>,
    /// `sharedEventID`s of calls whose answer names no key, by the key that signed.
    pub shared_calls: HashMap<Box<str>, Vec<Box<str>>>,
    pub users: HashMap<Box<str>, Vec<UserMade>>,
    pub logins: Vec<Login>,
    pub launches: HashMap<Box<str>, Vec<Launch>>,
    pub sign_ins: HashMap<Box<str>, Vec<SignIn>>,
    /// Keys of sessions that no record issues, by principal id.
    pub seen: HashMap<Box<str>, BTreeMap<Box<str>, Seen>>,
    known: HashSet<(Box<str>, Box<str>)>,
    changes: u64,
}

impl Links {
    /// Grows with every fact that was not known before: the tree need only be grown again when it does.
    pub fn version(&self) -> u64 {
        self.changes
    }

    /// A pivot found that the answer to `event` holds the key `child`.
    pub fn issued(&mut self, event: &Event, child: &str) {
        let Some(parent) = event.access_key_id() else {
            return;
        };
        if parent != child && self.is_new(event, child) {
            let issue = issue(event, child);
            self.issues.entry(parent.into()).or_default().push(issue);
        }
    }

    /// Reads the facts that no path names. Calls that services forwarded for a principal carry keys of their own,
    /// one a call: they are left to [`Self::observe_forwarded`], since they issue nothing.
    pub fn observe(&mut self, event: &Event) {
        if event.error_code().is_none() {
            self.observe_sts(event);
            self.observe_sign_in(event);
            if let Some(by) = event.access_key_id() {
                self.observe_user(event, by);
                self.observe_launch(event, by);
            }
        }
        if event.identity().invoked_by().is_none() || event.from_console() {
            self.observe_session(event);
        }
    }

    /// As [`Self::observe`], for the sessions of calls that a service forwarded.
    pub fn observe_forwarded(&mut self, event: &Event) {
        if event.identity().invoked_by().is_some() && !event.from_console() {
            self.observe_session(event);
        }
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
                let entry = known.entry(key).or_insert_with(|| seen.clone());
                entry.from_console |= seen.from_console;
            }
        }
        self.known.extend(other.known);
        self.changes += other.changes;
    }

    fn is_new(&mut self, event: &Event, about: &str) -> bool {
        let fact = (event.id().unwrap_or(event.raw()).into(), about.into());
        let new = self.known.insert(fact);
        self.changes += u64::from(new);
        new
    }

    fn observe_sts(&mut self, event: &Event) {
        if event.source() != Some("sts.amazonaws.com") {
            return;
        }
        let child = event.response(&["credentials", "accessKeyId"]);
        match (child, event.access_key_id(), event.shared_id()) {
            // the role's account sees a foreign caller, without a key
            (Some(child), None, Some(shared)) if event.identity().kind() == Some("AWSAccount") => {
                if self.is_new(event, child) {
                    self.shared_issues
                        .insert(shared.into(), issue(event, child));
                }
            }
            (Some(child), None, _) if event.identity().invoked_by().is_some() => {
                if self.is_new(event, child) {
                    let issue = issue(event, child);
                    let name = issue.session_name.clone().unwrap_or_default();
                    let role = issue.role_arn.clone().unwrap_or_default();
                    self.service_issues
                        .entry(name)
                        .or_default()
                        .push(issue.clone());
                    self.service_issues.entry(role).or_default().push(issue);
                }
            }
            (Some(child), None, _) => {
                if self.is_new(event, child) {
                    self.federated_issues.push(issue(event, child));
                }
            }
            (None, Some(parent), Some(shared)) => {
                if self.is_new(event, shared) {
                    self.shared_calls
                        .entry(parent.into())
                        .or_default()
                        .push(shared.into());
                }
            }
            _ => {}
        }
    }

    fn observe_user(&mut self, event: &Event, by: &str) {
        if event.source() != Some("iam.amazonaws.com") {
            return;
        }
        let name = match event.name() {
            Some("CreateUser") => event.response(&["user", "userName"]),
            Some("CreateLoginProfile" | "UpdateLoginProfile") => None,
            _ => return,
        };
        let name = name.or_else(|| event.request(&["userName"]));
        let Some(user_name) = name else { return };
        if self.is_new(event, user_name) {
            let user = UserMade {
                origin: Origin::of(event),
                by: by.into(),
                user_name: user_name.into(),
                account: event.account().map(Into::into),
                arn: event.response(&["user", "arn"]).map(Into::into),
                user_id: event.response(&["user", "userId"]).map(Into::into),
            };
            self.users.entry(by.into()).or_default().push(user);
        }
    }

    fn observe_launch(&mut self, event: &Event, by: &str) {
        let compute = match (event.source(), event.name()) {
            (Some("ec2.amazonaws.com"), Some("RunInstances")) => instances(event),
            (Some("lambda.amazonaws.com"), Some(name)) if name.starts_with("CreateFunction") => {
                function(event).into_iter().collect()
            }
            _ => return,
        };
        for compute in compute {
            let about = match &compute {
                Compute::Instance { id } => id.clone(),
                Compute::Function { name, .. } => name.clone(),
            };
            if self.is_new(event, &about) {
                let launch = Launch {
                    origin: Origin::of(event),
                    by: by.into(),
                    compute,
                };
                self.launches.entry(by.into()).or_default().push(launch);
            }
        }
    }

    fn observe_sign_in(&mut self, event: &Event) {
        if event.source() != Some("signin.amazonaws.com") {
            return;
        }
        if let Some(login) = Login::read(event) {
            if self.is_new(event, &login.principal_id) {
                self.logins.push(login);
            }
            return;
        }
        let asks = matches!(
            event.name(),
            Some("GetSigninToken" | "AuthorizeOAuth2Access" | "CreateOAuth2Token")
        );
        if let Some(by) = event.access_key_id().filter(|_| asks)
            && self.is_new(event, by)
        {
            let identity = event.identity();
            let sign_in = SignIn {
                origin: Origin::of(event),
                by: by.into(),
                principal_id: identity.principal_id().map(Into::into),
                user_name: identity.lookup_username().map(Into::into),
                sign_in_session: additional(event, "signInSessionArn")
                    .or_else(|| identity.sign_in_session())
                    .map(Into::into),
            };
            self.sign_ins.entry(by.into()).or_default().push(sign_in);
        }
    }

    /// Remembers the session of a key where no record may have issued it: users' sessions, console sessions, and
    /// those of Identity Center, whose recorded key is not the one used.
    fn observe_session(&mut self, event: &Event) {
        let identity = event.identity();
        let (Some(key), Some(principal_id)) = (identity.access_key_id(), identity.principal_id())
        else {
            return;
        };
        let is_role = identity.kind() == Some("AssumedRole");
        let from_sign_in = event.from_console()
            || identity.sign_in_session().is_some()
            || identity
                .arn()
                .is_some_and(|arn| arn.contains("AWSReservedSSO_"));
        if is_role && !from_sign_in {
            return;
        }
        let keys = self.seen.entry(principal_id.into()).or_default();
        let new = !keys.contains_key(key);
        let seen = keys.entry(key.into()).or_insert_with(|| Seen {
            created: identity.session_created(),
            arn: identity.arn().map(Into::into),
            account: event.account().map(Into::into),
            mfa: identity.mfa().map(Into::into),
            sign_in_session: identity.sign_in_session().map(Into::into),
            ..Seen::default()
        });
        let flagged = event.from_console() && !seen.from_console;
        seen.from_console |= flagged;
        self.changes += u64::from(new || flagged);
    }
}

fn issue(event: &Event, child: &str) -> Issue {
    let owned = |text: Option<&str>| text.map(Into::into);
    let assumed = |name| event.response(&["assumedRoleUser", name]);
    let principal = assumed("arn")
        .or_else(|| event.response(&["federatedUser", "arn"]))
        .or_else(|| {
            (event.name() == Some("GetSessionToken"))
                .then(|| event.identity().arn())
                .flatten()
        });
    Issue {
        origin: Origin::of(event),
        parent: owned(event.access_key_id()),
        service: owned(event.identity().invoked_by()),
        child: child.into(),
        expires: event
            .response(&["credentials", "expiration"])
            .and_then(time::in_response),
        role_arn: owned(event.request(&["roleArn"])),
        session_name: owned(event.request(&["roleSessionName"])),
        assumed_role_id: owned(
            assumed("assumedRoleId")
                .or_else(|| event.response(&["federatedUser", "federatedUserId"])),
        ),
        principal: owned(principal).or_else(|| created_key_user(event)),
        shared_id: owned(event.shared_id()),
    }
}

/// ARN of the user that a new access key is of, as far as the record tells: the path of a user is not in it.
fn created_key_user(event: &Event) -> Option<Box<str>> {
    let user = event.response(&["accessKey", "userName"])?;
    let account = event.account()?;
    let partition = event
        .identity()
        .arn()
        .and_then(|arn| arn.split(':').nth(1))
        .unwrap_or("aws");
    Some(format!("arn:{partition}:iam::{account}:user/{user}").into())
}

fn additional<'e>(event: &'e Event, name: &str) -> Option<&'e str> {
    event
        .json()
        .get("additionalEventData")?
        .get(name)?
        .as_str()
        .filter(|text| !text.is_empty())
}

fn instances(event: &Event) -> Vec<Compute> {
    crate::event::FieldPath::new("responseElements.instancesSet.items.instanceId")
        .values(event.json())
        .into_iter()
        .filter_map(|id| id.as_str())
        .map(|id| Compute::Instance { id: id.into() })
        .collect()
}

fn function(event: &Event) -> Option<Compute> {
    Some(Compute::Function {
        name: event.response(&["functionName"])?.into(),
        role_arn: event.response(&["role"])?.into(),
    })
}

/// `true`, `false`, `sso` or `unknown`: logins through an identity provider carry no MFA of AWS's.
fn login_mfa(event: &Event, used: Option<&str>) -> &'static str {
    match (event.identity().kind(), used) {
        (Some("AssumedRole" | "SAMLUser" | "IdentityCenterUser"), _) => "sso",
        (_, Some(used)) if used.eq_ignore_ascii_case("yes") => "true",
        (_, Some(_)) => "false",
        _ => "unknown",
    }
}

/// Whether two times are one moment, as far as records tell: `creationDate` and `eventTime` of a login agree
/// to two seconds (facts: D4).
pub fn same_moment(a: Time, b: Time) -> bool {
    (a - b).abs() <= Duration::seconds(2)
}
