//! `trailhunt test-alerts`: proves that alerts arrive.

use crate::cli::TestArgs;
use crate::error::Exit;
use crate::terminal::Terminal;

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(_args: &TestArgs, _terminal: &Terminal) -> anyhow::Result<Exit> {
    todo!()
}
