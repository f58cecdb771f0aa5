//! The story as it is told: a clock, the random sequence, and the records so far.
//!
//! Scenes set the clock and record calls; each call moves it on by a second or two. Scenes overlap freely, because
//! the records are put in order at the end.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use super::call::DemoCall;
use super::caller::DemoCaller;
use super::ids::Random;
use super::record;

/// 2026-10-05 22:00:00 UTC, in seconds since 1970: the first call of the attacker.
const INCIDENT: i64 = 1_791_237_600;
/// 2026-09-29 00:00:00 UTC, a Tuesday: where the history begins.
const FIRST_DAY: i64 = 1_790_640_000;
/// Any number will do, but it fixes every `eventID`.
const SEED: u64 = 0x7472_6169_6c68_756e;

/// A time of the incident: minutes after 22:00 UTC on 5 October 2026.
pub const fn incident(minutes: i64) -> i64 {
    INCIDENT + minutes * 60
}

/// A time of ordinary life: the day counts from 29 September 2026 (0) to 5 October (6).
pub const fn ordinary(day: i64, hour: i64, minute: i64) -> i64 {
    FIRST_DAY + (day * 24 + hour) * 3600 + minute * 60
}

#[derive(Debug)]
pub struct Story {
    clock: i64,
    random: Random,
    records: Vec<(i64, String, String)>,
}

impl Story {
    pub fn new() -> Self {
        Self {
            clock: INCIDENT,
            random: Random::seeded(SEED),
            records: Vec::with_capacity(1600),
        }
    }

    /// Sets the clock: seconds since 1970.
    pub fn at(&mut self, time: i64) -> &mut Self {
        self.clock = time;
        self
    }

    /// When the next call is recorded.
    pub fn now(&self) -> i64 {
        self.clock
    }

    /// Records a call and lets one or two seconds pass.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a call is told once, where it is made up: a reference would only add a sign to every line"
    )]
    pub fn record(&mut self, caller: &DemoCaller, call: DemoCall) {
        let event_id = self.random.uuid();
        let time = rfc3339(self.clock);
        let json = record::write(caller, &call, &time, &event_id, &mut self.random);
        self.records.push((self.clock, event_id, json));
        self.clock += if self.random.next().is_multiple_of(3) {
            2
        } else {
            1
        };
    }

    /// The records in the order of every answer: by time, then by `eventID`.
    pub fn finish(mut self) -> Vec<String> {
        self.records.sort_unstable();
        self.records.into_iter().map(|(_, _, json)| json).collect()
    }
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
