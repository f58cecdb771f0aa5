//! Records below a value that is none: other services and tools wrap them, in objects, lists and strings that hold JSON.
//!
//! Nothing here knows the wrappings by name. A value is searched level by level, without building its tree, so that
//! what is found is still the text that was delivered. What lies below a record's own fields is what a caller chose
//! to send, and is never taken for a record.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::event::no_call::{KEYS, NoCall, NoCallKind};
use crate::event::{Event, RecordError, tree};

/// So many levels below a value of the stream are searched; a list, an object and a string each are one.
const DEEPEST: usize = 8;

/// How much may come out of a gzip'd string: of each of its bytes, and in any case.
const MOST_OF_A_BYTE: u64 = 200;
const MOST_IN_ANY_CASE: u64 = 64 << 10;

/// Base64 of gzip begins so.
const GZIP_IN_BASE64: &str = "H4sI";

/// Fields of a record whose content a caller chose, in lower case and without `_`; exports write them as they like.
const CHOSEN: [&str; 9] = [
    "useridentity",
    "requestparameters",
    "responseelements",
    "additionaleventdata",
    "serviceeventdetails",
    "useragent",
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
    Record(Event),
    NoCall(NoCall),
    /// It should be a record, and cannot be read.
    Damaged(RecordError),
    /// A value that stands among others that were understood, and is not.
    Foreign(RecordError),
    EmptyList,
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

/// Hands everything in `value` to `found`, which stands `depth` levels below the beginning of its stream.
///
/// # Errors
/// Where nothing is in it, or it is no JSON.
pub fn search(value: &[u8], depth: usize, found: &mut dyn FnMut(Found)) -> Result<(), RecordError> {
    let text = std::str::from_utf8(value).map_err(|_| RecordError::NotUtf8)?;
    // an object is read in any case, and says itself where it is none
    if !text.starts_with('{') {
        serde_json::from_str::<IgnoredAny>(text).map_err(not_json)?;
    }
    search_below(text, depth, found).error().map_or(Ok(()), Err)
}

#[expect(clippy::needless_pass_by_value, reason = "an adapter for map_err")]
fn not_json(error: serde_json::Error) -> RecordError {
    RecordError::NotJson(error.to_string())
}

/// Whether `begin`, the beginning of an object, is that of a record or of a digest, which is worth keeping whole.
pub fn begins_record(begin: &[u8]) -> bool {
    let mut keys = RecordKeys::default();
    // it is cut off: what was seen until then counts
    let _ = each_member(begin, |key, value| keys.see(key, value));
    keys.is_record() || keys.is_whole
}

fn search_below(value: &str, depth: usize, found: &mut dyn FnMut(Found)) -> Outcome {
    match value.as_bytes().first() {
        Some(b'{' | b'[') if depth > DEEPEST => Outcome::TooDeep,
        Some(b'{') => search_object(value, depth, found),
        Some(b'[') => search_list(value, depth, false, found),
        Some(b'"') => search_string(value, depth, found),
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
    is_lower: bool,
    may_be_known: bool,
    /// A digest or a report: it holds no records, however large it is.
    is_whole: bool,
    has_empty_list: bool,
}

impl RecordKeys {
    fn see(&mut self, key: &[u8], value: &str) {
        let is_text = value.starts_with('"');
        match key {
            b"eventVersion" => self.has_version |= is_text,
            b"eventTime" => self.has_time |= is_text,
            b"eventName" => self.has_name |= is_text,
            b"eventversion" | b"eventtime" | b"eventname" => self.is_lower = true,
            b"digestS3Object" | b"tool" => self.is_whole = true,
            _ => {}
        }
        let is = |name: &&str| name.as_bytes() == key;
        self.may_be_known |= KEYS.iter().any(is);
        self.has_empty_list |= LISTS.iter().any(is) && is_empty_list(value);
    }

    fn is_record(&self) -> bool {
        self.has_version || (self.has_time && self.has_name)
    }
}

fn is_empty_list(value: &str) -> bool {
    let inner = value
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.trim_ascii().is_empty())
}

fn search_object(object: &str, depth: usize, found: &mut dyn FnMut(Found)) -> Outcome {
    let mut keys = RecordKeys::default();
    if let Err(error) = each_member(object.as_bytes(), |key, value| keys.see(key, value)) {
        found(Found::Damaged(not_json(error)));
        return Outcome::Found;
    }
    let known = || {
        let json = tree::of(object).ok().filter(|_| keys.may_be_known)?;
        Some(NoCall::new(NoCallKind::of_document(&json)?, json))
    };
    let itself = if keys.is_record() {
        Some(read_record(object))
    } else {
        known().map(Found::NoCall)
    };
    let mut outcome = Outcome::Nothing;
    if itself.is_none() {
        let _ = each_member(object.as_bytes(), |key, value| {
            if !is_chosen(key) {
                outcome = outcome.max(search_below(value, depth + 1, found));
            }
        });
    }
    let instead = match outcome {
        Outcome::Nothing if keys.is_lower => Some(Found::Damaged(RecordError::LowerCase)),
        Outcome::Nothing if keys.has_empty_list => Some(Found::EmptyList),
        _ => None,
    };
    match itself.or(instead) {
        Some(value) => {
            found(value);
            Outcome::Found
        }
        None => outcome,
    }
}

fn read_record(record: &str) -> Found {
    match Event::parse(record.as_bytes()) {
        Ok(event) => of_event(event),
        Err(error) => Found::Damaged(error),
    }
}

/// A record is of a call, or says that it is none.
pub fn of_event(event: Event) -> Found {
    match NoCallKind::of_record(event.json()) {
        Some(kind) => Found::NoCall(NoCall::new(kind, event.into_json())),
        None => Found::Record(event),
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
fn search_list(list: &str, depth: usize, is_row: bool, found: &mut dyn FnMut(Found)) -> Outcome {
    let mut all = Outcome::Nothing;
    let (mut foreign, mut too_deep) = (0, 0);
    let _ = each_item(list, |item| {
        let outcome = match item.as_bytes().first() {
            Some(b'[') if depth < DEEPEST => search_list(item, depth + 1, true, found),
            _ => search_below(item, depth + 1, found),
        };
        all = all.max(outcome);
        foreign += usize::from(outcome == Outcome::Nothing);
        too_deep += usize::from(outcome == Outcome::TooDeep);
    });
    if all == Outcome::Found && !is_row {
        for _ in 0..foreign {
            found(Found::Foreign(RecordError::NotARecord));
        }
        for _ in 0..too_deep {
            found(Found::Foreign(RecordError::TooDeep));
        }
    }
    all
}

/// Whether a value that holds no record is a cell of a table, as queries give them: one field, or its name and value.
pub fn is_cell(value: &[u8]) -> bool {
    let (mut members, mut is_pair, mut is_flat) = (0, false, true);
    let read = each_member(value, |key, value| {
        members += 1;
        is_pair |= key == b"field";
        is_flat &= !value.starts_with(['{', '[']);
    });
    read.is_ok() && is_flat && (members == 1 || (is_pair && members == 2))
}

/// A string may hold JSON, one value or several, or such text compressed, as a subscription of CloudWatch Logs has it.
fn search_string(string: &str, depth: usize, found: &mut dyn FnMut(Found)) -> Outcome {
    // cheaper than decoding it
    let begin = string.get(1..).unwrap_or_default();
    let is_packed = begin.starts_with(GZIP_IN_BASE64);
    let is_json = || {
        begin
            .trim_start_matches(['\\', 'n', 'r', 't', ' ', '\n'])
            .starts_with(['{', '[', '"'])
    };
    if !is_packed && !is_json() {
        return Outcome::Nothing;
    }
    let Ok(JsonText(text)) = serde_json::from_str(string) else {
        return Outcome::Nothing;
    };
    let text = if is_packed {
        unpacked(&text)
    } else {
        String::from_utf8(text).ok()
    };
    text.map_or(Outcome::Nothing, |text| {
        search_text(&text, depth + 1, found)
    })
}

/// What was packed once more within is not looked for: nobody but an attacker packs so.
fn unpacked(text: &[u8]) -> Option<String> {
    let packed = STANDARD.decode(text).ok()?;
    let most = packed.len() as u64 * MOST_OF_A_BYTE + MOST_IN_ANY_CASE;
    let mut text = String::new();
    let mut unpacked = MultiGzDecoder::new(packed.as_slice()).take(most);
    unpacked.read_to_string(&mut text).ok()?;
    let is_packed_again = text.contains(&format!("\"{GZIP_IN_BASE64}"));
    (!is_packed_again).then_some(text)
}

fn search_text(text: &str, depth: usize, found: &mut dyn FnMut(Found)) -> Outcome {
    let mut outcome = Outcome::Nothing;
    for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        match value {
            Ok(value) => outcome = outcome.max(search_below(value.get(), depth, found)),
            // any text may begin with a bracket; this was a record
            Err(error) if text.contains("\"eventVersion\"") => {
                found(Found::Damaged(RecordError::NotJson(error.to_string())));
                return Outcome::Found;
            }
            Err(_) => return outcome,
        }
    }
    outcome
}

/// Calls `visit` with every key and value of an object, as far as it can be read.
fn each_member(object: &[u8], visit: impl FnMut(&[u8], &str)) -> Result<(), serde_json::Error> {
    serde_json::Deserializer::from_slice(object).deserialize_map(Members(visit))
}

fn each_item(list: &str, visit: impl FnMut(&str)) -> Result<(), serde_json::Error> {
    serde_json::Deserializer::from_str(list).deserialize_seq(Items(visit))
}

struct Members<F>(F);

impl<'de, F: FnMut(&[u8], &str)> Visitor<'de> for Members<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(JsonText(key)) = members.next_key()? {
            // a value that is cut off has still a kind
            let value: &RawValue = members.next_value()?;
            (self.0)(&key, value.get());
        }
        Ok(())
    }
}

struct Items<F>(F);

impl<'de, F: FnMut(&str)> Visitor<'de> for Items<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<&RawValue>()? {
            (self.0)(item.get());
        }
        Ok(())
    }
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
