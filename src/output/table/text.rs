//! Lines for a terminal: what is pushed is made safe, measured in columns, cut and wrapped.
//!
//! Every line of the table is made of these, so that no section can forget to escape or to cut. Plain tables of them are
//! laid out by `grid`.

use std::io::{self, Write};
use std::iter::{once, repeat};

use unicode_width::UnicodeWidthChar;

use crate::output::{Style, escape};
use crate::report::{Caller, Level};

/// What has a colour; everything else is plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    Plain,
    Level(Level),
    New,
}

impl Paint {
    /// Parameters of the ANSI "select graphic rendition" sequence.
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain | Self::Level(Level::Informational) => None,
            Self::Level(Level::Low) => Some("36"),
            Self::Level(Level::Medium) => Some("33"),
            Self::Level(Level::High) => Some("31"),
            Self::Level(Level::Critical) => Some("1;31"),
            Self::New => Some("1;35"),
        }
    }
}

/// Lines that a paragraph may take where nothing else is said.
const MOST: usize = 20;

/// One line, or one cell of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    spans: Vec<(Paint, String)>,
}

impl<T: AsRef<str>> From<T> for Line {
    fn from(text: T) -> Self {
        Self::painted(Paint::Plain, text.as_ref())
    }
}

impl Line {
    pub fn painted(paint: Paint, text: &str) -> Self {
        Self {
            spans: vec![(paint, escape::terminal(text).into_owned())],
        }
    }

    pub fn and(self, text: impl AsRef<str>) -> Self {
        self.join(Self::painted(Paint::Plain, text.as_ref()))
    }

    pub fn join(mut self, other: Self) -> Self {
        self.spans.extend(other.spans);
        self
    }

    pub fn spans(&self) -> impl Iterator<Item = (Paint, &str)> {
        self.spans
            .iter()
            .map(|(paint, text)| (*paint, text.as_str()))
    }

    /// Whether it says nothing: of `unknown` nobody learns more than of a blank.
    pub fn is_nothing(&self) -> bool {
        let mut texts = self.spans.iter().map(|(_, text)| text.as_str());
        texts.all(|text| matches!(text, "" | "unknown"))
    }

    pub fn width(&self) -> usize {
        self.spans.iter().map(|(_, text)| width(text)).sum()
    }

    /// This line in at most `columns`, ending in `…` where it was longer.
    pub fn cut(mut self, columns: usize) -> Self {
        if self.width() <= columns {
            return self;
        }
        let mut left = columns;
        for (at, (_, text)) in self.spans.iter_mut().enumerate() {
            let taken = width(text);
            if taken >= left {
                *text = cut(&format!("{text}…"), left);
                self.spans.truncate(at + 1);
                break;
            }
            left -= taken;
        }
        self
    }

    /// Filled up with blanks to `columns`.
    pub fn padded(self, columns: usize) -> Self {
        let blanks = columns.saturating_sub(self.width());
        self.and(" ".repeat(blanks))
    }

    /// Writes the line without trailing blanks.
    pub fn write(&self, color: bool, out: &mut impl Write) -> io::Result<()> {
        let shown = self
            .spans
            .iter()
            .rposition(|(_, text)| !text.trim_end().is_empty());
        let shown = shown.map_or(0, |last| last + 1);
        for (at, (paint, text)) in self.spans.iter().take(shown).enumerate() {
            let text = if at + 1 == shown {
                text.trim_end()
            } else {
                text
            };
            match paint.code().filter(|_| color) {
                Some(code) => write!(out, "\x1b[{code}m{text}\x1b[0m")?,
                None => out.write_all(text.as_bytes())?,
            }
        }
        out.write_all(b"\n")
    }
}

/// Terminal columns of harmless text: 2 for CJK and emoji, 0 for combining marks. A sequence that a terminal may
/// draw as one glyph counts with all its parts, so that a line is never wider than it claims.
pub fn width(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

/// Where `text` has to end to fit in `columns`: a byte offset at a character's boundary.
pub fn fitting(text: &str, columns: usize) -> usize {
    let mut used = 0;
    text.char_indices()
        .find(|(_, c)| {
            used += c.width().unwrap_or(0);
            used > columns
        })
        .map_or(text.len(), |(at, _)| at)
}

/// `text` in at most `columns`, ending in `…` where it was longer.
fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else {
        return String::new();
    };
    let (head, _) = text.split_at(fitting(text, room));
    format!("{}…", head.trim_end())
}

/// `text` in lines of at most `columns`, broken between words where it can be; the last of `most` lines is cut.
pub fn wrap(text: &str, columns: usize, most: usize) -> Vec<String> {
    hang(text, [columns; 2], most)
}

/// [`wrap`], where the first line has another room than the further ones.
pub fn hang(text: &str, [first, further]: [usize; 2], most: usize) -> Vec<String> {
    let text = escape::terminal(text);
    let mut rest = text.trim();
    let mut lines = Vec::new();
    let mut room = first;
    while lines.len() + 1 < most {
        let end = fitting(rest, room);
        if end == rest.len() {
            break;
        }
        // a room too narrow for a single character must not stop the text
        let end = end.max(rest.chars().next().map_or(0, char::len_utf8));
        let (head, tail) = rest.split_at(end);
        let space = if tail.starts_with(' ') {
            Some(end)
        } else {
            head.rfind(' ')
        };
        let (line, tail) = rest.split_at(space.filter(|at| *at > 0).unwrap_or(end));
        lines.push(line.trim_end().to_owned());
        rest = tail.trim_start();
        room = further;
    }
    lines.push(cut(rest, room));
    lines
}

/// [`wrap`], as lines.
pub fn paragraph(text: &str, columns: usize, most: usize) -> Vec<Line> {
    wrap(text, columns, most).iter().map(Line::from).collect()
}

/// Each of `texts` as a paragraph: nothing that somebody could rely on is cut short.
pub fn paragraphs(texts: impl IntoIterator<Item = impl AsRef<str>>, columns: usize) -> Vec<Line> {
    let texts = texts.into_iter();
    texts
        .flat_map(|text| paragraph(text.as_ref(), columns, MOST))
        .collect()
}

/// The same, marked where there are several: each may take more than a line.
pub fn marked(texts: &[String], columns: usize) -> Vec<Line> {
    if texts.len() < 2 {
        return paragraphs(texts, columns);
    }
    let marked = texts.iter();
    let marked = marked.flat_map(|text| behind("- ", paragraphs([text], columns - 2)));
    marked.collect()
}

/// `lines` behind `mark`, which stands before the first of them.
pub fn behind(mark: &str, lines: impl IntoIterator<Item = Line>) -> Vec<Line> {
    let blanks = " ".repeat(width(mark));
    let marks = once(mark).chain(repeat(blanks.as_str()));
    let lines = lines.into_iter().zip(marks);
    lines
        .map(|(line, mark)| Line::from(mark).join(line))
        .collect()
}

/// Two blocks next to each other; the right one begins `column` columns from the left.
pub fn beside(left: Vec<Line>, right: Vec<Line>, column: usize) -> Vec<Line> {
    let rows = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    (0..rows)
        .map(|_| {
            let (left, right) = (
                left.next().unwrap_or_default(),
                right.next().unwrap_or_default(),
            );
            left.padded(column).join(right)
        })
        .collect()
}

/// The sections that have lines, a blank one between them.
pub fn parted(sections: impl IntoIterator<Item = Vec<Line>>) -> Vec<Line> {
    let shown = sections.into_iter().filter(|lines| !lines.is_empty());
    let lines = shown.reduce(|mut lines, section| {
        lines.push(Line::default());
        lines.extend(section);
        lines
    });
    lines.unwrap_or_default()
}

/// Writes `lines` as they are: what is to be copied must be whole.
pub fn write(
    lines: impl IntoIterator<Item = Line>,
    style: &Style,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut lines = lines.into_iter();
    lines.try_for_each(|line| line.write(style.color, out))
}

/// Columns of the heading that stands before a [`labelled`] block.
pub const LABEL: usize = 11;

/// `lines` behind a heading that stands before the first of them.
pub fn labelled(label: &str, lines: impl IntoIterator<Item = Line>) -> Vec<Line> {
    behind(&format!("{label:<LABEL$}"), lines)
}

/// Whose account was looked at or acted on.
pub fn account(caller: &Caller, room: usize) -> Vec<Line> {
    let account = format!("{}, as {}", caller.account, caller.arn);
    labelled("Account", paragraphs([account], room))
}

/// `2175` as `2,175`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 event`, `2,175 events`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        thousands(number),
        if number == 1 { one } else { many }
    )
}

/// The line that stands for `hidden` lines, where there are any.
pub fn more(hidden: usize) -> Option<Line> {
    (hidden > 0).then(|| format!("… {} more (--all shows them)", thousands(hidden as u64)).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(cut("山田太郎", 5), "山田…");
        assert_eq!(cut("e\u{301}e\u{301}", 2), "e\u{301}e\u{301}");
        assert_eq!(
            Line::from("ab").and("cd").and("ef").cut(4),
            Line::from("ab").and("c…")
        );
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrap("one two three", 8, 9), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4, 9), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("one two three four", 8, 2), ["one two", "three f…"]);
        assert_eq!(wrap("", 8, 2), [""]);
        assert_eq!(
            hang("one two three four", [8, 5], 9),
            ["one two", "three", "four"]
        );
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(2175), "2,175");
        assert_eq!(count(1_000_000, "event", "events"), "1,000,000 events");
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_its_room(text: String, room in 0usize..40) {
            prop_assert!(Line::from(&text).and(&text).cut(room).width() <= room);
            for line in wrap(&text, room.max(2), 3) {
                prop_assert!(width(&line) <= room.max(2));
            }
        }
    }
}
