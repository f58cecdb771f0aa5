//! Holes in words: a gap is coverage, a doubt is something that is not visible.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;

use super::Holes;
use super::activity::AccountRegion;
use super::calls::UndatedCall;
use super::minutes::CallKind;
use super::outages::OmittedSources;
use super::verdicts::{RecordingGap, Verdicts};
use crate::event::time::Time;
use crate::report::{Coverage, NotVisible, State, Window};

/// Doubts that are told, and places that one of them names.
const MOST_DOUBTS: usize = 8;
/// Gaps that are told one by one.
const MOST_GAPS: usize = 1_000;
const MOST_PLACES: usize = 5;
/// How long Event history holds an event (facts: A5).
const KEPT_DAYS: i64 = 90;

/// What the question is confined to.
pub struct Asked<'q> {
    pub window: Window,
    pub regions: &'q [String],
}

impl Asked<'_> {
    fn has(&self, region: &str) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|asked| asked == region)
    }

    fn concerns(&self, region: &str, begin: Time, end: Option<Time>) -> bool {
        let is_asked = self.has(region);
        let Window { since, until } = self.window;
        let is_before = since.zip(end).is_some_and(|(since, end)| end < since);
        is_asked && !is_before && until.is_none_or(|until| begin <= until)
    }
}

/// Calls on trails that were not looked at, nor what they left.
#[derive(Debug, Clone, Copy)]
pub struct UnreadCalls {
    /// None, where they may be of any time.
    pub from: Option<Time>,
}

/// All that there is to tell.
pub struct FoundHoles<'t> {
    pub found: &'t Verdicts<'t>,
    pub left_out: &'t [OmittedSources],
    pub undated: &'t BTreeSet<UndatedCall>,
    /// There is more than was looked at to see outages.
    pub unread: Option<UnreadCalls>,
    /// There are more days or places than were looked at.
    pub is_cut: bool,
}

impl FoundHoles<'_> {
    /// The holes that were asked for.
    pub fn within(&self, asked: &Asked<'_>) -> Holes {
        let mut not_visible = doubts(asked, self.found);
        not_visible.extend(self.omitted(asked));
        not_visible.extend(self.is_cut.then(|| NotVisible {
            what: "some holes".to_owned(),
            why: "the files hold more days or places than are looked through for holes".to_owned(),
        }));
        Holes {
            coverage: self.gaps(asked),
            not_visible,
        }
    }

    fn gaps(&self, asked: &Asked<'_>) -> Vec<Coverage> {
        let found = of_places(&self.found.gaps);
        let found = found.filter(|(place, gap)| asked.concerns(place.region, gap.begin, gap.end));
        let mut told: Vec<Coverage> = found
            .clone()
            .take(MOST_GAPS)
            .map(|(place, gap)| missing(place, gap))
            .collect();
        let hidden = found.skip(MOST_GAPS).count();
        told.extend((hidden > 0).then(|| {
            unread(
                None,
                format!("{hidden} more spans were not recorded, in other places"),
            )
        }));
        let undated = self.undated.iter();
        let undated = undated.filter(|call| asked.has(&call.region));
        told.extend(undated.map(|call| {
            let place = AccountRegion {
                account: &call.account,
                region: &call.region,
            };
            of_place(place, Window { since: None, until: None }).missing(format!(
                "{} at a time that cannot be read: what came after it may not have been recorded; Event history \
                 holds it for {KEPT_DAYS} days",
                call.cause
            ))
        }));
        let is_before = |from: Time| asked.window.until.is_none_or(|until| from <= until);
        let unread_calls = self.unread;
        let unread_calls = unread_calls.filter(|calls| calls.from.is_none_or(is_before));
        told.extend(unread_calls.map(|UnreadCalls { from }| {
            let since = from.map(|from| format!(" from {from} on"));
            unread(
                from,
                format!(
                    "the files hold more calls on trails, or more days and places, than are looked through: trails may \
                     have been off{}",
                    since.unwrap_or_default()
                ),
            )
        }));
        told
    }

    /// Sources that trails were told to leave out.
    fn omitted(&self, asked: &Asked<'_>) -> Vec<NotVisible> {
        let is_asked = |left_out: &&OmittedSources| {
            asked.concerns(&left_out.region, left_out.since, left_out.until)
        };
        let omitted = self.left_out.iter().filter(is_asked);
        let hidden = omitted.clone().skip(MOST_DOUBTS).count();
        let mut told: Vec<NotVisible> = omitted.take(MOST_DOUBTS).map(left_out_of).collect();
        told.extend((hidden > 0).then(|| NotVisible {
            what: format!("{hidden} more kinds of events"),
            why: "trails were told to leave them out".to_owned(),
        }));
        told
    }
}

fn left_out_of(left_out: &OmittedSources) -> NotVisible {
    let place = AccountRegion {
        account: &left_out.account,
        region: &left_out.region,
    };
    NotVisible {
        what: format!("{} in {}", left_out.what, name(place)),
        why: format!(
            "trail {} was told to leave them out {}",
            left_out.trail,
            span(left_out.since, left_out.until)
        ),
    }
}

/// What could not be looked at.
fn unread(since: Option<Time>, reason: String) -> Coverage {
    let window = Window { since, until: None };
    Coverage::of("files", State::Truncated, window).missing(reason)
}

fn of_place(place: AccountRegion<'_>, window: Window) -> Coverage {
    Coverage {
        account: Some(place.account.to_owned()),
        region: Some(place.region.to_owned()),
        ..Coverage::of("files", State::Truncated, window)
    }
}

/// What calls were not seen, in words.
fn nothing(missing: CallKind) -> &'static str {
    match missing {
        CallKind::Any => "nothing",
        CallKind::Reads => "no call that only reads",
        CallKind::Writes => "no call that changes something",
    }
}

fn missing(place: AccountRegion<'_>, gap: &RecordingGap) -> Coverage {
    let window = Window {
        since: Some(gap.begin),
        until: gap.end,
    };
    let kept = gap
        .end
        .and_then(|end| end.checked_add_signed(Duration::days(KEPT_DAYS)));
    let kept = kept.map(|kept| format!(", to {}", kept.format("%Y-%m-%d")));
    of_place(place, window).missing(format!(
        "{} was recorded {}: {}; Event history holds it for {KEPT_DAYS} days{}",
        nothing(gap.missing),
        span(gap.begin, gap.end),
        gap.causes.join(", "),
        kept.unwrap_or_default()
    ))
}

/// What may be missing: the longest first, places that share a span together.
fn doubts(asked: &Asked<'_>, found: &Verdicts<'_>) -> Vec<NotVisible> {
    let mut whys: BTreeMap<(Time, Option<Time>, String), Vec<String>> = BTreeMap::new();
    let mut doubt = |what: String, begin, end, why| {
        whys.entry((begin, end, why)).or_default().push(what);
    };
    for (place, gap) in of_places(&found.doubts) {
        let why = format!(
            "{} {}, and {}: quiet, recorded by another trail, or not recorded",
            nothing(gap.missing),
            span(gap.begin, gap.end),
            gap.causes.join(", ")
        );
        if asked.concerns(place.region, gap.begin, gap.end) {
            doubt(name(place), gap.begin, gap.end, why);
        }
    }
    let quiet = |begin, end| {
        format!(
            "nothing {}: quiet, or not delivered",
            span(begin, Some(end))
        )
    };
    for (place, (begin, end)) in of_places(&found.silences) {
        if asked.concerns(place.region, *begin, Some(*end)) {
            doubt(name(place), *begin, Some(*end), quiet(*begin, *end));
        }
    }
    for all in &found.blackouts {
        let (begin, end) = (all.begin, all.end);
        let is_asked = |region: &&str| asked.concerns(region, begin, Some(end));
        if all.regions.iter().any(is_asked) {
            let what = match *all.regions {
                [region] => format!("{region} of {}", all.account),
                _ => format!("every Region of {}", all.account),
            };
            doubt(what, begin, Some(end), quiet(begin, end));
        }
    }
    let mut whys: Vec<_> = whys.into_iter().collect();
    let length = |begin: &Time, end: &Option<Time>| end.map(|end| end - *begin);
    whys.sort_by_key(|((begin, end, _), places)| {
        std::cmp::Reverse((end.is_none(), length(begin, end), places.len()))
    });
    let hidden = whys.len().saturating_sub(MOST_DOUBTS);
    whys.truncate(MOST_DOUBTS);
    let told = whys.into_iter().map(|((_, _, why), places)| NotVisible {
        what: names(&places),
        why,
    });
    let more = (hidden > 0).then(|| NotVisible {
        what: format!("{hidden} more such spans"),
        why: "shorter ones".to_owned(),
    });
    told.chain(more).collect()
}

fn of_places<'f, 'a, T>(
    found: &'f BTreeMap<AccountRegion<'a>, Vec<T>>,
) -> impl Iterator<Item = (AccountRegion<'a>, &'f T)> + Clone {
    let places = found.iter();
    places.flat_map(|(place, all)| all.iter().map(|one| (*place, one)))
}

fn names(places: &[String]) -> String {
    let mut names = places.get(..MOST_PLACES).unwrap_or(places).to_vec();
    let hidden = places.len().saturating_sub(MOST_PLACES);
    names.extend((hidden > 0).then(|| format!("{hidden} more")));
    names.join(", ")
}

fn name(place: AccountRegion<'_>) -> String {
    format!("{} of {}", place.region, place.account)
}

fn span(begin: Time, end: Option<Time>) -> String {
    match end {
        Some(end) => format!("between {begin} and {end}"),
        None => format!("from {begin} on"),
    }
}
