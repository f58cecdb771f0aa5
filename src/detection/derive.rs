//! The one `LookupEvents` attribute that a detection admits: its server-side superset.
//!
//! Derived from the values that a field *must* take, and never written by hand: AND intersects, OR unions, NOT
//! gives none. A record has one value of each of these fields, so that intersecting is sound; but for the names of
//! resources, of which it has many.

use super::evaluate::tests_in_effect;
use super::pattern::{fold, same};
use super::{
    Anchor, Bindings, Block, Detection, Expand, Expr, Field, FieldTest, Test, VirtualField,
};

/// A lookup attribute key of `LookupEvents` (facts: A2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attribute {
    EventId,
    AccessKeyId,
    EventName,
    EventSource,
    ReadOnly,
    Username,
    ResourceType,
    ResourceName,
}

/// The attributes and values of the lookups that brought an event, as far as they index what is not in the record
/// itself: the server's word that the event has them (facts: A11).
pub type ServerAttributes = [(Attribute, String)];

impl Attribute {
    pub const ALL: [Self; 8] = [
        Self::EventId,
        Self::AccessKeyId,
        Self::EventName,
        Self::EventSource,
        Self::ReadOnly,
        Self::Username,
        Self::ResourceType,
        Self::ResourceName,
    ];

    /// The attributes that index a field of the record itself, the most selective first; the others index
    /// something that is not in the record (facts: A11).
    const DERIVED: [(Self, &'static str); 5] = [
        (Self::EventId, "eventID"),
        (Self::AccessKeyId, "userIdentity.accessKeyId"),
        (Self::EventName, "eventName"),
        (Self::EventSource, "eventSource"),
        (Self::ReadOnly, "readOnly"),
    ];

    /// The attributes that index what a virtual field is made from, as well as they can: only where none of the
    /// others can be derived.
    const BEST_EFFORT: [(Self, &'static str); 2] = [
        (Self::ResourceName, "x.resource"),
        (Self::Username, "x.username"),
    ];

    /// The API's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EventId => "EventId",
            Self::AccessKeyId => "AccessKeyId",
            Self::EventName => "EventName",
            Self::EventSource => "EventSource",
            Self::ReadOnly => "ReadOnly",
            Self::Username => "Username",
            Self::ResourceType => "ResourceType",
            Self::ResourceName => "ResourceName",
        }
    }

    /// Reads the API's spelling, ignoring case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|attribute| attribute.as_str().eq_ignore_ascii_case(text))
    }

    /// The field of the record that the attribute indexes, where there is one.
    pub fn field(self) -> Option<&'static str> {
        Self::DERIVED
            .iter()
            .find(|(attribute, _)| *attribute == self)
            .map(|(_, field)| *field)
    }
}

/// One attribute and the values to look up, each once and in the author's spelling, because the API does not
/// ignore case. No values: nothing can match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    pub attribute: Attribute,
    pub values: Vec<String>,
}

impl Detection {
    /// The attribute whose lookups return every record that matches; `None` where everything must be read.
    pub fn lookup(&self, bindings: &Bindings) -> Option<Derived> {
        Attribute::DERIVED
            .into_iter()
            .chain(Attribute::BEST_EFFORT)
            .find_map(|(attribute, field)| {
                let values = self.required(field, bindings)?;
                Some(Derived { attribute, values })
            })
    }

    /// The values one of which `field` must take in every record that matches, case aside; `None` where it may take
    /// any.
    pub fn required(&self, field: &str, bindings: &Bindings) -> Option<Vec<String>> {
        self.required_by(&self.condition, field, bindings)
    }

    fn required_by(&self, expr: &Expr, field: &str, bindings: &Bindings) -> Option<Vec<String>> {
        let required = |part: &Expr| self.required_by(part, field, bindings);
        match expr {
            Expr::And(parts) => together(field, parts.iter().map(required)),
            Expr::Or(parts) => union(parts.iter().map(required)),
            Expr::Not(_) => None,
            Expr::Selection(index) => required_by(self.selections.get(*index)?, field, bindings),
        }
    }
}

fn required_by(block: &Block, field: &str, bindings: &Bindings) -> Option<Vec<String>> {
    match block {
        Block::All(lines) => together(
            field,
            lines
                .iter()
                .map(|line| required_of_line(line, field, bindings)),
        ),
        Block::Any(blocks) => union(
            blocks
                .iter()
                .map(|block| required_by(block, field, bindings)),
        ),
    }
}

/// The values one of which `field` must take for `line` to hold; `None` for any.
pub(super) fn required_of_line(
    line: &FieldTest,
    field: &str,
    bindings: &Bindings,
) -> Option<Vec<String>> {
    let is_about = match &line.field {
        Field::Path(path) => path.as_str() == field,
        Field::Virtual(known) => VirtualField::named(field) == Some(*known),
        Field::Anywhere => false,
    };
    if !is_about {
        return None;
    }
    let mut tests = tests_in_effect(line, bindings).peekable();
    tests.peek()?;
    let values = tests.map(|test| admitted(test, bindings));
    if line.all {
        together(field, values)
    } else {
        union(values)
    }
}

fn admitted(test: &Test, bindings: &Bindings) -> Option<Vec<String>> {
    let values = match test {
        Test::Text(pattern) => vec![pattern.exact()?.to_owned()],
        Test::Expand(name, Expand::Text(Anchor::Whole, _)) => bindings.values(name).to_vec(),
        _ => return None,
    };
    values
        .iter()
        .all(|value| is_lookup_value(value))
        .then_some(values)
}

/// 1 to 2000 characters, of which `_`, space, comma and line break count twice (facts: A2).
fn is_lookup_value(value: &str) -> bool {
    let length: usize = value
        .chars()
        .map(|c| 1 + usize::from(matches!(c, '_' | ' ' | ',' | '\n')))
        .sum();
    (1..=2000).contains(&length)
}

/// What all of `parts` require of `field` together. Of a field that has several values at once, one part is satisfied
/// by one of them and another by another: the part that leaves fewest.
fn together(field: &str, parts: impl Iterator<Item = Option<Vec<String>>>) -> Option<Vec<String>> {
    if VirtualField::named(field).is_some_and(VirtualField::has_many) {
        return parts.flatten().min_by_key(Vec::len);
    }
    intersection(parts)
}

pub(super) fn intersection(
    parts: impl Iterator<Item = Option<Vec<String>>>,
) -> Option<Vec<String>> {
    parts.flatten().reduce(|mut left, right| {
        left.retain(|value| right.iter().any(|other| same(value, other, false)));
        left
    })
}

pub(super) fn union(parts: impl Iterator<Item = Option<Vec<String>>>) -> Option<Vec<String>> {
    let mut seen = std::collections::HashSet::new();
    let mut all = Vec::new();
    for part in parts {
        all.extend(part?.into_iter().filter(|value| seen.insert(fold(value))));
    }
    Some(all)
}

#[cfg(test)]
#[path = "derive_tests.rs"]
mod tests;
