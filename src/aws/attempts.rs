//! The attempts of one call: whether any of them may have been carried out. The SDK tells of the last one only, and an
//! attempt whose answer was lost may have been carried out before one that is refused.

use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, FinalizerInterceptorContextRef,
};
use aws_sdk_iam::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};

/// A header that no server sends: an error carries its answer, and nothing else that an interceptor could write on.
const MARK: &str = "trailhunt-may-be-done";

/// HTTP's word for a request that took the server too long.
const REQUEST_TIMEOUT: u16 = 408;

/// Marks the answer of a call, where this attempt or one before it may have been carried out all the same.
#[derive(Debug, Clone, Copy)]
pub struct UnsureAttempts;

/// An attempt ended without an answer that says for sure that nothing was done.
#[derive(Debug)]
struct UnsureBefore;

impl Storable for UnsureBefore {
    type Storer = StoreReplace<Self>;
}

/// Whether the call that `answer` ends may have been carried out, though the answer be a refusal.
pub fn may_be_done(answer: &HttpResponse) -> bool {
    answer.headers().get(MARK).is_some()
}

impl Intercept for UnsureAttempts {
    fn name(&self) -> &'static str {
        "UnsureAttempts"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = context.response_mut();
        if cfg.load::<UnsureBefore>().is_some() || !refuses(answer) {
            answer.headers_mut().insert(MARK, "true");
        } else {
            answer.headers_mut().remove(MARK);
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let failed = context.output_or_error().is_none_or(|end| end.is_err());
        // it failed on the way, whatever its status
        let is_transient = || {
            components.retry_classifiers().any(|classifier| {
                let action = classifier.classify_retry(context.inner());
                [RetryAction::transient_error(), RetryAction::server_error()].contains(&action)
            })
        };
        if failed && (!context.response().is_some_and(refuses) || is_transient()) {
            cfg.interceptor_state().store_put(UnsureBefore);
        }
        Ok(())
    }
}

/// Whether the status says that the request was refused: a server that breaks may do so after the change.
fn refuses(answer: &HttpResponse) -> bool {
    answer.status().is_client_error() && answer.status().as_u16() != REQUEST_TIMEOUT
}
