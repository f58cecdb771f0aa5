//! What is alerted on: the Sigma rules that name an alert group, compiled to EventBridge patterns, and the fixed
//! patterns of what is no CloudTrail event. A rule that cannot be compiled is refused by name.

use serde::Serialize;
use serde_json::Value;

use super::options::FindingSource;
use crate::playbook::catalogue::Catalogue;
use crate::report::Level;

/// The groups, under the names that operators know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Group {
    HighRiskSecurityEvents,
    InfraProvisioningEvents,
    CloudTrailChanges,
    ConfigComplianceChanges,
    ConsoleLogins,
    Findings,
}

/// A rule, as it is alerted on.
#[derive(Debug, Clone)]
pub struct AlertRule {
    pub name: String,
    pub title: String,
    /// What it means, in a sentence.
    pub meaning: String,
    /// That of the rule, but at most low for what is provisioning and no more than medium.
    pub level: Level,
    pub group: Group,
    /// ATT&CK technique ids.
    pub attack: Vec<String>,
    /// EventBridge patterns, any of which an event must meet: each with `source` and `detail`; with `detail-type` only
    /// where it is no CloudTrail event.
    pub patterns: Vec<Value>,
    /// Whether it is about calls that only read, which EventBridge gives only to rules that ask for all management
    /// events.
    pub reads: bool,
}

/// A rule that is not alerted on.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    pub name: String,
    pub reason: String,
}

/// The whole of it.
#[derive(Debug, Clone)]
pub struct Rules {
    /// In the order of groups, then names.
    pub alerts: Vec<AlertRule>,
    pub refused: Vec<Refused>,
}

/// Compiles the rules of `catalogue` that name a group, and adds the fixed ones.
pub fn compile(_catalogue: &Catalogue, _read_events: bool, _findings: &[FindingSource]) -> Rules {
    todo!()
}
