//! The lineage, grown live: every lookup follows from what an earlier one found, and none is made twice.

mod compute;
mod roles;
mod users;

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{KEY, asked, report, sandbox, serving};
use crate::support::lookup_server::LookupServer;
use crate::support::records;

const THERE: &str = "eu-west-1";

/// A record of `name` at `time` of the day, by `identity`, with other `fields`; `eventID` is the name.
fn call(name: &str, time: &str, identity: &Value, fields: &Value) -> String {
    let mut all = json!({
        "eventID": name,
        "eventName": name,
        "eventTime": format!("2023-07-10T{time}Z"),
        "userIdentity": identity,
    });
    let into = all.as_object_mut().unwrap();
    into.extend(fields.as_object().unwrap().clone());
    records::record(&all)
}

/// The traced user, or another one with the key given.
fn user(name: &str, key: &str) -> Value {
    json!({
        "type": "IAMUser", "principalId": format!("AIDA{name}"), "accountId": "123456789012", "userName": name,
        "arn": format!("arn:aws:iam::123456789012:user/{name}"), "accessKeyId": key,
    })
}

/// A session of the role `name`, begun at `time`.
fn role(name: &str, session: &str, key: &str, time: &str) -> Value {
    json!({
        "type": "AssumedRole", "principalId": format!("AROA{name}:{session}"), "accountId": "123456789012",
        "arn": format!("arn:aws:sts::123456789012:assumed-role/{name}/{session}"), "accessKeyId": key,
        "sessionContext": {"attributes": {"creationDate": format!("2023-07-10T{time}Z"), "mfaAuthenticated": "false"}},
    })
}

/// What an `AssumeRole` of `role` asked and was answered.
fn assumed(role: &str, account: &str, session: &str, key: &str) -> Value {
    json!({
        "eventSource": "sts.amazonaws.com",
        "requestParameters": {
            "roleArn": format!("arn:aws:iam::{account}:role/{role}"), "roleSessionName": session,
        },
        "responseElements": {
            "credentials": {"accessKeyId": key, "expiration": "Jul 10, 2023 11:00:00 PM"},
            "assumedRoleUser": {
                "assumedRoleId": format!("AROA{role}:{session}"),
                "arn": format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"),
            },
        },
    })
}

/// Traces [`KEY`] through `records` in all Regions; gives the report, and every question that was asked.
fn trace(records: Vec<String>) -> Option<(Value, HashSet<String>)> {
    let server = serving(records).start();
    let sandbox = sandbox(&server)?;
    let mut command = sandbox.trailhunt();
    command.args(["trace-key", KEY, "--rate", "50", "--format", "json"]);
    let report = report(&mut command, 0);
    Some((report, questions(&server)))
}

/// What was asked, in any Region; each question once a Region, and no range of time twice.
fn questions(server: &LookupServer) -> HashSet<String> {
    let mut ranges = Vec::new();
    for call in server.calls() {
        let [Some(since), Some(until)] = [call.parameters.start_time, call.parameters.end_time]
        else {
            panic!("{call:?} is open");
        };
        assert!(call.parameters.next_token.is_none(), "{call:?}");
        let question = (call.region.clone(), asked(&call));
        for (other, other_since, other_until) in &ranges {
            let overlaps = since <= *other_until && *other_since <= until;
            assert!(*other != question || !overlaps, "{call:?} was asked before");
        }
        ranges.push((question, since, until));
    }
    ranges.into_iter().map(|((_, asked), ..)| asked).collect()
}

/// `id parent link` of every node, in the report's order.
fn links(report: &Value) -> Vec<String> {
    let nodes = report["lineage"].as_array().unwrap();
    let text = |node: &Value, field: &str| node[field].as_str().unwrap_or("-").to_owned();
    nodes
        .iter()
        .map(|node| {
            ["id", "parent", "link"]
                .map(|field| text(node, field))
                .join(" ")
        })
        .collect()
}
