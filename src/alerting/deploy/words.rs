//! What is said about a deployment: what it costs, whom it tells from now on and whom no longer, and what is left for
//! people to do.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::alerting::names::{ALERTS_TOPIC, CHAT_TOPIC, OPERATIONS_TOPIC, TRAIL};
use crate::alerting::options::AlertingOptions;
use crate::aws::Aws;
use crate::aws::errors::error_message;
use crate::report::alerting::deploy::{Preflight, RecorderState, TrailState, TrailUse};

/// What it costs, as far as that can be said beforehand.
pub fn cost(preflight: &Preflight) -> Vec<String> {
    let regions = preflight.regions.len();
    let mut cost = vec![format!(
        "AWS's own events on default buses are free; those that {regions} Regions forward cost about 1 USD a million: \
         typically below 1 USD a month"
    )];
    if preflight.trail_use == TrailUse::Made {
        let is_first =
            preflight.trail.name.is_none() && preflight.trail.state == TrailState::NotSuitable;
        cost.push(if is_first {
            "the trail delivers the first copy of management events, which is free; its bucket is charged as storage"
                .to_owned()
        } else {
            "the new trail delivers a second copy of management events, which is charged: about 2 USD per 100,000 \
             events, and the storage of its bucket"
                .to_owned()
        });
    }
    cost
}

/// What to know of an account before anything is deployed to it.
pub fn notes(preflight: &Preflight) -> Vec<String> {
    let mut notes = Vec::new();
    if preflight.trail_use == TrailUse::None {
        notes.push(format!(
            "no trail is known to suit ({}): without one that is logging, no CloudTrail event reaches the alerts",
            preflight.trail.reason
        ));
    }
    // its stack does not change for that: CloudFormation does not see what was changed past it
    if preflight.trail_use == TrailUse::Ours && preflight.trail.state == TrailState::NotSuitable {
        notes.push(format!(
            "our own trail does not suit ({}), and deploying again does not mend that: until it does (aws cloudtrail \
             start-logging --name {TRAIL}), no CloudTrail event reaches the alerts",
            preflight.trail.reason
        ));
    }
    let of = |state| {
        let recorders = preflight.recorders.iter();
        let recorders = recorders.filter(move |recorder| recorder.state == state);
        let regions: Vec<_> = recorders.map(|recorder| recorder.region.as_str()).collect();
        regions
    };
    let silent = [of(RecorderState::None), of(RecorderState::Stopped)].concat();
    if !silent.is_empty() {
        notes.push(format!(
            "AWS Config does not record in {}: there are no compliance changes to alert on there, and no recorder is \
             made",
            places(&silent, preflight.regions.len())
        ));
    }
    let unseen = of(RecorderState::Unknown);
    if !unseen.is_empty() {
        notes.push(format!(
            "whether AWS Config records could not be looked at in {}",
            places(&unseen, preflight.regions.len())
        ));
    }
    notes
}

/// `eu-west-1, us-east-1`, or that it is all of them.
fn places(regions: &[&str], all: usize) -> String {
    if regions.len() == all {
        return format!("any of the {all} Regions");
    }
    regions.join(", ")
}

/// Whom the home stack tells, by its template: e-mail addresses, chats and webhooks.
pub fn recipients(body: &str) -> BTreeSet<String> {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let resources = &body["Resources"];
    let all = resources.as_object().into_iter().flatten();
    let subscriptions = all.filter(|(_, resource)| resource["Type"] == "AWS::SNS::Subscription");
    let addresses = subscriptions
        .filter_map(|(_, resource)| resource["Properties"]["Endpoint"].as_str())
        .map(str::to_owned);
    let variables = &resources["Formatter"]["Properties"]["Environment"]["Variables"];
    let webhooks = [
        ("Slack, by", "SLACK_PARAMETER"),
        ("the webhook of", "WEBHOOK_PARAMETER"),
    ];
    let webhooks = webhooks.into_iter().filter_map(|(what, variable)| {
        let name = variables[variable].as_str()?;
        (!name.is_empty()).then(|| format!("{what} {name}"))
    });
    let chat = resources["ChatTopic"].is_object();
    let chat = chat.then(|| "Amazon Q in chat".to_owned());
    addresses.chain(webhooks).chain(chat).collect()
}

/// In words, what of the settings does not hold any more: the flags of a run are all there is.
pub fn dropped_settings(before: &str, after: &str) -> Vec<String> {
    let [before, after] =
        [before, after].map(|text| serde_json::from_str::<Value>(text).unwrap_or_default());
    let mut dropped = Vec::new();
    if let (Some(old), Some(new)) = (before["severity"].as_str(), after["severity"].as_str())
        && old != new
    {
        dropped.push(format!(
            "at once is told what is {new} or worse, no longer {old}"
        ));
    }
    if before["work_hours"].is_object() && after["work_hours"].is_null() {
        dropped.push("work hours will NOT be looked at any more".to_owned());
    }
    let named = |settings: &Value, list: &str, name: &str| -> BTreeSet<String> {
        let entries = settings[list].as_array().into_iter().flatten();
        let names = entries.filter_map(|entry| entry[name].as_str());
        names.map(str::to_owned).collect()
    };
    let gone = |list, name| &named(&before, list, name) - &named(&after, list, name);
    let told_again = gone("suppress", "reason").into_iter();
    dropped.extend(told_again.map(|reason| format!("'{reason}' will NOT be suppressed any more")));
    let departments = gone("routes", "name").into_iter();
    dropped.extend(
        departments.map(|name| format!("department {name} will NOT be told apart any more")),
    );
    dropped
}

/// In words, who is told no longer, and who is told from now on.
pub fn recipient_changes(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<String> {
    let no_longer = before.difference(after);
    let no_longer = no_longer.map(|address| format!("{address} will NOT hear of alerts any more"));
    let from_now_on = after.difference(before);
    let from_now_on = from_now_on.map(|address| format!("{address} will hear of alerts"));
    no_longer.chain(from_now_on).collect()
}

/// What only people can do. Subscriptions are asked for: whether they are confirmed is nothing that a stack knows.
pub async fn todo(
    aws: &Aws,
    options: &AlertingOptions,
    partition: &str,
    account: &str,
) -> Vec<String> {
    let mut todo = Vec::new();
    let mut pending: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for topic in [ALERTS_TOPIC, OPERATIONS_TOPIC] {
        let arn = format!("arn:{partition}:sns:{}:{account}:{topic}", options.home);
        match unconfirmed_endpoints(aws, &options.home, &arn).await {
            Ok(addresses) => {
                for address in addresses {
                    pending.entry(address).or_default().push(topic);
                }
            }
            Err(why) => todo.push(format!(
                "find out whether the subscriptions of {topic} are confirmed: they could not be looked at ({why})"
            )),
        }
    }
    todo.extend(pending.into_iter().map(|(address, topics)| {
        format!(
            "{address}: follow the link in the mail from AWS Notifications, within 2 days, once for each of {}",
            topics.join(", ")
        )
    }));
    let parameters = [
        (
            &options.slack_webhook_parameter,
            "the URL of the Slack webhook",
        ),
        (
            &options.webhook_parameter,
            "the webhook's {\"url\": ..., \"secret\": ...}",
        ),
    ];
    for (name, what) in parameters {
        todo.extend(name.iter().map(|name| {
            format!(
                "see that the SSM SecureString {name} in {} holds {what}",
                options.home
            )
        }));
    }
    if options.chat {
        todo.push(format!(
            "add the topic {CHAT_TOPIC} to a channel in Amazon Q Developer in chat applications, by hand"
        ));
    }
    todo
}

/// Endpoints of a topic that have not confirmed.
async fn unconfirmed_endpoints(
    aws: &Aws,
    home: &str,
    topic: &str,
) -> Result<BTreeSet<String>, String> {
    let request = aws.sns(home).list_subscriptions_by_topic().topic_arn(topic);
    let mut pages = request.into_paginator().send();
    let mut pending = BTreeSet::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error_message)?;
        let found = page.subscriptions.unwrap_or_default().into_iter();
        pending.extend(found.filter_map(|subscription| {
            let arn = subscription.subscription_arn?;
            subscription
                .endpoint
                .filter(|_| arn == "PendingConfirmation")
        }));
    }
    Ok(pending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::alerting::deploy::{Recorder, TrailFound};

    #[test]
    fn whom_a_stack_tells_is_read_from_its_template() {
        let body = r#"{"Resources": {
            "EmailA": {"Type": "AWS::SNS::Subscription", "Properties": {"Endpoint": "a@example.com"}},
            "OperationsEmailA": {"Type": "AWS::SNS::Subscription", "Properties": {"Endpoint": "a@example.com"}},
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"Endpoint": "b@example.com"}},
            "ChatTopic": {"Type": "AWS::SNS::Topic"},
            "Formatter": {"Properties": {"Environment": {"Variables": {
                "SLACK_PARAMETER": "/slack", "WEBHOOK_PARAMETER": ""}}}}}}"#;
        let all = ["Amazon Q in chat", "Slack, by /slack", "a@example.com"];
        assert_eq!(recipients(body), all.map(str::to_owned).into());
        assert_eq!(recipients("no: JSON"), BTreeSet::new());
        let after = ["c@example.com".to_owned()].into();
        let expected = [
            "Amazon Q in chat will NOT hear of alerts any more",
            "Slack, by /slack will NOT hear of alerts any more",
            "a@example.com will NOT hear of alerts any more",
            "c@example.com will hear of alerts",
        ];
        assert_eq!(recipient_changes(&recipients(body), &after), expected);
        assert!(recipient_changes(&after, &after).is_empty());
    }

    #[test]
    fn what_a_run_drops_of_the_settings_is_said() {
        let before = r#"{"severity": "low", "work_hours": {"days": []}, "suppress": [{"reason": "Terraform"}],
            "routes": [{"name": "finance"}, {"name": "it"}]}"#;
        let after = r#"{"severity": "medium", "work_hours": null, "suppress": [], "routes": [{"name": "it"}]}"#;
        let expected = [
            "at once is told what is medium or worse, no longer low",
            "work hours will NOT be looked at any more",
            "'Terraform' will NOT be suppressed any more",
            "department finance will NOT be told apart any more",
        ];
        assert_eq!(dropped_settings(before, after), expected);
        assert!(dropped_settings(before, before).is_empty());
        assert!(dropped_settings("", after).is_empty());
    }

    fn preflight(used: TrailUse, name: Option<&str>) -> Preflight {
        let recorder = |region: &str, state| Recorder {
            region: region.to_owned(),
            state,
            reason: None,
        };
        Preflight {
            partition: "aws".to_owned(),
            regions: vec!["eu-west-1".to_owned(), "us-east-1".to_owned()],
            unwatched: Vec::new(),
            trail: TrailFound {
                state: TrailState::NotSuitable,
                name: name.map(str::to_owned),
                arn: None,
                reason: "a reason".to_owned(),
                is_name_taken: false,
            },
            trail_use: used,
            kept_bucket: None,
            recorders: vec![
                recorder("eu-west-1", RecorderState::Stopped),
                recorder("us-east-1", RecorderState::Unknown),
            ],
        }
    }

    #[test]
    fn a_second_copy_of_events_is_never_called_free() {
        let costs = |used, name| cost(&preflight(used, name)).join("\n");
        assert!(costs(TrailUse::Found, None).contains("2 Regions forward"));
        assert!(!costs(TrailUse::Found, None).contains("copy"));
        assert!(
            costs(TrailUse::Made, None).contains("first copy of management events, which is free")
        );
        assert!(costs(TrailUse::Made, Some("all")).contains("second copy"));
    }

    #[test]
    fn what_is_not_there_is_something_else_than_what_could_not_be_looked_at() {
        let notes = notes(&preflight(TrailUse::None, None));
        assert_eq!(notes.len(), 3, "{notes:?}");
        assert!(notes[0].contains("no trail is known to suit (a reason)"));
        let ours = super::notes(&preflight(TrailUse::Ours, None));
        assert!(
            ours[0].contains("start-logging --name trailhunt"),
            "{ours:?}"
        );
        assert!(
            notes[1].starts_with("AWS Config does not record in eu-west-1:"),
            "{notes:?}"
        );
        assert!(
            notes[2].ends_with("could not be looked at in us-east-1"),
            "{notes:?}"
        );
    }
}
