//! Who is told: the e-mail subscriptions, with their filters.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::alerting::options::AlertingOptions;
use crate::report::Level;

/// What alerts are told as, the least first; what is informational is told as low.
const SEVERITIES: [(Level, &str); 4] = [
    (Level::Low, "low"),
    (Level::Medium, "medium"),
    (Level::High, "high"),
    (Level::Critical, "critical"),
];

pub fn resources(options: &AlertingOptions) -> Map<String, Value> {
    let mut resources = Map::new();
    for email in &options.emails {
        let filter = json!({"severity": severities(options)});
        let id = format!("Email{}", fingerprint(email));
        resources.insert(id, subscription("AlertsTopic", email, Some(&filter)));
        let id = format!("OperationsEmail{}", fingerprint(email));
        resources.insert(id, subscription("OperationsTopic", email, None));
    }
    for (email, departments) in departments(options) {
        let filter = json!({"severity": severities(options), "department": departments});
        let id = format!("Email{}", fingerprint(email));
        resources.insert(id, subscription("AlertsTopic", email, Some(&filter)));
    }
    resources
}

/// What goes out at once, by the attribute `severity` of a message, with what is never held back.
pub(super) fn severities(options: &AlertingOptions) -> Vec<&'static str> {
    let severities = SEVERITIES
        .iter()
        .filter(|(level, _)| *level >= options.settings.severity);
    severities
        .map(|(_, name)| *name)
        .chain(["digest", "storm"])
        .collect()
}

/// Addresses that hear of departments only: SNS takes an address once for a topic, so one that hears of everything is
/// not among them, and one of several departments stands once.
fn departments(options: &AlertingOptions) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut departments: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for route in &options.settings.routes {
        for email in &route.emails {
            if !options.emails.contains(email) {
                departments.entry(email).or_default().insert(&route.name);
            }
        }
    }
    departments
}

fn subscription(topic: &str, email: &str, filter: Option<&Value>) -> Value {
    let mut properties =
        json!({"TopicArn": {"Ref": topic}, "Protocol": "email", "Endpoint": email});
    if let Some(filter) = filter {
        properties["FilterPolicy"] = filter.clone();
    }
    json!({"Type": "AWS::SNS::Subscription", "Properties": properties})
}

/// An address as a part of a resource's name, which has no room for its characters (FNV-1a, 64 bits).
fn fingerprint(address: &str) -> String {
    let hash = address
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}
