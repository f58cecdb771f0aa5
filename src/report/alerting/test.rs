//! What `test-alerts` sent and what arrived.
//!
//! The serde shape of [`AlertsTest`] is a contract of its own, version 1.

use serde::{Deserialize, Serialize};

use crate::report::{Caller, Envelope};

/// The answer of `test-alerts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AlertsTest {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub caller: Caller,
    /// Region of the home stack.
    pub home: String,
    /// Carried by every event of this test.
    pub test_id: String,
    /// Whether everything that was asked for arrived.
    pub passed: bool,
    /// Whether it was cut off before all that was sent could have arrived.
    pub interrupted: bool,
    /// One event of our own from every covered Region.
    pub regions: Vec<Sent>,
    /// Real events; empty without `--live`.
    pub live: Vec<Sent>,
    /// What this test has shown; nothing where it failed.
    pub proven: Vec<String>,
    /// What no such test shows.
    pub not_proven: Vec<String>,
    /// What this test made and could not take away again; the next one tries again.
    pub left_behind: Vec<String>,
    /// What else to know: leftovers of an earlier test, calls that were not tried.
    pub notes: Vec<String>,
}

/// One event, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    pub region: String,
    /// `trailhunt.selftest`, or the call: `iam:CreateUser`.
    pub event: String,
    pub state: Arrival,
    /// From the event to the message, in seconds; none where it did not arrive.
    pub latency: Option<f64>,
    /// Why it was not sent, or where to look for it.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrival {
    Arrived,
    /// It was sent, and did not arrive within the time.
    Missing,
    NotSent,
}
