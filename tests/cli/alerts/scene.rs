//! An account with alerts: a ministack of its own, for names are fixed, and operators who may do just what a command
//! needs.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cloudformation::types::ResourceStatus;
use aws_sdk_iam::config::Credentials;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::{Value, json};
use trailhunt::alerting::names::{ALERTS_TOPIC, FORWARDER_STACK, QUEUE};
use trailhunt::alerting::permissions;
use trailhunt::clock;

use crate::support::aws_servers::{AwsServer, Emulator};
use crate::support::iam_account::acting;
use crate::support::offline::{Said, said};
use crate::support::sandbox::Sandbox;

/// Of ministack.
pub const ACCOUNT: &str = "000000000000";
/// Region of the home stack.
pub const HOME: &str = "us-east-1";
/// Who is told.
pub const EMAIL: &str = "security@example.com";

/// Regions that are covered always, besides home; ministack does not forward from them.
pub const OTHERS: [&str; 3] = ["ap-southeast-2", "eu-north-1", "us-east-2"];
/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_mins(2);

/// Waits until `holds` does.
pub async fn until(holds: impl AsyncFn() -> bool) {
    let start = clock::monotonic();
    while !holds().await {
        assert!(start.elapsed() < PATIENCE, "it does not come to hold");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub struct Scene {
    pub server: AwsServer,
    /// Of the account's root.
    pub root: Sandbox,
}

impl Scene {
    /// Nothing is deployed yet.
    pub fn empty() -> Option<Self> {
        let server = Emulator::Ministack.start()?;
        let root = Sandbox::new().endpoint(server.url());
        Some(Self { server, root })
    }

    /// Alerts in `regions`, and where they always are; no trail.
    pub fn deployed(regions: &str) -> Option<Self> {
        let scene = Self::empty()?;
        scene.deploy(&["--regions", regions, "--email", EMAIL]);
        Some(scene)
    }

    /// Only home is covered: what an emulator without hops between Regions can serve whole.
    pub async fn home_only() -> Option<Self> {
        let scene = Self::deployed(HOME)?;
        for region in OTHERS {
            let delete = scene.cloudformation(region).delete_stack();
            delete.stack_name(FORWARDER_STACK).send().await.unwrap();
            until(async || scene.stacks(region).await.is_empty()).await;
        }
        Some(scene)
    }

    pub fn deploy(&self, flags: &[&str]) -> Said {
        let mut command = self.root.trailhunt();
        let deploy = ["deploy-alerts", "--trail", "none", "--yes"];
        said(command.args(deploy).args(flags)).exits(0)
    }

    /// What the binary says to `arguments`, as root.
    pub fn says(&self, arguments: &[&str]) -> Said {
        said(self.root.trailhunt().args(arguments))
    }

    /// An operator who may do what the policy for `command` allows, but for the actions that are taken away.
    pub async fn operator(&self, command: &str, without: &[&str]) -> Sandbox {
        let (_, policy) = permissions::POLICIES
            .into_iter()
            .find(|(name, _)| *name == command)
            .expect("every command has a policy");
        let mut policy: Value = serde_json::from_str(policy).unwrap();
        for statement in policy["Statement"].as_array_mut().unwrap() {
            let actions = statement["Action"].as_array_mut().unwrap();
            actions.retain(|action| !without.contains(&action.as_str().unwrap()));
        }
        let statements = policy["Statement"].as_array_mut().unwrap();
        statements.retain(|statement| statement["Action"] != json!([]));
        let iam = aws_sdk_iam::Client::new(&self.config(HOME));
        let name = format!("{command}-{}", without.len());
        iam.create_user().user_name(&name).send().await.unwrap();
        let made = iam.create_policy().policy_name(&name);
        let made = made.policy_document(policy.to_string()).send().await;
        let arn = made.unwrap().policy.unwrap().arn.unwrap();
        let attach = iam.attach_user_policy().user_name(&name);
        attach.policy_arn(arn).send().await.unwrap();
        let key = iam.create_access_key().user_name(&name).send().await;
        let key = key.unwrap().access_key.unwrap();
        let secret = key.secret_access_key;
        let credentials = Credentials::new(key.access_key_id, secret, None, None, "test");
        acting(Sandbox::new().endpoint(self.server.url()), &credentials)
    }

    /// For a client of one Region.
    pub fn config(&self, region: &str) -> SdkConfig {
        let region = aws_config::Region::new(region.to_owned());
        self.server.config().to_builder().region(region).build()
    }

    pub fn sqs(&self, region: &str) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.config(region))
    }

    pub fn cloudformation(&self, region: &str) -> aws_sdk_cloudformation::Client {
        aws_sdk_cloudformation::Client::new(&self.config(region))
    }

    /// Puts a message into a queue.
    pub async fn send(&self, region: &str, queue: &str, body: &str) {
        let sqs = self.sqs(region);
        let url = sqs.get_queue_url().queue_name(queue).send().await;
        let send = sqs
            .send_message()
            .queue_url(url.unwrap().queue_url.unwrap());
        send.message_body(body).send().await.unwrap();
    }

    /// An event as EventBridge hands it to the formatter's queue: of CloudTrail, with `detail` in place of its fields.
    pub async fn event(&self, detail: &Value) {
        self.send(HOME, QUEUE, &event(detail).to_string()).await;
    }

    /// Stacks that are there, by name, in `region`.
    pub async fn stacks(&self, region: &str) -> Vec<String> {
        let listed = self.cloudformation(region).describe_stacks().send().await;
        let stacks = listed.unwrap().stacks.unwrap_or_default().into_iter();
        let mut names: Vec<String> = stacks.filter_map(|stack| stack.stack_name).collect();
        names.sort();
        names
    }

    /// Waits until a stack of home comes up that makes a resource of this type; what that is called.
    pub async fn made(&self, stack: &str, kind: &str) -> String {
        let client = self.cloudformation(HOME);
        let id = async || {
            // those that were deleted again are listed too
            let listed = client.list_stacks().send().await.unwrap();
            let mut listed = listed.stack_summaries.unwrap_or_default().into_iter();
            listed.find(|one| one.stack_name() == Some(stack))?.stack_id
        };
        until(async || id().await.is_some()).await;
        let id = id().await;
        let start = clock::monotonic();
        loop {
            let events = client
                .describe_stack_events()
                .set_stack_name(id.clone())
                .send()
                .await;
            let events = events.unwrap().stack_events.unwrap_or_default();
            let made = events.into_iter().find(|event| {
                event.resource_type() == Some(kind)
                    && event.resource_status() == Some(&ResourceStatus::CreateComplete)
            });
            if let Some(made) = made {
                return made.physical_resource_id.unwrap();
            }
            assert!(start.elapsed() < PATIENCE, "{stack} makes no {kind}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Queues of `region` whose names begin so.
    pub async fn queues(&self, region: &str, prefix: &str) -> Vec<String> {
        let listed = self.sqs(region).list_queues().queue_name_prefix(prefix);
        let urls = listed.send().await.unwrap().queue_urls.unwrap_or_default();
        let name = |url: String| url.rsplit('/').next().unwrap().to_owned();
        urls.into_iter().map(name).collect()
    }

    /// Endpoints that are subscribed to the alerts.
    pub async fn endpoints(&self) -> Vec<String> {
        let sns = aws_sdk_sns::Client::new(&self.config(HOME));
        let listed = sns.list_subscriptions_by_topic().topic_arn(topic());
        let listed = listed.send().await.unwrap().subscriptions.unwrap();
        listed.into_iter().filter_map(|one| one.endpoint).collect()
    }

    /// A queue that hears of all that is told; its URL.
    pub async fn listener(&self, name: &str) -> String {
        let sqs = self.sqs(HOME);
        let allow = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage", "Resource": "*",
        }]});
        let made = sqs.create_queue().queue_name(name);
        let made = made.attributes(QueueAttributeName::Policy, allow.to_string());
        let url = made.send().await.unwrap().queue_url.unwrap();
        let sns = aws_sdk_sns::Client::new(&self.config(HOME));
        let subscribe = sns.subscribe().topic_arn(topic()).protocol("sqs");
        let endpoint = format!("arn:aws:sqs:{HOME}:{ACCOUNT}:{name}");
        subscribe.endpoint(endpoint).send().await.unwrap();
        url
    }

    /// The next message that the listener hears: its document, and its attributes.
    pub async fn hears(&self, url: &str) -> (Value, Value) {
        let heard = self.sqs(HOME).receive_message().queue_url(url);
        let heard = heard.wait_time_seconds(20).send().await.unwrap();
        let mut messages = heard.messages.unwrap_or_default();
        let message = messages.pop().expect("a message comes");
        let delete = self.sqs(HOME).delete_message().queue_url(url);
        let receipt = message.receipt_handle.unwrap();
        delete.receipt_handle(receipt).send().await.unwrap();
        let envelope: Value = serde_json::from_str(&message.body.unwrap()).unwrap();
        let document = envelope["Message"].as_str().unwrap();
        let document = serde_json::from_str(document).unwrap();
        (document, envelope["MessageAttributes"].clone())
    }
}

pub fn topic() -> String {
    format!("arn:aws:sns:{HOME}:{ACCOUNT}:{ALERTS_TOPIC}")
}

/// An event of CloudTrail as EventBridge delivers it, with `detail` in place of its fields.
pub fn event(detail: &Value) -> Value {
    let record = crate::support::records::record(detail);
    let record: Value = serde_json::from_str(&record).unwrap();
    let source = record["eventSource"].as_str().unwrap();
    let service = source.split('.').next().unwrap();
    json!({
        "version": "0",
        "id": record["eventID"],
        "detail-type": "AWS API Call via CloudTrail",
        "source": format!("aws.{service}"),
        "account": record["recipientAccountId"],
        "time": record["eventTime"],
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    })
}
