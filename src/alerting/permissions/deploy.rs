//! What deploy-alerts must be allowed: CloudFormation acts as its caller, so that is whatever the stacks hold.

use serde_json::{Value, json};

use super::{
    BUCKETS, BUSES, FUNCTION, QUEUES, ROLES, RULES, STACKS, TOPICS, TRAIL, allow, regions, trails,
};

pub fn deploy() -> Vec<Value> {
    let mut statements = vec![
        regions(),
        trails(),
        allow(
            "LookAtConfig",
            &[
                "config:DescribeConfigurationRecorderStatus",
                "config:DescribeConfigurationRecorders",
            ],
            &["*"],
        ),
        allow(
            "ChangeStacks",
            &[
                "cloudformation:CreateChangeSet",
                "cloudformation:DeleteChangeSet",
                "cloudformation:DeleteStack",
                "cloudformation:DescribeChangeSet",
                "cloudformation:DescribeStackEvents",
                "cloudformation:DescribeStacks",
                "cloudformation:ExecuteChangeSet",
                "cloudformation:GetTemplate",
                "cloudformation:TagResource",
            ],
            &[STACKS],
        ),
    ];
    statements.extend(made());
    statements.push(allow(
        "MakeTheTrail",
        &[
            "cloudtrail:AddTags",
            "cloudtrail:CreateTrail",
            "cloudtrail:DeleteTrail",
            "cloudtrail:GetInsightSelectors",
            "cloudtrail:GetTrail",
            "cloudtrail:ListTags",
            "cloudtrail:PutEventSelectors",
            "cloudtrail:StartLogging",
            "cloudtrail:UpdateTrail",
        ],
        &[TRAIL],
    ));
    statements.push(allow(
        "MakeItsBucket",
        &[
            "s3:CreateBucket",
            "s3:DeleteBucket",
            "s3:DeleteBucketPolicy",
            "s3:GetBucketPolicy",
            "s3:GetBucketTagging",
            "s3:ListBucket",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketPolicy",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketTagging",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
        ],
        &[BUCKETS],
    ));
    statements
}

/// What the stacks of home and of the Regions hold: made, changed and deleted by CloudFormation as the caller.
pub fn made() -> Vec<Value> {
    let mut statements = messaging();
    statements.extend([
        allow(
            "KeepTheTable",
            &[
                "dynamodb:CreateTable",
                "dynamodb:DeleteTable",
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeContributorInsights",
                "dynamodb:DescribeKinesisStreamingDestination",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:ListTagsOfResource",
                "dynamodb:TagResource",
                "dynamodb:UntagResource",
                "dynamodb:UpdateTable",
                "dynamodb:UpdateTimeToLive",
            ],
            &["arn:aws:dynamodb:*:*:table/trailhunt-*"],
        ),
        allow(
            "KeepTheSettings",
            &[
                "ssm:AddTagsToResource",
                "ssm:DeleteParameter",
                "ssm:GetParameters",
                "ssm:ListTagsForResource",
                "ssm:PutParameter",
                "ssm:RemoveTagsFromResource",
            ],
            &["arn:aws:ssm:*:*:parameter/trailhunt/*"],
        ),
        allow("FindTheSettings", &["ssm:DescribeParameters"], &["*"]),
        allow(
            "RaiseAlarms",
            &[
                "cloudwatch:DeleteAlarms",
                "cloudwatch:DescribeAlarms",
                "cloudwatch:ListTagsForResource",
                "cloudwatch:PutMetricAlarm",
                "cloudwatch:TagResource",
                "cloudwatch:UntagResource",
            ],
            &["arn:aws:cloudwatch:*:*:alarm:trailhunt-*"],
        ),
    ]);
    statements.extend(function());
    statements
}

/// Bus, rules, queues and topics.
fn messaging() -> Vec<Value> {
    vec![
        allow(
            "KeepBusAndRules",
            &[
                "events:CreateEventBus",
                "events:DeleteEventBus",
                "events:DeleteRule",
                "events:DescribeEventBus",
                "events:DescribeRule",
                "events:ListTagsForResource",
                "events:ListTargetsByRule",
                "events:PutRule",
                "events:PutTargets",
                "events:RemoveTargets",
                "events:TagResource",
                "events:UntagResource",
                "events:UpdateEventBus",
            ],
            &[BUSES, RULES],
        ),
        allow(
            "KeepQueues",
            &[
                "sqs:CreateQueue",
                "sqs:DeleteQueue",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ListQueueTags",
                "sqs:SetQueueAttributes",
                "sqs:TagQueue",
                "sqs:UntagQueue",
            ],
            &[QUEUES],
        ),
        allow(
            "KeepTopics",
            &[
                "sns:CreateTopic",
                "sns:DeleteTopic",
                "sns:GetDataProtectionPolicy",
                "sns:GetTopicAttributes",
                "sns:ListSubscriptionsByTopic",
                "sns:ListTagsForResource",
                "sns:SetTopicAttributes",
                "sns:Subscribe",
                "sns:TagResource",
                "sns:UntagResource",
            ],
            &[TOPICS],
        ),
        // neither a bus's policy nor a subscription is a resource to IAM
        allow(
            "KeepBusPolicyAndSubscriptions",
            &[
                "events:PutPermission",
                "events:RemovePermission",
                "sns:GetSubscriptionAttributes",
                "sns:SetSubscriptionAttributes",
                "sns:Unsubscribe",
            ],
            &["*"],
        ),
    ]
}

/// The function, its roles and its log.
fn function() -> Vec<Value> {
    vec![
        allow(
            "KeepTheFunction",
            &[
                "lambda:AddPermission",
                "lambda:CreateFunction",
                "lambda:DeleteFunction",
                "lambda:GetFunction",
                "lambda:GetFunctionCodeSigningConfig",
                "lambda:GetFunctionConfiguration",
                "lambda:GetFunctionRecursionConfig",
                "lambda:GetRuntimeManagementConfig",
                "lambda:ListTags",
                "lambda:RemovePermission",
                "lambda:TagResource",
                "lambda:UntagResource",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
            ],
            &[FUNCTION],
        ),
        // a mapping has no name of its own
        allow(
            "FeedTheFunction",
            &[
                "lambda:CreateEventSourceMapping",
                "lambda:DeleteEventSourceMapping",
                "lambda:GetEventSourceMapping",
                "lambda:ListEventSourceMappings",
                "lambda:UpdateEventSourceMapping",
            ],
            &["*"],
        ),
        allow(
            "KeepRoles",
            &[
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:DeleteRolePolicy",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "iam:ListRoleTags",
                "iam:PutRolePolicy",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
            ],
            &[ROLES],
        ),
        json!({
            "Sid": "GiveRoles",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": [ROLES],
            "Condition": {"StringEquals": {
                "iam:PassedToService": ["events.amazonaws.com", "lambda.amazonaws.com"]
            }}
        }),
        allow(
            "KeepTheLog",
            &[
                "logs:CreateLogGroup",
                "logs:DeleteLogGroup",
                "logs:DeleteRetentionPolicy",
                "logs:ListTagsForResource",
                "logs:PutRetentionPolicy",
                "logs:TagResource",
                "logs:UntagResource",
            ],
            &["arn:aws:logs:*:*:log-group:/aws/lambda/trailhunt-*"],
        ),
        allow("FindTheLog", &["logs:DescribeLogGroups"], &["*"]),
    ]
}
