//! Tests of `evaluate`: what each modifier, condition and shape of value matches.

use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::json;

use super::super::{Attribute, yaml};
use super::*;

fn detection(text: &str) -> Detection {
    Detection::parse(&yaml::document(text).unwrap()).unwrap()
}

fn event(fields: &Value) -> Event {
    let mut record = json!({"eventVersion": "1.08"});
    let all = record.as_object_mut().unwrap();
    all.extend(fields.as_object().unwrap().clone());
    Event::parse(record.to_string().as_bytes()).unwrap()
}

fn holds(text: &str, fields: &Value) -> bool {
    detection(text).matches(&event(fields), &Bindings::new(Tz::UTC))
}

/// Whether one line, alone in its selection, matches.
fn line(line: &str, fields: &Value) -> bool {
    holds(&format!("s: {{ {line} }}\ncondition: s\n"), fields)
}

#[test]
fn null_equals_absent() {
    let null = json!({"errorCode": null});
    let some = json!({"errorCode": "AccessDenied"});
    for absent in [&null, &json!({}), &json!({"errorCode": []})] {
        assert!(line("errorCode: null", absent));
        assert!(line("errorCode:", absent));
        assert!(line("errorCode|exists: false", absent));
        assert!(!line("errorCode|exists: true", absent));
        assert!(!line("errorCode: '*'", absent));
    }
    assert!(!line("errorCode: null", &some) && line("errorCode|exists: true", &some));
    assert!(line("errorCode: [null, Access*]", &some) && line("errorCode: [null, x]", &null));
    assert!(!line("errorCode: 'null'", &null) && line("errorCode: ''", &json!({"errorCode": ""})));
}

#[test]
fn the_servers_word_is_one_more_value_of_its_field() {
    let on_word = |condition: &str, fields: &Value| {
        let text = format!(
            "attic: {{ x.resource: attic }}\ncellar: {{ x.resource: cellar }}\nana: {{ x.username: ana }}\n\
             both: {{ x.resource|all: [attic, cellar] }}\ncondition: {condition}\n"
        );
        let word = [(Attribute::ResourceName, "attic".to_owned())];
        detection(&text).matches_with(&event(fields), &Bindings::new(Tz::UTC), &word)
    };
    let none = json!({});
    let cellar = json!({"requestParameters": {"room": "cellar"}});
    assert!(on_word("attic", &none) && on_word("attic and cellar", &cellar));
    assert!(on_word("both", &cellar) && !on_word("both", &none));
    assert!(!on_word("cellar", &none), "it was not what was looked up");
    assert!(!on_word("ana", &none), "it is of another field");
    assert!(on_word("attic and not cellar", &none));
    assert!(!on_word("attic and not cellar", &cellar));
}

#[test]
fn text_ignores_case_unless_cased() {
    let fields = json!({"eventName": "CreateUser", "requestParameters": {"userName": "bert"}});
    assert!(line("eventName: createUSER", &fields));
    assert!(line("eventName|startswith: CREATE", &fields));
    assert!(line("eventName|endswith: user", &fields));
    assert!(line("eventName|contains: 'TEU'", &fields));
    assert!(!line("eventName|cased: createUser", &fields));
    assert!(line("eventName|contains|cased: teU", &fields));
    assert!(!line("eventName|contains|cased: teu", &fields));
    assert!(
        !line("requestParameters.username: bert", &fields),
        "names of fields have case"
    );
}

#[test]
fn numbers_and_booleans_match_their_text() {
    let fields = json!({"readOnly": false, "port": 22, "size": 1.5, "text": "false"});
    assert!(line("readOnly: 'false'", &fields) && line("readOnly: false", &fields));
    assert!(!line("readOnly: No", &fields));
    assert!(line("text: false", &fields));
    assert!(
        line("port: 22", &fields) && line("port: '2?'", &fields) && !line("port: 022", &fields)
    );
    assert!(line("size: 1.5", &fields));
}

#[test]
fn arrays_match_by_any_element_and_paths_step_through_them() {
    let fields = json!({"items": [{"cidrs": {"items": [{"ip": "10.0.0.0/8"}, {"ip": "0.0.0.0/0"}]}},
                                  {"cidrs": {}}],
                        "names": ["a", "b"]});
    assert!(line("items.cidrs.items.ip: 0.0.0.0/0", &fields));
    assert!(!line("items.cidrs.items.ip: 1.1.1.1/0", &fields));
    assert!(line("names: B", &fields));
    assert!(line("names|all: [a, b]", &fields) && !line("names|all: [a, c]", &fields));
}

#[test]
fn objects_are_compact_json() {
    let fields = json!({"requestParameters": {"Versioning": {"Status": "Suspended"}}});
    assert!(line("requestParameters|contains: suspended", &fields));
    assert!(line(
        r#"requestParameters: '{"versioning":{"status":"suspended"}}'"#,
        &fields
    ));
    assert!(line(
        r#"requestParameters|contains|all: ['"Status":"Sus', Versioning]"#,
        &fields
    ));
    assert!(line("requestParameters: '*'", &fields));
}

#[test]
fn regular_expressions_have_case_and_flags() {
    let fields = json!({"a": "One\ntwo"});
    assert!(line("a|re: 'On.'", &fields) && !line("a|re: 'on.'", &fields));
    assert!(line("a|re|i: 'on.'", &fields));
    assert!(!line("a|re: '^two'", &fields) && line("a|re|m: '^two'", &fields));
    assert!(!line("a|re: 'e.t'", &fields) && line("a|re|s: 'e.t'", &fields));
    assert!(line("a|re|i|s|m: '^ONE.^TWO$'", &fields));
    assert!(line("n|re: '^4\\d$'", &json!({"n": 42})));
}

#[test]
fn networks_and_numbers() {
    let fields = json!({"sourceIPAddress": "203.0.113.9", "port": "443", "size": 12});
    assert!(line("sourceIPAddress|cidr: 203.0.113.0/24", &fields));
    assert!(line(
        "sourceIPAddress|cidr: [10.0.0.0/8, 203.0.0.0/8]",
        &fields
    ));
    assert!(!line("sourceIPAddress|cidr: 10.0.0.0/8", &fields));
    assert!(line("port|gt: 442", &fields) && !line("port|gt: 443", &fields));
    assert!(line("port|gte: 443.0", &fields) && line("size|lt: 12.5", &fields));
    assert!(line("size|lte: 12", &fields) && !line("size|lt: 12", &fields));
    assert!(!line("sourceIPAddress|gt: 1", &fields));
}

#[test]
fn fields_refer_to_fields() {
    let fields = json!({"a": "Bert", "b": ["x", "bert"], "c": "other"});
    assert!(line("a|fieldref: b", &fields) && !line("a|fieldref: c", &fields));
    assert!(!line("a|fieldref|cased: b", &fields));
    assert!(!line("a|fieldref: missing", &fields) && !line("missing|fieldref: gone", &fields));
}

#[test]
fn lists_of_mappings_are_any_and_lines_all() {
    let text = "s:\n  - { a: 1, b: 2 }\n  - { c: 3 }\ncondition: s\n";
    assert!(holds(text, &json!({"a": 1, "b": 2})) && holds(text, &json!({"c": 3})));
    assert!(!holds(text, &json!({"a": 1})));
}

#[test]
fn keywords_occur_anywhere() {
    let text = "s: [mimikatz, 'a*z', 1337]\ncondition: s\n";
    assert!(holds(text, &json!({"x": {"y": ["runs MimiKatz.exe"]}})));
    assert!(holds(text, &json!({"x": "then a to z."})) && holds(text, &json!({"port": 1337})));
    assert!(!holds(text, &json!({"mimikatz": "key only", "n": null})));
    let all = "s: { '|all': [one, two] }\ncondition: s\n";
    assert!(holds(all, &json!({"x": "one", "y": "two"})) && !holds(all, &json!({"x": "one"})));
}

#[test]
fn conditions_combine() {
    let text = |condition: &str| {
        format!("a: {{ a: 1 }}\nf_x: {{ x: 1 }}\nf_y: {{ y: 1 }}\ncondition: {condition}\n")
    };
    let some = json!({"a": 1, "x": 1});
    assert!(holds(&text("a and 1 of f_*"), &some));
    assert!(!holds(&text("a and not 1 of f_*"), &some));
    assert!(!holds(&text("all of f_*"), &some) && !holds(&text("all of them"), &some));
    assert!(holds(&text("1 of them"), &json!({"y": 1})));
    assert!(holds(
        &text("(not a or x_no) and f_x").replace("x_no", "f_x"),
        &some
    ));
    assert!(
        holds(&text("[f_y, a]"), &some),
        "a list of conditions is any"
    );
}

#[test]
fn what_is_not_given_drops_out_and_what_is_empty_matches_nothing() {
    let text = "\
change: { eventName: Authorize* }
in_request: { requestParameters.groupId|expand: '%group%' }
in_answer: { responseElements.groupId|expand: ['%group%', '%other%'] }
condition: change and 1 of in_*
";
    let detection = detection(text);
    let matches = |group: Option<&[&str]>| {
        let mut bindings = Bindings::new(Tz::UTC);
        bindings.not_given("other");
        match group {
            Some(values) => bindings.set("group", values.iter().copied()),
            None => bindings.not_given("group"),
        }
        let fields = json!({"eventName": "AuthorizeX", "requestParameters": {"groupId": "sg-1"}});
        detection.matches(&event(&fields), &bindings)
    };
    assert!(matches(None), "dropped lines leave the selection true");
    assert!(matches(Some(&["SG-1"])));
    assert!(!matches(Some(&["sg-2"])) && !matches(Some(&[])));
}

#[test]
fn expanded_values_are_literal_text() {
    let detection = detection(
        "s: { a|expand: '%v%' }\nc: { a|contains|expand: '%v%' }\nn: { a|gte|expand: '%v%' }\ncondition: 1 of them\n",
    );
    let matches = |value: &str, text: &str| {
        let mut bindings = Bindings::new(Tz::UTC);
        bindings.set("v", [value]);
        detection.matches(&event(&json!({ "a": text })), &bindings)
    };
    assert!(!matches("*", "anything") && matches("*", "a*b"));
    assert!(matches(r"\*", r"x\*") && !matches(r"\*", "x*"));
    assert!(matches("18:30", "18.5") && !matches("18:30", "18") && matches("18", "19"));
}

#[test]
fn virtual_fields_are_fields() {
    let fields = json!({"eventTime": "2026-11-20T23:30:00Z", "sourceIPAddress": "AWS Internal",
                        "userIdentity": {"type": "Root"}});
    assert!(line("x.localHour|gte: 20", &fields) && line("x.localHour: 23", &fields));
    assert!(line("x.weekday: fri", &fields) && line("x.sourceIsAws: true", &fields));
    assert!(line("x.actor: root", &fields) && line("x.actor|exists: false", &json!({})));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-c]", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn never_panics(
        modifiers in prop::sample::select(vec!["", "|contains", "|endswith|cased", "|re", "|re|i", "|gt", "|exists", "|fieldref", "|expand", "|cidr", "|all|contains"]),
        path in "[a-c](\\.[a-c]){0,2}",
        value in "[a-c*?%.0-9/]{1,6}",
        fields in prop::collection::hash_map("[a-c]", any_value(), 0..4),
    ) {
        let text = format!("s: {{ '{path}{modifiers}': '{value}' }}\nt: ['{value}']\ncondition: s or not t\n");
        if let Ok(detection) = Detection::parse(&yaml::document(&text).unwrap()) {
            let fields = Value::Object(fields.into_iter().collect());
            detection.matches(&event(&fields), &Bindings::new(Tz::UTC));
        }
    }
}
