//! The investigation: lookups -> sources -> events -> pure steps of analysis -> more lookups -> report.
//!
//! [`Question`] is what was asked, [`Listener`] how to tell and ask on the way (the terminal is handed in, not
//! called). Two loops gather events, [`history`] by lookups that lead to lookups and [`replay`] in two passes over
//! files; [`answer`] folds what they gathered into the report, and does not know where it came from. [`history::follow`]
//! goes on asking.

mod answer;
mod beside;
mod coverage;
mod demands;
mod folds;
mod gather;
mod history;
mod kept;
mod next;
mod prepared;
mod replay;
mod rule_findings;
mod sweep;
mod visibility;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::detection::{Attribute, Bindings, Detection};
use crate::error::Failure;
use crate::event::Event;
use crate::event::time::Time;
use crate::playbook::{Playbook, RegionScope, spelling};
use crate::report::{Caller, Coverage, Report, Subject, Window};
use crate::sources::files::Files;
pub use crate::sources::history::ReadingPace;

pub use history::follow::{FollowPace, FollowResult, FollowUpdate, Poll, UpdateListener};

/// How one search decides on an event.
#[derive(Debug, Clone)]
pub enum Filter<'q> {
    /// A playbook's detection.
    Detection(&'q Detection),
    /// Attributes as LookupEvents knows them, all of which must hold: `trailhunt lookup`.
    Attributes(&'q [(Attribute, String)]),
}

/// One search of a question.
#[derive(Debug, Clone)]
pub struct BoundSearch<'q> {
    pub name: &'q str,
    pub scope: RegionScope,
    /// Its events only explain those of others.
    pub is_context: bool,
    pub filter: Filter<'q>,
}

impl<'q> BoundSearch<'q> {
    /// The searches of `playbook`.
    pub fn all_of(playbook: &'q Playbook) -> Vec<Self> {
        let searches = playbook.searches.iter().map(|search| Self {
            name: &search.name,
            scope: search.regions,
            is_context: search.is_context,
            filter: Filter::Detection(&search.detection),
        });
        searches.collect()
    }
}

/// What is asked.
#[derive(Debug)]
pub struct Question<'q> {
    pub playbook: &'q Playbook,
    pub searches: Vec<BoundSearch<'q>>,
    /// Parameters and variables, before any pivot added to them.
    pub bindings: Bindings,
    /// Parameters as the report shows them.
    pub parameters: serde_json::Map<String, serde_json::Value>,
    pub window: Window,
    /// The window before, where what is new is asked for and there is one: it ends where `window` begins.
    pub baseline: Option<Time>,
    pub incident: Option<Time>,
    pub timezone: Tz,
    /// Only events of these Regions; empty for all.
    pub regions: Vec<String>,
    /// The flags that a suggested next command repeats (`--from`, `--profile`).
    pub repeat: Vec<String>,
}

/// Where an event lies, seen from the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventPosition {
    /// In the window, in a Region that was asked about.
    Inside,
    /// In such a Region, before the window.
    Before,
    Outside,
}

impl Question<'_> {
    /// What is asked for in a spelling that no event has. Over files, detections ignore case; Event history never does.
    pub fn misspelt(&self, from_history: bool) -> BTreeSet<String> {
        let searches = self.searches.iter();
        let doubts = searches.flat_map(|search| match &search.filter {
            Filter::Attributes(attributes) => {
                let asked = attributes.iter();
                asked
                    .filter_map(|(attribute, value)| spelling::doubt(*attribute, value))
                    .collect()
            }
            Filter::Detection(detection) if from_history => {
                spelling::doubts_of(detection, &self.bindings)
            }
            Filter::Detection(_) => Vec::new(),
        });
        doubts.collect()
    }

    fn place(&self, event: &Event) -> EventPosition {
        let is_asked = |region: &str| self.regions.iter().any(|asked| asked == region);
        // what has no Region, or no time, cannot be said to lie outside
        if !(self.regions.is_empty() || event.region().is_none_or(is_asked)) {
            return EventPosition::Outside;
        }
        let (since, until) = (self.window.since, self.window.until);
        match event.time() {
            Some(time) if since.is_some_and(|since| time < since) => EventPosition::Before,
            Some(time) if until.is_some_and(|until| time > until) => EventPosition::Outside,
            _ => EventPosition::Inside,
        }
    }

    fn is_in_baseline(&self, event: &Event) -> bool {
        let reaches = |time| self.baseline.is_some_and(|from| time >= from);
        self.place(event) == EventPosition::Before && event.time().is_some_and(reaches)
    }

    /// Where the equally long window before the window begins, no earlier than `reach`; everything before a window
    /// that has no end. None where the playbook compares nothing, or nothing before the window can be read.
    pub fn window_before(&self, reach: Option<Time>) -> Option<Time> {
        let since = self.window.since?;
        let length = self.window.until.map(|until| until - since);
        let from = length
            .and_then(|length| since.checked_sub_signed(length))
            .map(Time);
        let from = from.max(reach).unwrap_or(Time(DateTime::<Utc>::MIN_UTC));
        (self.playbook.has_baseline && from < since).then_some(from)
    }
}

/// Where events are read.
#[derive(Debug)]
pub enum Source {
    History(Box<LiveAccount>),
    Files(Files),
    Demo,
}

/// An account, read live.
#[derive(Debug)]
pub struct LiveAccount {
    pub aws: crate::aws::Aws,
    pub caller: Caller,
    /// Regions to ask.
    pub regions: Vec<String>,
    /// Regions not asked, and why: already coverage.
    pub unasked: Vec<Coverage>,
    pub pace: ReadingPace,
    /// What IAM says of the traced keys.
    pub subjects: Vec<Subject>,
    pub now: Time,
    /// The window began before Event history does, and was cut there.
    pub clamped_from: Option<Time>,
    /// Where partition-wide services record.
    pub control_plane: Vec<String>,
    /// How long to read at most: what was read until then is the answer. None for as long as it takes.
    pub within: Option<Duration>,
}

impl LiveAccount {
    /// Whether a search of this scope asks `region`.
    fn asks(&self, scope: RegionScope, region: &str) -> bool {
        match scope {
            RegionScope::All => true,
            RegionScope::Home => region == self.aws.home_region(),
            RegionScope::ControlPlane => self.control_plane.iter().any(|known| known == region),
        }
    }
}

/// How far one part of the work is.
#[derive(Debug)]
pub enum Notice<'n> {
    /// A Region, or all files together.
    Part {
        part: &'n str,
        fraction: f64,
        message: String,
    },
    /// An event that belongs to the answer.
    Hit(String),
    /// For those who want to know what is asked where.
    Detail(String),
    Note(String),
    /// Reading is over. What is left cannot be told in part.
    Gathered,
}

/// How long reading everything will take, where no lookup attribute could be derived.
#[derive(Debug, Clone, Copy)]
pub struct Estimate {
    /// Pages in the busiest Region.
    pub pages: i64,
    pub minutes: f64,
}

/// Where an investigation tells and asks on its way.
pub struct Listener<'l> {
    pub notice: &'l (dyn Fn(Notice<'_>) + Sync),
    /// Whether to go on with reading that takes so long.
    pub may_take: &'l (dyn Fn(Estimate) -> Result<(), Failure> + Sync),
}

impl std::fmt::Debug for Listener<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listener")
    }
}

/// The answer, and whether it was cut short by Ctrl-C.
#[derive(Debug)]
pub struct InvestigationResult {
    pub report: Report,
    pub interrupted: bool,
}

/// Answers `question` from `source`.
///
/// # Errors
/// A [`Failure`] where there is no answer at all; what could be read only in part is coverage.
pub async fn investigate(
    question: &Question<'_>,
    source: Source,
    listener: &Listener<'_>,
) -> Result<InvestigationResult, Failure> {
    let prepared = prepared::PreparedPlaybook::of(question);
    match source {
        Source::History(live) => history::run(question, &prepared, *live, listener).await,
        Source::Files(files) => {
            let read = replay::files(question, &prepared, &files, listener)?;
            Ok(replay::outcome(question, &prepared, read))
        }
        Source::Demo => {
            let read = replay::demo(question, &prepared);
            (listener.notice)(Notice::Gathered);
            Ok(replay::outcome(question, &prepared, read))
        }
    }
}

/// Answers `question` from Event history, and goes on asking what is new. Its window has no end.
///
/// # Errors
/// A [`Failure`] where nothing can be asked at all; what could be read only in part is coverage.
pub async fn follow(
    question: &Question<'_>,
    live: &LiveAccount,
    pace: FollowPace,
    listener: &Listener<'_>,
    updates: &mut UpdateListener<'_>,
) -> Result<FollowResult, Failure> {
    let prepared = prepared::PreparedPlaybook::of(question);
    history::follow::run((question, &prepared), live, pace, listener, updates).await
}
