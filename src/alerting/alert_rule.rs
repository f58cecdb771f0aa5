//! A rule as it is alerted on, and the group that it belongs to: data only. `rules` compiles them.

use serde::Serialize;
use serde_json::Value;

use crate::report::Level;

/// The groups, under the names that operators know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum AlertGroup {
    HighRiskSecurityEvents,
    InfraProvisioningEvents,
    CloudTrailChanges,
    ConfigComplianceChanges,
    ConsoleLogins,
    Findings,
}

impl AlertGroup {
    const ALL: [Self; 6] = [
        Self::HighRiskSecurityEvents,
        Self::InfraProvisioningEvents,
        Self::CloudTrailChanges,
        Self::ConfigComplianceChanges,
        Self::ConsoleLogins,
        Self::Findings,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::HighRiskSecurityEvents => "HighRiskSecurityEvents",
            Self::InfraProvisioningEvents => "InfraProvisioningEvents",
            Self::CloudTrailChanges => "CloudTrailChanges",
            Self::ConfigComplianceChanges => "ConfigComplianceChanges",
            Self::ConsoleLogins => "ConsoleLogins",
            Self::Findings => "Findings",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == name)
    }
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
