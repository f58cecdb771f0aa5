//! The entries of a journal, and reading them back: what a crash left of the last line is forgiven, no other damage.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::aws::errors::CallError;
use crate::event::time::Time;
use crate::policy::UniqueJson;
use crate::report::response::Progress;
use crate::response::slot::{Slot, SlotValue};

/// Version of the journal's format.
pub const VERSION: u32 = 1;

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "lowercase")]
pub enum JournalEntry {
    Run(RunEntry),
    Intended(IntendedCall),
    /// The call of `step` was answered.
    Done {
        step: usize,
        #[serde(with = "instant")]
        at: Time,
        request_id: Option<String>,
    },
    /// It failed; where `unknown`, it may have been carried out all the same.
    Failed {
        step: usize,
        #[serde(with = "instant")]
        at: Time,
        request_id: Option<String>,
        error: CallError,
        unknown: bool,
    },
    /// What `step` set was read back.
    Confirmed {
        step: usize,
        #[serde(with = "instant")]
        at: Time,
    },
    /// A slot holds what an earlier run, which was interrupted, meant to set: that call was carried out.
    Found {
        #[serde(with = "instant")]
        at: Time,
        slot: Slot,
        #[serde(deserialize_with = "SlotValue::deserialize")]
        value: SlotValue,
    },
    Ended {
        #[serde(with = "instant")]
        at: Time,
        state: Progress,
    },
}

/// The start of a run: who acts, and by which command. What follows up to the next such entry belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEntry {
    pub journal: u32,
    pub run_id: String,
    #[serde(with = "instant")]
    pub at: Time,
    pub tool_version: String,
    pub command: Vec<String>,
    pub account: String,
    /// ARN of the caller, and the id of the key that signs.
    pub caller: String,
    pub access_key_id: String,
    /// Path of the journal that this run takes back.
    pub undoes: Option<String>,
}

/// What is about to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntendedCall {
    pub run_id: String,
    /// Its number in the run's plan.
    pub step: usize,
    #[serde(with = "instant")]
    pub at: Time,
    pub slot: Slot,
    // that nothing was there is written, too: a field that is missing says nothing
    #[serde(deserialize_with = "SlotValue::deserialize")]
    pub previous: SlotValue,
    #[serde(deserialize_with = "SlotValue::deserialize")]
    pub to: SlotValue,
    /// The call, as words for the AWS CLI.
    pub call: Vec<String>,
}

impl IntendedCall {
    /// Whether it is a change that a response makes. The status of a key or session is told twice, as slot and as call.
    fn is_ours(&self) -> bool {
        let is_own_call = || match &self.slot {
            slot @ (Slot::AccessKey { .. } | Slot::SignInSession { .. }) => {
                self.call == slot.call(&self.to)
            }
            _ => true,
        };
        self.slot.is_ours() && self.slot.takes(&self.to) && is_own_call()
    }
}

/// A time, to the millisecond.
mod instant {
    use chrono::SecondsFormat;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::event::time::{Time, rfc3339};

    pub fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        rfc3339(&text).ok_or_else(|| D::Error::custom("a time is not RFC 3339"))
    }
}

/// What a journal holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalLog {
    pub entries: Vec<JournalEntry>,
    /// Where the line of each stands, its end included.
    pub lines: Vec<Range<usize>>,
    /// Whether the last line was cut off while it was written.
    pub torn: bool,
}

impl JournalLog {
    /// Reads a journal.
    ///
    /// # Errors
    /// What is wrong, and in which line.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut log = Self::default();
        // where a crash cut a line off, the next run began on a line of its own
        let mut torn = None;
        let mut end = 0;
        let lines = bytes.split_inclusive(|&byte| byte == b'\n');
        for (number, line) in (1..).zip(lines) {
            let start = end;
            end += line.len();
            match read(line) {
                Ok(entry) => {
                    if let Some(number) = torn.take_if(|_| !matches!(entry, JournalEntry::Run(_))) {
                        return Err(format!("line {number} is cut off"));
                    }
                    torn = None;
                    log.push(entry)
                        .map_err(|why| format!("line {number}: {why}"))?;
                    log.lines.push(start..end);
                }
                Err(UnreadLine::CutOff) => torn = torn.or(Some(number)),
                Err(UnreadLine::Damaged(why)) => return Err(format!("line {number}: {why}")),
            }
        }
        log.torn = torn.is_some();
        if log.entries.is_empty() {
            return Err("it holds no entry of a journal".to_owned());
        }
        Ok(log)
    }

    /// The first run.
    pub fn first(&self) -> Option<&RunEntry> {
        match self.entries.first()? {
            JournalEntry::Run(run) => Some(run),
            _ => None,
        }
    }

    /// The last run.
    pub fn run(&self) -> Option<&RunEntry> {
        self.entries.iter().rev().find_map(|entry| match entry {
            JournalEntry::Run(run) => Some(run),
            _ => None,
        })
    }

    /// How the last run ended; none where it did not.
    pub fn state(&self) -> Option<Progress> {
        match self.entries.last()? {
            JournalEntry::Ended { state, .. } => Some(*state),
            _ => None,
        }
    }

    /// Adds `entry` where it may stand there.
    fn push(&mut self, entry: JournalEntry) -> Result<(), String> {
        match (&entry, self.entries.last()) {
            (JournalEntry::Run(run), _) if run.journal != VERSION => {
                return Err(format!(
                    "version {} of the format is not known",
                    run.journal
                ));
            }
            (JournalEntry::Run(run), _)
                if self.run().is_some_and(|one| one.account != run.account) =>
            {
                return Err("the run is of another account than the one before".to_owned());
            }
            (JournalEntry::Run(_), _) => {}
            (_, None | Some(JournalEntry::Ended { .. })) => {
                return Err("an entry stands outside of a run".to_owned());
            }
            (JournalEntry::Intended(intended), _) if !intended.is_ours() => {
                return Err("trailhunt makes no such change".to_owned());
            }
            _ => {}
        }
        self.entries.push(entry);
        Ok(())
    }
}

enum UnreadLine {
    CutOff,
    Damaged(String),
}

fn read(line: &[u8]) -> Result<JournalEntry, UnreadLine> {
    // a file that was growing when the machine went down may end in zeros
    let end = line.iter().rposition(|byte| ![0, b'\n'].contains(byte));
    let line = &line[..end.map_or(0, |last| last + 1)];
    if line.is_empty() {
        return Err(UnreadLine::CutOff);
    }
    let damaged = |error: serde_json::Error| UnreadLine::Damaged(error.to_string());
    // a key that stands there twice may be meant either way
    match serde_json::from_slice(line) {
        Ok(UniqueJson(json)) => serde_json::from_value(json).map_err(damaged),
        Err(error) if error.is_eof() => Err(UnreadLine::CutOff),
        Err(error) => Err(damaged(error)),
    }
}
