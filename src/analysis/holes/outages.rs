//! What an outage is: a span in which a trail could not record, or not everything. `ledger` finds them.

use super::minutes::CallKind;
use crate::event::time::Time;

/// A span in which a trail did not record, as its calls tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// `trail main was stopped`.
    pub cause: String,
    pub account: Box<str>,
    /// Where the trail is at home; none where only its bucket or key is known.
    pub home: Option<Box<str>>,
    pub begin: Time,
    /// None where no call ended it.
    pub end: Option<Time>,
    /// The calls that were not recorded.
    pub missing: CallKind,
    pub extent: OutageExtent,
}

/// How far an outage reaches beyond the account x Region that the trail is at home in; none where it is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutageExtent {
    pub is_multi_region: Option<bool>,
    pub is_organization: Option<bool>,
    /// At home it goes on recording.
    pub spares_home: bool,
}

/// What follows from calls.
#[derive(Debug, Default)]
pub struct TrailHistory {
    pub outages: Vec<Outage>,
    pub left_out: Vec<OmittedSources>,
    /// There are more outages.
    pub is_cut: bool,
}

/// Sources that a trail was told to leave out, without leaving out reads or writes as such.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OmittedSources {
    pub trail: Box<str>,
    pub account: Box<str>,
    pub region: Box<str>,
    pub what: Box<str>,
    pub since: Time,
    pub until: Option<Time>,
}
