//! The moments that matter, in the order of time: where findings begin, and where credentials were issued.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::iter::once;

use super::Page;
use super::findings::{mark, message};
use super::grid::{Fit, Grid};
use super::text::{Line, thousands};
use super::words::credential;
use crate::event::time::Time;
use crate::report::{Kind, Level, Link, Node};

struct Moment {
    time: Time,
    /// Which moments stay where there is no room for all.
    weight: Level,
    line: [Line; 2],
}

/// Without a lineage the findings alone would only be said twice, so there is no timeline.
pub fn lines(page: &Page) -> Vec<Line> {
    const MOST: usize = 18;
    let mut moments = issued(page);
    if moments.is_empty() {
        return Vec::new();
    }
    moments.extend(found(page));
    // every sort is stable: what happened in one second stays in the order of the tree
    moments.sort_by_key(|moment| moment.time);
    let shown = chosen(&moments, page.most(MOST));

    let mut heading = format!("Timeline, {}", page.times.zone());
    if shown.len() < moments.len() {
        heading.push_str(": the gravest moments (--all shows every one)");
    }
    let (mut rows, mut gaps) = (Vec::new(), Vec::new());
    let mut left_out = 0;
    for (nth, moment) in moments.into_iter().enumerate() {
        if !shown.contains(&nth) {
            left_out += 1;
            continue;
        }
        gaps.extend(gap(rows.len(), std::mem::take(&mut left_out)));
        let [kind, what] = moment.line;
        rows.push(vec![page.times.exact(moment.time).into(), kind, what]);
    }
    gaps.extend(gap(rows.len(), left_out));
    let mut lines = Grid::new([Fit::Whole, Fit::Whole, Fit::Cut], rows).lines(page.width);
    for (at, gap) in gaps.into_iter().rev() {
        lines.insert(at, gap);
    }
    lines.insert(0, heading.into());
    lines
}

/// The places of the moments that weigh most, as many as fit in `most` lines with a line for every gap between them.
fn chosen(moments: &[Moment], most: usize) -> BTreeSet<usize> {
    let mut by_weight: Vec<usize> = (0..moments.len()).collect();
    by_weight.sort_by_key(|nth| Reverse(moments.get(*nth).map(|moment| moment.weight)));
    by_weight.truncate(most);
    loop {
        let shown: BTreeSet<usize> = by_weight.iter().copied().collect();
        let starts = once(0).chain(shown.iter().map(|nth| nth + 1));
        let ends = shown.iter().copied().chain(once(moments.len()));
        // where one alone is left out, it takes no more room than the line that would say so
        let (alone, gaps): (Vec<_>, Vec<_>) = starts
            .zip(ends)
            .filter(|(start, end)| start < end)
            .partition(|(start, end)| start + 1 == *end);
        if shown.len() + alone.len() + gaps.len() <= most || by_weight.pop().is_none() {
            let alone = alone.into_iter().map(|(nth, _)| nth);
            return shown.iter().copied().chain(alone).collect();
        }
    }
}

/// The line that stands for `left_out` moments before the row `at`, where there are any.
fn gap(at: usize, left_out: u64) -> Option<(usize, Line)> {
    let line = format!("… {} more", thousands(left_out));
    (left_out > 0).then(|| (at, line.into()))
}

fn found(page: &Page) -> impl Iterator<Item = Moment> {
    page.report.findings.iter().filter_map(|finding| {
        Some(Moment {
            time: finding.first?,
            weight: finding.level,
            line: [mark(finding.level), message(page, finding).into()],
        })
    })
}

/// The edges of the lineage; the console keys of a login are part of the login.
fn issued(page: &Page) -> Vec<Moment> {
    let nodes: HashMap<&str, &Node> = page
        .report
        .lineage
        .iter()
        .map(|node| (node.id.as_str(), node))
        .collect();
    let edges = page.report.lineage.iter().filter_map(|node| {
        let parent = node.parent.as_deref().and_then(|id| nodes.get(id).copied());
        let of_console = parent.is_some_and(|parent| parent.kind == Kind::Login);
        if node.link == Link::Subject || of_console && !page.all {
            return None;
        }
        Some(Moment {
            time: node.issued_at.or(node.first_event)?,
            weight: if node.events > 0 {
                Level::Medium
            } else {
                Level::Low
            },
            line: ["  issued".into(), credential(page, node, parent, 0).into()],
        })
    });
    edges.collect()
}
