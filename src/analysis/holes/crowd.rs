//! What all account x Regions did together, for each to be held against the others.

use std::collections::BTreeMap;

use super::activity::{Activity, PlaceActivity};
use super::minutes::{ActiveDay, CallKind, MINUTES_OF_DAY, WORDS, count, tally};

/// In which minutes at least one place delivered, and in which at least two did.
#[derive(Debug, Default)]
pub struct Crowd {
    /// As `reads` the minutes of one place or more, as `writes` those of two or more.
    days: BTreeMap<i64, ActiveDay>,
    total: i64,
}

impl Crowd {
    pub fn of(activity: &Activity) -> Self {
        let mut crowd = Self::default();
        for (_, known) in activity.places() {
            for (day, active) in &known.days {
                let all = crowd.days.entry(*day).or_default();
                for (at, (one, two)) in all.reads.iter_mut().zip(&mut all.writes).enumerate() {
                    let theirs = active.word(CallKind::Any, at);
                    *two |= *one & theirs;
                    *one |= theirs;
                }
            }
        }
        let days = crowd.days.values();
        crowd.total = days.map(|day| count(&day.reads)).sum();
        crowd
    }

    /// How many minutes of `begin..end` anybody delivered in.
    pub fn within(&self, begin: i64, end: i64) -> i64 {
        let first = begin.div_euclid(MINUTES_OF_DAY);
        let last = end.div_euclid(MINUTES_OF_DAY);
        let days = self.days.range(first..=last.max(first));
        let minutes = days.map(|(day, active)| {
            let midnight = day * MINUTES_OF_DAY;
            let minutes = active.minutes(CallKind::Reads, begin.saturating_sub(midnight));
            tally(minutes.take_while(|minute| midnight + minute < end))
        });
        minutes.sum()
    }

    /// How many minutes others than `known` delivered in.
    pub fn beside(&self, known: &PlaceActivity) -> i64 {
        let alone = known.days.iter().map(|(day, active)| {
            let all = self.days.get(day);
            let words = (0..WORDS).map(|at| {
                let several = all.map_or(0, |all| all.word(CallKind::Writes, at));
                i64::from((active.word(CallKind::Any, at) & !several).count_ones())
            });
            words.sum::<i64>()
        });
        self.total - alone.sum::<i64>()
    }
}
