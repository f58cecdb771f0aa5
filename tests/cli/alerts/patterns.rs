//! The patterns of the rules, before `TestEventPattern`: every rule on every record of its proof in `tests/rules`, and
//! the packed patterns on what they must let through. What the groups and the CIS benchmark ask for is in `required`.

mod required;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_eventbridge::Client;
use chrono_tz::Tz;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use trailhunt::alerting::alert_rule::{AlertGroup, AlertRule};
use trailhunt::alerting::findings::FindingSource;
use trailhunt::alerting::pack::{EventRule, pack};
use trailhunt::alerting::rules::{AlertRules, compile};
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
fn rules() -> AlertRules {
    compile(builtin().unwrap(), true, &FINDINGS)
}

/// What answers for EventBridge.
#[derive(Clone)]
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

    /// Whether the event meets any of the patterns.
    async fn matches_any(&self, patterns: impl IntoIterator<Item = &Value>, event: &Value) -> bool {
        for pattern in patterns {
            if self.matches(pattern, event).await {
                return true;
            }
        }
        false
    }
}

/// The record as it comes by EventBridge.
pub fn as_event(record: &Event) -> Value {
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

/// A question to the bus, and the answer that is right.
struct Question {
    about: String,
    /// Any of which the event should meet, or none.
    patterns: Vec<Value>,
    event: Value,
    expected: bool,
}

impl Question {
    async fn is_answered(&self, bus: &Bus) -> bool {
        bus.matches_any(&self.patterns, &self.event).await == self.expected
    }
}

/// What the bus answers otherwise; asked side by side, since there are thousands.
async fn wrong(bus: &Bus, questions: Vec<Question>) -> Vec<String> {
    let questions = Arc::new(questions);
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..8 {
        let (bus, questions, next) = (bus.clone(), Arc::clone(&questions), Arc::clone(&next));
        workers.spawn(async move {
            let mut wrong = Vec::new();
            while let Some(question) = questions.get(next.fetch_add(1, Ordering::Relaxed)) {
                if !question.is_answered(&bus).await {
                    wrong.push(format!(
                        "{}, expected {}",
                        question.about, question.expected
                    ));
                }
            }
            wrong
        });
    }
    let mut wrong = workers.join_all().await.concat();
    wrong.sort();
    wrong
}

/// A record of a rule's proof, whether that rule matches it, and the same as an event.
struct Proved {
    of: &'static str,
    at: usize,
    matches: bool,
    record: Event,
    event: Value,
}

fn proved() -> Vec<Proved> {
    let of_rule = |name: &'static str| {
        let proof = proof(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let matching = proof.matching.into_iter().map(|record| (true, record));
        let benign = proof.benign.into_iter().map(|record| (false, record));
        let records = matching.chain(benign).enumerate();
        records.map(move |(at, (matches, record))| Proved {
            of: name,
            at,
            matches,
            event: as_event(&record),
            record,
        })
    };
    RULES.iter().flat_map(|rule| of_rule(rule.id)).collect()
}

/// The patterns of every rule agree with its detection: on its own proof, and on those records of others that are about
/// calls which it names.
#[tokio::test(flavor = "multi_thread")]
async fn every_rule_tells_its_events_from_others() {
    let Some(bus) = Bus::open() else { return };
    let rules = rules();
    let packed = pack(&rules.alerts);
    let proved = proved();
    let bindings = Bindings::new(Tz::UTC);
    let mut questions = Vec::new();
    for rule in &rules.alerts {
        let catalogued = builtin().unwrap().find(&rule.name);
        let Some(detection) = catalogued.and_then(|rule| rule.body.detection()) else {
            continue;
        };
        for of in &proved {
            let expected = detection.matches(&of.record, &bindings);
            let is_its_own = of.of == rule.name;
            assert!(
                !is_its_own || of.matches == expected,
                "{}[{}]",
                of.of,
                of.at
            );
            if !expected && !is_its_own && !names_call(rule, &of.event) {
                continue;
            }
            let question = |about: &str, patterns: Vec<Value>| Question {
                about: format!("{about}, {}[{}]", of.of, of.at),
                patterns,
                event: of.event.clone(),
                expected,
            };
            questions.push(question(&rule.name, vec![any_of(&rule.patterns)]));
            if expected && is_its_own {
                let packed = packed_for(&packed, rule, &of.event["source"]);
                questions.push(question(&format!("{}, packed", rule.name), packed));
            }
        }
    }
    let wrong = wrong(&bus, questions).await;
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The patterns as one, which is asked once.
fn any_of(patterns: &[Value]) -> Value {
    match patterns {
        [only] => only.clone(),
        several => json!({ "$or": several }),
    }
}

/// The packed patterns in one of which the rule stands, for events of `source`.
fn packed_for(packed: &[EventRule], rule: &AlertRule, source: &Value) -> Vec<Value> {
    let its_kind = |packed: &&EventRule| packed.group == rule.group && packed.reads == rule.reads;
    let is_of_source = |pattern: &&Value| {
        let sources = pattern["source"].as_array().expect("it names its sources");
        sources.iter().any(|of| of == source || of.is_object())
    };
    let patterns = packed.iter().filter(its_kind).map(|packed| &packed.pattern);
    patterns.filter(is_of_source).cloned().collect()
}

/// Whether a pattern of the rule names the event's call.
fn names_call(rule: &AlertRule, event: &Value) -> bool {
    rule.patterns.iter().any(|pattern| {
        let holds = |path: &str, value: &Value| {
            let values = pattern.pointer(path).and_then(Value::as_array);
            values.is_some_and(|values| values.iter().any(|v| v == value || v.is_object()))
        };
        holds("/source", &event["source"])
            && holds("/detail/eventName", &event["detail"]["eventName"])
    })
}

fn patterns(packed: &[EventRule]) -> impl Iterator<Item = &Value> {
    packed.iter().map(|rule| &rule.pattern)
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
            bus.matches_any(patterns(&packed), &envelope("aws.signin", kind, &login))
                .await,
            "{kind}"
        );
        let forged = envelope("my.signin", kind, &login);
        assert!(
            !bus.matches_any(patterns(&packed), &forged).await,
            "anyone may send it"
        );
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
            Some("config-noncompliant"),
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
        (security_hub, hub("ACTIVE", "LOW"), None),
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
            let is_fixed = matches!(
                rule.group,
                AlertGroup::ConfigComplianceChanges | AlertGroup::Findings
            );
            if is_fixed && bus.matches_any(&rule.patterns, &event).await {
                met.push(rule.name.as_str());
            }
        }
        assert_eq!(met, expected.into_iter().collect::<Vec<_>>(), "{event}");
        let arrives = bus.matches_any(patterns(&packed), &event).await;
        assert_eq!(arrives, expected.is_some(), "{event}");
    }
}
