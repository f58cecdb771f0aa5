//! The patterns of the rules, before `TestEventPattern`: every rule on every record of its proof in `tests/rules`, and
//! the packed patterns on what they must let through. What the groups and the CIS benchmark ask for is in `required`.

mod required;

use aws_sdk_eventbridge::Client;
use serde_json::{Value, json};
use trailhunt::alerting::options::FindingSource;
use trailhunt::alerting::pack::{EventRule, pack};
use trailhunt::alerting::rules::{AlertRule, Group, Rules, compile};
use trailhunt::event::Event;
use trailhunt::playbook::catalogue::builtin;

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
async fn every_rule_tells_its_events_from_benign_ones() {
    let Some(bus) = Bus::open() else { return };
    let rules = rules();
    let packed = pack(&rules.alerts);
    let of_cloudtrail = |group| !matches!(group, Group::ConfigComplianceChanges | Group::Findings);
    let mut problems = Vec::new();
    for rule in rules.alerts.iter().filter(|rule| of_cloudtrail(rule.group)) {
        let proof = proof(&rule.name).unwrap_or_else(|error| panic!("{}: {error}", rule.name));
        for (at, event) in proof.matching.iter().map(as_event).enumerate() {
            if !bus.meets(rule, &event).await {
                problems.push(format!("{}: match[{at}] does not match", rule.name));
            }
            if !bus.lets_through(&packed, rule, &event).await {
                problems.push(format!("{}: no packed pattern for match[{at}]", rule.name));
            }
        }
        for (at, event) in proof.benign.iter().map(as_event).enumerate() {
            if bus.meets(rule, &event).await {
                problems.push(format!("{}: benign[{at}] matches", rule.name));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
