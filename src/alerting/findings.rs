//! Alerts on what is no CloudTrail event: AWS Config's verdicts, and findings of GuardDuty and Security Hub. Their
//! patterns are fixed (facts: G9).

use clap::ValueEnum;
use serde_json::{Value, json};

use super::alert_rule::{AlertGroup, AlertRule};
use crate::report::Level;

/// Findings of other services, which are no CloudTrail events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum FindingSource {
    /// GuardDuty findings
    Guardduty,
    /// Findings that Security Hub CSPM imports
    SecurityHub,
    /// Findings of the new Security Hub (OCSF)
    SecurityHubV2,
}

/// Resources that a rule of AWS Config found wanting.
pub fn config() -> Vec<AlertRule> {
    vec![AlertRule {
        name: "config-noncompliant".to_owned(),
        title: "Resource not compliant".to_owned(),
        meaning: "A rule of AWS Config found that a resource no longer is as it should be."
            .to_owned(),
        level: Level::Medium,
        group: AlertGroup::ConfigComplianceChanges,
        attack: Vec::new(),
        patterns: vec![json!({
            "source": ["aws.config"],
            "detail-type": ["Config Rules Compliance Change"],
            "detail": {"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
        })],
        reads: false,
    }]
}

/// Findings, a rule for each level. Of Security Hub's those from medium: what is lower is by the thousand, and not urgent
/// by its own words.
pub fn of(source: FindingSource) -> Vec<AlertRule> {
    let (name, service) = match source {
        FindingSource::Guardduty => ("guardduty-finding", "GuardDuty"),
        FindingSource::SecurityHub => ("security-hub-finding", "Security Hub CSPM"),
        FindingSource::SecurityHubV2 => ("security-hub-v2-finding", "Security Hub"),
    };
    let mut levels = vec![Level::Critical, Level::High, Level::Medium];
    levels.extend((source == FindingSource::Guardduty).then_some(Level::Low));
    let rule = |level: Level| AlertRule {
        name: format!("{name}-{}", level.into_str()),
        title: format!("{service} finding: {}", level.into_str()),
        meaning: format!("{service} {}.", meaning(source, level)),
        level,
        group: AlertGroup::Findings,
        attack: Vec::new(),
        patterns: vec![pattern(source, level)],
        reads: false,
    };
    levels.into_iter().map(rule).collect()
}

/// What the service did, as it words its levels.
fn meaning(source: FindingSource, level: Level) -> &'static str {
    match (source, level) {
        (FindingSource::Guardduty, Level::Critical) => {
            "found an attack of several steps that is under way, or was recently"
        }
        (FindingSource::Guardduty, Level::High) => {
            "found a resource that seems to be compromised and used by others"
        }
        (FindingSource::Guardduty, Level::Medium) => {
            "found activity that is not usual here and may be the sign of a compromise"
        }
        (FindingSource::Guardduty, Level::Low | Level::Informational) => {
            "found suspicious activity that has compromised nothing"
        }
        (_, Level::Critical) => "reported an issue to be remedied at once, before it grows",
        (_, Level::High) => "reported an issue to be remedied before others",
        (_, _) => "reported an issue to be remedied, though not urgently",
    }
}

fn pattern(source: FindingSource, level: Level) -> Value {
    match source {
        FindingSource::Guardduty => json!({
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": band(level)}]},
        }),
        FindingSource::SecurityHub => json!({
            "source": ["aws.securityhub"],
            "detail-type": ["Security Hub Findings - Imported"],
            "detail": {"findings": {
                "RecordState": ["ACTIVE"],
                "Severity": {"Label": [level.into_str().to_ascii_uppercase()]},
                "Workflow": {"Status": ["NEW"]},
            }},
        }),
        FindingSource::SecurityHubV2 => json!({
            "source": ["aws.securityhub"],
            "detail-type": ["Findings Imported V2"],
            "detail": {"findings": {"severity_id": severity_ids(level)}},
        }),
    }
}

/// GuardDuty's severities of a level: low from 1, medium from 4, high from 7, critical from 9 to 10.
fn band(level: Level) -> Value {
    match level {
        Level::Critical => json!([">=", 9]),
        Level::High => json!([">=", 7, "<", 9]),
        Level::Medium => json!([">=", 4, "<", 7]),
        Level::Low | Level::Informational => json!(["<", 4]),
    }
}

/// OCSF: 1 informational, 2 low, 3 medium, 4 high, 5 critical, 6 fatal.
fn severity_ids(level: Level) -> Value {
    match level {
        Level::Critical => json!([5, 6]),
        Level::High => json!([4]),
        Level::Medium => json!([3]),
        Level::Low => json!([2]),
        Level::Informational => json!([1]),
    }
}
