//! The events by the playbook's columns: all of them on request, or where they are few and the whole answer.

use super::Page;
use super::text::{Line, columns, count};
use crate::output::cell;
use crate::report::Row;

pub fn lines(page: &Page) -> Vec<Line> {
    const FEW: usize = 40;
    let report = page.report;
    if report.events.is_empty() || !page.all && !report.lineage.is_empty() {
        return Vec::new();
    }
    if report.events.len() > page.most(FEW) {
        let events = count(report.events.len() as u64, "event", "events");
        return vec![format!("{events}: --all lists them, --format csv writes them").into()];
    }
    let heading = |column: &String| match column.as_str() {
        "time" => format!("time, {}", page.times.zone()).into(),
        other => Line::from(other),
    };
    let mut rows = vec![report.columns.iter().map(heading).collect()];
    rows.extend(report.events.iter().map(|row| {
        let cells = report.columns.iter().map(|column| shown(page, row, column));
        cells.collect()
    }));
    columns(rows, &[], page.width)
}

fn shown(page: &Page, row: &Row, column: &str) -> Line {
    match row.time {
        Some(time) if column == "time" => page.times.exact(time).into(),
        _ => cell(row, column).into(),
    }
}
