//! Events kept for the answer: their raw text and what orders them, so that a big answer stays small in memory.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::event::Event;

#[derive(Debug)]
struct Record {
    time: Option<DateTime<Utc>>,
    id: Option<Box<str>>,
    raw: Box<str>,
}

/// Deduplicated by `eventID`; records without one are all kept (old ones have none).
#[derive(Debug, Default)]
pub struct Kept {
    ids: HashSet<Box<str>>,
    records: Vec<Record>,
}

impl Kept {
    /// Keeps `event`; `false` if it was there.
    pub fn keep(&mut self, event: &Event) -> bool {
        let id: Option<Box<str>> = event.id().map(Into::into);
        if let Some(id) = &id
            && !self.ids.insert(id.clone())
        {
            return false;
        }
        self.records.push(Record {
            time: event.time(),
            id,
            raw: event.raw().into(),
        });
        true
    }

    /// Adds what another one kept.
    pub fn merge(&mut self, other: Self) {
        for record in other.records {
            if record
                .id
                .as_ref()
                .is_none_or(|id| self.ids.insert(id.clone()))
            {
                self.records.push(record);
            }
        }
    }

    /// Every event in the order of answers, read again one at a time.
    pub fn into_sorted(mut self) -> impl Iterator<Item = Event> {
        self.records
            .sort_by(|a, b| (a.time, &a.id, &a.raw).cmp(&(b.time, &b.id, &b.raw)));
        // what was read once is read again
        self.records
            .into_iter()
            .filter_map(|record| Event::parse(record.raw.as_bytes()).ok())
    }
}
