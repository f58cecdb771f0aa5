//! Text patterns: Sigma's wildcards `*` and `?`, compared without case unless `cased`.
//!
//! Built once, matched millions of times: nothing is allocated for ASCII text, and no pattern takes more than
//! the product of its length and the text's.

use std::borrow::Cow;

/// Which part of the text must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Whole,
    Start,
    End,
    Anywhere,
}

#[derive(Debug, Clone)]
pub(super) struct TextPattern {
    shape: Shape,
    cased: bool,
}

#[derive(Debug, Clone)]
enum Shape {
    /// No wildcard and no open end, in the author's spelling.
    Exact(Box<str>),
    Glob {
        units: Box<[Unit]>,
        pieces: Box<[PatternPiece]>,
    },
}

/// What a pattern is written of, in the author's spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PatternPiece {
    Text(String),
    /// `?`: one character.
    One,
    /// `*`: any text, also none. Never twice in a row.
    Many,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// A byte of UTF-8, folded unless the pattern is cased.
    Byte(u8),
    One,
    Many,
}

impl TextPattern {
    /// Reads wildcards: `\*`, `\?` and `\\` stand for the characters themselves, and a backslash before anything
    /// else for itself (Sigma specification, "Escaping").
    pub(super) fn parse(written: &str, anchor: Anchor, cased: bool) -> Self {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut chars = written.chars().peekable();
        while let Some(c) = chars.next() {
            let wildcard = match c {
                '\\' => {
                    let escaped = chars.next_if(|next| matches!(next, '*' | '?' | '\\'));
                    literal.push(escaped.unwrap_or('\\'));
                    continue;
                }
                '*' => PatternPiece::Many,
                '?' => PatternPiece::One,
                _ => {
                    literal.push(c);
                    continue;
                }
            };
            push_text(&mut pieces, std::mem::take(&mut literal));
            pieces.push(wildcard);
        }
        if pieces.is_empty() && anchor == Anchor::Whole {
            let shape = Shape::Exact(literal.into());
            return Self { shape, cased };
        }
        push_text(&mut pieces, literal);
        Self::glob(pieces, anchor, cased)
    }

    /// `text` as it is: no character of it is a wildcard.
    pub(super) fn literal(text: &str, anchor: Anchor, cased: bool) -> Self {
        let mut pieces = Vec::new();
        push_text(&mut pieces, text.to_owned());
        Self::glob(pieces, anchor, cased)
    }

    fn glob(mut pieces: Vec<PatternPiece>, anchor: Anchor, cased: bool) -> Self {
        if matches!(anchor, Anchor::End | Anchor::Anywhere) {
            pieces.insert(0, PatternPiece::Many);
        }
        if matches!(anchor, Anchor::Start | Anchor::Anywhere) {
            pieces.push(PatternPiece::Many);
        }
        pieces.dedup_by(|a, b| *a == PatternPiece::Many && *b == PatternPiece::Many);
        let mut units = Vec::new();
        for piece in &pieces {
            match piece {
                PatternPiece::Text(text) if cased => units.extend(text.bytes().map(Unit::Byte)),
                PatternPiece::Text(text) => units.extend(fold(text).bytes().map(Unit::Byte)),
                PatternPiece::One => units.push(Unit::One),
                PatternPiece::Many => units.push(Unit::Many),
            }
        }
        let shape = Shape::Glob {
            units: units.into(),
            pieces: pieces.into(),
        };
        Self { shape, cased }
    }

    /// What it is written of; of an exact pattern, one text.
    pub(super) fn pieces(&self) -> Vec<PatternPiece> {
        match &self.shape {
            Shape::Exact(text) => vec![PatternPiece::Text(text.to_string())],
            Shape::Glob { pieces, .. } => pieces.to_vec(),
        }
    }

    /// The whole value, in the author's spelling, where the pattern admits just one (but for its case).
    pub(super) fn exact(&self) -> Option<&str> {
        match &self.shape {
            Shape::Exact(text) => Some(text),
            Shape::Glob { .. } => None,
        }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match &self.shape {
            Shape::Exact(exact) => same(exact, text, self.cased),
            Shape::Glob { units, .. } if self.cased => glob(units, text.as_bytes(), |byte| byte),
            Shape::Glob { units, .. } => {
                let text = if text.is_ascii() {
                    Cow::Borrowed(text)
                } else {
                    fold(text).into()
                };
                glob(units, text.as_bytes(), |byte| byte.to_ascii_lowercase())
            }
        }
    }
}

/// Whether `text` is like `pattern`, whose `*` and `?` are wildcards, ignoring case.
pub fn is_like(text: &str, pattern: &str) -> bool {
    TextPattern::parse(pattern, Anchor::Whole, false).matches(text)
}

/// Whether two texts are equal, ignoring case unless `cased`.
pub(super) fn same(a: &str, b: &str, cased: bool) -> bool {
    if cased || a.is_ascii() && b.is_ascii() {
        return a == b || !cased && a.eq_ignore_ascii_case(b);
    }
    folded(a).eq(folded(b))
}

/// `text` without case: what [`same`] compares.
pub(super) fn fold(text: &str) -> String {
    folded(text).collect()
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}

fn push_text(pieces: &mut Vec<PatternPiece>, text: String) {
    if !text.is_empty() {
        pieces.push(PatternPiece::Text(text));
    }
}

/// Matches with one step back at most: to the last `*`, which then takes one more character.
fn glob(units: &[Unit], text: &[u8], byte_of: impl Fn(u8) -> u8) -> bool {
    let (mut unit, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(&byte) = text.get(at) {
        match units.get(unit) {
            Some(Unit::Many) => {
                unit += 1;
                if unit == units.len() {
                    return true;
                }
                retry = Some((unit, at));
            }
            Some(Unit::One) => {
                unit += 1;
                at += width(byte);
            }
            Some(Unit::Byte(wanted)) if *wanted == byte_of(byte) => {
                unit += 1;
                at += 1;
            }
            _ => {
                let Some((after_star, from)) = retry else {
                    return false;
                };
                unit = after_star;
                at = from + text.get(from).map_or(1, |&byte| width(byte));
                retry = Some((unit, at));
            }
        }
    }
    units.iter().skip(unit).all(|unit| *unit == Unit::Many)
}

/// Bytes of the UTF-8 character that starts with `byte`.
fn width(byte: u8) -> usize {
    match byte {
        0xF0.. => 4,
        0xE0.. => 3,
        0xC0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(pattern: &str, text: &str) -> bool {
        TextPattern::parse(pattern, Anchor::Whole, false).matches(text)
    }

    #[test]
    fn wildcards_and_case() {
        assert!(whole("Describe*", "describeInstances"));
        assert!(whole("*key*id*", "the KEY and its ID."));
        assert!(whole("a?c", "aéc") && !whole("a?c", "ac") && !whole("*??", "é"));
        assert!(whole("", "") && !whole("", "x") && whole("*", ""));
        assert!(whole("STRASSE-Ä*", "strasse-äx"));
        assert!(!TextPattern::parse("Ab*", Anchor::Whole, true).matches("abc"));
        assert!(!TextPattern::parse("Ab", Anchor::Whole, true).matches("ab"));
    }

    #[test]
    fn backslashes_escape_wildcards_only() {
        assert!(whole(r"a\*b", "a*b") && !whole(r"a\*b", "axb"));
        assert!(whole(r"a\?", "a?") && !whole(r"a\?", "ab"));
        assert!(whole(r"c:\dir", r"c:\dir") && whole(r"c:\\dir", r"c:\dir"));
        assert!(whole(r"c:\\*", r"c:\anything"));
        assert!(whole(r"end\", r"end\"));
    }

    #[test]
    fn anchors_leave_an_end_open() {
        let at = |anchor, text: &str| TextPattern::parse("b?d", anchor, false).matches(text);
        assert!(at(Anchor::Start, "BcDe") && !at(Anchor::Start, "abcd"));
        assert!(at(Anchor::End, "abcd") && !at(Anchor::End, "bcde"));
        assert!(at(Anchor::Anywhere, "abcde") && !at(Anchor::Anywhere, "bd"));
        assert!(TextPattern::literal("*", Anchor::Anywhere, false).matches("a*b"));
        assert!(!TextPattern::literal("*", Anchor::Anywhere, false).matches("ab"));
    }

    #[test]
    fn only_a_whole_text_is_exact() {
        let exact = |pattern: &str, anchor| {
            TextPattern::parse(pattern, anchor, false)
                .exact()
                .map(str::to_owned)
        };
        assert_eq!(exact(r"A\*b", Anchor::Whole).as_deref(), Some("A*b"));
        assert_eq!(exact("A*b", Anchor::Whole), None);
        assert_eq!(exact("Ab", Anchor::Start), None);
    }

    proptest! {
        #[test]
        fn agrees_with_the_regex_engine(pattern in "[ab?*\\\\Äé]{0,8}", text in "[abAB*?\\\\äÉ]{0,12}") {
            let mut regex = String::from("(?is)^");
            let mut chars = pattern.chars().peekable();
            while let Some(c) = chars.next() {
                match c {
                    '\\' => {
                        let c = chars.next_if(|c| "*?\\".contains(*c)).unwrap_or('\\');
                        regex.push_str(&regex::escape(&c.to_string()));
                    }
                    '*' => regex.push_str(".*"),
                    '?' => regex.push('.'),
                    c => regex.push_str(&regex::escape(&c.to_string())),
                }
            }
            regex.push('$');
            let expected = regex::Regex::new(&regex).unwrap().is_match(&text);
            prop_assert_eq!(whole(&pattern, &text), expected);
        }
    }
}
