//! What the alerts would have told.

use serde::{Deserialize, Serialize};

use crate::event::time::Time;
use crate::report::{Caller, Coverage, Envelope, Level, NotVisible, Window};

/// The answer of `backtest-alerts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Backtest {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub caller: Option<Caller>,
    pub window: Window,
    /// The Regions that were asked about; none where it was all of them.
    pub regions: Vec<String>,
    pub complete: bool,
    pub coverage: Vec<Coverage>,
    pub not_visible: Vec<NotVisible>,
    /// Least severity that is told at once.
    pub severity: Level,
    /// Whether calls that only read would be alerted on.
    pub read_events: bool,
    /// How many rules would alert.
    pub rules: usize,
    /// The rules that would not, or not on all of their events, and why.
    pub refused: Vec<RefusedRule>,
    pub totals: Totals,
    /// The noisiest first.
    pub alerts: Vec<Noise>,
    /// Every suppression of the settings, in their order.
    pub suppressions: Vec<Hidden>,
    /// How to suppress what is noisiest.
    pub hint: Option<Hint>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefusedRule {
    pub rule: String,
    pub reason: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Events that met a rule.
    pub events: u64,
    /// Of them, those that a suppression hides.
    pub suppressed: u64,
    /// Messages at once: an alert, and one more for all of the same rule, actor and target that follow within ten
    /// minutes.
    pub messages: u64,
    /// Lines of daily digests.
    pub digest_entries: u64,
    /// Days with a digest.
    pub digests: u64,
    /// How long the time that was read is.
    pub days: f64,
    pub messages_per_day: f64,
    pub busiest_day: Option<BusyDay>,
}

/// The day, `2026-11-22` in UTC, with the most messages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BusyDay {
    pub day: String,
    pub messages: u64,
}

/// What one rule would have told of one actor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Noise {
    pub rule: String,
    pub title: String,
    pub group: String,
    /// The highest of those that are not suppressed, or of all where all are.
    pub severity: Level,
    pub actor: String,
    #[serde(default)]
    pub account: Option<String>,
    /// ARN of the user or role, or the service; none where the records do not say.
    pub principal: Option<String>,
    pub events: u64,
    pub suppressed: u64,
    /// Changes to IAM outside of working hours, which count one level higher.
    pub off_hours: u64,
    pub messages: u64,
    pub digest_entries: u64,
    pub first: Option<Time>,
    pub last: Option<Time>,
    /// The first of the events.
    pub event_id: Option<String>,
}

/// What one suppression hides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Hidden {
    pub reason: String,
    /// Its last day, `2027-01-31`, UTC.
    pub until: String,
    /// It hides nothing any more.
    pub expired: bool,
    pub events: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Hint {
    pub why: String,
    /// For the file of `--settings`.
    pub yaml: String,
}
