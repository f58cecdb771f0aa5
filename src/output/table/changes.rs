//! Changes in the order of time, below who made them; what was only tried stands apart.

use super::Page;
use super::text::{Line, Paint, behind, more, paragraph, width, wrap};
use super::words::mfa;
use crate::output::change;
use crate::report::{Change, ChangeAction, Level};

/// What was changed: what the question is about, then each other part of the answer.
pub fn lines(page: &Page) -> Vec<Vec<Line>> {
    let changes = &page.report.changes;
    let done = || {
        changes
            .iter()
            .filter(|change| change.action != ChangeAction::Failed)
    };
    let mut parts: Vec<Option<String>> = vec![None];
    for change in done() {
        let part = change::text_of(change, "part");
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let section_of = |part: &Option<String>| {
        let title = part
            .as_deref()
            .map_or("Changes".to_owned(), |part| format!("Changes {part}"));
        let belongs = done().filter(|change| change::text_of(change, "part") == *part);
        section(page, &title, &belongs.collect::<Vec<_>>())
    };
    parts.iter().map(section_of).collect()
}

/// What was tried and failed.
pub fn failed(page: &Page) -> Vec<Line> {
    let changes = page.report.changes.iter();
    let failed = changes.filter(|change| change.action == ChangeAction::Failed);
    section(page, "Failed", &failed.collect::<Vec<_>>())
}

fn section(page: &Page, title: &str, changes: &[&Change]) -> Vec<Line> {
    const MOST: usize = 60;
    let hidden = changes.len().saturating_sub(page.most(MOST));
    let shown = changes.get(..changes.len() - hidden).unwrap_or_default();
    if shown.is_empty() || !page.report.renders_changes {
        return Vec::new();
    }
    let mut lines = vec![Line::from(format!("{title}, {}", page.times.zone()))];
    for by_one in shown.chunk_by(|a, b| signature(a) == signature(b)) {
        lines.extend(by_one.first().map(|change| heading(page, change)));
        lines.extend(by_one.iter().flat_map(|change| rows(page, change)));
    }
    lines.extend(more(hidden));
    lines
}

/// Who, with what, from where, with MFA or not: said once for what they did in a row.
fn signature(change: &Change) -> [Option<&str>; 6] {
    [
        change.account.as_deref(),
        change.actor.as_deref(),
        change.session.as_deref(),
        change.source_ip.as_deref(),
        change.region.as_deref(),
        Some(change.mfa.into_str()),
    ]
}

fn heading(page: &Page, change: &Change) -> Line {
    // of one account, the coverage says which
    let account = change.account.as_deref().filter(|_| page.names_accounts);
    let parts = [
        Some(change.actor.as_deref().unwrap_or("unknown")),
        change.session.as_deref(),
        change.source_ip.as_deref(),
        mfa(change.mfa),
        account,
        change.region.as_deref(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    Line::from(parts.join("  "))
}

/// When, and in words what; the words take as many lines as they need, because half an ARN helps nobody.
fn rows(page: &Page, change: &Change) -> Vec<Line> {
    let time = change.time.map(|time| page.times.exact(time));
    let time = format!("  {}  {} ", time.unwrap_or_default(), sign(change.action));
    let room = page.width.saturating_sub(width(&time)).max(20);
    let mut lines = paragraph(&words(change), room, page.most(6));
    if let Some(note) = change::text_of(change, "note") {
        let is_urgent = is_opening(change);
        let room_beside = lines
            .last()
            .map_or(0, |last| room.saturating_sub(last.width() + 2));
        let note = if is_urgent { format!("! {note}") } else { note };
        let paint = if is_urgent {
            Paint::Level(Level::High)
        } else {
            Paint::Plain
        };
        let painted = |text: &str| Line::painted(paint, text);
        if width(&note) <= room_beside
            && let Some(last) = lines.last_mut()
        {
            *last = std::mem::take(last).and("  ").join(painted(&note));
        } else {
            let noted = wrap(&note, room.saturating_sub(2), page.most(3));
            lines.extend(
                noted
                    .iter()
                    .map(|line| Line::from("  ").join(painted(line))),
            );
        }
    }
    behind(&time, lines)
}

fn sign(action: ChangeAction) -> &'static str {
    match action {
        ChangeAction::Added => "+",
        ChangeAction::Removed => "-",
        ChangeAction::Modified => "~",
        ChangeAction::Noop => "=",
        ChangeAction::Failed => "x",
    }
}

/// `sg-…: ingress tcp 22 from 0.0.0.0/0 "ssh"`, `i-…: running -> stopping`, `… (unknown before)`.
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
        words = format!("{words} \"{description}\"");
    }
    if is_unknown {
        words.push_str(" (unknown before)");
    }
    match &change.target {
        Some(target) if *target != words => words = format!("{target}: {words}"),
        _ => {}
    }
    match (change.action, &change.error) {
        (ChangeAction::Noop, _) => format!("{words}: changed nothing"),
        (_, Some(error)) => format!("{words}: {error}"),
        (ChangeAction::Failed, None) => format!("{words}: failed"),
        _ => words,
    }
}

/// What opens something to the world stands out.
fn is_opening(change: &Change) -> bool {
    change::text_of(change, "exposure").is_some()
        && matches!(change.action, ChangeAction::Added | ChangeAction::Modified)
}
