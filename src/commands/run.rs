//! `trailhunt run`: a playbook, built in or from a file.

use super::inquiry::Inquiry;
use super::investigate::investigate;
use crate::cli::RunArgs;
use crate::error::{Exit, Failure};
use crate::playbook::{self, WorkHours};
use crate::terminal::Terminal;

pub fn run(args: &RunArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let playbook = playbook::open(&args.playbook)?;
    let asks = |name: &str| playbook.parameters.iter().any(|known| known.name == name);
    if args.work_hours.is_some() && !asks("work_days") {
        let message = format!("playbook '{}' does not ask for --work-hours", playbook.id);
        return Err(Failure::usage(message).into());
    }
    let mut given = args.params.clone();
    given.extend(args.work_hours.iter().flat_map(WorkHours::parameters));
    let inquiry = Inquiry::of_playbook(&playbook, &given, &args.investigate)?;
    investigate(inquiry, &args.investigate, terminal)
}
