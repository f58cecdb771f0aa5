//! The findings, worst first: level, message, when it was first seen.

use std::cmp::Reverse;

use super::Page;
use super::text::{Line, Paint, columns, count, more, width, wrap};
use crate::report::{Finding, Level};

pub fn lines(page: &Page) -> Vec<Line> {
    const MOST: usize = 20;
    let mut findings: Vec<&Finding> = page.report.findings.iter().collect();
    findings.sort_by_key(|finding| (Reverse(finding.level), finding.first));
    let hidden = findings.len().saturating_sub(page.most(MOST));
    findings.truncate(page.most(MOST));

    let times: Vec<String> = findings
        .iter()
        .map(|finding| {
            finding
                .first
                .map(|first| page.times.short(first))
                .unwrap_or_default()
        })
        .collect();
    let marks = findings
        .iter()
        .map(|finding| mark(finding.level).width())
        .max();
    let time = times.iter().map(|time| width(time)).max();
    let room = page
        .width
        .saturating_sub(marks.unwrap_or(0) + time.unwrap_or(0) + 4);

    let mut rows = Vec::new();
    for (finding, time) in findings.into_iter().zip(times) {
        let mut message = wrap(&message(finding), room, 3).into_iter();
        let first = message.next().unwrap_or_default();
        rows.push(vec![mark(finding.level), first.into(), time.into()]);
        rows.extend(message.map(|line| vec![Line::default(), line.into()]));
    }
    let mut lines = columns(rows, &[2], page.width);
    lines.extend(more(hidden));
    lines
}

/// `! critical`: the eye finds the `!` without colour, too.
pub fn mark(level: Level) -> Line {
    let urgent = if level >= Level::High { "! " } else { "  " };
    Line::painted(Paint::Level(level), &format!("{urgent}{}", level.as_str()))
}

/// The message, and of how many events it speaks.
pub fn message(finding: &Finding) -> String {
    let message = if finding.message.is_empty() {
        &finding.title
    } else {
        &finding.message
    };
    if finding.count > 1 {
        format!("{message} ({})", count(finding.count, "event", "events"))
    } else {
        message.clone()
    }
}
