//! What an operator must be allowed for each of the alerts commands, as IAM policies. They name no account: each is
//! attached in the account that it is for. The names of everything of ours begin with `trailhunt`, and so do the
//! resources here; `*` stands where an action has no resource, or the resource is not ours.

mod deploy;

use serde_json::{Value, json};

use deploy::{deploy, made};

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
                "sns:GetDataProtectionPolicy",
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
                "cloudwatch:ListTagsForResource",
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeContributorInsights",
                "dynamodb:DescribeKinesisStreamingDestination",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:ListTagsOfResource",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "iam:ListRoleTags",
                "lambda:GetEventSourceMapping",
                "lambda:GetFunction",
                "lambda:GetFunctionCodeSigningConfig",
                "lambda:GetFunctionConfiguration",
                "lambda:GetFunctionRecursionConfig",
                "lambda:GetPolicy",
                "lambda:GetRuntimeManagementConfig",
                "lambda:ListEventSourceMappings",
                "lambda:ListTags",
                "logs:DescribeLogGroups",
                "logs:ListTagsForResource",
                "sns:GetSubscriptionAttributes",
                "ssm:DescribeParameters",
                "ssm:ListTagsForResource",
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
                "iam:TagUser",
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
