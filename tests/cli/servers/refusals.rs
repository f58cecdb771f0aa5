//! What the server refuses by itself: credentials, Regions, and more calls than the quota; and how long it takes.

use std::time::Duration;

use aws_sdk_cloudtrail::error::ProvideErrorMetadata;
use aws_sdk_cloudtrail::types::{EventCategory, LookupAttributeKey};
use trailhunt::clock;

use super::{attribute, by, client, client_with_key, refused};
use crate::support::lookup_server::{LookupServer, Outcome, Quota, RegionState};
use crate::support::records;

#[tokio::test]
async fn credentials_are_known_unknown_or_expired() {
    let server = LookupServer::builder()
        .access_key("AKIARESPONDER0000000")
        .expired_key("ASIAOLD0000000000000")
        .start();
    let lookup = |id| client_with_key(&server, "us-east-1", id).lookup_events();
    assert!(lookup("AKIARESPONDER0000000").send().await.is_ok());
    let unknown = refused(lookup("AKIAUNKNOWN000000000")).await;
    assert_eq!(unknown.as_deref(), Some("UnrecognizedClientException"));
    let expired = refused(lookup("ASIAOLD0000000000000")).await;
    assert_eq!(expired.as_deref(), Some("ExpiredTokenException"));
}

#[tokio::test]
async fn a_region_may_be_denied_or_not_opted_in_while_others_answer() {
    let server = LookupServer::builder()
        .region("us-east-1", RegionState::Denied)
        .region("ap-east-1", RegionState::NotOptedIn)
        .start();
    let denied = client(&server, "us-east-1")
        .lookup_events()
        .send()
        .await
        .unwrap_err();
    assert_eq!(denied.code(), Some("AccessDeniedException"));
    assert!(
        denied
            .message()
            .unwrap()
            .contains("explicit deny in a service control policy")
    );
    let off = refused(client(&server, "ap-east-1").lookup_events()).await;
    assert_eq!(off.as_deref(), Some("UnrecognizedClientException"));
    assert!(
        client(&server, "eu-west-1")
            .lookup_events()
            .send()
            .await
            .is_ok()
    );
    let outcomes: Vec<_> = server.calls().iter().map(|call| call.outcome).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Refused("AccessDeniedException"),
            Outcome::Refused("UnrecognizedClientException"),
            Outcome::Served(0),
        ]
    );
}

#[tokio::test]
async fn parameters_that_an_sdk_lets_pass_are_refused() {
    let server = LookupServer::builder().quota(Quota::NONE).start();
    let client = client(&server, "us-east-1");
    let two = by(&client, LookupAttributeKey::EventName, "x")
        .lookup_attributes(attribute(LookupAttributeKey::ReadOnly, "true"));
    for (lookup, code) in [
        (two, "InvalidLookupAttributesException"),
        (
            by(&client, "eventName".into(), "x"),
            "InvalidLookupAttributesException",
        ),
        (
            client.lookup_events().max_results(51),
            "InvalidMaxResultsException",
        ),
        (
            client
                .lookup_events()
                .event_category(EventCategory::from("management")),
            "InvalidEventCategoryException",
        ),
    ] {
        assert_eq!(refused(lookup).await.as_deref(), Some(code));
    }
}

#[tokio::test]
async fn each_region_throttles_by_itself() {
    let server = LookupServer::builder()
        // no refill while the test runs
        .quota(Quota {
            per_second: 0.0,
            burst: 2.0,
        })
        .start();
    let [east, west] = ["us-east-1", "us-west-2"].map(|region| client(&server, region));
    for _ in 0..2 {
        assert!(east.lookup_events().send().await.is_ok());
    }
    let throttled = east.lookup_events().send().await.unwrap_err();
    assert_eq!(throttled.code(), Some("ThrottlingException"));
    assert_eq!(throttled.raw_response().unwrap().status().as_u16(), 400);
    assert!(west.lookup_events().send().await.is_ok());

    let outcomes: Vec<_> = server
        .calls_in("us-east-1")
        .iter()
        .map(|call| call.outcome)
        .collect();
    assert_eq!(
        outcomes,
        [Outcome::Served(0), Outcome::Served(0), Outcome::Throttled]
    );
}

#[tokio::test]
async fn a_throttled_region_answers_again_when_its_quota_has_refilled() {
    let server = LookupServer::builder()
        .quota(Quota {
            per_second: 20.0,
            burst: 1.0,
        })
        .start();
    let client = client(&server, "us-east-1");
    let mut pages = 0;
    while pages < 3 {
        match client.lookup_events().send().await {
            Ok(_) => pages += 1,
            Err(error) => assert_eq!(error.code(), Some("ThrottlingException")),
        }
    }
    let calls = server.calls();
    let last = calls.last().unwrap().at.abs_diff(calls[0].at);
    assert!(last >= Duration::from_millis(95), "{last:?}");
}

#[tokio::test]
async fn slow_answers_are_slow_side_by_side() {
    let latency = Duration::from_millis(200);
    let server = LookupServer::builder()
        .records(records::series("us-east-1", 1))
        .quota(Quota::NONE)
        .latency(latency)
        .region_latency("eu-west-1", 2 * latency)
        .start();
    let [usual, slower] = ["us-east-1", "eu-west-1"].map(|region| client(&server, region));
    let start = clock::monotonic();
    slower.lookup_events().send().await.unwrap();
    assert!(start.elapsed() >= 2 * latency);

    let start = clock::monotonic();
    let lookups: tokio::task::JoinSet<_> = (0..10).map(|_| usual.lookup_events().send()).collect();
    for answer in lookups.join_all().await {
        assert_eq!(answer.unwrap().events().len(), 1);
    }
    let took = start.elapsed();
    assert!(latency <= took && took < 10 * latency, "{took:?}");
}
