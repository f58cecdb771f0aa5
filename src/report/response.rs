//! What `respond` answers, as data: the plan, what was carried out of it, and how to take it back.
//!
//! The serde shape of [`Response`] is a contract of its own, version 1: adding a field is fine, changing or removing
//! one is a new version. `response` fills it, `output` renders it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Caller, Envelope, Next, Word};
use crate::error::Exit;
use crate::event::time::Time;

/// Version of the JSON contract of `respond`.
pub const RESPONSE_VERSION: u32 = 1;

/// The answer of one `respond` command.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Response {
    #[serde(flatten)]
    pub envelope: Envelope,
    /// The words after `trailhunt respond`: `deactivate-key`, `AKIA…`.
    pub command: Vec<String>,
    /// One line for people.
    pub title: String,
    pub caller: Caller,
    pub state: Progress,
    /// Whether everything that belongs to the plan could be looked up; what could not is left out.
    pub complete: bool,
    /// What is known of the key, user or role: label and text, in the order to show them.
    pub facts: Vec<Fact>,
    /// Who used it lately, innocent users too; none where the command does not look.
    pub recent_use: Option<RecentUse>,
    pub steps: Vec<Step>,
    /// What the plan could have held, and why it does not.
    pub left_out: Vec<LeftOut>,
    /// What only another account can do.
    pub handoffs: Vec<Elsewhere>,
    /// What to know before saying yes, or afterwards: what an action does not stop, what could not be checked.
    pub notes: Vec<String>,
    /// Those of the notes that name what is left to be done.
    pub still_open: Vec<String>,
    /// `iam:Action on resource` that the caller lacks; nothing is changed where there is any.
    pub missing_permissions: Vec<String>,
    /// Path of the journal; none for a dry run.
    pub journal: Option<String>,
    /// Path of what the users and roles were before they were contained; none where that was not kept.
    pub snapshot: Option<String>,
    /// The command that takes it back; none where nothing was changed.
    pub undo: Option<Vec<String>>,
    /// Until when `undo` refuses, without `--force`, to lift a deny of sessions; none where there is no such deny.
    pub undo_refused_until: Option<Time>,
    /// What to run next.
    pub next: Vec<Next>,
}

/// How far a response got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// A dry run, or the plan before the question.
    Planned,
    /// There was nothing to change.
    Nothing,
    /// Every step of the plan holds.
    Done,
    /// Some steps hold, others do not.
    Partial,
    /// No step holds.
    Failed,
    Declined,
    /// Ctrl-C; the journal says how far.
    Interrupted,
}

impl Progress {
    /// What a run that acts ends with, which is `complete` where all that it is about could be looked at.
    pub fn exit(self, complete: bool) -> Exit {
        match self {
            Self::Partial | Self::Failed => Exit::Failed,
            Self::Declined => Exit::Declined,
            Self::Interrupted => Exit::Interrupted,
            _ if !complete => Exit::Incomplete,
            Self::Planned | Self::Nothing | Self::Done => Exit::Complete,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub label: Word,
    pub text: String,
}

impl Fact {
    pub fn new(label: &'static str, text: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            text: text.into(),
        }
    }
}

/// Uses of a credential, or sessions of a principal, as Event history tells them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentUse {
    pub since: Option<Time>,
    /// Whether all of it could be read; see `gaps`.
    pub complete: bool,
    /// Why not, place by place.
    pub gaps: Vec<String>,
    pub users: Vec<Use>,
}

/// One user of a credential, or one session: who, from where, with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// ARN of the session or user.
    pub principal: Option<String>,
    pub access_key_id: Option<String>,
    pub source_ip: Option<String>,
    pub user_agent: Option<String>,
    pub events: u64,
    pub first: Option<Time>,
    pub last: Option<Time>,
}

/// One change, one call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// From 1.
    pub number: usize,
    pub phase: Phase,
    /// One line: `deactivate AKIA… of user ci-deploy`.
    pub what: String,
    /// Why it is in the plan: `the traced key`, `created by AKIA… (exact)`.
    pub why: String,
    /// What is changed, as the journal has it.
    pub slot: Value,
    /// The same call for the AWS CLI, word by word.
    pub call: Vec<String>,
    /// What holds now, and what will hold; `null` is absence.
    pub before: Option<String>,
    pub after: Option<String>,
    /// Whether `undo` can put back what holds now.
    pub can_be_undone: bool,
    pub state: StepState,
    pub at: Option<Time>,
    pub request_id: Option<String>,
    /// Why it was refused, held back or failed.
    pub reason: Option<String>,
}

/// The order in which AWS recommends to act (facts: F6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// The traced keys.
    Keys,
    /// Sessions, which outlive the keys: begun once IAM has taken the deactivation of every traced key. Sign-in sessions
    /// wait for no key.
    Sessions,
    /// Users, keys and passwords that the lineage created.
    Created,
    /// Taking back.
    Undo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    Planned,
    /// It held before, so nothing was called.
    Already,
    /// Called, answered, and read back.
    Done,
    /// Called and answered, but not yet read back as changed.
    Unconfirmed,
    /// Called, and no answer came: it may or may not hold.
    Unknown,
    Failed,
    /// What it would change was changed by somebody else since.
    Changed,
    /// Refused: it would cut off the caller, or it is too early.
    Refused,
    /// Not tried, because an earlier step did not hold.
    Waiting,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Id of the lineage's node, or a name.
    pub id: String,
    /// How its link is known; none where that is not why.
    pub link: Option<String>,
    /// `role/NAME` or `user/NAME` that it is of, as the report says; none where that is not known.
    pub principal: Option<String>,
    pub kind: Omission,
    pub why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Omission {
    /// It rests on a link that is not acted on by itself.
    Link,
    /// A session that is over.
    Expired,
    /// A traced key or session that the plan does not contain, and that is not over: without it the response failed.
    Unresolved,
    Other,
}

impl LeftOut {
    /// For another reason than its link.
    pub fn new(id: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            link: None,
            principal: None,
            kind: Omission::Other,
            why: why.into(),
        }
    }
}

/// What has to be done from another account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    pub account: String,
    pub what: String,
    /// To be run with credentials of that account; empty where there is no command for it.
    pub argv: Vec<String>,
}

/// One event that the lineage signed after its containment: what `respond watch` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    pub event_id: Option<String>,
    pub time: Option<Time>,
    pub event_name: Option<String>,
    pub event_source: Option<String>,
    pub region: Option<String>,
    pub access_key_id: Option<String>,
    pub principal: Option<String>,
    pub source_ip: Option<String>,
    /// `errorCode`; none for a call that succeeded.
    pub error: Option<String>,
    pub kind: SightingKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SightingKind {
    /// Over 60 seconds after containment, and it succeeded: the lineage is alive.
    Alive,
    /// After containment, and it was refused.
    Refused,
    /// Before containment took hold everywhere: it only arrived late.
    Late,
}

/// The answer of `respond watch`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Watched {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub caller: Caller,
    pub access_key_id: String,
    /// `Active` or `Inactive`, as IAM said when the watch began; none where it did not say.
    pub key_status: Option<String>,
    pub contained_at: Time,
    /// `journal`, `asked` (by a flag) or `start` (of the watch).
    pub contained_from: Word,
    pub watched_since: Time,
    pub watched_until: Time,
    pub polls: u64,
    /// Every access key that was watched, the newest credentials included.
    pub access_keys: Vec<String>,
    pub sightings: Vec<Sighting>,
    /// Whether every Region was read in the end, whatever a single poll could not read.
    pub complete: bool,
    pub coverage: Vec<super::Coverage>,
    pub notes: Vec<String>,
    /// What to run next.
    pub next: Vec<Next>,
}

/// The answer of `respond journals`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JournalList {
    #[serde(flatten)]
    pub envelope: Envelope,
    /// The folder that was looked through.
    pub folder: String,
    /// Who asked IAM; none where nobody could.
    pub caller: Option<Caller>,
    /// Newest first.
    pub journals: Vec<ListedJournal>,
    /// Whether every journal there could be read.
    pub complete: bool,
    pub notes: Vec<String>,
}

/// One journal: who did what, and whether that still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedJournal {
    pub path: String,
    /// Why it could not be read; then nothing else is known.
    pub unread: Option<String>,
    pub account: Option<String>,
    /// ARN of whoever acted.
    pub caller: Option<String>,
    /// The words after `trailhunt respond`.
    pub command: Vec<String>,
    pub begun: Option<Time>,
    /// How its last run ended; none where it was cut off.
    pub state: Option<Progress>,
    /// Why it is not to be acted on without `--trust-journal`; empty where it is as this machine wrote it.
    pub doubts: Vec<String>,
    /// Of all its changes.
    pub holds: Holding,
    pub changes: Vec<ListedChange>,
}

/// What a journal says was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedChange {
    /// One line: `deactivate AKIA… of user ci-deploy`.
    pub what: String,
    /// What is changed, as the journal has it.
    pub slot: Value,
    pub at: Time,
    /// Whether the journal knows that it was carried out.
    pub certain: bool,
    pub holds: Holding,
}

/// Whether what was changed is as it was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holding {
    Holds,
    /// Some of it.
    Partly,
    /// None of it.
    Lifted,
    /// IAM was not asked, or did not answer.
    Unknown,
    /// It changed nothing.
    Nothing,
}
