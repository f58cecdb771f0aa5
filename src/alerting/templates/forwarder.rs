//! The stack of a Region: EventBridge rules on its default bus, which forward to the bus in home, and their dead
//! letters. `forwarder.json` has the rule of the self-test, which all others are made after. ARNs of home are built from
//! names, so that one template fits every Region and account.

use serde_json::{Value, json};

use super::embedded;
use crate::alerting::names::RULE_PREFIX;
use crate::alerting::pack::EventRule;

pub fn document(rules: &[EventRule]) -> Value {
    let mut document = embedded(include_str!("forwarder.json"));
    if let Some(resources) = document["Resources"].as_object_mut() {
        let others = std::mem::take(resources);
        for rule in rules {
            let resource = forwarding(others["SelfTest"].clone(), rule);
            resources.insert(rule.name.clone(), resource);
        }
        resources.extend(others);
    }
    document
}

/// `resource` as the rule that forwards what `rule` matches.
fn forwarding(mut resource: Value, rule: &EventRule) -> Value {
    let properties = &mut resource["Properties"];
    properties["Name"] = json!(format!("{RULE_PREFIX}{}", rule.name));
    if rule.reads {
        properties["State"] = json!("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
    }
    properties["EventPattern"] = rule.pattern.clone();
    resource
}
