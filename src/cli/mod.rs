//! The command line, as clap structs and nothing else: what a flag means is decided in `commands` and `plan`.

mod alerts;
mod investigate;
mod respond;
mod values;

use std::path::PathBuf;

pub use alerts::{
    AccountArgs, BacktestArgs, DeployArgs, EmitArgs, RecipientArgs, RemoveArgs, StatusArgs,
    TestArgs, TuningArgs, WatchedArgs,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
pub use investigate::{
    GroupArgs, HuntArgs, IamArgs, InstanceArgs, Investigate, LookupArgs, RunArgs, TraceKeyArgs,
    UserArgs,
};
pub use respond::{ActArgs, ContainArgs, HistoryArgs, JournalsArgs, Respond, WatchArgs};
pub use values::AwsArgs;

use crate::error::EXIT_CODES;

/// Forensic investigation over AWS CloudTrail history.
#[derive(Debug, Parser)]
#[command(name = "trailhunt", version, about, after_help = EXIT_CODES, max_term_width = 100)]
#[command(
    arg_required_else_help = true,
    propagate_version = false,
    infer_long_args = false
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: Global,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// What an access key did, and everything that grew from it
    TraceKey(TraceKeyArgs),
    /// Who changed what, in words, one change a line
    #[command(subcommand)]
    Changes(ChangesCommand),
    /// Who stopped, rebooted or terminated instances, and through what
    StoppedInstances(InstanceArgs),
    /// Console logins: MFA, failures, root, switched roles, new addresses
    Logins(UserArgs),
    /// Run a playbook, built in or your own
    Run(RunArgs),
    /// Run Sigma rules over any source, the built-in catalogue by default
    Hunt(HuntArgs),
    /// Look up events by their attributes; all of them must hold
    Lookup(LookupArgs),
    /// List, show and check playbooks
    #[command(subcommand)]
    Playbooks(Playbooks),
    /// Act on an account, and take it back; without --apply a plan is only shown
    #[command(subcommand)]
    Respond(Respond),
    /// Write the templates of the alerting stack, to deploy them by hand
    EmitAlerts(EmitArgs),
    /// Deploy alerts to an account, or bring them up to date: once, for all Regions
    DeployAlerts(DeployArgs),
    /// Whether alerts would arrive: Regions, subscriptions, rules, queues, trail
    AlertsStatus(StatusArgs),
    /// Prove that alerts arrive, from every Region
    TestAlerts(TestArgs),
    /// What the alerts would have told in the past, by rule and actor
    BacktestAlerts(BacktestArgs),
    /// Remove the alerting stack; the trail and its logs stay
    RemoveAlerts(RemoveArgs),
    /// Print a completion script for a shell
    Completions { shell: clap_complete::Shell },
}

impl Command {
    /// The flags of an investigation, where it is one.
    pub fn investigate(&self) -> Option<&Investigate> {
        match self {
            Self::TraceKey(args) => Some(&args.investigate),
            Self::Changes(ChangesCommand::SecurityGroups(args)) => Some(&args.investigate),
            Self::Changes(ChangesCommand::Iam(args)) => Some(&args.investigate),
            Self::StoppedInstances(args) => Some(&args.investigate),
            Self::Logins(args) => Some(&args.investigate),
            Self::Run(args) => Some(&args.investigate),
            Self::Hunt(args) => Some(&args.investigate),
            Self::Lookup(args) => Some(&args.investigate),
            Self::BacktestAlerts(args) => Some(&args.investigate),
            Self::Playbooks(_)
            | Self::Respond(_)
            | Self::EmitAlerts(_)
            | Self::DeployAlerts(_)
            | Self::AlertsStatus(_)
            | Self::TestAlerts(_)
            | Self::RemoveAlerts(_)
            | Self::Completions { .. } => None,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum ChangesCommand {
    /// Security groups rule by rule: + ingress tcp 22 from 0.0.0.0/0
    SecurityGroups(GroupArgs),
    /// Users, roles, policies and keys, with policies compared statement by statement
    Iam(IamArgs),
}

#[derive(Debug, Subcommand)]
pub enum Playbooks {
    /// List the playbooks: built-in ones, and your own
    List,
    /// Print a playbook, or the permissions that it needs
    Show {
        /// Id of a playbook, built in or your own
        #[arg(value_parser = investigate::PlaybookName)]
        id: String,
        /// Print the IAM policy that running it live needs
        #[arg(long)]
        iam_policy: bool,
    },
    /// Check playbook files, without running them
    Check {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print the JSON Schema of playbook files
    Schema,
}

/// How to speak to the terminal.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Terminal")]
pub struct Global {
    #[arg(help = "When to use colour (NO_COLOR is respected)")]
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub color: Color,
    /// Print nothing on stderr but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say what is asked where, and why
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Draw no progress
    #[arg(long, global = true)]
    pub no_progress: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}
