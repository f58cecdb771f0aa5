//! `--format table`: the answer first, then what it rests on, then what to do next.
//!
//! Each section is a file and a function from the page to lines; a section without data has no lines and leaves
//! no trace. Every line is escaped and cut by `text`, and written here.

pub mod alerts;
mod calls;
mod changes;
mod coverage;
mod events;
mod findings;
mod grid;
mod headline;
mod journals;
mod left_out;
mod lineage;
mod next;
mod priorities;
mod reach;
mod response;
mod tallies;
mod text;
mod timeline;
mod times;
mod tree;
mod watched;
mod words;

use std::collections::BTreeSet;
use std::io::{self, Write};

use self::grid::{Fit, Grid};
pub use self::journals::write as write_journals;
pub use self::response::write as write_response;
use self::text::Line;
use self::times::Times;
pub use self::watched::{line as sighting_line, write as write_watched};
use super::{Style, WIDEST};
use crate::report::Report;

/// What every section is made from.
struct Page<'a> {
    report: &'a Report,
    all: bool,
    /// Columns that a line of a table may take.
    width: usize,
    /// Columns that a line of prose may take.
    prose: usize,
    times: Times,
    /// What is told is of several accounts, so that each line says of which.
    names_accounts: bool,
}

impl<'a> Page<'a> {
    fn new(report: &'a Report, style: &Style) -> Self {
        Self {
            report,
            all: style.all,
            width: style.room(),
            prose: style.prose(),
            times: Times::new(style.timezone, &report.summary),
            names_accounts: accounts(report).nth(1).is_some(),
        }
    }

    /// How many lines of a list are shown: `most`, or every one where all were asked for.
    fn most(&self, most: usize) -> usize {
        if self.all { usize::MAX } else { most }
    }
}

/// The accounts of the findings, changes and events, each once.
fn accounts(report: &Report) -> impl Iterator<Item = &str> {
    let findings = report
        .findings
        .iter()
        .filter_map(|one| one.account.as_deref());
    let changes = report
        .changes
        .iter()
        .filter_map(|one| one.account.as_deref());
    let events = report
        .events
        .iter()
        .filter_map(|row| row.cells.get("account")?.as_str());
    findings
        .chain(changes)
        .chain(events)
        .collect::<BTreeSet<_>>()
        .into_iter()
}

/// Writes names and what each is, for people; neither is cut.
///
/// # Errors
/// Those of `out`.
pub fn write_names(names: &[(String, String)], out: &mut impl Write) -> io::Result<()> {
    let row = |(name, what): &(String, String)| [name, what].map(Line::from).to_vec();
    let grid = Grid::new([Fit::Whole; 2], names.iter().map(row).collect());
    let mut lines = grid.lines(WIDEST).into_iter();
    lines.try_for_each(|line| line.write(false, out))
}

pub(super) fn write(report: &Report, style: &Style, out: &mut impl Write) -> io::Result<()> {
    let page = Page::new(report, style);
    let mut sections = vec![
        [
            headline::lines(&page),
            coverage::verdict(&page),
            findings::lines(&page),
        ]
        .concat(),
        lineage::lines(&page),
        lineage::related(&page),
    ];
    sections.extend(changes::lines(&page));
    sections.extend([
        changes::failed(&page),
        tallies::denied(&page),
        tallies::lines(&page),
        timeline::lines(&page),
        events::lines(&page),
        [coverage::lines(&page), next::lines(&page)].concat(),
    ]);
    let lines = text::parted(sections).into_iter();
    text::write(lines.map(|line| line.cut(page.width)), style, out)
}
