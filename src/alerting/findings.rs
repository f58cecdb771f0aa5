//! Alerts on what is no CloudTrail event: AWS Config's verdicts, and findings of GuardDuty and Security Hub. Their
//! patterns are fixed (facts: G9).

use serde_json::{Value, json};

use super::options::FindingSource;
use super::rules::{AlertRule, Group};
use crate::report::Level;

const LEVELS: [Level; 4] = [Level::Critical, Level::High, Level::Medium, Level::Low];

/// Resources that a rule of AWS Config found wanting.
pub fn config() -> Vec<AlertRule> {
    vec![AlertRule {
        name: "config-rule-noncompliant".to_owned(),
        title: "Resource not compliant".to_owned(),
        meaning: "A rule of AWS Config found that a resource no longer is as it should be."
            .to_owned(),
        level: Level::Medium,
        group: Group::ConfigComplianceChanges,
        attack: Vec::new(),
        patterns: vec![json!({
            "source": ["aws.config"],
            "detail-type": ["Config Rules Compliance Change"],
            "detail": {"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
        })],
        reads: false,
    }]
}

/// Findings, a rule for each level.
pub fn of(source: FindingSource) -> Vec<AlertRule> {
    let (name, title, meaning) = match source {
        FindingSource::Guardduty => (
            "guardduty-finding",
            "GuardDuty finding",
            "GuardDuty saw signs of an attack in what it watches.",
        ),
        FindingSource::SecurityHub => (
            "security-hub-finding",
            "Security Hub finding",
            "Security Hub CSPM imported a new finding: a failed control, or what another service saw.",
        ),
        FindingSource::SecurityHubV2 => (
            "security-hub-v2-finding",
            "Security Hub finding",
            "Security Hub brought findings together to an exposure, a threat or a weakness.",
        ),
    };
    let rule = |level: Level| AlertRule {
        name: format!("{name}-{}", level.as_str()),
        title: title.to_owned(),
        meaning: meaning.to_owned(),
        level,
        group: Group::Findings,
        attack: Vec::new(),
        patterns: vec![pattern(source, level)],
        reads: false,
    };
    LEVELS.map(rule).into()
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
                "Severity": {"Label": [level.as_str().to_ascii_uppercase()]},
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
