//! The two clocks, and the only file that reads them.
//!
//! [`investigation_now`] is the *window's* clock: read once at start, and set by `TRAILHUNT_NOW` so that a
//! recorded incident of any year can be asked about. [`wall`] and [`monotonic`] are the live clocks: pacing,
//! progress and the `generated_at` of a report use them; the SDK signs with its own.

use std::time::Instant;

use chrono::{DateTime, SubsecRound, Utc};

use crate::error::Failure;

/// The environment variable that fixes the investigation's `now` (RFC 3339).
pub const NOW_VARIABLE: &str = "TRAILHUNT_NOW";

/// The investigation's `now`: `TRAILHUNT_NOW` where it is set, else the wall clock; to the second, as records are.
/// Call once, at start.
///
/// # Errors
/// A usage failure where `TRAILHUNT_NOW` is set and is no RFC 3339 time.
pub fn investigation_now() -> Result<DateTime<Utc>, Failure> {
    match std::env::var(NOW_VARIABLE) {
        Ok(text) => DateTime::parse_from_rfc3339(text.trim())
            .map(|time| time.with_timezone(&Utc).trunc_subsecs(0))
            .map_err(|error| {
                Failure::usage(format!("{NOW_VARIABLE} is no RFC 3339 time: {error}"))
                    .hint(format!("for example {NOW_VARIABLE}=2026-11-21T09:00:00Z"))
            }),
        Err(_) => Ok(wall().trunc_subsecs(0)),
    }
}

/// The wall clock, in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the wall clock"
)]
pub fn wall() -> DateTime<Utc> {
    Utc::now()
}

/// The monotonic clock, for pacing and for progress.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the monotonic clock"
)]
pub fn monotonic() -> Instant {
    Instant::now()
}
