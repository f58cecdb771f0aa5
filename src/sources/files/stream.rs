//! The records of one stream, and what the stream turned out to hold.
//!
//! Nothing here knows of paths or threads: any `Read` will do.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use super::decode::INTERRUPTED;
use super::layers::{Part, PartName, Unpacking, UnreadState};
use super::partial::PartialDocument;
use super::split::{Splitter, StreamPiece, ValuePosition};
use super::unwrap::{self, Found};
use super::whole::WholeRecords;
use crate::event::no_call::{NoCall, NoCallKind};
use crate::event::time::Time;
use crate::event::{Event, EventBuffer, RecordError};
use crate::report::State;

/// What a stream held, beside its events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileContents {
    /// How many records were read.
    pub events: u64,
    /// `eventTime` of the oldest and of the newest of them.
    pub oldest: Option<Time>,
    pub newest: Option<Time>,
    /// Places whose bytes could not be read, and the first of them.
    lost: Places,
    /// Values that are sound JSON and no record.
    foreign: Places,
    /// Lists of records, empty ones too.
    lists: u64,
    /// Values beside those that may hold the records: members of a document too large to be kept, cells of a table.
    asides: u64,
    no_calls: BTreeSet<NoCallKind>,
    /// What its documents say of themselves.
    pub partial: PartialDocument,
    /// Its path within the archive that it came from.
    pub member: Option<String>,
    /// Its bytes are not as stored.
    is_decoded: bool,
    /// Why the stream was not begun.
    unread: Option<UnreadState>,
}

/// How many places there are, and the offset and the reason of the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Places {
    count: u64,
    first: Option<(u64, String)>,
}

impl Places {
    fn add(&mut self, offset: u64, why: &impl ToString) {
        self.count += 1;
        self.first.get_or_insert_with(|| (offset, why.to_string()));
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = [self.first.take(), other.first].into_iter().flatten().min();
    }
}

/// Reads every record of `input`, in order: trail files, JSON Lines, arrays, objects one after another, what
/// `aws cloudtrail lookup-events` prints (facts: A3, H1), and whatever else has records in it, packed or not.
///
/// Never fails: what could not be read is said by [`FileContents::state`], and everything else is handed to `visit`.
pub fn read_stream(mut input: impl Read, mut visit: impl FnMut(&Event)) -> FileContents {
    let mut contents = FileContents::default();
    let mut visit = |delivered: Delivered<'_>| {
        if let Delivered::Call(event) = delivered {
            visit(event);
        }
    };
    let mut read = |part: Part<'_>| {
        let mut values = FileContents::default();
        let cut = cut_part(part, |at, value| values.read(at, value, &mut visit));
        contents.merge(values);
        contents.merge(cut);
    };
    let never = AtomicBool::new(false);
    let mut unpacking = Unpacking::new(0, &never, &mut read);
    unpacking.open(&mut input, None, &PartName::of_file(""), 0);
    contents
}

/// A record of a call, or what is none (facts: J1).
#[derive(Debug)]
pub enum Delivered<'e> {
    Call(&'e Event),
    NoCall(NoCall),
}

/// Hands each value of `part` that may be a record to `value`, with its place; [`FileContents::read`] reads it.
pub fn cut_part(part: Part<'_>, mut value: impl FnMut(ValuePosition, &[u8])) -> FileContents {
    let mut contents = FileContents {
        member: part.member,
        is_decoded: part.is_decoded,
        ..FileContents::default()
    };
    match part.text {
        Err(unread) => contents.unread = Some(unread),
        Ok(text) => {
            let mut splitter = Splitter::new(text);
            while let Some(piece) = splitter.next_piece() {
                match piece {
                    StreamPiece::Value { at, bytes } => value(at, bytes),
                    StreamPiece::Lost { offset, why } => contents.lost.add(offset, &why),
                }
            }
            contents.lists = splitter.lists();
            contents.partial = splitter.into_partial();
        }
    }
    contents
}

impl FileContents {
    /// Of a file that is not to be opened, or could not be.
    pub fn unopened(unread: UnreadState) -> Self {
        Self {
            unread: Some(unread),
            ..Self::default()
        }
    }

    /// Reads the records of a plain trail file.
    pub fn read_whole(
        whole: &WholeRecords<'_>,
        cancel: &AtomicBool,
        visit: &mut dyn FnMut(Delivered<'_>),
    ) -> Self {
        let mut contents = Self {
            lists: 1,
            is_decoded: whole.is_decoded,
            ..Self::default()
        };
        let mut buffer = EventBuffer::default();
        for (offset, text, glance) in whole.records() {
            if cancel.load(Ordering::Relaxed) {
                contents.lost.add(offset, &INTERRUPTED);
                break;
            }
            let at = ValuePosition {
                offset,
                depth: 1,
                is_member: false,
            };
            let event = glance.and_then(|glance| buffer.read(text, glance));
            match event.filter(|event| unwrap::is_plain(event)) {
                Some(event) => contents.take_event(event, visit),
                None => contents.read(at, text.as_bytes(), visit),
            }
        }
        contents
    }

    /// Reads one value of the stream; what is no record is counted for [`FileContents::state`].
    pub fn read(&mut self, at: ValuePosition, value: &[u8], visit: &mut dyn FnMut(Delivered<'_>)) {
        let error = match unwrap::plain_record(value) {
            Some(Ok(event)) => return self.take_event(&event, visit),
            Some(Err(error)) => Some(error),
            None => {
                let mut found = |found| self.take(at, found, visit);
                unwrap::search(value, at.depth, &mut found).err()
            }
        };
        match error {
            Some(RecordError::NotARecord | RecordError::TooDeep) if at.is_member => {
                self.asides += 1;
            }
            Some(RecordError::NotARecord) if at.depth >= 2 && unwrap::is_cell(value) => {
                self.asides += 1;
            }
            Some(error @ (RecordError::NotARecord | RecordError::TooDeep)) => {
                self.foreign.add(at.offset, &error);
            }
            Some(error) => self.lost.add(at.offset, &error),
            None => {}
        }
    }

    fn take(&mut self, at: ValuePosition, found: Found, visit: &mut dyn FnMut(Delivered<'_>)) {
        match found {
            Found::Record(event) => self.take_event(&event, visit),
            Found::NoCall(no_call) => self.take_no_call(no_call, visit),
            Found::Damaged(error) => self.lost.add(at.offset, &error),
            Found::Foreign(error) => self.foreign.add(at.offset, &error),
            Found::EmptyList => self.lists += 1,
            Found::Document(said) => self.partial.merge(said),
        }
    }

    /// Takes what is written as a record of a call is.
    fn take_event(&mut self, event: &Event, visit: &mut dyn FnMut(Delivered<'_>)) {
        if let Some(kind) = NoCallKind::of_event(event) {
            return self.take_no_call(NoCall::new(kind, event.json().clone()), visit);
        }
        self.count(event);
        visit(Delivered::Call(event));
    }

    fn take_no_call(&mut self, no_call: NoCall, visit: &mut dyn FnMut(Delivered<'_>)) {
        self.no_calls.insert(no_call.kind);
        visit(Delivered::NoCall(no_call));
    }

    /// Adds what another thread read of the same stream.
    pub fn merge(&mut self, other: Self) {
        self.events += other.events;
        self.oldest = [self.oldest, other.oldest].into_iter().flatten().min();
        self.newest = self.newest.max(other.newest);
        self.lost.merge(other.lost);
        self.foreign.merge(other.foreign);
        self.lists += other.lists;
        self.asides += other.asides;
        self.no_calls.extend(other.no_calls);
        self.partial.merge(other.partial);
        self.is_decoded |= other.is_decoded;
        self.member = self.member.take().or(other.member);
        self.unread = self.unread.take().or(other.unread);
    }

    /// Whether it could not be looked into: not opened, or packed or encrypted in a way that is not read.
    pub fn is_unread(&self) -> bool {
        let unread = self.unread.as_ref();
        unread.is_some_and(|(state, _)| *state == State::Failed)
    }

    /// Whether all that it holds is sound JSON, and none of it a record.
    pub fn is_foreign(&self) -> bool {
        self.events == 0 && self.lost.count == 0 && self.foreign.count > 0
    }

    fn count(&mut self, event: &Event) {
        self.events += 1;
        let time = event.time();
        self.oldest = [self.oldest, time].into_iter().flatten().min();
        self.newest = self.newest.max(time);
    }

    /// How far the stream was read, and why not further. Every state but `Read` and `Skipped` is a gap.
    pub fn state(&self) -> (State, Option<String>) {
        if let Some((state, reason)) = &self.unread {
            return (*state, Some(reason.clone()));
        }
        let holds_records = self.events > 0 || self.lists > 0 && self.foreign.count == 0;
        let damaged = if holds_records {
            State::Truncated
        } else {
            State::Failed
        };
        if self.lost.count > 0 || self.foreign.count > 0 {
            return (damaged, self.unreadable());
        }
        let kinds: Vec<&str> = self.no_calls.iter().map(|kind| kind.of_file()).collect();
        match self.events {
            0 if !kinds.is_empty() => (State::Skipped, Some(kinds.join("; "))),
            0 if self.asides > 0 && self.lists == 0 => {
                (State::Failed, Some(RecordError::NotARecord.to_string()))
            }
            0 if self.lists == 0 => (State::Failed, Some("empty".to_owned())),
            _ => (State::Read, None),
        }
    }

    /// The first place that could not be read, and how many more there are.
    fn unreadable(&self) -> Option<String> {
        let places = [&self.lost, &self.foreign];
        let (offset, why) = places
            .iter()
            .filter_map(|places| places.first.as_ref())
            .min()?;
        let of = if self.is_decoded {
            " of the decoded data"
        } else {
            ""
        };
        let more = match self.lost.count + self.foreign.count {
            0 | 1 => String::new(),
            count => format!(" (and {} more such places)", count - 1),
        };
        Some(format!("byte {offset}{of}: {why}{more}"))
    }
}

#[cfg(test)]
mod tests;
