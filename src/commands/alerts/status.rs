//! `trailhunt alerts-status`: whether alerts would arrive.

use crate::cli::StatusArgs;
use crate::error::Exit;
use crate::terminal::Terminal;

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(_args: &StatusArgs, _terminal: &Terminal) -> anyhow::Result<Exit> {
    todo!()
}
