//! The stack of home: the bus that every Region forwards to, the role by which it does, the queue, its dead letters and
//! the alarms. What runs is in `function`, who is told in `recipients`.

use serde_json::{Map, Value, json};

use super::{arn, function, policy, queue_policy, recipients, sub, tags, trust};
use crate::alerting::names::{
    BUS, DEAD_LETTERS, DIGEST_RULE, FORMATTER, FORWARDER_ROLE, QUEUE, SELF_TEST_SOURCE,
    SETTINGS_PARAMETER,
};
use crate::alerting::options::AlertingOptions;

/// How often a message is tried before it is a dead letter.
const TRIES: u32 = 5;

/// `catalogue` are the names of the parameters that the catalogue comes in.
pub fn document(options: &AlertingOptions, catalogue: &[String]) -> Value {
    let mut parameters = Map::new();
    for name in catalogue {
        let about = json!({"Type": "String", "Description": "A part of the compressed rules"});
        parameters.insert(name.clone(), about);
    }
    let settings = "Severity, work hours, suppressions and routes, as JSON";
    parameters.insert(
        "Settings".to_owned(),
        json!({"Type": "String", "Description": settings}),
    );
    let mut resources = way_in();
    resources.extend(function::resources(options, catalogue));
    resources.extend(recipients::resources(options));
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "trailhunt: the bus that Regions forward to, and the function that tells people",
        "Parameters": parameters,
        "Resources": resources,
        "Outputs": {"AlertsTopic": {"Value": {"Ref": "AlertsTopic"}}}
    })
}

/// From the bus to the queue.
fn way_in() -> Map<String, Value> {
    let rules = json!([arn("HomeRule"), arn("DigestRule")]);
    Map::from_iter([
        ("Bus".to_owned(), bus()),
        ("ForwarderRole".to_owned(), forwarder_role()),
        ("HomeRule".to_owned(), home_rule()),
        ("DigestRule".to_owned(), digest_rule()),
        ("Queue".to_owned(), queue()),
        (
            "QueuePolicy".to_owned(),
            queue_policy("Queue", "ArnEquals", &arn("HomeRule")),
        ),
        (
            "DeadLetters".to_owned(),
            super::queue(DEAD_LETTERS, json!({})),
        ),
        (
            "DeadLettersPolicy".to_owned(),
            queue_policy("DeadLetters", "ArnEquals", &rules),
        ),
        ("DeadLettersAlarm".to_owned(), dead_letters_alarm()),
        ("ErrorsAlarm".to_owned(), errors_alarm()),
        ("WaitingAlarm".to_owned(), waiting_alarm()),
        ("SettingsParameter".to_owned(), settings()),
    ])
}

/// Its policy names the role, though both are of one account: PutTargets of another Region was seen to want that
/// (facts: G5).
fn bus() -> Value {
    let put = json!({
        "Sid": "forwarders",
        "Effect": "Allow",
        "Principal": {"AWS": arn("ForwarderRole")},
        "Action": "events:PutEvents",
        "Resource": bus_arn()
    });
    json!({
        "Type": "AWS::Events::EventBus",
        "Properties": {"Name": BUS, "Policy": policy(&[put]), "Tags": tags()}
    })
}

/// By its name, because bus and role name each other.
fn bus_arn() -> Value {
    sub(&format!(
        "arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:event-bus/{BUS}"
    ))
}

fn forwarder_role() -> Value {
    let put = json!({"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus_arn()});
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": FORWARDER_ROLE,
            "Description": "EventBridge rules of every Region put events on the bus of trailhunt's alerts",
            "AssumeRolePolicyDocument": trust("events.amazonaws.com", true),
            "Policies": [{"PolicyName": "put-events", "PolicyDocument": policy(&[put])}],
            "Tags": tags()
        }
    })
}

fn home_rule() -> Value {
    json!({
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Name": BUS,
            "EventBusName": {"Ref": "Bus"},
            "EventPattern": {"source": [{"prefix": "aws."}, SELF_TEST_SOURCE]},
            "Targets": [{
                "Id": "queue",
                "Arn": arn("Queue"),
                "DeadLetterConfig": {"Arn": arn("DeadLetters")}
            }]
        }
    })
}

/// Just after midnight, UTC: the digest is of the day that ended.
fn digest_rule() -> Value {
    json!({
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Name": DIGEST_RULE,
            "ScheduleExpression": "cron(5 0 * * ? *)",
            "Targets": [{
                "Id": "formatter",
                "Arn": arn("Formatter"),
                "Input": r#"{"trailhunt":"digest"}"#,
                "DeadLetterConfig": {"Arn": arn("DeadLetters")}
            }]
        }
    })
}

fn queue() -> Value {
    super::queue(
        QUEUE,
        json!({
            // AWS asks for six times what the function may take
            "VisibilityTimeout": 6 * function::TIMEOUT,
            "RedrivePolicy": {"deadLetterTargetArn": arn("DeadLetters"), "maxReceiveCount": TRIES}
        }),
    )
}

fn dead_letters_alarm() -> Value {
    alarm(
        DEAD_LETTERS,
        "Alerts could not be told: see the dead letters, and trailhunt alerts-status",
        &queue_metric("ApproximateNumberOfMessagesVisible", "DeadLetters"),
        0,
    )
}

/// Neither dead letters nor errors tell of a function that is not called at all: throttled, or its mapping disabled.
fn waiting_alarm() -> Value {
    alarm(
        &format!("{QUEUE}-waiting"),
        "Events wait for half an hour to be told: see whether the function runs, and trailhunt alerts-status",
        &queue_metric("ApproximateAgeOfOldestMessage", "Queue"),
        1800,
    )
}

fn errors_alarm() -> Value {
    alarm(
        &format!("{FORMATTER}-errors"),
        "The function that tells alerts fails: see its log group",
        &json!({
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": "Formatter"}}],
            "Statistic": "Sum"
        }),
        0,
    )
}

fn queue_metric(metric: &str, queue: &str) -> Value {
    json!({
        "Namespace": "AWS/SQS",
        "MetricName": metric,
        "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}],
        "Statistic": "Maximum"
    })
}

/// What operators are told where a metric was above a threshold within five minutes.
fn alarm(name: &str, about: &str, metric: &Value, threshold: u32) -> Value {
    let mut properties = metric.clone();
    let more = json!({
        "AlarmName": name,
        "AlarmDescription": about,
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [{"Ref": "OperationsTopic"}],
        "Tags": tags()
    });
    if let (Value::Object(properties), Value::Object(more)) = (&mut properties, more) {
        properties.extend(more);
    }
    json!({"Type": "AWS::CloudWatch::Alarm", "Properties": properties})
}

fn settings() -> Value {
    json!({
        "Type": "AWS::SSM::Parameter",
        "Properties": {
            "Name": SETTINGS_PARAMETER,
            "Type": "String",
            "Value": {"Ref": "Settings"},
            "Description": "Settings of trailhunt's alerts: deploy-alerts writes them",
            "Tags": {"trailhunt": "alerts"}
        }
    })
}
