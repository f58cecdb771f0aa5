//! The stack of the trail: a trail of all Regions, and the bucket that keeps its logs. Both outlive the stack, because
//! they are evidence.

use serde_json::{Value, json};

use super::{arn, checkov_skips, policy, sub, tags};
use crate::alerting::names::{LOG_BUCKET_PREFIX, TRAIL};

pub fn document() -> Value {
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "trailhunt: a trail of all Regions, and the bucket of its logs, which stays when the stack goes",
        "Parameters": {
            "ExistingBucket": {
                "Type": "String",
                "Default": "",
                "Description": "Bucket that is there already, with a policy that lets the trail write; empty for a new one"
            },
            "GlacierAfterDays": {
                "Type": "Number",
                "Default": 365,
                "MinValue": 1,
                "Description": "Days after which logs move to Glacier Instant Retrieval, where they are read as before"
            }
        },
        "Conditions": {"MakeBucket": {"Fn::Equals": [{"Ref": "ExistingBucket"}, ""]}},
        "Resources": {
            "LogBucket": bucket(),
            "LogBucketPolicy": bucket_policy(),
            "Trail": trail()
        },
        "Outputs": {
            "Bucket": {"Value": bucket_name()},
            "Trail": {"Value": arn("Trail")}
        }
    })
}

/// The bucket once its policy stands, without which CloudTrail refuses it; `DependsOn` takes nothing conditional.
fn bucket_name() -> Value {
    let ready = json!({"Fn::Select": [0, [{"Ref": "LogBucket"}, {"Ref": "LogBucketPolicy"}]]});
    json!({"Fn::If": ["MakeBucket", ready, {"Ref": "ExistingBucket"}]})
}

fn trail_arn() -> Value {
    sub(&format!(
        "arn:${{AWS::Partition}}:cloudtrail:${{AWS::Region}}:${{AWS::AccountId}}:trail/{TRAIL}"
    ))
}

fn bucket() -> Value {
    json!({
        "Type": "AWS::S3::Bucket",
        "Condition": "MakeBucket",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Metadata": checkov_skips(&[
            ("CKV_AWS_18", "access logs of the log bucket would need a second bucket; its data events tell the same")
        ]),
        "Properties": {
            "BucketName": sub(&format!("{LOG_BUCKET_PREFIX}-${{AWS::AccountId}}-${{AWS::Region}}")),
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            ]},
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": true,
                "BlockPublicPolicy": true,
                "IgnorePublicAcls": true,
                "RestrictPublicBuckets": true
            },
            "VersioningConfiguration": {"Status": "Enabled"},
            "LifecycleConfiguration": {"Rules": [{
                "Id": "keep-for-less",
                "Status": "Enabled",
                "Transitions": [
                    {"StorageClass": "GLACIER_IR", "TransitionInDays": {"Ref": "GlacierAfterDays"}}
                ],
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}
            }]},
            "Tags": tags()
        }
    })
}

/// CloudTrail may write, for this trail only; nobody reads or writes without TLS.
fn bucket_policy() -> Value {
    let for_the_trail = json!({"aws:SourceArn": trail_arn()});
    let cloudtrail = json!({"Service": "cloudtrail.amazonaws.com"});
    let logs = sub("${LogBucket.Arn}/AWSLogs/${AWS::AccountId}/*");
    json!({
        "Type": "AWS::S3::BucketPolicy",
        "Condition": "MakeBucket",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "Bucket": {"Ref": "LogBucket"},
            "PolicyDocument": policy(&[
                json!({
                    "Sid": "CloudTrailLooksAtTheBucket",
                    "Effect": "Allow",
                    "Principal": cloudtrail,
                    "Action": "s3:GetBucketAcl",
                    "Resource": arn("LogBucket"),
                    "Condition": {"StringEquals": for_the_trail}
                }),
                json!({
                    "Sid": "CloudTrailWritesLogs",
                    "Effect": "Allow",
                    "Principal": cloudtrail,
                    "Action": "s3:PutObject",
                    "Resource": logs,
                    "Condition": {"StringEquals": {
                        "s3:x-amz-acl": "bucket-owner-full-control",
                        "aws:SourceArn": trail_arn()
                    }}
                }),
                json!({
                    "Sid": "NobodyWithoutTls",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [arn("LogBucket"), sub("${LogBucket.Arn}/*")],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}}
                })
            ])
        }
    })
}

fn trail() -> Value {
    json!({
        "Type": "AWS::CloudTrail::Trail",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Metadata": checkov_skips(&[
            ("CKV_AWS_35", "SSE-S3: a key of its own could be disabled, and the evidence with it")
        ]),
        "Properties": {
            "TrailName": TRAIL,
            "S3BucketName": bucket_name(),
            "IsLogging": true,
            "IsMultiRegionTrail": true,
            "IncludeGlobalServiceEvents": true,
            "EnableLogFileValidation": true,
            "EventSelectors": [{"IncludeManagementEvents": true, "ReadWriteType": "All"}],
            "Tags": tags()
        }
    })
}
