//! The home stack: bus, rules, queues, formatter, and who is told.

use aws_sdk_cloudformation::types::StackResourceSummary;
use aws_sdk_lambda::primitives::Blob;
use serde_json::Value;

use super::rules::DEFAULT_BUS;
use super::{MEND, StatusNotes, rules, stack, subscriptions};
use crate::alerting::names::{
    ALERTS_TOPIC, BUS, CHAT_TOPIC, DEAD_LETTERS, FORMATTER, HOME_STACK, QUEUE,
};
use crate::alerting::queues;
use crate::alerting::stacks::Stack;
use crate::alerting::survey::Survey;
use crate::aws::errors::error_message;
use crate::report::alerting::status::{Formatter, HomeStatus, Subscription, SubscriptionState};

/// What a webhook that works says.
const WORKS: &str = "ok";
/// What one says that nobody asked for.
const NOT_SET: &str = "not set";

/// Looks at the home stack.
pub async fn look(survey: &Survey) -> (HomeStatus, StatusNotes) {
    let region = &survey.home;
    let mut notes = StatusNotes::of(region);
    let mut status = HomeStatus {
        region: region.clone(),
        ..HomeStatus::default()
    };
    match &survey.home_stack {
        Err(why) => {
            notes.unread("home stack", why);
            return (status, notes);
        }
        Ok(standing) => {
            let stack = standing.deployed();
            status.stack.status = stack.map(|stack| stack.status.clone());
            if notes.stack("home stack", standing).is_none() {
                notes.attention(
                    "there is no home stack that works: nothing is told",
                    "run deploy-alerts, with --region where home was elsewhere",
                );
                return (status, notes);
            }
        }
    }
    let aws = &survey.aws;
    let cloudformation = aws.cloudformation(region);
    let resources = stack::resources(&cloudformation, HOME_STACK).await;
    let events = aws.eventbridge(region);
    let of_resources = async {
        let resources = resources.as_ref().map_err(String::clone)?;
        Ok::<_, String>(tokio::join!(
            rules::look(&events, resources, &[DEFAULT_BUS, BUS], None),
            reads_queue(survey, resources),
            who_is_told(survey, resources),
        ))
    };
    let (drifted, of_resources, bus, waiting, dead_letters, formatter) = tokio::join!(
        stack::drifted(&cloudformation, HOME_STACK),
        of_resources,
        has_bus(survey),
        queues::depth(aws, region, QUEUE),
        queues::depth(aws, region, DEAD_LETTERS),
        ask_formatter(survey),
    );
    status.stack.drifted = notes.drifted("home stack", drifted);
    status.bus = notes.read("bus", bus);
    status.waiting = notes.read("queue", waiting).flatten();
    status.dead_letters = notes.dead_letters(DEAD_LETTERS, dead_letters);
    status.formatter = formatter.map_err(|problem| problem.note(&mut notes)).ok();
    if let Some((rules, reads, subscriptions)) =
        notes.read("resources of the home stack", of_resources)
    {
        status.rules = notes.rules(rules);
        status.reads_queue = notes.read("event source mapping", reads);
        status.subscriptions = notes
            .read("subscriptions", subscriptions)
            .unwrap_or_default();
    }
    judge(&status, &mut notes);
    (status, notes)
}

/// What of the home stack needs attention, besides what was noted on the way.
fn judge(status: &HomeStatus, notes: &mut StatusNotes) {
    if status.bus == Some(false) {
        notes.attention(format!("bus {BUS} is gone: nothing is told"), MEND);
    }
    if status.reads_queue == Some(false) {
        notes.attention(
            format!("{FORMATTER} is not handed what comes into queue {QUEUE}: nothing is told"),
            MEND,
        );
    }
    for one in &status.subscriptions {
        let (who, topic) = (&one.endpoint, &one.topic);
        match one.state {
            SubscriptionState::Confirmed => {}
            SubscriptionState::Pending => notes.attention(
                format!("{who} has not confirmed the subscription to {topic}"),
                "follow the link in the mail \"AWS Notification - Subscription Confirmation\"; after two days it is \
                 void: run deploy-alerts without the address, then with it",
            ),
            SubscriptionState::Vanished => notes.attention(
                format!("{who} is no longer subscribed to {topic}"),
                "ask who ended it; run deploy-alerts without the address, then with it",
            ),
        }
    }
    let Some(formatter) = &status.formatter else {
        return;
    };
    for reason in &formatter.suppressions.expired {
        notes.attention(
            format!("a suppression has expired: {reason}"),
            "take it out of the settings file, or give it another date, and run deploy-alerts",
        );
    }
    let webhooks = [
        ("Slack", &formatter.webhooks.slack),
        ("webhook", &formatter.webhooks.webhook),
    ];
    for (name, state) in &webhooks {
        if ![WORKS, NOT_SET, ""].contains(&state.as_str()) {
            let what = format!("{name} could not be told: {state}");
            notes.attention(what, "see that the URL in its SSM parameter is right");
        }
    }
    let is_told = |one: &Subscription| {
        one.state == SubscriptionState::Confirmed
            && [ALERTS_TOPIC, CHAT_TOPIC].contains(&one.topic.as_str())
    };
    let has_webhook = webhooks.iter().any(|(_, state)| *state == WORKS);
    if !(has_webhook || status.subscriptions.iter().any(is_told)) {
        notes.attention(
            "nobody is told: no confirmed subscription, and no webhook",
            "confirm a subscription, or run deploy-alerts with another recipient",
        );
    }
}

async fn has_bus(survey: &Survey) -> Result<bool, String> {
    let events = survey.aws.eventbridge(&survey.home);
    match events.describe_event_bus().name(BUS).send().await {
        Ok(_) => Ok(true),
        Err(error) => {
            let error = error.into_service_error();
            if error.is_resource_not_found_exception() {
                return Ok(false);
            }
            Err(error_message(error))
        }
    }
}

/// Whether every event source mapping of the stack is there and enabled.
async fn reads_queue(survey: &Survey, resources: &[StackResourceSummary]) -> Result<bool, String> {
    let lambda = survey.aws.lambda(&survey.home);
    for (_, uuid) in stack::of_type(resources, "AWS::Lambda::EventSourceMapping") {
        let state = match lambda.get_event_source_mapping().uuid(uuid).send().await {
            Ok(mapping) => mapping.state.unwrap_or_default(),
            Err(error) => {
                let error = error.into_service_error();
                if error.is_resource_not_found_exception() {
                    return Ok(false);
                }
                return Err(error_message(error));
            }
        };
        if ["Disabled", "Disabling", "Deleting"].contains(&state.as_str()) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn who_is_told(
    survey: &Survey,
    resources: &[StackResourceSummary],
) -> Result<Vec<Subscription>, String> {
    let (aws, region) = (&survey.aws, &survey.home);
    let body = Stack::new(aws, region, HOME_STACK).template().await?;
    let template: Value = serde_json::from_str(&body)
        .map_err(|error| format!("the template of the home stack is no JSON: {error}"))?;
    subscriptions::look(aws, region, resources, &template).await
}

/// Why the formatter says nothing of itself.
enum FormatterError {
    /// It was called, and failed.
    Fails(String),
    /// It is not there.
    Gone,
    /// It could not be called.
    Unread(String),
}

impl FormatterError {
    fn note(self, notes: &mut StatusNotes) {
        match self {
            Self::Fails(why) => notes.attention(
                format!("{FORMATTER} fails: {why}"),
                "its log group says more; a new version of trailhunt, or deploy-alerts again, may mend it",
            ),
            Self::Gone => notes.attention(format!("{FORMATTER} is gone: nothing is told"), MEND),
            Self::Unread(why) => notes.unread(FORMATTER, why),
        }
    }
}

async fn ask_formatter(survey: &Survey) -> Result<Formatter, FormatterError> {
    let lambda = survey.aws.lambda(&survey.home);
    let request = lambda.invoke().function_name(FORMATTER);
    let request = request.payload(Blob::new(r#"{"trailhunt":"status"}"#));
    let answer = request.send().await.map_err(|error| {
        let error = error.into_service_error();
        if error.is_resource_not_found_exception() {
            FormatterError::Gone
        } else {
            FormatterError::Unread(error_message(error))
        }
    })?;
    let payload = answer.payload.map(Blob::into_inner).unwrap_or_default();
    if answer.function_error.is_some() {
        let error: Value = serde_json::from_slice(&payload).unwrap_or_default();
        let message = error["errorMessage"].as_str();
        let message = message.unwrap_or("it does not say why").to_owned();
        return Err(FormatterError::Fails(message));
    }
    serde_json::from_slice(&payload)
        .map_err(|error| FormatterError::Fails(format!("its answer is not understood: {error}")))
}
