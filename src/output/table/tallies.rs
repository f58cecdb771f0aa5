//! How often what occurred: addresses, calls, agents, Regions, and the calls that were refused.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Page;
use super::grid::{Fit, Grid};
use super::text::{Line, Paint, beside, more, thousands};
use crate::report::Tally;

/// A table of one tally beside its neighbour, where the terminal is wide enough for two.
pub fn lines(page: &Page) -> Vec<Line> {
    let summary = &page.report.summary;
    // each change says who made it, and from where
    if page.report.renders_changes {
        return Vec::new();
    }
    let mut lines = pair(
        page,
        |room| whereabouts(page, "Where from", &summary.source_ips, 8, room),
        |room| outcomes(page, "What", &summary.event_names, 8, room),
    );
    let second = pair(
        page,
        |room| whereabouts(page, "User agent", &summary.user_agents, 4, room),
        |room| outcomes(page, "Region", &summary.regions, 4, room),
    );
    if !lines.is_empty() && !second.is_empty() {
        lines.push(Line::default());
    }
    lines.extend(second);
    lines
}

fn pair(
    page: &Page,
    left: impl Fn(usize) -> Vec<Line>,
    right: impl Fn(usize) -> Vec<Line>,
) -> Vec<Line> {
    const BETWEEN: usize = 4;
    // addresses and agents need more room than names of calls
    let wide = page.width.saturating_sub(BETWEEN) * 3 / 5;
    let narrow = page.width.saturating_sub(BETWEEN + wide);
    if page.width < 90 || left(wide).is_empty() || right(narrow).is_empty() {
        return [left(page.width), right(page.width)].concat();
    }
    beside(left(wide), right(narrow), wide + BETWEEN)
}

/// Value, events, first and last.
fn whereabouts(page: &Page, title: &str, tallies: &[Tally], most: usize, room: usize) -> Vec<Line> {
    let time = |time| page.times.short(time);
    let row = |tally: &Tally| {
        vec![
            name(tally),
            thousands(tally.count).into(),
            tally.first.map(time).unwrap_or_default().into(),
            tally.last.map(time).unwrap_or_default().into(),
        ]
    };
    block(
        [title, "events", "first", "last"],
        tallies,
        row,
        page.most(most),
        room,
    )
}

/// Value, events, how many of them failed.
fn outcomes(page: &Page, title: &str, tallies: &[Tally], most: usize, room: usize) -> Vec<Line> {
    let row = |tally: &Tally| {
        vec![
            name(tally),
            thousands(tally.count).into(),
            thousands(tally.failed).into(),
        ]
    };
    block(
        [title, "events", "failed"],
        tallies,
        row,
        page.most(most),
        room,
    )
}

fn block<const COLUMNS: usize>(
    headings: [&str; COLUMNS],
    tallies: &[Tally],
    row: impl Fn(&Tally) -> Vec<Line>,
    most: usize,
    room: usize,
) -> Vec<Line> {
    if tallies.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![headings.map(Line::from).to_vec()];
    rows.extend(tallies.iter().take(most).map(row));
    let mut fits = [Fit::Number; COLUMNS];
    fits[0] = Fit::Cut;
    let mut lines = Grid::new(fits, rows).lines(room);
    lines.extend(more(tallies.len().saturating_sub(most)));
    lines
}

fn name(tally: &Tally) -> Line {
    let name = Line::from(&tally.value);
    if tally.new == Some(true) {
        name.and("  ").join(Line::painted(Paint::New, "new"))
    } else {
        name
    }
}

/// Refused calls by service, most refused first: what the holder of the key was looking for.
pub fn denied(page: &Page) -> Vec<Line> {
    const MOST: usize = 6;
    let mut services: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for denied in &page.report.denied {
        let (service, action) = denied
            .action
            .split_once(':')
            .unwrap_or((&denied.action, ""));
        *services
            .entry(service)
            .or_default()
            .entry(action)
            .or_default() += denied.count;
    }
    let mut services: Vec<_> = services
        .into_iter()
        .map(|(service, actions)| (actions.values().sum::<u64>(), service, actions))
        .collect();
    services.sort_by_key(|(count, ..)| Reverse(*count));
    let hidden = services.len().saturating_sub(page.most(MOST));
    let rows = services
        .into_iter()
        .take(page.most(MOST))
        .map(|(count, service, actions)| {
            vec![
                service.into(),
                thousands(count).into(),
                by_count(actions).into(),
            ]
        });
    let mut rows: Vec<Vec<Line>> = rows.collect();
    if !rows.is_empty() {
        rows.insert(0, ["Denied", "calls", ""].map(Line::from).to_vec());
    }
    let grid = Grid::new([Fit::Cut, Fit::Number, Fit::Cut], rows);
    let mut lines = grid.lines(page.width);
    lines.extend(more(hidden));
    lines
}

/// `ListUsers 3, GetUser`.
fn by_count(actions: BTreeMap<&str, u64>) -> String {
    let mut actions: Vec<_> = actions.into_iter().collect();
    actions.sort_by_key(|(_, count)| Reverse(*count));
    let words = actions.into_iter().map(|(action, count)| match count {
        1 => action.to_owned(),
        _ => format!("{action} {}", thousands(count)),
    });
    words.collect::<Vec<_>>().join(", ")
}
