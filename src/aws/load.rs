//! The SDK's configuration, as its default chain and the user's choice make it.

use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudtrail::config::{RuntimeComponents, SharedCredentialsProvider};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::TlsContext;
use aws_smithy_http_client::{Builder, Connector, tls};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::{DEFAULT_REGION, ProfileChoice};

/// Slower than the slowest page seen in the field (35 s, facts: A7).
const OPERATION_TIMEOUT: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client that takes the way which the environment says, and trusts what `trusted` says.
pub fn http_client(trusted: Option<TlsContext>) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        if let Some(settings) = settings {
            connector = connector.connector_settings(settings.clone());
        }
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        let ring = tls::rustls_provider::CryptoMode::Ring;
        let mut connector = connector.tls_provider(tls::Provider::Rustls(ring));
        if let Some(trusted) = &trusted {
            connector.set_tls_context(trusted.clone());
        }
        connector.build()
    })
}

/// What the default chain finds, with what was chosen on top.
pub async fn load(choice: &ProfileChoice, client: &SharedHttpClient) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(OPERATION_TIMEOUT)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client.clone())
        .timeout_config(timeouts);
    if let Some(profile) = &choice.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &choice.region {
        loader = loader.region(Region::new(region.clone()));
    }
    let config = loader.load().await;
    let region = config.region().cloned();
    let region = region.unwrap_or(Region::from_static(DEFAULT_REGION));
    let mut config = config.into_builder().region(region.clone());
    if let Some(profile) = &choice.profile {
        // a profile that is named wins over keys in the environment, as with the AWS CLI: the default chain
        // would ask another account than the one that is meant, and say nothing
        let parts = ProviderConfig::without_region()
            .with_region(Some(region))
            .with_http_client(client.clone());
        let provider = ProfileFileCredentialsProvider::builder()
            .configure(&parts)
            .profile_name(profile);
        config.set_credentials_provider(Some(SharedCredentialsProvider::new(provider.build())));
    }
    config.build()
}
