//! What a record is found by, what is held at all, and what the summary of an event says.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::types::{Event, LookupAttributeKey as Key};
use serde_json::{Value, json};

use super::{all, by, client, ids};
use crate::support::lookup_server::{LookupServer, Quota};
use crate::support::records;

fn server(records: impl IntoIterator<Item = Value>) -> (LookupServer, Client) {
    let server = LookupServer::builder()
        .records(records.into_iter().map(|fields| records::record(&fields)))
        .quota(Quota::NONE)
        .start();
    let client = client(&server, "us-east-1");
    (server, client)
}

#[tokio::test]
async fn username_is_a_users_name_a_roles_session_name_or_root() {
    let identity = |id: &str, identity: Value| json!({"eventID": id, "userIdentity": identity});
    let (_server, client) = server([
        identity(
            "user",
            json!({"type": "IAMUser", "principalId": "AIDA1", "userName": "ana"}),
        ),
        identity(
            "role",
            json!({
                "type": "AssumedRole",
                "principalId": "AROA1:i-064d652934ecf0bfc",
                "sessionContext": {"sessionIssuer": {"userName": "node-role"}},
            }),
        ),
        identity(
            "federated",
            json!({"type": "FederatedUser", "principalId": "123456789012:eve"}),
        ),
        identity(
            "root",
            json!({"type": "Root", "principalId": "123456789012", "userName": "alias"}),
        ),
        identity(
            "service",
            json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}),
        ),
    ]);
    for (username, found) in [
        ("ana", &["user"][..]),
        ("i-064d652934ecf0bfc", &["role"]),
        ("eve", &["federated"]),
        ("root", &["root"]),
        ("node-role", &[]),
        ("alias", &[]),
        ("ec2.amazonaws.com", &[]),
    ] {
        let events = all(by(&client, Key::Username, username)).await;
        assert_eq!(ids(&events), found, "{username}");
        assert!(
            events
                .iter()
                .all(|event| event.username() == Some(username))
        );
    }
}

#[tokio::test]
async fn an_access_key_finds_what_it_signed_and_not_what_its_sessions_did() {
    let Some(records) = records::invictus() else {
        return;
    };
    let server = LookupServer::builder()
        .records(records)
        .quota(Quota::NONE)
        .start();
    let client = client(&server, "us-east-1");
    let (key, child) = ("AKIATFQR7NSC8Q4X20BJ", "ASIATFQR7NSCWLLE7IWW");
    let parents = all(by(&client, Key::AccessKeyId, key)).await;
    let children = all(by(&client, Key::AccessKeyId, child)).await;
    assert_eq!((parents.len(), children.len()), (2104, 29));
    let texts = || parents.iter().filter_map(Event::cloud_trail_event);
    // it was issued by one of the key's calls
    assert_eq!(texts().filter(|text| text.contains(child)).count(), 1);
}

#[tokio::test]
async fn the_other_attributes_match_whole_values_in_their_own_case() {
    let (_server, client) = server([
        json!({"eventID": "read"}),
        json!({
            "eventID": "write",
            "eventSource": "ec2.amazonaws.com",
            "eventName": "AuthorizeSecurityGroupIngress",
            "readOnly": false,
            "requestParameters": {"groupId": "sg-1"},
            "resources": [{"ARN": "arn:aws:kms:us-east-1:1:key/k", "type": "AWS::KMS::Key"}],
            "responseElements": {"instancesSet": {"items": [{"instanceId": "i-1"}]}},
        }),
    ]);
    for (key, value, found) in [
        (Key::EventId, "read", &["read"][..]),
        (Key::EventName, "ListUsers", &["read"]),
        (Key::EventName, "listusers", &[]),
        (Key::EventSource, "ec2.amazonaws.com", &["write"]),
        (Key::EventSource, "ec2", &[]),
        (Key::ReadOnly, "false", &["write"]),
        (Key::ReadOnly, "true", &["read"]),
        (Key::ResourceName, "sg-1", &["write"]),
        (Key::ResourceName, "i-1", &["write"]),
        (
            Key::ResourceName,
            "arn:aws:kms:us-east-1:1:key/k",
            &["write"],
        ),
        (Key::ResourceType, "AWS::EC2::SecurityGroup", &["write"]),
        (Key::ResourceType, "AWS::IAM::User", &[]),
    ] {
        let events = all(by(&client, key.clone(), value)).await;
        assert_eq!(ids(&events), found, "{key}={value}");
    }
}

#[tokio::test]
async fn only_management_records_of_the_last_ninety_days_are_held_without_event_context() {
    let made = [
        json!({"eventID": "data", "eventCategory": "Data", "managementEvent": false}),
        json!({"eventID": "network", "eventCategory": "NetworkActivity"}),
        json!({"eventID": "elsewhere", "awsRegion": "eu-west-1"}),
        json!({"eventID": "too-old", "eventTime": "2023-04-12T11:59:59Z"}),
        json!({"eventID": "oldest", "eventTime": "2023-04-12T12:00:00Z"}),
        json!({"eventID": "newest", "eventTime": "2023-07-11T12:00:00Z"}),
        json!({"eventID": "to-come", "eventTime": "2023-07-11T12:00:01Z"}),
        json!({"eventID": "context", "eventCategory": null, "eventContext": {"tagContext": {}}}),
    ];
    let server = LookupServer::builder()
        .records(made.iter().map(records::record))
        .now("2023-07-11T12:00:00Z".parse().unwrap())
        .start();
    let events = all(client(&server, "us-east-1").lookup_events()).await;
    assert_eq!(ids(&events), ["newest", "context", "oldest"]);
    let context = events[1].cloud_trail_event().unwrap();
    assert_eq!(
        context,
        records::record(&json!({"eventID": "context", "eventCategory": null}))
    );
}

#[tokio::test]
async fn an_event_is_summed_up_in_the_words_of_the_api() {
    let (_server, client) =
        server([json!({"resources": [{"ARN": "arn:aws:s3:::b", "type": null}]})]);
    let events = all(client.lookup_events()).await;
    let event = &events[0];
    assert_eq!(
        event.event_id(),
        Some("00000000-0000-4000-8000-000000000000")
    );
    assert_eq!(event.event_name(), Some("ListUsers"));
    assert_eq!(event.event_source(), Some("iam.amazonaws.com"));
    assert_eq!(event.read_only(), Some("true"));
    assert_eq!(event.access_key_id(), Some("AKIAEXAMPLE000000000"));
    assert_eq!(event.username(), Some("ana"));
    assert_eq!(event.event_time().unwrap().secs(), 1_688_990_400);
    assert_eq!(event.resources()[0].resource_name(), Some("arn:aws:s3:::b"));
    assert_eq!(event.resources()[0].resource_type(), None);
}
