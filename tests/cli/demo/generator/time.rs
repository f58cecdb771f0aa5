//! The times of the story, in seconds since 1970, and how AWS writes them.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// 2026-10-05 22:00:00 UTC, in seconds since 1970: the first call of the attacker.
pub const INCIDENT: i64 = 1_791_237_600;
/// 2026-09-29 00:00:00 UTC, a Tuesday: where the history begins.
const FIRST_DAY: i64 = 1_790_640_000;
/// A time of the incident: minutes after 22:00 UTC on 5 October 2026.
pub const fn incident(minutes: i64) -> i64 {
    INCIDENT + minutes * 60
}

/// A time of ordinary life: the day counts from 29 September 2026 (0) to 5 October (6).
pub const fn ordinary(day: i64, hour: i64, minute: i64) -> i64 {
    FIRST_DAY + (day * 24 + hour) * 3600 + minute * 60
}

/// As `eventTime` and `creationDate` are written.
pub fn rfc3339(time: i64) -> String {
    utc(time).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// As IAM answers (facts: C4).
pub fn iam_time(time: i64) -> String {
    utc(time).format("%b %-d, %Y %-I:%M:%S %p").to_string()
}

/// As STS answers: one comma more (facts: C4).
pub fn sts_time(time: i64) -> String {
    utc(time).format("%b %-d, %Y, %-I:%M:%S %p").to_string()
}

fn utc(time: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(time)
}
