//! What `%name%` stands for: the parameters and variables of a playbook, at one moment of an investigation.

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;

use super::pattern::{Anchor, TextPattern, fold};

/// Names and the values bound to them, and the timezone of virtual fields. A name that was never bound is an
/// empty set, which matches nothing.
#[derive(Debug, Clone)]
pub struct Bindings {
    timezone: Tz,
    names: HashMap<String, Binding>,
}

#[derive(Debug, Clone)]
enum Binding {
    NotGiven,
    Values(Values),
}

#[derive(Debug, Clone, Default)]
struct Values {
    /// In the order they were added, in the spelling of the first.
    listed: Vec<String>,
    folded: HashSet<Box<[u8]>>,
}

impl Bindings {
    pub fn new(timezone: Tz) -> Self {
        Self {
            timezone,
            names: HashMap::new(),
        }
    }

    pub fn timezone(&self) -> Tz {
        self.timezone
    }

    /// Binds `name` to just these values.
    pub fn set(&mut self, name: &str, values: impl IntoIterator<Item = impl Into<String>>) {
        let mut bound = Values::default();
        for value in values {
            bound.add(value.into());
        }
        self.names.insert(name.to_owned(), Binding::Values(bound));
    }

    /// Adds a value to `name`; whether it was new, ignoring case.
    pub fn add(&mut self, name: &str, value: &str) -> bool {
        if let Some(Binding::Values(values)) = self.names.get_mut(name) {
            return values.add(value.to_owned());
        }
        self.set(name, [value]);
        true
    }

    /// Marks `name` as an optional parameter that was not given: lines that expand it are dropped.
    pub fn not_given(&mut self, name: &str) {
        self.names.insert(name.to_owned(), Binding::NotGiven);
    }

    /// The values of `name`, in the order they were added.
    pub fn values(&self, name: &str) -> &[String] {
        match self.names.get(name) {
            Some(Binding::Values(values)) => &values.listed,
            Some(Binding::NotGiven) | None => &[],
        }
    }

    /// Whether a line that expands `name` stands.
    pub(super) fn is_given(&self, name: &str) -> bool {
        !matches!(self.names.get(name), Some(Binding::NotGiven))
    }

    /// Whether any value of `name`, taken as literal text, matches `text`.
    pub(super) fn any_matches(&self, name: &str, text: &str, anchor: Anchor, cased: bool) -> bool {
        let Some(Binding::Values(values)) = self.names.get(name) else {
            return false;
        };
        if anchor == Anchor::Whole {
            return values.contains(text) && (!cased || values.listed.iter().any(|v| v == text));
        }
        values
            .listed
            .iter()
            .any(|value| TextPattern::literal(value, anchor, cased).matches(text))
    }
}

impl Values {
    fn add(&mut self, value: String) -> bool {
        let new = self.folded.insert(fold(&value).into_bytes().into());
        if new {
            self.listed.push(value);
        }
        new
    }

    fn contains(&self, text: &str) -> bool {
        // key ids, names and ARNs are short ASCII: folded on the stack
        let mut buffer = [0; 256];
        match buffer.get_mut(..text.len()) {
            Some(folded) if text.is_ascii() => {
                folded.copy_from_slice(text.as_bytes());
                folded.make_ascii_lowercase();
                self.folded.contains(&*folded)
            }
            _ => self.folded.contains(fold(text).as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_ignore_case_and_keep_spelling_and_order() {
        let mut bindings = Bindings::new(Tz::UTC);
        bindings.set("keys", ["AKIAB", "akiab", "AKIAA"]);
        assert_eq!(bindings.values("keys"), ["AKIAB", "AKIAA"]);
        assert!(bindings.add("keys", "Ärger") && !bindings.add("keys", "äRGER"));
        let has = |text: &str, cased| bindings.any_matches("keys", text, Anchor::Whole, cased);
        assert!(has("akiaA", false) && !has("akiaA", true) && has("AKIAA", true));
        assert!(has("ÄRGER", false) && !has("", false) && !has(&"x".repeat(999), false));
        assert!(bindings.any_matches("keys", "the-akiaa-x", Anchor::Anywhere, false));
    }

    #[test]
    fn what_is_not_given_differs_from_what_is_empty() {
        let mut bindings = Bindings::new(Tz::UTC);
        bindings.not_given("group");
        bindings.set("keys", [""; 0]);
        assert!(!bindings.is_given("group"));
        assert!(bindings.is_given("keys") && bindings.is_given("unknown"));
        assert!(bindings.values("group").is_empty() && bindings.values("unknown").is_empty());
        assert!(bindings.add("group", "sg-1") && bindings.is_given("group"));
    }
}
