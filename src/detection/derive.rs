//! The one `LookupEvents` attribute that a detection admits: its server-side superset.
//!
//! Derived from the values that a field *must* take, and never written by hand: AND intersects, OR unions, NOT
//! gives none. A record has one value of each of these fields, so that intersecting is sound; but for the names of
//! resources, of which it has many.

use super::evaluate::tests_in_effect;
use super::pattern::{fold, same};
use super::{
    Anchor, Attribute, Bindings, Block, Detection, Expand, Expr, Field, FieldTest, Test,
    VirtualField,
};

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
        Field::Virtual(known) => field.parse() == Ok(*known),
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
    if field.parse().is_ok_and(VirtualField::has_many) {
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
