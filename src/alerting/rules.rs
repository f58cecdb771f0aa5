//! What is alerted on: the Sigma rules that name an alert group, compiled to EventBridge patterns, and the fixed
//! patterns of what is no CloudTrail event. A rule that cannot be compiled is refused by name.

use serde::Serialize;

use super::alert_rule::{AlertGroup, AlertRule};
use super::findings::FindingSource;
use super::{documents, findings, reads};
use crate::playbook::catalogue::{Body, Catalogue, SigmaRule};
use crate::report::Level;

/// A rule that is not alerted on, or not on all of its events: the reason says which.
#[derive(Debug, Clone, Serialize)]
pub struct UnalertedRule {
    pub name: String,
    pub reason: String,
}

/// The whole of it.
#[derive(Debug, Clone)]
pub struct AlertRules {
    /// In the order of groups, then names.
    pub alerts: Vec<AlertRule>,
    pub refused: Vec<UnalertedRule>,
}

/// Compiles the rules of `catalogue` that name a group, and adds the fixed ones. Without `read_events` what is about
/// calls that only read is refused, since EventBridge would not send them.
pub fn compile(catalogue: &Catalogue, read_events: bool, wanted: &[FindingSource]) -> AlertRules {
    let mut alerts = findings::config();
    alerts.extend(wanted.iter().flat_map(|source| findings::of(*source)));
    let mut refused = Vec::new();
    for rule in catalogue.rules.iter().filter(|rule| rule.reports) {
        let mut refuse = |reason: String| {
            let name = rule.name.clone();
            refused.push(UnalertedRule { name, reason });
        };
        if matches!(rule.body, Body::Correlation(_)) {
            refuse("it needs many events together, and a pattern sees one".to_owned());
        }
        match compile_rule(rule) {
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
    AlertRules { alerts, refused }
}

/// A text that a file breaks where its own lines end.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A rule that names a group, with its patterns, or why it has none.
fn compile_rule(rule: &SigmaRule) -> Option<Result<AlertRule, String>> {
    let group = rule.alert?.parse().ok()?;
    let patterns = match documents::patterns(rule) {
        Some(patterns) => Ok(patterns),
        None => rule.body.detection()?.event_patterns(),
    };
    Some(patterns.map(|patterns| AlertRule {
        name: rule.name.clone(),
        title: rule.title.clone(),
        meaning: one_line(&rule.description),
        level: cap_level(rule.level, group),
        group,
        attack: rule.attack.clone(),
        patterns,
        reads: false,
    }))
}

/// What is provisioned all day long is low, unless it is worse than medium.
fn cap_level(level: Level, group: AlertGroup) -> Level {
    match group {
        AlertGroup::InfraProvisioningEvents if level <= Level::Medium => level.min(Level::Low),
        _ => level,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::playbook::catalogue::{ALERT_GROUPS, builtin};

    /// What only correlations use, which report for it.
    const BUILDING_BLOCKS: [&str; 4] = [
        "assume-role-denied",
        "identity-recon",
        "persistence-step",
        "write-call",
    ];

    fn all(read_events: bool) -> AlertRules {
        compile(builtin().unwrap(), read_events, &[FindingSource::Guardduty])
    }

    #[test]
    fn every_group_of_the_catalogue_is_one_of_ours() {
        assert!(
            ALERT_GROUPS
                .into_iter()
                .all(|name| name.parse::<AlertGroup>().is_ok())
        );
    }

    #[test]
    fn every_rule_alerts_or_says_why_not() {
        for read_events in [false, true] {
            let rules = all(read_events);
            for rule in &builtin().unwrap().rules {
                let alerts = rules.alerts.iter().any(|alert| alert.name == rule.name);
                let is_refused = rules
                    .refused
                    .iter()
                    .any(|refused| refused.name == rule.name);
                let is_block = BUILDING_BLOCKS.contains(&rule.name.as_str());
                assert_eq!(alerts || is_refused, !is_block, "{}", rule.name);
            }
        }
    }

    #[test]
    fn refusals_name_the_reason() {
        let rules = all(true);
        let is_correlation =
            |refused: &&UnalertedRule| refused.reason.contains("many events together");
        let (together, others): (Vec<_>, Vec<_>) = rules.refused.iter().partition(is_correlation);
        assert_eq!(together.len(), 14);
        let shown: Vec<String> = others
            .iter()
            .map(|of| format!("{}: {}", of.name, of.reason))
            .collect();
        assert_eq!(
            shown,
            [
                "administrator-policy-written: `requestParameters.policyDocument`: `re` has no counterpart in event patterns",
                "role-open-to-all: `requestParameters.policyDocument`: `re` has no counterpart in event patterns",
            ]
        );
        let without = all(false);
        let secret = without
            .refused
            .iter()
            .find(|of| of.name == "secret-read")
            .unwrap();
        assert!(
            secret.reason.contains("GetSecretValue") && secret.reason.contains("--read-events")
        );
        assert!(
            !without
                .alerts
                .iter()
                .any(|alert| alert.name == "secret-read" || alert.reads)
        );
    }

    #[test]
    fn provisioning_is_low_unless_it_is_worse_than_medium() {
        use AlertGroup::{ConsoleLogins, InfraProvisioningEvents};
        let shown = |level, group| cap_level(level, group);
        assert_eq!(shown(Level::Medium, InfraProvisioningEvents), Level::Low);
        assert_eq!(
            shown(Level::Informational, InfraProvisioningEvents),
            Level::Informational
        );
        assert_eq!(shown(Level::High, InfraProvisioningEvents), Level::High);
        assert_eq!(shown(Level::Medium, ConsoleLogins), Level::Medium);
    }

    #[test]
    fn no_pattern_lacks_a_source() {
        for rule in all(true).alerts {
            for pattern in &rule.patterns {
                let sources = pattern["source"]
                    .as_array()
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                let of_aws = |source: &Value| {
                    let named = source.as_str().or(source["prefix"].as_str());
                    named.is_some_and(|source| source.starts_with("aws."))
                };
                assert!(
                    !sources.is_empty() && sources.iter().all(of_aws),
                    "{}: {pattern}",
                    rule.name
                );
            }
        }
    }

    #[test]
    fn alerts_stand_by_group_and_name() {
        let alerts = all(false).alerts;
        let order: Vec<_> = alerts
            .iter()
            .map(|alert| (alert.group, &alert.name))
            .collect();
        assert!(order.is_sorted() && order.windows(2).all(|two| two[0] != two[1]));
    }
}
