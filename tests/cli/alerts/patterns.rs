//! The patterns of the rules, before `TestEventPattern`: every rule on every record of its proof in `tests/rules`, and
//! the packed patterns on what they must let through. What the groups and the CIS benchmark ask for is in `required`.

mod required;

use aws_sdk_eventbridge::Client;
use chrono_tz::Tz;
use serde_json::{Value, json};
use trailhunt::alerting::options::FindingSource;
use trailhunt::alerting::pack::{EventRule, pack};
use trailhunt::alerting::rules::{AlertRule, Group, Rules, compile};
use trailhunt::detection::Bindings;
use trailhunt::event::Event;
use trailhunt::playbook::catalogue::{RULES, builtin};

use crate::rules::proof;
use crate::support::aws_servers::Emulator;

const FINDINGS: [FindingSource; 3] = [
    FindingSource::Guardduty,
    FindingSource::SecurityHub,
    FindingSource::SecurityHubV2,
];

/// All there are.
fn rules() -> Rules {
    compile(builtin().unwrap(), true, &FINDINGS)
}

/// What answers for EventBridge.
struct Bus(Client);

impl Bus {
    /// `None` where there is no server; a line says so.
    fn open() -> Option<Self> {
        let server = Emulator::Ministack.shared()?;
        Some(Self(Client::new(&server.config())))
    }

    async fn matches(&self, pattern: &Value, event: &Value) -> bool {
        let answer = self
            .0
            .test_event_pattern()
            .event_pattern(pattern.to_string())
            .event(event.to_string())
            .send()
            .await;
        answer
            .unwrap_or_else(|error| panic!("{pattern}: {error:?}"))
            .result()
    }

    /// Whether the event meets any pattern of the rule.
    async fn meets(&self, rule: &AlertRule, event: &Value) -> bool {
        match rule.patterns.as_slice() {
            [only] => self.matches(only, event).await,
            several => self.matches(&json!({ "$or": several }), event).await,
        }
    }

    /// Whether a packed pattern of the rule's kind lets the event through.
    async fn lets_through(&self, packed: &[EventRule], rule: &AlertRule, event: &Value) -> bool {
        for packed in packed {
            let is_its_kind = packed.group == rule.group && packed.reads == rule.reads;
            if is_its_kind && self.matches(&packed.pattern, event).await {
                return true;
            }
        }
        false
    }
}

/// The record as it comes by EventBridge.
fn as_event(record: &Event) -> Value {
    let record = record.json();
    let text = |name: &str| record[name].as_str().unwrap_or_default();
    let service = text("eventSource").split('.').next().unwrap_or_default();
    let detail_type = match (text("eventName"), text("eventType")) {
        ("ConsoleLogin", _) | (_, "AwsConsoleSignIn") => "AWS Console Sign In via CloudTrail",
        (_, "AwsServiceEvent") => "AWS Service Event via CloudTrail",
        (_, "AwsConsoleAction") => "AWS Console Action via CloudTrail",
        _ => "AWS API Call via CloudTrail",
    };
    envelope(&format!("aws.{service}"), detail_type, record)
}

fn envelope(source: &str, detail_type: &str, detail: &Value) -> Value {
    json!({
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000000",
        "detail-type": detail_type,
        "source": source,
        "account": "123456789012",
        "time": "2026-11-20T12:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
    })
}

#[tokio::test]
async fn every_rule_tells_its_events_from_others() {
    let Some(bus) = Bus::open() else { return };
    let rules = rules();
    let packed = pack(&rules.alerts);
    let mut proofs = Vec::new();
    for (name, _) in RULES {
        let proof = proof(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let matching = proof.matching.into_iter().map(|record| (true, record));
        let benign = proof.benign.into_iter().map(|record| (false, record));
        let records = matching.chain(benign).enumerate();
        proofs.extend(records.map(|(at, (is_match, record))| (*name, at, is_match, record)));
    }
    let bindings = Bindings::new(Tz::UTC);
    let mut problems = Vec::new();
    for rule in &rules.alerts {
        let catalogued = builtin().unwrap().find(&rule.name);
        let Some(detection) = catalogued.and_then(|rule| rule.body.detection()) else {
            continue;
        };
        for (of, at, is_match, record) in &proofs {
            let event = as_event(record);
            if !may_be_about(rule, &event) {
                assert!(
                    !detection.matches(record, &bindings),
                    "{} names no {}",
                    rule.name,
                    event["detail"]["eventName"]
                );
                continue;
            }
            let expected = detection.matches(record, &bindings);
            if *of == rule.name {
                assert_eq!(expected, *is_match);
            }
            if bus.meets(rule, &event).await != expected {
                problems.push(format!(
                    "{}: {expected} is expected of {of}[{at}]",
                    rule.name
                ));
            }
            if expected && *of == rule.name && !bus.lets_through(&packed, rule, &event).await {
                problems.push(format!("{}: no packed pattern for {of}[{at}]", rule.name));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// Whether it is worth asking: a pattern of the rule names the call, or none.
fn may_be_about(rule: &AlertRule, event: &Value) -> bool {
    rule.patterns.iter().any(|pattern| {
        let names = pattern
            .pointer("/detail/eventName")
            .and_then(Value::as_array);
        let is_it = |name: &Value| name.is_object() || *name == event["detail"]["eventName"];
        let sources = pattern["source"].as_array().expect("it names its sources");
        let is_source = |source: &Value| source.is_object() || *source == event["source"];
        sources.iter().any(is_source) && names.is_none_or(|names| names.iter().any(is_it))
    })
}

/// Whether any packed pattern lets the event through.
async fn arrives(bus: &Bus, packed: &[EventRule], event: &Value) -> bool {
    for packed in packed {
        if bus.matches(&packed.pattern, event).await {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn both_spellings_of_signing_in_arrive() {
    let Some(bus) = Bus::open() else { return };
    let packed = pack(&rules().alerts);
    let login =
        json!({"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Success"}});
    for kind in [
        "AWS Console Sign In via CloudTrail",
        "AWS Console Signin via CloudTrail",
    ] {
        assert!(
            arrives(&bus, &packed, &envelope("aws.signin", kind, &login)).await,
            "{kind}"
        );
        let forged = envelope("my.signin", kind, &login);
        assert!(!arrives(&bus, &packed, &forged).await, "anyone may send it");
    }
}

#[tokio::test]
async fn findings_and_verdicts_go_by_their_level() {
    let Some(bus) = Bus::open() else { return };
    let rules = rules();
    let packed = pack(&rules.alerts);
    let verdict = |verdict| json!({"newEvaluationResult": {"complianceType": verdict}});
    let hub = |state, label| {
        let severity = json!({"Label": label});
        json!({"findings": [{"RecordState": state, "Severity": severity, "Workflow": {"Status": "NEW"}}]})
    };
    let config = ("aws.config", "Config Rules Compliance Change");
    let guardduty = ("aws.guardduty", "GuardDuty Finding");
    let security_hub = ("aws.securityhub", "Security Hub Findings - Imported");
    let v2 = ("aws.securityhub", "Findings Imported V2");
    for ((source, kind), detail, expected) in [
        (
            config,
            verdict("NON_COMPLIANT"),
            Some("config-rule-noncompliant"),
        ),
        (config, verdict("COMPLIANT"), None),
        (
            guardduty,
            json!({"severity": 9.5}),
            Some("guardduty-finding-critical"),
        ),
        (
            guardduty,
            json!({"severity": 8}),
            Some("guardduty-finding-high"),
        ),
        (
            guardduty,
            json!({"severity": 4.0}),
            Some("guardduty-finding-medium"),
        ),
        (
            guardduty,
            json!({"severity": 2}),
            Some("guardduty-finding-low"),
        ),
        (
            security_hub,
            hub("ACTIVE", "CRITICAL"),
            Some("security-hub-finding-critical"),
        ),
        (security_hub, hub("ACTIVE", "INFORMATIONAL"), None),
        (security_hub, hub("ARCHIVED", "CRITICAL"), None),
        (
            v2,
            json!({"findings": [{"severity_id": 4}]}),
            Some("security-hub-v2-finding-high"),
        ),
        (v2, json!({"findings": [{"severity_id": 1}]}), None),
    ] {
        let event = envelope(source, kind, &detail);
        let mut met = Vec::new();
        for rule in &rules.alerts {
            let is_fixed = matches!(rule.group, Group::ConfigComplianceChanges | Group::Findings);
            if is_fixed && bus.meets(rule, &event).await {
                met.push(rule.name.as_str());
            }
        }
        assert_eq!(met, expected.into_iter().collect::<Vec<_>>(), "{event}");
        assert_eq!(
            arrives(&bus, &packed, &event).await,
            expected.is_some(),
            "{event}"
        );
    }
}
