//! `--format csv`: RFC 4180. One row a change where a playbook renders changes, else one row an event: the playbook's
//! columns, then `account` and `event_id`. Times stay in UTC.

use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};

use super::{cell, change, escape};
use crate::event::time::Time;
use crate::report::Report;
use crate::report::alerting::backtest::{Backtest, Noise};

pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut rows = rows(out);
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
    let mut names: Vec<&str> = report.columns.iter().map(String::as_str).collect();
    if !names.contains(&"account") {
        names.push("account");
    }
    let heading = names.iter().copied().chain(["event_id"]);
    record(&mut rows, heading.map(str::to_owned))?;
    for row in &report.events {
        let cells = names.iter().map(|column| cell(row, column));
        let id = row.event_id.clone().unwrap_or_default();
        record(&mut rows, cells.chain([id]))?;
    }
    rows.flush()
}

/// The columns of a backtest: the fields of [`Noise`].
const BACKTEST: [&str; 15] = [
    "rule",
    "title",
    "group",
    "severity",
    "actor",
    "principal",
    "events",
    "suppressed",
    "off_hours",
    "messages",
    "digest_entries",
    "first",
    "last",
    "account",
    "event_id",
];

/// One row a rule and actor.
pub(super) fn write_backtest(backtest: &Backtest, out: &mut impl Write) -> io::Result<()> {
    let mut rows = rows(out);
    record(&mut rows, BACKTEST.map(str::to_owned))?;
    for noise in &backtest.alerts {
        let Noise {
            rule,
            title,
            group,
            actor,
            ..
        } = noise;
        let time = |time: Option<Time>| time.map(|time| time.to_string()).unwrap_or_default();
        let cells = [
            rule.clone(),
            title.clone(),
            group.clone(),
            noise.severity.into_str().to_owned(),
            actor.clone(),
            noise.principal.clone().unwrap_or_default(),
            noise.events.to_string(),
            noise.suppressed.to_string(),
            noise.off_hours.to_string(),
            noise.messages.to_string(),
            noise.digest_entries.to_string(),
            time(noise.first),
            time(noise.last),
            noise.account.clone().unwrap_or_default(),
            noise.event_id.clone().unwrap_or_default(),
        ];
        record(&mut rows, cells)?;
    }
    rows.flush()
}

fn rows<W: Write>(out: W) -> Writer<W> {
    WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out)
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
