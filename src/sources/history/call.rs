//! One LookupEvents call, and what its answer means for whoever made it.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::lookup_events::LookupEventsOutput;
use aws_sdk_cloudtrail::primitives::DateTime as SdkTime;
use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};

use super::slice::Slice;
use crate::aws::errors::CallError;
use crate::event::time::Time;

/// The most that one call returns (facts: A2).
const PAGE_SIZE: i32 = 50;

/// One page, newest event first.
#[derive(Debug)]
pub struct EventPage {
    /// Each event's record as delivered (the decoded `CloudTrailEvent`).
    pub records: Vec<String>,
    pub oldest: Option<Time>,
    pub token: Option<String>,
}

/// Why there is no page (facts: A9).
#[derive(Debug, PartialEq, Eq)]
pub enum LookupError {
    /// Over the quota: later.
    Throttled,
    /// A server error, a dropped connection, an unreadable answer, a timeout: perhaps not next time.
    Passing(String),
    /// The token does not lead on.
    Token,
    /// The identity may not look here.
    Denied(String),
    /// The Region does not know these credentials; after STS did, that means it is not enabled.
    NotEnabled(String),
    /// The credentials expired on the way.
    Expired(String),
    /// Where the credentials come from gave none, so that nothing was sent: perhaps next time.
    NoCredentials(String),
    /// The question itself was refused.
    Rejected(String),
}

/// Asks for the next page of `slice`.
///
/// # Errors
/// [`LookupError`] says what the answer means.
pub async fn next_page(client: &Client, slice: &Slice) -> Result<EventPage, LookupError> {
    let attribute = match &slice.lookup.attribute {
        Some((attribute, value)) => Some(
            LookupAttribute::builder()
                .attribute_key(LookupAttributeKey::from(attribute.into_str()))
                .attribute_value(value)
                .build()
                .map_err(|error| LookupError::Rejected(error.to_string()))?,
        ),
        None => None,
    };
    let answer = client
        .lookup_events()
        .set_lookup_attributes(attribute.map(|attribute| vec![attribute]))
        .start_time(SdkTime::from_secs(slice.since.timestamp()))
        .end_time(SdkTime::from_secs(slice.until.timestamp()))
        .max_results(PAGE_SIZE)
        .set_next_token(slice.token.clone())
        .send()
        .await;
    match answer {
        Ok(output) => Ok(page(output)),
        Err(error) => Err(meaning(&CallError::of(&error))),
    }
}

fn page(output: LookupEventsOutput) -> EventPage {
    let events = output.events.unwrap_or_default();
    let oldest = events
        .iter()
        .filter_map(|event| event.event_time)
        .map(|time| time.secs())
        .min()
        .and_then(Time::of_unix);
    let records = events
        .into_iter()
        .map(|event| event.cloud_trail_event.unwrap_or_default())
        .collect();
    EventPage {
        records,
        oldest,
        token: output.next_token.filter(|token| !token.is_empty()),
    }
}

fn meaning(error: &CallError) -> LookupError {
    let full = error.to_string();
    let Some(code) = &error.code else {
        return if error.is_about_credentials() {
            LookupError::NoCredentials(full)
        } else {
            LookupError::Passing(full)
        };
    };
    match code.as_str() {
        "ThrottlingException"
        | "Throttling"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "SlowDown" => LookupError::Throttled,
        "InvalidNextTokenException" => LookupError::Token,
        "AccessDeniedException" | "AccessDenied" | "OptInRequired" => LookupError::Denied(full),
        "UnrecognizedClientException" | "InvalidClientTokenId" => LookupError::NotEnabled(full),
        "ExpiredTokenException" | "ExpiredToken" | "RequestExpired" => LookupError::Expired(full),
        "InvalidLookupAttributesException"
        | "InvalidTimeRangeException"
        | "InvalidMaxResultsException"
        | "InvalidEventCategoryException"
        | "UnsupportedOperationException"
        | "OperationNotPermittedException"
        | "ValidationException" => LookupError::Rejected(full),
        _ => LookupError::Passing(full),
    }
}
