//! Every rule of SigmaHQ's CloudTrail set over every record of a real attack, compared with `rsigma-eval`; and
//! correlations over the same records.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde_json::Value;

use super::{Bindings, Correlation, CorrelationWatch, Detection, yaml};
use crate::event::Event;

fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("TRAILHUNT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let folder = root.join(folder);
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut texts: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "yml" || end == "json")
        })
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    texts.sort();
    texts
}

fn events(folder: &Path) -> Vec<Event> {
    texts(folder)
        .iter()
        .flat_map(|(_, text)| {
            let file: Value = serde_json::from_str(text).unwrap();
            file["Records"].as_array().unwrap().clone()
        })
        .map(|record| Event::parse(record.to_string().as_bytes()).unwrap())
        .collect()
}

/// Both engines, holding one rule.
struct Engines {
    ours: Detection,
    reference: rsigma_eval::Engine,
}

impl Engines {
    fn new(rule: &str) -> Self {
        let document = yaml::document(rule).unwrap();
        let mut reference = rsigma_eval::Engine::new();
        let collection = rsigma_parser::parse_sigma_yaml(rule).unwrap();
        reference.add_collection(&collection).unwrap();
        Self {
            ours: Detection::parse(document.get("detection").unwrap()).unwrap(),
            reference,
        }
    }

    /// Whether each matches: ours, then the reference.
    fn match_each(&self, event: &Event, bindings: &Bindings) -> (bool, bool) {
        let json = rsigma_eval::event::JsonEvent::borrow(event.json());
        let theirs = !self.reference.evaluate(&json).is_empty();
        (self.ours.matches(event, bindings), theirs)
    }
}

#[test]
fn agrees_with_the_reference_on_real_records() {
    let (Some(rules), Some(records)) = (shared("sigma-aws"), shared("data/invictus-ir")) else {
        return;
    };
    let events = events(&records);
    let rules = texts(&rules);
    let bindings = Bindings::new(Tz::UTC);
    let mut matched = 0;
    let mut rules_matched = 0;
    for (name, rule) in &rules {
        let engines = Engines::new(rule);
        let before = matched;
        for event in &events {
            let (ours, theirs) = engines.match_each(event, &bindings);
            assert_eq!(ours, theirs, "{name} on {}", event.raw());
            matched += usize::from(ours);
        }
        rules_matched += usize::from(matched > before);
    }
    let counts = format!(
        "{} rules on {} records: {matched} matches of {rules_matched} rules",
        rules.len(),
        events.len()
    );
    println!("{counts}");
    assert!(rules_matched >= 10 && events.len() > 2500, "{counts}");
}

/// Rules that ask whether an object contains a text, a record that shows it, and whether each engine matches: the
/// reference finds no text in an object. None of the real records is such a one.
const OBJECTS_SEARCHED: [(&str, &str, (bool, bool)); 4] = [
    (
        "aws_disable_bucket_versioning",
        r#"{"eventVersion": "1.08", "eventSource": "s3.amazonaws.com", "eventName": "PutBucketVersioning",
            "requestParameters": {"bucketName": "b", "VersioningConfiguration": {"Status": "Suspended"}}}"#,
        (true, false),
    ),
    (
        // a filter: the reference reports the failed export that the rule means to leave out
        "aws_ec2_vm_export_failure",
        r#"{"eventVersion": "1.08", "eventSource": "ec2.amazonaws.com", "eventName": "CreateInstanceExportTask",
            "responseElements": {"exportTask": {"state": "Failure"}}}"#,
        (false, true),
    ),
    (
        // within the object the policy's own quotes are escaped, so that '"Allow"' does not occur
        "aws_iam_s3browser_templated_s3_bucket_policy_creation",
        r#"{"eventVersion": "1.08", "eventSource": "iam.amazonaws.com", "eventName": "PutUserPolicy",
            "userAgent": "S3 Browser", "requestParameters": {"policyDocument":
            "{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::<YOUR-BUCKET-NAME>/*\"}"}}"#,
        (false, false),
    ),
    (
        "aws_new_lambda_layer_attached",
        r#"{"eventVersion": "1.08", "eventSource": "lambda.amazonaws.com",
            "eventName": "UpdateFunctionConfiguration20150331v2",
            "requestParameters": {"layers": [{"arn": "arn:aws:lambda:us-east-1:1:layer:x:1"}]}}"#,
        (true, false),
    ),
];

#[test]
fn differs_from_the_reference_only_where_an_object_is_searched() {
    let Some(folder) = shared("sigma-aws") else {
        return;
    };
    for (name, record, expected) in OBJECTS_SEARCHED {
        let rule = std::fs::read_to_string(folder.join(format!("{name}.yml"))).unwrap();
        let event = Event::parse(record.as_bytes()).unwrap();
        let matches = Engines::new(&rule).match_each(&event, &Bindings::new(Tz::UTC));
        assert_eq!(matches, expected, "{name}");
    }
}

/// The rules that the correlations name: by their ids, which the reference wants.
const CORRELATED: &str = "
title: Failed
id: failed
logsource: { product: aws, service: cloudtrail }
detection: { s: { errorCode|exists: true }, condition: s }
---
title: Made
id: made
logsource: { product: aws, service: cloudtrail }
detection: { s: { eventName|startswith: Create }, condition: s }
---
title: Listed
id: listed
logsource: { product: aws, service: cloudtrail }
detection: { s: { eventName|startswith: [List, Describe] }, condition: s }
";

/// Every `temporal` has a condition: without one, the reference takes any rule, the specification all of them.
/// No event of an `event_count` is one of two rules: the reference would count it twice.
const CORRELATIONS: [&str; 4] = [
    "{ type: event_count, rules: [failed], group-by: [userIdentity.arn], timespan: 10m, condition: { gte: 5 } }",
    "{ type: event_count, rules: [made, listed], group-by: [eventName, awsRegion], timespan: 90s, condition: { gt: 1 } }",
    "{ type: value_count, rules: [made, listed], group-by: [sourceIPAddress], timespan: 5m,
       condition: { field: eventName, gte: 8 } }",
    "{ type: temporal, rules: [failed, made, listed], group-by: [userIdentity.arn], timespan: 1m,
       condition: { gte: 3 } }",
];

/// Each group for which the correlation fired, and how much it counted at most.
type Fired = BTreeMap<Vec<String>, u64>;

fn fired(correlation: &Correlation, events: &[Event]) -> Fired {
    let rules = yaml::documents(CORRELATED).unwrap();
    let detection = |name: &String| {
        let rule = rules
            .iter()
            .find(|rule| rule.get("id").unwrap().text() == Some(name));
        Detection::parse(rule.unwrap().get("detection").unwrap()).unwrap()
    };
    let names = correlation.rules.iter().map(|rule| &rule.name);
    let detections: Vec<Detection> = names.map(detection).collect();
    let bindings = Bindings::new(Tz::UTC);
    let mut watch = CorrelationWatch::new(correlation, Tz::UTC);
    for event in events {
        for (at, detection) in detections.iter().enumerate() {
            if detection.matches(event, &bindings) {
                watch.hit(at, event);
            }
        }
    }
    let mut fired = Fired::new();
    for incident in watch.finish() {
        let group = incident.group.into_iter().map(|(_, value)| value).collect();
        let most = fired.entry(group).or_default();
        *most = incident.peak.max(*most);
    }
    fired
}

fn fired_in_reference(correlation: &str, events: &[Event]) -> Fired {
    let rules = format!("{CORRELATED}---\ntitle: Together\nid: 1-2\ncorrelation: {correlation}\n");
    let collection = rsigma_parser::parse_sigma_yaml(&rules).unwrap();
    let mut engine = rsigma_eval::CorrelationEngine::new(rsigma_eval::CorrelationConfig::default());
    engine.add_collection(&collection).unwrap();
    let mut fired = Fired::new();
    for event in events {
        let json = rsigma_eval::event::JsonEvent::borrow(event.json());
        let results = engine.process_event_at(&json, event.time().unwrap().timestamp());
        for correlation in results.iter().filter_map(|result| result.as_correlation()) {
            let group = correlation.group_key.iter().map(|(_, value)| value.clone());
            let most = fired.entry(group.collect()).or_default();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the reference counts in floating point"
            )]
            let count = correlation.aggregated_value as u64;
            *most = count.max(*most);
        }
    }
    fired
}

#[test]
fn correlations_fire_for_the_groups_of_the_reference() {
    let Some(records) = shared("data/invictus-ir") else {
        return;
    };
    let mut events = events(&records);
    events.sort_by(|a, b| a.order().cmp(&b.order()));
    for text in CORRELATIONS {
        let correlation = Correlation::parse(&yaml::document(text).unwrap()).unwrap();
        let ours = fired(&correlation, &events);
        assert_eq!(ours, fired_in_reference(text, &events), "{text}");
        println!("{} groups: {text}", ours.len());
        assert!(!ours.is_empty(), "{text}");
    }
}
