//! `trailhunt trace-key`: the playbook `access-key-trace` for the keys given.

use super::inquiry::Inquiry;
use super::investigate::investigate;
use crate::cli::TraceKeyArgs;
use crate::error::Exit;
use crate::playbook;
use crate::terminal::Terminal;

/// The playbook that this command is a front for.
const PLAYBOOK: &str = "access-key-trace";

pub fn run(args: &TraceKeyArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let playbook = playbook::open(PLAYBOOK)?;
    let keys: Vec<_> = args
        .access_keys
        .iter()
        .map(|key| ("access_key".to_owned(), key.clone()))
        .collect();
    let inquiry = Inquiry::of_playbook(&playbook, &keys, &args.investigate)?;
    investigate(inquiry, &args.investigate, terminal)
}
