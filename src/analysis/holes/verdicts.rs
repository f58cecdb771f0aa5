//! Which outages left a hole, in which account x Regions: only where these have no records meanwhile. If they go on,
//! another trail delivered.

use std::collections::BTreeMap;

use super::activity::{AccountRegion, Activity, PlaceActivity};
use super::crowd::Crowd;
use super::minutes::CallKind;
use super::outages::Outage;
use super::rhythm::Rhythm;
use crate::event::time::Time;

/// Records of the first minutes of an outage, and of the last one, are no sign of another trail: a trail takes a while
/// to stop, and its last records come late.
const SETTLES: i64 = 5 * 60;
const RESUMES: i64 = 60;
/// A silence that long, seen from how calls follow one another, is worth a word where a trail was off.
const NOTABLE: f64 = 4.0;

/// A span in which nothing was recorded, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingGap {
    pub begin: Time,
    /// None where nothing came after it.
    pub end: Option<Time>,
    pub causes: Vec<String>,
}

impl RecordingGap {
    fn ends_before(&self, time: Time) -> bool {
        self.end.is_some_and(|end| end < time)
    }

    /// Whether it takes up most of a silence: what is told of a minute explains no night.
    fn explains(&self, begin: Time, end: Time) -> bool {
        let until = self.end.map_or(end, |own| own.min(end));
        (until - self.begin.max(begin)) * 2 >= end - begin
    }
}

/// Everything that is missing, or may be, by account x Region.
#[derive(Debug, Default)]
pub struct Verdicts<'a> {
    pub gaps: BTreeMap<AccountRegion<'a>, Vec<RecordingGap>>,
    /// An outage that may have left a hole.
    pub doubts: Vec<(AccountRegion<'a>, RecordingGap)>,
    /// A silence that does not fit and that no outage explains, from when to when.
    pub silences: Vec<(AccountRegion<'a>, Time, Time)>,
}

/// What is known of an account x Region.
struct Place<'a> {
    name: AccountRegion<'a>,
    activity: &'a PlaceActivity,
    rhythms: [Rhythm; 3],
}

/// How long the calls that an outage concerns were not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Silence {
    Throughout,
    /// From the minute of the last one to that in which they went on.
    Until(i64, i64),
    /// The outage is too short to tell.
    Unknown,
}

enum Judgement {
    Gap(Option<Time>),
    Doubt(Option<Time>),
    Recorded,
}

impl<'a> Verdicts<'a> {
    pub fn of(activity: &'a Activity, outages: &[Outage]) -> Self {
        let places: Vec<Place<'a>> = activity
            .places()
            .map(|(name, activity)| Place::of(name, activity))
            .collect();
        let mut found = Self::default();
        let newest = activity.newest();
        for outage in outages {
            found.judge(outage, &places, newest);
        }
        for gaps in found.gaps.values_mut() {
            join(gaps);
        }
        found.listen(&places, &Crowd::of(activity));
        found
    }

    fn judge(&mut self, outage: &Outage, places: &[Place<'a>], newest: Option<Time>) {
        let is_home = |place: &&Place<'_>| {
            let at_home = outage
                .home
                .as_deref()
                .is_none_or(|home| place.name.region == home);
            *place.name.account == *outage.account && at_home
        };
        let mut homes = places.iter().filter(is_home).peekable();
        let is_off = homes.peek().is_some()
            && !outage.extent.spares_home
            && homes.all(|home| matches!(home.at_home(outage, newest), Judgement::Gap(_)));
        for place in places {
            let judgement = if is_home(&place) {
                if outage.extent.spares_home {
                    continue;
                }
                place.at_home(outage, newest)
            } else {
                place.elsewhere(outage, newest, is_off)
            };
            let gap = |end| RecordingGap {
                begin: outage.begin,
                end,
                causes: vec![outage.cause.clone()],
            };
            match judgement {
                Judgement::Gap(end) => self.gaps.entry(place.name).or_default().push(gap(end)),
                Judgement::Doubt(end) => self.doubts.push((place.name, gap(end))),
                Judgement::Recorded => {}
            }
        }
    }

    /// Silences that do not fit, and that nothing above explains.
    fn listen(&mut self, places: &[Place<'a>], crowd: &Crowd) {
        for place in places {
            for span in place.rhythm(CallKind::Any).holes(place.activity, crowd) {
                let (Some(begin), Some(end)) = (of_minute(span.begin), of_minute(span.end)) else {
                    continue;
                };
                let gaps = self.gaps.get(&place.name).into_iter().flatten();
                let doubts = self.doubts.iter().filter(|(name, _)| *name == place.name);
                let mut told = gaps.chain(doubts.map(|(_, gap)| gap));
                if !told.any(|gap| gap.explains(begin, end)) {
                    self.silences.push((place.name, begin, end));
                }
            }
        }
    }
}

impl<'a> Place<'a> {
    fn of(name: AccountRegion<'a>, activity: &'a PlaceActivity) -> Self {
        let kinds = [CallKind::Any, CallKind::Reads, CallKind::Writes];
        Self {
            name,
            activity,
            rhythms: kinds.map(|kind| Rhythm::of(activity, kind)),
        }
    }

    fn rhythm(&self, kind: CallKind) -> &Rhythm {
        let [any, reads, writes] = &self.rhythms;
        match kind {
            CallKind::Any => any,
            CallKind::Reads => reads,
            CallKind::Writes => writes,
        }
    }

    /// Where the trail is at home, it was off for certain.
    fn at_home(&self, outage: &Outage, newest: Option<Time>) -> Judgement {
        match self.silence(outage, newest) {
            Silence::Throughout => Judgement::Gap(outage.end),
            Silence::Unknown => Judgement::Doubt(outage.end),
            Silence::Until(begin, minute) => {
                let rhythm = self.rhythm(outage.missing);
                if rhythm.has_none_like(begin, minute) {
                    Judgement::Gap(of_minute(minute))
                } else if rhythm.is_notable(begin, minute, NOTABLE) {
                    Judgement::Doubt(of_minute(minute))
                } else {
                    Judgement::Recorded
                }
            }
        }
    }

    /// Elsewhere it depends on how far the trail reached; `is_off` says whether it left a gap at home.
    fn elsewhere(&self, outage: &Outage, newest: Option<Time>, is_off: bool) -> Judgement {
        let extent = outage.extent;
        let is_same_region = outage.home.as_deref() == Some(self.name.region);
        let is_same_account = *self.name.account == *outage.account;
        let reaches = |known: Option<bool>, is_same: bool| if is_same { Some(true) } else { known };
        let region = reaches(extent.is_multi_region, is_same_region);
        let account = reaches(extent.is_organization, is_same_account);
        if region == Some(false) || account == Some(false) {
            return Judgement::Recorded;
        }
        let begin = minute_of(outage.begin);
        let (begin, minute, end) = match self.silence(outage, newest) {
            Silence::Unknown => return Judgement::Recorded,
            Silence::Throughout => (begin, outage.end.or(newest).map(minute_of), outage.end),
            Silence::Until(begin, minute) => (begin, Some(minute), of_minute(minute)),
        };
        let is_whole = end == outage.end;
        let is_known = region == Some(true) && account == Some(true);
        let is_unusual =
            minute.is_some_and(|minute| self.rhythm(outage.missing).has_none_like(begin, minute));
        // what is not known to be out of reach counts, in the account itself, as within
        let is_likely = is_known || (is_off && account == Some(true));
        match (is_likely, is_off || extent.spares_home) {
            (true, true) if is_whole || is_unusual => Judgement::Gap(end),
            (false, true) if is_off && is_unusual => Judgement::Gap(end),
            _ if is_unusual && account == Some(true) => Judgement::Doubt(end),
            _ => Judgement::Recorded,
        }
    }

    /// How long no call came that the outage concerns.
    fn silence(&self, outage: &Outage, newest: Option<Time>) -> Silence {
        let begin = outage.begin.timestamp();
        let end = outage.end.map(|end| end.timestamp());
        let seen = newest.map_or(begin, |newest| newest.timestamp());
        let length = end.unwrap_or(seen).saturating_sub(begin).max(0);
        let from = begin.saturating_add(SETTLES.min(length / 4));
        // the minute in which it began has calls of before
        let first = from.div_euclid(60) + 1;
        let last = end.map(|end| end.saturating_sub(RESUMES.min(length / 4)).div_euclid(60));
        if last.is_some_and(|last| first >= last) {
            return Silence::Unknown;
        }
        let mut minutes = self.activity.minutes_from(outage.missing, first);
        let within = |minute: &i64| last.is_none_or(|last| *minute < last);
        let next = minutes.next().filter(within);
        match next.or_else(|| self.goes_on(outage, from)) {
            Some(minute) => Silence::Until(self.quiet_from(outage, first), minute),
            None => Silence::Throughout,
        }
    }

    /// Of an outage without an end, what comes within its first minute counts.
    fn goes_on(&self, outage: &Outage, from: i64) -> Option<i64> {
        let is_open = outage.end.is_none() && outage.missing == CallKind::Any;
        let newest = self.activity.newest().filter(|_| is_open)?;
        (newest.timestamp() > from).then(|| minute_of(newest))
    }

    /// The last minute before `first` that has calls, or that in which the outage began.
    fn quiet_from(&self, outage: &Outage, first: i64) -> i64 {
        let begin = minute_of(outage.begin);
        let settling = self.activity.minutes_from(outage.missing, begin);
        let settling = settling.take_while(|minute| *minute < first);
        settling.last().unwrap_or(begin)
    }
}

/// Joins spans that overlap.
fn join(gaps: &mut Vec<RecordingGap>) {
    gaps.sort_by_key(|gap| gap.begin);
    let mut joined: Vec<RecordingGap> = Vec::new();
    for gap in gaps.drain(..) {
        match joined.last_mut() {
            Some(last) if !last.ends_before(gap.begin) => {
                last.end = last.end.zip(gap.end).map(|(a, b)| a.max(b));
                last.causes.extend(gap.causes);
                last.causes.sort();
                last.causes.dedup();
            }
            _ => joined.push(gap),
        }
    }
    *gaps = joined;
}

fn minute_of(time: Time) -> i64 {
    time.timestamp().div_euclid(60)
}

fn of_minute(minute: i64) -> Option<Time> {
    Time::of_unix(minute.checked_mul(60)?)
}
