//! One call: what was asked, and what the service answered. Who asked is a [`Caller`](super::caller::Caller).

use serde_json::{Value, json};

use super::cast::{ACCOUNT, DemoInstance};

/// A call to be recorded. Builders leave out what CloudTrail would leave out.
#[derive(Debug, Clone)]
pub struct DemoCall {
    pub region: &'static str,
    /// The first label of `eventSource`.
    pub service: &'static str,
    pub name: &'static str,
    pub kind: EventType,
    pub request: Value,
    pub outcome: CallOutcome,
    pub additional: Value,
    pub details: Value,
    pub resources: Vec<Value>,
    /// Whether other copies of the record exist (`sharedEventID`).
    pub shared: bool,
}

/// `eventType` (facts: C2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventType {
    Api,
    SignIn,
    ServiceEvent,
}

#[derive(Debug, Clone)]
pub enum CallOutcome {
    Answered(Value),
    /// Refused for lack of a permission on this resource; services word it differently.
    Denied(String),
    Failed(&'static str, String),
    /// A console login that was turned away: a message, and no `errorCode`.
    TurnedAway(&'static str),
}

pub fn call(region: &'static str, service: &'static str, name: &'static str) -> DemoCall {
    DemoCall {
        region,
        service,
        name,
        kind: EventType::Api,
        request: Value::Null,
        outcome: CallOutcome::Answered(Value::Null),
        additional: Value::Null,
        details: Value::Null,
        resources: Vec::new(),
        shared: false,
    }
}

/// A call to IAM, which records in us-east-1 (facts: B2).
pub fn iam(name: &'static str) -> DemoCall {
    call("us-east-1", "iam", name)
}

/// A call about one bucket.
pub fn s3(region: &'static str, name: &'static str, bucket: &str) -> DemoCall {
    call(region, "s3", name)
        .request(json!({
            "bucketName": bucket,
            "Host": format!("{bucket}.s3.{region}.amazonaws.com"),
        }))
        .on(
            "AWS::S3::Bucket",
            ACCOUNT,
            &format!("arn:aws:s3:::{bucket}"),
        )
}

/// `StopInstances` and its like: each instance with its state before and after (facts: E3).
pub fn lifecycle(name: &'static str, changes: &[(DemoInstance, &str, &str)]) -> DemoCall {
    let region = changes
        .first()
        .map_or("eu-west-1", |(first, ..)| first.region);
    let (asked, answered): (Vec<_>, Vec<_>) = changes
        .iter()
        .map(|(instance, before, after)| {
            let id = instance.id();
            let answer = json!({
                "instanceId": id,
                "currentState": state(after),
                "previousState": state(before),
            });
            (json!({"instanceId": id}), answer)
        })
        .unzip();
    call(region, "ec2", name)
        .request(json!({"instancesSet": {"items": asked}, "force": false}))
        .response(json!({"instancesSet": {"items": answered}}))
}

fn state(name: &str) -> Value {
    let code = match name {
        "pending" => 0,
        "running" => 16,
        "shutting-down" => 32,
        "terminated" => 48,
        "stopping" => 64,
        _ => 80,
    };
    json!({"code": code, "name": name})
}

/// What the agent on an instance says every so often.
pub fn heartbeat(instance: DemoInstance) -> DemoCall {
    call(instance.region, "ssm", "UpdateInstanceInformation").request(json!({
        "instanceId": instance.id(),
        "agentVersion": "3.3.2299.0",
        "agentStatus": "Active",
        "platformType": "Linux",
        "platformName": "Amazon Linux",
        "platformVersion": "2023",
        "agentName": "amazon-ssm-agent",
    }))
}

impl DemoCall {
    pub fn request(mut self, request: Value) -> Self {
        self.request = request;
        self
    }

    pub fn response(mut self, response: Value) -> Self {
        self.outcome = CallOutcome::Answered(response);
        self
    }

    pub fn denied(mut self, resource: impl Into<String>) -> Self {
        self.outcome = CallOutcome::Denied(resource.into());
        self
    }

    pub fn failed(mut self, code: &'static str, message: impl Into<String>) -> Self {
        self.outcome = CallOutcome::Failed(code, message.into());
        self
    }

    pub fn turned_away(mut self, message: &'static str) -> Self {
        self.outcome = CallOutcome::TurnedAway(message);
        self
    }

    pub fn throttled(self) -> Self {
        self.request(Value::Null)
            .failed("ThrottlingException", "Rate exceeded")
    }

    pub fn kind(mut self, kind: EventType) -> Self {
        self.kind = kind;
        self
    }

    /// `additionalEventData`.
    pub fn additional(mut self, data: Value) -> Self {
        self.additional = data;
        self
    }

    /// `serviceEventDetails`.
    pub fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// Adds to `resources`.
    pub fn on(mut self, kind: &str, account: &str, arn: &str) -> Self {
        self.resources
            .push(json!({"accountId": account, "type": kind, "ARN": arn}));
        self
    }

    pub fn shared(mut self) -> Self {
        self.shared = true;
        self
    }

    /// `readOnly`, which CloudTrail also says of `AssumeRole` and `Decrypt` (facts: A11).
    pub fn read_only(&self) -> bool {
        const READING: [&str; 6] = ["Get", "List", "Describe", "AssumeRole", "Decrypt", "Lookup"];
        const WRITING: [&str; 2] = ["GetFederationToken", "GetSigninToken"];
        READING.iter().any(|verb| self.name.starts_with(verb)) && !WRITING.contains(&self.name)
    }
}
