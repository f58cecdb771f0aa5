//! `lookup` over files: attributes, one or several, of which all must hold.

use serde_json::json;

use crate::support::offline::{Folder, Said, trail, trailhunt};
use crate::support::records::record;

const ROLE: &str = "arn:aws:iam::123456789012:role/ops/deploy";

fn records() -> [String; 5] {
    [
        json!({"eventID": "assume", "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole",
               "requestParameters": {"roleArn": ROLE, "roleSessionName": "x"}}),
        json!({"eventID": "attach", "eventName": "AttachRolePolicy", "readOnly": false,
               "requestParameters": {"roleName": "deploy", "policyArn": "arn:aws:iam::aws:policy/X"}}),
        json!({"eventID": "other", "eventName": "AttachRolePolicy", "readOnly": "false",
               "requestParameters": {"roleName": "predeploy", "policyArn": "arn:aws:iam::aws:policy/X"}}),
        json!({"eventID": "listed", "resources": [{"ARN": ROLE, "type": "AWS::IAM::Role"}]}),
        json!({"eventID": "plain"}),
    ]
    .map(|fields| record(&fields))
}

fn lookup(attributes: &[&str], more: &[&str]) -> Said {
    let folder = Folder::new().with("a.json", trail(&records()));
    let from = folder.path().to_str().unwrap();
    let attributes = attributes
        .iter()
        .flat_map(|attribute| ["--attribute", attribute]);
    trailhunt(
        ["lookup", "--from", from]
            .into_iter()
            .chain(attributes)
            .chain(more.iter().copied()),
    )
}

/// The ids of the events that have all of `attributes`, sorted.
fn found(attributes: &[&str]) -> Vec<String> {
    let report = lookup(attributes, &["--format", "json"]).exits(0).json();
    let events = report["events"].as_array().unwrap().iter();
    let mut ids: Vec<_> = events
        .map(|event| event["event_id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

#[test]
fn every_attribute() {
    assert_eq!(found(&["EventId=plain"]), ["plain"]);
    assert_eq!(found(&["EventName=AttachRolePolicy"]), ["attach", "other"]);
    assert_eq!(found(&["EventSource=sts.amazonaws.com"]), ["assume"]);
    assert_eq!(found(&["ReadOnly=false"]), ["attach", "other"]);
    assert_eq!(found(&["Username=ana"]).len(), 5);
    assert_eq!(found(&["AccessKeyId=AKIAEXAMPLE000000000"]).len(), 5);
    assert_eq!(found(&["ResourceType=AWS::IAM::Role"]), ["listed"]);
    assert_eq!(found(&[]).len(), 5);
}

#[test]
fn several_are_anded() {
    let attach = "EventName=AttachRolePolicy";
    assert_eq!(found(&[attach, "ResourceName=deploy"]), ["attach"]);
    assert_eq!(found(&[attach, "EventId=plain"]), [""; 0]);
    assert_eq!(found(&[attach, attach]), ["attach", "other"]);
    assert_eq!(
        found(&["ResourceName=deploy", &format!("ResourceName={ROLE}")]),
        ["assume", "listed"]
    );
    assert_eq!(
        found(&["ReadOnly=true", "ResourceName=deploy"]),
        ["assume", "listed"]
    );
}

#[test]
fn a_resource_by_its_name_and_by_its_arn() {
    assert_eq!(
        found(&["ResourceName=deploy"]),
        ["assume", "attach", "listed"]
    );
    assert_eq!(
        found(&[&format!("ResourceName={ROLE}")]),
        ["assume", "listed"]
    );
    assert_eq!(found(&["ResourceName=loy"]), [""; 0]);
}

#[test]
fn the_answer_in_every_format() {
    let attribute = ["EventName=AssumeRole"];
    let csv = lookup(&attribute, &["--format", "csv"]).exits(0);
    let rows: Vec<&str> = csv.text().lines().collect();
    assert_eq!(
        rows[0],
        "time,call,source,who,key,region,ip,error,account,event_id"
    );
    assert!(rows[1].ends_with(",assume") && rows.len() == 2, "{rows:?}");
    let jsonl = lookup(&attribute, &["--format", "jsonl"]).exits(0);
    assert_eq!(jsonl.text(), records()[0].clone() + "\n");
    let table = lookup(&attribute, &[]).exits(0);
    assert!(table.text().contains("AssumeRole"), "{}", table.text());
}

#[test]
fn nothing_found_is_an_answer() {
    let none = lookup(&["EventName=StopLogging"], &[]).exits(0);
    assert!(none.text().contains("no events found"), "{}", none.text());
    assert!(none.text().contains("complete"), "{}", none.text());
}

#[test]
fn attributes_that_are_none() {
    let refused = |attribute: &str, word: &str| {
        let said = lookup(&[attribute], &[]).exits(2);
        assert!(said.stderr.contains(word), "{}", said.stderr);
    };
    refused(
        "Region=us-east-1",
        "unknown attribute 'Region'; there are EventId, AccessKeyId",
    );
    refused("EventName", "KEY=VALUE");
    refused("EventName=", "EventName needs a value");
}

/// "No events found" would be true of each of these, and misread.
#[test]
fn values_that_no_event_has() {
    let refused = |attributes: &[&str], words: &[&str]| {
        let said = lookup(attributes, &[]).exits(2);
        for word in words {
            assert!(said.stderr.contains(word), "{}", said.stderr);
        }
        assert_eq!(said.text(), "", "{attributes:?}");
    };
    refused(
        &["EventName=StopLogging", "EventName=DeleteTrail"],
        &[
            "no event has both EventName=StopLogging and EventName=DeleteTrail",
            "hint: one lookup takes one EventName",
        ],
    );
    refused(
        &["EventId=plain", "Username=ana", "Username=bo"],
        &["one lookup takes one Username"],
    );
    refused(&["ReadOnly=no"], &["ReadOnly is true or false"]);
    refused(&["ReadOnly=False"], &["ReadOnly is true or false"]);
    refused(
        &["EventSource=IAM"],
        &["EventSource=IAM", "did you mean iam.amazonaws.com?"],
    );
    refused(
        &["AccessKeyId=akiaexample000000000"],
        &["access key ids are upper case: AKIA…"],
    );
    refused(&["AccessKeyId=AKIA"], &["'AKIA' is no access key id"]);
    let failure = lookup(&["EventSource=iam"], &["--format", "json"]).exits(2);
    assert_eq!(failure.json()["error"]["kind"], "usage");
}

#[test]
fn values_as_they_are_pasted() {
    assert_eq!(found(&["AccessKeyId= AKIAEXAMPLE000000000\n"]).len(), 5);
    assert_eq!(found(&["ReadOnly=false "]), ["attach", "other"]);
    assert_eq!(found(&["AccessKeyId=ZZIAEXAMPLE000000000"]), [""; 0]);
}

#[test]
fn a_spelling_that_no_record_has_is_pointed_out() {
    let said = lookup(&["EventName=attachrolepolicy"], &["--format", "json"]).exits(0);
    let doubt = "EventName=attachrolepolicy is written AttachRolePolicy in records";
    assert!(said.stderr.contains(doubt), "{}", said.stderr);
    let not_visible = said.json()["not_visible"].to_string();
    assert!(not_visible.contains(doubt), "{not_visible}");
    let well = lookup(&["EventName=AttachRolePolicy"], &["--format", "json"]).exits(0);
    assert!(!well.stderr.contains("is written"), "{}", well.stderr);
}
