//! `trailhunt run`: a playbook, built in or from a file.

use super::inquiry::Inquiry;
use super::investigate::investigate;
use crate::cli::RunArgs;
use crate::error::Exit;
use crate::playbook::{self, WorkHours};
use crate::terminal::Terminal;

pub fn run(args: &RunArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let playbook = playbook::open(&args.playbook)?;
    let mut given = args.params.clone();
    given.extend(args.work_hours.iter().flat_map(WorkHours::parameters));
    let inquiry = Inquiry::of_playbook(&playbook, &given, &args.investigate)?;
    investigate(inquiry, &args.investigate, terminal)
}
