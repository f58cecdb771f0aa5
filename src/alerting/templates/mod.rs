//! The CloudFormation templates, from the files beside this one and what `options` and `rules` add to them. The bytes
//! depend on nothing else.

mod cis;
mod forwarder;
mod function;
mod home;
mod recipients;
mod trail;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use super::catalogue;
use super::options::AlertingOptions;
use super::pack::EventRule;
use super::rules::AlertRules;
use crate::error::Failure;

/// The largest body that a call takes, in bytes (facts: G10).
pub const BODY_LIMIT: usize = 51_200;

/// The source of the function.
pub const FORMATTER: &str = include_str!("../formatter.py");

/// A stack's template, and the parameters that it is deployed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// JSON, one line: at most [`BODY_LIMIT`] bytes. [`pretty`] is for people.
    pub body: String,
    /// Sorted by name; those that are not here keep their default.
    pub parameters: Vec<(String, String)>,
}

impl Template {
    /// Whether it can be deployed.
    ///
    /// # Errors
    /// A usage failure where the body is too large, which takes many addresses.
    pub fn check(&self) -> Result<(), Failure> {
        let size = self.body.len();
        if size <= BODY_LIMIT {
            return Ok(());
        }
        let problem =
            format!("a template would have {size} bytes, and CloudFormation takes {BODY_LIMIT}");
        Err(Failure::usage(problem).hint(
            "give fewer e-mail addresses (a mailing list is one), or leave out some of --findings",
        ))
    }
}

/// The trail and its bucket; `bucket` is one that is there already.
pub fn trail(bucket: Option<&str>) -> Template {
    let bucket = bucket.map(|name| ("ExistingBucket".to_owned(), name.to_owned()));
    Template {
        body: trail::document().to_string(),
        parameters: bucket.into_iter().collect(),
    }
}

/// Bus, queue, formatter, topics.
pub fn home(options: &AlertingOptions, rules: &AlertRules) -> Template {
    let chunks = catalogue::chunks(&catalogue::json(options, rules));
    let numbered = chunks.into_iter().zip(1..);
    let mut parameters: Vec<_> = numbered
        .map(|(chunk, number)| (format!("Catalogue{number}"), chunk))
        .collect();
    let names: Vec<String> = parameters.iter().map(|(name, _)| name.clone()).collect();
    parameters.push((
        "Settings".to_owned(),
        options.settings.json(&options.regions, options.all_regions),
    ));
    parameters.sort();
    Template {
        body: home::document(options, &names).to_string(),
        parameters,
    }
}

/// The rules of a Region.
pub fn forwarder(options: &AlertingOptions, rules: &[EventRule]) -> Template {
    Template {
        body: forwarder::document(rules).to_string(),
        parameters: vec![("HomeRegion".to_owned(), options.home.clone())],
    }
}

/// CloudWatch metric filters and alarms, as the CIS benchmark words them; parameters name the log group, and who hears.
pub fn cis_metric_filters() -> Template {
    Template {
        body: cis::document().to_string(),
        parameters: Vec::new(),
    }
}

/// The body, laid out for people, with a line's end; as it is where it would be too large to deploy.
pub fn pretty(template: &Template) -> String {
    let laid_out = serde_json::from_str(&template.body)
        .and_then(|document: Value| serde_json::to_string_pretty(&document));
    let fits = laid_out.ok().filter(|text| text.len() < BODY_LIMIT);
    fits.unwrap_or_else(|| template.body.clone()) + "\n"
}

/// A text with `${AWS::Region}` and the like in it.
fn sub(text: &str) -> Value {
    json!({"Fn::Sub": text})
}

/// The ARN of a resource of the template.
fn arn(resource: &str) -> Value {
    json!({"Fn::GetAtt": [resource, "Arn"]})
}

/// The tag by which everything of ours is found.
fn tags() -> Value {
    json!([{"Key": "trailhunt", "Value": "alerts"}])
}

/// Checks of checkov that a resource does not pass, each with why.
fn checkov_skips(checks: &[(&str, &str)]) -> Value {
    let skip: Vec<Value> = checks
        .iter()
        .map(|(id, comment)| json!({"id": id, "comment": comment}))
        .collect();
    json!({"checkov": {"skip": skip}})
}

/// A policy document of one or more statements.
fn policy(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// What a role needs to be assumed by a service, for this account's resources only where `confined`.
fn trust(service: &str, confined: bool) -> Value {
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole"
    });
    if confined {
        statement["Condition"] =
            json!({"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}});
    }
    policy(&[statement])
}

/// A queue that keeps messages as long as SQS does, two weeks; `more` are other properties.
fn queue(name: &str, more: Value) -> Value {
    let mut properties = json!({
        "QueueName": name,
        "MessageRetentionPeriod": 1_209_600,
        "SqsManagedSseEnabled": true,
        "Tags": tags()
    });
    if let (Value::Object(properties), Value::Object(more)) = (&mut properties, more) {
        properties.extend(more);
    }
    json!({
        "Type": "AWS::SQS::Queue",
        "Metadata": checkov_skips(&[("CKV_AWS_27", "encrypted by SSE-SQS; a key that EventBridge may use is one to pay for")]),
        "Properties": properties
    })
}

/// The policy of a queue: EventBridge may send to it for the rules `sources`, and nobody else by this policy.
fn queue_policy(queue: &str, operator: &str, sources: &Value) -> Value {
    json!({
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{"Ref": queue}],
            "PolicyDocument": policy(&[json!({
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn(queue),
                "Condition": {operator: {"aws:SourceArn": sources}}
            })])
        }
    })
}
