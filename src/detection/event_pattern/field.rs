//! What a pattern can want of one field, and what `not` and `and` make of that.

use serde_json::{Value, json};

use crate::detection::pattern::{Anchor, PatternPiece, TextPattern};

/// What any of a line's values admits.
#[derive(Debug, Default)]
pub(super) struct Matchers {
    /// That there is no such field, or null in it.
    pub(super) absent: bool,
    /// Whatever there is.
    pub(super) anything: bool,
    values: Vec<Value>,
}

impl Matchers {
    pub(super) fn add(&mut self, value: Value) {
        if !self.values.contains(&value) {
            self.values.push(value);
        }
    }

    /// # Errors
    /// Why the pattern has no counterpart.
    pub(super) fn add_text(&mut self, pattern: &TextPattern) -> Result<(), String> {
        let pieces = pattern.pieces();
        if pieces.contains(&PatternPiece::One) {
            return Err("`?` has no counterpart in event patterns".to_owned());
        }
        let is_json = |piece: &PatternPiece| matches!(piece, PatternPiece::Text(text) if text.contains("\":"));
        if pieces.iter().any(is_json) {
            return Err("an object is compared as JSON, which a pattern cannot".to_owned());
        }
        match pieces.as_slice() {
            [] => self.add("".into()),
            [PatternPiece::Many] => self.anything = true,
            [PatternPiece::Text(text)] => self.add_exact(text),
            [PatternPiece::Text(start), PatternPiece::Many] => self.add(json!({ "prefix": start })),
            [PatternPiece::Many, PatternPiece::Text(end)] => self.add(json!({ "suffix": end })),
            _ => self.add(json!({ "wildcard": wildcard(&pieces) })),
        }
        Ok(())
    }

    /// A text, or what is written like it.
    fn add_exact(&mut self, text: &str) {
        let scalar = serde_json::from_str::<Value>(text).ok();
        let scalar = scalar.filter(|value| value.is_boolean() || value.is_number());
        // what JSON writes otherwise (`1.50`) is text only
        let written = scalar.as_ref().map(Value::to_string);
        if let (Some(scalar), true) = (scalar, written.as_deref() == Some(text)) {
            self.add(scalar);
        }
        self.add(text.into());
    }
}

/// `*` stands for any text; `\` before it, and before itself, for the character.
fn wildcard(pieces: &[PatternPiece]) -> String {
    let piece = |piece: &PatternPiece| match piece {
        PatternPiece::Text(text) => text.replace('\\', r"\\").replace('*', r"\*"),
        PatternPiece::One | PatternPiece::Many => "*".to_owned(),
    };
    pieces.iter().map(piece).collect()
}

/// What a field must be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FieldRequirement {
    /// It may be absent, or null.
    absent: bool,
    present: Present,
}

/// What it must be, where there is one.
#[derive(Debug, Clone, PartialEq)]
enum Present {
    Nothing,
    Anything,
    /// Any of these: values, and matchers as patterns write them.
    Of(Vec<Value>),
    /// None of these.
    But(Vec<Value>),
}

impl FieldRequirement {
    pub(super) fn any_of(matchers: Matchers) -> Self {
        let present = match matchers {
            Matchers { anything: true, .. } => Present::Anything,
            Matchers { values, .. } if values.is_empty() => Present::Nothing,
            Matchers { values, .. } => Present::Of(values),
        };
        Self {
            absent: matchers.absent,
            present,
        }
    }

    /// # Errors
    /// Why that cannot be said.
    pub(super) fn not(self) -> Result<Self, String> {
        let present = match self.present {
            Present::Nothing => Present::Anything,
            Present::Anything => Present::Nothing,
            Present::But(values) => Present::Of(values),
            Present::Of(values) if values.iter().all(can_be_denied) => Present::But(values),
            Present::Of(_) => return Err("`not` goes with texts in event patterns".to_owned()),
        };
        Ok(Self {
            absent: !self.absent,
            present,
        })
    }

    /// Both; `None` where nothing is both, `Err` where no pattern says it.
    pub(super) fn and(&self, other: &Self) -> Result<Option<Self>, ()> {
        use Present::{Anything, But, Nothing, Of};
        let present = match (&self.present, &other.present) {
            (Nothing, _) | (_, Nothing) => Nothing,
            (Anything, one) | (one, Anything) => one.clone(),
            (Of(one), Of(other)) if one == other => Of(one.clone()),
            (Of(one), Of(other)) if are_texts(one) => kept(one, |text| admits(other, text)),
            (Of(one), Of(other)) if are_texts(other) => kept(other, |text| admits(one, text)),
            (Of(one), But(not)) | (But(not), Of(one)) if are_texts(one) => {
                kept(one, |text| !admits(not, text))
            }
            (But(one), But(other)) => But([one.as_slice(), other.as_slice()].concat()),
            (Of(_), Of(_) | But(_)) | (But(_), Of(_)) => return Err(()),
        };
        let absent = self.absent && other.absent;
        Ok((absent || present != Nothing).then_some(Self { absent, present }))
    }

    /// The texts one of which it must be, where they can be told.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        match &self.present {
            Present::Of(values) if !self.absent => values.iter().map(Value::as_str).collect(),
            _ => None,
        }
    }

    /// As the list that stands in a pattern; `None` where it may be anything.
    pub(super) fn values(self) -> Option<Vec<Value>> {
        let mut values = match self.present {
            Present::Anything if self.absent => return None,
            Present::Nothing => Vec::new(),
            Present::Anything => vec![json!({"exists": true})],
            Present::Of(values) => values,
            Present::But(values) => vec![json!({ "anything-but": denied(&values) })],
        };
        if self.absent {
            values.extend([Value::Null, json!({"exists": false})]);
        }
        Some(values)
    }
}

fn kept(texts: &[Value], is_kept: impl Fn(&str) -> bool) -> Present {
    let is_kept = |value: &&Value| value.as_str().is_some_and(&is_kept);
    let kept: Vec<Value> = texts.iter().filter(is_kept).cloned().collect();
    if kept.is_empty() {
        Present::Nothing
    } else {
        Present::Of(kept)
    }
}

fn are_texts(values: &[Value]) -> bool {
    values.iter().all(Value::is_string)
}

/// The kind of a matcher and its text; of a text alone, itself.
fn parts(value: &Value) -> Option<(&str, &str)> {
    if let Some(text) = value.as_str() {
        return Some(("", text));
    }
    let (kind, text) = value.as_object()?.iter().next()?;
    Some((kind, text.as_str()?))
}

/// Whether `anything-but` takes it.
fn can_be_denied(value: &Value) -> bool {
    parts(value).is_some_and(|(kind, _)| matches!(kind, "" | "prefix" | "suffix" | "wildcard"))
}

fn admits(values: &[Value], text: &str) -> bool {
    values.iter().filter_map(parts).any(|part| match part {
        ("", exact) => exact == text,
        ("prefix", start) => text.starts_with(start),
        ("suffix", end) => text.ends_with(end),
        ("wildcard", glob) => {
            // `?` is no wildcard there
            TextPattern::parse(&glob.replace('?', r"\?"), Anchor::Whole, true).matches(text)
        }
        _ => false,
    })
}

/// What `anything-but` takes: texts, or one kind of matcher; several kinds are all written as wildcards.
fn denied(values: &[Value]) -> Value {
    let parts: Vec<(&str, &str)> = values.iter().filter_map(parts).collect();
    let texts = |texts: Vec<Value>| match <[Value; 1]>::try_from(texts) {
        Ok([only]) => only,
        Err(texts) => texts.into(),
    };
    let of_one_kind = (parts.first()).filter(|(kind, _)| parts.iter().all(|(k, _)| k == kind));
    match of_one_kind {
        Some((kind, _)) => {
            let listed = texts(parts.iter().map(|(_, text)| (*text).into()).collect());
            if kind.is_empty() {
                listed
            } else {
                json!({ *kind: listed })
            }
        }
        None => json!({ "wildcard": texts(parts.into_iter().map(as_wildcard).collect()) }),
    }
}

fn as_wildcard((kind, text): (&str, &str)) -> Value {
    let literal = PatternPiece::Text(text.to_owned());
    let pieces = match kind {
        "wildcard" => return text.into(),
        "prefix" => vec![literal, PatternPiece::Many],
        "suffix" => vec![PatternPiece::Many, literal],
        _ => vec![literal],
    };
    wildcard(&pieces).into()
}
