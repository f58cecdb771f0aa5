//! An account of an emulator with nothing in it, a gate before its CloudFormation, and the home of an operator.

use aws_config::Region;
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{ExecutionStatus, OnFailure, StackStatus};
use serde_json::Value;

use crate::support::aws_servers::{AwsServer, Emulator};
use crate::support::gate::Gate;
use crate::support::offline::{Said, said};
use crate::support::pty::Pty;
use crate::support::sandbox::Sandbox;

pub const HOME: &str = "us-east-1";
/// Those that are watched whatever is asked for, and one more.
pub const ALWAYS: [&str; 4] = ["ap-southeast-2", "eu-north-1", "us-east-1", "us-east-2"];
pub const ONE_MORE: &str = "us-west-2";

pub struct Stage {
    pub server: AwsServer,
    /// It sees every call of CloudFormation.
    pub gate: Gate,
    pub sandbox: Sandbox,
}

impl Stage {
    pub fn new() -> Option<Self> {
        let server = Emulator::Ministack.start()?;
        let gate = Gate::before(&server);
        let sandbox = Sandbox::new()
            .endpoint(server.url())
            .set("AWS_ENDPOINT_URL_CLOUDFORMATION", gate.url());
        Some(Self {
            server,
            gate,
            sandbox,
        })
    }

    /// What the binary says to `arguments`.
    pub fn run(&self, arguments: &[&str]) -> Said {
        said(self.sandbox.trailhunt().args(arguments))
    }

    /// `deploy-alerts` without a trail, which the emulator's CloudFormation cannot make.
    pub fn deploy(&self, arguments: &[&str]) -> Said {
        self.run(&[&DEPLOY, arguments].concat())
    }

    /// The same, as the one document on stdout.
    pub fn deployed(&self, arguments: &[&str], code: i32) -> Value {
        let said = self.deploy(&[arguments, &["--yes", "--format", "json"]].concat());
        document(&said.exits(code))
    }

    pub fn removed(&self, arguments: &[&str], code: i32) -> Value {
        let words = ["remove-alerts", "--yes", "--format", "json"];
        document(&self.run(&[&words, arguments].concat()).exits(code))
    }

    /// `trailhunt` on a terminal, where it draws nothing but text.
    pub fn on_terminal(&self, arguments: &[&str]) -> Pty {
        let mut command = self.sandbox.trailhunt();
        command.args(arguments);
        command.args(["--no-progress", "--color", "never"]);
        Pty::run(&command)
    }

    pub fn cloudformation(&self, region: &str) -> Client {
        let config = self.server.config().into_builder();
        let region = Region::new(region.to_owned());
        Client::new(&config.region(region).build())
    }

    /// `name Region status` of every stack that is there, and `change set of name` where one waits.
    pub async fn stacks(&self) -> Vec<String> {
        let mut found = Vec::new();
        for region in ALWAYS.iter().chain([&ONE_MORE]) {
            let client = self.cloudformation(region);
            let stacks = client.list_stacks().send().await.unwrap();
            for stack in stacks.stack_summaries() {
                let status = stack.stack_status().unwrap();
                if *status == StackStatus::DeleteComplete {
                    continue;
                }
                let name = stack.stack_name().unwrap();
                found.push(format!("{name} {region} {status}"));
                let sets = client.list_change_sets().stack_name(name).send().await;
                let sets = sets.unwrap();
                let waits = |set: &&aws_sdk_cloudformation::types::ChangeSetSummary| {
                    set.execution_status() == Some(&ExecutionStatus::Available)
                };
                let waiting = sets.summaries().iter().filter(waits);
                found.extend(waiting.map(|_| format!("change set of {name}")));
            }
        }
        found
    }

    /// A stack called `name` whose creation fails, and which is rolled back.
    pub async fn fail_to_make(&self, name: &str, region: &str) {
        let config = self.server.config().into_builder();
        let here = Region::new(region.to_owned());
        let events = aws_sdk_eventbridge::Client::new(&config.region(here).build());
        let taken = events.create_event_bus().name("taken").send();
        taken.await.unwrap();
        let body = r#"{"Resources": {"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "taken"}}}}"#;
        let client = self.cloudformation(region);
        let made = client.create_stack().stack_name(name).template_body(body);
        made.on_failure(OnFailure::Rollback).send().await.unwrap();
        let status = async || {
            let stacks = client.describe_stacks().stack_name(name).send().await;
            stacks.unwrap().stacks()[0].stack_status().cloned().unwrap()
        };
        while status().await.as_str().ends_with("_IN_PROGRESS") {
            tokio::task::yield_now().await;
        }
        assert_eq!(status().await, StackStatus::RollbackComplete);
    }
}

pub const DEPLOY: [&str; 7] = [
    "deploy-alerts",
    "--trail",
    "none",
    "--regions",
    HOME,
    "--email",
    "a@example.com",
];

/// The one document on stdout.
pub fn document(said: &Said) -> Value {
    let document = said.json();
    assert_eq!(document["schema_version"], 1, "{document}");
    document
}

/// `kind Region action outcome` of every stack of an answer.
pub fn outcomes(answer: &Value) -> Vec<String> {
    let stacks = answer["stacks"].as_array().expect("an answer has stacks");
    let fields = ["kind", "region", "action", "outcome"];
    let outcome = |stack: &Value| {
        let fields = fields.map(|field| stack[field].as_str().expect("it is a text"));
        fields.join(" ")
    };
    stacks.iter().map(outcome).collect()
}

/// What [`outcomes`] says where the same became of all of `kind`.
pub fn each(kind: &str, regions: &[&str], rest: &str) -> Vec<String> {
    let regions = regions.iter();
    regions
        .map(|region| format!("{kind} {region} {rest}"))
        .collect()
}
