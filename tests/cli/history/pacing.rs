//! The pace: the quota is used, hardly ever exceeded, and found where a colleague takes a part of it.
//!
//! Counts and least distances only: a busy machine may make calls later, never more or closer together.

use std::time::Duration;

use super::{HERE, day_of_key_at, report, sandbox, serving};
use crate::support::lookup_server::{Call, LookupServer, Outcome, Quota};
use crate::support::records;

/// Reads `count` events at no more than `rate` calls a second from a server that grants `quota`; gives its calls.
fn read(count: usize, rate: &str, quota: Quota) -> Option<Vec<Call>> {
    let server: LookupServer = serving(records::series(HERE, count)).quota(quota).start();
    let sandbox = sandbox(&server)?;
    let report = report(day_of_key_at(&sandbox, rate).args(["--format", "json"]), 0);
    assert_eq!(report["events"].as_array().unwrap().len(), count);
    let calls = server.calls();
    let coverage = super::coverage(&report, HERE);
    assert_eq!(coverage["throttled"], throttled(&calls));
    assert_eq!(coverage["pages"], calls.len() - throttled(&calls));
    Some(calls)
}

fn throttled(calls: &[Call]) -> usize {
    let throttled = |call: &&Call| call.outcome == Outcome::Throttled;
    calls.iter().filter(throttled).count()
}

#[test]
fn a_quota_of_ones_own_is_kept() {
    let Some(calls) = read(600, "2", Quota::AWS) else {
        return;
    };
    assert!(
        throttled(&calls) * 10 < calls.len(),
        "{} of {}",
        throttled(&calls),
        calls.len()
    );
    let gaps = u32::try_from(calls.len() - 1).unwrap();
    let took = calls[calls.len() - 1].at.saturating_sub(calls[0].at);
    // all but one: the first call may be held up on its way
    assert!(
        took >= Duration::from_millis(495) * (gaps - 1),
        "{gaps} gaps in {took:?}"
    );
}

/// Ten times as fast as life, which changes nothing: every constant of the pace is relative.
#[test]
fn a_quota_that_a_colleague_takes_half_of_is_found() {
    let half = Quota {
        per_second: 10.0,
        burst: 2.0,
    };
    if let Some(calls) = read(3000, "20", half) {
        assert!(
            throttled(&calls) * 20 < calls.len() * 3,
            "{} of {}",
            throttled(&calls),
            calls.len()
        );
    }
}
