//! The queue that hears what is told: made for one test, subscribed to the topic of the alerts, and taken away again.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::alerting::names::ALERTS_TOPIC;
use crate::alerting::survey::Survey;
use crate::aws::errors::error_message;
use crate::event::time::Time;

/// What the names of all such queues begin with.
const PREFIX: &str = "trailhunt-alerts-test-";
/// Longest that SQS waits for a message.
const LONG_POLL: Duration = Duration::from_secs(20);

/// An open mailbox. It is not closed by being dropped.
#[derive(Debug)]
pub struct Mailbox {
    sqs: aws_sdk_sqs::Client,
    sns: aws_sdk_sns::Client,
    queue_url: String,
    /// None where it could not be subscribed.
    subscription_arn: Option<String>,
}

/// What a message tells: the document that subscribers of protocol SQS get, as far as a test reads it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AlertMessage {
    pub kind: String,
    pub region: Option<String>,
    /// Of the event: RFC 3339, or words where it had none.
    pub time: Option<String>,
    pub event: Option<String>,
    pub target: Option<String>,
    pub test_id: Option<String>,
    /// When SNS took it.
    #[serde(skip)]
    pub published: Option<Time>,
}

/// What SNS puts around a message.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "Message")]
    message: String,
    #[serde(rename = "Timestamp")]
    timestamp: Option<String>,
}

impl Mailbox {
    /// Makes the queue and subscribes it to alerts of `severities`.
    ///
    /// # Errors
    /// What could not be done, and why; what was made until then is taken away again.
    pub async fn open(survey: &Survey, test_id: &str, severities: &[&str]) -> Result<Self, String> {
        let (aws, home) = (&survey.aws, &survey.home);
        let name = format!("{PREFIX}{test_id}");
        let topic = survey.arn("sns", ALERTS_TOPIC);
        let queue = survey.arn("sqs", &name);
        let policy = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }]});
        let sqs = aws.sqs(home);
        // a message is read once: it stays out of sight for longer than any test takes
        let attributes = HashMap::from([
            (QueueAttributeName::Policy, policy.to_string()),
            (QueueAttributeName::VisibilityTimeout, "43200".to_owned()),
            (
                QueueAttributeName::MessageRetentionPeriod,
                "43200".to_owned(),
            ),
        ]);
        let made = sqs.create_queue().queue_name(&name);
        let made = made.set_attributes(Some(attributes)).send().await;
        let made = made.map_err(|error| format!("queue {name}: {}", error_message(error)))?;
        let mut mailbox = Self {
            sqs,
            sns: aws.sns(home),
            queue_url: made.queue_url.unwrap_or_default(),
            subscription_arn: None,
        };
        let filter = json!({ "severity": severities });
        let subscribed = mailbox.sns.subscribe().topic_arn(&topic).protocol("sqs");
        let subscribed = subscribed
            .endpoint(&queue)
            .attributes("FilterPolicy", filter.to_string())
            .return_subscription_arn(true)
            .send();
        match subscribed.await {
            Ok(answer) => mailbox.subscription_arn = answer.subscription_arn,
            Err(error) => {
                let why = format!(
                    "subscription to topic {ALERTS_TOPIC}: {}",
                    error_message(error)
                );
                let left = mailbox.close().await;
                return Err([vec![why], left].concat().join("; "));
            }
        }
        Ok(mailbox)
    }

    /// What has come, within `patience` or twenty seconds, whichever is less. What is no message of ours is left out.
    ///
    /// # Errors
    /// Why the queue cannot be read.
    pub async fn receive(&self, patience: Duration) -> Result<Vec<AlertMessage>, String> {
        let wait = patience.min(LONG_POLL).as_secs().max(1);
        let request = self.sqs.receive_message().queue_url(&self.queue_url);
        let request = request
            .max_number_of_messages(10)
            .wait_time_seconds(i32::try_from(wait).unwrap_or_default());
        let answer = request.send().await.map_err(error_message)?;
        let messages = answer.messages.into_iter().flatten();
        Ok(messages
            .filter_map(|message| read(&message.body?))
            .collect())
    }

    /// Takes subscription and queue away; what could not be taken away, and why.
    pub async fn close(self) -> Vec<String> {
        let mut left = Vec::new();
        if let Some(arn) = &self.subscription_arn
            && let Err(error) = self.sns.unsubscribe().subscription_arn(arn).send().await
        {
            left.push(format!("subscription {arn}: {}", error_message(error)));
        }
        let deleted = self.sqs.delete_queue().queue_url(&self.queue_url);
        if let Err(error) = deleted.send().await {
            let url = &self.queue_url;
            left.push(format!("queue {url}: {}", error_message(error)));
        }
        left
    }
}

/// Takes away what a test left that was cut off: queues, and their subscriptions. One test is run at a time.
///
/// # Errors
/// Why it could not be looked, or what could not be taken away.
pub async fn clear(survey: &Survey) -> Result<Vec<String>, String> {
    let (aws, home) = (&survey.aws, &survey.home);
    let (sqs, sns) = (aws.sqs(home), aws.sns(home));
    let mut cleared = Vec::new();
    let queues = sqs
        .list_queues()
        .queue_name_prefix(PREFIX)
        .max_results(1000);
    let queues = queues.send().await.map_err(error_message)?;
    for url in queues.queue_urls.into_iter().flatten() {
        match sqs.delete_queue().queue_url(&url).send().await {
            Ok(_) => cleared.push(url),
            Err(error) => {
                let error = error.into_service_error();
                // SQS lists a queue for a minute after it was deleted
                if !error.is_queue_does_not_exist() {
                    return Err(format!("queue {url}: {}", error_message(error)));
                }
            }
        }
    }
    let topic = survey.arn("sns", ALERTS_TOPIC);
    let listed = sns.list_subscriptions_by_topic().topic_arn(topic);
    let listed = listed.into_paginator().items().send();
    let listed = listed.collect::<Result<Vec<_>, _>>().await;
    let ours = survey.arn("sqs", PREFIX);
    for one in listed.map_err(error_message)? {
        let arn = one.subscription_arn.unwrap_or_default();
        // SNS lists one that was ended for some days, as "Deleted"
        let is_there = arn.starts_with("arn:");
        let is_ours = |endpoint: &str| endpoint.starts_with(&ours);
        if is_there && one.endpoint.as_deref().is_some_and(is_ours) {
            let ended = sns.unsubscribe().subscription_arn(&arn).send().await;
            ended.map_err(|error| format!("subscription {arn}: {}", error_message(error)))?;
            cleared.push(arn);
        }
    }
    Ok(cleared)
}

/// A message as it came; none for what is not the document of an alert.
fn read(body: &str) -> Option<AlertMessage> {
    let envelope: Envelope = serde_json::from_str(body).ok()?;
    let document: Value = serde_json::from_str(&envelope.message).ok()?;
    let message: AlertMessage = serde_json::from_value(document).ok()?;
    Some(AlertMessage {
        published: envelope.timestamp.and_then(|time| time.parse().ok()),
        ..message
    })
}
