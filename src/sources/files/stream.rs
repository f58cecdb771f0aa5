//! The records of one stream, and what the stream turned out to hold.
//!
//! Nothing here knows of paths or threads: any `Read` will do, gzip or not.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, Visitor};

use super::split::{Splitter, StreamPiece};
use crate::event::time::Time;
use crate::event::{Event, RecordError};
use crate::report::State;

const GZIP: [u8; 2] = [0x1f, 0x8b];

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
    digest: bool,
    compressed: bool,
    /// Why the stream was not begun.
    unread: Option<(State, String)>,
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

/// Reads every record of `input`, in order: trail files, JSON Lines, arrays, objects one after another, and what
/// `aws cloudtrail lookup-events` prints, each gzip'd or not (facts: A3, H1).
///
/// Never fails: what could not be read is said by [`FileContents::state`], and everything else is handed to `visit`.
pub fn read_stream(input: impl Read, mut visit: impl FnMut(Event)) -> FileContents {
    let mut read = FileContents::default();
    let mut contents = cut_stream(input, |offset, value| {
        if let Some(event) = read.read(offset, value) {
            visit(event);
        }
    });
    contents.merge(read);
    contents
}

/// Hands each value of `input` that may be a record to `value`, with its offset; [`FileContents::read`] reads it.
pub fn cut_stream(input: impl Read, mut value: impl FnMut(u64, &[u8])) -> FileContents {
    let mut contents = FileContents::default();
    let input = decompressed(input, &mut contents);
    let mut splitter = Splitter::new(input);
    while let Some(piece) = splitter.next_piece() {
        match piece {
            StreamPiece::Value { offset, bytes } => value(offset, bytes),
            StreamPiece::Lost { offset, why } => contents.lost.add(offset, &why),
        }
    }
    contents.lists = splitter.lists();
    contents
}

/// `input`, decompressed where its first bytes say that it is gzip.
///
/// Of gzip that is cut, all that was stored is read. Of gzip that is damaged, what the decoder had not yet given
/// away when it noticed is lost: up to 64 KiB before the place that is reported.
pub fn decompressed<'a>(
    mut input: impl Read + 'a,
    contents: &mut FileContents,
) -> Box<dyn Read + 'a> {
    let mut head = Vec::with_capacity(GZIP.len());
    // an error here comes again when the splitter reads on, which reports it
    let _ = input
        .by_ref()
        .take(GZIP.len() as u64)
        .read_to_end(&mut head);
    contents.compressed = head == GZIP;
    let whole = Cursor::new(head).chain(input);
    if contents.compressed {
        Box::new(MultiGzDecoder::new(whole))
    } else {
        Box::new(whole)
    }
}

enum ParsedValue {
    Record(Event),
    /// A digest of trail files (facts: H2).
    Digest,
    /// Sound JSON that is no record.
    Foreign,
    Damaged(RecordError),
}

fn read_value(bytes: &[u8]) -> ParsedValue {
    match Event::parse(bytes) {
        Ok(event) => ParsedValue::Record(event),
        Err(RecordError::NotARecord) => read_wrapped(bytes),
        Err(error) => ParsedValue::Damaged(error),
    }
}

/// An object that is no record itself: a looked-up event carries one as a string (facts: A3).
fn read_wrapped(bytes: &[u8]) -> ParsedValue {
    match serde_json::from_slice(bytes) {
        Ok(Wrapped {
            record: Some(JsonText(record)),
            ..
        }) => match Event::parse(&record) {
            Ok(event) => ParsedValue::Record(event),
            Err(RecordError::NotARecord) => ParsedValue::Foreign,
            Err(error) => ParsedValue::Damaged(error),
        },
        Ok(Wrapped {
            digest: Some(_), ..
        }) => ParsedValue::Digest,
        Ok(_) | Err(_) => ParsedValue::Foreign,
    }
}

#[derive(Deserialize)]
struct Wrapped {
    #[serde(rename = "CloudTrailEvent")]
    record: Option<JsonText>,
    #[serde(rename = "digestS3Object")]
    digest: Option<IgnoredAny>,
}

/// A JSON string as UTF-8 bytes, each lone surrogate read as U+FFFD, as [`Event::parse`] does.
struct JsonText(Vec<u8>);

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(JsonTextVisitor)
    }
}

struct JsonTextVisitor;

impl Visitor<'_> for JsonTextVisitor {
    type Value = JsonText;

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("a string")
    }

    // asked for bytes, serde_json writes a lone surrogate as the three bytes that UTF-8 would have for it
    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<JsonText, E> {
        let mut text = bytes.to_vec();
        let mut rest = text.as_mut_slice();
        while let Some(at) = rest.iter().position(|byte| *byte == 0xed) {
            rest = rest.get_mut(at..).unwrap_or_default();
            if let [0xed, 0xa0..=0xbf, _, ..] = rest
                && let Some(surrogate) = rest.get_mut(..3)
            {
                surrogate.copy_from_slice("\u{fffd}".as_bytes());
            }
            rest = rest.get_mut(1..).unwrap_or_default();
        }
        Ok(JsonText(text))
    }
}

impl FileContents {
    /// Of a file that was not opened, or could not be.
    pub fn unread(state: State, reason: &str) -> Self {
        Self {
            unread: Some((state, reason.to_owned())),
            ..Self::default()
        }
    }

    /// `Skipped` or `Failed`, where the stream was not begun.
    pub fn unread_state(&self) -> Option<State> {
        self.unread.as_ref().map(|(state, _)| *state)
    }

    /// Reads one value of the stream; what is no record is counted for [`FileContents::state`].
    pub fn read(&mut self, offset: u64, value: &[u8]) -> Option<Event> {
        match read_value(value) {
            ParsedValue::Record(event) => {
                self.count(&event);
                return Some(event);
            }
            ParsedValue::Digest => self.digest = true,
            ParsedValue::Foreign => self.foreign.add(offset, &RecordError::NotARecord),
            ParsedValue::Damaged(error) => self.lost.add(offset, &error),
        }
        None
    }

    /// Adds what another thread read of the same stream.
    pub fn merge(&mut self, other: Self) {
        self.events += other.events;
        self.oldest = [self.oldest, other.oldest].into_iter().flatten().min();
        self.newest = self.newest.max(other.newest);
        self.lost.merge(other.lost);
        self.foreign.merge(other.foreign);
        self.lists += other.lists;
        self.digest |= other.digest;
        self.compressed |= other.compressed;
        self.unread = self.unread.take().or(other.unread);
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
        let holds_records = self.events > 0 || self.lists > 0;
        if self.lost.count > 0 {
            let state = if holds_records {
                State::Truncated
            } else {
                State::Failed
            };
            return (state, self.unreadable());
        }
        match (self.events, self.foreign.count) {
            (0, _) if self.digest => (State::Skipped, Some("a digest of trail files".to_owned())),
            (0, 0) if self.lists == 0 => (State::Failed, Some("empty".to_owned())),
            (0, 1..) => (
                State::Skipped,
                Some("JSON that is no CloudTrail record".to_owned()),
            ),
            (_, 0) => (State::Read, None),
            (1.., 1..) => (State::Truncated, self.unreadable()),
        }
    }

    /// The first place that could not be read, and how many more there are.
    fn unreadable(&self) -> Option<String> {
        let places = [&self.lost, &self.foreign];
        let (offset, why) = places
            .iter()
            .filter_map(|places| places.first.as_ref())
            .min()?;
        let of = if self.compressed {
            " of the decompressed data"
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
