//! A document that is too large to be kept, as its members come: which are looked at, and what it says of itself.

use std::mem;

use super::members::each_member;
use super::partial::PartialDocument;
use super::unwrap::is_chosen;

/// Longer than any key that is known.
const LONGEST_KEY: usize = 64;

/// What comes next within a document's object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DuePart {
    #[default]
    Key,
    Value,
    /// A value in which no records are looked for.
    ChosenValue,
    /// A list that answers and trail files have.
    NamedList,
}

#[derive(Debug, Default)]
pub struct DocumentMembers {
    pub due: DuePart,
    /// Of the value that is due, where it may be known.
    key: Vec<u8>,
    /// What the document at hand says, and what those before it said.
    said: PartialDocument,
    said_before: PartialDocument,
}

impl DocumentMembers {
    /// Goes on to the value of `key`, a string with its quotes.
    pub fn key(&mut self, key: &[u8]) {
        let key = key.strip_prefix(b"\"").unwrap_or(key);
        let key = key.strip_suffix(b"\"").unwrap_or(key);
        self.said.see(key, "");
        self.key.clear();
        if key.len() <= LONGEST_KEY {
            self.key.extend_from_slice(key);
        }
        self.due = match key {
            b"Records" | b"Events" => DuePart::NamedList,
            key if is_chosen(key) => DuePart::ChosenValue,
            _ => DuePart::Value,
        };
    }

    /// Takes the value of the key that was met last.
    pub fn value(&mut self, value: &[u8]) {
        if let Ok(value) = std::str::from_utf8(value) {
            self.said.see(&self.key, value);
        }
    }

    /// Takes the members that stand before a list, from the bracket of their object on to the key of the list.
    pub fn before_list(&mut self, begin: &[u8]) {
        let begin = String::from_utf8_lossy(begin);
        let said = &mut self.said;
        each_member(&begin, |key, value| said.see(key, value));
        if begin
            .trim_end_matches([':', ' ', '\t', '\r', '\n'])
            .ends_with("\"Events\"")
        {
            said.see(b"Events", "");
        }
    }

    /// Its object ends.
    pub fn end(&mut self) {
        self.said_before.merge(mem::take(&mut self.said));
    }

    /// What all documents of the stream said.
    pub fn into_said(mut self) -> PartialDocument {
        self.end();
        self.said_before
    }
}
