//! The journal folded: for each slot what it held before, what was left there, and how certain that is.

use super::entry::{IntendedCall, JournalEntry, JournalLog};
use crate::event::time::Time;
use crate::response::slot::{Slot, SlotValue, holds};

/// Slots in the order in which they were first touched. One that only calls which certainly failed were about is not
/// among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    pub records: Vec<SlotRecord>,
    /// The calls that are being told: they go side by side.
    open: Vec<OpenStep>,
}

/// What was done to one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotRecord {
    pub slot: Slot,
    /// What it held before we touched it; after somebody else did, what they left.
    pub previous: SlotValue,
    /// What we left there. Several where it is not known of the last calls whether they were carried out.
    pub left: Vec<SlotValue>,
    pub call: LastCall,
    /// When that call was made, answered or, where no answer came, read back.
    pub at: Time,
}

/// What is known of the last call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastCall {
    /// The journal ends before its answer.
    Pending,
    /// No answer came.
    Unknown,
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct OpenStep {
    /// Its step in the run.
    step: usize,
    slot: Slot,
    /// What the slot's record was before.
    before: Option<SlotRecord>,
}

impl SlotRecord {
    /// Whether it is certain that `value` was left there.
    pub fn has_set(&self, value: &str) -> bool {
        self.call == LastCall::Done && self.left.iter().all(|left| left.as_deref() == Some(value))
    }

    fn settle(&mut self, value: SlotValue, at: Time) {
        self.left = vec![value];
        self.call = LastCall::Done;
        self.at = at;
    }
}

impl Ledger {
    pub fn of(log: &JournalLog) -> Self {
        let mut ledger = Self::default();
        for entry in &log.entries {
            ledger.add(entry);
        }
        ledger
    }

    pub fn record(&self, slot: &Slot) -> Option<&SlotRecord> {
        self.records.iter().find(|record| record.slot == *slot)
    }

    /// Tells what the next entry of the journal says.
    pub fn add(&mut self, entry: &JournalEntry) {
        match entry {
            JournalEntry::Run(_) | JournalEntry::Ended { .. } => self.open.clear(),
            JournalEntry::Intended(intended) => self.intend(intended),
            JournalEntry::Done { step, at, .. } | JournalEntry::Confirmed { step, at } => {
                self.settle(*step, *at);
            }
            JournalEntry::Found { at, slot, value } => {
                let mut records = self.records.iter_mut();
                if let Some(record) = records.find(|record| record.slot == *slot) {
                    record.settle(value.clone(), *at);
                }
            }
            JournalEntry::Failed {
                step, at, unknown, ..
            } => self.fail(*step, *at, *unknown),
        }
    }

    fn intend(&mut self, intended: &IntendedCall) {
        let position = self
            .records
            .iter()
            .position(|record| record.slot == intended.slot);
        let before = position.map(|at| self.records[at].clone());
        // somebody else changed it since we did: that is what we must not lose
        let ours = before.as_ref().filter(|record| {
            record
                .left
                .iter()
                .any(|left| holds(left, &intended.previous))
        });
        let mut left = ours.map_or_else(Vec::new, |record| record.left.clone());
        left.push(intended.to.clone());
        let record = SlotRecord {
            slot: intended.slot.clone(),
            previous: ours
                .map_or(&intended.previous, |record| &record.previous)
                .clone(),
            left,
            call: LastCall::Pending,
            at: intended.at,
        };
        match position {
            Some(at) => self.records[at] = record,
            None => self.records.push(record),
        }
        self.open.retain(|open| open.step != intended.step);
        self.open.push(OpenStep {
            step: intended.step,
            slot: intended.slot.clone(),
            before,
        });
    }

    /// The record that the open call of `step` is about.
    fn opened(&mut self, step: usize) -> Option<&mut SlotRecord> {
        let open = self.open.iter().find(|open| open.step == step)?;
        let mut records = self.records.iter_mut();
        records.find(|record| record.slot == open.slot)
    }

    /// The call of `step` was carried out.
    fn settle(&mut self, step: usize, at: Time) {
        let Some(record) = self.opened(step) else {
            return;
        };
        // where an answer was read back, the time of the change is that of the answer
        if let (false, Some(value)) = (record.call == LastCall::Done, record.left.last().cloned()) {
            record.settle(value, at);
        }
    }

    fn fail(&mut self, step: usize, at: Time, unknown: bool) {
        if unknown {
            // it may still be read back
            if let Some(record) = self.opened(step) {
                record.call = LastCall::Unknown;
                record.at = at;
            }
            return;
        }
        let Some(open) = self.open.iter().position(|open| open.step == step) else {
            return;
        };
        let OpenStep { slot, before, .. } = self.open.remove(open);
        match (self.records.iter_mut().find(|it| it.slot == slot), before) {
            (Some(record), Some(before)) => *record = before,
            _ => self.records.retain(|record| record.slot != slot),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::errors::CallError;
    use crate::response::slot::{ACTIVE, INACTIVE};

    fn slot(key: &str) -> Slot {
        Slot::AccessKey {
            user: "ana".to_owned(),
            access_key_id: key.to_owned(),
        }
    }

    fn intended(step: usize, key: &str) -> JournalEntry {
        JournalEntry::Intended(IntendedCall {
            run_id: "run".to_owned(),
            step,
            at: Time::default(),
            slot: slot(key),
            previous: Some(ACTIVE.to_owned()),
            to: Some(INACTIVE.to_owned()),
            call: Vec::new(),
        })
    }

    /// Calls go side by side: each answer belongs to its own.
    #[test]
    fn answers_come_in_any_order() {
        let mut ledger = Ledger::default();
        for (step, key) in [(1, "AKIA1"), (2, "AKIA2"), (3, "AKIA3"), (4, "AKIA4")] {
            ledger.add(&intended(step, key));
        }
        let failed = |step, unknown| JournalEntry::Failed {
            step,
            at: Time::default(),
            request_id: None,
            error: CallError {
                code: None,
                message: String::new(),
                ..CallError::default()
            },
            unknown,
        };
        ledger.add(&failed(1, false));
        ledger.add(&JournalEntry::Done {
            step: 3,
            at: Time::default(),
            request_id: None,
        });
        ledger.add(&failed(2, true));
        let call = |key| ledger.record(&slot(key)).map(|record| record.call);
        assert_eq!(call("AKIA1"), None);
        assert_eq!(call("AKIA2"), Some(LastCall::Unknown));
        assert_eq!(call("AKIA3"), Some(LastCall::Done));
        assert_eq!(call("AKIA4"), Some(LastCall::Pending));
        ledger.add(&JournalEntry::Confirmed {
            step: 2,
            at: Time::default(),
        });
        let record = ledger.record(&slot("AKIA2"));
        assert!(record.is_some_and(|record| record.has_set(INACTIVE)));
    }
}
