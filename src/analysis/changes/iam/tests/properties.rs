//! Whatever a record holds: nothing panics, and nothing is told with the wrong sign.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::{calls, documents};
use super::{HOME, document, fold};
use crate::policy::{Document, DocumentDiff, Effect, Statement};
use crate::report::{Change, ChangeAction};

/// Names that requests and documents use, so that odd values stand where real ones do.
const NAMES: &[&str] = &[
    "userName",
    "roleName",
    "policyName",
    "policyArn",
    "policyDocument",
    "assumeRolePolicyDocument",
    "versionId",
    "setAsDefault",
    "role",
    "policy",
    "arn",
    "Statement",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "Principal",
    "Condition",
    "AWS",
    "tags",
    "key",
    "value",
    "ARequest",
];

fn odd_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,10}".prop_map(Value::from),
        prop::sample::select(
            &[
                "Allow",
                "Deny",
                "*",
                "bert",
                "arn:aws:iam::1:root",
                "v1",
                "{",
                "[",
                ""
            ][..]
        )
        .prop_map(Value::from),
    ];
    let name = prop_oneof![
        prop::sample::select(NAMES).prop_map(str::to_owned),
        ".{0,4}"
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// One of the names, or several.
fn some(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(names).prop_map(Value::from),
        prop::collection::vec(prop::sample::select(names), 1..4).prop_map(Value::from),
    ]
}

fn statement() -> impl Strategy<Value = Value> {
    let effect = prop::sample::select(&["Allow", "Deny"][..]);
    let action = prop::sample::select(&["Action", "NotAction"][..]);
    let resource = prop::sample::select(&["Resource", "NotResource"][..]);
    let actions = some(&[
        "*",
        "iam:*",
        "IAM:PassRole",
        "iam:Pass*",
        "s3:Get?bject",
        "s3:GetObject",
    ]);
    let resources = some(&[
        "*",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b/x",
        "arn:aws:iam::1:role/?",
    ]);
    let principals = prop::option::of(some(&[
        "*",
        "111111111111",
        "arn:aws:iam::999999999999:root",
    ]));
    let condition = prop::option::of((
        prop::sample::select(&["StringEquals", "StringNotLike", "bool"][..]),
        some(&["a", "b", "true"]),
    ));
    (
        effect,
        (action, actions),
        (resource, resources),
        principals,
        condition,
    )
        .prop_map(
            |(effect, (action, actions), (resource, resources), principals, condition)| {
                let mut statement = json!({"Effect": effect, action: actions, resource: resources});
                if let Some(principals) = principals {
                    statement["Principal"] = json!({"AWS": principals});
                }
                if let Some((operator, values)) = condition {
                    statement["Condition"] = json!({operator: {"aws:x": values}});
                }
                statement
            },
        )
}

fn statements() -> impl Strategy<Value = Value> {
    prop::collection::vec(statement(), 0..4).prop_map(Value::from)
}

fn percent_encoded(text: &str) -> String {
    let escapes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    escapes.concat()
}

/// The text of a document: whole, cut off, percent-encoded, with garbage, deeply nested, or with a key twice.
fn text() -> impl Strategy<Value = String> {
    let whole = || statements().prop_map(|statements| document(&statements));
    let encoded = whole().prop_map(|text| percent_encoded(&text));
    prop_oneof![
        whole(),
        encoded,
        (whole(), 0..200usize).prop_map(|(text, at)| text.chars().take(at).collect()),
        "%.{0,20}",
        ".{0,20}",
        (0..3000usize).prop_map(|depth| format!("{{\"Statement\":{}{}}}", "[".repeat(depth), "]".repeat(depth))),
        Just(r#"{"Statement":[],"Statement":{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}}"#.to_owned()),
        odd_json().prop_map(|json| json.to_string()),
    ]
}

fn name() -> impl Strategy<Value = &'static str> {
    let plain = calls::SOURCES
        .iter()
        .flat_map(|(_, calls)| calls.iter().map(|call| call.name));
    let documents = documents::CALLS.iter().map(|(name, _)| *name);
    prop::sample::select(plain.chain(documents).collect::<Vec<_>>())
}

/// A call with whatever in it.
fn event() -> impl Strategy<Value = Value> {
    let source = prop::sample::select(
        &[
            "iam.amazonaws.com",
            "ec2.amazonaws.com",
            "rolesanywhere.amazonaws.com",
            "sts.amazonaws.com",
        ][..],
    );
    let error = prop::option::of(Just("AccessDenied"));
    let usual = text().prop_map(|text| {
        let owner = json!({"userName": "bert", "roleName": "deploy", "policyName": "p", "policyArn": "arn:p"});
        let mut request = owner;
        request["policyDocument"] = text.clone().into();
        request["assumeRolePolicyDocument"] = text.into();
        request
    });
    let request = prop_oneof![3 => usual, 1 => odd_json()];
    (source, name(), request, odd_json(), error, 0..4u32).prop_map(|(source, name, request, response, error, second)| {
        json!({"eventVersion": "1.08", "recipientAccountId": HOME, "eventTime": format!("2026-10-05T22:00:{second:02}Z"),
            "eventSource": source, "eventName": name, "requestParameters": request, "responseElements": response,
            "errorCode": error, "errorMessage": "x is not authorized to perform: a:b on resource: arn:aws:iam::1:user/"})
    })
}

fn signs(change: &Change) -> Result<(), TestCaseError> {
    let call = change.detail["call"].as_str().unwrap_or_default();
    let takes_away = ["Delete", "Detach", "Remove", "Untag", "Disassociate"]
        .iter()
        .any(|verb| call.starts_with(verb));
    prop_assert!(
        !(takes_away && change.action == ChangeAction::Added),
        "{change:?}"
    );
    prop_assert_eq!(
        change.error.is_some(),
        change.action == ChangeAction::Failed
    );
    if change.action == ChangeAction::Failed {
        prop_assert!(
            change.before.is_none() && change.after.is_none(),
            "{change:?}"
        );
    }
    let Some(effect) = change
        .detail
        .get("statement")
        .map(|statement| &statement["Effect"])
    else {
        return Ok(());
    };
    let says = if effect == "Deny" {
        "denies "
    } else {
        "allows "
    };
    let (words, other) = match change.action {
        ChangeAction::Removed => (&change.before, &change.after),
        _ => (&change.after, &change.before),
    };
    prop_assert!(
        words.as_ref().is_some_and(|words| words.starts_with(says)) && other.is_none(),
        "{change:?}"
    );
    Ok(())
}

fn read(statements: &Value) -> Document {
    Document::read(Some(&document(statements).into()), "aws").unwrap()
}

proptest! {
    #[test]
    fn every_change_has_its_sign(events in prop::collection::vec(event(), 0..8)) {
        let mut events = events;
        events.sort_by_key(|event| event["eventTime"].to_string());
        let (changes, findings) = fold(&events);
        prop_assert!(changes.len() >= events.iter().filter(|event| event["errorCode"].is_string()).count());
        for change in &changes {
            signs(change)?;
        }
        for finding in &findings {
            prop_assert_eq!(finding.failed, 0);
        }
    }

    #[test]
    fn what_failed_teaches_nothing(statements in statements(), name in name(), text in text()) {
        let failed = json!({"userName": "bert", "roleName": "deploy", "policyName": "p", "policyDocument": text});
        let mut failed = super::call(2, name, &failed);
        failed["errorCode"] = "AccessDenied".into();
        let (put, again) = (super::put(1, &statements), super::put(3, &statements));
        let (changes, _) = fold(&[super::new_user(0), put, failed, again]);
        prop_assert_eq!(changes.last().map(|change| change.action), Some(ChangeAction::Noop));
    }

    #[test]
    fn a_document_differs_from_itself_in_nothing(statements in statements()) {
        let document = read(&statements);
        prop_assert!(DocumentDiff::new(&document, &document).beyond().is_empty());
    }

    #[test]
    fn what_one_way_adds_the_other_way_removes(one in statements(), two in statements()) {
        let edit = |from: &Value, to: &Value| {
            let (changes, _) = fold(&[super::new_user(0), super::put(1, from), super::put(2, to)]);
            let edits = changes.into_iter().filter(|change| change.event_id.as_deref() == Some("e2-PutUserPolicy"));
            edits.collect::<Vec<_>>()
        };
        let words = |changes: &[Change], action| {
            let edits = changes.iter().filter(|change| change.action == action);
            edits.flat_map(|change| change.before.iter().chain(&change.after).cloned().collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        let (there, back) = (edit(&one, &two), edit(&two, &one));
        prop_assert_eq!(words(&there, ChangeAction::Added), words(&back, ChangeAction::Removed));
        prop_assert_eq!(words(&there, ChangeAction::Removed), words(&back, ChangeAction::Added));
    }

    /// What is left over was said before, or is still said: with the old document added, nothing is new.
    #[test]
    fn a_difference_and_the_old_make_up_the_new(one in statements(), two in statements()) {
        let (before, after) = (read(&one), read(&two));
        let difference = DocumentDiff::new(&after, &before).beyond();
        let mut all = before.clone();
        all.statements.extend(difference.iter().cloned());
        prop_assert!(DocumentDiff::new(&after, &all).beyond().is_empty());
        let effects = |effect| after.statements.iter().any(|statement| statement.effect == effect);
        for statement in difference {
            prop_assert!(effects(statement.effect));
            prop_assert!(statement.effect == Effect::Allow || effects(Effect::Deny));
        }
    }

    #[test]
    fn normalising_twice_is_normalising_once(statements in prop_oneof![statements(), odd_json()]) {
        let recorded = Value::from(document(&statements));
        if let Ok(document) = Document::read(Some(&recorded), "aws") {
            let normal: Vec<Value> = document.statements.iter().map(Statement::to_json).collect();
            prop_assert_eq!(read(&normal.into()), document);
        }
    }

    #[test]
    fn any_text_is_a_document_or_none(text in text()) {
        let encoded = percent_encoded(&text);
        let (plain, encoded) = (Document::parse(&text, "aws"), Document::parse(&encoded, "aws"));
        if !text.trim().starts_with('%') && !text.is_empty() {
            prop_assert_eq!(plain, encoded);
        }
    }
}

/// What AWS would never take, but a file may hold, is compared in moments: whole statements, none of them lost.
#[test]
fn documents_beyond_any_size_are_compared_by_whole_statements() {
    let many = |numbers: std::ops::Range<u32>| {
        let statements =
            numbers.map(|number| super::allow(&json!(format!("x:A{number}")), &json!("*")));
        Value::Array(statements.collect())
    };
    let edit = [
        super::new_user(0),
        super::put(1, &many(0..3000)),
        super::put(2, &many(1..3001)),
    ];
    let changes_in_words = super::changes_in_words(&edit);
    assert_eq!(
        changes_in_words
            .get(changes_in_words.len() - 2..)
            .unwrap_or_default(),
        [
            "user bert: added - -> allows x:A3000 on *",
            "user bert: removed allows x:A0 on * -> -"
        ]
    );
    let list = |end: &str| {
        let actions: Vec<String> = (0..9000)
            .map(|number| format!("x:{number}*{end}"))
            .collect();
        json!([super::allow(&json!(actions), &json!("*"))])
    };
    let changes_in_words = super::changes_in_words(&[
        super::new_user(0),
        super::put(1, &list("a")),
        super::put(2, &list("b")),
    ]);
    assert_eq!(changes_in_words.len(), 4);
}
