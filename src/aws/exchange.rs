//! What an exchange with AWS tells besides its answer: the key that signed the request, and AWS's clock.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_iam::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::BoxError;
use chrono::{DateTime, TimeDelta};

use crate::clock;
use crate::event::time::Time;

/// What is less is the answer's way here, and the header's whole seconds.
const NOTEWORTHY: TimeDelta = TimeDelta::seconds(2);

/// What was seen, shared by every client that it is set on.
#[derive(Debug, Clone, Default)]
pub struct Exchange(Arc<Mutex<ExchangeFacts>>);

#[derive(Debug, Default)]
struct ExchangeFacts {
    signed_by: Option<String>,
    /// AWS's clock minus ours, as the answer told that came fastest.
    ahead: Option<TimeDelta>,
}

impl Exchange {
    /// The key that signed last.
    pub fn signed_by(&self) -> Option<String> {
        self.update(|seen| seen.signed_by.clone())
    }

    /// How far AWS's clock is ahead of ours; zero where they agree, or AWS did not say.
    pub fn ahead(&self) -> TimeDelta {
        let ahead = self.update(|seen| seen.ahead).unwrap_or_default();
        if ahead.abs() < NOTEWORTHY {
            TimeDelta::zero()
        } else {
            ahead
        }
    }

    /// A request goes out with this `Authorization` header.
    fn note_request(&self, authorization: &str) {
        if let Some(key) = signing_key(authorization) {
            self.update(|seen| seen.signed_by = Some(key.to_owned()));
        }
    }

    /// An answer came at `now` with this `Date` header.
    fn note_response(&self, date: &str, now: Time) {
        if let Ok(date) = DateTime::parse_from_rfc2822(date) {
            let ahead = Time(date.to_utc()) - now;
            // an answer is as old as its way here takes: the greatest difference is the truest
            self.update(|seen| seen.ahead = seen.ahead.max(Some(ahead)));
        }
    }

    fn update<T>(&self, look: impl FnOnce(&mut ExchangeFacts) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Intercept for Exchange {
    fn name(&self) -> &'static str {
        "Exchange"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(authorization) = context.request().headers().get("authorization") {
            self.note_request(authorization);
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(date) = context.response().headers().get("date") {
            self.note_response(date, clock::wall());
        }
        Ok(())
    }
}

/// The key of `AWS4-HMAC-SHA256 Credential=AKIA…/20261122/us-east-1/iam/aws4_request, …`.
fn signing_key(authorization: &str) -> Option<&str> {
    let (_, credential) = authorization.split_once("Credential=")?;
    credential.split('/').next().filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_that_signed_is_known() {
        let exchange = Exchange::default();
        assert_eq!(exchange.signed_by(), None);
        exchange.clone().note_request(
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/iam/aws4_request, \
             SignedHeaders=host, Signature=00",
        );
        exchange.note_request("Bearer x");
        assert_eq!(exchange.signed_by().unwrap(), "AKIAIOSFODNN7EXAMPLE");
    }

    #[test]
    fn a_clock_that_is_wrong_is_noticed_and_a_slow_answer_is_none() {
        let ahead = |answers: &[&str]| {
            let exchange = Exchange::default();
            for answer in answers {
                let now = answer.parse().unwrap();
                exchange.note_response("Sun, 22 Nov 2026 03:00:00 GMT", now);
                exchange.note_response("yesterday", now);
            }
            exchange.ahead()
        };
        assert_eq!(ahead(&[]), TimeDelta::zero());
        assert_eq!(ahead(&["2026-11-22T03:00:01.9Z"]), TimeDelta::zero());
        assert_eq!(ahead(&["2026-11-22T02:50:00Z"]), TimeDelta::minutes(10));
        assert_eq!(ahead(&["2026-11-22T03:10:00Z"]), TimeDelta::minutes(-10));
        let slow_then_fast = ["2026-11-22T03:00:09Z", "2026-11-22T03:00:01Z"];
        assert_eq!(ahead(&slow_then_fast), TimeDelta::zero());
    }
}
