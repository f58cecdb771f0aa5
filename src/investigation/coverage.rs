//! The coverage of Event history: how far each Region was read, and what a window that is too long leaves out.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::{BoundSearch, LiveAccount, Question};
use crate::event::time::Time;
use crate::playbook::RegionScope;
use crate::report::{Coverage, State, Window};
use crate::sources::history::RegionTally;

/// What one Region delivered.
#[derive(Debug, Default)]
pub struct RegionDelivery {
    pub ids: HashSet<Box<str>>,
    /// Records without an id cannot be told apart.
    pub without_id: u64,
    pub unreadable: u64,
    pub hits: u64,
    pub pages: u64,
    pub throttled: u64,
}

/// How far all of it was read, by Region; `cut` is why one is not that was still at work at the end.
pub fn of_history(
    question: &Question<'_>,
    live: &LiveAccount,
    tallies: BTreeMap<Arc<str>, Option<RegionTally>>,
    delivered: &BTreeMap<Arc<str>, RegionDelivery>,
    cut: &str,
) -> Vec<Coverage> {
    let read = tallies.into_iter().map(|(region, tally)| {
        let delivered = delivered.get(&region);
        let tally = tally.unwrap_or_else(|| RegionTally {
            pages: delivered.map_or(0, |delivered| delivered.pages),
            throttled: delivered.map_or(0, |delivered| delivered.throttled),
            gap: Some((State::Truncated, cut.to_owned())),
        });
        of_region(question, live, &region, tally, delivered)
    });
    let mut coverage: Vec<Coverage> = read.collect();
    coverage.extend(live.unasked.iter().cloned());
    let is_unasked = |search: &&BoundSearch<'_>| {
        let mut regions = live.regions.iter();
        !regions.any(|region| live.asks(search.scope, region))
    };
    let mut left_out: BTreeMap<Option<String>, Vec<&str>> = BTreeMap::new();
    for search in question.searches.iter().filter(is_unasked) {
        let region = only_region(live, search.scope);
        left_out.entry(region).or_default().push(search.name);
    }
    let left_out = left_out.into_iter();
    coverage.extend(
        left_out.map(|(region, searches)| unasked_coverage(question, live, region, &searches)),
    );
    coverage.sort_by(|a, b| a.region.cmp(&b.region));
    let clamped_from = live.clamped_from;
    coverage
        .extend(clamped_from.map(|clamped_from| clamped_coverage(question, live, clamped_from)));
    coverage
}

/// How far one Region was read.
fn of_region(
    question: &Question<'_>,
    live: &LiveAccount,
    region: &Arc<str>,
    tally: RegionTally,
    delivered: Option<&RegionDelivery>,
) -> Coverage {
    let unreadable = delivered.map_or(0, |delivered| delivered.unreadable);
    let gap = tally.gap.or_else(|| {
        (unreadable > 0).then(|| {
            let records = if unreadable == 1 { "record" } else { "records" };
            (
                State::Truncated,
                format!("{unreadable} {records} could not be read"),
            )
        })
    });
    let state = gap.as_ref().map_or(State::Read, |(state, _)| *state);
    let entry = Coverage {
        account: Some(live.caller.account.clone()),
        region: Some(region.to_string()),
        pages: tally.pages,
        events: delivered.map_or(0, |delivered| {
            delivered.ids.len() as u64 + delivered.without_id
        }),
        throttled: tally.throttled,
        ..Coverage::of("history", state, question.window)
    };
    match gap {
        Some((_, why)) => entry.missing(why),
        None => entry,
    }
}

/// Where a search asks that asks none of the Regions of `--regions`.
fn only_region(live: &LiveAccount, scope: RegionScope) -> Option<String> {
    match scope {
        RegionScope::ControlPlane => live.control_plane.first().cloned(),
        RegionScope::All | RegionScope::Home => Some(live.aws.home_region().to_owned()),
    }
}

/// Searches ask only `region`, which `--regions` leaves out.
fn unasked_coverage(
    question: &Question<'_>,
    live: &LiveAccount,
    region: Option<String>,
    searches: &[&str],
) -> Coverage {
    let entry = Coverage {
        account: Some(live.caller.account.clone()),
        region,
        ..Coverage::of("history", State::Skipped, question.window)
    };
    let who = match searches {
        [search] => format!("the search {search} asks"),
        [first, rest @ ..] => format!("the search {first} and {} more ask", rest.len()),
        [] => "no search asks".to_owned(),
    };
    entry.missing(format!("{who} only here, and --regions leaves it out"))
}

/// The window began before Event history does.
fn clamped_coverage(question: &Question<'_>, live: &LiveAccount, clamped_from: Time) -> Coverage {
    let begin = question.window.since;
    let cut = Window {
        since: Some(clamped_from),
        until: begin,
    };
    let entry = Coverage {
        account: Some(live.caller.account.clone()),
        location: Some(format!(
            "before {}",
            begin.map(|time| time.to_string()).unwrap_or_default()
        )),
        ..Coverage::of("history", State::Truncated, cut)
    };
    entry.missing("Event history reaches 90 days back; older events are only in trail files")
}
