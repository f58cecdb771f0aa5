//! What was asked for, decided: the input of the templates.

use chrono_tz::Tz;
use clap::ValueEnum;

use super::findings::FindingSource;
use super::settings::Settings;

/// Regions that are watched whatever is asked for: global services record in the first, and sign-in in any of them
/// (facts: G3).
pub const ALWAYS_WATCHED: [&str; 4] = ["us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2"];

/// Everything that the templates depend on. Accounts are not among it: a template fits any.
#[derive(Debug, Clone)]
pub struct AlertingOptions {
    /// E-mail addresses, sorted, each once, checked.
    pub emails: Vec<String>,
    /// Names of `SecureString` parameters of SSM.
    pub slack_webhook_parameter: Option<String>,
    pub webhook_parameter: Option<String>,
    pub chat: bool,
    pub language: Language,
    /// Of the local times in messages.
    pub timezone: Tz,
    pub read_events: bool,
    /// Sorted, each once.
    pub findings: Vec<FindingSource>,
    /// Severity, work hours, suppressions and routes.
    pub settings: Settings,
    /// Region of the home stack.
    pub home: String,
    /// The Regions with a forwarder, sorted; home and those that must be watched are among them.
    pub regions: Vec<String>,
    /// Whether those are all that were enabled: no list was given.
    pub all_regions: bool,
}

impl AlertingOptions {
    /// Whether nobody would be told.
    pub fn is_silent(&self) -> bool {
        self.emails.is_empty()
            && self.slack_webhook_parameter.is_none()
            && self.webhook_parameter.is_none()
            && !self.chat
            && self
                .settings
                .routes
                .iter()
                .all(|route| route.emails.is_empty())
    }
}

/// Where the events come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TrailChoice {
    /// Use a trail that suits; where there surely is none, make one
    Auto,
    /// Make one of our own whatever else there is; a second copy of events is charged
    Create,
    /// Make none
    None,
}

/// Of the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    En,
    Ko,
}
