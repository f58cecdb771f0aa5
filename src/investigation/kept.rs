//! Events kept for the answer: their raw text and what orders them, so that a big answer stays small in memory.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use crate::detection::{Attribute, ServerAttributes};
use crate::event::Event;
use crate::event::time::Time;

#[derive(Debug)]
struct KeptRecord {
    time: Option<Time>,
    id: Option<Box<str>>,
    /// A digest of what the call was: an id that stands in front of another call does not replace it.
    call: u64,
    raw: Box<str>,
    attributes: Vec<(Attribute, String)>,
}

/// Deduplicated by `eventID`; records without one are all kept (old ones have none).
#[derive(Debug, Default)]
pub struct KeptEvents {
    by_id: HashMap<(Box<str>, u64), usize>,
    records: Vec<KeptRecord>,
}

impl KeptEvents {
    /// Keeps `event`; `false` if it was there. `attributes` is what the server said of it that the record itself cannot
    /// tell: which lookups brought it (facts: A11).
    pub fn keep(&mut self, event: &Event, attributes: &ServerAttributes) -> bool {
        self.add(KeptRecord {
            time: event.time(),
            id: event.id().map(Into::into),
            call: BuildHasherDefault::<DefaultHasher>::default().hash_one((
                event.name(),
                event.source(),
                event.account(),
                event.time(),
            )),
            raw: event.raw().into(),
            attributes: attributes.to_vec(),
        })
    }

    /// Adds what another one kept.
    pub fn merge(&mut self, other: Self) {
        for record in other.records {
            self.add(record);
        }
    }

    /// Of two records with one id, written differently, the same one stays whichever comes first.
    fn add(&mut self, record: KeptRecord) -> bool {
        let key = record.id.clone().map(|id| (id, record.call));
        let known = key.as_ref().and_then(|key| self.by_id.get(key));
        if let Some(known) = known.and_then(|at| self.records.get_mut(*at)) {
            let mut record = record;
            for attribute in std::mem::take(&mut known.attributes) {
                if !record.attributes.contains(&attribute) {
                    record.attributes.push(attribute);
                }
            }
            if record.raw < known.raw {
                *known = record;
            } else {
                known.attributes = record.attributes;
            }
            return false;
        }
        if let Some(key) = key {
            self.by_id.insert(key, self.records.len());
        }
        self.records.push(record);
        true
    }

    /// Every event in the order of answers, read again one at a time.
    pub fn into_sorted(mut self) -> impl Iterator<Item = (Event, Vec<(Attribute, String)>)> {
        self.records
            .sort_by(|a, b| (a.time, &a.id, &a.raw).cmp(&(b.time, &b.id, &b.raw)));
        // what was read once is read again
        self.records.into_iter().filter_map(|record| {
            Some((Event::parse(record.raw.as_bytes()).ok()?, record.attributes))
        })
    }
}
