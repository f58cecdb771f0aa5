//! The events by the playbook's columns: all of them on request, or where they are few and the whole answer.
//!
//! When, what and by which key are never cut: they are what the next search needs. Where a line has no room, whole
//! columns give way before others are cut so far that they say nothing.

use serde_json::Value;

use super::Page;
use super::grid::{Fit, Grid};
use super::text::{Line, count, paragraph};
use super::words::short;
use crate::output::{cell, text};
use crate::report::Row;

pub fn lines(page: &Page) -> Vec<Line> {
    const FEW: usize = 40;
    let report = page.report;
    let is_shorter_told = !report.lineage.is_empty() || report.renders_changes;
    if report.events.is_empty() || !page.all && is_shorter_told {
        return Vec::new();
    }
    if report.events.len() > page.most(FEW) {
        let events = count(report.events.len() as u64, "event", "events");
        return vec![format!("{events}: --all lists them, --format csv writes them").into()];
    }
    // of one account, the coverage says which
    let columns = report.columns.iter().map(String::as_str);
    let mut names: Vec<&str> = columns.filter(|name| *name != "account").collect();
    if page.names_accounts {
        names.insert(1.min(names.len()), "account");
    }
    let fits = names.iter().map(|name| match *name {
        "time" | "call" | "key" | "access_key" | "new_key" | "account" => Fit::Ragged,
        _ => Fit::Cut,
    });
    let heading = names.iter().map(|name| match *name {
        "time" => format!("time, {}", page.times.zone()).into(),
        other => Line::from(other),
    });
    let mut rows = vec![heading.collect()];
    rows.extend(report.events.iter().map(|row| {
        let cells = names.iter().map(|name| shown(page, row, name));
        cells.collect()
    }));
    let mut grid = Grid::new(fits.collect::<Vec<_>>(), rows);
    let left_out = grid.give_way(&names, page.width);
    let mut lines = grid.lines(page.width);
    lines.extend(no_room(&left_out, page.prose));
    lines
}

/// What stands below a table of which columns are left out.
pub fn no_room(left_out: &[&str], room: usize) -> Vec<Line> {
    if left_out.is_empty() {
        return Vec::new();
    }
    let names = left_out.join(", ");
    let text = format!("no room for {names}: --format csv has every column");
    paragraph(&text, room, 3)
}

fn shown(page: &Page, row: &Row, column: &str) -> Line {
    match (row.time, row.cells.get(column)) {
        (Some(time), _) if column == "time" => page.times.exact(time).into(),
        (_, Some(Value::Array(values))) => {
            let values: Vec<String> = values.iter().map(|value| short(&text(value))).collect();
            values.join("; ").into()
        }
        _ => short(&cell(row, column)).into(),
    }
}
