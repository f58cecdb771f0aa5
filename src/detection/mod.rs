//! Sigma detection blocks, the one filter language of the tool: read with places in every error, evaluated on
//! records, and reduced to the one attribute that `LookupEvents` takes; and correlations of the events that they
//! match. No IO, no async, no clock.
//!
//! What a block means:
//! - `null` equals absent. Text ignores case unless `cased`; `*` and `?` are wildcards; numbers and booleans match
//!   their text; an array matches if any element does; an object is compared as compact JSON.
//! - A list of values is OR, or AND with `all`. A selection that is a list of mappings is OR; one of plain texts
//!   matches any record in which one of them occurs.
//! - `%name%` with `expand` is any value bound to the name, as literal text. An optional parameter that is not given
//!   drops out, and with its last value the line; what is left without lines is true.

mod attribute;
mod bindings;
mod calls;
mod condition;
pub mod correlation;
mod derive;
mod evaluate;
pub mod event_pattern;
pub mod field_names;
mod index;
mod modifiers;
mod parse;
mod pattern;
pub mod suggest;
mod virtual_fields;
pub mod yaml;

#[cfg(test)]
mod reference_tests;

use regex::Regex;

use crate::event::{FieldPath, Network};
use condition::Expr;
use pattern::{Anchor, TextPattern};
use virtual_fields::VirtualField;

pub use attribute::{Attribute, ServerAttributes};
pub use bindings::Bindings;
pub use calls::Calls;
pub use correlation::{Correlation, CorrelationWatch, Incident};
pub use derive::Derived;
pub use index::DetectionIndex;
pub use modifiers::placeholder_name;
pub use pattern::is_like;
pub use virtual_fields::values_of;
pub use yaml::{FilePosition, Problem};

/// A detection, ready to be evaluated. Made by [`Detection::parse`].
#[derive(Debug, Clone)]
pub struct Detection {
    selections: Vec<Block>,
    condition: Expr,
    placeholders: Vec<Placeholder>,
}

/// `%name%`, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    pub name: String,
    pub place: FilePosition,
}

impl Detection {
    /// Every name that the detection expands.
    pub fn placeholders(&self) -> &[Placeholder] {
        &self.placeholders
    }
}

/// A selection, or one item of it.
#[derive(Debug, Clone)]
enum Block {
    All(Vec<FieldTest>),
    Any(Vec<Block>),
}

/// `field|modifiers: values`.
#[derive(Debug, Clone)]
struct FieldTest {
    field: Field,
    tests: Vec<Test>,
    /// Every value must match (`all`), not just one.
    all: bool,
}

#[derive(Debug, Clone)]
enum Field {
    Path(FieldPath),
    Virtual(VirtualField),
    /// Keywords: every value of the record.
    Anywhere,
}

/// What one value asks of a field.
#[derive(Debug, Clone)]
enum Test {
    /// `null`, or `exists: false`.
    Absent,
    Present,
    Text(TextPattern),
    Regex(Regex),
    Network(Network),
    Compare(Comparison, f64),
    SameAs(FieldPath, /* cased */ bool),
    Expand(Box<str>, Expand),
}

/// How the values of `%name%` are compared.
#[derive(Debug, Clone, Copy)]
enum Expand {
    Text(Anchor, /* cased */ bool),
    Compare(Comparison),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}
