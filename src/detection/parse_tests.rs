//! Tests of `parse`: what a detection may be, and where its mistakes are said to be.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::yaml;
use super::*;

fn parse(text: &str) -> Result<Detection, String> {
    let node = yaml::document(text).map_err(|problem| problem.to_string())?;
    Detection::parse(&node).map_err(|problem| problem.to_string())
}

fn problem(text: &str) -> String {
    parse(text).unwrap_err()
}

fn line_problem(line: &str) -> String {
    let message = problem(&format!("s:\n  {line}\ncondition: s\n"));
    message.split_once(": ").unwrap().1.to_owned()
}

#[test]
fn mistakes_have_place_path_and_suggestion() {
    assert_eq!(
        problem("s:\n  eventName|contians: x\ncondition: s\n"),
        "2:3 s.eventName: unknown modifier 'contians' (did you mean 'contains'?)"
    );
    assert_eq!(
        problem("filter: { a: 1 }\ncondition: a or not filtr\n"),
        "2:12 condition: condition names 'a', which is not a selection"
    );
    assert_eq!(
        problem("filter: { a: 1 }\ncondition: 'not filtr'\n"),
        "2:17 condition: condition names 'filtr', which is not a selection (did you mean 'filter'?)"
    );
    assert_eq!(
        problem("s: { a: 1 }\n"),
        "1:1: a detection needs a `condition`"
    );
    assert_eq!(
        problem("s: { a: 1, a: 2 }\ncondition: s\n"),
        "1:12: duplicate key `a`"
    );
    assert_eq!(
        problem("- a\n"),
        "1:1: a detection is a mapping, not a list"
    );
    assert_eq!(
        problem("s: { x.actr: root }\ncondition: s\n"),
        "1:6 s.x.actr: unknown virtual field 'x.actr' (did you mean 'x.actor'?)"
    );
    assert_eq!(
        problem("s: { evntName|contains: x }\ncondition: s\n"),
        "1:6 s.evntName: no record has a field 'evntName' (did you mean 'eventName'?)"
    );
    assert_eq!(
        problem("s: { a|fieldref: userIdentiy.arn }\ncondition: s\n"),
        "1:18 s.a: no record has a field 'userIdentiy' (did you mean 'userIdentity'?)"
    );
}

#[test]
fn values_must_suit_their_modifiers() {
    for (line, message) in [
        ("a|gt: many", "'many' is no number"),
        (
            "a|cidr: 10.0.0.0/64",
            "'10.0.0.0/64' is no address block such as 10.0.0.0/8",
        ),
        ("a|exists: yes", "'exists' takes true or false, not 'yes'"),
        ("a|re: '('", "not a regular expression: unclosed group"),
        (
            "a|re: '(?:a{1000}){1000}'",
            "not a regular expression: Compiled regex exceeds size limit of 1048576 bytes.",
        ),
        ("a|i: x", "modifier 'i' only follows 're'"),
        (
            "a|contains|endswith: x",
            "modifiers 'contains' and 'endswith' exclude each other",
        ),
        (
            "a|expand|re: '%x%'",
            "modifiers 'expand' and 're' exclude each other",
        ),
        (
            "a|cased|gt: 1",
            "modifiers 'cased' and 'gt' exclude each other",
        ),
        ("a|all|all: 1", "modifier 'all' stands twice"),
        (
            "a|expand: '%x'",
            "'expand' takes a name such as '%keys%', not '%x'",
        ),
        ("a|contains: null", "a value expected, not nothing"),
        ("a: { b: 1 }", "a value expected, not a mapping"),
        ("a: []", "an empty list of values"),
        ("a|: 1", "unknown modifier ''"),
        ("'|exists': true", "modifier 'exists' needs a field"),
    ] {
        assert_eq!(line_problem(line), message, "{line}");
    }
    assert!(
        line_problem("''").contains("a selection is a mapping"),
        "a text is no selection"
    );
}

#[test]
fn selections_are_not_empty() {
    for text in ["s: {}", "s: []", "s: word", "s:", "s: [[a]]", "s: [null]"] {
        assert!(parse(&format!("{text}\ncondition: s\n")).is_err(), "{text}");
    }
    assert!(parse("s: [word, {a: 1}]\ncondition: [s, not s]\n").is_ok());
    assert!(parse("s: {a: 1}\ncondition: []\n").is_err());
}

#[test]
fn placeholders_are_listed_with_their_place() {
    let detection = parse("s:\n  a|expand: ['%x%', '%y_1%']\ncondition: s\n").unwrap();
    let names: Vec<_> = detection
        .placeholders()
        .iter()
        .map(|p| (p.name.as_str(), p.place.line, p.place.column))
        .collect();
    assert_eq!(names, [("x", 2, 14), ("y_1", 2, 21)]);
}

proptest! {
    #[test]
    fn never_panics_on_text(text in "\\PC{0,60}") {
        drop(parse(&text));
    }

    #[test]
    fn never_panics_on_yaml(text in "[a-c:\\-\\[\\]{},|>&*!%?'\"#~ \\n\\t]{0,60}") {
        drop(parse(&text));
    }

    #[test]
    fn never_panics_on_near_detections(
        lines in prop::collection::vec(("[a-z.|]{0,12}", "[a-z*?%\\\\(){},\\[\\]/0-9]{0,12}"), 0..5),
        condition in "[a-z*1() ]{0,20}",
    ) {
        let mut text = String::from("s:\n");
        for (key, value) in lines {
            writeln!(text, "  '{key}': {value}").unwrap();
        }
        drop(parse(&format!("{text}condition: {condition}\n")));
    }
}
