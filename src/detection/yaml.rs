//! YAML as a small tree that keeps what serde's crates lose: the text of every scalar as it was written
//! (`No`, `012345678901`, `1.10`) and the place where it stands; and [`Problem`], which names such a place.
//!
//! What the tree means is not known here. Anchors, aliases and tags are refused: playbooks and Sigma rules need
//! none, and an alias can make a small file a huge tree.

use std::collections::HashSet;
use std::fmt;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

/// How deep a document may nest; every reader of the tree may recurse.
const MAX_DEPTH: usize = 64;

/// Where something stands in a file; both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FilePosition {
    pub line: usize,
    pub column: usize,
}

/// A mistake in a file: `7:5 searches.s: unknown field …`. The caller, who knows the file's name, puts it before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub place: FilePosition,
    /// The dotted way to what is wrong (`searches.s`); empty at the top.
    pub path: String,
    pub message: String,
}

impl Problem {
    pub fn new(place: FilePosition, message: impl Into<String>) -> Self {
        Self {
            place,
            path: String::new(),
            message: message.into(),
        }
    }

    /// The same problem, seen from outside: `parent` comes before its path.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        self.path = match (parent, self.path.as_str()) {
            ("", _) => self.path,
            (_, "") => parent.to_owned(),
            (_, path) => format!("{parent}.{path}"),
        };
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FilePosition { line, column } = self.place;
        let gap = if self.path.is_empty() { "" } else { " " };
        write!(f, "{line}:{column}{gap}{}: {}", self.path, self.message)
    }
}

impl std::error::Error for Problem {}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlNode {
    pub place: FilePosition,
    pub kind: YamlKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum YamlKind {
    Scalar(Scalar),
    Sequence(Vec<YamlNode>),
    /// In the order of the file; no key occurs twice.
    Mapping(Vec<MappingEntry>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    pub text: String,
    /// Quoted, or a block: never null.
    pub quoted: bool,
    /// The text stands on one line of the file just as it is, so that an offset into it is a column.
    verbatim: bool,
}

/// One `key: value` of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingEntry {
    pub key: String,
    pub place: FilePosition,
    pub value: YamlNode,
}

impl YamlNode {
    /// The text of a scalar that is not null.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            YamlKind::Scalar(scalar) if !self.is_null() => Some(&scalar.text),
            _ => None,
        }
    }

    /// Unquoted `null`, `~`, or nothing at all.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, YamlKind::Scalar(scalar) if !scalar.quoted
            && matches!(scalar.text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The items of a list; a single value is a list of one.
    pub fn items(&self) -> &[YamlNode] {
        match &self.kind {
            YamlKind::Sequence(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    pub fn entries(&self) -> Option<&[MappingEntry]> {
        match &self.kind {
            YamlKind::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of `key` in a mapping.
    pub fn get(&self, key: &str) -> Option<&YamlNode> {
        self.entries()?
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// What it is, for a message.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            _ if self.is_null() => "nothing",
            YamlKind::Scalar(_) => "a text",
            YamlKind::Sequence(_) => "a list",
            YamlKind::Mapping(_) => "a mapping",
        }
    }

    /// The place of the character at `offset` (in characters) of a scalar's text, or of the scalar where its text
    /// is folded or escaped.
    pub fn place_within(&self, offset: usize) -> FilePosition {
        let YamlKind::Scalar(scalar) = &self.kind else {
            return self.place;
        };
        if !scalar.verbatim {
            return self.place;
        }
        FilePosition {
            column: self.place.column + usize::from(scalar.quoted) + offset,
            ..self.place
        }
    }
}

/// Every document of `text` that is not empty.
///
/// # Errors
/// What is no YAML, nests deeper than 64, repeats a key, or uses anchors, tags or keys that are no text.
pub fn documents(text: &str) -> Result<Vec<YamlNode>, Problem> {
    let mut reader = YamlReader {
        parser: Parser::new_from_str(text.trim_start_matches('\u{feff}')),
    };
    let mut documents = Vec::new();
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Ok(documents),
            (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd, _) => {}
            (event, span) => documents.push(reader.node(event, span, 0)?),
        }
        documents.retain(|document| !document.is_null());
    }
}

/// The one document of `text`.
///
/// # Errors
/// As [`documents`], and where there is none or more than one.
pub fn document(text: &str) -> Result<YamlNode, Problem> {
    let mut all = documents(text)?.into_iter();
    match (all.next(), all.next()) {
        (Some(document), None) => Ok(document),
        (Some(_), Some(second)) => Err(Problem::new(
            second.place,
            "a second document; one is expected",
        )),
        (None, _) => Err(Problem::new(FilePosition { line: 1, column: 1 }, "empty")),
    }
}

struct YamlReader<'t> {
    parser: Parser<'t, StrInput<'t>>,
}

impl<'t> YamlReader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Problem> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(unreadable(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<YamlNode, Problem> {
        let place = place(span);
        let refuse = |what: &str| Err(Problem::new(place, what));
        if depth > MAX_DEPTH {
            return refuse("nested too deeply");
        }
        let kind = match event {
            Event::Alias(_) => return refuse("aliases (*name) are not supported"),
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _)
                if anchor != 0 =>
            {
                return refuse("anchors (&name) are not supported");
            }
            Event::Scalar(.., Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => return refuse("tags (!name) are not supported"),
            Event::Scalar(text, style, ..) => {
                YamlKind::Scalar(scalar(text.into_owned(), style, span))
            }
            Event::SequenceStart(..) => self.sequence(depth)?,
            Event::MappingStart(..) => self.mapping(depth)?,
            _ => return refuse("not readable as YAML"),
        };
        Ok(YamlNode { place, kind })
    }

    fn sequence(&mut self, depth: usize) -> Result<YamlKind, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(YamlKind::Sequence(items)),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<YamlKind, Problem> {
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => return Ok(YamlKind::Mapping(entries)),
                (event, span) => self.node(event, span, depth + 1)?,
            };
            let place = key.place;
            let YamlKind::Scalar(Scalar { text: key, .. }) = key.kind else {
                return Err(Problem::new(place, "a key must be a text"));
            };
            if !seen.insert(key.clone()) {
                return Err(Problem::new(place, format!("duplicate key `{key}`")));
            }
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            entries.push(MappingEntry { key, place, value });
        }
    }
}

fn scalar(text: String, style: ScalarStyle, span: Span) -> Scalar {
    let quotes = match style {
        ScalarStyle::Plain => Some(0),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Some(2),
        ScalarStyle::Literal | ScalarStyle::Folded => None,
    };
    let written = span.end.index().saturating_sub(span.start.index());
    let verbatim = span.start.line() == span.end.line()
        && quotes.is_some_and(|quotes| text.chars().count() + quotes == written);
    Scalar {
        text,
        quoted: style != ScalarStyle::Plain,
        verbatim,
    }
}

fn place(span: Span) -> FilePosition {
    FilePosition {
        line: span.start.line(),
        column: span.start.col() + 1,
    }
}

fn unreadable(error: &ScanError) -> Problem {
    let mark = *error.marker();
    Problem::new(
        place(Span::empty(mark)),
        format!("not readable as YAML: {}", error.info()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        documents(text).unwrap_err().to_string()
    }

    #[test]
    fn scalars_keep_their_text_and_place() {
        let root = document("a: No\nb: 012345678901\nc: 1.10\nd: 'null'\ne:\nf: [~, x]\n").unwrap();
        let text = |key: &str| root.get(key).and_then(YamlNode::text).map(str::to_owned);
        assert_eq!(text("a").as_deref(), Some("No"));
        assert_eq!(text("b").as_deref(), Some("012345678901"));
        assert_eq!(text("c").as_deref(), Some("1.10"));
        assert_eq!(text("d").as_deref(), Some("null"));
        assert!(root.get("e").unwrap().is_null());
        let list = root.get("f").unwrap();
        assert!(list.items()[0].is_null());
        assert_eq!(list.items()[1].place, FilePosition { line: 6, column: 8 });
        assert_eq!(root.entries().unwrap()[2].place.line, 3);
    }

    #[test]
    fn nested_places_are_where_an_editor_shows_them() {
        let root = document("a:\n  b:\n    - c: 1\n      d: 2\n").unwrap();
        let item = &root.get("a").unwrap().get("b").unwrap().items()[0];
        assert_eq!(item.place, FilePosition { line: 3, column: 7 });
        assert_eq!(
            item.entries().unwrap()[1].place,
            FilePosition { line: 4, column: 7 }
        );
    }

    #[test]
    fn offsets_are_columns_only_where_the_text_stands_as_it_is() {
        let root = document("a: one two\nb: 'one two'\nc: >\n  one\n  two\nd: 'it''s'\n").unwrap();
        let column = |key: &str| root.get(key).unwrap().place_within(4).column;
        assert_eq!((column("a"), column("b")), (8, 9));
        assert_eq!(
            root.get("c").unwrap().place_within(4),
            root.get("c").unwrap().place
        );
        assert_eq!(column("d"), 4);
    }

    #[test]
    fn refuses_what_hides_or_multiplies() {
        assert_eq!(problem("a: 1\nb: 2\na: 3\n"), "3:1: duplicate key `a`");
        assert!(problem("a: &x 1\nb: *x\n").contains("anchors (&name) are not supported"));
        assert!(problem("a: !!str 1\n").contains("tags (!name) are not supported"));
        assert!(problem("? [a]\n: b\n").contains("a key must be a text"));
        assert!(problem(&"- ".repeat(100)).contains("nested too deeply"));
        assert!(problem(&"[".repeat(200)).contains("nested too deeply"));
        assert!(problem(&"[".repeat(100_000)).contains("not readable as YAML"));
        assert!(problem("a: [1, 2\n").contains("not readable as YAML"));
    }

    #[test]
    fn documents_are_counted_without_empty_ones() {
        assert_eq!(documents("---\na: 1\n---\nb: 2\n---\n").unwrap().len(), 2);
        assert_eq!(
            document("a: 1\n---\nb: 2\n").unwrap_err().to_string(),
            "3:1: a second document; one is expected"
        );
        assert_eq!(document("# nothing\n").unwrap_err().message, "empty");
        assert!(document("\u{feff}a: 1\r\nb: 2\r\n").is_ok());
    }
}
