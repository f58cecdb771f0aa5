//! CloudWatch metric filters and alarms for accounts that must satisfy Security Hub's controls CloudWatch.1 to
//! CloudWatch.14, which compare the patterns of filters by their text.

use serde_json::{Map, Value, json};

use super::{checkov_skips, policy, sub, tags};

/// Where the metrics are.
const NAMESPACE: &str = "CISBenchmark";

/// A pattern, as the user guide of Security Hub words it.
#[derive(Clone, Copy)]
enum MetricPattern {
    Text(&'static str),
    /// Any call of these names.
    Calls(&'static [&'static str]),
    /// Any call of these names to that service.
    CallsTo(&'static str, &'static [&'static str]),
}

/// The controls: name of filter, metric and alarm, and the pattern; the first is CloudWatch.1.
const CONTROLS: [(&str, MetricPattern); 14] = [
    (
        "RootUse",
        MetricPattern::Text(
            r#"{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}"#,
        ),
    ),
    (
        "UnauthorizedCalls",
        MetricPattern::Text(
            r#"{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}"#,
        ),
    ),
    (
        "SignInWithoutMfa",
        MetricPattern::Text(
            r#"{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }"#,
        ),
    ),
    (
        "IamPolicyChanges",
        MetricPattern::CallsTo(
            "iam",
            &[
                "DeleteGroupPolicy",
                "DeleteRolePolicy",
                "DeleteUserPolicy",
                "PutGroupPolicy",
                "PutRolePolicy",
                "PutUserPolicy",
                "CreatePolicy",
                "DeletePolicy",
                "CreatePolicyVersion",
                "DeletePolicyVersion",
                "AttachRolePolicy",
                "DetachRolePolicy",
                "AttachUserPolicy",
                "DetachUserPolicy",
                "AttachGroupPolicy",
                "DetachGroupPolicy",
            ],
        ),
    ),
    (
        "CloudTrailChanges",
        MetricPattern::Calls(&[
            "CreateTrail",
            "UpdateTrail",
            "DeleteTrail",
            "StartLogging",
            "StopLogging",
        ]),
    ),
    (
        "SignInFailures",
        MetricPattern::Text(
            r#"{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}"#,
        ),
    ),
    (
        "KeysDisabledOrDeleted",
        MetricPattern::CallsTo("kms", &["DisableKey", "ScheduleKeyDeletion"]),
    ),
    (
        "BucketPolicyChanges",
        MetricPattern::CallsTo(
            "s3",
            &[
                "PutBucketAcl",
                "PutBucketPolicy",
                "PutBucketCors",
                "PutBucketLifecycle",
                "PutBucketReplication",
                "DeleteBucketPolicy",
                "DeleteBucketCors",
                "DeleteBucketLifecycle",
                "DeleteBucketReplication",
            ],
        ),
    ),
    (
        "ConfigChanges",
        MetricPattern::CallsTo(
            "config",
            &[
                "StopConfigurationRecorder",
                "DeleteDeliveryChannel",
                "PutDeliveryChannel",
                "PutConfigurationRecorder",
            ],
        ),
    ),
    (
        "SecurityGroupChanges",
        MetricPattern::Calls(&[
            "AuthorizeSecurityGroupIngress",
            "AuthorizeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "RevokeSecurityGroupEgress",
            "CreateSecurityGroup",
            "DeleteSecurityGroup",
        ]),
    ),
    (
        "NetworkAclChanges",
        MetricPattern::Calls(&[
            "CreateNetworkAcl",
            "CreateNetworkAclEntry",
            "DeleteNetworkAcl",
            "DeleteNetworkAclEntry",
            "ReplaceNetworkAclEntry",
            "ReplaceNetworkAclAssociation",
        ]),
    ),
    (
        "GatewayChanges",
        MetricPattern::Calls(&[
            "CreateCustomerGateway",
            "DeleteCustomerGateway",
            "AttachInternetGateway",
            "CreateInternetGateway",
            "DeleteInternetGateway",
            "DetachInternetGateway",
        ]),
    ),
    (
        "RouteTableChanges",
        MetricPattern::CallsTo(
            "ec2",
            &[
                "CreateRoute",
                "CreateRouteTable",
                "ReplaceRoute",
                "ReplaceRouteTableAssociation",
                "DeleteRouteTable",
                "DeleteRoute",
                "DisassociateRouteTable",
            ],
        ),
    ),
    (
        "VpcChanges",
        MetricPattern::Calls(&[
            "CreateVpc",
            "DeleteVpc",
            "ModifyVpcAttribute",
            "AcceptVpcPeeringConnection",
            "CreateVpcPeeringConnection",
            "DeleteVpcPeeringConnection",
            "RejectVpcPeeringConnection",
            "AttachClassicLinkVpc",
            "DetachClassicLinkVpc",
            "DisableVpcClassicLink",
            "EnableVpcClassicLink",
        ]),
    ),
];

impl MetricPattern {
    fn text(self) -> String {
        let any = |names: &[&str]| {
            let calls: Vec<String> = names
                .iter()
                .map(|name| format!("($.eventName={name})"))
                .collect();
            calls.join(" || ")
        };
        match self {
            Self::Text(text) => text.to_owned(),
            Self::Calls(names) => format!("{{{}}}", any(names)),
            Self::CallsTo(service, names) => {
                let calls = any(names);
                format!("{{($.eventSource={service}.amazonaws.com) && ({calls})}}")
            }
        }
    }
}

pub fn document() -> Value {
    let mut resources = Map::from_iter([
        ("Topic".to_owned(), topic()),
        ("TopicPolicy".to_owned(), topic_policy()),
        ("Subscription".to_owned(), subscription()),
    ]);
    for ((name, pattern), number) in CONTROLS.into_iter().zip(1..) {
        resources.insert(format!("{name}Filter"), filter(name, &pattern.text()));
        resources.insert(format!("{name}Alarm"), alarm(name, number));
    }
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "trailhunt: metric filters and alarms of the CIS AWS Foundations Benchmark",
        "Parameters": {
            "LogGroupName": {
                "Type": "String",
                "Description": "Log group that the trail writes to, in the Region of this stack"
            },
            "Email": {
                "Type": "String",
                "Description": "Address that hears of the alarms: the controls want a subscriber"
            }
        },
        "Resources": resources
    })
}

fn filter(name: &str, pattern: &str) -> Value {
    json!({
        "Type": "AWS::Logs::MetricFilter",
        "Properties": {
            "FilterName": format!("trailhunt-{name}"),
            "LogGroupName": {"Ref": "LogGroupName"},
            "FilterPattern": pattern,
            "MetricTransformations": [{
                "MetricName": name,
                "MetricNamespace": NAMESPACE,
                "MetricValue": "1"
            }]
        }
    })
}

fn alarm(name: &str, number: u32) -> Value {
    json!({
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": format!("trailhunt-{name}"),
            "AlarmDescription": format!("Security Hub's control CloudWatch.{number}"),
            "Namespace": NAMESPACE,
            "MetricName": name,
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "Topic"}],
            "Tags": tags()
        }
    })
}

fn topic() -> Value {
    json!({
        "Type": "AWS::SNS::Topic",
        "Metadata": checkov_skips(&[(
            "CKV_AWS_26",
            "e-mail leaves AWS in clear; a key that alarms may use is one to pay for and to keep",
        )]),
        "Properties": {"TopicName": "trailhunt-cis-alarms", "Tags": tags()}
    })
}

fn topic_policy() -> Value {
    json!({
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {
            "Topics": [{"Ref": "Topic"}],
            "PolicyDocument": policy(&[json!({
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": {"Ref": "Topic"},
                "Condition": {
                    "ArnLike": {"aws:SourceArn": sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:trailhunt-*")}
                }
            })])
        }
    })
}

fn subscription() -> Value {
    json!({
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": {"Ref": "Topic"},
            "Protocol": "email",
            "Endpoint": {"Ref": "Email"}
        }
    })
}
