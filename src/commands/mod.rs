//! The subcommands, a file each: they wire the rooms and decide nothing themselves. This file parses, runs, and
//! turns what comes back into an exit code.

mod acting;
mod alerts;
mod completions;
mod deliver;
mod hunt;
mod inquiry;
mod investigate;
mod live;
mod lookup;
mod playbooks;
mod respond;
mod run;
mod runtime;
mod scenario;
mod unfinished;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{ChangesCommand, Cli, Color, Command};
use crate::error::{Exit, Failure};
use crate::output::{self, Format};
use crate::playbook::front::{IAM_CHANGES, LOGINS, SECURITY_GROUP_CHANGES, STOPPED_INSTANCES};
use crate::terminal::{Choices, Terminal, Verbosity};

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let color = match cli.global.color {
        Color::Auto => None,
        Color::Always => Some(true),
        Color::Never => Some(false),
    };
    let terminal = Terminal::new(Choices {
        color,
        verbosity: match (cli.global.quiet, cli.global.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        },
        no_progress: cli.global.no_progress,
    });
    let json = wants_json(&cli.command);
    match run_command(cli.command, &terminal) {
        Ok(exit) => exit.into(),
        Err(error) => {
            terminal.failure(&error);
            let failure = error.downcast_ref::<Failure>();
            let exit = failure.map_or(Exit::Failed, |failure| failure.exit);
            if json {
                let hint = failure.and_then(|failure| failure.hint.as_deref());
                // the code says that it failed, whether or not anybody reads why
                let _ = to_stdout(|mut out| {
                    output::write_error(kind(exit), &format!("{error:#}"), hint, &mut out)
                });
            }
            exit.into()
        }
    }
}

fn run_command(command: Command, terminal: &Terminal) -> anyhow::Result<Exit> {
    match command {
        Command::TraceKey(args) => scenario::trace_key(&args, terminal),
        Command::Changes(ChangesCommand::SecurityGroups(args)) => scenario::run(
            SECURITY_GROUP_CHANGES,
            &args.groups,
            &args.investigate,
            terminal,
        ),
        Command::Changes(ChangesCommand::Iam(args)) => {
            scenario::run(IAM_CHANGES, &args.names, &args.investigate, terminal)
        }
        Command::StoppedInstances(args) => scenario::run(
            STOPPED_INSTANCES,
            &args.instances,
            &args.investigate,
            terminal,
        ),
        Command::Logins(args) => scenario::run(LOGINS, &args.users, &args.investigate, terminal),
        Command::Run(args) => run::run(&args, terminal),
        Command::Hunt(args) => hunt::run(&args, terminal),
        Command::Lookup(args) => lookup::run(&args, terminal),
        Command::Playbooks(command) => playbooks::run(command, terminal),
        Command::Respond(command) => respond::run(command, terminal),
        Command::EmitAlerts(args) => alerts::emit::run(&args, terminal),
        Command::DeployAlerts(args) => alerts::deploy::run(&args, terminal),
        Command::AlertsStatus(args) => alerts::status::run(&args, terminal),
        Command::TestAlerts(args) => alerts::test::run(&args, terminal),
        Command::BacktestAlerts(args) => alerts::backtest::run(&args, terminal),
        Command::RemoveAlerts(args) => alerts::remove::run(&args, terminal),
        Command::Completions { shell } => completions::run(shell),
    }
}

/// Whether a failure is to be told as JSON too.
fn wants_json(command: &Command) -> bool {
    match command {
        Command::Respond(respond) => respond.format() == Format::Json,
        Command::DeployAlerts(args) => args.account.format == Format::Json,
        Command::AlertsStatus(args) => args.account.format == Format::Json,
        Command::TestAlerts(args) => args.account.format == Format::Json,
        Command::RemoveAlerts(args) => args.account.format == Format::Json,
        command => command.investigate().is_some_and(|investigate| {
            investigate.answer.format() == Format::Json
                && investigate.answer.output_file().is_none()
        }),
    }
}

/// The `kind` of a failure in JSON.
fn kind(exit: Exit) -> &'static str {
    match exit {
        Exit::Usage => "usage",
        Exit::Credentials => "credentials",
        Exit::Declined => "declined",
        Exit::Interrupted => "interrupted",
        Exit::Complete | Exit::Failed | Exit::Incomplete | Exit::Found => "failed",
    }
}

/// A path as an argument of a command: one that begins as a flag does is no flag.
fn path_argument(path: &str) -> String {
    if path.len() > 1 && path.starts_with('-') {
        format!("./{path}")
    } else {
        path.to_owned()
    }
}

/// Writes to stdout. A reader that has seen enough closes the pipe: that is no failure.
///
/// # Errors
/// Any other failure to write.
fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result
            .map_err(|error| Failure::failed(format!("cannot write to stdout: {error}")).into()),
    }
}
