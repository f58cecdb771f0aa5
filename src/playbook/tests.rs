//! Loading: every message that a mistake gives, the schema, and the shipped playbooks.

use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::detection::{Attribute, Derived};
use crate::report::Level;
use strum::VariantArray;

const MINIMAL: &str = "\
playbook: 1
id: sg
title: t
searches:
  s:
    detection: { a: { eventName: X }, condition: a }
";

fn problems(text: &str) -> Vec<String> {
    match load(text, "sg") {
        Ok(_) => Vec::new(),
        Err(problems) => describe("sg.yaml", &problems)
            .lines()
            .map(str::to_owned)
            .collect(),
    }
}

/// The problems of the minimal playbook with something appended.
fn with(text: &str) -> Vec<String> {
    problems(&format!("{MINIMAL}{text}"))
}

#[test]
fn a_minimal_playbook_has_defaults() {
    let playbook = load(MINIMAL, "sg").unwrap();
    assert_eq!(
        playbook.limits,
        Limits {
            depth: 8,
            values: 1000
        }
    );
    assert_eq!(playbook.searches[0].regions, RegionScope::All);
    let columns: Vec<&str> = playbook.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(columns, ["time", "who", "call", "region", "ip", "error"]);
}

#[test]
fn unknown_fields_say_what_is_known() {
    let region = MINIMAL.replace("    detection:", "    region: all\n    detection:");
    assert_eq!(
        problems(&region.replace("id: sg\n", "id: sg\n\n")),
        [
            "sg.yaml:7:5 searches.s: unknown field `region`, expected `regions`, `context` or `detection` (did you mean 'regions'?)"
        ]
    );
    assert!(with("colums: []\n")[0].ends_with("`next` (did you mean 'columns'?)"));
    assert_eq!(
        with("changes: security-group-rule\n")[0]
            .split_once(": ")
            .unwrap()
            .1,
        "unknown value 'security-group-rule', expected 'security-group-rules', 'iam-policies' or 'instance-states' (did you mean 'security-group-rules'?)"
    );
    assert_eq!(
        with("findings: [{ rules: [access-key-creatd] }]\n")[0]
            .split_once(": ")
            .unwrap()
            .1,
        "'access-key-creatd' is neither a built-in rule nor a tag of one (did you mean 'access-key-created'?)"
    );
}

#[test]
fn ids_versions_and_missing_fields() {
    assert_eq!(
        problems(&MINIMAL.replace("id: sg", "id: gs")),
        ["sg.yaml:2:5 id: 'gs' is not the name of the file, 'sg'"]
    );
    assert_eq!(
        problems(&MINIMAL.replace("playbook: 1", "playbook: 2")),
        ["sg.yaml:1:11 playbook: version 1 of the format is known, no other"]
    );
    assert_eq!(
        problems("playbook: 1\nid: sg\n"),
        [
            "sg.yaml:1:1: missing field `title`",
            "sg.yaml:1:1: missing field `searches`"
        ]
    );
    assert_eq!(
        problems("- a\n"),
        ["sg.yaml:1:1: a mapping expected, not a list"]
    );
    assert_eq!(problems(""), ["sg.yaml:1:1: empty"]);
    assert_eq!(
        problems(&format!("{MINIMAL}id: x\n")),
        ["sg.yaml:7:1: duplicate key `id`"]
    );
    assert_eq!(
        problems(&format!("{MINIMAL}---\nid: x\n")),
        ["sg.yaml:8:1: a second document; one is expected"]
    );
}

#[test]
fn detections_report_through_the_playbook() {
    assert_eq!(
        problems(&MINIMAL.replace("eventName:", "eventName|contians:")),
        [
            "sg.yaml:6:23 searches.s.detection.a.eventName: unknown modifier 'contians' (did you mean 'contains'?)"
        ]
    );
    assert_eq!(
        problems(&MINIMAL.replace("condition: a", "condition: a and filtr")),
        [
            "sg.yaml:6:56 searches.s.detection.condition: condition names 'filtr', which is not a selection"
        ]
    );
}

#[test]
fn what_is_wrong_is_still_declared() {
    let wrong = MINIMAL.replace("condition: a", "condition: b");
    let text =
        format!("{wrong}variables: {{ v: }}\npivots: [{{ from: s, builtin: compute, into: v }}]\n");
    let found = problems(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn every_problem_is_reported_in_the_order_of_the_file() {
    let text = "\
parameters:
  key: { type: access-key, required: maybe }
  good: { type: ip, required: true, default: nowhere }
  'bad name': { type: string, default: [a, b] }
variables: { good: [], keys: '%kee%' }
pivots:
  - { from: ss, builtin: compute, into: key }
  - { from: s, builtin: computer, into: keys }
  - { from: s, why: w, when: { a: { b|expand: '%goood%' }, condition: a }, take: 'a..b', into: keys }
limits: { depth: 0 }
columns: [{ name: a, field: x.actr }, { name: a, field: b }]
findings:
  - { level: hihg, message: 'x {y', when: { a: { b: 1 }, condition: a }, attack: [t1098] }
  - { level: low, message: '{b}', when: { a: { b: 1 }, condition: a } }
responses: [{ title: t }, { title: t, command: 'x %goood%' }]
next: [{ playbook: access-key-trase, why: w }]
";
    let found = with(text);
    let expected = [
        "8:16 parameters.key.type: unknown value 'access-key', expected 'access-key-id', 'instance-id', 'security-group-id', 'string', 'ip', 'arn', 'resource', 'principal', 'account-id', 'time-of-day', 'weekday' or 'timezone' (did you mean 'access-key-id'?)",
        "9:46 parameters.good.default: a required parameter has no default",
        "9:46 parameters.good.default: 'nowhere' is no ip (203.0.113.9 or 2001:db8::1)",
        "10:3 parameters: `bad name` is no name: letters, digits and `_` are",
        "10:40 parameters.bad name.default: several values, but no `list: true`",
        "11:14 variables.good: `good` is a parameter already",
        "11:30 variables.keys: 'kee' is not a parameter (did you mean 'key'?)",
        "13:13 pivots[0].from: 'ss' is not a search (did you mean 's'?)",
        "13:41 pivots[0].into: 'key' is not a variable (did you mean 'keys'?)",
        "14:25 pivots[1].builtin: unknown value 'computer', expected 'console-login', 'role-session', 'compute' or 'shared-event' (did you mean 'compute'?)",
        "15:47 pivots[2].when: 'goood' is not a parameter or variable (did you mean 'good'?)",
        "15:82 pivots[2].take: 'a..b' is no path such as userIdentity.arn",
        "16:18 limits.depth: a number above 0 expected",
        "17:29 columns[0].field: unknown virtual field 'x.actr' (did you mean 'x.actor'?)",
        "17:39 columns[1]: a second column `a` (`event_id` always is one)",
        "19:14 findings[0].level: unknown value 'hihg', expected 'informational', 'low', 'medium', 'high' or 'critical' (did you mean 'high'?)",
        "19:32 findings[0].message: '{' without '}' (write '{{' for a brace)",
        "19:83 findings[0].attack: 't1098' is no ATT&CK technique such as T1098.001",
        "20:5 findings[1]: missing field `title`: the message begins with a value",
        "21:13 responses[0]: either a `command` or a `reference` expected",
        "21:48 responses[1].command: 'goood' is not a parameter or variable (did you mean 'good'?)",
        "22:20 next[0].playbook: 'access-key-trase' is not a playbook (did you mean 'access-key-trace'?)",
    ];
    let expected: Vec<String> = expected
        .iter()
        .map(|line| format!("sg.yaml:{line}"))
        .collect();
    assert_eq!(found, expected, "{found:#?}");
}

#[test]
fn slips_in_field_names_are_problems_wherever_a_path_stands() {
    let text = "\
variables: { v: }
pivots:
  - { from: s, why: w, when: { a: { evntName: 1 }, condition: a }, take: respnseElements.b, into: v }
columns: [{ name: a, field: [new.field, userIdentiy.arn] }]
findings:
  - { level: low, title: t, message: 'by {new|sourceIPAdress}', when: { a: { a: 1, eventId: 2 }, condition: a } }
";
    let meant = |place: &str, slip: &str, meant: &str| {
        format!("sg.yaml:{place}: no record has a field '{slip}' (did you mean '{meant}'?)")
    };
    assert_eq!(
        problems(&MINIMAL.replace("eventName", "evntName")),
        [meant(
            "6:23 searches.s.detection.a.evntName",
            "evntName",
            "eventName"
        )]
    );
    assert_eq!(
        with(text),
        [
            meant("9:37 pivots[0].when.a.evntName", "evntName", "eventName"),
            meant("9:74 pivots[0].take", "respnseElements", "responseElements"),
            meant("10:41 columns[0].field", "userIdentiy", "userIdentity"),
            meant(
                "12:42 findings[0].message",
                "sourceIPAdress",
                "sourceIPAddress"
            ),
            meant("12:84 findings[0].when.a.eventId", "eventId", "eventID"),
        ]
    );
}

#[test]
fn findings_have_stable_ids() {
    let finding = |rest: &str| {
        format!("  - {{ level: low, {rest}, when: {{ a: {{ b: 1 }}, condition: a }} }}\n")
    };
    let text = format!(
        "{MINIMAL}findings:\n{}{}{}",
        finding("message: 'New key {a} made'"),
        finding("title: Other Title!, message: '{a}'"),
        finding("id: mine, message: m"),
    );
    let playbook = load(&text, "sg").unwrap();
    let ids: Vec<_> = playbook
        .findings
        .iter()
        .map(|rule| (rule.id.as_str(), rule.title.as_str()))
        .collect();
    assert_eq!(
        ids,
        [
            ("sg/new-key", "New key"),
            ("sg/other-title", "Other Title!"),
            ("sg/mine", "m")
        ]
    );
    let twice = format!(
        "findings:\n{}{}",
        finding("message: m"),
        finding("message: m")
    );
    assert_eq!(
        with(&twice),
        ["sg.yaml:9:5 findings[1]: a second finding 'sg/m': give it an `id`"]
    );
}

#[test]
fn playbooks_open_by_id_and_by_file() {
    assert_eq!(open("access-key-trace").unwrap().id, "access-key-trace");
    let failure = open("access-key-trade").unwrap_err();
    assert_eq!(
        failure.message,
        "no playbook 'access-key-trade' (did you mean 'access-key-trace'?)"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sg.yaml");
    assert!(
        open(file.to_str().unwrap())
            .unwrap_err()
            .message
            .starts_with("cannot read")
    );
    std::fs::write(&file, MINIMAL).unwrap();
    assert_eq!(open(file.to_str().unwrap()).unwrap().id, "sg");
    std::fs::write(&file, MINIMAL.replace("title", "titel")).unwrap();
    let message = open(file.to_str().unwrap()).unwrap_err().message;
    assert_eq!(message.lines().count(), 2, "{message}");
    assert!(
        message.contains("sg.yaml:3:1: unknown field `titel`"),
        "{message}"
    );
}

#[test]
fn built_in_playbooks_load() {
    for builtin in BUILTIN {
        let playbook = builtin.load().unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(playbook.id, builtin.id);
    }
    assert!(BUILTIN.is_sorted_by_key(|builtin| builtin.id));
    assert_eq!(
        open("access-key-trace")
            .unwrap()
            .bind(&[])
            .unwrap_err()
            .message,
        "playbook 'access-key-trace' needs <ACCESS_KEY_ID>"
    );
}

#[test]
fn the_trace_looks_keys_up() {
    let playbook = open("access-key-trace").unwrap();
    let key = "AKIATFQR7NSC8Q4X20BJ";
    let given = [("access_key".to_owned(), key.to_owned())];
    let bindings = playbook.bind(&given).unwrap().bindings(Tz::UTC);
    let [calls] = playbook.searches.as_slice() else {
        panic!("one search");
    };
    assert_eq!(calls.regions, RegionScope::All);
    let derived = calls.detection.lookup(&bindings).unwrap();
    let (attribute, values) = (Attribute::AccessKeyId, vec![key.to_owned()]);
    assert_eq!(derived, Derived { attribute, values });
    for builtin in BuiltinPivot::VARIANTS {
        let uses =
            |pivot: &Pivot| matches!(pivot, Pivot::Builtin { builtin: b, .. } if b == builtin);
        assert_eq!(
            playbook.pivots.iter().filter(|pivot| uses(pivot)).count(),
            1
        );
    }
    for rule in &playbook.findings {
        assert!(!rule.attack.is_empty(), "{} names no technique", rule.id);
    }
}

fn spellings<T: Copy + Into<&'static str> + VariantArray>() -> Vec<&'static str> {
    T::VARIANTS.iter().map(|word| (*word).into()).collect()
}

#[test]
fn the_schema_names_exactly_what_is_accepted() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut parts = vec![&schema, &schema["properties"]["limits"]];
    parts.extend(schema["$defs"].as_object().unwrap().values());
    // the selections of a detection have names of their own
    parts
        .retain(|part| part["properties"].is_object() && part["properties"]["condition"].is_null());
    assert_eq!(parts.len(), 13);
    for part in parts {
        assert_eq!(part["additionalProperties"], false, "{part}");
    }
    let words = |pointer: &str| -> Vec<&str> {
        let words = schema.pointer(pointer).unwrap().as_array().unwrap();
        words.iter().map(|word| word.as_str().unwrap()).collect()
    };
    assert_eq!(
        words("/$defs/parameter/properties/type/enum"),
        spellings::<ParameterType>()
    );
    assert_eq!(
        words("/$defs/search/properties/regions/enum"),
        spellings::<RegionScope>()
    );
    assert_eq!(
        words("/$defs/builtinPivot/properties/builtin/enum"),
        spellings::<BuiltinPivot>()
    );
    assert_eq!(
        words("/$defs/finding/properties/level/enum"),
        spellings::<Level>()
    );
}

proptest! {
    #[test]
    fn never_panics(lines in prop::collection::vec(
        prop::sample::select(vec![
            "playbook: 1", "id: sg", "title:", "parameters:", "  a: { type: ip }", "variables:", "  v: '%a%'",
            "searches:", "  s: { detection: { x: { y|expand: '%v%' }, condition: x } }", "pivots:",
            "  - { from: s, into: v }", "findings:", "  - { level: low, message: '{', when: }", "columns: [1, {}]",
            "limits: []", "responses:", "  - command: '%%%'", "next: [x]", "  - ", "? {}", "\t", ": :",
        ]),
        0..14,
    )) {
        let text = lines.join("\n");
        if let Err(problems) = load(&text, "sg") {
            prop_assert!(!problems.is_empty());
        }
    }
}
