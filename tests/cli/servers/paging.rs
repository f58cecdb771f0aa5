//! Pages: every record once, newest first, with tokens that are good for one lookup only.

use std::collections::HashSet;

use aws_sdk_cloudtrail::primitives::DateTime;
use serde_json::json;

use super::{all, client, ids, refused};
use crate::support::lookup_server::{LookupServer, Outcome, Quota};
use crate::support::records;

#[tokio::test]
async fn pages_hold_every_record_once_newest_first_and_byte_for_byte() {
    let Some(records) = records::invictus() else {
        return;
    };
    let server = LookupServer::builder()
        .records(records.clone())
        .quota(Quota::NONE)
        .start();
    let events = all(client(&server, "us-east-1").lookup_events()).await;

    let times: Vec<i64> = events
        .iter()
        .map(|event| event.event_time().unwrap().secs())
        .collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older));
    let texts: HashSet<&str> = events
        .iter()
        .filter_map(|event| event.cloud_trail_event())
        .collect();
    assert_eq!(texts, records.iter().map(String::as_str).collect());
    assert_eq!(events.len(), 2900);

    let calls = server.calls();
    assert_eq!(calls.len(), 58);
    assert!(calls.iter().all(|call| call.outcome == Outcome::Served(50)));
    let tokens: HashSet<_> = calls
        .iter()
        .map(|call| &call.parameters.next_token)
        .collect();
    assert_eq!(tokens.len(), calls.len());
    assert!(
        all(client(&server, "eu-west-1").lookup_events())
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn the_order_within_one_second_is_neither_that_of_the_ids_nor_of_the_file() {
    let records = (0..20).map(|n| records::record(&json!({"eventID": format!("id-{n:02}")})));
    let server = LookupServer::builder().records(records).start();
    let client = client(&server, "us-east-1");
    let events = all(client.lookup_events()).await;
    assert_eq!(events.len(), 20);
    assert!(!ids(&events).is_sorted());
    assert!(!ids(&events).iter().rev().is_sorted());
    assert_eq!(ids(&all(client.lookup_events()).await), ids(&events));
}

#[tokio::test]
async fn a_token_is_good_only_with_the_same_parameters_and_region() {
    let both = ["us-east-1", "eu-west-1"].map(|region| records::series(region, 30));
    let server = LookupServer::builder()
        .records(both.concat())
        .quota(Quota::NONE)
        .start();
    let [here, there] = ["us-east-1", "eu-west-1"].map(|region| client(&server, region));
    let first = here.lookup_events().max_results(10).send().await.unwrap();
    let token = first.next_token().unwrap();

    let again = |client: &aws_sdk_cloudtrail::Client| {
        client.lookup_events().max_results(10).next_token(token)
    };
    let second = again(&here).send().await.unwrap();
    assert_eq!(ids(second.events())[0], "us-east-1-19");
    // a page whose answer was lost can be asked for again
    assert_eq!(
        ids(again(&here).send().await.unwrap().events()),
        ids(second.events())
    );

    for other in [
        again(&here).max_results(11),
        again(&here).start_time(DateTime::from_secs(0)),
        again(&here).next_token(format!("{token}0")),
        again(&there),
    ] {
        let code = refused(other).await;
        assert_eq!(code.as_deref(), Some("InvalidNextTokenException"));
    }
    let last = server.calls().pop().unwrap();
    assert_eq!(last.outcome, Outcome::Refused("InvalidNextTokenException"));
    assert_eq!(last.region, "eu-west-1");
}

#[tokio::test]
async fn start_and_end_are_inclusive() {
    let server = LookupServer::builder()
        .records(records::series("us-east-1", 9))
        .start();
    let midnight = 1_688_947_200;
    let events = all(client(&server, "us-east-1")
        .lookup_events()
        .start_time(DateTime::from_secs(midnight + 3))
        .end_time(DateTime::from_secs(midnight + 5)))
    .await;
    assert_eq!(ids(&events), ["us-east-1-5", "us-east-1-4", "us-east-1-3"]);
}
