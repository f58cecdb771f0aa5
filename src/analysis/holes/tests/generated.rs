//! Trails of some accounts and Regions, each with a rhythm of its own, and the holes that are made in them.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small numbers, thrown by dice"
)]

use chrono::TimeDelta;

use super::*;

/// In CI; by hand, `HOLE_SEEDS=1000 cargo test --lib holes::tests::generated`.
const SEEDS: u64 = 30;

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> i64 {
        (self.next() % end) as i64
    }

    fn between(&mut self, begin: i64, end: i64) -> i64 {
        begin + self.below((end - begin) as u64)
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// How long it takes until something happens that happens every `mean` seconds.
    fn wait(&mut self, mean: i64) -> i64 {
        let chance = (self.below(1 << 32) as f64 + 0.5) / (1_u64 << 32) as f64;
        (-chance.ln() * mean as f64) as i64 + 1
    }
}

const REGIONS: [&str; 5] = [
    "us-east-1",
    "eu-west-1",
    "ap-northeast-2",
    "us-west-2",
    "sa-east-1",
];
const ACCOUNTS: [&str; 3] = [ACCOUNT, "444455556666", "777788889999"];
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// How calls of a place come.
#[derive(Clone, Copy, Debug)]
enum Habit {
    /// Machines: around the clock.
    Steady,
    /// People: from 8 to 18, on weekdays.
    Office,
    /// Programs that run for some minutes, and then not for long.
    Bursts,
    /// Hardly ever.
    Rare,
}

struct Generated {
    begin: Time,
    length: i64,
    events: Vec<Event>,
    /// Steady ones, with how many seconds are between their calls.
    busy: Vec<(&'static str, &'static str, i64)>,
}

fn plus(time: Time, seconds: i64) -> Time {
    time + TimeDelta::seconds(seconds)
}

impl Generated {
    fn of(dice: &mut Dice) -> Self {
        let begin = plus(at("00:00"), dice.below(7 * DAY as u64));
        let length = dice.between(10 * HOUR, 4 * DAY);
        let mut all = Self {
            begin,
            length,
            events: Vec::new(),
            busy: Vec::new(),
        };
        let accounts = dice.between(1, 4) as usize;
        let regions = dice.between(2, 6) as usize;
        for account in &ACCOUNTS[..accounts] {
            for (number, region) in REGIONS[..regions].iter().enumerate() {
                let habits = [Habit::Steady, Habit::Office, Habit::Bursts, Habit::Rare];
                // somebody is always there, at home and elsewhere
                let habit = if number < 2 {
                    Habit::Steady
                } else {
                    *dice.pick(&habits)
                };
                all.fill(dice, account, region, habit);
            }
        }
        all
    }

    fn fill(&mut self, dice: &mut Dice, account: &'static str, region: &'static str, habit: Habit) {
        let mean = match habit {
            Habit::Steady => dice.between(60, 400),
            Habit::Office => dice.between(30, 900),
            Habit::Bursts => dice.between(HOUR, 6 * HOUR),
            Habit::Rare => dice.between(3 * HOUR, DAY),
        };
        // so that the longest trails have no more calls than the others
        let mean = mean.max(self.length / 900);
        if matches!(habit, Habit::Steady) {
            self.busy.push((account, region, mean));
        }
        let mut second = 0;
        loop {
            second += dice.wait(mean);
            if second >= self.length {
                break;
            }
            let burst = if matches!(habit, Habit::Bursts) {
                dice.between(2, 30)
            } else {
                1
            };
            for call in 0..burst {
                let time = plus(self.begin, second + call * 20);
                let weekday = time.timestamp().div_euclid(DAY).rem_euclid(7);
                let hour = time.timestamp().rem_euclid(DAY) / HOUR;
                let is_work = (8..18).contains(&hour) && !matches!(weekday, 2 | 3);
                if !matches!(habit, Habit::Office) || is_work {
                    let fields = json!({"awsRegion": region, "recipientAccountId": account,
                        "readOnly": dice.below(3) > 0});
                    self.events.push(record(time, "ec2", "Anything", fields));
                }
            }
        }
    }

    /// From when to when a hole of `length` is.
    fn span(&self, dice: &mut Dice, length: i64) -> (Time, Time) {
        let first = dice.between(self.length / 4, self.length * 3 / 4 - length);
        (plus(self.begin, first), plus(self.begin, first + length))
    }

    /// All events but those that `is_lost`, and `more`.
    fn without<'g>(&'g self, is_lost: impl Fn(&Event) -> bool, more: &'g [Event]) -> Holes {
        let kept = self.events.iter().filter(|event| !is_lost(event));
        holes(kept.chain(more))
    }
}

fn within(event: &Event, (begin, end): (Time, Time)) -> bool {
    event.time().is_some_and(|time| begin < time && time < end)
}

fn trail_call(time: Time, name: &str, fields: &Value) -> Event {
    record(
        time,
        "cloudtrail",
        name,
        json!({"requestParameters": fields}),
    )
}

fn is_home(event: &Event) -> bool {
    event.account() == Some(ACCOUNT) && event.region() == Some("us-east-1")
}

/// Asserts that home has one gap, from `begin` to `end`.
fn is_a_gap(seed: u64, how: &str, found: &Holes, (begin, end): (Time, Option<Time>)) {
    let home = found.coverage.iter().filter(|entry| {
        entry.region.as_deref() == Some("us-east-1") && entry.account.as_deref() == Some(ACCOUNT)
    });
    let spans: Vec<_> = home.map(|entry| (entry.since, entry.until)).collect();
    assert_eq!(
        spans,
        [(Some(begin), end)],
        "seed {seed}, {how}: {:?}",
        doubts(found)
    );
}

fn try_seed(seed: u64) {
    let dice = &mut Dice(seed);
    let trail = Generated::of(dice);
    let whole = holes(&trail.events);
    assert_eq!(
        (gaps(&whole), doubts(&whole)),
        (vec![], vec![]),
        "seed {seed}, whole"
    );

    let length = dice.between(12 * 60, 4 * HOUR);
    let span = trail.span(dice, length);
    let named = json!({"name": "main"});
    let in_account = |event: &Event| event.account() == Some(ACCOUNT);
    let start = trail_call(span.1, "StartLogging", &named);
    for stop in ["StopLogging", "DeleteTrail"] {
        let stop = trail_call(span.0, stop, &named);
        let calls = [stop, start.clone()];
        let found = trail.without(|event| in_account(event) && within(event, span), &calls);
        is_a_gap(seed, "stopped", &found, (span.0, Some(span.1)));
        // the rest of the trail is lost, too
        let from = (span.0, plus(trail.begin, 2 * trail.length));
        let found = trail.without(
            |event| in_account(event) && within(event, from),
            &calls[..1],
        );
        is_a_gap(seed, "stopped for good", &found, (span.0, None));
        // another trail goes on, and something happens meanwhile
        if length < 2 * HOUR {
            continue;
        }
        let found = trail.without(
            |event| is_home(event) && within(event, (span.0, plus(span.0, 1))),
            &calls,
        );
        assert_eq!(gaps(&found), [""; 0], "seed {seed}, two trails");
    }

    let selectors = [
        (
            json!([{"readWriteType": "All", "includeManagementEvents": false}]),
            [true, true],
        ),
        (
            json!([{"readWriteType": "ReadOnly", "includeManagementEvents": true}]),
            [false, true],
        ),
        (json!([{"readWriteType": "WriteOnly"}]), [true, false]),
    ];
    let (selectors, lost) = dice.pick(&selectors);
    let is_read = |event: &Event| event.json()["readOnly"] == true;
    let select = |time, selectors: &Value| {
        trail_call(
            time,
            "PutEventSelectors",
            &json!({"trailName": "main", "eventSelectors": selectors}),
        )
    };
    let calls = [
        select(span.0, selectors),
        select(
            span.1,
            &json!([{"readWriteType": "All", "includeManagementEvents": true}]),
        ),
    ];
    let is_lost = |event: &Event| {
        in_account(event) && within(event, span) && lost[usize::from(!is_read(event))]
    };
    let found = trail.without(is_lost, &calls);
    is_a_gap(seed, "narrowed", &found, (span.0, Some(span.1)));

    let seen = |(_, _, mean): &&(_, _, i64)| 45 * mean < trail.length / 3;
    let Some((account, region, mean)) = trail.busy.iter().rev().find(seen) else {
        return;
    };
    let length = dice.between(45 * mean, trail.length / 3 + 1).min(6 * HOUR);
    let span = trail.span(dice, length);
    let is_taken = |event: &Event| {
        event.account() == Some(account) && event.region() == Some(region) && within(event, span)
    };
    let found = trail.without(is_taken, &[]);
    assert_eq!(gaps(&found), [""; 0], "seed {seed}, taken away");
    let told = doubts(&found);
    let is_told =
        |doubt: &&String| doubt.starts_with(&format!("{region} of {account}: nothing between"));
    assert_eq!(
        told.iter().filter(is_told).count(),
        1,
        "seed {seed}, taken away {length}: {told:?}"
    );
    assert_eq!(told.len(), 1, "seed {seed}: {told:?}");
}

#[test]
fn every_way_to_make_a_hole_is_seen_and_a_whole_trail_has_none() {
    let seeds = std::env::var("HOLE_SEEDS").ok();
    let seeds = seeds.map_or(SEEDS, |seeds| seeds.parse().unwrap());
    for seed in 0..seeds {
        try_seed(seed);
    }
}
