//! `test-alerts`: that it hears of every Region, names those it does not, and leaves nothing behind.

use std::process::Child;

use aws_sdk_cloudformation::types::Capability;
use serde_json::{Value, json};
use trailhunt::alerting::names::{
    FORWARDER_DEAD_LETTERS, FORWARDER_STACK, HOME_STACK, LIVE_TEST_STACK,
};
use trailhunt::clock;

use super::scene::{ACCOUNT, EMAIL, HOME, Scene, topic, until};
use crate::support::offline::{Said, said};

/// What the names of the queues of tests begin with.
const QUEUES: &str = "trailhunt-alerts-test-";
/// Asserts that nothing of a test is left.
async fn is_clean(scene: &Scene) {
    assert!(scene.queues(HOME, QUEUES).await.is_empty());
    assert_eq!(scene.endpoints().await, [EMAIL]);
    let stacks = scene.stacks(HOME).await;
    assert_eq!(stacks, [HOME_STACK, FORWARDER_STACK]);
}

/// `Region event state`.
fn states(sent: &Value) -> Vec<String> {
    let sent = sent.as_array().unwrap().iter();
    let text = |sent: &Value, name: &str| sent[name].as_str().unwrap().to_owned();
    sent.map(|sent| {
        ["region", "event", "state"]
            .map(|name| text(sent, name))
            .join(" ")
    })
    .collect()
}

fn ended(running: Child) -> Said {
    Said::of(running.wait_with_output().expect("the program ends"))
}

#[tokio::test]
async fn an_event_of_every_covered_region_arrives() {
    let Some(scene) = Scene::home_only().await else {
        return;
    };
    let operator = scene.operator("test-alerts", &[]).await;
    let mut command = operator.trailhunt();
    let test = said(command.args(["test-alerts", "--format", "json"]))
        .exits(0)
        .json();
    assert_eq!(test["schema_version"], 1);
    assert_eq!(test["passed"], true);
    assert_eq!(
        states(&test["regions"]),
        ["us-east-1 trailhunt.selftest arrived"]
    );
    let latency = test["regions"][0]["latency"].as_f64().unwrap();
    assert!(latency > 0.0 && latency < 60.0, "{latency}");
    assert_eq!(test["live"], json!([]));
    is_clean(&scene).await;
}

#[tokio::test]
async fn a_region_that_is_not_heard_of_is_named_with_where_to_look() {
    let Some(scene) = Scene::deployed(HOME) else {
        return;
    };
    scene.send("eu-north-1", FORWARDER_DEAD_LETTERS, "{}").await;
    let operator = scene.operator("test-alerts", &[]).await;
    let mut command = operator.trailhunt();
    let said = said(command.args(["test-alerts", "--wait", "2s"])).exits(1);
    let (first, rest) = said.text().split_once('\n').unwrap();
    assert!(first.starts_with("test of alerts: FAILED"), "{first}");
    let words = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("eu-north-1, trailhunt.selftest: queue trailhunt-alerts-forwarder-dead-letters there holds 1 message"), "{rest}");
    assert!(
        words.contains(
            "us-east-2, trailhunt.selftest: queue trailhunt-alerts-forwarder-dead-letters there holds 0 messages"
        ),
        "{rest}"
    );
    is_clean(&scene).await;
}

#[tokio::test]
async fn what_a_test_left_that_was_cut_off_is_taken_away_first() {
    let Some(scene) = Scene::home_only().await else {
        return;
    };
    let queue = format!("{QUEUES}cut-off");
    scene.listener(&queue).await;
    let template = json!({"Resources": {"User": {"Type": "AWS::IAM::User"}}});
    let made = scene.cloudformation(HOME).create_stack();
    let made = made
        .stack_name(LIVE_TEST_STACK)
        .template_body(template.to_string())
        .capabilities(Capability::CapabilityIam);
    made.send().await.unwrap();
    let test = scene
        .says(&["test-alerts", "--format", "json"])
        .exits(0)
        .json();
    let notes = test["notes"].to_string();
    for left in [LIVE_TEST_STACK, &queue, &topic()] {
        assert!(notes.contains(left), "{left}: {notes}");
    }
    is_clean(&scene).await;
}

#[tokio::test]
async fn an_interrupted_test_leaves_nothing_behind() {
    let Some(scene) = Scene::deployed(HOME) else {
        return;
    };
    let running = scene
        .root
        .start(["test-alerts", "--wait", "5m", "--format", "json"]);
    until(async || scene.endpoints().await.len() == 2).await;
    let pid = running.id().to_string();
    scene
        .root
        .command("kill")
        .args(["-INT", &pid])
        .assert()
        .success();
    let said = ended(running).exits(130);
    assert_eq!(said.json()["passed"], false);
    is_clean(&scene).await;
}

#[tokio::test]
async fn a_test_that_may_not_listen_says_so_and_leaves_nothing_behind() {
    let Some(scene) = Scene::home_only().await else {
        return;
    };
    let operator = scene.operator("test-alerts", &["sns:Subscribe"]).await;
    let mut command = operator.trailhunt();
    let said = said(command.args(["test-alerts", "--format", "json"])).exits(1);
    let error = &said.json()["error"];
    assert_eq!(error["kind"], "failed");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("subscription to topic trailhunt-alerts"),
        "{message}"
    );
    is_clean(&scene).await;
}

#[tokio::test]
async fn live_calls_are_made_waited_for_and_taken_back() {
    let Some(scene) = Scene::home_only().await else {
        return;
    };
    let operator = scene.operator("test-alerts-live", &[]).await;
    let live = [
        "test-alerts",
        "--live",
        "--yes",
        "--wait",
        "1m",
        "--format",
        "json",
    ];
    let running = operator.start(live);
    let user = scene.made(LIVE_TEST_STACK, "AWS::IAM::User").await;
    // no emulator tells EventBridge of real calls: what AWS would tell stands in for it
    let group = format!("{LIVE_TEST_STACK}-SecurityGroup-4D5E6F");
    for (name, source, request) in [
        ("CreateUser", "iam", json!({"userName": user})),
        ("DeleteUser", "iam", json!({"userName": user})),
        ("CreateUser", "iam", json!({"userName": "somebody-else"})),
        ("CreateSecurityGroup", "ec2", json!({"groupName": group})),
    ] {
        let time = clock::wall().to_string();
        let id = format!("{name}-{request}");
        scene
            .event(&json!({
                "eventName": name, "eventSource": format!("{source}.amazonaws.com"),
                "requestParameters": request, "eventID": id, "eventTime": time, "readOnly": false,
            }))
            .await;
    }
    let said = ended(running);
    let test: Value = said.json();
    assert_eq!(said.code, Some(0), "{test:#}");
    let expected = [
        "us-east-1 iam:CreateUser arrived",
        "us-east-1 iam:DeleteUser arrived",
        "us-east-1 ec2:CreateSecurityGroup arrived",
    ];
    assert_eq!(states(&test["live"]), expected, "{test:#}");
    assert!(test["live"][0]["latency"].as_f64().unwrap() < 60.0);
    is_clean(&scene).await;
    let iam = aws_sdk_iam::Client::new(&scene.config(HOME));
    let users = iam.list_users().send().await.unwrap().users;
    let left = users
        .iter()
        .filter(|user| user.user_name.starts_with(LIVE_TEST_STACK));
    assert_eq!(left.count(), 0, "{users:?}");
}

#[tokio::test]
async fn nobody_is_asked_where_there_is_no_terminal() {
    let Some(scene) = Scene::deployed(HOME) else {
        return;
    };
    let said = scene.says(&["test-alerts", "--live"]).exits(5);
    assert!(said.stderr.contains("hint: pass --yes"), "{}", said.stderr);
    is_clean(&scene).await;
    let account = scene
        .says(&["test-alerts", "--expect-account", "123456789012"])
        .exits(2);
    assert!(account.stderr.contains(ACCOUNT), "{}", account.stderr);
}
