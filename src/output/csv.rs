//! `--format csv`: RFC 4180. One row a change where a playbook renders changes, else one row an event: the playbook's
//! columns, then `event_id`. Times stay in UTC.

use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};

use super::{cell, change, escape};
use crate::report::Report;

pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut rows = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    if report.renders_changes {
        record(&mut rows, change::COLUMNS.map(str::to_owned))?;
        for made in &report.changes {
            record(
                &mut rows,
                change::COLUMNS.map(|name| change::cell(made, name)),
            )?;
        }
        return rows.flush();
    }
    let names = report.columns.iter().cloned();
    record(&mut rows, names.chain(["event_id".to_owned()]))?;
    for row in &report.events {
        let cells = report.columns.iter().map(|column| cell(row, column));
        let id = row.event_id.clone().unwrap_or_default();
        record(&mut rows, cells.chain([id]))?;
    }
    rows.flush()
}

fn record(
    rows: &mut Writer<&mut impl Write>,
    cells: impl IntoIterator<Item = String>,
) -> io::Result<()> {
    let cells = cells.into_iter();
    rows.write_record(cells.map(|text| escape::spreadsheet(&text).into_owned()))
        .map_err(into_io)
}

/// The error of the writer itself where there is one: a closed pipe must be known for what it is.
fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
