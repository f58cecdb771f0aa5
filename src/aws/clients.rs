//! The clients, one of each service that is asked. All of them take whole answers only.

use aws_config::retry::RetryConfig;
use aws_config::{Region, SdkConfig};

use super::Aws;
use super::attempts::UnsureAttempts;
use super::patience::{LONGEST_PAUSE, ThrottlePatience};
use super::signin::SignInClient;
use super::whole::WholeAnswers;

/// A client of the service that `$sdk` is for, which takes whole answers only; with more interceptors, where there are.
macro_rules! client {
    ($sdk:ident, $config:expr $(, $interceptor:expr)*) => {{
        let config = $sdk::config::Builder::from(&$config).interceptor(WholeAnswers);
        $sdk::Client::from_conf(config$(.interceptor($interceptor))*.build())
    }};
}

impl Aws {
    /// A CloudTrail client of one Region, which does not retry: pacing must count every call.
    pub fn cloudtrail(&self, region: &str) -> aws_sdk_cloudtrail::Client {
        let config = self.in_region(region).into_builder();
        let config = config.retry_config(RetryConfig::disabled()).build();
        client!(aws_sdk_cloudtrail, config)
    }

    /// A CloudTrail client of one Region for what is about trails: it retries, as those of other services do.
    pub fn trails(&self, region: &str) -> aws_sdk_cloudtrail::Client {
        client!(aws_sdk_cloudtrail, self.in_region(region))
    }

    pub fn iam(&self) -> aws_sdk_iam::Client {
        let retries = self.config.retry_config().cloned();
        let retries = retries.unwrap_or_else(RetryConfig::standard);
        let retries = retries.with_max_backoff(LONGEST_PAUSE);
        let config = self.config.to_builder().retry_config(retries).build();
        let patience = ThrottlePatience(self.patience);
        client!(
            aws_sdk_iam,
            config,
            patience,
            UnsureAttempts,
            self.exchange.clone()
        )
    }

    /// A CloudFormation client of one Region.
    pub fn cloudformation(&self, region: &str) -> aws_sdk_cloudformation::Client {
        client!(aws_sdk_cloudformation, self.in_region(region))
    }

    /// An AWS Config client of one Region.
    pub fn config_service(&self, region: &str) -> aws_sdk_config::Client {
        client!(aws_sdk_config, self.in_region(region))
    }

    /// An EventBridge client of one Region.
    pub fn eventbridge(&self, region: &str) -> aws_sdk_eventbridge::Client {
        client!(aws_sdk_eventbridge, self.in_region(region))
    }

    /// A Lambda client of one Region.
    pub fn lambda(&self, region: &str) -> aws_sdk_lambda::Client {
        client!(aws_sdk_lambda, self.in_region(region))
    }

    /// An S3 client of one Region.
    pub fn s3(&self, region: &str) -> aws_sdk_s3::Client {
        aws_sdk_s3::Client::new(&self.in_region(region))
    }

    /// A client of AWS Sign-In, which asks about each session in its own Region.
    pub fn sign_in(&self) -> SignInClient {
        let http = self.config.http_client();
        let http = http.unwrap_or_else(|| self.client.clone());
        SignInClient::new(self.config.clone(), http, self.patience)
    }

    /// An SNS client of one Region.
    pub fn sns(&self, region: &str) -> aws_sdk_sns::Client {
        client!(aws_sdk_sns, self.in_region(region))
    }

    /// An SQS client of one Region.
    pub fn sqs(&self, region: &str) -> aws_sdk_sqs::Client {
        client!(aws_sdk_sqs, self.in_region(region))
    }

    pub(super) fn sts(&self) -> aws_sdk_sts::Client {
        client!(aws_sdk_sts, self.config, self.exchange.clone())
    }

    pub(super) fn account(&self) -> aws_sdk_account::Client {
        client!(aws_sdk_account, self.config)
    }

    fn in_region(&self, region: &str) -> SdkConfig {
        let region = Region::new(region.to_owned());
        self.config.to_builder().region(region).build()
    }
}
