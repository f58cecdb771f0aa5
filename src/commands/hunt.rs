//! `trailhunt hunt`: Sigma rules over any source, the built-in catalogue by default.

use super::inquiry::Inquiry;
use super::investigate::investigate;
use crate::cli::HuntArgs;
use crate::error::Exit;
use crate::playbook::catalogue::{self, Catalogue};
use crate::terminal::Terminal;

pub fn run(args: &HuntArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let own;
    let catalogue = if args.rules.is_empty() {
        catalogue::builtin()?
    } else {
        own = Catalogue::load(&args.rules)?;
        &own
    };
    terminal.detail(&catalogue.describe());
    let playbook = catalogue.playbook();
    let inquiry = Inquiry::of_playbook(&playbook, &[], &args.investigate)?;
    investigate(inquiry, &args.investigate, terminal)
}
