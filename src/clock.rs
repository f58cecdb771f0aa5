//! The two clocks, and the only file that reads them.
//!
//! [`investigation_now`] is the *window's* clock: read once at start, and set by `TRAILHUNT_NOW` so that a
//! recorded incident of any year can be asked about. [`wall`] and [`monotonic`] are the live clocks: pacing,
//! progress and, unless that variable is set, the `generated_at` of a report use them; the SDK signs with its own.

use std::time::Instant;

use chrono::Utc;

use crate::error::Failure;
use crate::event::time::Time;

/// The environment variable that fixes the investigation's `now` (RFC 3339).
pub const NOW_VARIABLE: &str = "TRAILHUNT_NOW";

/// The investigation's `now`: [`fixed_now`], else the wall clock; to the second, as records are. Call once, at start.
///
/// # Errors
/// As [`fixed_now`].
pub fn investigation_now() -> Result<Time, Failure> {
    Ok(fixed_now()?.unwrap_or_else(wall).whole_second())
}

/// The time that `TRAILHUNT_NOW` sets, if it does: of an answer that is to be the same every time.
///
/// # Errors
/// A usage failure where it is no RFC 3339 time.
pub fn fixed_now() -> Result<Option<Time>, Failure> {
    let Ok(text) = std::env::var(NOW_VARIABLE) else {
        return Ok(None);
    };
    text.trim().parse().map(Some).map_err(|error| {
        Failure::usage(format!("{NOW_VARIABLE} is no RFC 3339 time: {error}"))
            .hint(format!("for example {NOW_VARIABLE}=2026-11-21T09:00:00Z"))
    })
}

/// The wall clock, in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the wall clock"
)]
pub fn wall() -> Time {
    Time(Utc::now())
}

/// The monotonic clock, for pacing and for progress.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the monotonic clock"
)]
pub fn monotonic() -> Instant {
    Instant::now()
}
