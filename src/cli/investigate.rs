//! The flags that all investigations share, and the arguments of each.

use std::path::{Path, PathBuf};

use chrono_tz::{TZ_VARIANTS, Tz};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};
use strum::VariantArray;

use super::AwsArgs;
use super::values::{account_id, formats};
use crate::detection::Attribute;
use crate::output::Format;
use crate::playbook::WorkHours;
use crate::report::Level;

#[derive(Debug, Args)]
pub struct TraceKeyArgs {
    /// Key to trace: AKIA... (of a user) or ASIA... (of a session)
    // not checked here: clap would repeat the value, and people paste secrets
    #[arg(required = true, value_name = "ACCESS_KEY_ID")]
    pub access_keys: Vec<String>,
    /// After the trace, deactivate the keys named here, and no others: shows the plan and asks
    #[arg(long, help_heading = "Acting")]
    pub deactivate: bool,
    /// Refuse to deactivate in any other account than this one
    #[arg(long, value_name = "ID", value_parser = account_id, requires = "deactivate", help_heading = "Acting")]
    pub expect_account: Option<String>,
    /// Write the journal here [default: a file in ~/.local/state/trailhunt]
    #[arg(long, value_name = "FILE", requires = "deactivate", help_heading = "Acting", value_hint = ValueHint::FilePath)]
    pub journal: Option<PathBuf>,
    #[command(flatten)]
    pub investigate: Investigate,
}

#[derive(Debug, Args)]
pub struct GroupArgs {
    /// Only these groups
    #[arg(value_name = "SG_ID")]
    pub groups: Vec<String>,
    #[command(flatten)]
    pub investigate: Investigate,
}

#[derive(Debug, Args)]
pub struct IamArgs {
    /// Only these users, groups, roles or policies, by name or ARN
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub investigate: Investigate,
}

#[derive(Debug, Args)]
pub struct InstanceArgs {
    /// Only these instances
    #[arg(value_name = "INSTANCE_ID")]
    pub instances: Vec<String>,
    #[command(flatten)]
    pub investigate: Investigate,
}

#[derive(Debug, Args)]
pub struct UserArgs {
    /// Only these users, roles or sessions, by name or ARN
    #[arg(value_name = "USER")]
    pub users: Vec<String>,
    #[command(flatten)]
    pub investigate: Investigate,
}

#[derive(Debug, Args)]
pub struct HuntArgs {
    /// Sigma rules to run instead of the built-in ones: a file, or a folder of them
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub rules: Vec<PathBuf>,
    #[command(flatten)]
    pub investigate: Investigate,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// Id of a playbook, built in or your own, or a file
    #[arg(value_name = "PLAYBOOK_ID|FILE", value_parser = PlaybookName, value_hint = ValueHint::FilePath)]
    pub playbook: String,
    /// A parameter of the playbook; give it again for a list
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = key_value)]
    pub params: Vec<(String, String)>,
    /// Working hours, for playbooks that ask for them: "Mon-Fri 09:00-18:00 Asia/Seoul"
    #[arg(long, value_name = "HOURS", value_parser = work_hours)]
    pub work_hours: Option<WorkHours>,
    #[command(flatten)]
    pub investigate: Investigate,
}

#[derive(Debug, Args)]
pub struct LookupArgs {
    /// What the events must have, for example EventName=StopLogging
    #[arg(long = "attribute", short = 'a', value_name = "KEY=VALUE", value_parser = attribute)]
    pub attributes: Vec<(Attribute, String)>,
    #[command(flatten)]
    pub investigate: Investigate,
}

/// What every investigation is asked with.
#[derive(Debug, Args)]
pub struct Investigate {
    #[command(flatten)]
    pub read: ReadArgs,
    #[command(flatten)]
    pub aws: AwsArgs,
    /// Answer yes to questions
    #[arg(long, help_heading = "AWS")]
    pub yes: bool,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// What is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to read")]
pub struct ReadArgs {
    /// Where to read: history, demo, a trail file, a folder of them, or - (stdin)
    #[arg(long, value_name = "SOURCE", default_value = "history", value_hint = ValueHint::AnyPath)]
    pub from: String,
    /// Begin: 24h, 7d, a date, or RFC 3339
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// End: as --since; a date means to the end of that day
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// Regions to read: all (enabled ones), or a list
    #[arg(
        long,
        value_name = "all|LIST",
        default_value = "all",
        value_delimiter = ','
    )]
    pub regions: Vec<String>,
    /// When the incident began; what the principal used before it is not new
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub incident: Option<String>,
    /// Time zone of times without an offset, and of times shown
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = timezone)]
    pub timezone: Tz,
}

/// How the answer looks, and where it goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Answer")]
pub struct AnswerArgs {
    /// Format of the answer [default: what the ending of FILE says, or table]
    #[arg(long, value_name = "FORMAT", value_parser = formats(Format::VARIANTS))]
    pub format: Option<Format>,
    /// Write the answer to a file
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Show every event in the table
    #[arg(long)]
    pub all: bool,
    /// Exit with 10 where a finding is of this level or worse
    #[arg(long, value_name = "LEVEL", value_parser = level())]
    pub fail_on: Option<Level>,
}

impl AnswerArgs {
    /// The format asked for; without one a file is written as its name promises: a table called `.csv` helps nobody.
    pub fn format(&self) -> Format {
        let by_ending = || self.output_file()?.extension()?.to_str()?.parse().ok();
        self.format.or_else(by_ending).unwrap_or(Format::Table)
    }

    /// The file to write the answer to; none for stdout, which `-` names too.
    pub fn output_file(&self) -> Option<&Path> {
        self.output
            .as_deref()
            .filter(|path| path.as_os_str() != "-")
    }
}

/// A time zone by its IANA name, in any case.
pub(super) fn timezone(text: &str) -> Result<Tz, String> {
    TZ_VARIANTS
        .into_iter()
        .find(|zone| zone.name().eq_ignore_ascii_case(text.trim()))
        .ok_or_else(|| "write an IANA name such as Europe/Berlin or Asia/Seoul".to_owned())
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

fn attribute(text: &str) -> Result<(Attribute, String), String> {
    let (key, value) = key_value(text).map_err(|_| "write it as KEY=VALUE".to_owned())?;
    let attribute = key.parse().map_err(|_| {
        let all: Vec<&str> = Attribute::VARIANTS
            .iter()
            .map(Attribute::into_str)
            .collect();
        format!("unknown attribute '{key}'; there are {}", all.join(", "))
    })?;
    if value.is_empty() {
        Err(format!("{key} needs a value"))
    } else {
        Ok((attribute, value))
    }
}

pub(super) fn work_hours(text: &str) -> Result<WorkHours, String> {
    text.parse()
}

/// One of the levels of findings; completes to them.
pub(super) fn level() -> impl TypedValueParser<Value = Level> {
    PossibleValuesParser::new(Level::VARIANTS.iter().map(Level::into_str))
        .try_map(|name| name.parse::<Level>())
}

/// Completes to the built-in playbooks, and takes any file name besides.
#[derive(Debug, Clone)]
pub(super) struct PlaybookName;

impl TypedValueParser for PlaybookName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(
            crate::playbook::BUILTIN
                .iter()
                .map(|builtin| PossibleValue::new(builtin.id)),
        ))
    }
}
