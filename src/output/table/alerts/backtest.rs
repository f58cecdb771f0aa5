//! What the alerts would have told, as a table.

use std::io::{self, Write};

use crate::output::Style;
use crate::output::table::events::no_room;
use crate::output::table::findings::mark;
use crate::output::table::grid::Fit::{Cut, Number, Whole};
use crate::output::table::grid::Grid;
use crate::output::table::text::{
    self, LABEL, Line, count, labelled, more, paragraphs, thousands, wrap,
};
use crate::output::table::words::short;
use crate::output::table::{Page, coverage};
use crate::report::alerting::backtest::{Backtest, Hidden, Noise};
use crate::report::{Report, State};

/// Lines of noise that are shown where not all were asked for.
const MOST: usize = 20;

/// Writes `backtest`, which rests on `report`.
///
/// # Errors
/// Those of `out`.
pub fn write(
    backtest: &Backtest,
    report: &Report,
    style: &Style,
    out: &mut impl Write,
) -> io::Result<()> {
    let page = Page::new(report, style);
    let sections = [
        [headline(&page, backtest), coverage::verdict(&page)].concat(),
        noise(&page, backtest),
        [
            suppressed(&page, backtest),
            refused(&page, backtest),
            coverage::lines(&page),
        ]
        .concat(),
        hint(&page, backtest),
    ];
    text::write(text::parted(sections), style, out)
}

/// What was asked, and how much would have been told.
fn headline(page: &Page, backtest: &Backtest) -> Vec<Line> {
    let reading = if backtest.read_events {
        "calls that only read too"
    } else {
        "without calls that only read"
    };
    let severity = backtest.severity.into_str();
    let question = format!(
        "backtest-alerts  {}, {reading}; {severity} and above is told at once",
        count(backtest.rules as u64, "rule", "rules")
    );
    paragraphs([question, totals(backtest)], page.prose)
}

fn totals(backtest: &Backtest) -> String {
    let totals = &backtest.totals;
    if totals.events == 0 {
        let looked = backtest.coverage.iter();
        let mut looked = looked.filter(|part| part.state == State::Read || part.events > 0);
        return match (backtest.complete, looked.next().is_some()) {
            (true, _) => "no alert: no event meets a rule",
            (false, true) => "no alert from the part that could be read",
            (false, false) => "could not look: nothing could be read",
        }
        .to_owned();
    }
    let busiest = totals.busiest_day.as_ref();
    let busiest =
        busiest.map(|busy| format!(", most on {}: {}", busy.day, thousands(busy.messages)));
    let mut parts = vec![format!(
        "{} at once ({:.1} a day{})",
        count(totals.messages, "message", "messages"),
        totals.messages_per_day,
        busiest.unwrap_or_default()
    )];
    if totals.digests > 0 {
        parts.push(format!(
            "{} in {}",
            count(totals.digest_entries, "line", "lines"),
            count(totals.digests, "daily digest", "daily digests")
        ));
    }
    if totals.suppressed > 0 {
        let hidden = count(totals.suppressed, "event", "events");
        parts.push(format!("{hidden} suppressed"));
    }
    format!(
        "{} in {:.1} days: {}",
        count(totals.events, "event", "events"),
        totals.days,
        parts.join("; ")
    )
}

/// By rule and actor, the noisiest first.
fn noise(page: &Page, backtest: &Backtest) -> Vec<Line> {
    let alerts = &backtest.alerts;
    if alerts.is_empty() {
        return Vec::new();
    }
    // the rule is what a suppression names: the actor is cut before it
    let names = [
        "At once", "Digest", "Events", "Severity", "Rule", "Actor", "Last",
    ];
    let fits = [Number, Number, Number, Whole, Whole, Cut, Whole];
    let mut rows = vec![names.iter().map(Line::from).collect()];
    let shown = alerts.iter().take(page.most(MOST));
    rows.extend(shown.map(|noise| row(page, noise)));
    let mut grid = Grid::new(fits, rows);
    let left_out = grid.give_way(&names, page.width);
    let lines = grid.lines(page.width).into_iter();
    let mut lines: Vec<Line> = lines.map(|line| line.cut(page.width)).collect();
    lines.extend(more(alerts.len().saturating_sub(page.most(MOST))));
    lines.extend(no_room(&left_out, page.prose));
    lines
}

fn rule(noise: &Noise) -> Line {
    match noise.off_hours {
        0 => Line::from(&noise.rule),
        off => format!("{} ({} off hours)", noise.rule, thousands(off)).into(),
    }
}

fn row(page: &Page, noise: &Noise) -> Vec<Line> {
    let number = |number: u64| match number {
        0 => Line::from("-"),
        number => Line::from(thousands(number)),
    };
    let severity = if noise.events == noise.suppressed {
        Line::from("  suppressed")
    } else {
        mark(noise.severity)
    };
    let last = noise.last.map(|last| page.times.short(last));
    vec![
        number(noise.messages),
        number(noise.digest_entries),
        number(noise.events),
        severity,
        rule(noise),
        Line::from(short(&noise.actor)),
        last.unwrap_or_default().into(),
    ]
}

/// Each suppression of the settings, and how much it hides: one that hides nothing may be mistaken.
fn suppressed(page: &Page, backtest: &Backtest) -> Vec<Line> {
    let line = |hidden: &Hidden| {
        let events = match hidden.events {
            0 => "hides nothing".to_owned(),
            events => format!("hides {}", count(events, "event", "events")),
        };
        let until = if hidden.expired { "expired" } else { "until" };
        format!("{}: {events}, {until} {}", hidden.reason, hidden.until)
    };
    let lines = backtest.suppressions.iter().map(line);
    labelled("Suppressed", paragraphs(lines, page.prose - LABEL))
}

fn refused(page: &Page, backtest: &Backtest) -> Vec<Line> {
    let refused = &backtest.refused;
    if page.all {
        let lines = refused
            .iter()
            .map(|it| format!("{}: {}", it.rule, it.reason));
        return labelled("No alert", paragraphs(lines, page.prose - LABEL));
    }
    let line = (!refused.is_empty()).then(|| {
        let rules = count(refused.len() as u64, "rule is", "rules are");
        format!("{rules} not alerted on, or not on all of their events (--all says which, and why)")
    });
    labelled("No alert", paragraphs(line, page.prose - LABEL))
}

fn hint(page: &Page, backtest: &Backtest) -> Vec<Line> {
    let Some(hint) = &backtest.hint else {
        return Vec::new();
    };
    let why = wrap(&hint.why, page.prose - 2, 4).into_iter();
    let why = why.map(|line| Line::from(format!("# {line}")));
    why.chain(hint.yaml.lines().map(Line::from)).collect()
}
