//! Failures that a test scripts: which, and on which calls.

use super::request::{Refusal, refuse};
use super::tokens;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `ThrottlingException` though the quota has room: a colleague used it up.
    Throttle,
    /// HTTP 500.
    InternalServerError,
    /// HTTP 503.
    ServiceUnavailable,
    /// `ExpiredTokenException`: the session ended.
    ExpireCredentials,
    /// `InvalidNextTokenException` for a token that is right.
    RefuseToken,
    /// The connection ends before the answer.
    Drop,
    /// The connection ends in the middle of the body.
    DropMidBody,
    /// No answer ever comes.
    Hang,
    /// HTTP 200 whose body is cut JSON.
    MalformedBody,
    /// HTTP 200 whose JSON ends somewhere, at another place each time.
    CutAnywhere,
    /// A page whose first record's `CloudTrailEvent` is no JSON.
    UnreadableRecord,
    /// A page of no events that has a `NextToken` all the same.
    EmptyPage,
    /// HTTP 200 and `{}`.
    NoEvents,
    /// `"Events": null`, and the `NextToken` as it would be.
    NullEvents,
    /// HTTP 200 without a body.
    NoBody,
    /// A page whose `NextToken` leads to the page itself.
    SamePage,
}

impl Fault {
    /// The error answer that this fault is, if it is one.
    pub fn refusal(self) -> Option<Refusal> {
        let server_error = |status, code, message: &str| Refusal {
            status,
            code,
            message: message.to_owned(),
        };
        match self {
            Self::Throttle => Some(throttling()),
            Self::ExpireCredentials => Some(expired_token()),
            Self::RefuseToken => Some(tokens::refusal()),
            Self::InternalServerError => Some(server_error(
                500,
                "InternalServerError",
                "An internal error occurred.",
            )),
            Self::ServiceUnavailable => Some(server_error(
                503,
                "ServiceUnavailable",
                "The service is unavailable.",
            )),
            Self::Drop
            | Self::DropMidBody
            | Self::Hang
            | Self::MalformedBody
            | Self::CutAnywhere
            | Self::UnreadableRecord
            | Self::EmptyPage
            | Self::NoEvents
            | Self::NullEvents
            | Self::NoBody
            | Self::SamePage => None,
        }
    }
}

pub fn throttling() -> Refusal {
    refuse("ThrottlingException", "Rate exceeded")
}

pub fn expired_token() -> Refusal {
    refuse(
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )
}

/// A fault, and the calls it happens to. Calls that do not fit the rule's Region, or that carry no token where
/// [`Rule::with_token`] wants one, do not count.
#[derive(Debug, Clone)]
pub struct Rule {
    fault: Fault,
    region: Option<String>,
    with_token: bool,
    every: usize,
    times: usize,
    seen: usize,
}

impl Rule {
    /// On every call.
    pub fn always(fault: Fault) -> Self {
        Self::every(1, fault)
    }

    /// On the `n`th call, counted from one, and on no other.
    pub fn nth(n: usize, fault: Fault) -> Self {
        Self::every(n, fault).times(1)
    }

    /// On every `n`th call.
    pub fn every(n: usize, fault: Fault) -> Self {
        Self {
            fault,
            region: None,
            with_token: false,
            every: n,
            times: usize::MAX,
            seen: 0,
        }
    }

    /// No more often than this.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Only in this Region.
    pub fn in_region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    /// Only on calls for a further page.
    pub fn with_token(mut self) -> Self {
        self.with_token = true;
        self
    }

    /// Counts a call; the fault, where it is this call's turn.
    pub fn due(&mut self, region: &str, token: bool) -> Option<Fault> {
        let fits = self.region.as_deref().is_none_or(|only| only == region);
        if !fits || (self.with_token && !token) {
            return None;
        }
        self.seen += 1;
        let due = self.times > 0 && self.seen.is_multiple_of(self.every);
        self.times -= usize::from(due);
        due.then_some(self.fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of the calls, of six in `region`, that the rule breaks.
    fn broken(mut rule: Rule, region: &str, token: bool) -> Vec<usize> {
        (1..=6)
            .filter(|_| rule.due(region, token).is_some())
            .collect()
    }

    #[test]
    fn a_rule_is_due_on_the_calls_it_names() {
        let drop = Fault::Drop;
        assert_eq!(broken(Rule::nth(2, drop), "a", false), [2]);
        assert_eq!(broken(Rule::every(2, drop), "a", false), [2, 4, 6]);
        assert_eq!(broken(Rule::every(2, drop).times(2), "a", false), [2, 4]);
        assert_eq!(broken(Rule::always(drop).times(3), "a", false), [1, 2, 3]);
        assert_eq!(
            broken(Rule::nth(1, drop).in_region("b"), "a", false),
            [0; 0]
        );
        assert_eq!(broken(Rule::nth(1, drop).in_region("b"), "b", false), [1]);
        assert_eq!(broken(Rule::nth(1, drop).with_token(), "a", false), [0; 0]);
        assert_eq!(broken(Rule::nth(1, drop).with_token(), "a", true), [1]);
    }
}
