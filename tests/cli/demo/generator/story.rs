//! The story as it is told: a clock, the random sequence, and the records so far.
//!
//! Scenes set the clock and record calls; each call moves it on by a second or two. Scenes overlap freely, because
//! the records are put in order at the end.

use super::call::DemoCall;
use super::caller::DemoCaller;
use super::ids::Random;
use super::record;
use super::time::{INCIDENT, rfc3339};

/// Any number will do, but it fixes every `eventID`.
const SEED: u64 = 0x7472_6169_6c68_756e;

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
