//! What `test-alerts` sent and what arrived, as a table.

use std::io::{self, Write};

use crate::output::Style;
use crate::output::table::grid::{Fit, Grid};
use crate::output::table::text::{self, LABEL, Line, count, labelled, paragraphs};
use crate::report::alerting::test::{AlertsTest, Arrival, Sent};

/// Writes `test` for people.
///
/// # Errors
/// Those of `out`.
pub fn write(test: &AlertsTest, style: &Style, out: &mut impl Write) -> io::Result<()> {
    let (width, room) = (style.room(), style.prose() - LABEL);
    let caller = &test.caller;
    let account = format!(
        "{}, as {}; home is {}",
        caller.account, caller.arn, test.home
    );
    let sections = [
        vec![Line::from(verdict(test)), Line::default()],
        labelled("Failed", paragraphs(failed(test), room)),
        labelled("Left", paragraphs(&test.left_behind, room)),
        labelled("Account", paragraphs([account], room)),
        labelled("Path", table(&test.regions, width - LABEL)),
        labelled("Live", table(&test.live, width - LABEL)),
        labelled("Proven", paragraphs(&test.proven, room)),
        labelled("Not proven", paragraphs(&test.not_proven, room)),
        labelled("Note", paragraphs(&test.notes, room)),
    ];
    let lines = sections.into_iter().flatten();
    text::write(lines.map(|line| line.cut(width)), style, out)
}

fn verdict(test: &AlertsTest) -> String {
    let all = || test.regions.iter().chain(&test.live);
    let arrived = all().filter(|sent| sent.state == Arrival::Arrived).count();
    let of = count(all().count() as u64, "event", "events");
    let verdict = match (test.passed, test.interrupted) {
        (true, _) => "passed",
        (false, true) => "INTERRUPTED",
        (false, false) => "FAILED",
    };
    format!("test of alerts: {verdict}, {arrived} of {of} arrived")
}

/// What did not arrive, and why; the same of several Regions once.
fn failed(test: &AlertsTest) -> Vec<String> {
    let mut failed: Vec<(Vec<&str>, String)> = Vec::new();
    let all = test.regions.iter().chain(&test.live);
    for sent in all.filter(|sent| sent.state != Arrival::Arrived) {
        let why = sent.reason.as_deref().unwrap_or("it did not arrive");
        let what = format!("{}: {why}", sent.event);
        match failed.iter_mut().find(|(_, known)| *known == what) {
            Some((regions, _)) => regions.push(&sent.region),
            None => failed.push((vec![&sent.region], what)),
        }
    }
    let failed = failed.into_iter();
    failed
        .map(|(regions, what)| format!("{}, {what}", regions.join(", ")))
        .collect()
}

fn table(sent: &[Sent], room: usize) -> Vec<Line> {
    let rows = sent.iter().map(|sent| {
        let state = match (sent.state, sent.latency) {
            (Arrival::Arrived, Some(latency)) => format!("{latency:.1} s"),
            (Arrival::Arrived, None) => "arrived".to_owned(),
            (Arrival::Missing, _) => "MISSING".to_owned(),
            (Arrival::NotSent, _) => "NOT SENT".to_owned(),
        };
        [&sent.region, &sent.event, &state].map(Line::from).to_vec()
    });
    Grid::new([Fit::Cut, Fit::Cut, Fit::Number], rows.collect()).lines(room)
}
