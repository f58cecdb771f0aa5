//! The tree that grew from the traced credential, and the sessions that are only related to it.
//!
//! A key id is never shortened: it is what a responder searches for. The words beside it go to the next line.

use std::iter::once;

use super::Page;
use super::grid::{Fit, Grid};
use super::text::{Line, Paint, beside, hang, more, paragraph, thousands, width};
use super::tree::{Branch, Item, branches};
use super::words::{continues, credential};
use crate::report::{Handoff, Link, Node};

pub fn lines(page: &Page) -> Vec<Line> {
    let report = page.report;
    let unused = |node: &Node| node.link == Link::Subject && node.events == 0;
    if report.summary.events == 0 && report.handoffs.is_empty() && report.lineage.iter().all(unused)
    {
        return Vec::new();
    }
    section(page, "Lineage", &report.lineage, &report.handoffs, 60)
}

pub fn related(page: &Page) -> Vec<Line> {
    const TITLE: &str = "Related: sessions of the same principal that the key did not open";
    section(page, TITLE, &page.report.related, &[], 8)
}

/// What stands on the right of the tree.
const COLUMNS: [&str; 3] = ["events", "first-last", "address"];
/// Columns that the tree needs, and those between it and what stands on the right.
const ENOUGH: usize = 45;
const GAP: usize = 2;

fn section(
    page: &Page,
    title: &str,
    nodes: &[Node],
    handoffs: &[Handoff],
    most: usize,
) -> Vec<Line> {
    let branches = branches(nodes, handoffs, page.all);
    if branches.is_empty() {
        return Vec::new();
    }
    let shown = branches.iter().take(page.most(most));
    let mut rows = vec![COLUMNS.map(Line::from).to_vec()];
    rows.extend(shown.clone().map(|branch| facts(page, &branch.item)));
    let mut right = Grid::new([Fit::Number, Fit::Whole, Fit::Whole], rows);
    // on a narrow terminal the last of them give way
    right.give_way(&COLUMNS, page.width.saturating_sub(ENOUGH + GAP));
    let room = match right.width() {
        0 => page.width,
        taken => page.width.saturating_sub(taken + GAP),
    };
    let left: Vec<Vec<Line>> = once(paragraph(title, room, 2))
        .chain(shown.map(|branch| labels(page, branch, room)))
        .collect();
    // lines that are wider go on below the columns on the right
    let widths = left.iter().flatten().map(Line::width);
    let tree = widths.filter(|width| *width <= room).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (left, right) in left.into_iter().zip(right.lines(page.width)) {
        lines.extend(beside(left, vec![right], tree + GAP));
    }
    lines.extend(more(branches.len().saturating_sub(page.most(most))));
    lines
}

/// The first column of one branch: its rails, and its words over as many lines as they need.
///
/// A word that the first column is too narrow for, an id as a rule, takes the whole width instead of being torn apart.
fn labels(page: &Page, branch: &Branch, room: usize) -> Vec<Line> {
    /// A guard: at the longest path that a user may have, the ids at the end are still there.
    const MOST: usize = 12;
    let text = match &branch.item {
        Item::Node {
            node,
            parent,
            folded,
        } => credential(page, node, *parent, folded.len()),
        Item::Handoff(handoff) => continues(handoff),
    };
    let (rails, below) = (width(&branch.rails), width(&branch.below));
    let longest = text.split(' ').map(width).max().unwrap_or(0);
    let further = if longest > room.saturating_sub(below) {
        page.width
    } else {
        room
    };
    let rooms = [room.saturating_sub(rails), further.saturating_sub(below)];
    let parts = hang(&text, rooms, MOST);
    let before = once(&branch.rails).chain(std::iter::repeat(&branch.below));
    let lines = before
        .zip(parts)
        .map(|(rails, part)| Line::from(rails).and(part));
    lines.collect()
}

/// The columns on the right: events, first and last, and the addresses that its parent did not use.
fn facts(page: &Page, item: &Item) -> Vec<Line> {
    let Item::Node {
        node,
        parent,
        folded,
    } = item
    else {
        return vec![Line::default(); 3];
    };
    let nodes = || once(*node).chain(folded.iter().copied());
    let events = nodes().fold(0, |sum: u64, node| sum.saturating_add(node.events));
    let first = nodes().filter_map(|node| node.first_event).min();
    let last = nodes().filter_map(|node| node.last_event).max();

    let mut addresses: Vec<&str> = Vec::new();
    for address in nodes().flat_map(|node| &node.source_ips) {
        let inherited = parent.is_some_and(|parent| parent.source_ips.contains(address));
        if !inherited && !addresses.contains(&address.as_str()) {
            addresses.push(address);
        }
    }
    // the new one is what matters, wherever it stands
    addresses.sort_by_key(|address| !is_new(page, address));
    vec![
        thousands(events).into(),
        page.times.span(first, last).into(),
        first_of(page, &addresses),
    ]
}

/// `198.51.100.9 new +2`.
fn first_of(page: &Page, addresses: &[&str]) -> Line {
    let Some((first, others)) = addresses.split_first() else {
        return Line::default();
    };
    let mut line = Line::from(first);
    if is_new(page, first) {
        line = line.and(" ").join(Line::painted(Paint::New, "new"));
    }
    if others.is_empty() {
        line
    } else {
        line.and(format!(" +{}", others.len()))
    }
}

fn is_new(page: &Page, address: &str) -> bool {
    let mut tallies = page.report.summary.source_ips.iter();
    tallies.any(|tally| tally.value == address && tally.new == Some(true))
}
