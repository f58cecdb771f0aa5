//! `alerts-status`: that it finds what is wrong, says what it could not look at, and is content with nothing less.

use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::{Value, json};
use trailhunt::alerting::names::{
    BUS, FORMATTER, FORWARDER_DEAD_LETTERS, FORWARDER_STACK, QUEUE, RULE_PREFIX,
};

use super::scene::{EMAIL, HOME, Scene, topic};
use crate::support::offline::said;
use crate::support::sandbox::Sandbox;

/// What the binary answers, and its exit code.
fn status(sandbox: &Sandbox, code: i32) -> Value {
    let mut command = sandbox.trailhunt();
    let said = said(command.args(["alerts-status", "--format", "json"]));
    let status: Value = said.json();
    assert_eq!(said.code, Some(code), "{status:#}\n{}", said.stderr);
    assert_eq!(status["schema_version"], 1);
    status
}

/// A trail that suits.
async fn trail(scene: &Scene) {
    let bucket = aws_sdk_s3::Client::new(&scene.config(HOME));
    bucket.create_bucket().bucket("logs").send().await.unwrap();
    let cloudtrail = aws_sdk_cloudtrail::Client::new(&scene.config(HOME));
    let create = cloudtrail.create_trail().name("all").s3_bucket_name("logs");
    let create = create.is_multi_region_trail(true).send();
    create.await.unwrap();
    cloudtrail.start_logging().name("all").send().await.unwrap();
}

#[test]
fn nothing_deployed_is_said_and_no_success() {
    let Some(scene) = Scene::empty() else {
        return;
    };
    let said = scene.says(&["alerts-status"]).exits(1);
    assert!(
        said.stderr.contains("no alerts are deployed"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr.contains("hint: trailhunt deploy-alerts"),
        "{}",
        said.stderr
    );
}

#[tokio::test]
async fn all_is_well_only_where_all_could_be_looked_at() {
    let Some(scene) = Scene::deployed("all") else {
        return;
    };
    trail(&scene).await;
    let well = status(&scene.operator("alerts-status", &[]).await, 0);
    assert_eq!(well["verdict"], "working");
    assert_eq!(
        (&well["complete"], &well["attention"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(well["trail"]["state"], "suitable");
    assert_eq!(well["home"]["formatter"]["last_alert"], Value::Null);
    let regions = well["regions"].as_array().unwrap();
    assert!(regions.len() > 20, "{regions:?}");
    for region in regions {
        assert_eq!(region["state"], "covered", "{region}");
        assert_eq!(region["stack"]["drifted"], json!([]), "{region}");
        assert_eq!(
            (&region["rules"]["off"], &region["dead_letters"]),
            (&json!([]), &json!(0))
        );
    }

    let without = [
        "sqs:GetQueueUrl",
        "lambda:InvokeFunction",
        "cloudtrail:DescribeTrails",
    ];
    let unsure = status(&scene.operator("alerts-status", &without).await, 3);
    assert_eq!(unsure["verdict"], "incomplete");
    assert_eq!(unsure["complete"], false);
    let unread = unsure["unread"].to_string();
    for what in [FORMATTER, FORWARDER_DEAD_LETTERS, "trail"] {
        assert!(unread.contains(what), "{what}: {unread}");
    }
    assert_eq!(unsure["regions"][0]["dead_letters"], Value::Null);
}

/// What an intruder, or a hasty colleague, does.
async fn break_things(scene: &Scene) {
    let rule = format!("{RULE_PREFIX}SelfTest");
    let events = |region: &str| aws_sdk_eventbridge::Client::new(&scene.config(region));
    let disable = events("eu-north-1").disable_rule().name(&rule).send();
    disable.await.unwrap();
    let remove = events("us-east-2").remove_targets().rule(&rule).ids("home");
    remove.send().await.unwrap();
    scene
        .send("ap-southeast-2", FORWARDER_DEAD_LETTERS, "{}")
        .await;

    let sns = aws_sdk_sns::Client::new(&scene.config(HOME));
    let listed = sns.list_subscriptions_by_topic().topic_arn(topic()).send();
    for one in listed.await.unwrap().subscriptions.unwrap() {
        let arn = one.subscription_arn.unwrap();
        sns.unsubscribe()
            .subscription_arn(arn)
            .send()
            .await
            .unwrap();
    }
    let lambda = aws_sdk_lambda::Client::new(&scene.config(HOME));
    let mappings = lambda.list_event_source_mappings().function_name(FORMATTER);
    for mapping in mappings
        .send()
        .await
        .unwrap()
        .event_source_mappings
        .unwrap()
    {
        let update = lambda.update_event_source_mapping();
        let update = update.uuid(mapping.uuid.unwrap()).enabled(false);
        update.send().await.unwrap();
    }
    let sqs = scene.sqs(HOME);
    let url = sqs.get_queue_url().queue_name(QUEUE).send().await.unwrap();
    let set = sqs.set_queue_attributes().queue_url(url.queue_url.unwrap());
    let set = set.attributes(QueueAttributeName::VisibilityTimeout, "1");
    set.send().await.unwrap();
}

#[tokio::test]
async fn what_is_wrong_is_told_with_what_to_do() {
    let Some(scene) = Scene::deployed(HOME) else {
        return;
    };
    break_things(&scene).await;
    let operator = scene.operator("alerts-status", &[]).await;
    let broken = status(&operator, 10);
    assert_eq!(broken["verdict"], "attention");
    assert_eq!(broken["unread"], json!([]));
    let attention = broken["attention"].as_array().unwrap();
    let gone = format!("{EMAIL} is no longer subscribed to trailhunt-alerts");
    let rules = "EventBridge rules disabled, gone or without their target: SelfTest";
    for (region, what) in [
        (HOME, gone.as_str()),
        (HOME, "nobody is told"),
        (
            HOME,
            "trailhunt-alerts-formatter is not handed what comes into queue trailhunt-alerts",
        ),
        (HOME, "home stack was changed by hand: Email"),
        (HOME, "no trail suits"),
        ("eu-north-1", rules),
        ("us-east-2", rules),
        ("ap-southeast-2", "events not told: 1, in queue"),
    ] {
        let told = attention.iter().any(|one| {
            let regions = one["regions"].as_array().unwrap();
            let is_there = regions.iter().any(|name| name == region);
            is_there && one["what"].as_str().unwrap().starts_with(what)
        });
        assert!(told, "{region} {what}: {attention:#?}");
    }
    let mut regions = broken["regions"].as_array().unwrap().iter();
    let left_out = regions.find(|one| one["region"] == "eu-west-3").unwrap();
    assert_eq!(left_out["state"], "left-out");
    assert!(
        !broken["attention"].to_string().contains("eu-west-3"),
        "{attention:#?}"
    );
    let by_hand = attention.iter().filter_map(|one| one["what"].as_str());
    let mut by_hand = by_hand.filter(|what| what.contains("by hand"));
    assert!(
        by_hand.any(|what| what.ends_with(", Queue")),
        "{attention:#?}"
    );
    assert!(
        attention.iter().all(|one| one["todo"] != ""),
        "{attention:#?}"
    );

    let table = said(operator.trailhunt().arg("alerts-status")).exits(10);
    let first = table.text().lines().next().unwrap();
    let count = attention.len();
    assert_eq!(first, format!("alerts: {count} things need ATTENTION"));
    assert!(
        table.text().contains("left out by --regions"),
        "{}",
        table.text()
    );
}

#[tokio::test]
async fn a_stack_and_a_bus_that_are_gone_are_missed() {
    let Some(scene) = Scene::home_only().await else {
        return;
    };
    let events = aws_sdk_eventbridge::Client::new(&scene.config(HOME));
    let remove = events
        .remove_targets()
        .event_bus_name(BUS)
        .rule(BUS)
        .ids("queue");
    remove.send().await.unwrap();
    let delete = events.delete_rule().event_bus_name(BUS).name(BUS).send();
    delete.await.unwrap();
    events.delete_event_bus().name(BUS).send().await.unwrap();
    let gone = status(&scene.root, 10);
    assert_eq!(gone["home"]["bus"], false);
    assert_eq!(gone["home"]["rules"]["off"], json!(["HomeRule"]));
    let whats = gone["attention"].to_string();
    assert!(whats.contains("bus trailhunt-alerts is gone"), "{whats}");

    let delete = scene.cloudformation(HOME).delete_stack();
    delete
        .stack_name(trailhunt::alerting::names::HOME_STACK)
        .send()
        .await
        .unwrap();
    super::scene::until(async || scene.stacks(HOME).await == [FORWARDER_STACK]).await;
    let whats = status(&scene.root, 10)["attention"].to_string();
    assert!(whats.contains("no home stack that works"), "{whats}");
}
