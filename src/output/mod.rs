//! The report as text: each format is a file, and knows nothing but the report.
//!
//! Nothing is read, decided or left out for want of time here; what is not in the report is not in an output.

mod change;
mod completeness;
mod csv;
pub mod escape;
mod json;
mod jsonl;
mod table;
#[cfg(test)]
mod tests;

use std::io::{self, BufWriter, Write};

use chrono_tz::Tz;
use serde_json::Value;
use strum::{EnumString, IntoStaticStr, VariantArray};

pub use completeness::completeness;
pub use json::{write as write_document, write_coverage, write_error};
pub use table::{
    alerts, sighting_line, write_journals, write_names, write_response, write_watched,
};

use crate::report::alerting::backtest::Backtest;
use crate::report::{Report, Row};

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, EnumString, VariantArray)]
#[strum(const_into_str, serialize_all = "lowercase")]
pub enum Format {
    /// For people, on a terminal.
    Table,
    /// RFC 4180, one row a change or an event.
    Csv,
    /// The whole report: a contract, see [`crate::report`].
    Json,
    /// The records as delivered, one a line.
    Jsonl,
}

/// Which part of an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerPart {
    /// Everything that is known before the question.
    Plan,
    /// What was done.
    Outcome,
}

/// How the table looks; the other formats are the same for everybody.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Columns of the terminal, or those that stand for it where there is none.
    pub width: usize,
    pub color: bool,
    /// Every event and every line, where the table otherwise keeps to what matters most.
    pub all: bool,
    /// Of the times in the table; machine-readable formats keep to UTC.
    pub timezone: Tz,
}

/// No terminal is wider, and no column.
const WIDEST: usize = 1000;

impl Style {
    /// Columns that tables, trees and commands may take: what there is. Below 40 the terminal wraps better than any
    /// cutting.
    fn room(&self) -> usize {
        self.width.clamp(40, WIDEST)
    }

    /// Columns that prose may take: longer lines are hard to read.
    fn prose(&self) -> usize {
        self.room().min(100)
    }
}

/// Writes `report` to `out`, and flushes it.
///
/// # Errors
/// Those of `out`, unchanged: a closed pipe stays [`io::ErrorKind::BrokenPipe`].
pub fn write(
    report: &Report,
    format: Format,
    style: &Style,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match format {
        Format::Table => table::write(report, style, &mut out)?,
        Format::Csv => csv::write(report, &mut out)?,
        Format::Json => json::write(report, &mut out)?,
        Format::Jsonl => jsonl::write(report, &mut out)?,
    }
    out.flush()
}

/// Writes what the alerts would have told, which rests on `report`; there are no records to write as `jsonl`.
///
/// # Errors
/// Those of `out`.
pub fn write_backtest(
    backtest: &Backtest,
    report: &Report,
    format: Format,
    style: &Style,
    mut out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table => table::alerts::backtest::write(backtest, report, style, &mut out),
        Format::Csv => csv::write_backtest(backtest, &mut out),
        Format::Json | Format::Jsonl => json::write(backtest, &mut out),
    }
}

/// What stands in `column` of `row`, as one text: several values are joined by `; `, objects are compact JSON.
fn cell(row: &Row, column: &str) -> String {
    match row.cells.get(column) {
        Some(Value::Array(values)) => values.iter().map(text).collect::<Vec<_>>().join("; "),
        Some(value) => text(value),
        None if column == "time" => row.time.map(|time| time.to_string()).unwrap_or_default(),
        None => String::new(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
