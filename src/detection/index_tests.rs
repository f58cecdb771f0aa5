//! Tests of the index: it leaves out no detection that matches, and most of those that do not.

use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::yaml;
use super::*;

fn detection(text: &str) -> Detection {
    Detection::parse(&yaml::document(text).unwrap()).unwrap()
}

fn event(name: &Value, source: &Value) -> Event {
    let record = json!({"eventVersion": "1.11", "eventName": name, "eventSource": source});
    Event::parse(record.to_string().as_bytes()).unwrap()
}

const DETECTIONS: [&str; 9] = [
    "{ s: { eventName: [CreateUser, createuser, DeleteUser] }, condition: s }",
    "{ s: { eventName: CREATEUSER, eventSource: iam.amazonaws.com }, condition: s }",
    "{ s: { eventName|startswith: Create, eventSource: IAM.amazonaws.com }, condition: s }",
    "{ s: { eventSource: sts.amazonaws.com }, f: { eventName: GetCallerIdentity }, condition: s and not f }",
    "{ s: { eventName: DeleteUser }, condition: not s }",
    "{ s: { eventName: null }, condition: s }",
    "{ a: { eventName: CreateUser }, b: { eventSource: ec2.amazonaws.com }, condition: a or b }",
    "{ a: { eventName: CreateUser }, b: { eventName: DeleteUser }, condition: a and b }",
    "{ s: [CreateUser], condition: s }",
];

#[test]
fn an_event_concerns_few() {
    let detections = DETECTIONS.map(detection);
    let index = DetectionIndex::of(&detections, &Bindings::new(Tz::UTC));
    let candidates = |name: Value, source: &str| -> Vec<usize> {
        index.candidates(&event(&name, &source.into())).collect()
    };
    let anyhow = [4, 5, 6, 8];
    assert_eq!(
        candidates("RunInstances".into(), "ec2.amazonaws.com"),
        anyhow
    );
    assert_eq!(
        candidates("createUser".into(), "iam.amazonaws.com"),
        [0, 1, 2, 4, 5, 6, 8]
    );
    assert_eq!(
        candidates("GetCallerIdentity".into(), "STS.amazonaws.com"),
        [3, 4, 5, 6, 8]
    );
    // a list of names is odd, but a detection may match it
    assert_eq!(
        candidates(json!(["CreateUser", "DeleteUser"]), "x"),
        [0, 1, 4, 5, 6, 7, 8]
    );
}

fn value(values: &[&'static str]) -> impl Strategy<Value = Value> + use<> {
    let one = prop::sample::select(values.to_vec());
    let two = (one.clone(), one.clone());
    prop_oneof![
        8 => one.prop_map(Value::from),
        1 => two.prop_map(|(a, b)| json!([a, b])),
        1 => prop::sample::select(vec![json!(null), json!(""), json!(7), json!({}), json!(true)]),
    ]
}

const NAMES: [&str; 6] = [
    "CreateUser",
    "createUSER",
    "DeleteUser",
    "\u{212a}ey",
    "key",
    "7",
];
const SOURCES: [&str; 3] = [
    "iam.amazonaws.com",
    "IAM.amazonaws.com",
    "sts.amazonaws.com",
];

/// A detection over the two fields: lines, lists, alternatives, negation.
fn any_detection() -> impl Strategy<Value = Detection> {
    let field = prop_oneof![
        4 => Just(("eventName", NAMES.to_vec())),
        2 => Just(("eventSource", SOURCES.to_vec())),
    ];
    let modifier = prop::sample::select(vec![
        "",
        "",
        "",
        "|all",
        "|startswith",
        "|cased",
        "|contains",
    ]);
    let line = (field, modifier).prop_flat_map(|((field, values), modifier)| {
        prop::sample::subsequence(values, 1..3)
            .prop_map(move |values| format!("{{ {field}{modifier}: [{}] }}", values.join(", ")))
    });
    let condition = prop::sample::select(vec![
        "a",
        "a and b",
        "a or b",
        "a and not b",
        "not a or b",
        "1 of them",
    ]);
    (line.clone(), line, condition).prop_map(|(a, b, condition)| {
        detection(&format!("a: {a}\nb: {b}\ncondition: {condition}\n"))
    })
}

proptest! {
    #[test]
    fn leaves_out_nothing_that_matches(
        detections in prop::collection::vec(any_detection(), 0..12),
        name in value(&NAMES),
        source in value(&SOURCES),
    ) {
        let bindings = Bindings::new(Tz::UTC);
        let event = event(&name, &source);
        let index = DetectionIndex::of(&detections, &bindings);
        let matches = |at: &usize| detections[*at].matches(&event, &bindings);
        let through: Vec<usize> = index.candidates(&event).filter(matches).collect();
        let all: Vec<usize> = (0..detections.len()).filter(matches).collect();
        prop_assert_eq!(through, all);
        let candidates: Vec<usize> = index.candidates(&event).collect();
        prop_assert!(candidates.is_sorted_by(|a, b| a < b));
    }
}
