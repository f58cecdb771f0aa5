//! Which of many detections can match an event at all: found by the one `eventName`, or else the one `eventSource`,
//! that each admits. The catalogue has hundreds of rules, an event concerns a few.

use std::collections::HashMap;

use super::pattern::fold;
use super::{Bindings, Detection};
use crate::event::Event;

/// Detections by what they require; each is listed in one place only.
#[derive(Debug, Default)]
pub struct DetectionIndex {
    by_name: FieldIndex,
    by_source: FieldIndex,
    anyhow: Vec<usize>,
}

/// Detections by the value that one field must take, case aside.
#[derive(Debug, Default)]
struct FieldIndex {
    by_value: HashMap<String, Vec<usize>>,
    /// All of them: what an event concerns whose field holds no text.
    all: Vec<usize>,
}

impl DetectionIndex {
    /// The index of `detections`, by their position, for as long as `bindings` stay as they are.
    pub fn of<'d>(
        detections: impl IntoIterator<Item = &'d Detection>,
        bindings: &Bindings,
    ) -> Self {
        let mut index = Self::default();
        for (at, detection) in detections.into_iter().enumerate() {
            if let Some(names) = detection.required("eventName", bindings) {
                index.by_name.add(at, &names);
            } else if let Some(sources) = detection.required("eventSource", bindings) {
                index.by_source.add(at, &sources);
            } else {
                index.anyhow.push(at);
            }
        }
        index
    }

    /// The positions of the detections that may match `event`, ascending; no other one does.
    pub fn candidates(&self, event: &Event) -> impl Iterator<Item = usize> {
        let mut lists = [
            self.by_name.of(event.name()),
            self.by_source.of(event.source()),
            &self.anyhow,
        ];
        std::iter::from_fn(move || {
            let next = lists.iter().filter_map(|list| list.first()).min().copied();
            for list in &mut lists {
                if let Some((_, rest)) = list.split_first().filter(|(at, _)| Some(**at) == next) {
                    *list = rest;
                }
            }
            next
        })
    }
}

impl FieldIndex {
    fn add(&mut self, at: usize, values: &[String]) {
        self.all.push(at);
        for value in values {
            let detections = self.by_value.entry(fold(value)).or_default();
            if detections.last() != Some(&at) {
                detections.push(at);
            }
        }
    }

    fn of(&self, value: Option<&str>) -> &[usize] {
        match value {
            Some(value) => self.by_value.get(&fold(value)).map_or(&[], Vec::as_slice),
            None => &self.all,
        }
    }
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
