//! Tests of `pack`: what fits, what is shared, and what the template has room for.

use super::*;
use crate::alerting::findings::FindingSource;
use crate::alerting::rules::compile;
use crate::playbook::catalogue::builtin;
use crate::report::Level;

/// The bytes of a template body, less what else stands in the one that holds the rules.
const ROOM: usize = 51_200 - 4_096;
/// What each rule needs besides its pattern: name, target, dead letters.
const AROUND: usize = 400;

const ALL: [FindingSource; 3] = [
    FindingSource::Guardduty,
    FindingSource::SecurityHub,
    FindingSource::SecurityHubV2,
];

fn rule(group: AlertGroup, patterns: Vec<Value>) -> AlertRule {
    AlertRule {
        name: "r".to_owned(),
        title: String::new(),
        meaning: String::new(),
        level: Level::Low,
        group,
        attack: Vec::new(),
        patterns,
        reads: false,
    }
}

/// The patterns of rules about infrastructure.
fn packed(patterns: Vec<Value>) -> Vec<Value> {
    let rules = pack(&[rule(AlertGroup::InfraProvisioningEvents, patterns)]);
    rules.into_iter().map(|rule| rule.pattern).collect()
}

fn call(service: &str, name: &str) -> Value {
    json!({"source": [format!("aws.{service}")], "detail": {"eventName": [name], "errorCode": [null]}})
}

#[test]
fn the_built_in_rules_fit_a_template() {
    for read_events in [false, true] {
        let rules = pack(&compile(builtin().unwrap(), read_events, &ALL).alerts);
        let sum: usize = rules.iter().map(|rule| length(&rule.pattern)).sum();
        assert!(
            sum + rules.len() * AROUND <= ROOM,
            "{sum} characters in {} rules",
            rules.len()
        );
        let mut names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), rules.len());
        for EventRule {
            name,
            pattern,
            reads,
            ..
        } in &rules
        {
            assert!(length(pattern) <= PATTERN_LIMIT, "{name}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}");
            assert!(*reads <= read_events, "{name}");
            let alternatives = pattern.pointer("/detail/$or").and_then(Value::as_array);
            assert!(
                alternatives.is_none_or(|of| (2..=OR_LIMIT).contains(&of.len())),
                "{name}"
            );
        }
    }
}

#[test]
fn every_pattern_names_sources_of_aws() {
    for EventRule { name, pattern, .. } in pack(&compile(builtin().unwrap(), true, &ALL).alerts) {
        let sources = pattern["source"].as_array().expect("a list");
        let is_of_aws = |source: &Value| {
            *source == any_source()
                || source
                    .as_str()
                    .is_some_and(|source| source.starts_with("aws."))
        };
        assert!(
            !sources.is_empty() && sources.iter().all(is_of_aws),
            "{name}: {sources:?}"
        );
        assert!(pattern["detail-type"].is_array(), "{name}");
    }
}

#[test]
fn the_same_rules_are_the_same_bytes() {
    let text = || {
        format!(
            "{:?}",
            pack(&compile(builtin().unwrap(), true, &ALL).alerts)
        )
    };
    assert_eq!(text(), text());
}

#[test]
fn what_all_alternatives_share_stands_once() {
    let pattern = packed(vec![
        call("ec2", "RunInstances"),
        call("s3", "CreateBucket"),
        call("ec2", "StopInstances"),
    ]);
    assert_eq!(
        pattern,
        [json!({
            "source": ["aws.ec2", "aws.s3"],
            "detail-type": CALLS,
            "detail": {
                "errorCode": [null],
                "$or": [
                    {"eventName": ["RunInstances", "StopInstances"], "eventSource": ["ec2.amazonaws.com"]},
                    {"eventName": ["CreateBucket"], "eventSource": ["s3.amazonaws.com"]},
                ],
            },
        })]
    );
}

#[test]
fn of_a_call_only_its_name_counts_and_who_calls() {
    let detail = json!({
        "eventName": ["PutRule"],
        "requestParameters": {"state": ["DISABLED"]},
        "userIdentity": {"invokedBy": [null]},
    });
    let [pattern] = packed(vec![json!({"source": ["aws.events"], "detail": detail})])
        .try_into()
        .unwrap();
    let expected = json!({"eventName": ["PutRule"], "userIdentity": {"invokedBy": [null]}});
    assert_eq!(pattern["detail"], expected);
    let unnamed = json!({"source": [any_source()], "detail": {"requestParameters": {"a": ["b"]}}});
    let [pattern] = packed(vec![unnamed.clone()]).try_into().unwrap();
    assert_eq!(
        pattern["detail"], unnamed["detail"],
        "all that there is to go by"
    );
    assert_eq!(pattern["detail-type"].as_array().map(Vec::len), Some(5));
}

#[test]
fn many_errors_of_a_named_call_are_any_error() {
    let error = |errors: Value, name: Value| {
        let detail = json!({"errorCode": errors, "eventName": name});
        let [pattern] = packed(vec![json!({"source": ["aws.sts"], "detail": detail})])
            .try_into()
            .unwrap();
        pattern["detail"]["errorCode"].clone()
    };
    let many = json!(["a", "b", "c", "d", {"prefix": "e"}]);
    assert_eq!(
        error(many.clone(), json!(["AssumeRole"])),
        json!([{"exists": true}])
    );
    let few = json!(["a", {"prefix": "e"}]);
    assert_eq!(error(few.clone(), json!(["AssumeRole"])), few);
    let with_none = json!(["a", "b", "c", "d", null]);
    assert_eq!(error(with_none.clone(), json!(["AssumeRole"])), with_none);
}

#[test]
fn what_does_not_fit_goes_on_in_the_next_pattern() {
    let names: Vec<String> = (0..400).map(|n| format!("CreateSomething{n:03}")).collect();
    let one = json!({"source": ["aws.ec2"], "detail": {"eventName": names}});
    let rules = pack(&[
        rule(AlertGroup::InfraProvisioningEvents, vec![one]),
        rule(
            AlertGroup::ConsoleLogins,
            vec![call("signin", "ConsoleLogin")],
        ),
    ]);
    let shown: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(
        shown,
        [
            "InfraProvisioningEvents1",
            "InfraProvisioningEvents2",
            "InfraProvisioningEvents3",
            "InfraProvisioningEvents4",
            "InfraProvisioningEvents5",
            "InfraProvisioningEvents6",
            "ConsoleLogins1"
        ]
    );
    let mut found: Vec<String> = Vec::new();
    for rule in &rules {
        assert!(length(&rule.pattern) <= PATTERN_LIMIT);
        let names = rule.pattern["detail"]["eventName"].as_array().unwrap();
        found.extend(names.iter().map(|name| name.as_str().unwrap().to_owned()));
    }
    assert!(names.iter().all(|name| found.contains(name)));
    assert_eq!(found.len(), names.len() + 1);
}
