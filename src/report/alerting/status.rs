//! What `alerts-status` saw.
//!
//! The serde shape of [`AlertsStatus`] is a contract of its own, version 1.

use serde::{Deserialize, Serialize};

use super::deploy::TrailFound;
use crate::report::{Caller, Envelope};

/// The answer of `alerts-status`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AlertsStatus {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub caller: Caller,
    pub verdict: AlertsHealth,
    /// Whether everything could be looked at: false where anything stands under `unread`.
    pub complete: bool,
    /// What somebody has to do something about.
    pub attention: Vec<Attention>,
    pub unread: Vec<Unread>,
    pub home: HomeStatus,
    /// What brings CloudTrail's events to EventBridge.
    pub trail: TrailFound,
    /// Every enabled Region, sorted.
    pub regions: Vec<RegionStatus>,
}

/// What it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertsHealth {
    /// Everything was looked at, and is as it should be.
    Working,
    /// Something needs attention; `complete` says whether there may be more.
    Attention,
    /// What was looked at is as it should be, and something could not be looked at.
    Incomplete,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// Where; several where the same holds for them.
    pub regions: Vec<String>,
    pub what: String,
    /// What to do about it.
    pub todo: String,
}

/// Something that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    pub regions: Vec<String>,
    pub what: String,
    pub why: String,
}

/// The home stack; what is none could not be looked at, or is not there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct HomeStatus {
    pub region: String,
    pub stack: StackStatus,
    /// Whether the bus is there.
    pub bus: Option<bool>,
    pub rules: Option<StackRules>,
    /// Whether the formatter is handed what comes into its queue.
    pub reads_queue: Option<bool>,
    /// Messages in that queue.
    pub waiting: Option<u64>,
    pub dead_letters: Option<u64>,
    pub formatter: Option<Formatter>,
    pub subscriptions: Vec<Subscription>,
}

/// One Region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RegionStatus {
    pub region: String,
    pub state: RegionCoverage,
    pub stack: StackStatus,
    pub rules: Option<StackRules>,
    pub dead_letters: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegionCoverage {
    /// It has a forwarder.
    Covered,
    /// It is enabled, and what happens there is not seen.
    Uncovered,
    /// The same, on purpose: `--regions` did not name it.
    LeftOut,
    /// It could not be looked.
    Unknown,
}

/// A stack; none of it where there is no such stack, or it could not be looked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackStatus {
    /// CloudFormation's word: `CREATE_COMPLETE`.
    pub status: Option<String>,
    /// Logical ids of the resources that differ from the template; none where that is not known.
    pub drifted: Option<Vec<String>>,
}

/// The EventBridge rules of a stack.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackRules {
    /// How many the stack has.
    pub total: usize,
    /// Logical ids of those that do nothing: disabled, gone, or without their target.
    pub off: Vec<String>,
}

/// What the formatter says of itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Formatter {
    pub last_alert: Option<LastAlert>,
    /// Entries of today's digest.
    #[serde(default)]
    pub waiting: u64,
    #[serde(default)]
    pub suppressions: Suppressions,
    #[serde(default)]
    pub webhooks: Webhooks,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LastAlert {
    pub time: Option<String>,
    pub rule: Option<String>,
    pub severity: Option<String>,
    pub actor: Option<String>,
    pub event_id: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Suppressions {
    pub active: u64,
    /// Reasons of those that no longer hold.
    pub expired: Vec<String>,
}

/// `ok`, `not set` or `error: …`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Webhooks {
    pub slack: String,
    pub webhook: String,
}

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Name of the topic.
    pub topic: String,
    pub protocol: String,
    pub endpoint: String,
    pub state: SubscriptionState,
    /// Whether the stack's template names it.
    pub wanted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubscriptionState {
    Confirmed,
    /// The mail that asks for a confirmation was not answered.
    Pending,
    /// The template names it, and the topic does not have it.
    Vanished,
}
