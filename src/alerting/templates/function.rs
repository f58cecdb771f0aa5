//! What runs in home: the function with `formatter.py`, what it may do, and the table in which it remembers.

use serde_json::{Map, Value, json};

use super::{FORMATTER as SOURCE, arn, checkov_skips, policy, sub, tags, trust};
use crate::alerting::names::{FORMATTER, FORWARDER_DEAD_LETTERS, SETTINGS_PARAMETER, TABLE};
use crate::alerting::options::AlertingOptions;

/// What the function may take, in seconds: a batch with two slow webhooks.
pub const TIMEOUT: u32 = 120;

/// `catalogue` are the names of the parameters that the catalogue comes in.
pub fn resources(options: &AlertingOptions, catalogue: &[String]) -> Map<String, Value> {
    Map::from_iter([
        ("Formatter".to_owned(), formatter(options, catalogue)),
        ("FormatterRole".to_owned(), role(options)),
        ("FormatterLog".to_owned(), log()),
        ("FormatterQueue".to_owned(), event_source()),
        ("FormatterDigest".to_owned(), digest_permission()),
        ("Table".to_owned(), table()),
    ])
}

fn formatter(options: &AlertingOptions, catalogue: &[String]) -> Value {
    let mut code = vec![json!(format!("{}\nCATALOGUE = '", bare(SOURCE)))];
    code.extend(catalogue.iter().map(|name| json!({"Ref": name})));
    code.push(json!("'\n"));
    let chat = if options.chat {
        json!({"Ref": "ChatTopic"})
    } else {
        json!("")
    };
    json!({
        "Type": "AWS::Lambda::Function",
        "Metadata": checkov_skips(&[
            ("CKV_AWS_115", "accounts with the least quota have no concurrency to reserve; the queue's is limited"),
            ("CKV_AWS_117", "it talks to AWS and to webhooks only: a VPC would need a NAT gateway"),
            ("CKV_AWS_173", "its variables are names")
        ]),
        "Properties": {
            "FunctionName": FORMATTER,
            "Description": "Tells people of the events that trailhunt's rules match",
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Code": {"ZipFile": {"Fn::Join": ["", code]}},
            "Role": arn("FormatterRole"),
            "Timeout": TIMEOUT,
            "MemorySize": 256,
            "LoggingConfig": {"LogGroup": {"Ref": "FormatterLog"}},
            // of the digest, which no queue brings
            "DeadLetterConfig": {"TargetArn": arn("DeadLetters")},
            "Environment": {"Variables": {
                "TABLE": {"Ref": "Table"},
                "QUEUE_URL": {"Ref": "Queue"},
                "ALERTS_TOPIC": {"Ref": "AlertsTopic"},
                "CHAT_TOPIC": chat,
                "OPERATIONS_TOPIC": {"Ref": "OperationsTopic"},
                "SETTINGS_PARAMETER": {"Ref": "SettingsParameter"},
                "SLACK_PARAMETER": options.slack_webhook_parameter.as_deref().unwrap_or_default(),
                "WEBHOOK_PARAMETER": options.webhook_parameter.as_deref().unwrap_or_default()
            }},
            "Tags": tags()
        }
    })
}

/// Python without its docstrings and the comments that have lines of their own: a template has room for the code, not
/// for what is said about it.
pub(super) fn bare(source: &str) -> String {
    let mut code = String::new();
    let mut is_in_docstring = false;
    for line in source.lines() {
        let text = line.trim_start();
        let quotes = text.matches("'''").count();
        if is_in_docstring || text.starts_with("'''") {
            is_in_docstring ^= quotes == 1;
        } else if !(text.starts_with('#') || text.is_empty() && code.ends_with("\n\n")) {
            code.push_str(line);
            code.push('\n');
        }
    }
    code
}

fn role(options: &AlertingOptions) -> Value {
    let policies = policy(&permissions(options));
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": FORMATTER,
            "Description": "The function that tells of trailhunt's alerts",
            "AssumeRolePolicyDocument": trust("lambda.amazonaws.com", false),
            "Policies": [{"PolicyName": "tell-alerts", "PolicyDocument": policies}],
            "Tags": tags()
        }
    })
}

fn permissions(options: &AlertingOptions) -> Vec<Value> {
    let allow = |actions: &[&str], resources: Value| json!({"Effect": "Allow", "Action": actions, "Resource": resources});
    let mut topics = vec![
        json!({"Ref": "AlertsTopic"}),
        json!({"Ref": "OperationsTopic"}),
    ];
    topics.extend(options.chat.then(|| json!({"Ref": "ChatTopic"})));
    let secrets: Vec<Value> = [&options.slack_webhook_parameter, &options.webhook_parameter]
        .into_iter()
        .flatten()
        .map(|name| parameter(name))
        .collect();
    let mut parameters = secrets.clone();
    parameters.push(parameter(SETTINGS_PARAMETER));
    let letters =
        format!("arn:${{AWS::Partition}}:sqs:*:${{AWS::AccountId}}:{FORWARDER_DEAD_LETTERS}");
    let mut statements = vec![
        allow(
            &["logs:CreateLogStream", "logs:PutLogEvents"],
            arn("FormatterLog"),
        ),
        allow(
            &[
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
            ],
            arn("Queue"),
        ),
        allow(&["sqs:SendMessage"], arn("DeadLetters")),
        allow(&["sqs:GetQueueAttributes"], sub(&letters)),
        allow(
            &["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"],
            arn("Table"),
        ),
        allow(&["sns:Publish"], json!(topics)),
        allow(&["ssm:GetParameter"], json!(parameters)),
        // no resource can be named: it reads tags of whatever an event is about
        allow(&["tag:GetResources"], json!("*")),
        allow(
            &["iam:ListRoleTags", "iam:ListUserTags"],
            json!([
                sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*"),
                sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:user/*")
            ]),
        ),
    ];
    if !secrets.is_empty() {
        statements.push(decrypt(&secrets));
    }
    statements
}

/// The key may be the account's own: whichever it is, it decrypts nothing but these parameters, and through SSM only.
fn decrypt(secrets: &[Value]) -> Value {
    json!({
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*"),
        "Condition": {"StringEquals": {
            "kms:ViaService": sub("ssm.${AWS::Region}.amazonaws.com"),
            "kms:EncryptionContext:PARAMETER_ARN": secrets
        }}
    })
}

/// The ARN of an SSM parameter: names without a slash stand alone, others begin with theirs.
fn parameter(name: &str) -> Value {
    let name = name.trim_start_matches('/');
    sub(&format!(
        "arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter/{name}"
    ))
}

fn log() -> Value {
    json!({
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Metadata": checkov_skips(&[("CKV_AWS_158", "errors only: CloudWatch Logs' own encryption is enough")]),
        "Properties": {
            "LogGroupName": format!("/aws/lambda/{FORMATTER}"),
            "RetentionInDays": 365,
            "Tags": tags()
        }
    })
}

fn event_source() -> Value {
    json!({
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": arn("Queue"),
            "FunctionName": {"Ref": "Formatter"},
            "BatchSize": 10,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": 5}
        }
    })
}

fn digest_permission() -> Value {
    json!({
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "FunctionName": {"Ref": "Formatter"},
            "Action": "lambda:InvokeFunction",
            "Principal": "events.amazonaws.com",
            "SourceArn": arn("DigestRule")
        }
    })
}

fn table() -> Value {
    json!({
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Metadata": checkov_skips(&[
            ("CKV_AWS_28", "what it holds is worth nothing after a day: which events were told, and the digest to come"),
            ("CKV_AWS_119", "DynamoDB's own encryption is enough for ids and counts")
        ]),
        "Properties": {
            "TableName": TABLE,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"}
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"}
            ],
            "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": true},
            "Tags": tags()
        }
    })
}
