//! A caller and a call, written as CloudTrail delivers them: field by field, in its order (facts: C2, C4).

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::call::{CallOutcome, DemoCall, EventType};
use super::caller::DemoCaller;
use super::cast::ACCOUNT;
use super::ids::Random;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CloudTrailRecord<'a> {
    event_version: &'a str,
    user_identity: &'a Map<String, Value>,
    event_time: &'a str,
    event_source: String,
    event_name: &'a str,
    aws_region: &'a str,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: &'a str,
    user_agent: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<Cow<'a, str>>,
    request_parameters: &'a Value,
    response_elements: Cow<'a, Value>,
    #[serde(skip_serializing_if = "Value::is_null")]
    additional_event_data: Cow<'a, Value>,
    #[serde(rename = "requestID", skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(rename = "eventID")]
    event_id: &'a str,
    read_only: bool,
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    resources: &'a [Value],
    event_type: &'a str,
    management_event: bool,
    recipient_account_id: &'a str,
    #[serde(rename = "sharedEventID", skip_serializing_if = "Option::is_none")]
    shared_event_id: Option<String>,
    #[serde(skip_serializing_if = "Value::is_null")]
    service_event_details: &'a Value,
    event_category: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_details: Option<TlsDetails<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_credential_from_console: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TlsDetails<'a> {
    tls_version: &'a str,
    cipher_suite: &'a str,
    client_provided_host_header: Cow<'a, str>,
}

/// The record as compact JSON; `time` is its `eventTime`.
pub fn write(
    caller: &DemoCaller,
    call: &DemoCall,
    time: &str,
    event_id: &str,
    random: &mut Random,
) -> String {
    let request_id = (call.kind == EventType::Api).then(|| random.uuid());
    let answer = answer(caller, call, request_id.as_deref());
    let record = CloudTrailRecord {
        event_version: version(call.service),
        user_identity: &caller.identity,
        event_time: time,
        event_source: format!("{}.amazonaws.com", call.service),
        event_name: call.name,
        aws_region: call.region,
        source_ip_address: caller.client.address,
        user_agent: user_agent(caller, call),
        error_code: answer.code,
        error_message: answer.message,
        request_parameters: answer.request,
        response_elements: answer.response,
        additional_event_data: additional(call),
        request_id: request_id.as_deref(),
        event_id,
        read_only: call.read_only(),
        resources: &call.resources,
        event_type: event_type(call.kind),
        management_event: true,
        recipient_account_id: ACCOUNT,
        shared_event_id: call.shared.then(|| random.uuid()),
        service_event_details: &call.details,
        event_category: "Management",
        tls_details: tls_details(caller, call),
        session_credential_from_console: caller.from_console.then_some("true"),
    };
    // cannot fail: every map in it has text for keys, and a test parses every record
    serde_json::to_string(&record).unwrap_or_default()
}

/// What a call led to.
struct RecordedOutcome<'a> {
    code: Option<&'a str>,
    message: Option<Cow<'a, str>>,
    request: &'a Value,
    response: Cow<'a, Value>,
}

/// Failures answer nothing, and a denied `AssumeRole` hides its request (facts: C4).
fn answer<'a>(
    caller: &DemoCaller,
    call: &'a DemoCall,
    request_id: Option<&str>,
) -> RecordedOutcome<'a> {
    let failure = |code, message| RecordedOutcome {
        code,
        message: Some(message),
        request: &call.request,
        response: Cow::Owned(Value::Null),
    };
    match &call.outcome {
        CallOutcome::Answered(response) => RecordedOutcome {
            code: None,
            message: None,
            request: &call.request,
            response: with_request_id(call.service, response, request_id),
        },
        CallOutcome::TurnedAway(message) => RecordedOutcome {
            response: Cow::Owned(json!({"ConsoleLogin": "Failure"})),
            ..failure(None, Cow::from(*message))
        },
        CallOutcome::Failed(code, message) => failure(Some(code), message.into()),
        CallOutcome::Denied(resource) => {
            let (code, message) = refusal(caller, call, resource);
            let mut denied = failure(Some(code), message.into());
            if call.name == "AssumeRole" {
                denied.request = &Value::Null;
            }
            denied
        }
    }
}

/// EC2 repeats the request's id in its answers.
fn with_request_id<'a>(service: &str, response: &'a Value, id: Option<&str>) -> Cow<'a, Value> {
    match (service, response, id) {
        ("ec2", Value::Object(fields), Some(id)) => {
            let mut fields = fields.clone();
            fields.shift_insert(0, "requestId".into(), id.into());
            Cow::Owned(fields.into())
        }
        _ => Cow::Borrowed(response),
    }
}

/// Code and message of a refusal, as the service words it.
fn refusal(caller: &DemoCaller, call: &DemoCall, resource: &str) -> (&'static str, String) {
    let action = format!("{}:{}", call.service, call.name);
    let refused = format!(
        "User: {} is not authorized to perform: {action}",
        caller.arn()
    );
    let because = format!("because no identity-based policy allows the {action} action");
    match call.service {
        "ec2" => (
            "Client.UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {refused} {because}"),
        ),
        "sts" => ("AccessDenied", format!("{refused} on resource: {resource}")),
        service => (
            match service {
                "iam" | "s3" => "AccessDenied",
                _ => "AccessDeniedException",
            },
            format!("{refused} on resource: {resource} {because}"),
        ),
    }
}

/// Versions as services really mix them.
fn version(service: &str) -> &'static str {
    match service {
        "sts" | "signin" | "ssm" => "1.08",
        "iam" | "ec2" | "lambda" => "1.10",
        "s3" | "kms" | "secretsmanager" | "cloudtrail" => "1.11",
        _ => "1.09",
    }
}

fn event_type(kind: EventType) -> &'static str {
    match kind {
        EventType::Api => "AwsApiCall",
        EventType::SignIn => "AwsConsoleSignIn",
        EventType::ServiceEvent => "AwsServiceEvent",
    }
}

/// S3 alone writes the agent in brackets.
fn user_agent<'a>(caller: &'a DemoCaller, call: &DemoCall) -> Cow<'a, str> {
    let agent = caller.client.agent;
    match call.service {
        "s3" if !is_aws(agent) => format!("[{agent}]").into(),
        _ => agent.into(),
    }
}

fn additional(call: &DemoCall) -> Cow<'_, Value> {
    match (call.service, &call.additional) {
        ("s3", Value::Null) => Cow::Owned(json!({
            "SignatureVersion": "SigV4",
            "CipherSuite": CIPHER_SUITE,
            "bytesTransferredIn": 0,
            "AuthenticationMethod": "AuthHeader",
        })),
        (_, data) => Cow::Borrowed(data),
    }
}

const CIPHER_SUITE: &str = "TLS_AES_128_GCM_SHA256";

/// `tlsDetails`: absent where a service, or the console's own proxy, made the call.
fn tls_details<'a>(caller: &DemoCaller, call: &'a DemoCall) -> Option<TlsDetails<'a>> {
    if is_aws(caller.client.agent) || call.kind == EventType::ServiceEvent {
        return None;
    }
    let bucket_host = call.request.get("Host").and_then(Value::as_str);
    let host = match (call.service, bucket_host) {
        (_, Some(host)) => host.into(),
        ("iam", _) => "iam.amazonaws.com".into(),
        ("signin", _) => format!("{}.signin.aws.amazon.com", call.region).into(),
        (service, _) => format!("{service}.{}.amazonaws.com", call.region).into(),
    };
    Some(TlsDetails {
        tls_version: "TLSv1.3",
        cipher_suite: CIPHER_SUITE,
        client_provided_host_header: host,
    })
}

fn is_aws(agent: &str) -> bool {
    agent == "AWS Internal" || agent.ends_with(".amazonaws.com")
}
