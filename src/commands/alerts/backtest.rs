//! `trailhunt backtest-alerts`: what the alerts would have told.

use crate::cli::BacktestArgs;
use crate::error::Exit;
use crate::terminal::Terminal;

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(_args: &BacktestArgs, _terminal: &Terminal) -> anyhow::Result<Exit> {
    todo!()
}
