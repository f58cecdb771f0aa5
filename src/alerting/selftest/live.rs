//! Real events, and harmless ones: a user who may do nothing and a security group that admits nobody, made and deleted
//! at once by CloudFormation; a trail updated to what it is; rules of AWS Config evaluated anew.
//!
//! It all stands in one stack of a fixed name, so that a later test finds what an earlier one left.

use std::time::Duration;

use aws_sdk_cloudformation::types::{Capability, OnFailure, ResourceStatus, StackResourceSummary};
use aws_sdk_cloudtrail::error::ProvideErrorMetadata;
use serde_json::json;
use tokio::sync::watch;

use super::listen;
use super::mailbox::{AlertMessage, Mailbox};
use crate::alerting::names::{LIVE_TEST_STACK, TRAIL};
use crate::alerting::stacks::{Stack, StackResult};
use crate::alerting::survey::Survey;
use crate::aws::Aws;
use crate::aws::errors::error_message;
use crate::clock;
use crate::event::partitions::Partition;
use crate::event::time::Time;
use crate::report::alerting::test::{Arrival, Sent};

/// How often CloudFormation is asked how far it is, and for how long.
const PAUSE: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_mins(10);
/// As many rules as one call evaluates.
const CONFIG_RULES: usize = 25;

/// The real events, and what became of them.
#[derive(Debug, Default)]
pub struct LiveEvents {
    expected: Vec<ExpectedAlert>,
    pub notes: Vec<String>,
}

/// A call that is to be told.
#[derive(Debug)]
struct ExpectedAlert {
    sent: Sent,
    /// Any of these stands in what was acted on.
    targets: Vec<String>,
}

impl LiveEvents {
    /// Makes the calls, and waits until all are told or the time is over.
    ///
    /// # Errors
    /// Why there is nothing more to be heard.
    pub async fn run(
        &mut self,
        survey: &Survey,
        mailbox: &Mailbox,
        wait: Duration,
        tell: &dyn Fn(&str),
    ) -> Result<(), String> {
        tell(&format!("makes stack {LIVE_TEST_STACK}, and deletes it"));
        self.stack(survey).await?;
        self.trail(survey).await;
        self.config(survey).await;
        if self.has_all() {
            return Ok(());
        }
        tell("waits for the alerts: CloudTrail takes minutes");
        listen(mailbox, wait, |message| {
            self.take(message, tell);
            self.has_all()
        })
        .await
    }

    /// What became of every call.
    pub fn sent(&self) -> Vec<Sent> {
        let expected = self.expected.iter();
        expected.map(|expected| expected.sent.clone()).collect()
    }

    fn has_all(&self) -> bool {
        let mut expected = self.expected.iter();
        expected.all(|expected| expected.sent.state != Arrival::Missing)
    }

    fn take(&mut self, message: &AlertMessage, tell: &dyn Fn(&str)) {
        let target = message.target.as_deref().unwrap_or_default();
        let awaited = self.expected.iter_mut().find(|expected| {
            expected.sent.state == Arrival::Missing
                && message.kind == "alert"
                && message.event.as_deref() == Some(&expected.sent.event)
                && expected.targets.iter().any(|known| target.contains(known))
        });
        let Some(ExpectedAlert { sent, .. }) = awaited else {
            return;
        };
        sent.state = Arrival::Arrived;
        sent.reason = None;
        sent.latency = latency(message);
        tell(&format!("{}: told", sent.event));
    }

    /// One more call that is to be told; a failure is why it was not made.
    fn expect(&mut self, event: &str, region: &str, targets: &[&str], made: Result<(), String>) {
        let (state, reason) = match made {
            Ok(()) => (
                Arrival::Missing,
                "no alert within the time: CloudTrail may be late; see that a trail logs (alerts-status)".to_owned(),
            ),
            Err(why) => (Arrival::NotSent, why),
        };
        self.expected.push(ExpectedAlert {
            sent: Sent {
                region: region.to_owned(),
                event: event.to_owned(),
                state,
                latency: None,
                reason: Some(reason),
            },
            targets: targets.iter().map(|target| (*target).to_owned()).collect(),
        });
    }

    /// Makes the stack and deletes it.
    async fn stack(&mut self, survey: &Survey) -> Result<(), String> {
        let (aws, home) = (&survey.aws, &survey.home);
        let resources = make(aws, home).await?;
        remove(survey).await?;
        let made = |kind: &str| {
            let resource = resources
                .iter()
                .find(|resource| resource.resource_type() == Some(kind));
            let Some(resource) = resource else {
                return Err(format!("stack {LIVE_TEST_STACK} has no {kind}"));
            };
            if resource.resource_status() == Some(&ResourceStatus::CreateComplete) {
                return Ok(resource.physical_resource_id().unwrap_or_default());
            }
            let why = resource.resource_status_reason();
            Err(why.unwrap_or("CloudFormation does not say why").to_owned())
        };
        // IAM records where the control plane of the partition is
        let iam = &Partition::of(home).iam;
        let user = made("AWS::IAM::User");
        for event in ["iam:CreateUser", "iam:DeleteUser"] {
            let target = user.as_deref().unwrap_or(LIVE_TEST_STACK);
            self.expect(event, iam, &[target], user.clone().map(drop));
        }
        // its alert names the group by id, or by the name that CloudFormation made of the stack's
        let group = made("AWS::EC2::SecurityGroup");
        let targets = [group.as_deref().unwrap_or(LIVE_TEST_STACK), LIVE_TEST_STACK];
        let made = group.clone().map(drop).map_err(|why| {
            if why.contains("default VPC") {
                format!("{home} has no default VPC to make a security group in: {why}")
            } else {
                why
            }
        });
        self.expect("ec2:CreateSecurityGroup", home, &targets, made);
        Ok(())
    }

    /// Updates our own trail to what it is.
    async fn trail(&mut self, survey: &Survey) {
        let home = &survey.home;
        let update = survey.aws.trails(home).update_trail().name(TRAIL);
        match update.send().await {
            Err(error) if error.code() == Some("TrailNotFoundException") => {
                let note =
                    format!("there is no trail '{TRAIL}' in {home}: UpdateTrail was not tried");
                self.notes.push(note);
            }
            updated => {
                let updated = updated.map(drop).map_err(error_message);
                self.expect("cloudtrail:UpdateTrail", home, &[TRAIL], updated);
            }
        }
    }

    /// Has rules of AWS Config evaluated, which is told only where something is no longer, or again, compliant.
    async fn config(&mut self, survey: &Survey) {
        let client = survey.aws.config_service(&survey.home);
        let evaluated = async {
            let rules = client.describe_config_rules().send().await;
            let rules = rules.map_err(error_message)?.config_rules;
            let names = rules.into_iter().flatten();
            let names: Vec<String> = names.filter_map(|rule| rule.config_rule_name).collect();
            let names: Vec<String> = names.into_iter().take(CONFIG_RULES).collect();
            if names.is_empty() {
                return Ok(0);
            }
            let count = names.len();
            let started = client.start_config_rules_evaluation();
            let started = started.set_config_rule_names(Some(names)).send().await;
            started.map_err(error_message)?;
            Ok::<_, String>(count)
        };
        match evaluated.await {
            Ok(0) => {}
            Ok(count) => self.notes.push(format!(
                "AWS Config evaluates {count} of its rules anew: that is told only where compliance has changed"
            )),
            Err(why) => self
                .notes
                .push(format!("rules of AWS Config could not be evaluated anew: {why}")),
        }
    }
}

/// From the event to the message, in seconds.
fn latency(message: &AlertMessage) -> Option<f64> {
    let time: Time = message.time.as_deref()?.parse().ok()?;
    let latency = message.published? - time;
    latency.to_std().ok().map(|latency| latency.as_secs_f64())
}

/// Makes the stack; what it has made, and what not.
async fn make(aws: &Aws, home: &str) -> Result<Vec<StackResourceSummary>, String> {
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "trailhunt test-alerts --live: made and deleted by the test",
        "Resources": {
            "User": {"Type": "AWS::IAM::User"},
            "SecurityGroup": {"Type": "AWS::EC2::SecurityGroup", "Properties": {
                "GroupDescription": "trailhunt test-alerts: admits an address of the documentation",
                // TEST-NET-1 (RFC 5737): nobody's address
                "SecurityGroupIngress": [
                    {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "192.0.2.1/32"},
                ],
            }},
        },
    });
    let client = aws.cloudformation(home);
    let made = client.create_stack().stack_name(LIVE_TEST_STACK);
    let made = made
        .template_body(template.to_string())
        .capabilities(Capability::CapabilityIam)
        .on_failure(OnFailure::DoNothing)
        .send();
    let failed = |why: String| format!("stack {LIVE_TEST_STACK} cannot be made: {why}");
    made.await.map_err(|error| failed(error_message(error)))?;
    until_made(aws, home).await.map_err(failed)?;
    let listed = client.list_stack_resources().stack_name(LIVE_TEST_STACK);
    let listed = listed.into_paginator().items().send();
    let listed = listed.collect::<Result<Vec<_>, _>>().await;
    listed.map_err(|error| failed(error_message(error)))
}

/// Waits until CloudFormation is done with making the stack.
async fn until_made(aws: &Aws, home: &str) -> Result<(), String> {
    let stack = Stack::new(aws, home, LIVE_TEST_STACK);
    let start = clock::monotonic();
    loop {
        let state = stack.state().await?;
        let status = state.deployed().map(|stack| stack.status.as_str());
        let Some(status) = status.filter(|status| status.ends_with("_IN_PROGRESS")) else {
            return Ok(());
        };
        if start.elapsed() > PATIENCE {
            return Err(format!("it is {status} for too long"));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Deletes the stack where there is one, and waits until it is gone; what was deleted.
///
/// # Errors
/// Why it may still be there.
pub async fn remove(survey: &Survey) -> Result<Option<String>, String> {
    let home = &survey.home;
    let name = format!("stack {LIVE_TEST_STACK} in {home}");
    let failed = |why: String| format!("{name}: {why}");
    let stack = Stack::new(&survey.aws, home, LIVE_TEST_STACK);
    let state = stack.state().await.map_err(failed)?;
    let Some(deployed) = state.deployed() else {
        return Ok(None);
    };
    // nothing stops it: what was made is to go
    let (_running, mut stop) = watch::channel(false);
    match stack.delete(&deployed.id, &|_, _| {}, &mut stop).await {
        StackResult::Done => Ok(Some(name)),
        StackResult::Failed(why) | StackResult::Lost(why) => Err(failed(why)),
        StackResult::GoingOn => Err(failed("it is still being deleted".to_owned())),
    }
}
