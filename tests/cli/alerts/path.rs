//! The whole path: deployed by the binary, an event in, the message out, other words after an update, and nothing left
//! after a removal. And the hop between Regions, which only moto makes, with the rules of the templates.

use std::fs;
use std::path::Path;

use aws_sdk_eventbridge::types::{PutEventsRequestEntry, Target};
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::{Value, json};
use trailhunt::alerting::names::{BUS, SELF_TEST_SOURCE, SELF_TEST_TYPE};
use trailhunt::clock;

use super::scene::{EMAIL, HOME, Scene};
use crate::support::aws_servers::Emulator;
use crate::support::offline::said;
use crate::support::sandbox::Sandbox;

/// `CreateUser` of a user, told once.
fn created(user: &str) -> Value {
    json!({
        "eventName": "CreateUser", "eventID": format!("created-{user}"), "readOnly": false,
        "eventTime": clock::wall().to_string(), "requestParameters": {"userName": user},
    })
}

#[tokio::test]
async fn an_event_goes_in_and_a_message_comes_out() {
    let Some(scene) = Scene::home_only().await else {
        return;
    };
    scene.says(&["test-alerts"]).exits(0);
    let heard = scene.listener("heard").await;

    let event = created("eve");
    scene.event(&event).await;
    let (told, attributes) = scene.hears(&heard).await;
    for (name, value) in [
        ("schema_version", json!(1)),
        ("kind", json!("alert")),
        ("severity", json!("high")),
        ("rule", json!("user-created")),
        ("group", json!("HighRiskSecurityEvents")),
        ("event", json!("iam:CreateUser")),
        ("actor", json!("ana")),
        ("source_ip", json!("192.0.2.7")),
        ("target", json!("eve")),
        ("account", json!("123456789012")),
        ("region", json!("us-east-1")),
        ("event_id", json!("created-eve")),
        ("time", event["eventTime"].clone()),
        ("error", Value::Null),
        ("count", json!(1)),
        ("title", json!("New user")),
    ] {
        assert_eq!(told[name], value, "{name}: {told:#}");
    }
    assert!(
        told["command"].as_str().unwrap().starts_with("trailhunt "),
        "{told:#}"
    );
    for (name, value) in [
        ("severity", "high"),
        ("group", "HighRiskSecurityEvents"),
        ("rule", "user-created"),
        ("account", "123456789012"),
        ("region", "us-east-1"),
    ] {
        assert_eq!(attributes[name]["Value"], value, "{attributes}");
    }

    // the same again, twice, and one that is another: only that is told
    scene.event(&event).await;
    scene.event(&event).await;
    scene.event(&created("mallory")).await;
    let (told, _) = scene.hears(&heard).await;
    assert_eq!(told["target"], "mallory", "{told:#}");

    let update = [
        "--regions",
        HOME,
        "--email",
        "other@example.com",
        "--lang",
        "ko",
    ];
    scene.deploy(&update);
    assert!(
        scene
            .endpoints()
            .await
            .contains(&"other@example.com".to_owned())
    );
    scene.event(&created("trudy")).await;
    let (told, _) = scene.hears(&heard).await;
    assert_eq!(told["target"], "trudy", "{told:#}");
    assert_eq!(told["title"], korean("user-created"));
    let status = scene
        .says(&["alerts-status", "--format", "json"])
        .exits(10)
        .json();
    let last = &status["home"]["formatter"]["last_alert"];
    assert_eq!(last["event_id"], "created-trudy", "{last}");

    scene.says(&["remove-alerts", "--yes"]).exits(0);
    for region in trailhunt_regions() {
        assert!(scene.stacks(region).await.is_empty(), "{region}");
        assert!(
            scene.queues(region, "trailhunt").await.is_empty(),
            "{region}"
        );
    }
    scene.says(&["alerts-status"]).exits(1);
}

#[tokio::test]
async fn operators_need_no_more_than_their_policies() {
    let Some(scene) = Scene::empty() else {
        return;
    };
    let operator = scene.operator("deploy-alerts", &[]).await;
    let deploy = |flags: &[&str]| {
        let mut command = operator.trailhunt();
        command.args(["deploy-alerts", "--trail", "none", "--email", EMAIL]);
        said(command.args(["--regions", HOME]).args(flags)).exits(0)
    };
    deploy(&["--yes"]);
    deploy(&["--lang", "ko", "--chat", "--yes"]);
    let again = deploy(&["--lang", "ko", "--chat", "--format", "json"]).json();
    assert_eq!(again["state"], "nothing", "{again:#}");
    let operator = scene.operator("remove-alerts", &[]).await;
    said(operator.trailhunt().args(["remove-alerts", "--yes"])).exits(0);
    for region in trailhunt_regions() {
        assert!(scene.stacks(region).await.is_empty(), "{region}");
    }
}

/// Where the test had stacks.
fn trailhunt_regions() -> impl Iterator<Item = &'static str> {
    super::scene::OTHERS.into_iter().chain([HOME])
}

/// The title of a rule in Korean.
fn korean(rule: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/alerting/text/rules.ko.json");
    let titles: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    titles[rule]["title"].clone()
}

/// The resource of an emitted template.
fn resource(folder: &Path, template: &str, name: &str) -> Value {
    let text = fs::read_to_string(folder.join(template)).unwrap();
    let template: Value = serde_json::from_str(&text).unwrap();
    template["Resources"][name]["Properties"].clone()
}

#[tokio::test]
async fn events_of_another_region_come_to_the_bus_in_home() {
    let Some(server) = Emulator::Moto.start() else {
        return;
    };
    let (account, away) = ("123456789012", "eu-west-1");
    let sandbox = Sandbox::new().endpoint("http://127.0.0.1:1");
    said(sandbox.trailhunt().args(["emit-alerts", "-o", "out"])).exits(0);
    let out = sandbox.home().join("out");
    let client = |region: &str| {
        let region = aws_config::Region::new(region.to_owned());
        let config = server.config().to_builder().region(region).build();
        (
            aws_sdk_eventbridge::Client::new(&config),
            aws_sdk_sqs::Client::new(&config),
        )
    };
    let ((events, sqs), (events_away, _)) = (client(HOME), client(away));

    let made = sqs.create_queue().queue_name("home").send().await.unwrap();
    let url = made.queue_url.unwrap();
    let home_rule = resource(&out, "home.json", "HomeRule");
    events.create_event_bus().name(BUS).send().await.unwrap();
    let put = events.put_rule().name(BUS).event_bus_name(BUS);
    let put = put.event_pattern(home_rule["EventPattern"].to_string());
    put.send().await.unwrap();
    let queue = format!("arn:aws:sqs:{HOME}:{account}:home");
    let target = Target::builder().id("queue").arn(queue).build().unwrap();
    let put = events.put_targets().rule(BUS).event_bus_name(BUS);
    put.targets(target).send().await.unwrap();

    let rule = resource(&out, "forwarder.json", "SelfTest");
    let name = rule["Name"].as_str().unwrap();
    let put = events_away.put_rule().name(name);
    let put = put.event_pattern(rule["EventPattern"].to_string());
    put.send().await.unwrap();
    let bus = rule["Targets"][0]["Arn"]["Fn::Sub"].as_str().unwrap();
    let bus = bus
        .replace("${AWS::Partition}", "aws")
        .replace("${HomeRegion}", HOME)
        .replace("${AWS::AccountId}", account);
    let target = Target::builder().id("home").arn(bus).build().unwrap();
    let put = events_away.put_targets().rule(name).targets(target);
    put.send().await.unwrap();

    let entry = |source: &str| {
        let entry = PutEventsRequestEntry::builder().source(source);
        entry
            .detail_type(SELF_TEST_TYPE)
            .detail(r#"{"test_id":"1"}"#)
            .build()
    };
    // what the rules do not name stays where it is
    let put = events_away.put_events().entries(entry("somebody.else"));
    put.entries(entry(SELF_TEST_SOURCE)).send().await.unwrap();
    let heard = sqs.receive_message().queue_url(&url).wait_time_seconds(20);
    let heard = heard.max_number_of_messages(10).send().await.unwrap();
    let [message] = heard.messages() else {
        panic!("one event comes: {heard:?}");
    };
    let event: Value = serde_json::from_str(message.body().unwrap()).unwrap();
    assert_eq!(event["source"], SELF_TEST_SOURCE);
    assert_eq!(event["detail"]["test_id"], "1");
    let left = sqs.get_queue_attributes().queue_url(&url);
    let left = left.attribute_names(QueueAttributeName::ApproximateNumberOfMessages);
    let left = left.send().await.unwrap().attributes.unwrap();
    assert_eq!(left[&QueueAttributeName::ApproximateNumberOfMessages], "0");
}
