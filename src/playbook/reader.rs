//! Reading typed fields from a YAML mapping, collecting every problem on the way instead of stopping at the first.

use strum::VariantArray;

use super::check::{Declared, NameReference, Names};
use crate::detection::suggest::did_you_mean;
use crate::detection::yaml::{MappingEntry, YamlKind, YamlNode};
use crate::detection::{Detection, FilePosition, Problem};

/// What has been found wrong so far, and the names to be checked at the end.
#[derive(Debug, Default)]
pub(crate) struct PlaybookReader {
    pub(crate) problems: Vec<Problem>,
    pub(super) names: Names,
    /// The playbook reads the window before, too.
    pub(super) has_baseline: bool,
}

/// A mapping whose keys are known, and its dotted path.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'n> {
    node: &'n YamlNode,
    pub(crate) path: String,
}

impl<'n> Fields<'n> {
    pub(crate) fn place(&self) -> FilePosition {
        self.node.place
    }

    /// The value of `key`, unless it is null.
    pub(crate) fn get(&self, key: &str) -> Option<&'n YamlNode> {
        self.node.get(key).filter(|node| !node.is_null())
    }

    /// The path of one of its fields.
    pub(crate) fn at(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }
}

impl PlaybookReader {
    pub(crate) fn problem(&mut self, place: FilePosition, path: &str, message: impl Into<String>) {
        self.problems
            .push(Problem::new(place, message).within(path));
    }

    pub(super) fn refer(&mut self, to: Declared, name: &str, place: FilePosition, path: &str) {
        self.names.refer(NameReference {
            to,
            name: name.to_owned(),
            place,
            path: path.to_owned(),
        });
    }

    /// `node` as a mapping with no other keys than `known`.
    pub(crate) fn fields<'n>(
        &mut self,
        node: &'n YamlNode,
        path: &str,
        known: &[&str],
    ) -> Option<Fields<'n>> {
        for entry in self.entries(node, path)? {
            if !known.contains(&entry.key.as_str()) {
                let message = unknown_field(&entry.key, known);
                self.problem(entry.place, path, message);
            }
        }
        let path = path.to_owned();
        Some(Fields { node, path })
    }

    /// `node` as a mapping of names that the author chose.
    pub(super) fn entries<'n>(
        &mut self,
        node: &'n YamlNode,
        path: &str,
    ) -> Option<&'n [MappingEntry]> {
        let entries = node.entries();
        if entries.is_none() {
            let message = format!("a mapping expected, not {}", node.describe());
            self.problem(node.place, path, message);
        }
        entries
    }

    /// The named parts of an optional section: key, path, value.
    pub(super) fn section<'n>(
        &mut self,
        fields: &Fields<'n>,
        key: &str,
    ) -> Vec<(&'n MappingEntry, String)> {
        let path = fields.at(key);
        let Some(node) = fields.get(key) else {
            return Vec::new();
        };
        let entries = self.entries(node, &path).unwrap_or_default();
        for entry in entries {
            if !is_name(&entry.key) {
                let message = format!("`{}` is no name: letters, digits and `_` are", entry.key);
                self.problem(entry.place, &path, message);
            }
        }
        entries
            .iter()
            .map(|entry| (entry, format!("{path}.{}", entry.key)))
            .collect()
    }

    /// The items of an optional list, each with its path.
    pub(crate) fn list<'n>(
        &mut self,
        fields: &Fields<'n>,
        key: &str,
    ) -> Vec<(&'n YamlNode, String)> {
        let path = fields.at(key);
        match fields.get(key).map(|node| (node, &node.kind)) {
            None => Vec::new(),
            Some((_, YamlKind::Sequence(items))) => (items.iter().enumerate())
                .map(|(index, item)| (item, format!("{path}[{index}]")))
                .collect(),
            Some((node, _)) => {
                let message = format!("a list expected, not {}", node.describe());
                self.problem(node.place, &path, message);
                Vec::new()
            }
        }
    }

    /// A field that must be there.
    pub(crate) fn required<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<&'n YamlNode> {
        let node = fields.get(key);
        if node.is_none() {
            let path = fields.path.clone();
            self.problem(fields.place(), &path, format!("missing field `{key}`"));
        }
        node
    }

    pub(crate) fn text<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<&'n str> {
        let node = self.required(fields, key)?;
        self.text_of(node, &fields.at(key))
    }

    pub(crate) fn optional_text<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<&'n str> {
        let node = fields.get(key)?;
        self.text_of(node, &fields.at(key))
    }

    pub(crate) fn text_of<'n>(&mut self, node: &'n YamlNode, path: &str) -> Option<&'n str> {
        let text = node.text();
        if text.is_none() {
            let message = format!("a text expected, not {}", node.describe());
            self.problem(node.place, path, message);
        }
        text
    }

    /// An optional text, or list of texts.
    pub(crate) fn texts<'n>(
        &mut self,
        fields: &Fields<'n>,
        key: &str,
    ) -> Vec<(&'n YamlNode, &'n str)> {
        let path = fields.at(key);
        let items = fields.get(key).map(YamlNode::items).unwrap_or_default();
        items
            .iter()
            .filter_map(|item| Some((item, self.text_of(item, &path)?)))
            .collect()
    }

    pub(super) fn flag(&mut self, fields: &Fields<'_>, key: &str) -> bool {
        match self.optional_text(fields, key) {
            Some("true") => true,
            Some("false") | None => false,
            Some(other) => {
                let message = format!("true or false expected, not '{other}'");
                let place = fields.get(key).map_or(fields.place(), |node| node.place);
                self.problem(place, &fields.at(key), message);
                false
            }
        }
    }

    /// One word of a closed list.
    pub(super) fn word<T>(&mut self, node: &YamlNode, path: &str) -> Option<T>
    where
        T: Copy + Into<&'static str> + VariantArray,
    {
        let text = self.text_of(node, path)?;
        let words: Vec<&str> = T::VARIANTS.iter().map(|word| (*word).into()).collect();
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let message = format!("unknown value '{text}', {}", expected(&words, text, '\''));
            self.problem(node.place, path, message);
        }
        T::VARIANTS.get(found?).copied()
    }

    /// A detection, whose names are looked up later.
    pub(super) fn detection(&mut self, fields: &Fields<'_>, key: &str) -> Option<Detection> {
        let node = self.required(fields, key)?;
        let path = fields.at(key);
        match Detection::parse(node) {
            Ok(detection) => {
                for placeholder in detection.placeholders() {
                    self.refer(Declared::Value, &placeholder.name, placeholder.place, &path);
                }
                Some(detection)
            }
            Err(problem) => {
                self.problems.push(problem.within(&path));
                None
            }
        }
    }
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn unknown_field(name: &str, known: &[&str]) -> String {
    format!("unknown field `{name}`, {}", expected(known, name, '`'))
}

/// `expected 'a' or 'b'`, or the nearest of many.
fn expected(known: &[&str], found: &str, quote: char) -> String {
    let quoted: Vec<String> = known
        .iter()
        .map(|word| format!("{quote}{word}{quote}"))
        .collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            let hint = if rest.len() > 1 {
                did_you_mean(found, known.iter().copied())
            } else {
                String::new()
            };
            format!("expected {} or {last}{hint}", rest.join(", "))
        }
        _ => format!("expected {}", quoted.join("")),
    }
}
