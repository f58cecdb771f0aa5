//! Cuts a stream into the JSON values that may be records, whatever shape the file has.
//!
//! One value a line, `{"Records":[…]}`, an array, values one after another: all are values between brackets and
//! commas, so the shapes need no detection and may be mixed. Memory is bounded by [`LIMIT`]: a large value that does
//! not begin as a record does is a document, whose members and items are values of their own.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use super::boundary::{LOOK_BEHIND, ScanStep, ValueScan, look_behind};
use super::content::line_prefix;
use super::document::{DocumentMembers, DuePart};
use super::partial::PartialDocument;
use super::unwrap::begins_record;

/// The largest value that is kept, in bytes. CloudTrail's own records are below 1 MiB (facts: C2).
pub const LIMIT: usize = 16 << 20;

/// What is longer, and no record, is taken for a document.
const DOCUMENT: usize = 1 << 20;

const CHUNK: usize = 64 << 10;
/// Lists within lists: `jq --slurp` over trail files makes three.
const MAX_OPEN: usize = 8;
/// Longer than any number; a run of bytes that is no JSON is cut up at this length.
const LONGEST_BARE: usize = 4096;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What the stream held next. Offsets are bytes from its (decompressed) beginning.
#[derive(Debug)]
pub enum StreamPiece<'a> {
    Value { at: ValuePosition, bytes: &'a [u8] },
    Lost { offset: u64, why: Loss },
}

/// Where a value stands in its stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ValuePosition {
    pub offset: u64,
    /// Within so many lists and documents.
    pub depth: usize,
    /// It is a member of a document, beside others that may hold its records.
    pub is_member: bool,
}

/// Why bytes could not be cut into values.
#[derive(Debug, thiserror::Error)]
pub enum Loss {
    #[error("a record larger than {} MiB", LIMIT >> 20)]
    TooLarge,
    #[error("a record that does not end")]
    Torn,
    #[error("a bracket that closes nothing")]
    Stray,
    #[error("the data is cut off")]
    Cut,
    #[error("{0}")]
    Unreadable(io::Error),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OpenContainer {
    Array,
    /// The list of a document; after it the document goes on.
    Document,
    /// A document too large to be kept, whose members are values.
    Object,
}

enum SplitResult {
    Value(Range<usize>),
    Lost(u64, Loss),
}

#[derive(Debug)]
pub struct Splitter<R> {
    input: R,
    /// Read and not yet dropped: its first `held` bytes; the rest is room.
    buffer: Vec<u8>,
    held: usize,
    /// Offset of `buffer` in the stream.
    base: u64,
    /// Where in `buffer` the value at hand begins, and how far it was followed.
    start: usize,
    at: usize,
    open: Vec<OpenContainer>,
    document: DocumentMembers,
    /// Nothing but white space was met since the line began.
    begins_line: bool,
    lists: u64,
    /// Bytes that were followed a second time.
    repeated: u64,
    ended: bool,
    error: Option<io::Error>,
}

impl<R: Read> Splitter<R> {
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            held: 0,
            base: 0,
            start: 0,
            at: 0,
            open: Vec::new(),
            document: DocumentMembers::default(),
            begins_line: true,
            lists: 0,
            repeated: 0,
            ended: false,
            error: None,
        }
    }

    /// How many lists (arrays, `"Records":[`) were met, empty ones too.
    pub fn lists(&self) -> u64 {
        self.lists
    }

    /// What its documents say of themselves.
    pub fn into_partial(self) -> PartialDocument {
        self.document.into_said()
    }

    /// How many bytes were gone through.
    pub fn position(&self) -> u64 {
        self.base + self.at as u64
    }

    pub fn next_piece(&mut self) -> Option<StreamPiece<'_>> {
        Some(match self.find()? {
            SplitResult::Value(range) => StreamPiece::Value {
                at: ValuePosition {
                    offset: self.base + range.start as u64,
                    depth: self.open.len(),
                    is_member: self.open.last() == Some(&OpenContainer::Object),
                },
                bytes: self.bytes(range),
            },
            SplitResult::Lost(offset, why) => StreamPiece::Lost { offset, why },
        })
    }

    fn find(&mut self) -> Option<SplitResult> {
        loop {
            self.start = self.at;
            let Some(&byte) = self.bytes(self.at..self.held).first() else {
                if self.fill() {
                    continue;
                }
                return self.end();
            };
            self.at += 1;
            let is_member = self.open.last() == Some(&OpenContainer::Object);
            let is_space = matches!(byte, b' ' | b'\t' | b'\r');
            let begins_line = self.begins_line;
            self.begins_line = byte == b'\n' || (begins_line && is_space);
            let found = match byte {
                b' ' | b'\t' | b'\r' | b'\n' => None,
                b',' => {
                    self.document.due = DuePart::Key;
                    None
                }
                b':' if is_member => None,
                b'"' if is_member && self.document.due == DuePart::Key => self.key(),
                b'{' | b'[' | b'"' if is_member && self.document.due == DuePart::ChosenValue => {
                    self.follow(ValueScan::value(byte, false), false)
                }
                b'}' if is_member => {
                    self.open.pop();
                    self.document.end();
                    None
                }
                b'[' if self.open.len() < MAX_OPEN
                    && (!is_member || self.document.due == DuePart::NamedList) =>
                {
                    self.list(OpenContainer::Array)
                }
                b']' => match self.open.last() {
                    Some(OpenContainer::Array) => {
                        self.open.pop();
                        None
                    }
                    Some(OpenContainer::Document) => {
                        // what stands beside the list may hold records, too
                        self.open.pop();
                        self.open.push(OpenContainer::Object);
                        self.document.due = DuePart::Value;
                        None
                    }
                    Some(OpenContainer::Object) | None => Some(self.stray()),
                },
                b'}' => Some(self.stray()),
                b'{' | b'[' | b'"' => {
                    let may_be_document = self.open.len() < MAX_OPEN && !is_member;
                    self.follow(ValueScan::value(byte, may_be_document), true)
                }
                _ => self.bare(begins_line),
            };
            if let Some(SplitResult::Value(range)) = &found
                && is_member
            {
                let value = self.buffer.get(range.clone()).unwrap_or_default();
                self.document.value(value);
            }
            if found.is_some() {
                return found;
            }
        }
    }

    fn stray(&self) -> SplitResult {
        SplitResult::Lost(self.position() - 1, Loss::Stray)
    }

    /// The key of a member: what is not looked at is known by it.
    fn key(&mut self) -> Option<SplitResult> {
        match self.follow(ValueScan::value(b'"', false), true)? {
            SplitResult::Value(range) => {
                let key = self.buffer.get(range).unwrap_or_default();
                self.document.key(key);
                None
            }
            lost @ SplitResult::Lost(..) => Some(lost),
        }
    }

    fn list(&mut self, kind: OpenContainer) -> Option<SplitResult> {
        self.open.push(kind);
        self.lists += 1;
        None
    }

    /// Follows a value to its end. Only what is `wanted` is kept, and only up to [`LIMIT`].
    fn follow(&mut self, mut scan: ValueScan, wanted: bool) -> Option<SplitResult> {
        let offset = self.base + self.start as u64;
        let mut kept = wanted;
        let mut may_be_document = wanted && self.open.len() < MAX_OPEN;
        loop {
            // never shown more than the limit, so that chunks make no difference to what is too large
            let most = match (kept, may_be_document) {
                (true, true) => DOCUMENT,
                (true, false) => LIMIT,
                (false, _) => usize::MAX,
            };
            let end = self.held.min(self.start.saturating_add(most));
            match scan.run(self.bytes(self.start..end), self.at - self.start) {
                ScanStep::Closed(end) => {
                    self.at = self.start + end;
                    return match (wanted, kept) {
                        (true, true) => Some(SplitResult::Value(self.start..self.at)),
                        (true, false) => Some(SplitResult::Lost(offset, Loss::TooLarge)),
                        (false, _) => None,
                    };
                }
                ScanStep::List(at) => {
                    let before = self.bytes(self.start + 1..self.start + at - 1);
                    let is_more = before.iter().any(|byte| matches!(byte, b'{' | b'['));
                    if kept && is_more {
                        // as what stands after the list, it may hold records
                        self.open.push(OpenContainer::Object);
                        self.document.due = DuePart::Key;
                        self.at = self.start + 1;
                        return None;
                    }
                    let begin = self.buffer.get(self.start..self.start + at - 1);
                    self.document.before_list(begin.unwrap_or_default());
                    self.at = self.start + at;
                    return self.list(OpenContainer::Document);
                }
                ScanStep::Torn(at) => {
                    self.at = self.start + at;
                    self.go_back(&scan, kept);
                    return Some(SplitResult::Lost(offset, Loss::Torn));
                }
                ScanStep::More => self.at = end,
            }
            if may_be_document && self.at - self.start == DOCUMENT {
                may_be_document = false;
                if self.enter_document() {
                    return None;
                }
            }
            let full = kept && self.at - self.start == LIMIT;
            if full && self.go_back(&scan, kept) {
                return Some(SplitResult::Lost(offset, Loss::Torn));
            }
            kept &= !full;
            if !kept {
                self.start = self.start.max(self.at.saturating_sub(LOOK_BEHIND));
            }
            if self.at < self.held || self.fill() {
                continue;
            }
            if self.go_back(&scan, kept) {
                let why = self.error.take().map_or(Loss::Torn, Loss::Unreadable);
                return Some(SplitResult::Lost(offset, why));
            }
            // `end` says that it is cut, or the error that cut it
            self.open.push(OpenContainer::Document);
            return None;
        }
    }

    /// Goes into the value at hand, where it is no record, for the values within it.
    fn enter_document(&mut self) -> bool {
        let begin = self.bytes(self.start..self.at);
        let container = match begin.first() {
            Some(b'[') => OpenContainer::Array,
            Some(b'{') if !begins_record(begin) => OpenContainer::Object,
            _ => return false,
        };
        self.open.push(container);
        self.document.due = DuePart::Key;
        self.at = self.start + 1;
        true
    }

    /// Leaves a torn value, for the line that it swallowed, where it did; what stands at `at` is next.
    fn go_back(&mut self, scan: &ValueScan, kept: bool) -> bool {
        let line = scan
            .next_line()
            .filter(|_| kept)
            .map(|line| self.start + line);
        // hostile input could make every few bytes a line to go back to: never do more than twice the work
        let line = line.filter(|line| {
            self.repeated += self.at.saturating_sub(*line) as u64;
            self.repeated <= self.position() + LIMIT as u64
        });
        self.at = line.unwrap_or(self.at);
        self.document.due = DuePart::Key;
        // a new line is a new document, but after a comma the next of the same list
        let before = look_behind(&self.buffer, self.at);
        if before.ends_with(b"\n") && !before.trim_ascii_end().ends_with(b",") {
            self.open.clear();
        }
        line.is_some()
    }

    fn end(&mut self) -> Option<SplitResult> {
        let cut = !self.open.is_empty();
        self.open.clear();
        let why = match self.error.take() {
            Some(error) => Loss::Unreadable(error),
            None if cut => Loss::Cut,
            None => return None,
        };
        Some(SplitResult::Lost(self.position(), why))
    }

    /// A number, a literal, or no JSON at all: up to what could begin or end another value.
    fn bare(&mut self, begins_line: bool) -> Option<SplitResult> {
        if begins_line && self.open.is_empty() && self.passes_line_begin() {
            return None;
        }
        loop {
            let most = self.held.min(self.start + LONGEST_BARE);
            let rest = self.bytes(self.at..most);
            let end = rest.iter().position(|byte| {
                matches!(byte, b',' | b'[' | b']' | b'{' | b'}' | b'"')
                    || byte.is_ascii_whitespace()
            });
            self.at += end.unwrap_or(rest.len());
            if end.is_some() || self.at - self.start == LONGEST_BARE || !self.fill() {
                break;
            }
        }
        Some(SplitResult::Value(self.start..self.at))
    }

    /// A byte order mark, and what stands before a log line's message, is no value; nothing is missing with it.
    fn passes_line_begin(&mut self) -> bool {
        while self.held - self.start < LONGEST_BARE && self.fill() {}
        let line = self.bytes(self.start..self.held.min(self.start + LONGEST_BARE));
        let is_marked = line.starts_with(BYTE_ORDER_MARK);
        let length = if is_marked {
            Some(BYTE_ORDER_MARK.len())
        } else {
            line_prefix(line)
        };
        self.at = length.map_or(self.at, |length| self.start + length);
        self.begins_line |= is_marked;
        length.is_some()
    }

    fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.buffer.get(range).unwrap_or_default()
    }

    /// Reads on, and drops what is before `start`; false at the end of the stream.
    fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        self.buffer.copy_within(self.start..self.held, 0);
        self.base += self.start as u64;
        self.held -= self.start;
        self.at -= self.start;
        self.start = 0;
        if self.buffer.len() < self.held + CHUNK {
            self.buffer.resize(2 * self.held + CHUNK, 0);
        }
        let room = self.buffer.get_mut(self.held..).unwrap_or_default();
        let read = loop {
            match self.input.read(room) {
                Ok(read) => break read.min(room.len()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.error = Some(error);
                    break 0;
                }
            }
        };
        self.held += read;
        self.ended = read == 0;
        read > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_whatever_comes() {
        const LENGTH: usize = LIMIT + LIMIT / 8;
        let endless = |begin: &'static str, byte| {
            begin.as_bytes().chain(io::repeat(byte).take(LENGTH as u64))
        };
        let inputs = [(r#"{"Records":[{"x":""#, b'0'), ("", b'['), ("", b'x')];
        for (begin, byte) in inputs {
            let mut splitter = Splitter::new(endless(begin, byte));
            while splitter.next_piece().is_some() {}
            assert_eq!(splitter.position(), (begin.len() + LENGTH) as u64);
            assert!(splitter.buffer.capacity() <= 3 * LIMIT);
            assert!(splitter.open.capacity() <= 2 * MAX_OPEN);
        }
    }
}
