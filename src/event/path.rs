//! Dotted paths into a record: how detections, pivots, columns and messages name a value.
//!
//! A path steps through arrays (`items.ipRanges.items.cidrIp` visits every address range); a `null` counts as
//! absent. What a value means, and how it is compared, is the business of the rooms that use it.

use std::fmt;

use serde_json::Value;
use strum::VariantArray;

use super::Event;
use super::glance::{Noted, NotedValue};

/// A parsed dotted path such as `userIdentity.accessKeyId`. Names are matched exactly, case included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldPath {
    text: Box<str>,
    /// What it is of a glance, where it is noted there.
    noted: Option<Noted>,
    steps: Box<[Box<str>]>,
}

impl FieldPath {
    /// Parses `text`. Every text is a path; an empty step just never matches.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            noted: Noted::VARIANTS
                .iter()
                .find(|field| field.into_str() == text)
                .copied(),
            steps: text.split('.').map(Into::into).collect(),
        }
    }

    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What a glance at `event` tells of this path; none where the tree must tell.
    pub fn noted<'e>(&self, event: &'e Event) -> Option<NotedValue<'e>> {
        event.noted(self.noted?)
    }

    /// Every value at this path that is not `null`; arrays on the way, and at the end, are stepped through.
    pub fn values<'a>(&self, root: &'a Value) -> Vec<&'a Value> {
        let mut found = Vec::new();
        self.any(root, |value| {
            found.push(value);
            false
        });
        found
    }

    /// The first value at this path.
    pub fn first<'a>(&self, root: &'a Value) -> Option<&'a Value> {
        let mut first = None;
        self.any(root, |value| {
            first = Some(value);
            true
        });
        first
    }

    /// Whether `test` holds for any value at this path; stops at the first for which it does.
    pub fn any<'a>(&self, root: &'a Value, mut test: impl FnMut(&'a Value) -> bool) -> bool {
        walk(root, &self.steps, &mut test)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn walk<'a>(
    value: &'a Value,
    steps: &[Box<str>],
    test: &mut impl FnMut(&'a Value) -> bool,
) -> bool {
    match (value, steps.split_first()) {
        (Value::Null, _) => false,
        (Value::Array(items), _) => items.iter().any(|item| walk(item, steps, test)),
        (_, None) => test(value),
        (Value::Object(fields), Some((step, rest))) => fields
            .get(&**step)
            .is_some_and(|inner| walk(inner, rest, test)),
        _ => false,
    }
}

/// A value as text: strings as they are, numbers and booleans as JSON writes them, objects as compact JSON.
pub fn text_of(value: &Value) -> std::borrow::Cow<'_, str> {
    match value {
        Value::String(text) => text.as_str().into(),
        other => other.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn steps_through_arrays_and_empty_lists_written_as_objects() {
        let record = json!({"items": [
            {"ipRanges": {"items": [{"cidrIp": "10.0.0.0/8"}, {"cidrIp": "0.0.0.0/0"}]}},
            {"ipRanges": {}},
        ]});
        let found = FieldPath::new("items.ipRanges.items.cidrIp").values(&record);
        assert_eq!(found, [&json!("10.0.0.0/8"), &json!("0.0.0.0/0")]);
    }

    #[test]
    fn null_is_absent() {
        assert_eq!(
            FieldPath::new("a.b").first(&json!({"a": {"b": null}})),
            None
        );
        assert_eq!(FieldPath::new("a.b").first(&json!({"a": null})), None);
    }
}
