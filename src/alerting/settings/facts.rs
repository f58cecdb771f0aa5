//! Who acted, on what and by which call, in the words that settings may use: those of `formatter.py`.

use serde_json::Value;

use crate::event::path::text_of;
use crate::event::{Event, services, who};

/// The ends of names under which a request or an answer says what it is about.
const NAMING: [&str; 5] = ["name", "id", "ids", "arn", "identifier"];
/// Whoever or whatever is acted on comes first.
const FIRST: [&str; 6] = [
    "username",
    "rolename",
    "groupname",
    "groupid",
    "instanceid",
    "bucketname",
];
/// What stands deeper is no name of the whole.
const DEPTH: usize = 5;
/// So many of them are told.
const TARGETS: usize = 3;

/// Whether CloudTrail says that the call only read.
pub fn is_read_only(event: &Event) -> bool {
    let said = event.json().get("readOnly");
    said.is_some_and(|said| text_of(said) == "true")
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
    let said = [
        identity.arn(),
        identity.user_name(),
        identity.principal_id(),
        issuer,
        issuer.and_then(|arn| arn.rsplit('/').next()),
    ];
    let said = said.into_iter().flatten().map(str::to_owned);
    said.chain(who::actor(event)).collect()
}

/// ARNs and names of what was acted on.
pub(super) fn resources(event: &Event) -> Vec<String> {
    let mut resources = targets(event);
    resources.extend(event.resource_arns().map(str::to_owned));
    let place = [event.region(), event.account()].map(Option::unwrap_or_default);
    let arns: Vec<String> = resources
        .iter()
        .filter_map(|name| {
            let kind = match name.split_once('-')? {
                ("sg", _) => "security-group",
                ("i", _) => "instance",
                _ => return None,
            };
            Some(format!("arn:aws:ec2:{}:{kind}/{name}", place.join(":")))
        })
        .collect();
    resources.extend(arns);
    let bucket = event.request(&["bucketName"]);
    resources.extend(bucket.map(|bucket| format!("arn:aws:s3:::{bucket}")));
    resources
}

/// What was acted on, in a line; the same for events that are alike.
pub fn target(event: &Event) -> Option<String> {
    Some(targets(event).join(", ")).filter(|target| !target.is_empty())
}

/// The first names, ids and ARNs in the request, else in the answer, else among the resources.
fn targets(event: &Event) -> Vec<String> {
    if event.name() == Some("ConsoleLogin") {
        return who::actor(event).into_iter().collect();
    }
    let parts = ["requestParameters", "responseElements"];
    let parts = parts.into_iter().filter_map(|part| event.json().get(part));
    let named = parts.map(names).find(|names| !names.is_empty());
    named.unwrap_or_else(|| event.resource_arns().take(1).map(str::to_owned).collect())
}

fn names(part: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect("", part, 0, &mut found);
    found.sort();
    let mut names: Vec<String> = Vec::new();
    for (.., name) in found {
        if !names.contains(&name) && names.len() < TARGETS {
            names.push(name);
        }
    }
    names
}

/// Rank, depth, key and value of every text under a naming key.
fn collect(
    key: &str,
    value: &Value,
    depth: usize,
    found: &mut Vec<(usize, usize, String, String)>,
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
            let key = key.to_lowercase();
            if NAMING.iter().any(|end| key.ends_with(end)) {
                let rank = FIRST.iter().position(|first| *first == key);
                found.push((rank.unwrap_or(FIRST.len()), depth, key, text.clone()));
            }
        }
        _ => {}
    }
}
