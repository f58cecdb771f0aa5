//! What `deploy-alerts` answers, as data: what was looked at beforehand, what each stack would change or has changed,
//! and what is left to do. Its serde shape is a contract, version 1; the parts about stacks are `remove-alerts`'s too.

use serde::{Deserialize, Serialize};

use crate::report::response::Progress;
use crate::report::{Caller, Envelope, Next, Word};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Deployment {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub caller: Caller,
    /// Region of the home stack.
    pub home: String,
    /// Whether nothing was to be changed.
    pub dry_run: bool,
    pub state: Progress,
    pub preflight: Preflight,
    /// In words, a sentence each.
    pub cost: Vec<String>,
    /// In the order in which they are deployed.
    pub stacks: Vec<StackStep>,
    /// What to know before saying yes: who is told no longer, what could not be looked at.
    pub notes: Vec<String>,
    /// What only people can do, once the stacks are there.
    pub todo: Vec<String>,
    pub next: Vec<Next>,
}

/// What was looked at before anything was planned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Preflight {
    /// `aws`.
    pub partition: String,
    /// Regions that are watched, sorted.
    pub regions: Vec<String>,
    /// Enabled Regions that are not.
    pub unwatched: Vec<String>,
    pub trail: TrailFound,
    /// What is done about it.
    pub trail_use: TrailUse,
    /// The log bucket of an earlier trail of ours, which a new one takes over.
    pub kept_bucket: Option<String>,
    /// AWS Config, Region by Region: without a recorder it has no compliance changes to alert on.
    pub recorders: Vec<Recorder>,
}

/// Whether a trail brings CloudTrail's events to EventBridge.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrailFound {
    pub state: TrailState,
    /// The trail that suits; otherwise the first that does not, or that is not known to.
    pub name: Option<String>,
    pub arn: Option<String>,
    /// Why it is so, of every trail.
    pub reason: String,
    /// Whether home has a trail that is called as ours.
    #[serde(skip)]
    pub is_name_taken: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrailState {
    /// Logging, in every Region, management events that write.
    Suitable,
    NotSuitable,
    /// It could not be looked at: that of an organization, say.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrailUse {
    /// The one that was found.
    Found,
    /// Our stack has one already.
    Ours,
    /// Our stack makes one.
    Made,
    /// None is made, and none is known to suit.
    None,
}

/// AWS Config in a Region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recorder {
    pub region: String,
    pub state: RecorderState,
    /// Why it could not be looked at.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecorderState {
    Recording,
    Stopped,
    None,
    Unknown,
}

/// A stack in a Region: what is to become of it, and what became of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StackStep {
    pub name: Word,
    pub region: String,
    pub kind: StackKind,
    pub action: StackAction,
    /// Resource by resource.
    pub changes: Vec<ResourceChange>,
    pub outcome: StackOutcome,
    /// Why it is replaced, blocked, not tried, or failed.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StackKind {
    Trail,
    Home,
    Forwarder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StackAction {
    Create,
    Update,
    /// What is there is of no use: it is deleted, then created anew.
    Replace,
    Remove,
    /// It is as it should be.
    None,
    /// Nothing can be done with it, and the reason says why.
    Blocked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StackOutcome {
    /// Not tried yet.
    Planned,
    /// There was nothing to change.
    Unchanged,
    Done,
    Failed,
    /// It was not begun: something that it needs failed, or the run was interrupted or declined.
    NotTried,
    /// CloudFormation is still at work on it.
    GoingOn,
    /// It could not be looked at any longer.
    Unknown,
}

/// What a change set does to a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ResourceChange {
    /// `add`, `modify`, `remove`, `dynamic`, `import`.
    pub action: String,
    pub logical_id: String,
    /// `AWS::SNS::Topic`.
    pub resource_type: String,
    /// `true`, `false` or `conditional`: whether the resource is made anew.
    pub replacement: Option<String>,
    pub properties: Vec<PropertyChange>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PropertyChange {
    /// `/Properties/VisibilityTimeout`, or the property's name.
    pub path: String,
    /// Where CloudFormation tells.
    pub before: Option<String>,
    pub after: Option<String>,
}
