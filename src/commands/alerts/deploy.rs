//! `trailhunt deploy-alerts`: preflight, the differences, the question, the change.

use crate::cli::DeployArgs;
use crate::error::Exit;
use crate::terminal::Terminal;

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(_args: &DeployArgs, _terminal: &Terminal) -> anyhow::Result<Exit> {
    todo!()
}
