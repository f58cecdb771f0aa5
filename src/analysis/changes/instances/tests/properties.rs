//! Whatever records hold: no panic, no call lost, no wrong sign.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{event, fold};
use crate::analysis::changes::instances::states::StateChange;
use crate::event::Event;
use crate::report::ChangeAction;

const NAMES: &[&str] = &[
    "accessKeyId",
    "arn",
    "attribute",
    "code",
    "credentials",
    "currentState",
    "disableApiTermination",
    "inScopeOf",
    "instanceId",
    "instanceIdSet",
    "instancesSet",
    "invokedBy",
    "issuerType",
    "items",
    "name",
    "previousState",
    "requestParameters",
    "responseElements",
    "serviceEventDetails",
    "sessionContext",
    "sessionIssuer",
    "type",
    "userIdentity",
    "value",
];

fn any_json() -> impl Strategy<Value = Value> {
    let text = [
        "",
        "i-1",
        "i-2",
        "running",
        "AssumedRole",
        "ASIA1",
        "disableApiTermination",
        "2026-11-20T12:00:00Z",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::sample::select(text.to_vec()).prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(
                prop::sample::select(NAMES).prop_map(str::to_owned),
                inner,
                0..6
            )
            .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn any_call() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop::sample::select(vec![
        ("ec2.amazonaws.com", "StopInstances"),
        ("ec2.amazonaws.com", "TerminateInstances"),
        ("ec2.amazonaws.com", "StartInstances"),
        ("ec2.amazonaws.com", "RebootInstances"),
        ("ec2.amazonaws.com", "BidEvictedEvent"),
        ("ec2.amazonaws.com", "ModifyInstanceAttribute"),
        ("sts.amazonaws.com", "AssumeRole"),
        ("autoscaling.amazonaws.com", "SetDesiredCapacity"),
    ])
}

/// A record whose parts may be anything.
fn any_record() -> impl Strategy<Value = Event> {
    let parts = [
        "userIdentity",
        "requestParameters",
        "responseElements",
        "serviceEventDetails",
        "errorCode",
        "eventTime",
    ];
    let parts = prop::collection::hash_map(prop::sample::select(parts.to_vec()), any_json(), 0..6);
    (any_call(), parts).prop_map(|((source, name), parts)| {
        let mut fields: serde_json::Map<String, Value> = parts
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        fields.insert("eventSource".into(), source.into());
        fields.insert("eventName".into(), name.into());
        event(&Value::Object(fields))
    })
}

/// A call whose answer may name any states, well-formed or not, and which may have failed nonetheless.
fn any_states() -> impl Strategy<Value = (Event, Value, Value, bool)> {
    let state = || {
        prop_oneof![
            prop::sample::select(vec![
                "running",
                "stopping",
                "stopped",
                "terminated",
                "stop requested",
                ""
            ])
            .prop_map(|name| json!({"name": name})),
            (0..300u64).prop_map(|code| json!({"code": code})),
            any_json(),
        ]
    };
    let call = prop::sample::select(vec![
        "StopInstances",
        "TerminateInstances",
        "StartInstances",
    ]);
    (call, state(), state(), any::<bool>()).prop_map(|(name, before, after, failed)| {
        let mut record = json!({
            "eventName": name,
            "responseElements": {"instancesSet": {"items": [
                {"instanceId": "i-1", "previousState": before, "currentState": after}]}},
        });
        if failed {
            record["errorCode"] = "Client.UnauthorizedOperation".into();
        }
        (event(&record), before, after, failed)
    })
}

proptest! {
    /// Whatever records hold: no panic, no call lost, and what failed changes nothing.
    #[test]
    fn any_records_fold(events in prop::collection::vec(any_record(), 0..8)) {
        let (changes, findings) = fold(&events);
        let calls = events.iter().filter(|event| StateChange::of(event).is_some()).count();
        prop_assert!(changes.len() >= calls);
        for change in &changes {
            prop_assert_eq!(change.action == ChangeAction::Failed, change.error.is_some());
            prop_assert!(change.error.is_none() || (change.before.is_none() && change.after.is_none()));
            prop_assert!(change.detail.contains_key("cause"));
        }
        prop_assert!(findings.iter().all(|finding| finding.count > 0));
    }

    /// The sign follows from the record: failed, or the same state twice, or a change.
    #[test]
    fn the_sign_is_right((event, before, after, failed) in any_states()) {
        let (changes, findings) = fold(&[event]);
        let name = |state: &Value| state["name"].as_str().filter(|name| !name.is_empty()).map(str::to_owned);
        let is_same = name(&before).is_some() && name(&before) == name(&after);
        let action = changes[0].action;
        prop_assert_eq!(action == ChangeAction::Failed, failed);
        if !failed && is_same {
            prop_assert_eq!(action, ChangeAction::Noop);
            prop_assert!(findings.is_empty());
        }
        if let (Some(before), Some(after)) = (name(&before), name(&after)) && !failed && before != after {
            prop_assert_eq!(action, ChangeAction::Modified);
            prop_assert_eq!(changes[0].before.as_ref(), Some(&before));
            prop_assert_eq!(changes[0].after.as_ref(), Some(&after));
        }
    }
}
