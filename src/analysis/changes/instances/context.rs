//! What other events say about a call: what asked a service for it, what came before it, what switched protection off,
//! who had already stopped the instance, and which call issued the session that signed it.
//!
//! Facts are learnt in any order and asked for at the end. Times decide what came before; what has no time explains
//! nothing.

use std::collections::HashMap;

use chrono::Duration;
use serde_json::Value;

use super::cause::Cause;
use super::context_call::{ChangeMoment, ContextCall, actor};
use super::states::{StateChange, Transition};
use crate::event::Event;
use crate::report::ChangeAction;

/// A service takes its time: what it was told longer ago is not taken for the reason.
const ORDER_LEAD: Duration = Duration::minutes(30);
/// Protection that has been off for longer is how the instance was run, and no preparation.
const PROTECTION_LEAD: Duration = Duration::hours(24);
/// Roles assumed one through the other.
const LONGEST_CHAIN: usize = 8;

/// Calls by which people make a service end instances, and the parameter that says of what. The first of them names
/// the instance itself.
const ORDERS: [(&str, &str, Cause, &str); 9] = [
    (
        "autoscaling.amazonaws.com",
        "TerminateInstanceInAutoScalingGroup",
        Cause::AutoScaling,
        "instanceId",
    ),
    (
        "autoscaling.amazonaws.com",
        "SetDesiredCapacity",
        Cause::AutoScaling,
        "autoScalingGroupName",
    ),
    (
        "autoscaling.amazonaws.com",
        "UpdateAutoScalingGroup",
        Cause::AutoScaling,
        "autoScalingGroupName",
    ),
    (
        "autoscaling.amazonaws.com",
        "DeleteAutoScalingGroup",
        Cause::AutoScaling,
        "autoScalingGroupName",
    ),
    (
        "autoscaling.amazonaws.com",
        "StartInstanceRefresh",
        Cause::AutoScaling,
        "autoScalingGroupName",
    ),
    (
        "cloudformation.amazonaws.com",
        "DeleteStack",
        Cause::CloudFormation,
        "stackName",
    ),
    (
        "cloudformation.amazonaws.com",
        "UpdateStack",
        Cause::CloudFormation,
        "stackName",
    ),
    (
        "cloudformation.amazonaws.com",
        "ExecuteChangeSet",
        Cause::CloudFormation,
        "stackName",
    ),
    (
        "ssm.amazonaws.com",
        "StartAutomationExecution",
        Cause::Ssm,
        "documentName",
    ),
];

/// Attributes that keep an instance from being ended, and by which call.
const PROTECTIONS: [(&str, StateChange, &str); 2] = [
    (
        "disableApiTermination",
        StateChange::Terminate,
        "termination protection",
    ),
    ("disableApiStop", StateChange::Stop, "stop protection"),
];

/// The call that issued a session's key.
#[derive(Debug)]
pub(super) struct IssuingCall {
    pub(super) by: String,
    pub(super) key: Option<String>,
    /// The service that asked for the key, and gives it to what runs there.
    pub(super) service: Option<String>,
    pub(super) session_name: Option<String>,
    pub(super) event_id: Option<String>,
}

#[derive(Debug)]
struct ServiceOrder {
    context_call: ContextCall,
    cause: Cause,
    instance: Option<String>,
    account: Option<String>,
    region: Option<String>,
}

#[derive(Debug)]
struct ProtectionSwitch {
    context_call: ContextCall,
    guards: StateChange,
    on: bool,
}

/// Everything learnt so far.
#[derive(Debug, Default)]
pub(super) struct Context {
    orders: Vec<ServiceOrder>,
    /// By instance.
    protection: HashMap<String, Vec<ProtectionSwitch>>,
    /// Calls that changed an instance's state, by instance.
    effective: HashMap<String, Vec<(StateChange, ContextCall)>>,
    /// By the key that was issued.
    issues: HashMap<String, IssuingCall>,
}

impl Context {
    pub(super) fn learn(&mut self, event: &Event) {
        if event.failed() {
            return;
        }
        match event.source() {
            Some("sts.amazonaws.com") => self.learn_issue(event),
            Some("ec2.amazonaws.com") if event.name() == Some("ModifyInstanceAttribute") => {
                self.learn_protection(event);
            }
            _ => self.learn_order(event),
        }
    }

    /// `transition` is what the `call` that `event` records did.
    pub(super) fn saw(&mut self, event: &Event, call: StateChange, transition: &Transition) {
        if transition.action != ChangeAction::Modified || call == StateChange::Reboot {
            return;
        }
        let what = event.name().unwrap_or_default().to_owned();
        if let (Some(instance), Some(context_call)) =
            (&transition.instance, ContextCall::of(event, what))
        {
            let calls = self.effective.entry(instance.clone()).or_default();
            calls.push((call, context_call));
        }
    }

    fn learn_issue(&mut self, event: &Event) {
        let Some(child) = event.response(&["credentials", "accessKeyId"]) else {
            return;
        };
        let identity = event.identity();
        let is_service = matches!(identity.kind(), Some("AWSService") | None);
        let service = identity.invoked_by().filter(|_| is_service);
        let issue = IssuingCall {
            by: actor(event),
            key: event.access_key_id().map(str::to_owned),
            service: service.map(str::to_owned),
            session_name: event.request(&["roleSessionName"]).map(str::to_owned),
            event_id: event.id().map(str::to_owned),
        };
        self.issues.insert(child.to_owned(), issue);
    }

    fn learn_protection(&mut self, event: &Event) {
        let Some(instance) = event.request(&["instanceId"]) else {
            return;
        };
        for (attribute, guards, what) in PROTECTIONS {
            let on = protection_setting(event, attribute);
            let context_call = ContextCall::of(event, what.to_owned());
            if let Some((on, context_call)) = on.zip(context_call) {
                let switches = self.protection.entry(instance.to_owned()).or_default();
                switches.push(ProtectionSwitch {
                    context_call,
                    guards,
                    on,
                });
            }
        }
    }

    fn learn_order(&mut self, event: &Event) {
        let is_order = |(source, name, ..): &&(&str, &str, Cause, &str)| event.is(source, name);
        let Some((_, name, cause, parameter)) = ORDERS.iter().find(is_order) else {
            return;
        };
        if *name == "UpdateAutoScalingGroup" && !resizes(event) {
            return;
        }
        let subject = event.request(&[parameter]);
        let what = match subject {
            Some(subject) => format!("{name} of {subject}"),
            None => (*name).to_owned(),
        };
        let instance = subject.filter(|_| *parameter == "instanceId");
        self.orders.extend(
            ContextCall::of(event, what).map(|context_call| ServiceOrder {
                context_call,
                cause: *cause,
                instance: instance.map(str::to_owned),
                account: event.account().map(str::to_owned),
                region: event.region().map(str::to_owned),
            }),
        );
    }

    /// The call by which the service of `cause` was asked to end this very instance.
    pub(super) fn ordered_by(
        &self,
        cause: Cause,
        moment: &ChangeMoment<'_>,
    ) -> Option<&ContextCall> {
        self.order(cause, moment, |order| {
            order.instance.is_some() && order.instance.as_deref() == moment.instance
        })
    }

    /// The last call before by which that service may have been made to do it: a hint, no proof.
    pub(super) fn before(&self, cause: Cause, moment: &ChangeMoment<'_>) -> Option<&ContextCall> {
        self.order(cause, moment, |order| order.instance.is_none())
    }

    fn order(
        &self,
        cause: Cause,
        moment: &ChangeMoment<'_>,
        fits: impl Fn(&ServiceOrder) -> bool,
    ) -> Option<&ContextCall> {
        let orders = self.orders.iter().filter(|order| {
            order.cause == cause
                && order.account.as_deref() == moment.account
                && order.region.as_deref() == moment.region
                && moment.follows(&order.context_call, ORDER_LEAD)
                && fits(order)
        });
        let last = orders.max_by_key(|order| order.context_call.time)?;
        Some(&last.context_call)
    }

    /// What switched off the protection against `call`, where it had not been switched on again.
    pub(super) fn unprotected(
        &self,
        call: StateChange,
        moment: &ChangeMoment<'_>,
    ) -> Option<&ContextCall> {
        let switches = self.protection.get(moment.instance?)?.iter();
        let last = switches
            .filter(|switch| switch.guards == call)
            .filter(|switch| moment.follows(&switch.context_call, PROTECTION_LEAD))
            .max_by_key(|switch| switch.context_call.time)?;
        (!last.on).then_some(&last.context_call)
    }

    /// The call that had already done what `call` asked for; `None` where the last one did the opposite.
    pub(super) fn earlier(
        &self,
        call: StateChange,
        moment: &ChangeMoment<'_>,
    ) -> Option<&ContextCall> {
        let calls = self.effective.get(moment.instance?)?.iter();
        let (last, context_call) = calls
            .filter(|(_, context_call)| moment.follows(context_call, Duration::MAX))
            .max_by_key(|(_, context_call)| context_call.time)?;
        (last.ends() == call.ends()).then_some(context_call)
    }

    /// The calls that issued `key`, the key that signed this call, and so on; a loop ends it.
    pub(super) fn chain(&self, key: Option<&str>) -> Vec<&IssuingCall> {
        let mut chain: Vec<&IssuingCall> = Vec::new();
        let mut key = key;
        while let Some(issue) = key.and_then(|key| self.issues.get(key)) {
            if chain.len() == LONGEST_CHAIN || chain.iter().any(|known| std::ptr::eq(*known, issue))
            {
                break;
            }
            chain.push(issue);
            key = issue.key.as_deref();
        }
        chain
    }
}

/// Whether a group's size was touched: its other settings end no instance.
fn resizes(event: &Event) -> bool {
    let sizes = ["minSize", "maxSize", "desiredCapacity"];
    let request = event.json().get("requestParameters");
    request.is_some_and(|request| sizes.iter().any(|size| request.get(size).is_some()))
}

/// What `attribute` was set to, in either shape of the request.
fn protection_setting(event: &Event, attribute: &str) -> Option<bool> {
    let request = event.json().get("requestParameters")?;
    let named = request.get("attribute").and_then(Value::as_str) == Some(attribute);
    let value = request
        .get(attribute)
        .map(|value| value.get("value").unwrap_or(value))
        .or_else(|| request.get("value").filter(|_| named))?;
    match value {
        Value::Bool(on) => Some(*on),
        Value::String(text) => text.to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}
