//! What `%name%` stands for: the parameters and variables of a playbook, at one moment of an investigation.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use memchr::memmem;

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
    /// Made when a record is first looked through; none where a value may be written in several ways.
    finder: OnceLock<Option<AhoCorasick>>,
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

    /// Whether any value of `name` may be found in the texts of the record `raw`; false only where that is sure.
    pub(super) fn may_occur(&self, name: &str, raw: &str) -> bool {
        match self.names.get(name) {
            Some(Binding::Values(values)) => values.may_occur(raw),
            Some(Binding::NotGiven) => true,
            None => false,
        }
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

/// Whether every text that holds `value` is written with it in a plainly written record: no character of it is ever
/// escaped, it is no part of a number, which has several spellings, and no white space can stand within it.
fn is_plain(value: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:/@=+-".contains(&byte);
    let is_word = |byte: u8| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E');
    value.bytes().all(fits) && value.bytes().any(is_word) && !value.starts_with(':')
}

/// Whether no letter, and no character that folds to one, is written other than as itself.
fn is_plainly_written(raw: &str) -> bool {
    let has = |escape: &[u8]| memmem::find(raw.as_bytes(), escape).is_some();
    raw.is_ascii() && !has(b"\\u") && !has(b"\\/")
}

impl Values {
    /// Whether any of them may be, or be a part of, a text in the record `raw`; false only where that is sure.
    fn may_occur(&self, raw: &str) -> bool {
        let find = || {
            let is_all = self.listed.iter().all(|value| is_plain(value));
            let finder = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(&self.listed);
            finder.ok().filter(|_| is_all)
        };
        match self.finder.get_or_init(find) {
            _ if self.listed.is_empty() => false,
            Some(finder) => finder.is_match(raw) || !is_plainly_written(raw),
            None => true,
        }
    }

    fn add(&mut self, value: String) -> bool {
        self.finder = OnceLock::new();
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
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::event::path::text_of;
    use crate::event::tree;

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

    /// Every text that a test of `json` could see, without case.
    fn texts(json: &Value) -> Vec<String> {
        let below = match json {
            Value::Array(items) => items.iter().flat_map(texts).collect(),
            Value::Object(fields) => fields.values().flat_map(texts).collect(),
            _ => Vec::new(),
        };
        let own = fold(&text_of(json));
        below.into_iter().chain([own]).collect()
    }

    /// Asserts that what is said to be nowhere in `raw` is in no text of its tree. Whether that was said.
    fn is_nowhere(value: &str, raw: &str) -> bool {
        let mut bindings = Bindings::new(Tz::UTC);
        bindings.set("v", [value, "another-value"]);
        let is_nowhere = !bindings.may_occur("v", raw);
        if is_nowhere && let Ok(json) = tree::of(raw) {
            let value = fold(value);
            let texts = texts(&json);
            assert!(
                !texts.iter().any(|text| text.contains(&value)),
                "{value}: {raw}"
            );
        }
        is_nowhere
    }

    #[test]
    fn a_record_without_a_value_is_known_by_its_text() {
        let raw = r#"{"a":"ASIAEXAMPLE","b":["x\\y",1E5,true],"c":{"d": "arn:aws:s3:::b"}}"#;
        for value in ["ASIAOTHER", "arn:aws:s3:::c", "truth"] {
            assert!(is_nowhere(value, raw), "{value}");
        }
        for (value, raw) in [
            ("asiaexample", raw),
            ("AEXAM", raw),
            ("100000", raw),
            ("e5", raw),
            ("x\\y", raw),
            ("", raw),
            ("x,y", raw),
            (":x", raw),
            ("ASIAOTHER", r#"{"a":"\u0041SIAOTHER"}"#),
            ("role/ops", r#"{"a":"role\/ops"}"#),
            ("akia", "{\"a\":\"A\u{212a}IA\"}"),
        ] {
            assert!(!is_nowhere(value, raw), "{value}: {raw}");
        }
        let mut bindings = Bindings::new(Tz::UTC);
        assert!(!bindings.may_occur("v", raw));
        bindings.set("v", [""; 0]);
        assert!(!bindings.may_occur("v", raw));
        assert!(bindings.add("v", "ASIAEXAMPLE") && bindings.may_occur("v", raw));
    }

    proptest! {
        #[test]
        fn what_is_nowhere_is_in_no_text(
            value in r"[aAkeE1:,./u=-]{1,4}",
            raw in r#"\{"a":(["aAkK1e:,./u\\ =-]|\\u0061|\[|\]|true|1E2|,){0,12}\}"#,
        ) {
            is_nowhere(&value, &raw);
            is_nowhere(&value, &format!("{{\"a\":\"{}\"}}", raw.replace(['"', '\\'], "")));
        }
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
