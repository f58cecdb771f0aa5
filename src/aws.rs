//! AWS: configuration from the SDK's default chain, and the clients made of it. No other room builds a client.
//!
//! Configuration comes from nowhere else: profiles, SSO, environment, IMDS, `AWS_ENDPOINT_URL` and
//! `AWS_ENDPOINT_URL_<SERVICE>`, and the usual proxy variables.

pub mod errors;
mod exchange;
mod patience;
mod profile;
pub mod time;

use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_account::types::RegionOptStatus;
use aws_sdk_cloudtrail::config::{
    ProvideCredentials, RuntimeComponents, SharedCredentialsProvider,
};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Builder, Connector, tls};
use chrono::TimeDelta;

use crate::clock;
use crate::error::Failure;
use crate::event::services::is_account_id;
use crate::event::time::Time;
use crate::report::Caller;
use errors::{CallError, error_code_or_cause, root_cause};
use exchange::Exchange;
use patience::{LONGEST_PAUSE, ThrottlePatience};
pub use profile::ProfileChain;

/// Slower than the slowest page seen in the field (35 s, facts: A7).
const OPERATION_TIMEOUT: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long calls that are throttled go on, where nobody says otherwise.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where no Region is configured: the one whose partition, and whose global endpoints, most accounts have.
const DEFAULT_REGION: &str = "us-east-1";

/// What the user chose on the command line; the rest is the default chain's.
#[derive(Debug, Clone, Default)]
pub struct ProfileChoice {
    pub profile: Option<String>,
    pub region: Option<String>,
}

/// A loaded configuration.
#[derive(Debug, Clone)]
pub struct Aws {
    config: SdkConfig,
    choice: ProfileChoice,
    exchange: Exchange,
    patience: Duration,
}

impl Aws {
    /// A configuration that is loaded already; `choice` is what it was made of.
    pub fn new(config: SdkConfig, choice: ProfileChoice) -> Self {
        Self {
            config,
            choice,
            exchange: Exchange::default(),
            patience: PATIENCE,
        }
    }

    /// The same, whose calls of IAM go on for `patience` where they are throttled.
    #[must_use]
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Loads the configuration and proves that there are credentials.
    ///
    /// # Errors
    /// A credentials failure (exit 4) where none are found, or they cannot be had.
    pub async fn load(choice: ProfileChoice) -> Result<Self, Failure> {
        let config = load(&choice).await;
        let Some(provider) = config.credentials_provider() else {
            return Err(no_credentials("no credentials are configured"));
        };
        match provider.provide_credentials().await {
            Ok(_) => Ok(Self::new(config, choice)),
            Err(error) => {
                if let Some(profile) = &choice.profile
                    && let Some(others) = profile::instead_of(profile).await
                {
                    let what = format!("there is no profile '{profile}'");
                    return Err(Failure::credentials(what).hint(others));
                }
                let why = root_cause(&error);
                Err(no_credentials(&match &choice.profile {
                    Some(profile) => format!("profile '{profile}': {why}"),
                    None => why,
                }))
            }
        }
    }

    /// The same configuration read again: after `aws sso login`, say, or when a session was renewed.
    pub async fn reload(&self) -> Self {
        Self {
            config: load(&self.choice).await,
            choice: self.choice.clone(),
            exchange: self.exchange.clone(),
            patience: self.patience,
        }
    }

    /// The Region that the caller is configured for.
    pub fn home_region(&self) -> &str {
        self.config.region().map_or(DEFAULT_REGION, Region::as_ref)
    }

    /// A CloudTrail client of one Region, which does not retry: pacing must count every call.
    pub fn cloudtrail(&self, region: &str) -> aws_sdk_cloudtrail::Client {
        let config = aws_sdk_cloudtrail::config::Builder::from(&self.config)
            .region(aws_sdk_cloudtrail::config::Region::new(region.to_owned()))
            .retry_config(RetryConfig::disabled())
            .build();
        aws_sdk_cloudtrail::Client::from_conf(config)
    }

    /// A CloudTrail client of one Region for what is about trails: it retries, as those of other services do.
    pub fn trails(&self, region: &str) -> aws_sdk_cloudtrail::Client {
        aws_sdk_cloudtrail::Client::new(&self.in_region(region))
    }

    pub fn iam(&self) -> aws_sdk_iam::Client {
        let retries = self.config.retry_config().cloned();
        let retries = retries.unwrap_or_else(RetryConfig::standard);
        let config = aws_sdk_iam::config::Builder::from(&self.config)
            .retry_config(retries.with_max_backoff(LONGEST_PAUSE))
            .interceptor(ThrottlePatience(self.patience))
            .interceptor(self.exchange.clone());
        aws_sdk_iam::Client::from_conf(config.build())
    }

    /// A CloudFormation client of one Region.
    pub fn cloudformation(&self, region: &str) -> aws_sdk_cloudformation::Client {
        aws_sdk_cloudformation::Client::new(&self.in_region(region))
    }

    /// An AWS Config client of one Region.
    pub fn config_service(&self, region: &str) -> aws_sdk_config::Client {
        aws_sdk_config::Client::new(&self.in_region(region))
    }

    /// An EventBridge client of one Region.
    pub fn eventbridge(&self, region: &str) -> aws_sdk_eventbridge::Client {
        aws_sdk_eventbridge::Client::new(&self.in_region(region))
    }

    /// A Lambda client of one Region.
    pub fn lambda(&self, region: &str) -> aws_sdk_lambda::Client {
        aws_sdk_lambda::Client::new(&self.in_region(region))
    }

    /// An S3 client of one Region.
    pub fn s3(&self, region: &str) -> aws_sdk_s3::Client {
        aws_sdk_s3::Client::new(&self.in_region(region))
    }

    /// An SNS client of one Region.
    pub fn sns(&self, region: &str) -> aws_sdk_sns::Client {
        aws_sdk_sns::Client::new(&self.in_region(region))
    }

    /// An SQS client of one Region.
    pub fn sqs(&self, region: &str) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.in_region(region))
    }

    fn in_region(&self, region: &str) -> SdkConfig {
        let region = Region::new(region.to_owned());
        self.config.to_builder().region(region).build()
    }

    fn sts(&self) -> aws_sdk_sts::Client {
        let config = aws_sdk_sts::config::Builder::from(&self.config);
        aws_sdk_sts::Client::from_conf(config.interceptor(self.exchange.clone()).build())
    }

    /// The command `words`, with the flags that choose the same caller.
    pub fn as_caller<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> Vec<String> {
        let ProfileChoice { profile, region } = &self.choice;
        let profile = profile.iter().flat_map(|name| ["--profile", name]);
        let region = region.iter().flat_map(|name| ["--region", name]);
        let words = words.into_iter().map(str::to_owned);
        words
            .chain(profile.chain(region).map(str::to_owned))
            .collect()
    }

    /// The key that signed the last call of STS or IAM; none before the first.
    pub fn access_key_id(&self) -> Option<String> {
        self.exchange.signed_by()
    }

    /// AWS's time, by which sessions are issued and events recorded: ours may be wrong.
    pub fn now(&self) -> Time {
        clock::wall() + self.clock_skew()
    }

    /// How far AWS's clock is ahead of ours, as STS and IAM told: zero where it is less than 2 seconds.
    pub fn clock_skew(&self) -> TimeDelta {
        self.exchange.ahead()
    }

    /// Where the credentials come from, as far as the configuration tells.
    pub async fn credential_chain(&self) -> ProfileChain {
        profile::chain(self.choice.profile.as_deref()).await
    }

    /// The account of an access key, whoever asks: `sts:GetAccessKeyInfo`. None where STS does not say, for want of
    /// permission or because there is no such key.
    pub async fn account_of_key(&self, access_key_id: &str) -> Option<String> {
        let request = self
            .sts()
            .get_access_key_info()
            .access_key_id(access_key_id);
        request.send().await.ok()?.account
    }

    /// Who is asking: `sts:GetCallerIdentity`, which needs no permission.
    ///
    /// # Errors
    /// A credentials failure where AWS refuses them, any other failure where it cannot be reached.
    pub async fn caller(&self) -> Result<Caller, Failure> {
        match self.sts().get_caller_identity().send().await {
            Ok(identity) => Ok(Caller {
                account: identity.account.unwrap_or_default(),
                arn: identity.arn.unwrap_or_default(),
            }),
            Err(error) => {
                let (refused, why) = (CallError::of(&error), root_cause(&error));
                Err(match &refused.code {
                    Some(_) if refused.refuses_credentials() => {
                        no_credentials(&format!("AWS refused them ({refused})"))
                    }
                    None if error.as_service_error().is_none()
                        && refused.is_about_credentials() =>
                    {
                        no_credentials(&why)
                    }
                    Some(code) => Failure::failed(format!("AWS STS failed ({code}): {why}")),
                    None => Failure::failed(format!("cannot reach AWS STS: {why}")),
                })
            }
        }
    }

    /// [`Self::caller`], who must be of the account `expected`, where there is one.
    ///
    /// # Errors
    /// Those of [`Self::caller`], and a usage failure for another account.
    pub async fn caller_of(&self, expected: Option<&str>) -> Result<Caller, Failure> {
        if let Some(expected) = expected.filter(|id| !is_account_id(id)) {
            let what = format!("--expect-account: '{expected}' is no account id");
            return Err(Failure::usage(what).hint("an account id is 12 digits"));
        }
        let caller = self.caller().await?;
        match expected.filter(|expected| caller.account != *expected) {
            None => Ok(caller),
            Some(expected) => Err(Failure::usage(format!(
                "these credentials are of account {}, and --expect-account is {expected}: nothing was changed",
                caller.account
            ))
            .hint(format!("choose credentials of account {expected} with --profile"))),
        }
    }

    /// Every Region of the partition, and whether the account has it enabled: `account:ListRegions`.
    ///
    /// # Errors
    /// Why the list could not be had, in one line: the caller falls back on the built-in list and says so.
    pub async fn regions(&self) -> Result<Vec<(String, bool)>, String> {
        let mut pages = aws_sdk_account::Client::new(&self.config)
            .list_regions()
            .into_paginator()
            .send();
        let mut regions = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| error_code_or_cause(&error))?;
            regions.extend(
                page.regions
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|region| {
                        let enabled = matches!(
                            region.region_opt_status?,
                            RegionOptStatus::Enabled
                                | RegionOptStatus::EnabledByDefault
                                | RegionOptStatus::Disabling
                        );
                        Some((region.region_name?, enabled))
                    }),
            );
        }
        if regions.is_empty() {
            Err("the list came back empty".to_owned())
        } else {
            Ok(regions)
        }
    }
}

async fn load(choice: &ProfileChoice) -> SdkConfig {
    let client = Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        if let Some(settings) = settings {
            connector = connector.connector_settings(settings.clone());
        }
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector
            .tls_provider(tls::Provider::Rustls(
                tls::rustls_provider::CryptoMode::Ring,
            ))
            .build()
    });
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
            .with_http_client(client);
        let provider = ProfileFileCredentialsProvider::builder()
            .configure(&parts)
            .profile_name(profile);
        config.set_credentials_provider(Some(SharedCredentialsProvider::new(provider.build())));
    }
    config.build()
}

fn no_credentials(why: &str) -> Failure {
    // the SDK goes on with what it tried, one after the other
    let why = if why.starts_with("no credentials found") {
        "none in the environment or a profile, and none of this machine"
    } else {
        why
    };
    Failure::credentials(format!("no usable AWS credentials: {why}"))
        .hint("run `aws login` or `aws sso login`, pass --profile, or export AWS_ACCESS_KEY_ID")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_repeated_as_the_same_caller() {
        let choice = ProfileChoice {
            profile: Some("break glass".into()),
            region: None,
        };
        let aws = Aws::new(SdkConfig::builder().build(), choice);
        let argv = aws.as_caller(["trailhunt", "respond", "undo", "j.jsonl"]);
        let words = [
            "trailhunt",
            "respond",
            "undo",
            "j.jsonl",
            "--profile",
            "break glass",
        ];
        assert_eq!(argv, words);
    }
}
