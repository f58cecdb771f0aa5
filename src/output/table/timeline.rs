//! The moments that matter, in the order of time: where findings begin, and where credentials were issued.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::Page;
use super::findings::{mark, message};
use super::text::{Line, columns, more};
use super::words::credential;
use crate::report::{Kind, Level, Link, Node};

struct Moment {
    time: DateTime<Utc>,
    /// Which moments stay where there is no room for all.
    weight: Level,
    line: [Line; 2],
}

/// Without a lineage the findings alone would only be said twice, so there is no timeline.
pub fn lines(page: &Page) -> Vec<Line> {
    const MOST: usize = 15;
    let mut moments = issued(page);
    if moments.is_empty() {
        return Vec::new();
    }
    moments.extend(found(page));
    // every sort is stable: what happened in one second stays in the order of the tree
    moments.sort_by_key(|moment| moment.time);
    let mut moments: Vec<(usize, Moment)> = moments.into_iter().enumerate().collect();
    moments.sort_by_key(|(_, moment)| Reverse(moment.weight));
    let hidden = moments.len().saturating_sub(page.most(MOST));
    moments.truncate(page.most(MOST));
    moments.sort_by_key(|(nth, _)| *nth);

    let rows = moments.into_iter().map(|(_, moment)| {
        let [kind, what] = moment.line;
        vec![page.times.exact(moment.time).into(), kind, what]
    });
    let mut lines = vec![Line::from(format!("Timeline, {}", page.times.zone()))];
    lines.extend(columns(rows.collect(), &[], page.width));
    lines.extend(more(hidden));
    lines
}

fn found(page: &Page) -> impl Iterator<Item = Moment> {
    page.report.findings.iter().filter_map(|finding| {
        Some(Moment {
            time: finding.first?,
            weight: finding.level,
            line: [mark(finding.level), message(finding).into()],
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
