//! The first lines: what was asked about, and how much was found.

use serde_json::Value;

use super::grid::{Fit, Grid};
use super::text::{Line, count, more, paragraph};
use super::words::who;
use super::{Page, reach};
use crate::output::text;
use crate::report::{State, Subject};

/// Its question is the keys themselves.
const TRACE: &str = "access-key-trace";

pub fn lines(page: &Page) -> Vec<Line> {
    let report = page.report;
    let mut lines = Vec::new();
    if report.subjects.is_empty() || report.playbook != TRACE {
        lines.extend(wrapped(page, &question(page)));
    }
    lines.extend(subjects(page));
    lines.extend(wrapped(page, &found(page)));
    lines
}

fn wrapped(page: &Page, text: &str) -> Vec<Line> {
    paragraph(text, page.prose, 4)
}

/// The playbook, in words too, and its parameters.
fn question(page: &Page) -> String {
    let report = page.report;
    let mut parts = vec![report.playbook.clone()];
    parts.extend((!report.title.is_empty()).then(|| report.title.clone()));
    for (name, value) in &report.parameters {
        if value.is_null() {
            continue;
        }
        let value = match value {
            Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
            other => text(other),
        };
        parts.push(format!("{name} {value}"));
    }
    parts.join("  ")
}

fn subjects(page: &Page) -> Vec<Line> {
    const MOST: usize = 10;
    let subjects = &page.report.subjects;
    let shown = subjects.iter().take(page.most(MOST));
    let rows = shown.map(|subject| vec![Line::from(&subject.access_key_id), owner(subject).into()]);
    let grid = Grid::new([Fit::Whole, Fit::Cut], rows.collect());
    let mut lines = grid.lines(page.width);
    lines.extend(more(subjects.len().saturating_sub(page.most(MOST))));
    lines
}

/// `user ci-deploy, account 123456789012, active`.
fn owner(subject: &Subject) -> String {
    let mut parts = Vec::new();
    parts.extend(subject.principal.as_deref().map(who));
    parts.extend(subject.account.as_ref().map(|account| {
        let hint = if subject.known_from.as_deref() == Some("key id") {
            " (read from the key id, a hint)"
        } else {
            ""
        };
        format!("account {account}{hint}")
    }));
    parts.extend(subject.status.as_ref().map(|status| status.to_lowercase()));
    if parts.is_empty() {
        "owner unknown".to_owned()
    } else {
        parts.join(", ")
    }
}

/// That nothing was found, and whether anything could be read at all.
fn nothing(page: &Page) -> String {
    let report = page.report;
    let mut coverage = report.coverage.iter();
    let looked = coverage.any(|entry| entry.state == State::Read || entry.events > 0);
    let what = if report.complete {
        "no events found"
    } else if looked {
        "no events found in the part that could be read"
    } else {
        "could not look: nothing could be read"
    };
    let confined = reach::confined(page).map(|regions| format!("looked {regions}"));
    let mut parts = vec![what.to_owned()];
    parts.extend(confined.filter(|_| report.complete || looked));
    parts.extend(reach::window(page));
    let text = parts.join(", ");
    match reach::covers(page) {
        Some(covers) => format!("{text} ({covers})"),
        None => text,
    }
}

/// How much was found, and when.
fn found(page: &Page) -> String {
    let (report, summary) = (page.report, &page.report.summary);
    if summary.events == 0 {
        return nothing(page);
    }
    let (signers, one, many) = if report.lineage.is_empty() {
        (&summary.principals, "principal", "principals")
    } else {
        (&summary.access_keys, "credential", "credentials")
    };
    let mut parts = vec![format!(
        "{} by {}",
        count(summary.events, "event", "events"),
        count(signers.len() as u64, one, many)
    )];
    parts.extend(page.times.range(summary.first_event, summary.last_event));
    for (tallies, one, many) in [
        (&summary.regions, "Region", "Regions"),
        (&summary.source_ips, "address", "addresses"),
    ] {
        if !tallies.is_empty() {
            parts.push(count(tallies.len() as u64, one, many));
        }
    }
    parts.join(", ")
}
