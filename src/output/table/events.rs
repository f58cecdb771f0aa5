//! The events by the playbook's columns: all of them on request, or where they are few and the whole answer.
//!
//! When, what and by which key are never cut: they are what the next search needs. Where a line has no room, whole
//! columns give way before others are cut so far that they say nothing. Who did what comes before by which key, but
//! where the playbook is about keys.

use serde_json::Value;

use super::Page;
use super::text::{Line, count, wrap};
use super::words::short;
use crate::output::{cell, text};
use crate::report::Row;

/// Columns that are never cut.
const WHOLE: [&str; 3] = ["time", "call", "key"];

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
    let mut table: Vec<Column> = report
        .columns
        .iter()
        .map(|name| Column::new(page, name))
        .collect();
    let left_out = make_room(&mut table, page.width);
    let mut lines = laid_out(table, report.events.len() + 1);
    if !left_out.is_empty() {
        let left_out = format!(
            "no room for {}: --format csv has every column",
            left_out.join(", ")
        );
        lines.extend(wrap(&left_out, page.width, 3).into_iter().map(Line::from));
    }
    lines
}

struct Column<'a> {
    name: &'a str,
    /// The heading, and a cell for each event.
    cells: Vec<Line>,
    width: usize,
    /// Of its longest cell.
    longest: usize,
}

impl<'a> Column<'a> {
    fn new(page: &Page, name: &'a str) -> Self {
        let heading = match name {
            "time" => format!("time, {}", page.times.zone()).into(),
            other => Line::from(other),
        };
        let mut cells = vec![heading];
        cells.extend(page.report.events.iter().map(|row| shown(page, row, name)));
        let mut widths: Vec<usize> = cells.iter().map(Line::width).collect();
        widths.sort_unstable();
        // one long name of a call must not take the room of every other line: that line is ragged instead
        let widest = if WHOLE.contains(&name) {
            widths.len() * 19 / 20
        } else {
            widths.len().saturating_sub(1)
        };
        Self {
            name,
            width: widths.get(widest).copied().unwrap_or(0),
            longest: widths.last().copied().unwrap_or(0),
            cells,
        }
    }

    fn is_whole(&self) -> bool {
        WHOLE.contains(&self.name)
    }
}

/// Takes columns out until the rest can be read within `width`, and narrows what may be cut; says what it took out.
fn make_room<'a>(table: &mut Vec<Column<'a>>, width: usize) -> Vec<&'a str> {
    /// Most callers can be told apart by so much, and an IPv4 address is not longer.
    const ENOUGH: usize = 15;
    let least = |column: &Column| {
        if column.is_whole() {
            column.width
        } else {
            column.width.min(ENOUGH)
        }
    };
    let mut left_out = Vec::new();
    // who it was can be told from the key, and the key from who: what the playbook names first is what it is about
    let rank = |name| table.iter().position(|column| column.name == name);
    let known_otherwise = match (rank("who"), rank("key")) {
        (Some(who), Some(key)) if who < key => "key",
        _ => "who",
    };
    let mut first = ["user_agent", "source", "region", "mfa", known_otherwise].into_iter();
    while !fits(table, least, width) {
        let at = match first.next() {
            Some(name) => table.iter().position(|column| column.name == name),
            None => match table.iter().rposition(|column| !column.is_whole()) {
                None => break,
                last => last,
            },
        };
        left_out.extend(at.map(|at| table.remove(at).name));
    }
    while !fits(table, |column| column.width, width) {
        let cut = table.iter_mut().filter(|column| !column.is_whole());
        match cut.max_by_key(|column| column.width) {
            Some(widest) if widest.width > 1 => widest.width -= 1,
            _ => break,
        }
    }
    left_out
}

/// Whether all columns, each so wide as `taken` says, fit in `width`, and with them every cell that is never cut.
fn fits(table: &[Column], taken: impl Fn(&Column) -> usize, width: usize) -> bool {
    let mut start = 0;
    table.iter().all(|column| {
        let taken = taken(column);
        let end = if column.is_whole() {
            column.longest
        } else {
            taken
        };
        let fits = start + end <= width;
        start += taken + 2;
        fits
    })
}

/// The `rows` of the table; behind a cell that is wider than its column the next ones move on.
fn laid_out(table: Vec<Column>, rows: usize) -> Vec<Line> {
    let mut lines = vec![Line::default(); rows];
    let mut start = 0;
    for column in table {
        let is_whole = column.is_whole();
        for (line, cell) in lines.iter_mut().zip(column.cells) {
            let cell = if is_whole {
                cell
            } else {
                cell.cut(column.width)
            };
            let before = std::mem::take(line);
            let gap = if start == 0 { "" } else { "  " };
            *line = before.and(gap).padded(start, false).join(cell);
        }
        start += column.width + 2;
    }
    lines
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
