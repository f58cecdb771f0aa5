//! Whatever a record holds below the names that the renderer reads: no panic, and no wrong sign.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::perimeter_calls::LINES;
use crate::analysis::findings;
use crate::event::Event;
use crate::report::ChangeAction;

const CALLS: &[&str] = &[
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "ModifySecurityGroupRules",
    "UpdateSecurityGroupRuleDescriptionsIngress",
    "UpdateSecurityGroupRuleDescriptionsEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
    "CreateManagedPrefixList",
    "ModifyManagedPrefixList",
    "RestoreManagedPrefixListVersion",
];

const NAMES: &[&str] = &[
    "groupId",
    "GroupId",
    "groupName",
    "ipPermissions",
    "items",
    "item",
    "ipProtocol",
    "IpProtocol",
    "fromPort",
    "toPort",
    "FromPort",
    "cidrIp",
    "cidrIpv4",
    "CidrIpv4",
    "cidrIpv6",
    "ipRanges",
    "ipv6Ranges",
    "groups",
    "prefixListIds",
    "prefixListId",
    "PrefixListId",
    "description",
    "securityGroupRuleSet",
    "revokedSecurityGroupRuleSet",
    "unknownIpPermissionSet",
    "securityGroupRuleId",
    "SecurityGroupRuleId",
    "securityGroupRuleIds",
    "SecurityGroupRule",
    "ModifySecurityGroupRulesRequest",
    "isEgress",
    "referencedGroupInfo",
    "userId",
    "AddEntry",
    "RemoveEntry",
    "Entry",
    "Cidr",
    "CurrentVersion",
    "PreviousVersion",
    "content",
    "groupSet",
    "instancesSet",
    "instanceId",
    "networkAclId",
    "portRange",
    "from",
    "to",
    "ruleNumber",
    "egress",
    "routeTableId",
    "destinationCidrBlock",
    "gatewayId",
    "vpcId",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
        prop::sample::select(
            &[
                "sg-1",
                "sgr-1",
                "pl-1",
                "tcp",
                "-1",
                "22",
                "0.0.0.0/0",
                "0.0.0.0/1",
                "128.0.0.0/1",
                "9.9.9.9/0",
                "::/0",
                "true"
            ][..]
        )
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object(inner),
        ]
    })
}

fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let fields = prop::collection::vec((prop::sample::select(NAMES), value), 0..10);
    fields.prop_map(|fields| {
        let fields = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Value::Object(fields.collect::<Map<_, _>>())
    })
}

fn any_rule() -> impl Strategy<Value = Value> {
    let cidr = prop::sample::select(
        &[
            "0.0.0.0/0",
            "0.0.0.0/1",
            "128.0.0.0/1",
            "10.0.0.0/8",
            "9.9.9.9/0",
        ][..],
    );
    (0..4_i64, cidr, prop::sample::select(&["sgr-1", "sgr-2", "sgr-3"][..])).prop_map(|(port, cidr, id)| {
        json!({"groupId": "sg-1", "ipPermissions": {}, "ipProtocol": "tcp", "fromPort": port, "toPort": 22, "cidrIp": cidr,
            "SecurityGroupRule": {"SecurityGroupRuleId": id, "SecurityGroupRule":
                {"IpProtocol": "tcp", "FromPort": port, "ToPort": 22, "CidrIpv4": cidr}},
            "securityGroupRuleSet": [{"securityGroupRuleId": id, "ipProtocol": "tcp", "fromPort": port, "toPort": 22, "cidrIpv4": cidr}]})
    })
}

fn any_call() -> impl Strategy<Value = (String, String)> {
    let lines =
        (0..LINES.len()).prop_map(|at| (LINES[at].source.to_owned(), LINES[at].name.to_owned()));
    let calls = prop::sample::select(CALLS)
        .prop_map(|name| ("ec2.amazonaws.com".to_owned(), name.to_owned()));
    prop_oneof![3 => calls, 1 => lines]
}

fn any_part() -> impl Strategy<Value = Value> {
    prop_oneof![2 => object(any_json()), 2 => any_rule(), 1 => any_json()]
}

#[derive(Debug, Clone)]
struct Record {
    call: (String, String),
    request: Value,
    response: Value,
    failed: bool,
    in_answer: bool,
}

fn any_record() -> impl Strategy<Value = Record> {
    (
        any_call(),
        any_part(),
        any_part(),
        any::<bool>(),
        prop::bool::weighted(0.8),
    )
        .prop_map(|(call, request, response, failed, in_answer)| Record {
            call,
            request,
            response,
            failed,
            in_answer,
        })
}

fn event(at: usize, record: &Record) -> Event {
    let mut json = json!({
        "eventVersion": "1.11", "eventSource": record.call.0, "eventName": record.call.1, "eventID": format!("e{at}"),
        "eventTime": format!("2026-10-05T00:00:{:02}Z", at % 60),
        "requestParameters": record.request, "responseElements": record.response,
    });
    if record.failed {
        json["errorCode"] = "Client.UnauthorizedOperation".into();
    }
    Event::parse(json.to_string().as_bytes()).unwrap()
}

proptest! {
    #[test]
    fn no_record_panics_or_has_a_wrong_sign(records in prop::collection::vec(any_record(), 1..12)) {
        let mut fold = super::Fold::default();
        let mut told = 0;
        for (at, record) in records.iter().enumerate() {
            fold.render(&event(at, record), record.in_answer);
            let changes = &fold.told.changes[told..];
            told = fold.told.changes.len();
            let name = &record.call.1;
            if !record.in_answer {
                prop_assert!(changes.is_empty());
            } else if CALLS.contains(&name.as_str()) && !name.contains("PrefixList") {
                prop_assert!(!changes.is_empty(), "{name} is told");
            }
            for change in changes {
                let id = format!("e{at}");
                prop_assert_eq!(change.event_id.as_deref(), Some(id.as_str()));
                prop_assert_eq!(change.action == ChangeAction::Failed, record.failed);
                prop_assert!(!(name.starts_with("Revoke") && change.action == ChangeAction::Added));
                prop_assert!(!(name.starts_with("Authorize") && change.action == ChangeAction::Removed));
                prop_assert!(change.action != ChangeAction::Added || change.before.is_none());
                prop_assert!(change.action != ChangeAction::Removed || change.after.is_none());
                if record.failed {
                    prop_assert!(change.before.is_none() && change.after.is_none());
                    prop_assert!(!change.detail.contains_key("exposure"));
                }
            }
        }
        let mut findings = findings::Fold::default();
        fold.finish(&mut findings);
        for finding in findings.finish() {
            prop_assert!(!finding.message.is_empty() && !finding.event_ids.is_empty());
        }
    }

    /// A failed call leaves no trace in what is told of later ones.
    #[test]
    fn a_failed_call_changes_no_state(records in prop::collection::vec(any_record(), 1..12)) {
        let told = |with_failed: bool| {
            let mut fold = super::Fold::default();
            for (at, record) in records.iter().enumerate() {
                if with_failed || !record.failed {
                    fold.render(&event(at, record), record.in_answer);
                }
            }
            let changes = fold.told.changes.into_iter().filter(|change| change.action != ChangeAction::Failed);
            changes.map(|change| serde_json::to_string(&change).unwrap()).collect::<Vec<_>>()
        };
        prop_assert_eq!(told(true), told(false));
    }
}
