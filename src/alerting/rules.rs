//! What is alerted on: the Sigma rules that name an alert group, compiled to EventBridge patterns, and the fixed
//! patterns of what is no CloudTrail event. A rule that cannot be compiled is refused by name.

use serde::Serialize;
use serde_json::Value;

use super::options::FindingSource;
use super::{documents, findings, reads};
use crate::playbook::catalogue::{Body, Catalogue, Rule};
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

impl Group {
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

    fn named(name: &str) -> Option<Self> {
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

/// A rule that is not alerted on, or not on all of its events: the reason says which.
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

/// Compiles the rules of `catalogue` that name a group, and adds the fixed ones. Without `read_events` what is about
/// calls that only read is refused, since EventBridge would not send them.
pub fn compile(catalogue: &Catalogue, read_events: bool, wanted: &[FindingSource]) -> Rules {
    let mut alerts = findings::config();
    alerts.extend(wanted.iter().flat_map(|source| findings::of(*source)));
    let mut refused = Vec::new();
    for rule in catalogue.rules.iter().filter(|rule| rule.reports) {
        let mut refuse = |reason: String| {
            let name = rule.name.clone();
            refused.push(Refused { name, reason });
        };
        if matches!(rule.body, Body::Correlation(_)) {
            refuse("it needs many events together, and a pattern sees one".to_owned());
        }
        match compiled(rule) {
            Some(Ok(alert)) => {
                let (alert, left_out) = reads::split(alert, read_events);
                alerts.extend(alert);
                left_out.map(refuse);
            }
            Some(Err(reason)) => refuse(reason),
            None => {}
        }
    }
    alerts.sort_by(|a, b| (a.group, &a.name).cmp(&(b.group, &b.name)));
    refused.sort_by(|a, b| a.name.cmp(&b.name));
    Rules { alerts, refused }
}

/// A rule that names a group, with its patterns, or why it has none.
fn compiled(rule: &Rule) -> Option<Result<AlertRule, String>> {
    let group = Group::named(rule.alert?)?;
    let patterns = match documents::patterns(rule) {
        Some(patterns) => Ok(patterns),
        None => rule.body.detection()?.event_patterns(),
    };
    Some(patterns.map(|patterns| AlertRule {
        name: rule.name.clone(),
        title: rule.title.clone(),
        meaning: rule.description.trim().to_owned(),
        level: capped(rule.level, group),
        group,
        attack: rule.attack.clone(),
        patterns,
        reads: false,
    }))
}

/// What is provisioned all day long is low, unless it is worse than medium.
fn capped(level: Level, group: Group) -> Level {
    match group {
        Group::InfraProvisioningEvents if level <= Level::Medium => level.min(Level::Low),
        _ => level,
    }
}
