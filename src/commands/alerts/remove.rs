//! `trailhunt remove-alerts`: takes the stacks away, and leaves the evidence.

use crate::cli::RemoveArgs;
use crate::error::Exit;
use crate::terminal::Terminal;

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(_args: &RemoveArgs, _terminal: &Terminal) -> anyhow::Result<Exit> {
    todo!()
}
