//! The stack of a Region: EventBridge rules on its default bus, which forward to the bus in home, and their dead
//! letters. ARNs of home are built from names, so that one template fits every Region and account.

use serde_json::{Map, Value, json};

use super::{arn, queue, queue_policy, sub};
use crate::alerting::names::{
    BUS, FORWARDER_DEAD_LETTERS, FORWARDER_ROLE, RULE_PREFIX, SELF_TEST_SOURCE,
};
use crate::alerting::pack::EventRule;

pub fn document(rules: &[EventRule]) -> Value {
    let mut resources = Map::new();
    for EventRule {
        name,
        pattern,
        reads,
        ..
    } in rules
    {
        resources.insert(name.clone(), rule(name, pattern, *reads));
    }
    let self_test = json!({"source": [SELF_TEST_SOURCE]});
    resources.insert("SelfTest".to_owned(), rule("SelfTest", &self_test, false));
    let dead_letters = queue(FORWARDER_DEAD_LETTERS, json!({}));
    resources.insert("DeadLetters".to_owned(), dead_letters);
    let ours = sub(&format!(
        "arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:rule/{RULE_PREFIX}*"
    ));
    let policy = queue_policy("DeadLetters", "ArnLike", &ours);
    resources.insert("DeadLettersPolicy".to_owned(), policy);
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "trailhunt: rules of one Region, which forward events to the bus in home",
        "Parameters": {
            "HomeRegion": {
                "Type": "String",
                "AllowedPattern": "[a-z0-9-]+",
                "Description": "Region of the home stack"
            }
        },
        "Resources": resources
    })
}

/// EventBridge tries for a day, 185 times, unless told otherwise, and then it is a dead letter.
fn rule(name: &str, pattern: &Value, reads: bool) -> Value {
    let state = if reads {
        "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    } else {
        "ENABLED"
    };
    json!({
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Name": format!("{RULE_PREFIX}{name}"),
            "State": state,
            "EventPattern": pattern,
            "Targets": [{
                "Id": "home",
                "Arn": sub(&format!(
                    "arn:${{AWS::Partition}}:events:${{HomeRegion}}:${{AWS::AccountId}}:event-bus/{BUS}"
                )),
                "RoleArn": sub(&format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{FORWARDER_ROLE}")),
                "DeadLetterConfig": {"Arn": arn("DeadLetters")}
            }]
        }
    })
}
