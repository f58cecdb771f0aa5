//! What all account x Regions did together, for each to be held against the others.

use std::collections::BTreeMap;

use super::activity::{Activity, PlaceActivity};
use super::minutes::{CallKind, MINUTES_OF_DAY, MinuteSet, tally};

/// In which minutes at least one place delivered, and in which at least two did.
#[derive(Debug, Default)]
pub struct Crowd {
    days: BTreeMap<i64, CrowdedDay>,
    total: i64,
}

#[derive(Debug, Default)]
struct CrowdedDay {
    anybody: MinuteSet,
    several: MinuteSet,
}

impl Crowd {
    pub fn of(activity: &Activity) -> Self {
        let mut crowd = Self::default();
        for (_, known) in activity.places() {
            for (day, active) in &known.days {
                let all = crowd.days.entry(*day).or_default();
                let theirs = active.of(CallKind::Any);
                all.several = all.several.or(all.anybody.and(theirs));
                all.anybody = all.anybody.or(theirs);
            }
        }
        crowd.total = crowd.days.values().map(|day| day.anybody.count()).sum();
        crowd
    }

    /// How many minutes of `begin..end` anybody delivered in.
    pub fn within(&self, begin: i64, end: i64) -> i64 {
        let first = begin.div_euclid(MINUTES_OF_DAY);
        let last = end.div_euclid(MINUTES_OF_DAY);
        let days = self.days.range(first..=last.max(first));
        let minutes = days.map(|(day, all)| {
            let midnight = day * MINUTES_OF_DAY;
            let minutes = all.anybody.from(begin.saturating_sub(midnight));
            tally(minutes.take_while(|minute| midnight + minute < end))
        });
        minutes.sum()
    }

    /// How many minutes others than `known` delivered in.
    pub fn beside(&self, known: &PlaceActivity) -> i64 {
        let alone = known.days.iter().map(|(day, active)| {
            let several = self.days.get(day).map(|all| all.several);
            let own = active.of(CallKind::Any);
            own.without(several.unwrap_or_default()).count()
        });
        self.total - alone.sum::<i64>()
    }
}
