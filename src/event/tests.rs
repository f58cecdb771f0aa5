//! Records as they come, odd ones too: what accessors make of them.

use proptest::prelude::*;

use super::*;

fn event(json: &str) -> Event {
    Event::parse(json.as_bytes()).unwrap()
}

#[test]
fn a_lone_surrogate_is_read_and_the_raw_text_kept() {
    let raw = r#"{"eventVersion":"1.08","userAgent":"x\ud800y\\ud83d\ud83d\ude00\udc00"}"#;
    let event = event(raw);
    assert_eq!(
        event.user_agent(),
        Some("x\u{fffd}y\\ud83d\u{1f600}\u{fffd}")
    );
    assert_eq!(event.raw(), raw);
}

#[test]
fn what_is_empty_or_of_another_type_is_absent() {
    let event = event(
        r#"{"eventVersion":"1.10","eventName":7,"userIdentity":{"accessKeyId":""},"requestParameters":null}"#,
    );
    assert_eq!(event.name(), None);
    assert_eq!(event.access_key_id(), None);
    assert_eq!(event.request(&["roleArn"]), None);
    assert_eq!(event.time(), None);
}

#[test]
fn what_is_no_record_says_why() {
    assert_eq!(Event::parse(b"\xff{}").unwrap_err(), RecordError::NotUtf8);
    assert_eq!(Event::parse(b"[1]").unwrap_err(), RecordError::NotARecord);
    assert!(matches!(
        Event::parse(br#"{"eventVersion":"1.08","x":NaN}"#),
        Err(RecordError::NotJson(_))
    ));
}

#[test]
fn what_no_tree_can_hold_costs_no_record() {
    let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
    for value in ["1e400", "-1E+999", "\"\\udc00\"", &deep] {
        let raw = format!(r#"{{"eventVersion":"1.08","eventID":"a","x":{value}}}"#);
        let event = event(&raw);
        assert_eq!((event.raw(), event.id()), (&*raw, Some("a")));
    }
}

#[test]
fn times_as_sql_writes_them() {
    for time in [
        "2026-11-10 10:00:00.000",
        "2026-11-10 10:00:00",
        "2026-11-10T10:00:00",
        "2026-11-10 10:00:00.000 UTC",
        "2026-11-10 12:00:00.000+02:00",
        "2026-11-10T10:00:00.000+0000",
    ] {
        let event = event(&format!(
            r#"{{"eventVersion":"1.08","eventTime":"{time}"}}"#
        ));
        let read = event.time().map(|time| time.to_string());
        assert_eq!(read.as_deref(), Some("2026-11-10T10:00:00Z"), "{time}");
    }
    for time in [
        "10/11/2026",
        "2026-11-10",
        "1794304800",
        "yesterday",
        "2026-13-10 10:00:00",
    ] {
        let event = event(&format!(
            r#"{{"eventVersion":"1.08","eventTime":"{time}"}}"#
        ));
        assert_eq!(event.time(), None, "{time}");
    }
}

/// Any JSON below the names that accessors look at: strings, but also whatever else a record could hold.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(&["true", "AssumedRole", "AROA1:x", "2026-10-05T22:00:00Z", ""])
            .prop_map(Value::from),
    ];
    let name = prop::sample::select(NAMES).prop_map(str::to_owned);
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

const NAMES: &[&str] = &[
    "accessKeyId",
    "accountId",
    "arn",
    "attributes",
    "awsRegion",
    "creationDate",
    "credentials",
    "errorCode",
    "errorMessage",
    "eventID",
    "eventName",
    "eventSource",
    "eventTime",
    "invokedBy",
    "principalId",
    "recipientAccountId",
    "requestParameters",
    "responseElements",
    "roleArn",
    "sessionContext",
    "sessionCredentialFromConsole",
    "sessionIssuer",
    "sharedEventID",
    "signInSessionArn",
    "sourceIPAddress",
    "type",
    "userAgent",
    "userIdentity",
    "userName",
];

proptest! {
    /// Whatever a record holds, no accessor panics, and none answers with an empty text.
    #[test]
    fn accessors_take_anything(fields in prop::collection::hash_map(prop::sample::select(NAMES), any_json(), 0..20)) {
        let mut record: serde_json::Map<String, Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        record.insert("eventVersion".to_owned(), "1.11".into());
        let event = event(&Value::Object(record).to_string());
        let identity = event.identity();
        let texts = [
            event.id(), event.name(), event.source(), event.region(), event.source_ip(), event.user_agent(),
            event.error_code(), event.error_message(), event.account(), event.shared_id(),
            event.access_key_id(), event.request(&["roleArn"]), event.response(&["credentials", "accessKeyId"]),
            identity.kind(), identity.principal_id(), identity.arn(), identity.user_name(),
            identity.invoked_by(), identity.mfa(), identity.sign_in_session(),
            identity.label(),
        ];
        prop_assert!(texts.iter().flatten().all(|text| !text.is_empty()));
        let _ = (event.time(), event.from_console(), identity.session_created(), identity.lookup_username(), event.order());
    }

    /// Any text that stands between two records leaves them readable, lone surrogates or not.
    #[test]
    fn surrogates_never_cost_a_record(parts in prop::collection::vec(
        prop::sample::select(&["\\ud83d", "\\ude00", "\\uD800", "x", "\\\\", "\\n", "\\u0041", "é"]), 0..12,
    )) {
        let raw = format!(r#"{{"eventVersion":"1.08","userAgent":"a{}"}}"#, parts.concat());
        prop_assert!(event(&raw).user_agent().is_some_and(|agent| agent.starts_with('a')));
    }
}
