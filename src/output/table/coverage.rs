//! What the answer rests on: how much was read, every gap with its reason, and what no reading could have shown.

use std::collections::{BTreeMap, BTreeSet};

use super::text::{self, LABEL, Line, behind, count, labelled, more, thousands};
use super::{Page, reach};
use crate::event::partitions::Partition;
use crate::output::completeness;
use crate::report::{Coverage, STANDARD_INPUT, State};

/// The warning among the first lines: nothing where the answer is complete.
pub fn verdict(page: &Page) -> Vec<Line> {
    if page.report.complete {
        return Vec::new();
    }
    let missing = page.report.coverage.iter().filter(|entry| entry.gap);
    // what no file holds is missing from all
    let but = if missing.clone().all(Coverage::is_unrecorded) && missing.count() > 0 {
        ", but not everything is there"
    } else {
        ""
    };
    let mut lines = vec![Line::from(format!("INCOMPLETE: {}{but}", extent(page)))];
    lines.extend(gaps(page));
    lines
}

/// The section at the end.
pub fn lines(page: &Page) -> Vec<Line> {
    let report = page.report;
    let pages: u64 = report.coverage.iter().map(|entry| entry.pages).sum();
    let throttled: u64 = report.coverage.iter().map(|entry| entry.throttled).sum();
    let mut facts = vec![extent(page)];
    facts.extend(reach::confined(page));
    if pages > 0 {
        facts.push(count(pages, "page", "pages"));
    }
    match (reach::window(page), reach::covers(page)) {
        (Some(window), Some(covers)) => facts.push(format!("{window} ({covers})")),
        (window, _) => facts.extend(window.or_else(|| reach::covered(page))),
    }
    facts.extend(reach::places(page));
    if throttled > 0 {
        facts.push(format!("{} throttled", thousands(throttled)));
    }
    let verdict = completeness(report, "INCOMPLETE");

    let paragraph = |text: &str| paragraph(page, text, page.prose.saturating_sub(LABEL));
    let mut lines = paragraph(&format!("{verdict}: {}", facts.join(", ")));
    let entries = report.coverage.iter();
    let disabled = places(entries.filter(|entry| entry.state == State::Disabled && !entry.gap));
    if !disabled.is_empty() {
        lines.extend(paragraph(&format!(
            "disabled, so not read: {}",
            names(page, &disabled)
        )));
    }
    let hidden: Vec<String> = report
        .not_visible
        .iter()
        .map(|part| match part.why.as_str() {
            "" => part.what.clone(),
            why => format!("{} ({why})", part.what),
        })
        .collect();
    if !hidden.is_empty() {
        lines.extend(paragraph(&format!("not visible: {}", hidden.join("; "))));
    }
    labelled("Coverage", lines)
}

/// `16 of 17 Regions read`, `3 of 3 files read`.
fn extent(page: &Page) -> String {
    let asked = page
        .report
        .coverage
        .iter()
        .filter(|entry| entry.gap || !matches!(entry.state, State::Disabled | State::Skipped));
    let asked = asked.filter(|entry| !entry.is_unrecorded());
    let total = places(asked.clone());
    if total.is_empty() {
        return "there was nothing to read".to_owned();
    }
    let missing = places(asked.clone().filter(|entry| entry.gap));
    let is_input = |place: &Place| place.location == Some(STANDARD_INPUT);
    if missing.is_empty() && total.iter().all(is_input) {
        return format!("{STANDARD_INPUT} read");
    }
    let (one, many) = if total.iter().all(|place| place.location.is_some()) {
        ("file", "files")
    } else if total.iter().all(|place| place.region.is_some()) {
        ("Region", "Regions")
    } else {
        ("source", "sources")
    };
    let within = match accounts(page) {
        0 | 1 => String::new(),
        accounts => format!(" in {accounts} accounts"),
    };
    let whole = thousands((total.len() - missing.len()) as u64);
    let in_part = asked
        .clone()
        .any(|entry| entry.state == State::Truncated && entry.events > 0);
    let how = if in_part && one == "file" {
        "read whole"
    } else {
        "read"
    };
    format!(
        "{whole} of {}{within} {how}",
        count(total.len() as u64, one, many)
    )
}

/// What could not be read: one paragraph for each reason, with all the places that share it.
fn gaps(page: &Page) -> Vec<Line> {
    const MOST: usize = 8;
    let mut by_reason: BTreeMap<(State, &str), Vec<&Coverage>> = BTreeMap::new();
    for entry in page.report.coverage.iter().filter(|entry| entry.gap) {
        let reason = entry.reason.as_deref().unwrap_or("no reason given");
        by_reason
            .entry((entry.state, reason))
            .or_default()
            .push(entry);
    }
    if by_reason.is_empty() {
        return vec!["  a search ended before it had seen everything".into()];
    }
    let hidden = by_reason.len().saturating_sub(page.most(MOST));
    let mut lines = Vec::new();
    for ((state, reason), entries) in by_reason.into_iter().take(page.most(MOST)) {
        let is_read = entries.iter().any(|entry| entry.is_unrecorded());
        let state = if is_read {
            String::new()
        } else {
            format!(" {}", word(state))
        };
        let names = names(page, &places(entries.iter().copied()));
        let iam = if entries.iter().any(|entry| holds_iam(entry)) {
            " (IAM events are there and nowhere else)"
        } else {
            ""
        };
        let gap = format!("{names}{state}{iam}: {reason}");
        lines.extend(behind("  ", paragraph(page, &gap, page.prose - 2)));
    }
    lines.extend(more(hidden));
    lines
}

/// Whether it is the one Region of its partition that records IAM (facts: B1, B2).
fn holds_iam(entry: &Coverage) -> bool {
    entry.location.is_none()
        && entry
            .region
            .as_deref()
            .is_some_and(|region| region == Partition::of(region).iam)
}

fn word(state: State) -> &'static str {
    match state {
        State::Read | State::Truncated => "read in part",
        State::Denied => "denied",
        State::Disabled => "disabled",
        State::Failed => "failed",
        State::Skipped => "skipped",
    }
}

/// What one entry of the coverage speaks of.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    location: Option<&'a str>,
    account: Option<&'a str>,
    region: Option<&'a str>,
    source: &'a str,
}

/// Where `entries` looked: each place once, whatever the number of searches and time slices.
fn places<'a>(entries: impl Iterator<Item = &'a Coverage>) -> BTreeSet<Place<'a>> {
    entries
        .map(|entry| Place {
            location: entry.location.as_deref(),
            account: entry.account.as_deref(),
            region: entry.region.as_deref(),
            source: &entry.source,
        })
        .collect()
}

/// `places` in one text; the account is named where there are several.
fn names(page: &Page, places: &BTreeSet<Place>) -> String {
    let several = accounts(page) > 1;
    let name = |place: &Place| match (place.location, place.account, place.region) {
        (Some(location), ..) => location.to_owned(),
        (None, Some(account), Some(region)) if several => format!("{region} of {account}"),
        (None, _, Some(region)) => region.to_owned(),
        (None, Some(account), None) => account.to_owned(),
        (None, None, None) => place.source.to_owned(),
    };
    places.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn accounts(page: &Page) -> usize {
    let accounts = page
        .report
        .coverage
        .iter()
        .filter_map(|entry| entry.account.as_ref());
    accounts.collect::<BTreeSet<_>>().len()
}

/// Text over several lines: a reason is worth more of them than anything else is.
fn paragraph(page: &Page, text: &str, room: usize) -> Vec<Line> {
    text::paragraph(text, room, page.most(16))
}
