//! `trailhunt completions`: the script for a shell.

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use super::to_stdout;
use crate::cli::Cli;
use crate::error::Exit;
use crate::playbook::BUILTIN;

/// The commands that take the id of a built-in playbook, as the scripts of PowerShell and elvish and as that of fish
/// name them.
const TAKE_PLAYBOOK: [(&str, &str); 2] = [
    ("run", "run"),
    (
        "playbooks;show",
        "playbooks; and __fish_seen_subcommand_from show",
    ),
];

pub fn run(shell: Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "trailhunt", &mut script);
    let script = String::from_utf8(script).context("the script is no text")?;
    let script = with_playbooks(shell, script);
    to_stdout(|out| out.write_all(script.as_bytes()))?;
    Ok(Exit::Complete)
}

/// `script` with the built-in playbooks among its candidates. For bash and zsh they are there already; for the other
/// shells `clap_complete` leaves out the values of arguments.
fn with_playbooks(shell: Shell, mut script: String) -> String {
    for (command, in_fish) in TAKE_PLAYBOOK {
        let (opening, candidates) = match shell {
            Shell::Fish => {
                let when = format!(
                    "complete -c trailhunt -n \"__fish_trailhunt_using_subcommand {in_fish}\""
                );
                script += &lines(|id| format!("{when} -a {id} -d 'Built-in playbook'"));
                continue;
            }
            Shell::PowerShell => (
                format!("'trailhunt;{command}' {{\n"),
                lines(|id| {
                    format!(
                        "            [CompletionResult]::new('{id}', '{id}', \
                         [CompletionResultType]::ParameterValue, 'Built-in playbook')"
                    )
                }),
            ),
            Shell::Elvish => (
                format!("&'trailhunt;{command}'= {{\n"),
                lines(|id| format!("            cand {id} 'Built-in playbook'")),
            ),
            _ => continue,
        };
        script = script.replace(&opening, &format!("{opening}{candidates}"));
    }
    script
}

/// A line for every built-in playbook.
fn lines(line: impl Fn(&str) -> String) -> String {
    BUILTIN
        .iter()
        .map(|builtin| line(builtin.id) + "\n")
        .collect()
}
