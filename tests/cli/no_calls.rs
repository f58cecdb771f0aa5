//! What lies beside the records of calls: Insights, aggregated events and digests are told, and counted as nothing else.

use serde_json::{Value, json};

use crate::support::offline::{Folder, gzip, trail, trailhunt};
use crate::support::records::record;

const KEY: &str = "AKIAEXAMPLE000000000";

fn insight(id: &str, state: &str) -> String {
    json!({"eventVersion": "1.09", "eventTime": "2023-07-10T12:00:00Z", "awsRegion": "us-east-1", "eventID": id,
        "eventType": "AwsCloudTrailInsight", "recipientAccountId": "123456789012", "eventCategory": "Insight",
        "insightDetails": {"state": state, "eventSource": "iam.amazonaws.com", "eventName": "CreateUser",
            "insightType": "ApiCallRateInsight"}})
    .to_string()
}

/// An aggregated event as the guide describes it, about `dimension`.
fn aggregated(id: &str, dimension: &str) -> String {
    json!({"eventCategory": "Aggregated", "eventType": "AwsAggregatedEvent", "eventId": id, "accountId": "123456789012",
        "timeWindow": {"windowStart": "2023-07-10T12:00:00Z", "windowEnd": "2023-07-10T12:05:00Z"},
        "summary": {"primaryDimension": {"dimension": "userIdentity", "statistics": [{"name": dimension, "value": 40}]},
            "details": []}})
    .to_string()
}

fn answer(arguments: &[&str], folder: &Folder) -> Value {
    let from = [
        "--format",
        "json",
        "--from",
        folder.path().to_str().unwrap(),
    ];
    trailhunt(arguments.iter().chain(&from)).exits(0).json()
}

/// What is said under not visible of what begins so.
fn unseen(report: &Value, what: &str) -> Option<String> {
    let entries = report["not_visible"].as_array().unwrap().iter();
    let mut told = entries.filter(|entry| entry["what"].as_str().unwrap().starts_with(what));
    told.next()
        .map(|entry| entry["why"].as_str().unwrap().to_owned())
}

#[test]
fn insights_among_calls_are_told_as_what_they_are() {
    let call = record(&json!({"eventID": "call"}));
    let both = [
        insight("start", "Start"),
        call.clone(),
        insight("end", "End"),
    ];
    let folder = Folder::new()
        .with("a.json", trail(&both))
        .with("again.json.gz", gzip(&trail(&both)))
        // in their folder, wrapped, and by the type alone
        .with(
            "AWSLogs/123456789012/CloudTrail-Insight/us-east-1/2023/07/10/i.json",
            trail(&[insight("i", "Start")]),
        )
        .with(
            "e.json",
            format!(
                r#"{{"detail":{}}}"#,
                insight("e", "Start").replace(r#","eventCategory":"Insight""#, "")
            ),
        );
    let report = answer(&["lookup"], &folder);
    assert_eq!(report["summary"]["events"], 1);
    assert_eq!(report["events"][0]["event_id"], "call");
    let told = unseen(&report, "4 Insights").unwrap();
    assert!(
        told.contains("ApiCallRateInsight on iam.amazonaws.com CreateUser (4)"),
        "{told}"
    );
    let states = report["coverage"].as_array().unwrap().iter();
    let skipped = states.filter(|entry| entry["state"] == "skipped").count();
    assert_eq!(skipped, 2, "{}", report["coverage"]);
}

#[test]
fn an_aggregated_event_that_names_what_was_asked_for_is_told() {
    let arn = "arn:aws:iam::123456789012:user/ana";
    let events = [
        aggregated("1", KEY),
        aggregated("2", arn),
        aggregated("3", "192.0.2.7"),
        aggregated("4", "arn:aws:s3:::bucket/object"),
        aggregated("5", "other"),
    ];
    let place = "AWSLogs/123456789012/CloudTrail-Aggregated/us-east-1/2023/07/10";
    let folder = Folder::new()
        .with("a.json", trail(&[record(&json!({"eventID": "call"}))]))
        .with(&format!("{place}/a.json.gz"), gzip(&trail(&events)))
        // whether such a file is a list or a document is not known
        .with(
            &format!("{place}/b.json"),
            format!("[{}]", events.join(",")),
        );
    let of = |arguments: &[&str]| {
        let report = answer(arguments, &folder);
        assert_eq!(report["summary"]["events"], 1, "{arguments:?}");
        unseen(&report, "10 aggregated events").unwrap()
    };
    let trace = of(&["trace-key", KEY]);
    assert!(trace.contains(&format!("1 of them names {KEY}")), "{trace}");
    // whose key it is, the records say
    assert!(trace.contains("1 of them names ana"), "{trace}");
    for (arguments, name) in [
        (
            ["run", "principal-trace", "--param", "principal=ana"],
            "ana",
        ),
        (["run", "ip-trace", "--param", "ip=192.0.2.7"], "192.0.2.7"),
        (["lookup", "--attribute", "Username=ana", "--errors"], "ana"),
    ] {
        let arguments = if arguments[0] == "lookup" {
            &arguments[..3]
        } else {
            &arguments[..]
        };
        let told = of(arguments);
        assert!(told.contains(&format!("1 of them names {name}")), "{told}");
    }
    let none = of(&["lookup"]);
    assert!(!none.contains("of them name"), "{none}");
}

#[test]
fn digests_are_counted_and_never_opened() {
    let place = "AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2023/07/10";
    let folder = Folder::new()
        .with("a.json", trail(&[record(&json!({"eventID": "call"}))]))
        .with(&format!("{place}/d.json.gz"), "never opened")
        .with(
            "digest.json",
            json!({"awsAccountId": "1", "digestS3Object": "x"}).to_string(),
        );
    let report = answer(&["lookup"], &folder);
    assert!(unseen(&report, "2 digests of trail files").is_some());
}

#[test]
fn network_activity_is_read_as_the_calls_that_it_is() {
    let denied = record(
        &json!({"eventID": "denied", "eventSource": "s3.amazonaws.com", "eventName": "PutObject",
        "eventType": "AwsVpceEvent", "eventCategory": "NetworkActivity", "managementEvent": false,
        "errorCode": "VpceAccessDenied", "vpcEndpointId": "vpce-0a", "vpcEndpointAccountId": "123456789012"}),
    );
    let folder = Folder::new().with(
        "AWSLogs/123456789012/CloudTrail-NetworkActivity/eu-west-1/2023/07/10/n.json.gz",
        gzip(&trail(&[denied])),
    );
    let report = answer(&["trace-key", KEY], &folder);
    assert_eq!(report["summary"]["events"], 1);
    assert_eq!(report["summary"]["errors"][0]["value"], "VpceAccessDenied");
    let file = &report["coverage"][0];
    assert_eq!(
        (&file["account"], &file["region"], &file["state"]),
        (&json!("123456789012"), &json!("eu-west-1"), &json!("read"))
    );
}

#[test]
fn a_time_that_cannot_be_read_is_counted() {
    let at = |id: &str, time: &str| record(&json!({"eventID": id, "eventTime": time}));
    let folder = Folder::new().with(
        "lake.jsonl",
        [
            at("sql", "2026-11-10 10:00:00.000"),
            at("late", "2026-11-12 10:00:00"),
            at("none", "yesterday"),
        ]
        .join("\n"),
    );
    let window = ["lookup", "--since", "2026-11-11", "--until", "2026-11-12"];
    let report = answer(&window, &folder);
    let ids: Vec<&Value> = report["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["event_id"])
        .collect();
    assert_eq!(ids, ["none", "late"]);
    assert_eq!(report["events"][1]["time"], "2026-11-12T10:00:00Z");
    let told = unseen(&report, "when 1 event happened").unwrap();
    assert!(told.contains("eventTime"), "{told}");
    assert_eq!(
        unseen(
            &answer(
                &["lookup", "--until", "2026-11-10"],
                &Folder::new().with("a.json", at("sql", "2026-11-10 10:00:00.000"))
            ),
            "when"
        ),
        None
    );
}
