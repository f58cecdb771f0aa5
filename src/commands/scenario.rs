//! The named commands: `trailhunt trace-key`, `changes`, `stopped-instances` and `logins`, each the playbook that it is
//! a front for.

use super::inquiry::Inquiry;
use super::investigate::investigate;
use super::respond::{DeactivateRequest, deactivate};
use crate::cli::{Investigate, TraceKeyArgs};
use crate::error::Exit;
use crate::playbook;
use crate::playbook::front::{ACCESS_KEY_TRACE, Front};
use crate::terminal::Terminal;

/// `trailhunt trace-key`, and where it is wanted, the deactivation of the keys that are named.
pub fn trace_key(args: &TraceKeyArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let wanted = args
        .deactivate
        .then(|| DeactivateRequest::of(args))
        .transpose()?;
    let traced = run(
        ACCESS_KEY_TRACE,
        &args.access_keys,
        &args.investigate,
        terminal,
    )?;
    match wanted {
        Some(wanted) if traced != Exit::Interrupted => {
            Ok(deactivate(&wanted, terminal).unwrap_or(traced))
        }
        _ => Ok(traced),
    }
}

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
