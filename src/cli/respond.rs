//! The arguments of `trailhunt respond`, and the flags that its commands share.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueHint};

use super::AwsArgs;
use super::values::{account_id, duration, formats, pause};
use crate::output::Format;

#[derive(Debug, Subcommand)]
pub enum Respond {
    /// Deactivate an access key of a user
    // the shared flags that mean nothing here are not shown
    #[command(mut_arg("again_after", |flag| flag.hide(true)))]
    DeactivateKey(DeactivateKeyArgs),
    /// Deny every session of a role or user that was issued until now
    RevokeSessions(RevokeSessionsArgs),
    /// Attach AWS's quarantine policy, or a deny of everything, to a user
    // the shared flags that mean nothing here are not shown
    #[command(mut_arg("again_after", |flag| flag.hide(true)), mut_arg("regions", |flag| flag.hide(true)), mut_arg("rate", |flag| flag.hide(true)), mut_arg("usage_within", |flag| flag.hide(true)))]
    Quarantine(QuarantineArgs),
    /// Contain all that grew from a traced key
    Contain(ContainArgs),
    /// Take back what a journal says was done
    // the shared flags that mean nothing here are not shown
    #[command(mut_arg("again_after", |flag| flag.hide(true)), mut_arg("regions", |flag| flag.hide(true)), mut_arg("rate", |flag| flag.hide(true)), mut_arg("usage_within", |flag| flag.hide(true)))]
    Undo(UndoArgs),
    /// Watch whether anything that grew from a key still works
    // the shared flags that mean nothing here are not shown
    #[command(mut_arg("usage_within", |flag| flag.hide(true)))]
    Watch(WatchArgs),
    /// List the journals of this machine: what they did, and whether it still holds
    // the shared flag that means nothing here is not shown
    #[command(mut_arg("rate", |flag| flag.hide(true)))]
    Journals(JournalsArgs),
}

impl Respond {
    /// The format of the answer.
    pub fn format(&self) -> Format {
        match self {
            Self::DeactivateKey(args) => args.act.format,
            Self::RevokeSessions(args) => args.act.format,
            Self::Quarantine(args) => args.act.format,
            Self::Contain(args) => args.act.format,
            Self::Undo(args) => args.act.format,
            Self::Watch(args) => args.format,
            Self::Journals(args) => args.format,
        }
    }
}

#[derive(Debug, Args)]
pub struct DeactivateKeyArgs {
    /// Key to deactivate
    // not checked here: clap would repeat the value, and people paste secrets
    #[arg(value_name = "ACCESS_KEY_ID")]
    pub access_key: String,
    #[command(flatten)]
    pub act: ActArgs,
}

#[derive(Debug, Args)]
pub struct RevokeSessionsArgs {
    /// Role or user: a name, role/NAME, user/NAME, or an ARN
    #[arg(value_name = "ROLE|USER")]
    pub principal: String,
    #[command(flatten)]
    pub act: ActArgs,
}

#[derive(Debug, Args)]
pub struct QuarantineArgs {
    /// User: a name or an ARN
    #[arg(value_name = "USER")]
    pub user: String,
    /// Deny everything, instead of what AWS's quarantine policy denies
    #[arg(long)]
    pub deny_all: bool,
    #[command(flatten)]
    pub act: ActArgs,
}

#[derive(Debug, Args)]
pub struct ContainArgs {
    /// Report of `trace-key --format json`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub from_trace: PathBuf,
    /// Only print a service control policy that denies the users and roles of the lineage, for whoever may attach it
    #[arg(long, conflicts_with_all = ["apply", "journal"])]
    pub scp: bool,
    /// Act on what rests on these links too
    #[arg(long, value_name = "LINK", value_delimiter = ',', value_parser = link())]
    pub include: Vec<String>,
    /// Only deny sign-in sessions of the lineage, and do not revoke them, which cannot be taken back
    #[arg(long)]
    pub keep_sign_in: bool,
    #[command(flatten)]
    pub act: ActArgs,
}

#[derive(Debug, Args)]
pub struct UndoArgs {
    /// Journal of what is to be taken back
    #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath, required_unless_present = "last")]
    pub undone: Option<PathBuf>,
    /// Take back what was changed last in this account, from this machine
    #[arg(long, conflicts_with = "undone")]
    pub last: bool,
    /// Lift a deny of sessions before the revoked sessions have expired
    #[arg(long)]
    pub force: bool,
    /// Act on a journal that is not as this machine wrote it
    #[arg(long)]
    pub trust_journal: bool,
    #[command(flatten)]
    pub act: ActArgs,
}

#[derive(Debug, Args)]
pub struct JournalsArgs {
    #[command(flatten)]
    pub aws: AwsArgs,
    /// Format of the answer
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = formats(&[Format::Table, Format::Json]), help_heading = "Answer")]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct WatchArgs {
    /// Key that was contained
    #[arg(value_name = "ACCESS_KEY_ID")]
    pub access_key: String,
    /// How long to watch: 90s, 30m, 2h; 0s looks once
    #[arg(long = "for", value_name = "TIME", default_value = "30m", value_parser = duration)]
    pub length: Duration,
    /// Least time from the start of one look to the next
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub every: Duration,
    /// When it was contained [default: what the journals say, or now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub contained_at: Option<String>,
    /// Trace the key from here on [default: 45 days ago]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Journal of its containment
    #[arg(long, value_name = "FILE", conflicts_with = "contained_at", value_hint = ValueHint::FilePath)]
    pub journal: Option<PathBuf>,
    #[command(flatten)]
    pub history: HistoryArgs,
    /// Format of the answer
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = formats(&[Format::Table, Format::Json]), help_heading = "Answer")]
    pub format: Format,
}

/// Flags of the commands that change something.
#[derive(Debug, Clone, Args)]
pub struct ActArgs {
    /// Carry the plan out; without it, it is only shown
    #[arg(long, help_heading = "Acting")]
    pub apply: bool,
    /// Do not ask
    #[arg(long, requires = "apply", help_heading = "Acting")]
    pub yes: bool,
    /// Refuse any other account than this one
    #[arg(long, value_name = "ID", value_parser = account_id, help_heading = "Acting")]
    pub expect_account: Option<String>,
    /// Act also on what may have opened your own session, where that is not known
    #[arg(long, help_heading = "Acting")]
    pub include_own_session: bool,
    /// Write the journal here [default: a file in ~/.local/state/trailhunt]
    #[arg(long, value_name = "FILE", help_heading = "Acting", value_hint = ValueHint::FilePath)]
    pub journal: Option<PathBuf>,
    /// Keep a second journal here
    #[arg(long, value_name = "PATH", help_heading = "Acting", value_hint = ValueHint::FilePath)]
    pub journal_copy: Option<PathBuf>,
    /// Put a deny of sessions again after this time, for those issued meanwhile
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = pause, help_heading = "Acting")]
    pub again_after: Duration,
    #[command(flatten)]
    pub history: HistoryArgs,
    /// Format of the answer
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = formats(&[Format::Table, Format::Json]), help_heading = "Answer")]
    pub format: Format,
}

/// Which account is meant, and how its Event history is read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "AWS")]
pub struct HistoryArgs {
    #[command(flatten)]
    pub aws: AwsArgs,
    /// Regions whose Event history is read: all (enabled ones), or a list
    #[arg(
        long,
        value_name = "all|LIST",
        default_value = "all",
        value_delimiter = ','
    )]
    pub regions: Vec<String>,
    /// Spend at most this long on who used the credential lately: containment must not wait for a busy account
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration)]
    pub usage_within: Duration,
}

/// The links that containment does not trust by itself; completes to them.
fn link() -> PossibleValuesParser {
    PossibleValuesParser::new(["role-session", "console-login", "compute", "inferred"])
}
