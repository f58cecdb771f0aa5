//! A rule as it is alerted on, and the group that it belongs to: data only. `rules` compiles them.

use serde::Serialize;
use serde_json::Value;
use strum::{EnumString, IntoStaticStr};

use crate::report::Level;

/// The groups, under the names that operators know.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr, EnumString,
)]
#[strum(const_into_str)]
pub enum AlertGroup {
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
    pub group: AlertGroup,
    /// ATT&CK technique ids.
    pub attack: Vec<String>,
    /// EventBridge patterns, any of which an event must meet: each with `source` and `detail`; with `detail-type` only
    /// where it is no CloudTrail event.
    pub patterns: Vec<Value>,
    /// Whether it is about calls that only read, which EventBridge gives only to rules that ask for all management
    /// events.
    pub reads: bool,
}

#[cfg(test)]
impl AlertRule {
    /// A rule that tests hold events against: only its name and its level matter.
    pub fn named(name: &str, level: Level) -> Self {
        Self {
            name: name.to_owned(),
            title: name.to_owned(),
            meaning: String::new(),
            level,
            group: AlertGroup::HighRiskSecurityEvents,
            attack: Vec::new(),
            patterns: Vec::new(),
            reads: false,
        }
    }
}
