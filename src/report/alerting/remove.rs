//! What `remove-alerts` answers, as data: what goes, what went, and what stays on purpose. Its serde shape is a contract,
//! version 1.

use serde::{Deserialize, Serialize};

use super::deploy::{StackOutcome, StackStep};
use crate::report::response::Progress;
use crate::report::{Caller, Envelope};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Removal {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub caller: Caller,
    pub state: Progress,
    /// Whether every Region could be looked at; see `unseen`.
    pub complete: bool,
    /// In the order in which they are removed.
    pub stacks: Vec<StackStep>,
    /// With `--delete-trail`, where there is one: CloudFormation leaves it on purpose.
    pub trail: Option<TrailStep>,
    /// What stays, and why.
    pub kept: Vec<String>,
    /// Regions that could not be looked at.
    pub unseen: Vec<Unseen>,
    pub notes: Vec<String>,
}

/// The trail itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrailStep {
    pub name: String,
    pub region: String,
    pub outcome: StackOutcome,
    pub reason: Option<String>,
}

/// A Region in which there may be something.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unseen {
    pub region: String,
    pub reason: String,
}
