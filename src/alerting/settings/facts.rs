//! Who acted, on what and by which call, in the words that settings may use: those of `formatter.py`.

use std::collections::HashSet;

use serde_json::Value;

use crate::event::path::text_of;
use crate::event::{Event, arn, services, who};

/// The ends of names under which a request or an answer says what it is about.
const NAMING: [&str; 5] = ["name", "id", "ids", "arn", "identifier"];
/// Who or what a call is about, before what else it names.
const SUBJECTS: [&str; 6] = [
    "userName",
    "roleName",
    "groupName",
    "groupId",
    "instanceId",
    "bucketName",
];
/// What stands deeper is no name of the whole.
const DEPTH: usize = 5;
/// So many of them make a target.
const TARGETS: usize = 3;

/// Whether CloudTrail says that the call only read.
pub fn is_read_only(event: &Event) -> bool {
    let recorded = event.json().get("readOnly");
    recorded.is_some_and(|recorded| text_of(recorded) == "true")
}

/// `CreateUser` and `iam:CreateUser`.
pub(super) fn calls(event: &Event) -> Vec<String> {
    let name = event.name().unwrap_or_default();
    let service = services::short_name(event.source().unwrap_or_default());
    vec![name.to_owned(), format!("{service}:{name}")]
}

/// ARNs and names of who acted, of a session those of its role too.
pub(super) fn principals(event: &Event) -> Vec<String> {
    let identity = event.identity();
    let issuer = identity.session_issuer();
    let recorded = [
        identity.arn(),
        identity.user_name(),
        issuer,
        issuer.and_then(arn::path).map(arn::name),
    ];
    let recorded = recorded.into_iter().flatten().map(str::to_owned);
    recorded.chain(who::actor(event)).collect()
}

/// ARNs and names of what was acted on.
pub(super) fn resources(event: &Event) -> Vec<String> {
    let mut resources = targets(event);
    let [region, account] = [event.region(), event.account()].map(Option::unwrap_or_default);
    let mut arns: Vec<String> = event.resource_arns().map(str::to_owned).collect();
    for name in &resources {
        let kind = match name.split_once('-') {
            Some(("sg", _)) => "security-group",
            Some(("i", _)) => "instance",
            _ => continue,
        };
        arns.push(format!("arn:aws:ec2:{region}:{account}:{kind}/{name}"));
    }
    let service = services::short_name(event.source().unwrap_or_default());
    for (owner, key, kind) in [
        ("s3", "bucketName", "s3:::".to_owned()),
        ("iam", "userName", format!("iam::{account}:user/")),
        ("iam", "roleName", format!("iam::{account}:role/")),
    ] {
        let name = event.request(&[key]).filter(|_| service == owner);
        arns.extend(name.map(|name| format!("arn:aws:{kind}{name}")));
    }
    resources.extend(arns);
    resources
}

/// What was acted on, in a line; the same for events that are alike.
pub fn target(event: &Event) -> Option<String> {
    let mut targets = targets(event);
    targets.truncate(TARGETS);
    (!targets.is_empty()).then(|| targets.join(", "))
}

/// The names, ids and ARNs in the request, else in the answer.
fn targets(event: &Event) -> Vec<String> {
    if event.name() == Some("ConsoleLogin") {
        return who::actor(event).into_iter().collect();
    }
    let parts = ["requestParameters", "responseElements"];
    let parts = parts.into_iter().filter_map(|part| event.json().get(part));
    let named = parts.map(names).find(|names| !names.is_empty());
    let mut named = named.unwrap_or_default();
    // a security group that is made has no id in the request
    let group = event.response(&["groupId"]).map(str::to_owned);
    named.extend(group.filter(|group| !named.contains(group)));
    named
}

/// Each once, subjects first, then what stands higher.
fn names(part: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect("", part, 0, &mut found);
    found.sort();
    let mut seen = HashSet::new();
    let names = found.into_iter().map(|(.., name)| name);
    names.filter(|name| seen.insert(name.clone())).collect()
}

/// Depth, key and value of every text under a naming key; what is no subject lies deeper than all that are.
fn collect<'v>(
    key: &'v str,
    value: &'v Value,
    depth: usize,
    found: &mut Vec<(usize, &'v str, String)>,
) {
    match value {
        Value::Object(fields) if depth < DEPTH => {
            for (name, inner) in fields {
                // lists of EC2 stand under `items`, below what they are of
                let name = if name == "items" { key } else { name };
                collect(name, inner, depth + 1, found);
            }
        }
        Value::Array(items) if depth < DEPTH => {
            for inner in items {
                collect(key, inner, depth + 1, found);
            }
        }
        Value::String(text) if !text.is_empty() => {
            let folded = key.to_ascii_lowercase();
            if SUBJECTS.contains(&key) {
                found.push((depth, key, text.clone()));
            } else if NAMING.iter().any(|end| folded.ends_with(end)) {
                found.push((depth + DEPTH, key, text.clone()));
            }
        }
        _ => {}
    }
}
