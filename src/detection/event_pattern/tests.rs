//! Tests of `event_pattern`: what detections become, and which do not.

use serde_json::{Value, json};

use crate::detection::{Detection, yaml};

fn patterns(text: &str) -> Result<Vec<Value>, String> {
    let detection = Detection::parse(&yaml::document(text).unwrap()).unwrap();
    detection.event_patterns()
}

/// The one `detail` of a detection about IAM, whose other lines are given.
fn detail(lines: &str) -> Value {
    let text = format!("a: {{ eventSource: iam.amazonaws.com, {lines} }}\ncondition: a\n");
    let patterns = patterns(&text).unwrap();
    let [only] = patterns.as_slice() else {
        panic!("{patterns:?}");
    };
    assert_eq!(only["source"], json!(["aws.iam"]));
    only["detail"].clone()
}

fn refused(lines: &str) -> String {
    patterns(&format!("a: {{ {lines} }}\ncondition: a\n")).unwrap_err()
}

fn refused_not(lines: &str) -> String {
    patterns(&format!("a: {{ {lines} }}\ncondition: not a\n")).unwrap_err()
}

#[test]
fn lines_become_lists() {
    for (line, expected) in [
        ("eventName: [A, B]", json!({"eventName": ["A", "B"]})),
        ("a.b: x", json!({"a": {"b": ["x"]}})),
        ("a|startswith: x", json!({"a": [{"prefix": "x"}]})),
        ("a|endswith: x", json!({"a": [{"suffix": "x"}]})),
        ("a|contains: 'X*y'", json!({"a": [{"wildcard": "*X*y*"}]})),
        (r"a: 'x\*\\*y'", json!({"a": [{"wildcard": r"x\*\\*y"}]})),
        (r"a: 'x\*'", json!({"a": ["x*"]})),
        ("a: '*'", json!({"a": [{"exists": true}]})),
        ("a|exists: true", json!({"a": [{"exists": true}]})),
        ("a: null", json!({"a": [null, {"exists": false}]})),
        ("a: [x, null]", json!({"a": ["x", null, {"exists": false}]})),
        ("a: 'true'", json!({"a": [true, "true"]})),
        ("a: [0, '1.50']", json!({"a": [0, "0", "1.50"]})),
        ("a|lt: 14", json!({"a": [{"numeric": ["<", 14.0]}]})),
        (
            "a|cidr: [10.0.0.0/8, 192.0.2.1/32]",
            json!({"a": [{"cidr": "10.0.0.0/8"}, "192.0.2.1"]}),
        ),
    ] {
        assert_eq!(detail(line), expected, "{line}");
    }
}

#[test]
fn a_pattern_always_names_a_source_of_aws() {
    let any = patterns("a: { userIdentity.type: Root }\ncondition: a\n").unwrap();
    assert_eq!(
        any,
        [json!({"source": [{"prefix": "aws."}], "detail": {"userIdentity": {"type": ["Root"]}}})]
    );
    let hyphens = patterns("a: { eventSource: access-analyzer.amazonaws.com }\ncondition: a\n");
    assert_eq!(
        hyphens.unwrap(),
        [json!({"source": ["aws.access-analyzer"]})]
    );
    let open = "`eventSource` must be whole names: an event's source is made from them";
    assert_eq!(refused("eventSource|startswith: iam"), open);
    assert_eq!(refused_not("eventSource: iam.amazonaws.com"), open);
    assert_eq!(refused("eventSource: [iam.amazonaws.com, null]"), open);
}

#[test]
fn alternatives_are_patterns_of_their_own_unless_one_list_holds_them() {
    let text = "a: { eventSource: ec2.amazonaws.com }\nb: { eventName: A }\nc: { eventName: B, x: y }\n\
                d: { eventName: C }\ncondition: a and (b or c or d)\n";
    assert_eq!(
        patterns(text).unwrap(),
        [
            json!({"source": ["aws.ec2"], "detail": {"eventName": ["A", "C"]}}),
            json!({"source": ["aws.ec2"], "detail": {"eventName": ["B"], "x": ["y"]}}),
        ]
    );
    let covered = "a: { eventSource: ec2.amazonaws.com }\nb: { x: y }\ncondition: a or a and b\n";
    assert_eq!(patterns(covered).unwrap(), [json!({"source": ["aws.ec2"]})]);
}

#[test]
fn not_reaches_the_fields() {
    let not = |lines: &str| {
        let text = format!(
            "s: {{ eventSource: s3.amazonaws.com }}\na: {{ {lines} }}\ncondition: s and not a\n"
        );
        let mut details = patterns(&text).unwrap();
        details
            .iter_mut()
            .map(|pattern| pattern["detail"].take())
            .collect::<Vec<_>>()
    };
    let but = |values: Value| json!({"a": [{"anything-but": values}, null, {"exists": false}]});
    assert_eq!(not("a: x"), [but(json!("x"))]);
    assert_eq!(not("a: [x, y]"), [but(json!(["x", "y"]))]);
    assert_eq!(
        not("a|endswith: [x, y]"),
        [but(json!({"suffix": ["x", "y"]}))]
    );
    assert_eq!(not("a: [x, 'y*']"), [but(json!({"wildcard": ["x", "y*"]}))]);
    assert_eq!(not("a: [x, null]"), [json!({"a": [{"anything-but": "x"}]})]);
    assert_eq!(not("a: null"), [json!({"a": [{"exists": true}]})]);
    assert_eq!(
        not("a|exists: true"),
        [json!({"a": [null, {"exists": false}]})]
    );
    // not (a and b) is either; not (x and y) of one field, too
    assert_eq!(not("a: x, b: y").len(), 2);
    let either = ["*x*", "*y*"].map(|text| json!({"anything-but": {"wildcard": text}}));
    let [not_x, not_y] = either;
    let list = json!([not_x, null, {"exists": false}, not_y]);
    assert_eq!(not("a|contains|all: [x, y]"), [json!({"a": list})]);
    let twice = "s: { eventSource: s3.amazonaws.com }\na: { a: x }\ncondition: s and not (not a)\n";
    assert_eq!(patterns(twice).unwrap()[0]["detail"], json!({"a": ["x"]}));
}

#[test]
fn two_conditions_on_a_field_are_one_where_a_list_can_say_it() {
    let both = |one: &str, other: &str| {
        patterns(&format!(
            "a: {{ {one} }}\nb: {{ {other} }}\ncondition: a and b\n"
        ))
    };
    let of = |list: Value| {
        Ok(vec![
            json!({"source": [{"prefix": "aws."}], "detail": {"x": list}}),
        ])
    };
    assert_eq!(both("x: [Ab, Cd]", "x|startswith: A"), of(json!(["Ab"])));
    assert_eq!(
        both("x|exists: true", "x|contains: A"),
        of(json!([{"wildcard": "*A*"}]))
    );
    assert_eq!(
        both("x: [a, null]", "x: [b, null]"),
        of(json!([null, {"exists": false}]))
    );
    let why = Err("its conditions exclude each other".to_owned());
    assert_eq!(both("x: a", "x: b"), why);
    assert_eq!(both("x: a", "x: null"), why);
    let why = Err("no pattern holds both conditions on `x`".to_owned());
    assert_eq!(both("x|startswith: a", "x|endswith: b"), why);
    let not = |one: &str, other: &str| {
        patterns(&format!(
            "a: {{ {one} }}\nb: {{ {other} }}\ncondition: a and not b\n"
        ))
    };
    assert_eq!(not("x: [ab, cd]", "x: 'a*'"), of(json!(["cd"])));
    assert_eq!(
        not("x|exists: true", "x: 'a*'"),
        of(json!([{"anything-but": {"prefix": "a"}}]))
    );
}

#[test]
fn what_has_no_counterpart_is_refused_in_words() {
    assert_eq!(
        refused("a|re: x"),
        "`a`: `re` has no counterpart in event patterns"
    );
    assert_eq!(
        refused("a: 'x?'"),
        "`a`: `?` has no counterpart in event patterns"
    );
    assert_eq!(
        refused("x.mfa: 'false'"),
        "`x.mfa` is worked out here, no event has it"
    );
    assert_eq!(
        refused("a|fieldref: b"),
        "`a`: a pattern cannot compare two fields"
    );
    assert_eq!(
        refused("a|expand: '%k%'"),
        "`a`: `%k%` stands for what is only known later"
    );
    assert_eq!(
        refused("'|contains': x"),
        "a pattern looks into fields that it names"
    );
    assert_eq!(
        refused(r#"a: '*"Effect":"Allow"*'"#),
        "`a`: an object is compared as JSON, which a pattern cannot"
    );
    assert_eq!(
        refused("a: x, a.b: y"),
        "`detail.a` is wanted as a value and as an object"
    );
    assert_eq!(
        refused_not("a: 'true'"),
        "`a`: `not` goes with texts in event patterns"
    );
    assert_eq!(
        refused_not("a|lt: 3"),
        "`a`: `not` goes with texts in event patterns"
    );
    let many = "a: { a: 1, b: 1, c: 1, d: 1 }\nb: { e: 1, f: 1, g: 1, h: 1 }\nc: { i: 1, j: 1, k: 1, l: 1 }\n\
                d: { m: 1, n: 1, o: 1, p: 1 }\ne: { q: 1, r: 1 }\n\
                condition: not (a or b or c or d or e)\n";
    assert!(
        patterns(&many.replace(": 1", ": x"))
            .unwrap_err()
            .contains("more than 256")
    );
}
