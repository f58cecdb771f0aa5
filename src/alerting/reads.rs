//! Calls that only read: EventBridge keeps them from rules that do not ask for all management events (facts: G2).

use serde_json::Value;

use super::rules::AlertRule;
use crate::detection::event_pattern::Leaves;

/// How the names of such calls begin.
const BEGINNINGS: [&str; 6] = [
    "Get",
    "BatchGet",
    "List",
    "Describe",
    "Lookup",
    "AssumeRole",
];

/// Names that begin otherwise: those that CloudTrail records as reading (facts: A11 and C2).
const READING: [&str; 7] = [
    "AssumeRoot",
    "Converse",
    "ConverseStream",
    "CreateOAuth2Token",
    "InvokeModel",
    "InvokeModelWithResponseStream",
    "DownloadDefaultKeyPair",
];

/// Names that begin like them, and reach every rule.
const WRITING: [&str; 2] = ["GetFederationToken", "GetSessionToken"];

/// The rule with what of it EventBridge sends, and what is left out, in words.
pub fn split(mut rule: AlertRule, read_events: bool) -> (Option<AlertRule>, Option<String>) {
    let mut reading = Vec::new();
    let mut patterns = Vec::new();
    for pattern in &rule.patterns {
        let mut leaves = Leaves::of(pattern);
        let names = leaves.get("detail.eventName").unwrap_or_default();
        let (reads, writes): (Vec<Value>, Vec<Value>) = names
            .iter()
            .cloned()
            .partition(|name| is_of_reading(&leaves, name));
        if reads.is_empty() || !writes.is_empty() {
            if !reads.is_empty() {
                leaves.set("detail.eventName", writes);
            }
            patterns.push(leaves.nested().into());
        }
        reading.extend(reads.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    if read_events {
        let names_none = |pattern: &Value| pattern.pointer("/detail/eventName").is_none();
        rule.reads = !reading.is_empty() || rule.patterns.iter().any(names_none);
        return (Some(rule), None);
    }
    if reading.is_empty() {
        return (Some(rule), None);
    }
    let names = reading.join(", ");
    if patterns.is_empty() {
        let reason = format!("{names}: calls that only read, which needs --read-events");
        return (None, Some(reason));
    }
    rule.patterns = patterns;
    let reason = format!("in part: {names} only read, which needs --read-events");
    (Some(rule), Some(reason))
}

/// Whether a call of this name only reads. What signs people in comes as an event of its own kind.
fn is_of_reading(leaves: &Leaves, name: &Value) -> bool {
    let is_sign_in = leaves.get("source") == Some(&["aws.signin".into()]);
    name.as_str().is_some_and(|name| {
        let reads =
            READING.contains(&name) || BEGINNINGS.iter().any(|begins| name.starts_with(begins));
        reads && !WRITING.contains(&name) && !(is_sign_in && name != "CreateOAuth2Token")
    })
}
