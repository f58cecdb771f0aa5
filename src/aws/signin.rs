//! The calls of AWS Sign-In that the SDK does not have (facts: J4): one sign-in session (`aws login`, agents) is looked
//! at, or revoked. They are signed and sent by the SDK's own parts, in the shapes of botocore 1.44.8's model; a test
//! compares the two. No account of ours confirmed them.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{self, SigV4AuthScheme};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_runtime::user_agent::{ApiMetadata, UserAgentInterceptor};
use aws_sdk_iam::config::retry::{ClassifyRetry, RetryAction, RetryConfig};
use aws_sdk_iam::operation::RequestId;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{
    HttpStatusCodeClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::client::auth::AuthSchemeOptionResolverParams;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_runtime_api::http::HttpError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use aws_types::service_config::ServiceConfigKey;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::errors::CallError;
use super::patience::{LONGEST_PAUSE, ThrottlePatience};
use crate::event::arn;
use crate::event::partitions::Partition;
use crate::event::services::is_account_id;
use crate::event::time::Time;

/// What a session's status can be.
pub const SESSION_ACTIVE: &str = "ACTIVE";
pub const SESSION_REVOKED: &str = "REVOKED";

const LONGEST_ID: usize = 64;
/// A Region may have no such service, and containment must not wait for one that is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// What is only to be known before acting may take so long, with all attempts.
const IN_TIME: Duration = Duration::from_secs(15);

/// The account of a sign-in session's ARN; none where `text` is no such ARN. What fits holds no pattern and no space.
pub fn account_of(text: &str) -> Option<&str> {
    let id = arn::resource(text)?.strip_prefix("session/")?;
    let is_word = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(fits)
    };
    let account = arn::account(text).filter(|account| is_account_id(account))?;
    let words = [arn::partition(text)?, arn::region(text)?, id];
    let fits = arn::service(text) == Some("signin") && words.into_iter().all(is_word);
    fits.then_some(account)
}

/// Whoever has sessions in the account of the session `session_arn`: which of them has it is not asked.
pub fn any_principal_of(session_arn: &str) -> String {
    let partition = arn::partition(session_arn).unwrap_or_default();
    let account = account_of(session_arn).unwrap_or_default();
    format!("arn:{partition}:iam::{account}:*")
}

/// A client of AWS Sign-In in every Region: each session is asked about where it is.
#[derive(Debug, Clone)]
pub struct SignInClient {
    config: SdkConfig,
    http: SharedHttpClient,
    patience: Duration,
}

/// What AWS says of a sign-in session.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInSession {
    session_arn: String,
    /// ARNs of whose it is: the user or role.
    principal_arn: String,
    role: Option<String>,
    status: Option<String>,
    /// Epoch seconds.
    expires_at: i64,
}

impl SignInSession {
    /// When it ended; none where it has not, by `now`.
    pub fn ended(&self, now: Time) -> Option<Time> {
        Time::of_unix(self.expires_at).filter(|ended| *ended < now)
    }

    /// The ARNs of whose it is, each once; one of a role may be told in both.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        let role = self.role.as_ref();
        let role = role.filter(|role| **role != self.principal_arn);
        std::iter::once(self.principal_arn.as_str()).chain(role.map(String::as_str))
    }

    /// [`SESSION_ACTIVE`], [`SESSION_REVOKED`], or what nobody knows of yet.
    pub fn status(&self) -> &str {
        self.status.as_deref().unwrap_or_default()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RevocationAnswer {
    revoked_sessions: Vec<RevokedSession>,
    errors: Vec<UnrevokedSession>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RevokedSession {
    session_arn: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UnrevokedSession {
    session_arn: String,
    code: String,
    message: String,
}

/// An answer, and AWS's id of the request.
#[derive(Debug)]
struct SignInAnswer<T> {
    body: T,
    request_id: Option<String>,
}

impl SignInClient {
    pub(super) fn new(config: SdkConfig, http: SharedHttpClient, patience: Duration) -> Self {
        Self {
            config,
            http,
            patience,
        }
    }

    /// What AWS knows of the session `session_arn`; none where it says that there is none.
    ///
    /// # Errors
    /// Where it does not say, or answers about something else.
    pub async fn session(&self, session_arn: &str) -> Result<Option<SignInSession>, CallError> {
        let asked = json!({
            "sessionArn": session_arn,
            "principalArn": any_principal_of(session_arn),
        });
        let answer = self.call("GetSession", "/get-session", session_arn, &asked);
        let session: SignInSession = match answer.await {
            Ok(answer) => answer.body,
            Err(error) if error.code.as_deref() == Some(NOT_FOUND) => return Ok(None),
            Err(error) => return Err(error),
        };
        if session.session_arn != session_arn {
            return Err(unsaid("AWS Sign-In answered about another session"));
        }
        if session.status.is_none() {
            return Err(unsaid("AWS Sign-In does not say whether it is revoked"));
        }
        Ok(Some(session))
    }

    /// [`Self::session`] for a plan that must not wait for a service that is silent.
    ///
    /// # Errors
    /// As [`Self::session`], and where that takes too long.
    pub async fn session_in_time(
        &self,
        session_arn: &str,
    ) -> Result<Option<SignInSession>, CallError> {
        let answer = tokio::time::timeout(IN_TIME, self.session(session_arn)).await;
        answer.unwrap_or_else(|_| {
            let seconds = IN_TIME.as_secs();
            Err(unsaid(&format!(
                "no answer of AWS Sign-In within {seconds} s"
            )))
        })
    }

    /// Revokes the session `session_arn`, which cannot be taken back; AWS's request id. One that is revoked may be
    /// revoked again.
    ///
    /// # Errors
    /// Where it failed, or is not known.
    pub async fn revoke(&self, session_arn: &str) -> Result<Option<String>, CallError> {
        let asked = json!({
            "principalArn": any_principal_of(session_arn),
            "sessionArns": [session_arn],
        });
        let path = "/batch-revoke-sessions";
        let answer = self.call("BatchRevokeSessions", path, session_arn, &asked);
        let SignInAnswer { body, request_id } = answer.await?;
        outcome_of(session_arn, body, request_id)
    }

    /// Posts `body` where the session is.
    async fn call<T>(
        &self,
        operation: &'static str,
        path: &'static str,
        session_arn: &str,
        body: &Value,
    ) -> Result<SignInAnswer<T>, CallError>
    where
        T: DeserializeOwned + std::fmt::Debug + Send + Sync + 'static,
    {
        let region = arn::region(session_arn).filter(|_| account_of(session_arn).is_some());
        let Some(region) = region else {
            return Err(unsaid("it is no ARN of a sign-in session"));
        };
        let retries = self.config.retry_config().cloned();
        let retries = retries.unwrap_or_else(RetryConfig::standard);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT);
        let mut call = Operation::builder()
            .service_name("signin")
            .operation_name(operation)
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .endpoint_url(&self.endpoint(region))
            .standard_retry(&retries.with_max_backoff(LONGEST_PAUSE))
            .timeout_config(timeouts.build())
            .retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::new())
            .retry_classifier(TransientErrorClassifier::<ErrorMetadata>::new())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(TooManyRequests)
            .retry_classifier(ServiceClockSkewClassifier::<ErrorMetadata>::new())
            .interceptor(ThrottlePatience(self.patience))
            .interceptor(ServiceClockSkewInterceptor::new())
            .interceptor(RequestInfoInterceptor::new())
            .interceptor(UserAgentInterceptor::new())
            .interceptor(InvocationIdInterceptor::new())
            .runtime_plugin(self.signing(region));
        if let Some(sleep) = self.config.sleep_impl() {
            call = call.sleep_impl(sleep);
        }
        if let Some(time) = self.config.time_source() {
            call = call.time_source(time);
        }
        let call = call
            .serializer(move |body: String| Ok(request(path, body)?))
            .deserializer(read::<T>)
            .build();
        let answer = call.invoke(body.to_string()).await;
        answer.map_err(|error| {
            let mut error = CallError::of(&error);
            if error.code.is_none() {
                error.message = format!("no answer of AWS Sign-In in {region}: {}", error.message);
            }
            error
        })
    }

    /// What makes the SDK sign for `region`, with the credentials of the configuration.
    fn signing(&self, region: &str) -> StaticRuntimePlugin {
        let mut settings = Layer::new("signin");
        settings.store_put(SigningName::from_static("signin"));
        settings.store_put(SigningRegion::from(Region::new(region.to_owned())));
        settings.store_put(SigV4OperationSigningConfig::default());
        settings.store_put(AuthSchemeOptionResolverParams::new(()));
        settings.store_put(ApiMetadata::new("signin", env!("CARGO_PKG_VERSION")));
        let schemes = StaticAuthSchemeOptionResolver::new(vec![sigv4::SCHEME_ID]);
        let mut components = RuntimeComponentsBuilder::new("signin")
            .with_auth_scheme(SigV4AuthScheme::new())
            .with_auth_scheme_option_resolver(Some(schemes));
        if let Some(credentials) = self.config.credentials_provider() {
            components.set_identity_resolver(sigv4::SCHEME_ID, credentials);
        }
        if let Some(cache) = self.config.identity_cache() {
            components.set_identity_cache(Some(cache));
        }
        StaticRuntimePlugin::new()
            .with_config(settings.freeze())
            .with_runtime_components(components)
    }

    /// Where the service is in `region`, unless `AWS_ENDPOINT_URL_SIGNIN`, the profile or `AWS_ENDPOINT_URL` says.
    fn endpoint(&self, region: &str) -> String {
        let key = ServiceConfigKey::builder()
            .service_id("Signin")
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url");
        let configured = key.build().ok().and_then(|key| {
            let service = self.config.service_config()?;
            service.load_config(key)
        });
        let general = || self.config.endpoint_url().map(str::to_owned);
        let asked = configured.or_else(general);
        asked.unwrap_or_else(|| format!("https://signin.{region}.{}", domain(region)))
    }
}

/// The domain of the endpoints in `region` that speak both versions of IP, as botocore's partitions have it.
fn domain(region: &str) -> &'static str {
    match Partition::of(region).name.as_str() {
        "aws-cn" => "api.amazonwebservices.com.cn",
        "aws-eusc" => "api.amazonwebservices.eu",
        "aws-iso" => "api.aws.ic.gov",
        "aws-iso-b" => "api.aws.scloud",
        "aws-iso-e" => "api.cloud-aws.adc-e.uk",
        "aws-iso-f" => "api.aws.hci.ic.gov",
        _ => "api.aws",
    }
}

/// What becomes of `session_arn`, as the answer to its revocation says.
fn outcome_of(
    session_arn: &str,
    answer: RevocationAnswer,
    request_id: Option<String>,
) -> Result<Option<String>, CallError> {
    let mut revoked = answer.revoked_sessions.iter();
    let is_revoked = revoked.any(|session| session.session_arn == session_arn);
    let mut errors = answer.errors.into_iter();
    let (code, message) = match errors.find(|error| error.session_arn == session_arn) {
        None if is_revoked => return Ok(request_id),
        Some(error) if !is_revoked => (
            Some(error.code),
            error.message.lines().next().unwrap_or_default().to_owned(),
        ),
        Some(_) => (
            None,
            "AWS Sign-In says that it was revoked, and that it was not".to_owned(),
        ),
        None => (
            None,
            "AWS Sign-In does not say what became of it".to_owned(),
        ),
    };
    Err(CallError {
        code,
        message,
        request_id,
    })
}

fn unsaid(message: &str) -> CallError {
    CallError {
        code: None,
        message: message.to_owned(),
        request_id: None,
    }
}

fn request(path: &str, body: String) -> Result<HttpRequest, HttpError> {
    let length = body.len().to_string();
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri(path)?;
    let headers = request.headers_mut();
    headers.insert("content-type", "application/json");
    headers.insert("content-length", length);
    Ok(request)
}

fn read<T: DeserializeOwned>(
    response: &HttpResponse,
) -> Result<SignInAnswer<T>, OrchestratorError<ErrorMetadata>> {
    let body = response.body().bytes().unwrap_or_default();
    if !response.status().is_success() {
        return Err(OrchestratorError::operation(refusal(response, body)));
    }
    // what lacks a member that is always sent is no answer, and asked for again
    let body = serde_json::from_slice(body)
        .map_err(|error| OrchestratorError::response(Box::new(error)))?;
    let request_id = response.request_id().map(str::to_owned);
    Ok(SignInAnswer { body, request_id })
}

const NOT_FOUND: &str = "ResourceNotFoundException";

/// What an answer says that is none. Its sort stands in a header, as the protocol has it; of an answer without, it is
/// known by its status, if it is one of the service's own.
fn refusal(response: &HttpResponse, body: &[u8]) -> ErrorMetadata {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let named = response.headers().get("x-amzn-errortype");
    let named = named.or_else(|| body["__type"].as_str());
    // `AccessDeniedException:http://...`, `com.amazonaws.signin#AccessDeniedException`
    let sort = named.map(|name| {
        let name = name.split(':').next().unwrap_or_default();
        name.rsplit('#').next().unwrap_or_default()
    });
    let own = body["error"]
        .as_str()
        .map(|error| match response.status().as_u16() {
            400 => "ValidationException",
            403 => "AccessDeniedException",
            404 => NOT_FOUND,
            429 => "TooManyRequestsError",
            500.. => "InternalServerException",
            _ => error,
        });
    let message = body["message"]
        .as_str()
        .or_else(|| body["Message"].as_str());
    let mut refusal = ErrorMetadata::builder();
    if let Some(code) = sort.filter(|sort| !sort.is_empty()).or(own) {
        refusal = refusal.code(code);
    }
    let status = response.status().as_u16();
    let message = message.map_or_else(|| format!("HTTP status {status}"), str::to_owned);
    refusal.message(message).build()
}

/// Of its own throttling, the service says no code that the SDK knows.
#[derive(Debug)]
struct TooManyRequests;

impl ClassifyRetry for TooManyRequests {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context
            .response()
            .map(|response| response.status().as_u16())
        {
            Some(429) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "TooManyRequests"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(config: aws_types::sdk_config::Builder) -> SignInClient {
        let http = super::super::load::http_client(None);
        SignInClient::new(config.build(), http, Duration::ZERO)
    }

    fn arn_of(id: &str) -> String {
        format!("arn:aws:signin:us-east-1:111122223333:session/{id}")
    }

    #[test]
    fn only_the_arn_of_a_session_is_one() {
        for good in [
            arn_of("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
            arn_of("1"),
            "arn:aws-cn:signin:cn-north-1:111122223333:session/a".to_owned(),
        ] {
            assert_eq!(account_of(&good), Some("111122223333"), "{good}");
        }
        for bad in [
            "",
            "arn:",
            "arn:aws:signin",
            "arn:aws:signin:us-east-1:111122223333:session/",
            "arn:aws:signin:us-east-1:111122223333:session/*",
            "arn:aws:signin:us-east-1:111122223333:session/?",
            "arn:aws:signin:us-east-1:111122223333:session/a b",
            "arn:aws:signin:us-east-1:111122223333:session/a/b",
            "arn:aws:signin:us-east-1:111122223333:session/a:b",
            "arn:aws:signin:us-east-1:111122223333:session/${aws:username}",
            "arn:aws:signin:us-east-1:111122223333:session/a\u{1b}[31m",
            "arn:aws:signin:*:111122223333:session/a",
            "arn:aws:signin::111122223333:session/a",
            "arn:*:signin:us-east-1:111122223333:session/a",
            "arn:aws:signin:us-east-1:1111:session/a",
            "arn:aws:signin:us-east-1:*:session/a",
            "arn:aws:iam:us-east-1:111122223333:session/a",
            "arn:aws:signin:us-east-1:111122223333:role/a",
            &arn_of(&"a".repeat(65)),
        ] {
            assert_eq!(account_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn it_is_asked_where_botocore_asks_it() {
        let model = include_str!("../../tests/cli/support/sign_in_model.json");
        let model: Value = serde_json::from_str(model).unwrap();
        let endpoints = model["endpoints"].as_object().unwrap();
        assert!(endpoints.len() > 8);
        for (region, url) in endpoints {
            assert_eq!(&client(SdkConfig::builder()).endpoint(region), url);
        }
        let other = client(SdkConfig::builder().endpoint_url("http://127.0.0.1:1"));
        assert_eq!(other.endpoint("us-east-1"), "http://127.0.0.1:1");
    }

    fn refused(status: u16, sort: Option<&'static str>, body: &str) -> (Option<String>, String) {
        let status = status.try_into().unwrap();
        let mut response = HttpResponse::new(status, SdkBody::from(body));
        if let Some(sort) = sort {
            response.headers_mut().insert("x-amzn-errortype", sort);
        }
        let refusal = refusal(&response, body.as_bytes());
        let message = refusal.message().unwrap_or_default().to_owned();
        (refusal.code().map(str::to_owned), message)
    }

    #[test]
    fn a_refusal_is_known_by_its_header_or_else_by_its_status() {
        let own = r#"{"error":"INSUFFICIENT_PERMISSIONS","message":"no"}"#;
        let denied = "AccessDeniedException";
        for (status, sort, body, code, message) in [
            (403, Some(denied), own, Some(denied), "no"),
            (
                403,
                Some("AccessDeniedException:http://x/"),
                "",
                Some(denied),
                "HTTP status 403",
            ),
            (
                400,
                Some("com.amazonaws#ExpiredTokenException"),
                own,
                Some("ExpiredTokenException"),
                "no",
            ),
            (
                400,
                None,
                r#"{"__type":"a#ValidationException","Message":"m"}"#,
                Some("ValidationException"),
                "m",
            ),
            (403, None, own, Some(denied), "no"),
            (404, None, own, Some(NOT_FOUND), "no"),
            (429, Some(""), own, Some("TooManyRequestsError"), "no"),
            (503, None, own, Some("InternalServerException"), "no"),
            (409, None, own, Some("INSUFFICIENT_PERMISSIONS"), "no"),
            // what stands between says nothing about the call
            (404, None, "<html>", None, "HTTP status 404"),
            (403, None, "{}", None, "HTTP status 403"),
            (502, None, "", None, "HTTP status 502"),
            (
                403,
                None,
                r#"{"error":{},"message":[]}"#,
                None,
                "HTTP status 403",
            ),
        ] {
            let told = refused(status, sort, body);
            assert_eq!(
                told,
                (code.map(str::to_owned), message.to_owned()),
                "{status} {body}"
            );
        }
    }

    #[test]
    fn what_an_answer_does_not_say_is_unknown() {
        let outcome = |revoked: &[&str], errors: &[&str]| {
            let revoked = revoked.iter().map(|id| json!({"sessionArn": arn_of(id)}));
            let errors = errors.iter().map(
                |id| json!({"sessionArn": arn_of(id), "code": "CONFLICT", "message": "no\nstack"}),
            );
            let answer = json!({
                "revokedSessions": revoked.collect::<Vec<_>>(),
                "errors": errors.collect::<Vec<_>>(),
            });
            let answer = serde_json::from_value(answer).unwrap();
            outcome_of(&arn_of("1"), answer, Some("request".to_owned()))
        };
        assert_eq!(outcome(&["1"], &[]).unwrap().as_deref(), Some("request"));
        assert!(outcome(&["2", "1"], &["3"]).is_ok());
        let failed = outcome(&[], &["1"]).unwrap_err();
        assert_eq!(
            (failed.to_string(), failed.is_unknown()),
            ("CONFLICT: no".to_owned(), false)
        );
        for (revoked, errors) in [(&[][..], &[][..]), (&["2"], &["3"]), (&["1"], &["1"])] {
            assert!(
                outcome(revoked, errors).unwrap_err().is_unknown(),
                "{revoked:?} {errors:?}"
            );
        }
    }
}
