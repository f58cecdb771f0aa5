//! `remove-alerts`, by the binary: what goes, what stays, and that nothing is passed over.

use serde_json::json;

use super::stage::{ALWAYS, HOME, Stage, document, each, outcomes};
use crate::support::gate::{Fault, Rule};

#[tokio::test]
async fn everything_goes_from_every_region() {
    let Some(stage) = Stage::new() else { return };
    let said = stage.run(&["remove-alerts"]).exits(0);
    assert!(
        said.text()
            .contains("there are no alerts of trailhunt in this account")
    );

    stage.deployed(&[], 0);
    let said = stage.run(&["remove-alerts"]).exits(5);
    let text = said.text();
    assert!(
        text.contains("trailhunt-alerts-forwarder in 4 Regions: REMOVE"),
        "{text}"
    );
    assert!(
        said.stderr
            .contains("nothing was changed: there is no terminal to ask on")
    );
    assert_eq!(stage.stacks().await.len(), 5);

    let mut terminal = stage.on_terminal(&["remove-alerts"]);
    terminal
        .expect("Remove this from account 000000000000? [y/N] ")
        .send_line("n");
    let (code, transcript) = terminal.wait();
    assert_eq!(code, Some(5), "{transcript}");
    assert_eq!(stage.stacks().await.len(), 5);

    let answer = stage.removed(&[], 0);
    let gone = [
        each("forwarder", &ALWAYS, "remove done"),
        each("home", &[HOME], "remove done"),
    ];
    assert_eq!(outcomes(&answer), gone.concat());
    assert_eq!(
        (&answer["state"], &answer["complete"]),
        (&json!("done"), &json!(true))
    );
    assert_eq!(stage.stacks().await, [""; 0]);
}

/// A home elsewhere than where it is looked for first, and what a creation left that failed.
#[tokio::test]
async fn it_finds_what_is_elsewhere_and_what_is_broken() {
    let Some(stage) = Stage::new() else { return };
    stage.fail_to_make("trailhunt-alerts", "eu-north-1").await;
    stage
        .fail_to_make("trailhunt-alerts-forwarder", "us-west-2")
        .await;
    let answer = stage.removed(&[], 0);
    let gone = [
        "forwarder us-west-2 remove done",
        "home eu-north-1 remove done",
    ];
    assert_eq!(outcomes(&answer), gone);
    assert_eq!(stage.stacks().await, [""; 0]);
}

#[tokio::test]
async fn a_region_that_cannot_be_looked_at_is_no_region_without_alerts() {
    let Some(stage) = Stage::new() else { return };
    stage
        .gate
        .rule(Rule::on("DescribeStacks", Fault::DENY).times(1));
    let said = stage.run(&["remove-alerts"]).exits(3);
    let text = said.text();
    assert!(
        text.contains("INCOMPLETE: there are no alerts of trailhunt where it could be looked"),
        "{text}"
    );
    assert!(text.contains("AccessDenied: scripted by a test"), "{text}");

    stage
        .gate
        .rule(Rule::on("DescribeStacks", Fault::DENY).times(1));
    let answer = stage.removed(&[], 3);
    assert_eq!(
        (&answer["state"], &answer["complete"]),
        (&json!("nothing"), &json!(false))
    );
    assert_eq!(answer["unseen"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_fails_to_go_is_told_and_tried_again() {
    let Some(stage) = Stage::new() else { return };
    stage.deployed(&[], 0);
    stage
        .gate
        .rule(Rule::on("DeleteStack", Fault::DENY).times(1));
    let answer = stage.removed(&[], 1);
    assert_eq!(answer["state"], "partial");
    assert_eq!(stage.stacks().await.len(), 1, "the others are gone");
    let answer = stage.removed(&[], 0);
    assert_eq!(outcomes(&answer).len(), 1);
    assert_eq!(stage.stacks().await, [""; 0]);
}

/// The trail is its stack's, and outlives it on purpose; its bucket outlives everything.
#[tokio::test]
async fn the_trail_goes_only_when_that_is_said_and_its_bucket_never() {
    let Some(stage) = Stage::new() else { return };
    let bucket = "trailhunt-logs-000000000000-us-east-1";
    let cloudtrail = aws_sdk_cloudtrail::Client::new(&stage.server.config());
    let s3 = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::config::Builder::from(&stage.server.config())
            .force_path_style(true)
            .build(),
    );
    s3.create_bucket().bucket(bucket).send().await.unwrap();
    let trail = cloudtrail
        .create_trail()
        .name("trailhunt")
        .s3_bucket_name(bucket);
    trail.is_multi_region_trail(true).send().await.unwrap();
    let trails = async || {
        let answer = cloudtrail.describe_trails().send().await.unwrap();
        answer.trail_list().len()
    };
    let answer = stage.removed(&[], 0);
    assert_eq!(
        (&answer["state"], &answer["trail"]),
        (&json!("nothing"), &json!(null))
    );
    let kept = answer["kept"].to_string();
    assert!(
        kept.contains("--delete-trail removes it") && kept.contains(bucket),
        "{kept}"
    );
    assert_eq!(trails().await, 1);

    let said = stage.run(&["remove-alerts", "--delete-trail"]).exits(5);
    assert!(
        said.text().contains("trail trailhunt in us-east-1: DELETE"),
        "{}",
        said.text()
    );
    assert_eq!(trails().await, 1);

    let answer = document(
        &stage
            .run(&[
                "remove-alerts",
                "--delete-trail",
                "--yes",
                "--format",
                "json",
            ])
            .exits(0),
    );
    assert_eq!(answer["trail"]["outcome"], "done");
    assert!(answer["kept"].to_string().contains(bucket), "{answer}");
    assert_eq!(trails().await, 0);
    s3.head_bucket().bucket(bucket).send().await.unwrap();
}
