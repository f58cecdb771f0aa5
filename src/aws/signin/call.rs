//! How AWS Sign-In is asked: the request, its signature, where it goes, and which answers are asked for again.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{self, SigV4AuthScheme};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_runtime::user_agent::{ApiMetadata, UserAgentInterceptor};
use aws_sdk_iam::config::retry::{ClassifyRetry, RetryAction, RetryConfig};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{
    HttpStatusCodeClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::client::auth::AuthSchemeOptionResolverParams;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_runtime_api::http::HttpError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use aws_types::service_config::ServiceConfigKey;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::{SignInAnswer, read, unsaid};
use super::{SignInClient, account_of};
use crate::aws::attempts::UnsureAttempts;
use crate::aws::errors::CallError;
use crate::aws::patience::{LONGEST_PAUSE, ThrottlePatience};
use crate::event::arn;
use crate::event::partitions::Partition;

/// A Region may have no such service, and containment must not wait for one that is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
impl SignInClient {
    /// Posts `body` where the session is.
    pub(super) async fn call<T>(
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
            .interceptor(UnsureAttempts)
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
    use aws_config::SdkConfig;

    use super::*;
    use crate::aws::load::http_client;

    fn client(config: aws_types::sdk_config::Builder) -> SignInClient {
        let http = http_client(None);
        SignInClient::new(config.build(), http, Duration::ZERO)
    }

    #[test]
    fn it_is_asked_where_botocore_asks_it() {
        let model = include_str!("../../../tests/cli/support/sign_in_model.json");
        let model: Value = serde_json::from_str(model).unwrap();
        let endpoints = model["endpoints"].as_object().unwrap();
        assert!(endpoints.len() > 8);
        for (region, url) in endpoints {
            assert_eq!(&client(SdkConfig::builder()).endpoint(region), url);
        }
        let other = client(SdkConfig::builder().endpoint_url("http://127.0.0.1:1"));
        assert_eq!(other.endpoint("us-east-1"), "http://127.0.0.1:1");
    }
}
