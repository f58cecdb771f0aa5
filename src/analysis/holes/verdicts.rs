//! Which outages left a hole, in which account x Regions: only where these have no records meanwhile. If they go on,
//! another trail delivered.

use std::collections::BTreeMap;

use super::activity::{AccountRegion, Activity, PlaceActivity};
use super::crowd::Crowd;
use super::minutes::CallKind;
use super::outages::Outage;
use super::rhythm::{QuietSpan, Rhythm};
use super::silence::{Silence, SilentPart};
use crate::event::time::Time;

/// How often an outage is held against a place.
const MOST_JUDGED: usize = 1_000_000;

/// A span in which nothing was recorded, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingGap {
    pub begin: Time,
    /// None where nothing came after it.
    pub end: Option<Time>,
    pub causes: Vec<String>,
    /// The calls that were not recorded.
    pub missing: CallKind,
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
    pub doubts: BTreeMap<AccountRegion<'a>, Vec<RecordingGap>>,
    /// A silence that does not fit and that no outage explains, from when to when.
    pub silences: BTreeMap<AccountRegion<'a>, Vec<(Time, Time)>>,
    /// Such a silence of all Regions of an account.
    pub blackouts: Vec<Blackout<'a>>,
    /// There are more outages and places than are held against each other.
    pub is_cut: bool,
    judged: usize,
}

/// A span in which nothing came from an account that was never silent for so long.
#[derive(Debug)]
pub struct Blackout<'a> {
    pub account: &'a str,
    pub regions: Vec<&'a str>,
    pub begin: Time,
    pub end: Time,
}

/// What is known of an account x Region.
struct Place<'a> {
    name: AccountRegion<'a>,
    activity: &'a PlaceActivity,
    rhythms: [Rhythm; 3],
    /// The silences against its habit.
    silences: Vec<QuietSpan>,
}

/// What an outage left in one account x Region.
enum Judgement {
    Gaps(Vec<SilentPart>),
    Doubt(SilentPart),
    Recorded,
}

impl<'a> Verdicts<'a> {
    pub fn of(activity: &'a Activity, outages: &[Outage]) -> Self {
        let crowd = Crowd::of(activity);
        let places: Vec<Place<'a>> = activity
            .places()
            .map(|(name, activity)| Place::of(name, activity, &crowd))
            .collect();
        let mut found = Self::default();
        let newest = activity.newest();
        for outage in outages {
            let within = within_reach(outage, &places);
            found.judged += within.len();
            found.is_cut |= found.judged > MOST_JUDGED;
            if !found.is_cut {
                found.judge(outage, within, newest);
            }
        }
        for gaps in found.gaps.values_mut() {
            join(gaps);
        }
        found.listen(&places);
        for (account, regions, together) in activity.accounts() {
            found.listen_to_all(account, &regions, &together);
        }
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
            && homes.all(|home| matches!(home.at_home(outage, newest), Judgement::Gaps(_)));
        for place in places {
            let judgement = if is_home(&place) {
                if outage.extent.spares_home {
                    continue;
                }
                place.at_home(outage, newest)
            } else {
                place.elsewhere(outage, newest, is_off)
            };
            let gap = |part: SilentPart| RecordingGap {
                begin: part.begin,
                end: part.end,
                causes: vec![outage.cause.clone()],
                missing: outage.missing,
            };
            match judgement {
                Judgement::Gaps(parts) => {
                    let gaps = self.gaps.entry(place.name).or_default();
                    gaps.extend(parts.into_iter().map(gap));
                }
                Judgement::Doubt(part) => {
                    self.doubts.entry(place.name).or_default().push(gap(part));
                }
                Judgement::Recorded => {}
            }
        }
    }

    /// Silences that do not fit, and that nothing above explains.
    fn listen(&mut self, places: &[Place<'a>]) {
        for place in places {
            for span in &place.silences {
                let (Some(begin), Some(end)) = (of_minute(span.begin), of_minute(span.end)) else {
                    continue;
                };
                if !self.is_told(place.name, begin, end) {
                    let silences = self.silences.entry(place.name).or_default();
                    silences.push((begin, end));
                }
            }
        }
    }

    /// Silences of a whole account, which has no neighbours to be held against but itself.
    fn listen_to_all(&mut self, account: &'a str, regions: &[&'a str], together: &PlaceActivity) {
        for span in Rhythm::of(together, CallKind::Any).blackouts(together) {
            let (Some(begin), Some(end)) = (of_minute(span.begin), of_minute(span.end)) else {
                continue;
            };
            let mut places = regions
                .iter()
                .map(|region| AccountRegion { account, region });
            let is_heard = |place: AccountRegion<'_>| {
                let mut silences = self.silences.get(&place).into_iter().flatten();
                self.is_told(place, begin, end)
                    || silences.any(|(from, to)| *from < end && begin < *to)
            };
            if !places.any(is_heard) {
                self.blackouts.push(Blackout {
                    account,
                    regions: regions.to_vec(),
                    begin,
                    end,
                });
            }
        }
    }

    /// Whether an outage explains most of the silence.
    fn is_told(&self, place: AccountRegion<'_>, begin: Time, end: Time) -> bool {
        let gaps = self.gaps.get(&place).into_iter().flatten();
        let doubts = self.doubts.get(&place).into_iter().flatten();
        gaps.chain(doubts).any(|gap| gap.explains(begin, end))
    }
}

impl<'a> Place<'a> {
    fn of(name: AccountRegion<'a>, activity: &'a PlaceActivity, crowd: &Crowd) -> Self {
        let kinds = [CallKind::Any, CallKind::Reads, CallKind::Writes];
        let rhythms = kinds.map(|kind| Rhythm::of(activity, kind));
        let [any, ..] = &rhythms;
        Self {
            name,
            activity,
            silences: any.holes(activity, crowd),
            rhythms,
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

    fn silence(&self, outage: &Outage, newest: Option<Time>) -> Silence {
        Silence::of(outage, self.activity, self.rhythm(outage.missing), newest)
    }

    /// Where the trail is at home, it was off for certain.
    fn at_home(&self, outage: &Outage, newest: Option<Time>) -> Judgement {
        match self.silence(outage, newest) {
            Silence::Throughout(part) => Judgement::Gaps(vec![part]),
            Silence::Parts(parts) => Judgement::Gaps(parts),
            Silence::Unknown => Judgement::Doubt(SilentPart::all_of(outage)),
            Silence::Notable(part) => Judgement::Doubt(part),
            Silence::GoesOn => Judgement::Recorded,
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
        let parts = match self.silence(outage, newest) {
            Silence::Throughout(part) => vec![part],
            Silence::Parts(parts) => parts,
            Silence::Notable(_) | Silence::GoesOn | Silence::Unknown => return Judgement::Recorded,
        };
        let is_known = region == Some(true) && account == Some(true);
        let is_own = account == Some(true);
        let counts = |part: &&SilentPart| {
            if is_off {
                // what is not known to be out of reach counts, in the account itself, as within
                is_known || is_own || part.is_unusual
            } else if extent.spares_home {
                is_known
            } else {
                // at home another trail delivered, which may reach here, too
                is_own && part.is_unusual && self.is_against_habit(part)
            }
        };
        let gaps: Vec<SilentPart> = parts.iter().filter(counts).copied().collect();
        let unusual = parts.into_iter().find(|part| part.is_unusual && is_own);
        match unusual {
            _ if !gaps.is_empty() => Judgement::Gaps(gaps),
            Some(part) => Judgement::Doubt(part),
            None => Judgement::Recorded,
        }
    }

    /// Whether most of it is a silence that does not fit.
    fn is_against_habit(&self, part: &SilentPart) -> bool {
        let QuietSpan { begin, end } = part.minutes;
        let within = |span: &QuietSpan| span.end.min(end) - span.begin.max(begin);
        self.silences
            .iter()
            .any(|span| within(span) * 2 >= end - begin)
    }
}

/// The places that an outage can have reached: those of its account, unless others may be within its organization.
fn within_reach<'p, 'a>(outage: &Outage, places: &'p [Place<'a>]) -> &'p [Place<'a>] {
    if outage.extent.is_organization != Some(false) {
        return places;
    }
    let first = places.partition_point(|place| *place.name.account < *outage.account);
    let last = places.partition_point(|place| *place.name.account <= *outage.account);
    places.get(first..last).unwrap_or_default()
}

/// Joins spans that overlap and lack the same.
fn join(gaps: &mut Vec<RecordingGap>) {
    gaps.sort_by_key(|gap| (gap.missing, gap.begin));
    let mut joined: Vec<RecordingGap> = Vec::new();
    for gap in gaps.drain(..) {
        match joined.last_mut() {
            Some(last) if last.missing == gap.missing && !last.ends_before(gap.begin) => {
                last.end = last.end.zip(gap.end).map(|(a, b)| a.max(b));
                last.causes.extend(gap.causes);
                last.causes.sort();
                last.causes.dedup();
            }
            _ => joined.push(gap),
        }
    }
    joined.sort_by_key(|gap| gap.begin);
    *gaps = joined;
}

fn of_minute(minute: i64) -> Option<Time> {
    Time::of_unix(minute.checked_mul(60)?)
}
