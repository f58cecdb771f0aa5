//! `trailhunt backtest-alerts`: what the alerts would have told.

use crate::alerting::backtest::Alerting;
use crate::alerting::rules::compile;
use crate::alerting::settings::Settings;
use crate::cli::BacktestArgs;
use crate::clock;
use crate::commands::deliver::{Outputs, counted, put};
use crate::commands::inquiry::Inquiry;
use crate::commands::investigate::{ask, exit};
use crate::error::{Exit, Failure};
use crate::output::{self, Format};
use crate::playbook::catalogue;
use crate::terminal::Terminal;

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(args: &BacktestArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let (tuning, flags) = (&args.tuning, &args.investigate);
    let format = flags.answer.format();
    if format == Format::Jsonl {
        let message = "backtest-alerts answers with numbers: as table, csv or json";
        let hint = "`trailhunt hunt --format jsonl` writes the records that rules find";
        return Err(Failure::usage(message).hint(hint).into());
    }
    let today = clock::investigation_now()?.date_naive();
    let hours = tuning.work_hours.as_ref();
    let (settings, warnings) =
        Settings::read(tuning.settings.as_deref(), tuning.severity, hours, today)?;
    for warning in warnings {
        terminal.warn(&warning);
    }
    let catalogue = catalogue::builtin()?;
    // findings of other services are in no source
    let rules = compile(catalogue, tuning.read_events, &[]);
    let alerting = Alerting {
        rules: &rules,
        settings: &settings,
        read_events: tuning.read_events,
    };
    let playbook = alerting.playbook(catalogue);
    let inquiry = Inquiry::of_playbook(&playbook, &[], flags)?;
    let outputs = Outputs::of(flags)?;
    ask(inquiry, flags, terminal, |mut report| {
        let backtest = alerting.backtest(&mut report, today);
        let count = counted(backtest.alerts.len(), "line", "lines");
        put((&report, &count), flags, terminal, outputs, |style, out| {
            output::write_backtest(&backtest, &report, format, style, out)
        })?;
        let mut alerts = backtest.alerts.iter();
        let reaches =
            |level| alerts.any(|noise| noise.events > noise.suppressed && noise.severity >= level);
        Ok(exit(
            flags.answer.fail_on.is_some_and(reaches),
            report.complete,
        ))
    })
}
