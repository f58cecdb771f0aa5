//! Who is subscribed to the topics, and who should be.

use aws_sdk_cloudformation::types::StackResourceSummary;
use serde_json::Value;

use super::stack::of_type;
use crate::aws::Aws;
use crate::aws::errors::error_message;
use crate::event::arn;
use crate::report::alerting::status::{Subscription, SubscriptionState};

/// What SNS says in place of the ARN of a subscription that was not confirmed.
const PENDING: &str = "PendingConfirmation";
/// What it says for some days of one that was removed.
const DELETED: &str = "Deleted";

/// Every subscription of the topics among `resources`, and those that `template` names and no topic has.
///
/// # Errors
/// Why it could not be looked.
pub async fn look(
    aws: &Aws,
    region: &str,
    resources: &[StackResourceSummary],
    template: &Value,
) -> Result<Vec<Subscription>, String> {
    let client = aws.sns(region);
    let mut subscriptions = Vec::new();
    for (logical, arn) in of_type(resources, "AWS::SNS::Topic") {
        let pages = client.list_subscriptions_by_topic().topic_arn(arn);
        let listed = pages.into_paginator().items().send();
        let listed = listed.collect::<Result<Vec<_>, _>>().await;
        let listed = listed.map_err(error_message)?;
        let mut wanted = template_subscriptions(template, logical);
        let topic = arn::name(arn);
        for one in listed {
            let state = match one.subscription_arn() {
                Some(DELETED) => continue,
                Some(PENDING) | None => SubscriptionState::Pending,
                Some(_) => SubscriptionState::Confirmed,
            };
            let endpoint = one.endpoint.unwrap_or_default();
            let before = wanted.len();
            // SNS tells addresses apart by case only before the @, and nobody else does
            wanted.retain(|(_, address)| !address.eq_ignore_ascii_case(&endpoint));
            subscriptions.push(Subscription {
                topic: topic.to_owned(),
                protocol: one.protocol.unwrap_or_default(),
                wanted: wanted.len() < before,
                endpoint,
                state,
            });
        }
        let vanished = wanted.into_iter();
        subscriptions.extend(vanished.map(|(protocol, endpoint)| Subscription {
            topic: topic.to_owned(),
            protocol,
            endpoint,
            state: SubscriptionState::Vanished,
            wanted: true,
        }));
    }
    let key = |one: &Subscription| {
        (
            one.topic.clone(),
            one.protocol.clone(),
            one.endpoint.clone(),
        )
    };
    subscriptions.sort_by_key(key);
    Ok(subscriptions)
}

/// Protocols and endpoints that `template` subscribes to its topic `logical`, each once.
fn template_subscriptions(template: &Value, logical: &str) -> Vec<(String, String)> {
    let resources = template["Resources"].as_object();
    let subscriptions = resources.into_iter().flatten().filter_map(|(_, resource)| {
        let properties = &resource["Properties"];
        let is_ours = resource["Type"] == "AWS::SNS::Subscription"
            && properties["TopicArn"]["Ref"] == logical;
        let text = |name: &str| properties[name].as_str().map(str::to_owned);
        is_ours.then_some((text("Protocol")?, text("Endpoint")?))
    });
    let mut wanted: Vec<(String, String)> = subscriptions.collect();
    wanted.sort();
    wanted.dedup();
    wanted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_template_names_whom_it_subscribes_to_each_topic() {
        let subscription = |topic: &str, endpoint: Value| {
            json!({"Type": "AWS::SNS::Subscription", "Properties": {
                "TopicArn": {"Ref": topic}, "Protocol": "email", "Endpoint": endpoint,
            }})
        };
        let template = json!({"Resources": {
            "A": subscription("Alerts", json!("b@example.com")),
            "B": subscription("Alerts", json!("a@example.com")),
            "C": subscription("Alerts", json!("a@example.com")),
            "D": subscription("Alerts", json!({"Ref": "Somebody"})),
            "E": subscription("Operations", json!("c@example.com")),
            "F": {"Type": "AWS::SNS::Topic"},
        }});
        let email = |address: &str| ("email".to_owned(), address.to_owned());
        let expected = [email("a@example.com"), email("b@example.com")];
        assert_eq!(template_subscriptions(&template, "Alerts"), expected);
        assert_eq!(template_subscriptions(&template, "F"), []);
        assert_eq!(template_subscriptions(&Value::Null, "Alerts"), []);
    }
}
