//! Evaluation of a detection on one record. The hot path: over text, nothing is allocated.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    Bindings, Block, Comparison, Detection, Expand, Expr, Field, FieldTest, ServerAttributes, Test,
    VirtualField, pattern::same,
};
use crate::event::Event;
use crate::event::glance::NotedValue;

impl Detection {
    /// Whether the record is one that the detection describes.
    pub fn matches(&self, event: &Event, bindings: &Bindings) -> bool {
        self.matches_with(event, bindings, &[])
    }

    /// The same, of an event that lookups of these attributes and values brought. Where the attribute indexes what the
    /// record itself cannot tell, the field has that value besides its own: the server's word (facts: A11).
    pub fn matches_with(
        &self,
        event: &Event,
        bindings: &Bindings,
        attributes: &ServerAttributes,
    ) -> bool {
        let record = EvaluatedRecord {
            event,
            bindings,
            attributes,
        };
        self.holds(&self.condition, record)
    }

    fn holds(&self, expr: &Expr, record: EvaluatedRecord) -> bool {
        match expr {
            Expr::And(parts) => parts.iter().all(|part| self.holds(part, record)),
            Expr::Or(parts) => parts.iter().any(|part| self.holds(part, record)),
            Expr::Not(part) => !self.holds(part, record),
            Expr::Selection(index) => self
                .selections
                .get(*index)
                .is_some_and(|block| record.block(block)),
        }
    }
}

#[derive(Clone, Copy)]
struct EvaluatedRecord<'a> {
    event: &'a Event,
    bindings: &'a Bindings,
    attributes: &'a ServerAttributes,
}

impl<'a> EvaluatedRecord<'a> {
    fn block(self, block: &Block) -> bool {
        match block {
            Block::All(lines) => lines.iter().all(|line| self.line(line)),
            Block::Any(blocks) => blocks.iter().any(|block| self.block(block)),
        }
    }

    fn line(self, line: &FieldTest) -> bool {
        let mut tests = tests_in_effect(line, self.bindings).peekable();
        if tests.peek().is_none() {
            return true;
        }
        if line.all {
            tests.all(|test| self.test(&line.field, test))
        } else {
            tests.any(|test| self.test(&line.field, test))
        }
    }

    fn test(self, field: &Field, test: &Test) -> bool {
        if let Field::Path(path) = field
            && let Some(value) = path.noted(self.event)
            && let Some(verdict) = self.noted(test, value)
        {
            return verdict;
        }
        if self.is_nowhere(field, test) {
            return false;
        }
        match test {
            Test::Absent => !self.any(field, &mut |_| true),
            Test::Present => self.any(field, &mut |_| true),
            _ => self.any(field, &mut |value| self.value(test, value)),
        }
    }

    /// Whether no value of the variable that `test` expands is in the record: its text alone is sure of that, often enough
    /// to save most trees.
    fn is_nowhere(self, field: &Field, test: &Test) -> bool {
        let is_text = match field {
            Field::Path(_) | Field::Anywhere => true,
            Field::Virtual(VirtualField::Resource) => {
                self.server_values(VirtualField::Resource).next().is_none()
            }
            Field::Virtual(_) => false,
        };
        match test {
            Test::Expand(name, Expand::Text(..)) if is_text => {
                !self.bindings.may_occur(name, self.event.raw())
            }
            _ => false,
        }
    }

    /// The verdict on what a glance tells of the field; none where the test needs the value itself.
    fn noted(self, test: &Test, value: NotedValue<'_>) -> Option<bool> {
        let text = match value {
            NotedValue::Absent => return Some(matches!(test, Test::Absent)),
            NotedValue::Text(text) => text,
            NotedValue::Flag(true) => "true",
            NotedValue::Flag(false) => "false",
        };
        match test {
            Test::Absent => Some(false),
            Test::Present => Some(true),
            _ => self.text(test, || text.into()),
        }
    }

    /// The verdict of a test of a value's text; none of any other test.
    fn text<'t>(self, test: &Test, text: impl FnOnce() -> Cow<'t, str>) -> Option<bool> {
        match test {
            Test::Text(pattern) => Some(pattern.matches(&text())),
            Test::Regex(regex) => Some(regex.is_match(&text())),
            Test::Expand(name, Expand::Text(anchor, cased)) => {
                Some(self.bindings.any_matches(name, &text(), *anchor, *cased))
            }
            _ => None,
        }
    }

    /// Whether `found` holds for any value of the field that is not null.
    fn any(self, field: &Field, found: &mut dyn FnMut(&Value) -> bool) -> bool {
        match field {
            Field::Path(path) => path.any(self.event.json(), found),
            Field::Virtual(field) => {
                field.any(self.event, self.bindings.timezone(), found)
                    || self.server_values(*field).any(|value| found(&value.into()))
            }
            Field::Anywhere => anywhere(self.event.json(), found),
        }
    }

    /// The values of `field` that the server vouched for.
    fn server_values(self, field: VirtualField) -> impl Iterator<Item = &'a str> {
        let attribute = field.attribute();
        let attributes = self.attributes.iter();
        attributes
            .filter(move |(key, _)| Some(*key) == attribute)
            .map(|(_, value)| value.as_str())
    }

    fn value(self, test: &Test, value: &Value) -> bool {
        if let Some(verdict) = self.text(test, || text_of(value)) {
            return verdict;
        }
        match test {
            Test::Present => true,
            Test::Network(network) => value.as_str().is_some_and(|text| network.contains(text)),
            Test::Compare(comparison, bound) => {
                number_of(value).is_some_and(|number| comparison.holds(number, *bound))
            }
            Test::SameAs(path, cased) => {
                let ours = text_of(value);
                path.any(self.event.json(), |other| {
                    same(&ours, &text_of(other), *cased)
                })
            }
            Test::Expand(name, Expand::Compare(comparison)) => {
                let Some(number) = number_of(value) else {
                    return false;
                };
                let mut bounds = self.bindings.values(name).iter();
                bounds.any(|bound| {
                    number_or_time(bound).is_some_and(|bound| comparison.holds(number, bound))
                })
            }
            Test::Absent | Test::Text(_) | Test::Regex(_) | Test::Expand(_, Expand::Text(..)) => {
                false
            }
        }
    }
}

/// The tests of a line without those of optional parameters that were not given.
pub(super) fn tests_in_effect<'a>(
    line: &'a FieldTest,
    bindings: &'a Bindings,
) -> impl Iterator<Item = &'a Test> {
    line.tests
        .iter()
        .filter(|test| !matches!(test, Test::Expand(name, _) if !bindings.is_given(name)))
}

impl Comparison {
    fn holds(self, number: f64, bound: f64) -> bool {
        match self {
            Self::Greater => number > bound,
            Self::GreaterOrEqual => number >= bound,
            Self::Less => number < bound,
            Self::LessOrEqual => number <= bound,
        }
    }
}

/// Every text, number and boolean in the record.
fn anywhere(value: &Value, found: &mut dyn FnMut(&Value) -> bool) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(|item| anywhere(item, found)),
        Value::Object(fields) => fields.values().any(|inner| anywhere(inner, found)),
        scalar => found(scalar),
    }
}

/// As [`crate::event::path::text_of`], without allocating for booleans.
fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        other => crate::event::path::text_of(other),
    }
}

fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => number_or_time(text.trim()),
        _ => None,
    }
}

/// A number, or a time of day in hours: `18:30` is 18.5.
fn number_or_time(text: &str) -> Option<f64> {
    match text.split_once(':') {
        None => text.parse().ok(),
        Some((hours, minutes)) => {
            let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
            Some(f64::from(hours) + f64::from(minutes) / 60.0)
        }
    }
}

#[cfg(test)]
#[path = "evaluate_tests.rs"]
mod tests;
