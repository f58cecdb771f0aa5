//! A glance against the parser: whatever text it is, what the glance is sure of is what the tree says.
//!
//! `PROPTEST_CASES=1000000 cargo test --release --lib glance` tries more texts.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::event::tree;

/// What `tree` has at the path of `field`.
fn of_tree(tree: &Value, field: Noted) -> &Value {
    let mut steps = field.into_str().split('.');
    let found = steps.try_fold(tree, |value, step| value.get(step));
    found.unwrap_or(&Value::Null)
}

/// Asserts that the glance at `text` says nothing that the tree does not. Whether it is sure.
fn agrees(text: &str) -> bool {
    let Some(glance) = Glance::of(text) else {
        return false;
    };
    let tree = tree::of(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    for field in Noted::VARIANTS {
        let expected = of_tree(&tree, *field);
        match glance.value(*field, text) {
            Some(NotedValue::Absent) => assert!(expected.is_null(), "{field:?}: {text}"),
            Some(NotedValue::Text(seen)) => assert_eq!(expected, seen, "{field:?}: {text}"),
            Some(NotedValue::Flag(seen)) => assert_eq!(expected, seen, "{field:?}: {text}"),
            // the tree is asked
            None => {}
        }
    }
    true
}

#[test]
fn a_plain_record_is_sure() {
    let text = r#"{"eventVersion":"1.08", "userIdentity": {"type":"AssumedRole","arn":"a","sessionContext":{
        "sessionIssuer":{"arn":"b"},"attributes":{"creationDate":"c","mfaAuthenticated":"false"}}},
        "eventTime":"t","readOnly":true,"errorCode":null,"requestParameters":{"eventName":"x","a":["é\n",1e400,-0.5]},
        "eventName":"n"}"#;
    let text = text.replace("\\n", "\\u000a");
    assert!(agrees(&text));
    let glance = Glance::of(&text).unwrap();
    let value = |field| glance.value(field, &text).unwrap();
    assert_eq!(value(Noted::Name), NotedValue::Text("n"));
    assert_eq!(value(Noted::SessionIssuer), NotedValue::Text("b"));
    assert_eq!(value(Noted::Mfa), NotedValue::Text("false"));
    assert_eq!(value(Noted::ReadOnly), NotedValue::Flag(true));
    assert_eq!(value(Noted::ErrorCode), NotedValue::Absent);
    assert_eq!(glance.members, 7);
}

/// The names by which a scan knows a field are those of its path.
#[test]
fn every_field_is_noted_at_its_path() {
    for field in Noted::VARIANTS {
        let steps = field.into_str().split('.').rev();
        let text = steps.fold("\"x\"".to_owned(), |inner, step| {
            format!("{{\"{step}\":{inner}}}")
        });
        let glance = Glance::of(&text).unwrap();
        assert_eq!(
            glance.value(*field, &text),
            Some(NotedValue::Text("x")),
            "{text}"
        );
    }
}

#[test]
fn what_is_not_sure_is_left_to_the_parser() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(70), "]".repeat(70));
    for text in [
        r#"{"eventName":"a\u0062"}"#,
        r#"{"event\u004eame":"a"}"#,
        r#"{"eventName":"a","eventName":"b"}"#,
        r#"{"userIdentity":{"arn":"a"},"userIdentity":{}}"#,
        r#"{"userIdentity":{"arn":"a"},"userIdentity":null}"#,
        r#"{"userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":"true"}},"sessionContext":null}}"#,
        r#"{"userIdentity":[{"arn":"a"}]}"#,
        &deep,
        "[1]",
        "",
    ] {
        assert!(Glance::of(text).is_none(), "{text}");
    }
}

#[test]
fn what_is_no_json_is_not_sure() {
    for text in [
        "{",
        "{}x",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":1e}",
        "{\"a\":-}",
        "{\"a\":tru}",
        "{\"a\":nul}",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":{\"b\":1]}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":NaN}",
        "\u{feff}{}",
        "{\"a\":\"b}",
    ] {
        assert!(Glance::of(text).is_none(), "{text}");
        assert!(tree::of(text).is_err(), "{text}");
    }
}

/// Every byte at every place within a run of eight.
#[test]
fn a_string_ends_where_it_ends() {
    for byte in 0..=255_u8 {
        for at in 0..20 {
            let mut text = [b'x'; 24];
            text[at] = byte;
            let is_plain = !matches!(byte, b'"' | b'\\' | ..0x20);
            let expected = if is_plain { 24 } else { at };
            assert_eq!(plain_length(&text), expected, "{byte} at {at}");
            // bytes that borrow from their neighbours
            text[at + 1..].fill(0x80);
            let expected = if is_plain { 24 } else { at };
            assert_eq!(plain_length(&text), expected, "{byte} at {at}");
        }
    }
}

/// Text of a record: noted names and others, values of every kind, and damage.
fn any_text() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        8 => prop::sample::select(NAMES).prop_map(|name| format!("\"{name}\"")),
        1 => "\"[a-z\\\\\"u0-9é]{0,6}\"",
    ];
    let scalar = prop_oneof![
        4 => "\"[ -~é]{0,9}\"",
        1 => prop::sample::select(&["null", "true", "false", "0", "-1.5e3", "1e400", "\"\"", "\"\\ud800\"", "\"\\u0041\"", "01", "nul"][..]).prop_map(str::to_owned),
    ];
    let value = scalar.prop_recursive(5, 48, 6, move |inner| {
        let member = (name.clone(), inner.clone(), "[ \n]{0,2}")
            .prop_map(|(name, value, space)| format!("{name}{space}:{space}{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..6)
                .prop_map(|members| format!("{{{}}}", members.join(", "))),
        ]
    });
    (
        value,
        prop::option::weighted(0.3, (any::<prop::sample::Index>(), ".")),
    )
        .prop_map(|(text, damage)| match damage {
            Some((at, byte)) if !text.is_empty() => {
                let at = at.index(text.chars().count());
                let (begin, end): (String, String) = (
                    text.chars().take(at).collect(),
                    text.chars().skip(at + 1).collect(),
                );
                format!("{begin}{byte}{end}")
            }
            _ => text,
        })
}

const NAMES: &[&str] = &[
    "eventVersion",
    "eventTime",
    "eventName",
    "eventSource",
    "eventID",
    "readOnly",
    "userIdentity",
    "type",
    "arn",
    "accessKeyId",
    "principalId",
    "sessionContext",
    "sessionIssuer",
    "attributes",
    "creationDate",
    "mfaAuthenticated",
    "requestParameters",
    "x",
];

proptest! {
    #[test]
    fn what_a_glance_is_sure_of_the_tree_says(text in any_text()) {
        agrees(&text);
    }
}
