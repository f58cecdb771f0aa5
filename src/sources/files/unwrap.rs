//! Records below a value that is none: other services and tools wrap them, in objects, lists and strings that hold JSON.
//!
//! Nothing here knows the wrappings by name. A value is searched level by level, without building its tree, so that
//! what is found is still the text that was delivered. What lies below a record's own fields is what a caller chose
//! to send, and is never taken for a record.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::MultiGzDecoder;
use serde::de::IgnoredAny;

use super::json_text::JsonText;
use super::members::{each_item, each_member, skip_space, value_at};
use super::partial::PartialDocument;
use crate::event::no_call::{KEYS, NoCall, NoCallKind};
use crate::event::{Event, RecordError, tree};

/// So many levels below a value of the stream are searched; a list, an object and a string each are one.
const DEEPEST: usize = 8;

/// How much may come out of the packed strings of a value, for each of its bytes; records come to a twentieth.
const MOST_OF_A_BYTE: u64 = 200;

/// Base64 of gzip begins so, that of zstd, and those of an object or a list, on one line or several.
const GZIP_IN_BASE64: &str = "H4sI";
const ZSTD_IN_BASE64: &str = "KLUv";
const JSON_IN_BASE64: [&str; 5] = ["eyJ", "ewog", "W3si", "WyJ7", "Wwog"];
/// No record that is packed is shorter, in base64.
const SHORTEST_PACKED: usize = 100;

/// Fields of a record whose content a caller chose, in lower case and without `_`; exports write them as they like.
const CHOSEN: [&str; 14] = [
    "useridentity",
    "requestparameters",
    "responseelements",
    "additionaleventdata",
    "serviceeventdetails",
    "useragent",
    "httpuseragent",
    "httpreferer",
    "request",
    "response",
    "unmapped",
    "errormessage",
    "tlsdetails",
    "eventcontext",
];

/// Names of lists that answers and subscriptions have, empty or not.
const LISTS: [&str; 6] = [
    "Records",
    "Events",
    "events",
    "logEvents",
    "hits",
    "results",
];

/// What is found in a value.
#[derive(Debug)]
pub enum Found {
    /// It may say of itself that it is no call.
    Record(Event),
    NoCall(NoCall),
    /// It should be a record, and cannot be read.
    Damaged(RecordError),
    /// A value that stands among others that were understood, and is not.
    Foreign(RecordError),
    EmptyList,
    /// What a document around what was found says of itself.
    Document(PartialDocument),
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Nothing,
    TooDeep,
    Found,
}

impl Outcome {
    fn error(self) -> Option<RecordError> {
        match self {
            Self::Nothing => Some(RecordError::NotARecord),
            Self::TooDeep => Some(RecordError::TooDeep),
            Self::Found => None,
        }
    }
}

/// One search, of a value and all below it.
struct Search<'f> {
    found: &'f mut dyn FnMut(Found),
    /// What is packed within what was packed is not looked for.
    is_unpacked: bool,
    /// Bytes that may still come out of packed strings.
    left: u64,
}

/// Hands everything in `value` to `found`, which stands `depth` levels below the beginning of its stream.
///
/// # Errors
/// Where nothing is in it, or it is no JSON.
pub fn search(value: &[u8], depth: usize, found: &mut dyn FnMut(Found)) -> Result<(), RecordError> {
    let text = std::str::from_utf8(value).map_err(|_| RecordError::NotUtf8)?;
    let mut search = Search {
        found,
        is_unpacked: false,
        left: value.len() as u64 * MOST_OF_A_BYTE,
    };
    let Some(error) = search_below(text, depth, &mut search).error() else {
        return Ok(());
    };
    let json = serde_json::from_str::<IgnoredAny>(text);
    Err(json.map_or_else(|error| RecordError::NotJson(error.to_string()), |_| error))
}

/// Whether `begin`, the beginning of an object, is that of a record or of a digest, which is worth keeping whole.
pub fn begins_record(begin: &[u8]) -> bool {
    // it is cut off, perhaps within a character: what was seen until then counts
    let begin = match std::str::from_utf8(begin) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(begin.get(..error.valid_up_to()).unwrap_or_default())
            .unwrap_or_default(),
    };
    let mut keys = RecordKeys::default();
    each_member(begin, |key, value| keys.see(key, value));
    // what follows the version may be cut off
    keys.has_version && !keys.is_notification || keys.is_record() || keys.is_whole
}

fn search_below(value: &str, depth: usize, search: &mut Search<'_>) -> Outcome {
    match value.as_bytes().first() {
        Some(b'{' | b'[') if depth > DEEPEST && value.contains("eventVersion") => {
            (search.found)(Found::Damaged(RecordError::TooDeep));
            Outcome::Found
        }
        Some(b'{' | b'[') if depth > DEEPEST => Outcome::TooDeep,
        Some(b'{') if let Some(Ok(event)) = plain_record(value.as_bytes()) => {
            (search.found)(Found::Record(event));
            Outcome::Found
        }
        Some(b'{') => search_object(value, depth, search),
        Some(b'[') => search_list(value, depth, false, search),
        Some(b'"') => search_string(value, depth, search),
        _ => Outcome::Nothing,
    }
}

/// What the keys of an object make of it.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers a question about the keys"
)]
struct RecordKeys {
    has_version: bool,
    has_time: bool,
    has_name: bool,
    members: usize,
    is_lower: bool,
    is_notification: bool,
    may_be_known: bool,
    /// A digest or a report: it holds no records, however large it is.
    is_whole: bool,
    has_empty_list: bool,
}

impl RecordKeys {
    fn see(&mut self, key: &[u8], value: &str) {
        let is_text = value.starts_with('"');
        self.members += 1;
        match key {
            b"eventVersion" => self.has_version |= is_text,
            b"eventTime" => self.has_time |= is_text,
            b"eventName" => self.has_name |= is_text,
            b"eventSource" => self.is_notification |= value.starts_with("\"aws:"),
            b"eventversion" | b"eventtime" | b"eventname" => self.is_lower = true,
            b"digestS3Object" | b"tool" => self.is_whole = true,
            _ => {}
        }
        let is = |name: &&str| name.as_bytes() == key;
        self.may_be_known |= KEYS.iter().any(is) && value != r#""DATA_MESSAGE""#;
        self.has_empty_list |= LISTS.iter().any(is) && is_empty_list(value);
    }

    /// A version alone is a cell of a table; notifications of S3 and Kinesis have such fields, too.
    fn is_record(&self) -> bool {
        let is_versioned = self.has_version && self.members > 1;
        !self.is_notification && (is_versioned || self.has_time && self.has_name)
    }
}

fn is_empty_list(value: &str) -> bool {
    let inner = value
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.trim_ascii().is_empty())
}

fn search_object(object: &str, depth: usize, search: &mut Search<'_>) -> Outcome {
    let mut keys = RecordKeys::default();
    let (mut below, mut document) = (Vec::new(), PartialDocument::default());
    let is_whole = each_member(object, |key, value| {
        keys.see(key, value);
        document.see(key, value);
        if value.starts_with(['{', '[', '"']) && !is_chosen(key) {
            below.push(value);
        }
    });
    if keys.is_record() {
        (search.found)(read_record(object));
        return Outcome::Found;
    }
    let below = below.into_iter();
    let outcome = below
        .map(|value| search_below(value, depth + 1, search))
        .max();
    let mut outcome = outcome.unwrap_or(Outcome::Nothing);
    if !is_whole {
        outcome = outcome.max(lost_in(object, search));
    }
    // a document that says that it is no call may hide records, so that it is believed last
    if outcome == Outcome::Nothing
        && keys.may_be_known
        && let Ok(json) = tree::of(object)
        && let Some(kind) = NoCallKind::of_document(&json)
    {
        (search.found)(Found::NoCall(NoCall::new(kind, json)));
        return Outcome::Found;
    }
    match outcome {
        Outcome::Nothing if keys.is_lower => (search.found)(Found::Damaged(RecordError::LowerCase)),
        Outcome::Nothing if keys.has_empty_list => (search.found)(Found::EmptyList),
        Outcome::Found => {}
        outcome => return outcome,
    }
    (search.found)(Found::Document(document));
    Outcome::Found
}

fn read_record(record: &str) -> Found {
    match Event::parse(record.as_bytes()) {
        Ok(event) => Found::Record(event),
        Err(error) => Found::Damaged(error),
    }
}

/// Whether what stands below `key` is what a caller chose. Exports write `request_parameters`, and join steps by dots.
pub fn is_chosen(key: &[u8]) -> bool {
    key.split(|byte| matches!(byte, b'.' | b'{')).any(|step| {
        let letters = step.iter().filter(|byte| **byte != b'_');
        let letters = letters.map(u8::to_ascii_lowercase);
        CHOSEN.iter().any(|name| name.bytes().eq(letters.clone()))
    })
}

/// The items of a list are values of their own: where one is understood, another that is not is missing. Not so where
/// the list is a row of a table: there they are its cells.
fn search_list(list: &str, depth: usize, is_row: bool, search: &mut Search<'_>) -> Outcome {
    let mut all = Outcome::Nothing;
    let (mut foreign, mut too_deep) = (0, 0);
    let is_whole = each_item(list, |item| {
        let outcome = match item.as_bytes().first() {
            Some(b'[') if depth < DEEPEST => search_list(item, depth + 1, true, search),
            _ => search_below(item, depth + 1, search),
        };
        all = all.max(outcome);
        foreign += usize::from(outcome == Outcome::Nothing);
        too_deep += usize::from(outcome == Outcome::TooDeep);
    });
    if !is_whole {
        all = all.max(lost_in(list, search));
    }
    if all == Outcome::Found && !is_row {
        for _ in 0..foreign {
            (search.found)(Found::Foreign(RecordError::NotARecord));
        }
        for _ in 0..too_deep {
            (search.found)(Found::Foreign(RecordError::TooDeep));
        }
    }
    all
}

/// Whether a value that holds no record is a cell of a table, as queries give them: one field, or its name and value.
pub fn is_cell(value: &[u8]) -> bool {
    let (mut members, mut is_pair, mut is_flat) = (0, false, true);
    let is_object = std::str::from_utf8(value).is_ok_and(|text| {
        each_member(text, |key, value| {
            members += 1;
            is_pair |= key == b"field";
            let text = value.trim_start_matches('"');
            is_flat &= !(is_packed(text) || text.starts_with(['{', '[']));
        })
    });
    is_object && is_flat && (members == 1 || (is_pair && members == 2))
}

/// A string may hold JSON, one value or several, or such text compressed, as a subscription of CloudWatch Logs has it.
fn search_string(string: &str, depth: usize, search: &mut Search<'_>) -> Outcome {
    // cheaper than decoding it
    let begin = string.get(1..).unwrap_or_default();
    let is_packed = is_packed(begin);
    let is_json = || {
        begin
            .trim_start_matches(['\\', 'n', 'r', 't', ' ', '\n'])
            .starts_with(['{', '[', '"'])
    };
    if is_packed && search.is_unpacked || !is_packed && !is_json() {
        return Outcome::Nothing;
    }
    let Ok(JsonText(text)) = serde_json::from_str(string) else {
        return Outcome::Nothing;
    };
    if !is_packed {
        return String::from_utf8(text).map_or(Outcome::Nothing, |text| {
            search_text(&text, depth + 1, search)
        });
    }
    match unpacked(&text, search) {
        Some(text) => {
            search.is_unpacked = true;
            let outcome = search_text(&text, depth + 1, search);
            search.is_unpacked = false;
            outcome
        }
        // so long a text is no name that begins so
        None if !is_json_in_base64(begin) && text.len() >= SHORTEST_PACKED => {
            (search.found)(Found::Damaged(RecordError::NotUnpacked));
            Outcome::Found
        }
        None => Outcome::Nothing,
    }
}

fn is_json_in_base64(text: &str) -> bool {
    JSON_IN_BASE64.iter().any(|begin| text.starts_with(begin))
}

fn is_packed(text: &str) -> bool {
    text.starts_with(GZIP_IN_BASE64) || text.starts_with(ZSTD_IN_BASE64) || is_json_in_base64(text)
}

fn unpacked(text: &[u8], search: &mut Search<'_>) -> Option<String> {
    let packed = STANDARD.decode(text).ok()?;
    if text.starts_with(ZSTD_IN_BASE64.as_bytes()) {
        return None;
    }
    if !text.starts_with(GZIP_IN_BASE64.as_bytes()) {
        return String::from_utf8(packed).ok();
    }
    let mut text = String::new();
    let mut unpacked = MultiGzDecoder::new(packed.as_slice()).take(search.left);
    let read = unpacked.read_to_string(&mut text);
    search.left = search.left.saturating_sub(text.len() as u64);
    read.is_ok().then_some(text).filter(|_| search.left > 0)
}

/// The values of a text, one after another.
fn search_text(text: &str, depth: usize, search: &mut Search<'_>) -> Outcome {
    // nearly all are one record
    if let Some(Ok(event)) = plain_record(text.as_bytes()) {
        if depth > DEEPEST {
            return Outcome::TooDeep;
        }
        (search.found)(Found::Record(event));
        return Outcome::Found;
    }
    let mut outcome = Outcome::Nothing;
    let mut at = skip_space(text, 0);
    while let Some(value) = value_at(text, at).filter(|value| value.starts_with(['{', '[', '"'])) {
        outcome = outcome.max(search_below(value, depth, search));
        at = skip_space(text, at + value.len());
    }
    let rest = text.get(at..).unwrap_or_default();
    outcome.max(lost_in(rest, search))
}

/// Of what cannot be read on: any text may begin with a bracket, but some was a record.
fn lost_in(text: &str, search: &mut Search<'_>) -> Outcome {
    if !text.contains("eventVersion") {
        return Outcome::Nothing;
    }
    let error = serde_json::from_str::<IgnoredAny>(text).err();
    let why = error.map_or_else(String::new, |error| error.to_string());
    (search.found)(Found::Damaged(RecordError::NotJson(why)));
    Outcome::Found
}

/// The record that `value` is, where its first key says so, as in nearly every trail file.
pub fn plain_record(value: &[u8]) -> Option<Result<Event, RecordError>> {
    let begin = value.strip_prefix(b"{")?.trim_ascii_start();
    let parsed = begin
        .starts_with(b"\"eventVersion\"")
        .then(|| Event::parse(value))?;
    parsed.as_ref().map_or(true, is_plain).then_some(parsed)
}

/// Whether an event whose first key is its version is a record: the version alone makes none, nor does a notification.
pub fn is_plain(event: &Event) -> bool {
    let source = event.source();
    event.members() > 1 && !source.is_some_and(|source| source.starts_with("aws:"))
}
