//! The findings, worst first: level, message, when it was first seen.

use std::cmp::Reverse;

use super::Page;
use super::grid::{Fit, Grid};
use super::text::{Line, Paint, count, more, paragraph, thousands};
use crate::report::{Finding, Level};

pub fn lines(page: &Page) -> Vec<Line> {
    const MOST: usize = 20;
    let mut findings: Vec<&Finding> = page.report.findings.iter().collect();
    findings.sort_by_key(|finding| (Reverse(finding.level), finding.first));
    let hidden = findings.len().saturating_sub(page.most(MOST));
    findings.truncate(page.most(MOST));

    let facts = findings.iter().map(|finding| {
        let time = finding.first.map(|first| page.times.short(first));
        vec![mark(finding.level), time.unwrap_or_default().into()]
    });
    let beside = Grid::new([Fit::Whole, Fit::Number], facts.collect());
    let room = page.prose.saturating_sub(beside.width() + 2);

    let mut rows = Vec::new();
    for (finding, mut facts) in findings.into_iter().zip(beside.rows) {
        let mut message = paragraph(&message(page, finding), room, 3).into_iter();
        facts.insert(1, message.next().unwrap_or_default());
        rows.push(facts);
        rows.extend(message.map(|line| vec![Line::default(), line]));
    }
    let grid = Grid::new([Fit::Whole, Fit::Cut, Fit::Number], rows);
    let mut lines = grid.lines(page.prose);
    lines.extend(more(hidden));
    lines
}

/// `! critical`: the eye finds the `!` without colour, too.
pub fn mark(level: Level) -> Line {
    let urgent = if level >= Level::High { "! " } else { "  " };
    Line::painted(
        Paint::Level(level),
        &format!("{urgent}{}", level.into_str()),
    )
}

/// The message, of how many events it speaks, and how many of them failed: what was only tried must not read as done.
/// The account stands before it, where there are several.
pub fn message(page: &Page, finding: &Finding) -> String {
    match &finding.account {
        Some(account) if page.names_accounts => format!("{account}: {}", counted(finding)),
        _ => counted(finding),
    }
}

fn counted(finding: &Finding) -> String {
    let message = if finding.message.is_empty() {
        &finding.title
    } else {
        &finding.message
    };
    let failed = if says_so(finding, message) {
        0
    } else {
        finding.failed
    };
    let events = count(finding.count, "event", "events");
    let error = finding.error.as_deref();
    match (finding.count, failed) {
        (0 | 1, 0) => message.clone(),
        (0 | 1, _) => match error {
            Some(error) => format!("{message}: failed ({error})"),
            None => format!("{message}: failed"),
        },
        (_, 0) => format!("{message} ({events})"),
        (all, failed) if failed < all => {
            format!("{message} ({events}, {} failed)", thousands(failed))
        }
        _ => match error {
            Some(error) => format!("{message} ({events}, all failed: {error})"),
            None => format!("{message} ({events}, all failed)"),
        },
    }
}

/// Whether it is clear without further words that the calls failed.
fn says_so(finding: &Finding, message: &str) -> bool {
    let mut words = message.split(|c: char| !c.is_alphanumeric());
    finding.rule == "denied-calls" || words.any(|word| matches!(word, "failed" | "denied"))
}
