//! What an operator must be allowed for each of the alerts commands, as IAM policies. They name no account: each is
//! attached in the account that it is for. The names of everything of ours begin with `trailhunt`, and so do the
//! resources here; `*` stands where an action has no resource, or the resource is not ours.

use serde_json::{Value, json};

/// Name of a command, or of one with a flag that needs more, and its policy.
pub fn policies() -> [(&'static str, Value); 6] {
    [
        ("deploy-alerts", policy(&deploy())),
        ("alerts-status", policy(&status())),
        ("test-alerts", policy(&test())),
        ("test-alerts-live", policy(&[test(), test_live()].concat())),
        ("backtest-alerts", policy(&backtest())),
        ("remove-alerts", policy(&remove())),
    ]
}

fn policy(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn allow(sid: &str, actions: &[&str], resources: &[&str]) -> Value {
    json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources})
}

const STACKS: &str = "arn:aws:cloudformation:*:*:stack/trailhunt-*";
const BUCKETS: &str = "arn:aws:s3:::trailhunt-logs-*";
const BUSES: &str = "arn:aws:events:*:*:event-bus/trailhunt-*";
const RULES: &str = "arn:aws:events:*:*:rule/trailhunt-*";
const QUEUES: &str = "arn:aws:sqs:*:*:trailhunt-*";
const TOPICS: &str = "arn:aws:sns:*:*:trailhunt-*";
const FUNCTION: &str = "arn:aws:lambda:*:*:function:trailhunt-*";
const ROLES: &str = "arn:aws:iam::*:role/trailhunt-alerts-*";
const TRAIL: &str = "arn:aws:cloudtrail:*:*:trail/trailhunt";

/// Who is asking, and the Regions of the account.
fn regions() -> Value {
    allow(
        "KnowTheAccount",
        &["account:ListRegions", "sts:GetCallerIdentity"],
        &["*"],
    )
}

/// Which trails there are, and whether they log.
fn trails() -> Value {
    allow(
        "LookAtTrails",
        &[
            "cloudtrail:DescribeTrails",
            "cloudtrail:GetEventSelectors",
            "cloudtrail:GetTrailStatus",
        ],
        &["*"],
    )
}

fn deploy() -> Vec<Value> {
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
fn made() -> Vec<Value> {
    let mut statements = messaging();
    statements.extend([
        allow(
            "KeepTheTable",
            &[
                "dynamodb:CreateTable",
                "dynamodb:DeleteTable",
                "dynamodb:DescribeContinuousBackups",
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
                "events:PutPermission",
                "events:PutRule",
                "events:PutTargets",
                "events:RemovePermission",
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
                "sns:GetSubscriptionAttributes",
                "sns:GetTopicAttributes",
                "sns:ListSubscriptionsByTopic",
                "sns:ListTagsForResource",
                "sns:SetSubscriptionAttributes",
                "sns:SetTopicAttributes",
                "sns:Subscribe",
                "sns:TagResource",
                "sns:Unsubscribe",
                "sns:UntagResource",
            ],
            &[TOPICS],
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

fn status() -> Vec<Value> {
    vec![
        regions(),
        trails(),
        allow(
            "LookAtStacks",
            &[
                "cloudformation:DescribeStackDriftDetectionStatus",
                "cloudformation:DescribeStackResource",
                "cloudformation:DescribeStackResourceDrifts",
                "cloudformation:DescribeStackResources",
                "cloudformation:DescribeStacks",
                "cloudformation:DetectStackDrift",
                "cloudformation:DetectStackResourceDrift",
                "cloudformation:GetTemplate",
                "cloudformation:ListStackResources",
            ],
            &["*"],
        ),
        allow(
            "LookAtBusAndRules",
            &[
                "events:DescribeRule",
                "events:ListTagsForResource",
                "events:ListTargetsByRule",
            ],
            &[BUSES, RULES],
        ),
        allow(
            "FindRules",
            &[
                "events:DescribeEventBus",
                "events:ListRuleNamesByTarget",
                "events:ListRules",
            ],
            &["*"],
        ),
        allow(
            "LookAtQueues",
            &[
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ListQueueTags",
            ],
            &[QUEUES],
        ),
        allow(
            "LookAtTopics",
            &[
                "sns:GetSubscriptionAttributes",
                "sns:GetTopicAttributes",
                "sns:ListSubscriptionsByTopic",
                "sns:ListTagsForResource",
            ],
            &[TOPICS],
        ),
        allow("AskTheFunction", &["lambda:InvokeFunction"], &[FUNCTION]),
        allow(
            "CompareForDrift",
            &[
                "cloudwatch:DescribeAlarms",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "lambda:GetEventSourceMapping",
                "lambda:GetFunction",
                "lambda:GetFunctionConfiguration",
                "lambda:GetPolicy",
                "lambda:ListEventSourceMappings",
                "logs:DescribeLogGroups",
                "ssm:DescribeParameters",
            ],
            &["*"],
        ),
        allow(
            "LookAtSettings",
            &["ssm:GetParameter", "ssm:GetParameters"],
            &["arn:aws:ssm:*:*:parameter/trailhunt/*"],
        ),
    ]
}

fn test() -> Vec<Value> {
    vec![
        regions(),
        allow(
            "FindTheAlerting",
            &["cloudformation:DescribeStacks"],
            &[STACKS],
        ),
        allow(
            "SendTestEvents",
            &["events:PutEvents"],
            &["arn:aws:events:*:*:event-bus/default"],
        ),
        allow(
            "ReceiveThem",
            &[
                "sqs:CreateQueue",
                "sqs:DeleteMessage",
                "sqs:DeleteQueue",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ReceiveMessage",
                "sqs:SetQueueAttributes",
                "sqs:TagQueue",
            ],
            &["arn:aws:sqs:*:*:trailhunt-alerts-test-*"],
        ),
        allow("FindLeftovers", &["sqs:ListQueues"], &["*"]),
        allow(
            "CountDeadLetters",
            &["sqs:GetQueueAttributes", "sqs:GetQueueUrl"],
            &[QUEUES],
        ),
        allow(
            "Subscribe",
            &["sns:ListSubscriptionsByTopic", "sns:Subscribe"],
            &["arn:aws:sns:*:*:trailhunt-alerts"],
        ),
        // a subscription is no resource to IAM
        allow("Unsubscribe", &["sns:Unsubscribe"], &["*"]),
    ]
}

/// Besides `test`: the stack with a user and a security group, and calls that change nothing.
fn test_live() -> Vec<Value> {
    vec![
        allow(
            "MakeTheLiveStack",
            &[
                "cloudformation:CreateStack",
                "cloudformation:DeleteStack",
                "cloudformation:DescribeStackEvents",
                "cloudformation:ListStackResources",
            ],
            &["arn:aws:cloudformation:*:*:stack/trailhunt-alerts-live-test/*"],
        ),
        allow(
            "MakeTheUser",
            &[
                "iam:CreateUser",
                "iam:DeleteUser",
                "iam:GetLoginProfile",
                "iam:GetUser",
                "iam:ListAccessKeys",
                "iam:ListAttachedUserPolicies",
                "iam:ListGroupsForUser",
                "iam:ListUserPolicies",
                "iam:ListUserTags",
            ],
            &["arn:aws:iam::*:user/trailhunt-*"],
        ),
        allow(
            "MakeTheSecurityGroup",
            &[
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:CreateSecurityGroup",
                "ec2:CreateTags",
                "ec2:DeleteSecurityGroup",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeVpcs",
            ],
            &["*"],
        ),
        trails(),
        allow(
            "UpdateTheTrailToWhatItIs",
            &["cloudtrail:UpdateTrail"],
            &[TRAIL],
        ),
        allow(
            "EvaluateConfigRules",
            &[
                "config:DescribeConfigRules",
                "config:StartConfigRulesEvaluation",
            ],
            &["*"],
        ),
    ]
}

/// From Event history; from files, none.
fn backtest() -> Vec<Value> {
    vec![
        regions(),
        allow("ReadEventHistory", &["cloudtrail:LookupEvents"], &["*"]),
    ]
}

fn remove() -> Vec<Value> {
    let mut statements = vec![
        regions(),
        allow(
            "RemoveStacks",
            &[
                "cloudformation:DeleteStack",
                "cloudformation:DescribeStackEvents",
                "cloudformation:DescribeStackResources",
                "cloudformation:DescribeStacks",
            ],
            &[STACKS],
        ),
        allow("RemoveTheTrail", &["cloudtrail:DeleteTrail"], &[TRAIL]),
        allow("SeeTheBucketThatStays", &["s3:ListBucket"], &[BUCKETS]),
        trails(),
    ];
    let removing = |action: &&str| {
        let verb = action.split(':').nth(1).unwrap_or_default();
        ["Delete", "Describe", "Get", "List", "Remove", "Unsubscribe"]
            .iter()
            .any(|start| verb.starts_with(start))
    };
    for mut statement in made() {
        let actions = statement["Action"].as_array().into_iter().flatten();
        let kept: Vec<String> = actions
            .filter_map(Value::as_str)
            .filter(removing)
            .map(str::to_owned)
            .collect();
        if !kept.is_empty() {
            statement["Action"] = json!(kept);
            statements.push(statement);
        }
    }
    statements
}
