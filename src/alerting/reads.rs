//! Calls that only read: EventBridge keeps them from rules that do not ask for all management events (facts: G2).

use serde_json::Value;

use super::alert_rule::AlertRule;
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

/// Those that begin otherwise.
const READING: [&str; 5] = [
    "Converse",
    "ConverseStream",
    "CreateOAuth2Token",
    "InvokeModel",
    "InvokeModelWithResponseStream",
];

/// Names like theirs that CloudTrail records as writing (facts: A11).
pub const WRITING: [&str; 1] = ["GetFederationToken"];

/// Of these it is not known: they are waited for in any case.
pub const UNSURE: [&str; 3] = ["AssumeRoot", "DownloadDefaultKeyPair", "GetSessionToken"];

/// What of the rule EventBridge sends, and what is left out, in words.
pub fn split(mut rule: AlertRule, read_events: bool) -> (Option<AlertRule>, Option<String>) {
    if read_events {
        rule.reads = rule.patterns.iter().any(may_read);
        return (Some(rule), None);
    }
    let mut left_out: Vec<String> = Vec::new();
    let mut patterns = Vec::new();
    for pattern in rule.patterns {
        let mut leaves = Leaves::of(&pattern);
        let (reading, others): (Vec<Value>, Vec<Value>) = names(&leaves)
            .iter()
            .cloned()
            .partition(|name| reads(&leaves, name));
        if reading.is_empty() {
            patterns.push(pattern);
        } else if !others.is_empty() {
            leaves.set("detail.eventName", others);
            patterns.push(leaves.nested().into());
        }
        for name in reading.iter().filter_map(Value::as_str) {
            if !left_out.iter().any(|known| known == name) {
                left_out.push(name.to_owned());
            }
        }
    }
    rule.patterns = patterns;
    let calls = left_out.join(", ");
    match (left_out.is_empty(), rule.patterns.is_empty()) {
        (true, _) => (Some(rule), None),
        (false, true) => {
            let reason = format!("calls that only read ({calls}), which needs --read-events");
            (None, Some(reason))
        }
        (false, false) => {
            let reason =
                format!("in part: calls that only read ({calls}), which needs --read-events");
            (Some(rule), Some(reason))
        }
    }
}

fn names(leaves: &Leaves) -> &[Value] {
    leaves.get("detail.eventName").unwrap_or_default()
}

/// Whether calls that only read meet the pattern: one that names no call is about them, too.
fn may_read(pattern: &Value) -> bool {
    let leaves = Leaves::of(pattern);
    let names = names(&leaves);
    let is_unsure = |name: &Value| UNSURE.iter().any(|unsure| name == unsure);
    names.is_empty()
        || names
            .iter()
            .any(|name| reads(&leaves, name) || is_unsure(name))
}

/// Whether a call of this name only reads. What signs people in comes as an event of its own kind, whatever its name.
fn reads(leaves: &Leaves, name: &Value) -> bool {
    let is_sign_in = leaves.get("source") == Some(&["aws.signin".into()]);
    name.as_str().is_some_and(|name| {
        let begins = !is_sign_in && BEGINNINGS.iter().any(|begins| name.starts_with(begins));
        READING.contains(&name) || begins && !WRITING.contains(&name) && !UNSURE.contains(&name)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::alerting::alert_rule::AlertGroup;
    use crate::report::Level;

    fn rule(source: &str, names: &[&str]) -> AlertRule {
        AlertRule {
            name: "r".to_owned(),
            title: String::new(),
            meaning: String::new(),
            level: Level::Low,
            group: AlertGroup::HighRiskSecurityEvents,
            attack: Vec::new(),
            patterns: vec![json!({"source": [source], "detail": {"eventName": names}})],
            reads: false,
        }
    }

    /// The names that stay, and what is said of the others.
    fn without_reading(source: &str, names: &[&str]) -> (Option<Value>, Option<String>) {
        let (rule, reason) = split(rule(source, names), false);
        (
            rule.map(|rule| rule.patterns[0]["detail"]["eventName"].clone()),
            reason,
        )
    }

    #[test]
    fn reading_is_left_out_by_name_unless_it_is_asked_for() {
        let (left, reason) = without_reading("aws.ssm", &["GetParameter", "InvokeModel"]);
        assert_eq!(left, None);
        let why = "calls that only read (GetParameter, InvokeModel), which needs --read-events";
        assert_eq!(reason.as_deref(), Some(why));
        let (left, reason) = without_reading("aws.lightsail", &["GetKey", "CreateKey"]);
        assert_eq!(left, Some(json!(["CreateKey"])));
        assert!(reason.is_some_and(|reason| reason.starts_with("in part: ")));
        let (asked, reason) = split(rule("aws.ssm", &["GetParameter"]), true);
        assert_eq!((asked.map(|rule| rule.reads), reason), (Some(true), None));
    }

    #[test]
    fn what_may_arrive_is_waited_for() {
        for (source, name) in [
            ("aws.sts", "GetFederationToken"),
            ("aws.sts", "GetSessionToken"),
            ("aws.sts", "AssumeRoot"),
            ("aws.signin", "GetSigninToken"),
            ("aws.iam", "CreateUser"),
        ] {
            assert_eq!(
                without_reading(source, &[name]),
                (Some(json!([name])), None)
            );
        }
        let reads =
            |source: &str, names: &[&str]| split(rule(source, names), true).0.unwrap().reads;
        assert!(
            reads("aws.sts", &["GetSessionToken"]) && reads("aws.sts", &["AssumeRoleWithSAML"])
        );
        assert!(!reads("aws.sts", &["GetFederationToken"]) && !reads("aws.iam", &["CreateUser"]));
        assert!(reads("aws.iam", &[]), "any call may be one that reads");
    }
}
