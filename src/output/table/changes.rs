//! Changes in the order of time, below who made them; what was only tried stands apart.

use std::iter::once;

use super::Page;
use super::text::{Line, Paint, columns, more, wrap};
use crate::output::change;
use crate::report::{Change, ChangeAction, Level};

/// What was changed.
pub fn lines(page: &Page) -> Vec<Line> {
    section(page, "Changes", |change| {
        change.action != ChangeAction::Failed
    })
}

/// What was tried and failed.
pub fn failed(page: &Page) -> Vec<Line> {
    section(page, "Failed", |change| {
        change.action == ChangeAction::Failed
    })
}

fn section(page: &Page, title: &str, belongs: impl Fn(&&Change) -> bool) -> Vec<Line> {
    const MOST: usize = 60;
    let changes: Vec<&Change> = page.report.changes.iter().filter(belongs).collect();
    let hidden = changes.len().saturating_sub(page.most(MOST));
    let shown = changes.get(..changes.len() - hidden).unwrap_or_default();
    if shown.is_empty() || !page.report.renders_changes {
        return Vec::new();
    }
    let mut lines = vec![Line::from(format!("{title}, {}", page.times.zone()))];
    for by_one in shown.chunk_by(|a, b| signature(a) == signature(b)) {
        lines.extend(by_one.first().map(|change| heading(change)));
        let rows = by_one.iter().flat_map(|change| rows(page, change));
        lines.extend(columns(rows.collect(), &[], page.width));
    }
    lines.extend(more(hidden));
    lines
}

/// Who, with what, from where, with MFA or not: said once for what they did in a row.
fn signature(change: &Change) -> [Option<&str>; 5] {
    [
        change.actor.as_deref(),
        change.session.as_deref(),
        change.source_ip.as_deref(),
        change.region.as_deref(),
        Some(change.mfa),
    ]
}

fn heading(change: &Change) -> Line {
    let mfa = match change.mfa {
        "true" => Some("MFA"),
        "false" => Some("no MFA"),
        "sso" => Some("SSO"),
        _ => None,
    };
    let parts = [
        Some(change.actor.as_deref().unwrap_or("unknown")),
        change.session.as_deref(),
        change.source_ip.as_deref(),
        mfa,
        change.region.as_deref(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    Line::from(parts.join("  "))
}

/// When, to what, and in words what; the words take as many lines as they need.
fn rows(page: &Page, change: &Change) -> Vec<Vec<Line>> {
    let time = change.time.map(|time| page.times.exact(time));
    let time = format!("  {}", time.unwrap_or_default());
    let target = Line::from(change.target.as_deref().unwrap_or("-")).cut(40);
    let taken = time.len() + target.width() + 6;
    let note = change::text_of(change, "note");
    let mut said = wrap(&words(change), page.width.saturating_sub(taken).max(20), 2).into_iter();
    let sign = sign(change.action);
    let first = sign.and(" ").and(said.next().unwrap_or_default());
    let note = note.map(|note| Line::from("  ").join(painted(&note, change)));
    let room = page.width.saturating_sub(taken + first.width());
    let (beside, below) = match note {
        Some(note) if note.width() <= room => (Some(note), None),
        other => (None, other),
    };
    let first = match beside {
        Some(note) => first.join(note),
        None => first,
    };
    let empty = || vec![Line::default(), Line::default()];
    let rest = said.map(Line::from).chain(below);
    once(vec![time.into(), target, first])
        .chain(rest.map(|line| [empty(), vec![line]].concat()))
        .collect()
}

fn sign(action: ChangeAction) -> Line {
    Line::from(match action {
        ChangeAction::Added => "+",
        ChangeAction::Removed => "-",
        ChangeAction::Modified => "~",
        ChangeAction::Noop => "=",
        ChangeAction::Failed => "x",
    })
}

/// `ingress tcp 22 from 0.0.0.0/0 "ssh"`, `running -> stopping`, `… (unknown before)`.
fn words(change: &Change) -> String {
    let before = change.before.as_deref();
    let after = change.after.as_deref();
    let is_unknown = change::is_unknown_before(change);
    let mut words = match (before, after) {
        (Some(before), Some(after)) if before == after => after.to_owned(),
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => change::text_of(change, "call").unwrap_or_default(),
    };
    if let Some(description) = change::text_of(change, "description") {
        words.push_str(&format!(" \"{description}\""));
    }
    if is_unknown {
        words.push_str(" (unknown before)");
    }
    match (change.action, &change.error) {
        (ChangeAction::Noop, _) => format!("{words}: changed nothing"),
        (_, Some(error)) => format!("{words}: {error}"),
        (ChangeAction::Failed, None) => format!("{words}: failed"),
        _ => words,
    }
}

/// What opens something to the world stands out.
fn painted(note: &str, change: &Change) -> Line {
    let is_exposed = change::text_of(change, "exposure").is_some()
        && matches!(change.action, ChangeAction::Added | ChangeAction::Modified);
    if is_exposed {
        Line::painted(Paint::Level(Level::High), &format!("! {note}"))
    } else {
        Line::from(note)
    }
}
