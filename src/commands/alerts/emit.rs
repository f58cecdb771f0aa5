//! `trailhunt emit-alerts`: writes the templates, and what is needed to deploy them by hand.

use crate::cli::EmitArgs;
use crate::error::Exit;
use crate::terminal::Terminal;

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(_args: &EmitArgs, _terminal: &Terminal) -> anyhow::Result<Exit> {
    todo!()
}
