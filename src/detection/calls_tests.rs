//! Tests of `calls`: which event names of which sources a detection is about, and when it leaves that open.

use std::fmt::Write as _;

use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::json;

use super::super::yaml;
use super::*;
use crate::event::Event;

fn detection(text: &str) -> Detection {
    Detection::parse(&yaml::document(text).unwrap()).unwrap()
}

/// `source: name name`, a line each.
fn calls_of(text: &str, bindings: &Bindings) -> Option<String> {
    let calls = detection(text).calls(bindings)?;
    let lines = calls
        .iter()
        .map(|calls| format!("{}: {}", calls.source, calls.names.join(" ")));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

fn calls(condition: &str) -> Option<String> {
    let text = format!(
        "iam: {{ eventSource: iam, eventName: [A, B] }}\nec2: {{ eventSource: ec2, eventName: [C, B] }}\n\
         source: {{ eventSource: [IAM, sts] }}\nname: {{ eventName: [b, D] }}\nother: {{ errorCode: x }}\n\
         condition: {condition}\n"
    );
    calls_of(&text, &Bindings::new(Tz::UTC))
}

#[test]
fn branches_keep_their_own_pairs() {
    let expect = |condition: &str, expected: &str| {
        assert_eq!(calls(condition).as_deref(), Some(expected), "{condition}");
    };
    expect("iam", "iam: A B");
    expect("iam or ec2", "iam: A B\nec2: C B");
    expect("(iam or ec2) and name", "iam: B\nec2: B");
    expect("(iam or ec2) and source", "iam: A B");
    expect("source and name and not iam", "IAM: b D\nsts: b D");
    expect("iam and other", "iam: A B");
    expect("iam and ec2", "");
    expect("iam or (source and name)", "iam: A B D\nsts: b D");
}

#[test]
fn what_leaves_source_or_name_open_has_no_calls() {
    for condition in [
        "source",
        "name",
        "other",
        "not iam",
        "iam or name",
        "iam or source",
    ] {
        assert_eq!(calls(condition), None, "{condition}");
    }
}

#[test]
fn lists_of_mappings_are_branches_and_bound_values_count() {
    let text = "a: [{ eventSource: s, eventName|expand: '%v%' }, { eventSource: t, eventName: X }]\ncondition: a\n";
    let mut bindings = Bindings::new(Tz::UTC);
    assert_eq!(calls_of(text, &bindings).as_deref(), Some("t: X"));
    bindings.set("v", ["Y", "Z"]);
    assert_eq!(calls_of(text, &bindings).as_deref(), Some("s: Y Z\nt: X"));
    bindings.not_given("v");
    assert_eq!(calls_of(text, &bindings), None);
}

#[test]
fn many_branches_are_taken_together() {
    let mut text = "a:\n".to_owned();
    for n in 0..=MAX_BRANCHES {
        writeln!(text, "  - {{ eventSource: s{n}, eventName: N{n} }}").unwrap();
    }
    text += "condition: a\n";
    let calls = detection(&text).calls(&Bindings::new(Tz::UTC)).unwrap();
    assert_eq!(calls.len(), MAX_BRANCHES + 1);
    assert!(
        calls
            .iter()
            .all(|calls| calls.names.len() == MAX_BRANCHES + 1)
    );
    let long = format!(
        "a: {{ eventSource: s, eventName: N }}\ncondition: {}a\n",
        "a and ".repeat(5_000)
    );
    assert_eq!(
        calls_of(&long, &Bindings::new(Tz::UTC)).as_deref(),
        Some("s: N")
    );
}

fn a_selection() -> impl Strategy<Value = String> {
    let value = || prop::collection::vec(prop::sample::select(vec!["a", "A", "b", "c*"]), 1..3);
    let line = (
        prop::option::of(value()),
        prop::option::of(value()),
        prop::option::of(prop::sample::select(vec!["x", "y"])),
    );
    let mapping = line.prop_map(|(source, name, error)| {
        let mut fields = Vec::new();
        fields.extend(source.map(|values| format!("eventSource: ['{}']", values.join("', '"))));
        fields.extend(name.map(|values| format!("eventName: ['{}']", values.join("', '"))));
        fields.extend(error.map(|value| format!("errorCode: {value}")));
        if fields.is_empty() {
            fields.push("errorCode: x".to_owned());
        }
        format!("{{ {} }}", fields.join(", "))
    });
    prop::collection::vec(mapping, 1..4).prop_map(|mappings| format!("[{}]", mappings.join(", ")))
}

fn a_condition() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["s0", "s1", "s2"])
        .prop_map(str::to_owned)
        .prop_recursive(3, 8, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
                inner.prop_map(|a| format!("not {a}")),
            ]
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn every_match_is_one_of_the_calls(
        selections in prop::collection::vec(a_selection(), 3),
        condition in a_condition(),
        (source, name, error) in ("[abcA]", "[abcA]", "[xy]"),
    ) {
        let mut text = String::new();
        for (index, selection) in selections.iter().enumerate() {
            writeln!(text, "s{index}: {selection}").unwrap();
        }
        writeln!(text, "condition: {condition}").unwrap();
        let detection = detection(&text);
        let record = json!({"eventVersion": "1.08", "eventSource": source, "eventName": name, "errorCode": error});
        let event = Event::parse(record.to_string().as_bytes()).unwrap();
        let bindings = Bindings::new(Tz::UTC);
        if detection.matches(&event, &bindings) && let Some(calls) = detection.calls(&bindings) {
            let is_named = calls.iter().any(|calls| {
                calls.source.eq_ignore_ascii_case(&source)
                    && calls.names.iter().any(|known| known.eq_ignore_ascii_case(&name))
            });
            prop_assert!(is_named, "{text}\n{record}\n{calls:?}");
        }
    }
}
