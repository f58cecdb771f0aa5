//! Sigma correlations (specification 2.0, "Sigma Correlation Rules"): what several events say together, read from
//! YAML with the place of every mistake. [`CorrelationWatch`] runs one over events; which rules it names is the catalogue's
//! business.
//!
//! What a correlation means here:
//! - `event_count` counts events, `value_count` the distinct values of one field, `temporal` the rules that occurred
//!   (all of them, where no condition says how many). An event that several rules describe counts once.
//! - A window is any stretch of `timespan`, both ends included. Events correlate within their group alone; one that
//!   lacks a field of `group-by`, or the counted field, does not correlate. Values are compared as recorded, case
//!   included; several values of a group's field are one value together.
//! - Windows that reach the lower bound and share events are one incident: a storm is told once, however long.
//!   An upper bound (`lt`, `lte`, `eq`) is held against its fullest window. What did not happen leaves no event to
//!   tell, so that a condition which only zero meets is refused.

mod read;
mod watch;

#[cfg(test)]
mod tests;

use chrono::TimeDelta;

use super::yaml::FilePosition;
use crate::event::FieldPath;

pub(crate) use read::generate;
pub use watch::{CorrelationWatch, Incident};

/// A correlation, ready to be watched for. Made by [`Correlation::parse`].
#[derive(Debug, Clone)]
pub struct Correlation {
    pub count: Count,
    /// The rules whose events correlate, by name or id, each once; never none.
    pub rules: Vec<RuleReference>,
    pub timespan: Timespan,
    /// Whether the rules are reported by themselves, too.
    pub generate: bool,
    groups: Vec<GroupByField>,
    bounds: Bounds,
}

/// What is counted within a group's window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Count {
    Events,
    /// Distinct values of the field.
    Values(FieldPath),
    /// Distinct rules.
    Rules,
}

/// A rule's name or id, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleReference {
    pub name: String,
    pub place: FilePosition,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timespan {
    /// As it was written: `10m`.
    pub text: String,
    length: TimeDelta,
}

/// One name of `group-by`: a field, or an alias of a field of each rule.
#[derive(Debug, Clone)]
struct GroupByField {
    name: String,
    /// As many as there are rules.
    fields: Vec<FieldPath>,
}

/// The counts that meet the condition: from `least`, at least 1, to `most`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bounds {
    least: u64,
    most: u64,
}
