//! The stack of home: the bus that every Region forwards to, the queue, the function that tells people, its table and
//! its topics. They stand in `home.json`, but for what `options` change: the function's code and what it may do, the
//! topic of chats, and who is told (`recipients`).

use serde_json::{Value, json};

use super::{FORMATTER as SOURCE, embedded, recipients, sub};
use crate::alerting::names::SETTINGS_PARAMETER;
use crate::alerting::options::AlertingOptions;

/// `catalogue` are the names of the parameters that the catalogue comes in.
pub fn document(options: &AlertingOptions, catalogue: &[String]) -> Value {
    let mut document = embedded(include_str!("home.json"));
    let about = json!({"Type": "String", "Description": "A part of the compressed rules"});
    if let Some(parameters) = document["Parameters"].as_object_mut() {
        let settings = std::mem::take(parameters);
        parameters.extend(catalogue.iter().map(|name| (name.clone(), about.clone())));
        parameters.extend(settings);
    }
    let formatter = &mut document["Resources"]["Formatter"]["Properties"];
    formatter["Code"] = json!({"ZipFile": {"Fn::Join": ["", code(catalogue)]}});
    let variables = &mut formatter["Environment"]["Variables"];
    variables["SLACK_PARAMETER"] = json!(options.slack_webhook_parameter.as_deref().unwrap_or(""));
    variables["WEBHOOK_PARAMETER"] = json!(options.webhook_parameter.as_deref().unwrap_or(""));
    if !options.chat {
        variables["CHAT_TOPIC"] = json!("");
    }
    let role = &mut document["Resources"]["FormatterRole"]["Properties"];
    if let Some(statements) = role["Policies"][0]["PolicyDocument"]["Statement"].as_array_mut() {
        permit(statements, options);
    }
    if let Some(resources) = document["Resources"].as_object_mut() {
        if !options.chat {
            resources.shift_remove("ChatTopic");
            resources.shift_remove("ChatTopicPolicy");
        }
        resources.extend(recipients::resources(options));
    }
    document
}

/// The parts of the function's code: the source, and the catalogue as a text in it.
fn code(catalogue: &[String]) -> Vec<Value> {
    let mut code = vec![json!(format!("{}\nCATALOGUE = '", bare(SOURCE)))];
    code.extend(catalogue.iter().map(|name| json!({"Ref": name})));
    code.push(json!("'\n"));
    code
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

/// What the function may do besides: read the secrets of webhooks, and decrypt them. Chats only where there are some.
fn permit(statements: &mut Vec<Value>, options: &AlertingOptions) {
    let secrets = [&options.slack_webhook_parameter, &options.webhook_parameter];
    let secrets = secrets.into_iter().flatten().map(|name| parameter(name));
    let secrets: Vec<Value> = secrets.collect();
    for statement in statements.iter_mut() {
        let action = statement["Action"][0].clone();
        if action == "ssm:GetParameter" {
            let mut parameters = secrets.clone();
            parameters.push(parameter(SETTINGS_PARAMETER));
            statement["Resource"] = json!(parameters);
        } else if action == "sns:Publish" && !options.chat {
            let topics = statement["Resource"].as_array_mut().into_iter();
            topics.for_each(|topics| topics.retain(|topic| topic["Ref"] != "ChatTopic"));
        }
    }
    if !secrets.is_empty() {
        statements.push(decrypt(&secrets));
    }
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
