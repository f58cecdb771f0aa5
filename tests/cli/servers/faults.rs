//! Scripted failures, as an SDK sees them.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::error::{ProvideErrorMetadata, SdkError};

use super::{client, refused};
use crate::support::lookup_server::{Fault, LookupServer, Outcome, Quota, Rule};
use crate::support::records;

/// A server of 60 events, two pages, in us-east-1.
fn server(rule: Rule) -> (LookupServer, Client) {
    let server = LookupServer::builder()
        .records(records::series("us-east-1", 60))
        .quota(Quota::NONE)
        .fault(rule)
        .start();
    let client = client(&server, "us-east-1");
    (server, client)
}

#[tokio::test]
async fn errors_come_on_the_scripted_calls_only() {
    for (fault, code, status, outcome) in [
        (
            Fault::Throttle,
            "ThrottlingException",
            400,
            Outcome::Throttled,
        ),
        (
            Fault::InternalServerError,
            "InternalServerError",
            500,
            Outcome::Refused("InternalServerError"),
        ),
        (
            Fault::ServiceUnavailable,
            "ServiceUnavailable",
            503,
            Outcome::Refused("ServiceUnavailable"),
        ),
        (
            Fault::ExpireCredentials,
            "ExpiredTokenException",
            400,
            Outcome::Refused("ExpiredTokenException"),
        ),
    ] {
        let (server, client) = server(Rule::nth(2, fault));
        assert!(client.lookup_events().send().await.is_ok());
        let error = client.lookup_events().send().await.unwrap_err();
        assert_eq!(error.code(), Some(code));
        assert_eq!(error.raw_response().unwrap().status().as_u16(), status);
        assert!(client.lookup_events().send().await.is_ok());
        assert_eq!(server.calls()[1].outcome, outcome);
    }
}

#[tokio::test]
async fn a_right_token_may_be_refused_once_or_for_good() {
    for (rule, refusals) in [
        (Rule::nth(1, Fault::RefuseToken).with_token(), 1),
        (Rule::always(Fault::RefuseToken).with_token().times(3), 3),
    ] {
        let (_server, client) = server(rule);
        let first = client.lookup_events().send().await.unwrap();
        let next = || {
            client
                .lookup_events()
                .set_next_token(first.next_token.clone())
        };
        for _ in 0..refusals {
            let code = refused(next()).await;
            assert_eq!(code.as_deref(), Some("InvalidNextTokenException"));
        }
        assert_eq!(next().send().await.unwrap().events().len(), 10);
    }
}

#[tokio::test]
async fn a_connection_may_end_before_or_within_the_answer() {
    for fault in [Fault::Drop, Fault::DropMidBody] {
        let (server, client) = server(Rule::every(2, fault));
        for _ in 0..2 {
            assert_eq!(
                client.lookup_events().send().await.unwrap().events().len(),
                50
            );
            let error = client.lookup_events().send().await.unwrap_err();
            let broken = match fault {
                Fault::Drop => matches!(error, SdkError::DispatchFailure(_)),
                _ => matches!(error, SdkError::ResponseError(_)),
            };
            assert!(broken, "{error:?}");
        }
        assert_eq!(server.calls()[3].outcome, Outcome::Broken(fault));
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_holds_up_neither_other_calls_nor_the_end() {
    let (server, client) = server(Rule::always(Fault::Hang).in_region("us-east-1"));
    let hanging = tokio::spawn(client.lookup_events().send());
    while server.calls().is_empty() {
        tokio::task::yield_now().await;
    }
    let other = super::client(&server, "eu-west-1");
    assert!(other.lookup_events().send().await.is_ok());
    assert!(!hanging.is_finished());
    drop(server);
    let error = hanging.await.unwrap().unwrap_err();
    assert!(matches!(error, SdkError::DispatchFailure(_)), "{error:?}");
}

#[tokio::test]
async fn a_body_or_a_record_in_it_may_be_no_json() {
    let (_malformed, client) = server(Rule::nth(1, Fault::MalformedBody));
    assert_eq!(refused(client.lookup_events()).await, None);

    let (_unreadable, client) = server(Rule::nth(1, Fault::UnreadableRecord));
    let page = client.lookup_events().send().await.unwrap();
    let readable = page.events().iter().filter(|event| {
        let text = event.cloud_trail_event().unwrap();
        serde_json::from_str::<serde_json::Value>(text).is_ok()
    });
    assert_eq!((page.events().len(), readable.count()), (50, 49));
}

#[tokio::test]
async fn a_page_may_be_empty_and_not_the_last() {
    let (server, client) = server(Rule::nth(2, Fault::EmptyPage));
    let events = super::all(client.lookup_events()).await;
    assert_eq!(events.len(), 60);
    assert_eq!(server.calls().len(), 3);
}
