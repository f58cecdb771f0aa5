//! The arguments of the alerts commands: `emit-alerts`, `deploy-alerts`, `alerts-status`, `test-alerts`,
//! `backtest-alerts` and `remove-alerts`, and the flags that they share.

use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;
use clap::{Args, ValueHint};

use super::investigate::{Investigate, level, timezone, work_hours};
use super::values::{account_id, duration, formats};
use crate::alerting::findings::FindingSource;
use crate::alerting::options::{Language, TrailChoice};
use crate::output::Format;
use crate::playbook::WorkHours;
use crate::report::Level;

#[derive(Debug, Args)]
pub struct EmitArgs {
    /// Folder to write the templates to; made where it does not exist
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: PathBuf,
    /// Overwrite files that differ
    #[arg(long)]
    pub force: bool,
    /// Write CloudWatch metric filters and alarms too, as the CIS benchmark words them
    #[arg(long)]
    pub cis_metric_filters: bool,
    /// Region of the home stack
    #[arg(long, value_name = "REGION", default_value = "us-east-1")]
    pub region: String,
    #[command(flatten)]
    pub who: RecipientArgs,
    #[command(flatten)]
    pub tuning: TuningArgs,
    #[command(flatten)]
    pub watched: WatchedArgs,
}

#[derive(Debug, Args)]
pub struct DeployArgs {
    #[command(flatten)]
    pub who: RecipientArgs,
    #[command(flatten)]
    pub tuning: TuningArgs,
    #[command(flatten)]
    pub watched: WatchedArgs,
    /// Trail that the events come from: one that suits or a new one, always a new one, or none of ours
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = TrailChoice::Auto, help_heading = "Deploying")]
    pub trail: TrailChoice,
    /// Show what would change, and change nothing
    #[arg(long, conflicts_with = "yes", help_heading = "Deploying")]
    pub dry_run: bool,
    /// Do not ask
    #[arg(long, help_heading = "Deploying")]
    pub yes: bool,
    #[command(flatten)]
    pub account: AccountArgs,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    #[command(flatten)]
    pub account: AccountArgs,
}

#[derive(Debug, Args)]
pub struct TestArgs {
    /// Make real, harmless events too: a user and a security group that are deleted at once, a trail updated to what it is
    #[arg(long)]
    pub live: bool,
    /// How long to wait for the messages: 90s, 5m
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    pub wait: Duration,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub account: AccountArgs,
}

#[derive(Debug, Args)]
pub struct BacktestArgs {
    #[command(flatten)]
    pub tuning: TuningArgs,
    #[command(flatten)]
    pub investigate: Investigate,
}

#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// Remove the trail too; its bucket, with the evidence in it, always stays
    #[arg(long)]
    pub delete_trail: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub account: AccountArgs,
}

/// Who is told.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Recipients")]
pub struct RecipientArgs {
    /// E-mail address; give it again for more
    #[arg(long, value_name = "ADDRESS")]
    pub email: Vec<String>,
    /// SSM SecureString with the URL of a Slack webhook
    #[arg(long, value_name = "NAME")]
    pub slack_webhook_parameter: Option<String>,
    /// SSM SecureString with {"url": ..., "secret": ...} of a webhook, whose bodies are signed (HMAC-SHA256)
    #[arg(long, value_name = "NAME")]
    pub webhook_parameter: Option<String>,
    /// Make a topic for Amazon Q in chat applications (Slack, Teams)
    #[arg(long)]
    pub chat: bool,
}

/// What is told, and when.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Alerts")]
pub struct TuningArgs {
    /// Least severity that is told at once; what is below waits for the daily digest
    #[arg(long, value_name = "LEVEL", default_value = "medium", value_parser = level())]
    pub severity: Level,
    /// Working hours, outside of which changes to IAM count one level higher: "Mon-Fri 09:00-18:00 Asia/Seoul"
    #[arg(long, value_name = "HOURS", value_parser = work_hours)]
    pub work_hours: Option<WorkHours>,
    /// What is suppressed until when, and which department hears of what: a YAML file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub settings: Option<PathBuf>,
    /// Alert on calls that only read too (AssumeRole, GetSecretValue); costs more
    #[arg(long)]
    pub read_events: bool,
}

/// What is watched, and in which words it is told.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Alerts")]
pub struct WatchedArgs {
    /// Regions to watch: all (enabled ones), or a list; those of global services and sign-in are always watched
    #[arg(
        long,
        value_name = "all|LIST",
        default_value = "all",
        value_delimiter = ','
    )]
    pub regions: Vec<String>,
    /// Language of the messages
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t = Language::En)]
    pub lang: Language,
    /// Time zone of the local times in messages [default: that of --work-hours, else UTC]
    #[arg(long = "message-timezone", value_name = "ZONE", value_parser = timezone)]
    pub timezone: Option<Tz>,
    /// Findings of other services to alert on
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_enum)]
    pub findings: Vec<FindingSource>,
}

/// Which account, and how the answer looks.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "AWS")]
pub struct AccountArgs {
    /// Profile of the AWS configuration
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Region of the home stack [default: us-east-1, or that of the partition]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Refuse any other account than this one
    #[arg(long, value_name = "ID", value_parser = account_id)]
    pub expect_account: Option<String>,
    /// Format of the answer
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = formats(&[Format::Table, Format::Json]), help_heading = "Answer")]
    pub format: Format,
}
