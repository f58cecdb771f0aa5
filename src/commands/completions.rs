//! `trailhunt completions`: the script for a shell.

use clap::CommandFactory;
use clap_complete::Shell;

use super::to_stdout;
use crate::cli::Cli;
use crate::error::Exit;

pub fn run(shell: Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "trailhunt", &mut script);
    to_stdout(|out| out.write_all(&script))?;
    Ok(Exit::Complete)
}
