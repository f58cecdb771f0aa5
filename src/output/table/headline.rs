//! The first lines: what was asked about, and how much was found.

use serde_json::Value;

use super::Page;
use super::text::{Line, columns, count, more, wrap};
use super::words::who;
use crate::output::text;
use crate::report::{State, Subject};

pub fn lines(page: &Page) -> Vec<Line> {
    let mut lines = if page.report.subjects.is_empty() {
        wrapped(page, &question(page))
    } else {
        subjects(page)
    };
    lines.extend(wrapped(page, &found(page)));
    lines
}

fn wrapped(page: &Page, text: &str) -> Vec<Line> {
    let lines = wrap(text, page.width, 4);
    lines.into_iter().map(Line::from).collect()
}

/// The playbook and its parameters, where no key was traced.
fn question(page: &Page) -> String {
    let mut parts = vec![page.report.playbook.clone()];
    for (name, value) in &page.report.parameters {
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
    let mut lines = columns(rows.collect(), &[], page.width);
    lines.extend(more(subjects.len().saturating_sub(page.most(MOST))));
    lines
}

/// `user ci-deploy, account 123456789012, active`.
fn owner(subject: &Subject) -> String {
    let mut parts = Vec::new();
    parts.extend(subject.principal.as_deref().map(who));
    parts.extend(subject.account.as_ref().map(|account| {
        let hint = if subject.known_from == Some("key id") {
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

/// How much was found, and when; where nothing was, whether anything could be read at all.
fn found(page: &Page) -> String {
    let (report, summary) = (page.report, &page.report.summary);
    if summary.events == 0 {
        let window = page.times.range(report.window.since, report.window.until);
        let looked = report
            .coverage
            .iter()
            .any(|entry| matches!(entry.state, State::Read | State::Truncated));
        return if report.complete {
            format!("no events found, {window}")
        } else if looked {
            format!("no events found in the part that could be read, {window}")
        } else {
            format!("could not look: nothing could be read, {window}")
        };
    }
    let (signers, one, many) = if report.lineage.is_empty() {
        (&summary.principals, "principal", "principals")
    } else {
        (&summary.access_keys, "credential", "credentials")
    };
    let mut parts = vec![
        format!(
            "{} by {}",
            count(summary.events, "event", "events"),
            count(signers.len() as u64, one, many)
        ),
        page.times.range(summary.first_event, summary.last_event),
    ];
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
