//! The answer, as data: what every output renders, and all that an output knows.
//!
//! The serde shape of [`Report`] is the contract of `--format json`, version 1: adding a field is fine, changing
//! or removing one is a new version. `analysis`, `investigation` and `response` fill it, `output`
//! reads it.

pub mod alerting;
mod envelope;
pub mod response;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::event::time::Time;
use crate::event::who::Mfa;
pub use envelope::{Envelope, Tool, Word, run_id, run_id_of};

/// Version of the JSON contract.
pub const SCHEMA_VERSION: u32 = 1;

/// The location of what came through standard input.
pub const STANDARD_INPUT: &str = "standard input";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub caller: Option<Caller>,
    pub playbook: String,
    /// One line for people.
    pub title: String,
    pub parameters: Map<String, Value>,
    pub window: Window,
    /// The Regions that the question was confined to; none where all were asked for.
    pub regions: Vec<String>,
    /// Whether every management event within the window was read.
    pub complete: bool,
    pub coverage: Vec<Coverage>,
    pub not_visible: Vec<NotVisible>,
    /// What IAM, or the records, say of each traced key.
    pub subjects: Vec<Subject>,
    pub summary: Summary,
    /// Parents stand before their children.
    pub lineage: Vec<Node>,
    /// Users that the lineage created or gave a password, used or not, in the order of time.
    pub users: Vec<UserMade>,
    pub related: Vec<Node>,
    pub handoffs: Vec<Handoff>,
    pub denied: Vec<Denied>,
    pub findings: Vec<Finding>,
    /// Rendered changes: empty for a playbook that names no change renderer.
    pub changes: Vec<Change>,
    pub next: Vec<Next>,
    /// The playbook's columns, in its order; the same order as `records`.
    pub events: Vec<Row>,
    /// The playbook is about changes: an auditor's rows are `changes`, not `events`.
    #[serde(skip)]
    pub renders_changes: bool,
    /// The names of the columns of `events`, without `event_id`.
    #[serde(skip)]
    pub columns: Vec<String>,
    /// The records of `events` as delivered, for `jsonl`.
    #[serde(skip)]
    pub records: Vec<String>,
}

/// Who asked: `sts:GetCallerIdentity`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Caller {
    pub account: String,
    pub arn: String,
}

/// A closed range in UTC; `None` is open (files, read as far as they reach).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Window {
    pub since: Option<Time>,
    pub until: Option<Time>,
}

/// How far one account x Region, or one file, was read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Coverage {
    pub source: Word,
    pub account: Option<String>,
    pub region: Option<String>,
    pub location: Option<String>,
    pub since: Option<Time>,
    pub until: Option<Time>,
    pub state: State,
    pub pages: u64,
    pub events: u64,
    pub throttled: u64,
    pub reason: Option<String>,
    /// Whether this entry makes the answer incomplete.
    #[serde(skip)]
    pub gap: bool,
}

impl Coverage {
    /// An entry about `window` of which nothing more is known: no place, no counts, no gap.
    pub fn of(source: &'static str, state: State, window: Window) -> Self {
        Self {
            source: source.into(),
            account: None,
            region: None,
            location: None,
            since: window.since,
            until: window.until,
            state,
            pages: 0,
            events: 0,
            throttled: 0,
            reason: None,
            gap: false,
        }
    }

    /// Whether it is what no trail file holds: no file that is damaged, but a time or Region that none has.
    pub fn is_unrecorded(&self) -> bool {
        self.gap && self.source == "files" && self.location.is_none()
    }

    /// The same, as something that is missing from the answer.
    #[must_use]
    pub fn missing(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self.gap = true;
        self
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Read,
    Denied,
    Disabled,
    Truncated,
    Failed,
    Skipped,
}

/// What no reading of this source could have shown, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotVisible {
    pub what: String,
    pub why: String,
}

/// A traced key, as far as it is known.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Subject {
    pub access_key_id: String,
    pub account: Option<String>,
    pub principal: Option<String>,
    /// `Active` or `Inactive`, where IAM was asked and answered.
    pub status: Option<String>,
    /// `record` or `iam`, or `key id` where the account is only decoded from the id (a hint).
    pub known_from: Option<Word>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Summary {
    pub events: u64,
    pub first_event: Option<Time>,
    pub last_event: Option<Time>,
    /// What came before it is what `new` compares with: `--incident`, or an hour before the first suspicious event.
    pub incident: Option<Time>,
    pub event_names: Vec<Tally>,
    pub principals: Vec<Tally>,
    pub access_keys: Vec<Tally>,
    pub source_ips: Vec<Tally>,
    pub user_agents: Vec<Tally>,
    pub regions: Vec<Tally>,
    pub services: Vec<Tally>,
    /// `errorCode`s.
    pub errors: Vec<Tally>,
}

impl Summary {
    /// Whether anything earlier was seen to tell what is new.
    pub fn has_baseline(&self) -> bool {
        let tallies = [
            &self.source_ips,
            &self.user_agents,
            &self.regions,
            &self.services,
        ];
        tallies
            .into_iter()
            .flatten()
            .any(|tally| tally.new.is_some())
    }
}

/// How often one value occurred, most frequent first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tally {
    pub value: String,
    pub count: u64,
    /// How many of them failed.
    pub failed: u64,
    pub first: Option<Time>,
    pub last: Option<Time>,
    /// The principal had not used it before the incident; `None` where nothing earlier was seen to compare with,
    /// or the question makes no sense for this tally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<bool>,
}

/// One credential of the lineage (or of `related`).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Node {
    /// The access key id; for a login the `eventID` of its `ConsoleLogin`; for a user its unique id or ARN.
    pub id: String,
    pub kind: Kind,
    pub access_key_id: Option<String>,
    pub parent: Option<String>,
    pub link: Link,
    /// The call that made the edge (`AssumeRole`), or for a login its name.
    pub via: Option<String>,
    pub issued_by_event: Option<String>,
    pub issued_at: Option<Time>,
    pub expires_at: Option<Time>,
    pub account: Option<String>,
    /// ARN of the caller that the credential makes.
    pub principal: Option<String>,
    pub region: Option<String>,
    #[serde(default)]
    pub mfa: Mfa,
    /// Addresses it was used from, most used first.
    #[serde(default)]
    pub source_ips: Vec<String>,
    /// Events signed by this credential itself.
    #[serde(default)]
    pub events: u64,
    pub first_event: Option<Time>,
    pub last_event: Option<Time>,
    /// When the key was deleted again, as far as the lineage's own events tell.
    pub deleted_at: Option<Time>,
    /// Whether it was used from elsewhere than the instance or function that AWS issued it to.
    #[serde(default)]
    pub stolen: bool,
    /// ARNs of the sign-in sessions (`aws login`, agents) that it belongs to or opened; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_in_sessions: Vec<String>,
    /// In words, for people: `session token (GetSessionToken)`, `issued to i-0dbc9…`.
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Key,
    Login,
    User,
}

/// How an edge of the lineage is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[strum(const_into_str, serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    Subject,
    Exact,
    RoleSession,
    ConsoleLogin,
    Compute,
    SharedEvent,
    Inferred,
}

/// A user that a credential of the lineage created or gave a password: a way back in, whether or not it was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserMade {
    pub user_name: String,
    /// Where the answer holds it: that of `CreateUser` does.
    pub arn: Option<String>,
    pub account: Option<String>,
    pub how: Made,
    /// `CreateUser`, `CreateLoginProfile` or `UpdateLoginProfile`.
    pub via: String,
    pub event_id: Option<String>,
    pub time: Option<Time>,
    /// Id of the node that did it.
    pub by: String,
}

/// What was done to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Made {
    Created,
    /// It was given a password; whoever created it.
    Password,
}

/// Where the lineage goes on in an account that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    pub role_arn: String,
    pub account: String,
    pub shared_event_id: Option<String>,
    pub event_id: Option<String>,
    pub access_key_id: Option<String>,
}

/// Calls that were refused, by action and target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
    /// `service:Action`, as policies write it.
    pub action: String,
    pub target: Option<String>,
    #[serde(default)]
    pub account: Option<String>,
    pub count: u64,
    pub event_ids: Vec<String>,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(const_into_str, serialize_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finding {
    pub level: Level,
    pub rule: String,
    pub title: String,
    pub message: String,
    /// The account of its events; none where they are of several, or do not say.
    #[serde(default)]
    pub account: Option<String>,
    pub attack: Vec<String>,
    pub count: u64,
    /// How many of these calls failed, and the error of the first that did.
    pub failed: u64,
    pub error: Option<String>,
    pub first: Option<Time>,
    pub last: Option<Time>,
    pub resources: Vec<String>,
    /// The events that prove it.
    pub event_ids: Vec<String>,
}

/// One thing that one call changed, or tried to: a call that changes three rules makes three of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Change {
    pub event_id: Option<String>,
    pub time: Option<Time>,
    pub account: Option<String>,
    pub region: Option<String>,
    /// Who acted, in short: a user's name, `root`, `role/session`, or a service.
    pub actor: Option<String>,
    /// What the call was made through: the access key that signed it, and what the session grew from where known.
    pub session: Option<String>,
    pub source_ip: Option<String>,
    pub mfa: Mfa,
    /// What was changed: `sg-…`, `role deploy`, `i-…`.
    pub target: Option<String>,
    pub action: ChangeAction,
    /// What held before, in words; `None` where the history read does not tell.
    pub before: Option<String>,
    /// What holds since, in words; `None` where it is gone.
    pub after: Option<String>,
    /// What the renderer knows besides; its `call` is the event's name, its `note` is for people.
    pub detail: Map<String, Value>,
    /// `errorCode` of a call that failed.
    pub error: Option<String>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr,
)]
#[strum(const_into_str, serialize_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum ChangeAction {
    Added,
    Removed,
    Modified,
    /// The call succeeded and changed nothing.
    Noop,
    Failed,
}

/// A command worth running next: data, so that an output can quote it for its own place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    pub why: String,
    /// Empty where there is only a page to read.
    pub argv: Vec<String>,
    /// Address of that page.
    pub reference: Option<String>,
}

/// One event as the playbook's columns show it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    pub event_id: Option<String>,
    /// For outputs that order or shorten; in JSON it stands among the cells.
    #[serde(skip)]
    pub time: Option<Time>,
    /// Column name to value, `time` and `account` always among them; several values are an array.
    #[serde(flatten)]
    pub cells: Map<String, Value>,
}
