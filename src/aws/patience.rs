//! Calls that AWS throttles go on for as long as somebody has patience: they were not carried out, and waiting is all
//! that helps. Every other failure is tried again as often as the SDK would.
//!
//! The SDK bounds attempts by their number and by a quota that all calls share: with many calls side by side that ends
//! long before the time is over. So here the number grows with every answer that throttles, until the time is over.

use std::time::{Duration, Instant};

use aws_sdk_iam::config::interceptors::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_iam::config::retry::{ClassifyRetry, RetryAction, RetryConfig, TokenBucket};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};

use crate::clock;

/// The longest pause between two attempts: IAM lets a few calls through every second.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long a call that is throttled goes on.
#[derive(Debug, Clone, Copy)]
pub struct ThrottlePatience(pub Duration);

/// When a call began, with all its attempts; and how often it is tried where it is not throttled.
#[derive(Debug, Clone)]
struct CallBegun {
    at: Instant,
    attempts: u32,
    retries: RetryConfig,
}

impl Storable for CallBegun {
    type Storer = StoreReplace<Self>;
}

impl Intercept for ThrottlePatience {
    fn name(&self) -> &'static str {
        "ThrottlePatience"
    }

    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let retries = cfg.load::<RetryConfig>().cloned();
        let begun = CallBegun {
            at: clock::monotonic(),
            attempts: 0,
            retries: retries.unwrap_or_else(RetryConfig::standard),
        };
        cfg.interceptor_state().store_put(begun);
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(mut begun) = cfg.load::<CallBegun>().cloned() else {
            return Ok(());
        };
        begun.attempts += 1;
        cfg.interceptor_state().store_put(begun.clone());
        let is_throttled = components.retry_classifiers().any(|classifier| {
            classifier.classify_retry(context.inner()) == RetryAction::throttling_error()
        });
        if !begun.retries.has_retry() || !is_throttled {
            cfg.interceptor_state().store_put(begun.retries);
            return Ok(());
        }
        // one more, and no great number: the SDK adds up the pauses of all attempts before each
        let one_more = u32::from(begun.at.elapsed() < self.0);
        let attempts = begun.attempts.saturating_add(one_more);
        let retries = begun.retries.with_max_attempts(attempts);
        cfg.interceptor_state().store_put(retries);
        cfg.interceptor_state().store_put(TokenBucket::unlimited());
        Ok(())
    }
}
