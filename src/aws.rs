//! AWS: configuration from the SDK's default chain, and the clients made of it. No other room builds a client.
//!
//! Configuration comes from nowhere else: profiles, SSO, environment, IMDS, `AWS_ENDPOINT_URL` and
//! `AWS_ENDPOINT_URL_<SERVICE>`, and the usual proxy variables.

mod attempts;
mod clients;
pub mod errors;
mod exchange;
mod load;
mod network;
pub mod paging;
mod patience;
mod profile;
pub mod signin;
pub mod time;
mod whole;

use std::time::Duration;

use aws_config::{Region, SdkConfig};
use aws_sdk_account::types::RegionOptStatus;
use aws_sdk_cloudtrail::config::ProvideCredentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use chrono::TimeDelta;

use crate::clock;
use crate::error::Failure;
use crate::event::services::is_account_id;
use crate::event::time::Time;
use crate::report::Caller;
use errors::{CallError, error_code_or_cause, root_cause};
use exchange::Exchange;
use load::{http_client, load};
pub use profile::ProfileChain;

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
    client: SharedHttpClient,
    exchange: Exchange,
    patience: Duration,
}

impl Aws {
    /// A configuration that is loaded already; `choice` is what it was made of.
    pub fn new(config: SdkConfig, choice: ProfileChoice) -> Self {
        Self {
            config,
            choice,
            client: http_client(None),
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
    /// A credentials failure (exit 4) where none are found, or they cannot be had; a usage failure where the proxy or
    /// the certificates that were set cannot be used.
    pub async fn load(choice: ProfileChoice) -> Result<Self, Failure> {
        network::check_proxies()?;
        let client = http_client(network::trust(choice.profile.as_deref()).await?);
        let config = load(&choice, &client).await;
        let Some(provider) = config.credentials_provider() else {
            return Err(no_credentials("no credentials are configured"));
        };
        match provider.provide_credentials().await {
            Ok(_) => Ok(Self {
                client,
                ..Self::new(config, choice)
            }),
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
            config: load(&self.choice, &self.client).await,
            choice: self.choice.clone(),
            client: self.client.clone(),
            exchange: self.exchange.clone(),
            patience: self.patience,
        }
    }

    /// The Region that the caller is configured for.
    pub fn home_region(&self) -> &str {
        self.config.region().map_or(DEFAULT_REGION, Region::as_ref)
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
        let mut pages = self.account().list_regions().into_paginator().send();
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
