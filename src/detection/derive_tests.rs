//! Tests of `derive`: which lookup attribute a detection reduces to, and when there is none.

use std::fmt::Write as _;

use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::yaml;
use super::*;
use crate::event::{Event, FieldPath, path::text_of};
use strum::VariantArray;

type Lookup = (Attribute, Vec<String>);

fn derive_with(text: &str, bindings: &Bindings) -> Option<Lookup> {
    let detection = Detection::parse(&yaml::document(text).unwrap()).unwrap();
    let Derived { attribute, values } = detection.lookup(bindings)?;
    Some((attribute, values))
}

fn derive(text: &str) -> Option<Lookup> {
    derive_with(text, &Bindings::new(Tz::UTC))
}

fn lookup(attribute: Attribute, values: &[&str]) -> Lookup {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    (attribute, values)
}

#[test]
fn names_the_most_selective_attribute() {
    use Attribute::{EventId, EventName, EventSource, ReadOnly};
    let source = "a: { eventSource: iam.amazonaws.com, readOnly: false }\ncondition: a\n";
    assert_eq!(
        derive(source),
        Some(lookup(EventSource, &["iam.amazonaws.com"]))
    );
    let name = "a: { eventSource: x, eventName: [CreateUser, DeleteUser] }\ncondition: a\n";
    assert_eq!(
        derive(name),
        Some(lookup(EventName, &["CreateUser", "DeleteUser"]))
    );
    assert_eq!(
        derive("a: { eventID: 1-2, eventName: x }\ncondition: a\n"),
        Some(lookup(EventId, &["1-2"]))
    );
    assert_eq!(
        derive("a: { readOnly: false }\ncondition: a\n"),
        Some(lookup(ReadOnly, &["false"]))
    );
}

#[test]
fn and_intersects_or_unions_not_gives_none() {
    let with = |condition: &str| {
        derive(&format!(
            "a: {{ eventName: [X, Y] }}\nb: {{ eventName: [y, z] }}\nc: {{ awsRegion: r }}\ncondition: {condition}\n"
        ))
    };
    assert_eq!(with("a and b"), Some(lookup(Attribute::EventName, &["Y"])));
    assert_eq!(
        with("a or b"),
        Some(lookup(Attribute::EventName, &["X", "Y", "z"]))
    );
    assert_eq!(
        with("a and c"),
        Some(lookup(Attribute::EventName, &["X", "Y"]))
    );
    assert_eq!(with("a or c"), None);
    assert_eq!(with("not a"), None);
    assert_eq!(with("c and not a"), None);
    assert_eq!(with("1 of *"), None);
    assert_eq!(
        with("[a, b]"),
        Some(lookup(Attribute::EventName, &["X", "Y", "z"]))
    );
}

#[test]
fn one_record_names_several_resources() {
    let of = |text: &str| derive(text);
    let narrowest = Some(lookup(Attribute::ResourceName, &["attic"]));
    assert_eq!(
        of("a: { x.resource: [door, roof] }\nb: { x.resource: attic }\ncondition: a and b\n"),
        narrowest
    );
    assert_eq!(
        of("a: { x.resource|all: [attic, door] }\ncondition: a\n"),
        narrowest
    );
    // a caller has one name: nothing can match
    assert_eq!(
        of("a: { x.username: ana }\nb: { x.username: bert }\ncondition: a and b\n"),
        Some(lookup(Attribute::Username, &[]))
    );
}

#[test]
fn only_exact_values_count() {
    for line in [
        "eventName: Create*",
        "eventName|contains: x",
        "eventName|re: x",
        "eventName: [x, null]",
        "eventName: ''",
        "eventName|exists: true",
        "eventName|fieldref: awsRegion",
        "eventName|endswith|expand: '%v%'",
        "x.actor: root",
    ] {
        assert_eq!(
            derive(&format!("a: {{ {line} }}\ncondition: a\n")),
            None,
            "{line}"
        );
    }
    assert_eq!(
        derive("a: { eventName|cased: X }\ncondition: a\n"),
        Some(lookup(Attribute::EventName, &["X"]))
    );
    assert_eq!(
        derive(&format!(
            "a: {{ eventName: {} }}\ncondition: a\n",
            "_".repeat(1001)
        )),
        None
    );
}

#[test]
fn bound_values_are_looked_up() {
    let text = "a: { userIdentity.accessKeyId|expand: '%keys%', eventName: X }\ncondition: a\n";
    let mut bindings = Bindings::new(Tz::UTC);
    assert_eq!(
        derive_with(text, &bindings),
        Some(lookup(Attribute::AccessKeyId, &[]))
    );
    bindings.set("keys", ["AKIA1", "ASIA2"]);
    assert_eq!(
        derive_with(text, &bindings),
        Some(lookup(Attribute::AccessKeyId, &["AKIA1", "ASIA2"]))
    );
    bindings.not_given("keys");
    assert_eq!(
        derive_with(text, &bindings),
        Some(lookup(Attribute::EventName, &["X"]))
    );
}

#[test]
fn attributes_are_spelled_as_the_api_does() {
    for attribute in Attribute::VARIANTS {
        assert_eq!(attribute.into_str().parse(), Ok(*attribute));
    }
    assert_eq!("accesskeyid".parse(), Ok(Attribute::AccessKeyId));
    assert!("Region".parse::<Attribute>().is_err());
    assert_eq!(Attribute::EventId.field(), Some("eventID"));
    assert_eq!(Attribute::Username.field(), None);
}

fn a_field() -> impl Strategy<Value = (String, String)> {
    let field = prop::sample::select(vec![
        "eventName",
        "eventSource",
        "readOnly",
        "userIdentity.accessKeyId",
        "awsRegion",
    ]);
    let modifier = prop::sample::select(vec!["", "", "", "|cased", "|contains", "|all", "|expand"]);
    let values = prop::collection::vec("[ab*]{1,2}", 1..3);
    (field, modifier, values).prop_map(|(field, modifier, values)| {
        let values = if modifier == "|expand" {
            "['%given%', '%absent%']".to_owned()
        } else {
            format!("['{}']", values.join("', '"))
        };
        (format!("{field}{modifier}"), values)
    })
}

fn a_condition() -> impl Strategy<Value = String> {
    let selection = prop::sample::select(vec!["s0", "s1", "s2", "1 of s*", "all of them"]);
    selection
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
    fn lookups_return_every_match(
        lines in prop::collection::vec(a_field(), 3),
        condition in a_condition(),
        (name, source, key, read_only) in ("[abAB]{1,2}", "[abAB]{1,2}", "[abAB]{0,2}", any::<bool>()),
    ) {
        let mut text = String::new();
        for (index, (key, values)) in lines.iter().enumerate() {
            writeln!(text, "s{index}: {{ '{key}': {values} }}").unwrap();
        }
        writeln!(text, "condition: {condition}").unwrap();
        let detection = Detection::parse(&yaml::document(&text).unwrap()).unwrap();
        let record = json!({"eventVersion": "1.08", "eventName": name, "eventSource": source, "awsRegion": "a",
                            "readOnly": read_only, "userIdentity": {"accessKeyId": key}});
        let event = Event::parse(record.to_string().as_bytes()).unwrap();
        let mut bindings = Bindings::new(Tz::UTC);
        bindings.set("given", ["a", "BB"]);
        bindings.not_given("absent");
        if detection.matches(&event, &bindings) && let Some(derived) = detection.lookup(&bindings) {
            let path = FieldPath::new(derived.attribute.field().unwrap());
            let value = path.first(event.json()).map(|value: &Value| text_of(value).into_owned()).unwrap();
            prop_assert!(
                derived.values.iter().any(|wanted| wanted.eq_ignore_ascii_case(&value)),
                "{text}\n{record}\n{derived:?}"
            );
        }
    }
}
