//! `--format csv`: RFC 4180, one row an event: the playbook's columns, then `event_id`. Times stay in UTC.

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use super::{cell, escape};
use crate::report::Report;

pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut rows = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    let names = report
        .columns
        .iter()
        .map(String::as_str)
        .chain(["event_id"]);
    rows.write_record(names.map(|name| escape::spreadsheet(name).into_owned()))
        .map_err(into_io)?;
    for row in &report.events {
        let cells = report.columns.iter().map(|column| cell(row, column));
        let id = row.event_id.clone().unwrap_or_default();
        rows.write_record(
            cells
                .chain([id])
                .map(|text| escape::spreadsheet(&text).into_owned()),
        )
        .map_err(into_io)?;
    }
    rows.flush()
}

/// The error of the writer itself where there is one: a closed pipe must be known for what it is.
fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
