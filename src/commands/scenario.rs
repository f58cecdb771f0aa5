//! The named commands: `trailhunt trace-key`, `changes`, `stopped-instances` and `logins`, each the playbook that it is
//! a front for.

use super::inquiry::Inquiry;
use super::investigate::investigate;
use crate::cli::Investigate;
use crate::error::Exit;
use crate::playbook;
use crate::playbook::front::Front;
use crate::terminal::Terminal;

/// Runs the playbook of `front` with `values` for its parameter.
pub fn run(
    front: Front,
    values: &[String],
    flags: &Investigate,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let playbook = playbook::builtin(front.playbook)?;
    let given: Vec<_> = values
        .iter()
        .map(|value| (front.parameter.to_owned(), value.clone()))
        .collect();
    let inquiry = Inquiry::of_playbook(&playbook, &given, flags)?;
    investigate(inquiry, flags, terminal)
}
