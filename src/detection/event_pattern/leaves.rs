//! Patterns laid flat: for each path the list of what may stand there. So they can be compared, and put together.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A pattern, flat: `detail.userIdentity.type` -> `["Root"]`. All of its leaves must be met, each by any of its values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Leaves(BTreeMap<String, Vec<Value>>);

impl Leaves {
    /// The leaves of a pattern without `$or`.
    pub fn of(pattern: &Value) -> Self {
        let mut leaves = Self::default();
        leaves.add("", pattern);
        leaves
    }

    fn add(&mut self, path: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, inner) in fields {
                    let path = match path {
                        "" => name.clone(),
                        path => format!("{path}.{name}"),
                    };
                    self.add(&path, inner);
                }
            }
            Value::Array(values) => self.set(path, values.clone()),
            scalar => self.set(path, vec![scalar.clone()]),
        }
    }

    pub fn set(&mut self, path: &str, values: Vec<Value>) {
        self.0.insert(path.to_owned(), values);
    }

    pub fn get(&self, path: &str) -> Option<&[Value]> {
        self.0.get(path).map(Vec::as_slice)
    }

    pub fn remove(&mut self, path: &str) -> Option<Vec<Value>> {
        self.0.remove(path)
    }

    /// Those below the field `name`, as if it were all.
    #[must_use]
    pub fn below(&self, name: &str) -> Self {
        let inner = |path: &String| Some(path.strip_prefix(name)?.strip_prefix('.')?.to_owned());
        let leaves = self.0.iter();
        Self(
            leaves
                .filter_map(|(path, values)| Some((inner(path)?, values.clone())))
                .collect(),
        )
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether every event that meets `other` meets this, as far as lists can tell.
    pub fn covers(&self, other: &Self) -> bool {
        self.0.iter().all(|(path, values)| {
            let narrower = other.0.get(path);
            narrower.is_some_and(|narrower| narrower.iter().all(|value| values.contains(value)))
        })
    }

    /// Takes in `other`, where both differ in the values at one path at most, and that is `at` if given; whether
    /// they do.
    fn take_in(&mut self, other: &Self, at: Option<&str>) -> bool {
        if !self.0.keys().eq(other.0.keys()) {
            return false;
        }
        let differ = |path: &&String| self.0.get(*path) != other.0.get(*path);
        let mut differing = self.0.keys().filter(differ);
        let path = match (differing.next(), differing.next()) {
            (None, _) => return true,
            (Some(path), None) if at.is_none_or(|at| at == path) => path.clone(),
            _ => return false,
        };
        if let (Some(values), Some(more)) = (self.0.get_mut(&path), other.0.get(&path)) {
            let new: Vec<Value> = (more.iter())
                .filter(|value| !values.contains(value))
                .cloned()
                .collect();
            values.extend(new);
        }
        true
    }

    /// As EventBridge takes it.
    pub fn nested(&self) -> Map<String, Value> {
        let mut pattern = Map::new();
        for (path, values) in &self.0 {
            nest(&mut pattern, path, values);
        }
        pattern
    }

    /// A field that is wanted both as a value and as an object: no event is both.
    pub(super) fn contradiction(&self) -> Option<&str> {
        let paths = || self.0.keys().map(String::as_str);
        let is_above = |above: &str| {
            let mut inner = paths().filter_map(|path| path.strip_prefix(above));
            inner.any(|rest| rest.starts_with('.'))
        };
        paths().find(|path| is_above(path))
    }
}

fn nest(map: &mut Map<String, Value>, path: &str, values: &[Value]) {
    let Some((outer, rest)) = path.split_once('.') else {
        map.insert(path.to_owned(), values.into());
        return;
    };
    let inner = map.entry(outer).or_insert_with(|| Map::new().into());
    if let Some(inner) = inner.as_object_mut() {
        nest(inner, rest, values);
    }
}

/// The same as fewer patterns: those that others cover are left out, and those that differ in one place are one,
/// calls of one service before anything else.
pub fn merged(patterns: Vec<Leaves>) -> Vec<Leaves> {
    let by_call = united(patterns, Some("detail.eventName"));
    let mut few = united(by_call, None);
    let mut at = 0;
    while at < few.len() {
        let is_covered = few.get(at).is_some_and(|narrow| {
            let others = few.iter().enumerate().filter(|(other, _)| *other != at);
            others.into_iter().any(|(_, wide)| wide.covers(narrow))
        });
        if is_covered {
            few.remove(at);
        } else {
            at += 1;
        }
    }
    few
}

/// The patterns, those as one that differ only at `at`, or in any one place.
fn united(patterns: Vec<Leaves>, at: Option<&str>) -> Vec<Leaves> {
    let mut few: Vec<Leaves> = Vec::new();
    for pattern in patterns {
        if !few.iter_mut().any(|known| known.take_in(&pattern, at)) {
            few.push(pattern);
        }
    }
    few
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn leaves(patterns: &[Value]) -> Vec<Leaves> {
        patterns.iter().map(Leaves::of).collect()
    }

    fn merge(patterns: &[Value]) -> Vec<Value> {
        let merged = merged(leaves(patterns));
        merged.iter().map(|leaves| leaves.nested().into()).collect()
    }

    #[test]
    fn a_pattern_is_the_same_flat_and_nested() {
        let pattern =
            json!({"source": ["a"], "detail": {"x": {"y": ["1"], "z": [{"prefix": "2"}]}}});
        let flat = Leaves::of(&pattern);
        assert_eq!(
            flat.paths().collect::<Vec<_>>(),
            ["detail.x.y", "detail.x.z", "source"]
        );
        assert_eq!(
            Value::from(flat.nested()),
            json!({"detail": pattern["detail"], "source": ["a"]})
        );
        assert_eq!(
            Value::from(flat.below("detail").nested()),
            pattern["detail"]
        );
        assert_eq!(flat.contradiction(), None);
        assert_eq!(
            Leaves::of(&json!({"a": ["1"], "a.b": ["2"]})).contradiction(),
            Some("a")
        );
        assert_eq!(
            Leaves::of(&json!({"a": ["1"], "ab": ["2"]})).contradiction(),
            None
        );
    }

    #[test]
    fn patterns_that_differ_in_one_place_are_one() {
        let of = |name: &str, x: &str| json!({"detail": {"eventName": [name], "x": [x]}});
        assert_eq!(
            merge(&[of("A", "1"), of("B", "1")]),
            [json!({"detail": {"eventName": ["A", "B"], "x": ["1"]}})]
        );
        assert_eq!(
            merge(&[of("A", "1"), of("A", "2")]),
            [json!({"detail": {"eventName": ["A"], "x": ["1", "2"]}})]
        );
        assert_eq!(
            merge(&[of("A", "1"), of("B", "2")]).len(),
            2,
            "A with 2 is in neither"
        );
        assert_eq!(merge(&[of("A", "1"), of("A", "1")]).len(), 1);
    }

    #[test]
    fn what_a_wider_pattern_covers_is_left_out() {
        let wide = json!({"source": ["a", "b"]});
        let narrow = json!({"detail": {"x": ["1"]}, "source": ["b"]});
        for patterns in [
            [wide.clone(), narrow.clone()],
            [narrow.clone(), wide.clone()],
        ] {
            assert_eq!(merge(&patterns).as_slice(), std::slice::from_ref(&wide));
        }
        let other = json!({"detail": {"x": ["1"]}, "source": ["c"]});
        assert_eq!(merge(&[wide, other]).len(), 2);
    }
}
