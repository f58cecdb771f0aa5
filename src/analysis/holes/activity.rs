//! In which minutes each account x Region delivered records of management events, from events in any order.
//!
//! A day of an account x Region takes 368 bytes, whatever happens in it. Hostile records could name any day and any
//! place: of what is no account or Region nothing is kept, and of days only so many.

use std::collections::BTreeMap;

use super::minutes::{ActiveDay, CallKind, MINUTES_OF_DAY};
use crate::event::Event;
use crate::event::glance::Noted;
use crate::event::services::is_account_id;
use crate::event::time::Time;

/// Days of account x Regions that are kept: 18 MB.
const MOST_DAYS: usize = 50_000;

/// One account x Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountRegion<'a> {
    pub account: &'a str,
    pub region: &'a str,
}

/// What every account x Region delivered.
#[derive(Debug, Default)]
pub struct Activity {
    accounts: BTreeMap<Box<str>, BTreeMap<Box<str>, PlaceActivity>>,
    days: usize,
    /// Some of it was not kept.
    pub is_cut: bool,
}

/// What one account x Region delivered.
#[derive(Debug, Clone, Default)]
pub struct PlaceActivity {
    /// By their number since 1970 began.
    pub days: BTreeMap<i64, Box<ActiveDay>>,
    /// Of all its records.
    newest: Option<Time>,
}

impl Activity {
    /// Remembers when `event` came, if it is of a management event.
    pub fn observe(&mut self, event: &Event) {
        if let (Some(place), Some(time)) = (place_of(event), event.time()) {
            let kind = is_management(event).then(|| is_read_only(event));
            self.add(place, time, kind);
        }
    }

    /// Remembers that there is the account x Region of `event`, and no more of it.
    pub fn observe_place(&mut self, event: &Event) {
        if let (Some(place), Some(_)) = (place_of(event), event.time()) {
            self.know(place);
            self.shrink();
        }
    }

    fn add(&mut self, place: AccountRegion<'_>, time: Time, read_only: Option<bool>) {
        let minute = time.timestamp().div_euclid(60);
        let (day, minute) = (
            minute.div_euclid(MINUTES_OF_DAY),
            minute.rem_euclid(MINUTES_OF_DAY),
        );
        self.know(place);
        let Some(known) = self.known(place) else {
            return;
        };
        if let Some(read_only) = read_only {
            known.newest = known.newest.max(Some(time));
            let before = known.days.len();
            let active = known.days.entry(day).or_default();
            let minutes = if read_only {
                &mut active.reads
            } else {
                &mut active.writes
            };
            minutes.insert(minute);
            self.days += known.days.len() - before;
        }
        self.shrink();
    }

    fn known(&mut self, place: AccountRegion<'_>) -> Option<&mut PlaceActivity> {
        self.accounts.get_mut(place.account)?.get_mut(place.region)
    }

    /// Makes room for a place, if it is new: it takes about as much as a day does.
    fn know(&mut self, place: AccountRegion<'_>) {
        if self.known(place).is_none() {
            self.days += 1;
            let regions = self.accounts.entry(place.account.into()).or_default();
            regions.entry(place.region.into()).or_default();
        }
    }

    /// Lets go of what comes last by place and day: so the same is kept in whatever order it came.
    fn shrink(&mut self) {
        while self.days > MOST_DAYS {
            self.is_cut = true;
            let Some(mut account) = self.accounts.last_entry() else {
                return;
            };
            if let Some(mut place) = account.get_mut().last_entry() {
                if place.get_mut().days.pop_last().is_none() {
                    place.remove();
                }
                self.days -= 1;
            }
            if account.get().is_empty() {
                account.remove();
            }
        }
    }

    /// Adds what was seen elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.is_cut |= other.is_cut;
        for (account, regions) in other.accounts {
            for (region, theirs) in regions {
                let place = AccountRegion {
                    account: &account,
                    region: &region,
                };
                self.know(place);
                let Some(ours) = self.known(place) else {
                    continue;
                };
                let before = ours.days.len();
                ours.merge(theirs);
                self.days += ours.days.len() - before;
                self.shrink();
            }
        }
    }

    /// Every account x Region.
    pub fn places(&self) -> impl Iterator<Item = (AccountRegion<'_>, &PlaceActivity)> {
        self.accounts.iter().flat_map(|(account, regions)| {
            regions
                .iter()
                .map(move |(region, known)| (AccountRegion { account, region }, known))
        })
    }

    /// Every account: its Regions, and what these delivered together.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, Vec<&str>, PlaceActivity)> {
        self.accounts.iter().map(|(account, regions)| {
            let mut all = PlaceActivity::default();
            for known in regions.values() {
                all.merge(known.clone());
            }
            let regions = regions.keys().map(AsRef::as_ref).collect();
            (account.as_ref(), regions, all)
        })
    }

    /// When the newest record of all came.
    pub fn newest(&self) -> Option<Time> {
        self.places().filter_map(|(_, known)| known.newest).max()
    }
}

impl PlaceActivity {
    fn merge(&mut self, other: Self) {
        self.newest = self.newest.max(other.newest);
        for (day, theirs) in other.days {
            let ours = self.days.entry(day).or_default();
            ours.reads = ours.reads.or(theirs.reads);
            ours.writes = ours.writes.or(theirs.writes);
        }
    }

    /// When the newest of its records came.
    pub fn newest(&self) -> Option<Time> {
        self.newest
    }

    /// Its minutes with such calls, counted from 1970 on, from `begin` on.
    pub fn minutes_from(&self, kind: CallKind, begin: i64) -> impl Iterator<Item = i64> {
        let first = begin.div_euclid(MINUTES_OF_DAY);
        self.days.range(first..).flat_map(move |(day, active)| {
            let midnight = day * MINUTES_OF_DAY;
            let minutes = active.of(kind).from(begin.saturating_sub(midnight));
            minutes.map(move |minute| midnight + minute)
        })
    }

    /// Its last minute with such calls before `end`.
    pub fn minute_before(&self, kind: CallKind, end: i64) -> Option<i64> {
        let days = self.days.range(..=end.div_euclid(MINUTES_OF_DAY));
        let mut last = days.rev().filter_map(|(day, active)| {
            let midnight = day * MINUTES_OF_DAY;
            let minutes = active.of(kind).from(0).map(|minute| midnight + minute);
            minutes.take_while(|minute| *minute < end).last()
        });
        last.next()
    }
}

/// The account x Region in whose log `event` stands; none of what AWS could not have named so.
pub fn place_of(event: &Event) -> Option<AccountRegion<'_>> {
    let (account, region) = (event.account()?, event.region()?);
    let is_region = region.len() <= 32
        && region
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    (is_account_id(account) && is_region).then_some(AccountRegion { account, region })
}

/// Old records do not say; those are of management events (facts: C2).
fn is_management(event: &Event) -> bool {
    match event.category() {
        Some(category) => category == "Management",
        None => event.flag(Noted::IsManagement) != Some(false),
    }
}

/// A call of which nothing is said counts as a write: what is left out of a trail is mostly reads.
fn is_read_only(event: &Event) -> bool {
    event.flag(Noted::ReadOnly) == Some(true)
}
