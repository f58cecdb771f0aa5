//! Holes in words: a gap is coverage, a doubt is something that is not visible.

use std::collections::BTreeMap;

use chrono::Duration;

use super::Holes;
use super::activity::AccountRegion;
use super::outages::OmittedSources;
use super::verdicts::{RecordingGap, Verdicts};
use crate::event::time::Time;
use crate::report::{Coverage, NotVisible, State, Window};

/// Doubts that are told, and places that one of them names.
const MOST_DOUBTS: usize = 8;
const MOST_PLACES: usize = 5;
/// How long Event history holds an event (facts: A5).
const KEPT_DAYS: i64 = 90;

/// What the question is confined to.
pub struct Asked<'q> {
    pub window: Window,
    pub regions: &'q [String],
}

impl Asked<'_> {
    fn concerns(&self, region: &str, begin: Time, end: Option<Time>) -> bool {
        let is_asked = self.regions.is_empty() || self.regions.iter().any(|asked| asked == region);
        let Window { since, until } = self.window;
        let is_before = since.zip(end).is_some_and(|(since, end)| end < since);
        is_asked && !is_before && until.is_none_or(|until| begin <= until)
    }
}

pub fn tell(
    asked: &Asked<'_>,
    found: &Verdicts<'_>,
    left_out: &[OmittedSources],
    is_cut: bool,
) -> Holes {
    let mut coverage = Vec::new();
    for (place, gaps) in &found.gaps {
        let asked = gaps
            .iter()
            .filter(|gap| asked.concerns(place.region, gap.begin, gap.end));
        coverage.extend(asked.map(|gap| missing(*place, gap)));
    }
    let mut not_visible = doubts(asked, found);
    for left_out in left_out {
        if asked.concerns(&left_out.region, left_out.since, left_out.until) {
            not_visible.push(NotVisible {
                what: format!(
                    "{} in {}",
                    left_out.what,
                    name(AccountRegion {
                        account: &left_out.account,
                        region: &left_out.region
                    })
                ),
                why: format!(
                    "trail {} was told to leave them out {}",
                    left_out.trail,
                    span(left_out.since, left_out.until)
                ),
            });
        }
    }
    if is_cut {
        not_visible.push(NotVisible {
            what: "some holes".to_owned(),
            why: "the files hold more days, places or calls on trails than are looked through for holes"
                .to_owned(),
        });
    }
    Holes {
        coverage,
        not_visible,
    }
}

fn missing(place: AccountRegion<'_>, gap: &RecordingGap) -> Coverage {
    let window = Window {
        since: Some(gap.begin),
        until: gap.end,
    };
    let entry = Coverage {
        account: Some(place.account.to_owned()),
        region: Some(place.region.to_owned()),
        ..Coverage::of("files", State::Truncated, window)
    };
    let kept = gap
        .end
        .and_then(|end| end.checked_add_signed(Duration::days(KEPT_DAYS)));
    let kept = kept.map(|kept| format!(", to {}", kept.format("%Y-%m-%d")));
    entry.missing(format!(
        "nothing was recorded {}: {}; Event history holds it for {KEPT_DAYS} days{}",
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
    for (place, gap) in &found.doubts {
        let why = format!(
            "nothing {}, and {}: quiet, recorded by another trail, or not recorded",
            span(gap.begin, gap.end),
            gap.causes.join(", ")
        );
        if asked.concerns(place.region, gap.begin, gap.end) {
            doubt(name(*place), gap.begin, gap.end, why);
        }
    }
    let quiet = |begin, end| {
        format!(
            "nothing {}: quiet, or not delivered",
            span(begin, Some(end))
        )
    };
    for (place, begin, end) in &found.silences {
        if asked.concerns(place.region, *begin, Some(*end)) {
            doubt(name(*place), *begin, Some(*end), quiet(*begin, *end));
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
