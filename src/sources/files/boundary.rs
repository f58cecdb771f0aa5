//! Where one JSON value ends: strings and brackets are followed byte by byte, nothing is validated.
//!
//! No recursion and no stack that input could grow. What the value says is for the parser; this file only knows
//! when a damaged value has run into the next one, so that damage costs one record and not the rest of a file.

use crate::event::glance::plain_length;

/// What nearly every record begins with; the sign of a new record inside a damaged one.
const RECORD_BEGINS: &[u8] = br#"{"eventVersion"#;

/// How deep the kinds of the open brackets are remembered: as deep as the parser reads.
const KNOWN_DEPTH: u64 = 128;

/// How many bytes back a scan looks, to know an opening bracket by what stands before it.
pub const LOOK_BEHIND: usize = 256;

/// How far a value was followed. Positions are indices into the bytes that were given.
#[derive(Debug, PartialEq, Eq)]
pub enum ScanStep {
    /// To the end of the bytes.
    More,
    /// To its end, which is before this position.
    Closed(usize),
    /// It is no record but a document (`{… "Records":[`), whose values begin here.
    List(usize),
    /// It is damaged, and what belongs to it ends here.
    Torn(usize),
}

/// What one byte ended.
enum ValueEnd {
    Closed,
    List,
    Torn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Brackets,
    String,
    /// After the backslash of a string.
    Escape,
}

/// The state between two bytes of a value, so that it can be followed over any chunks.
#[derive(Debug)]
pub struct ValueScan {
    depth: u64,
    /// Bit n: the bracket that opened depth n + 1 was `{`.
    objects: u128,
    within: Within,
    /// Something stands here that no JSON has: the brackets may no longer be what they seem.
    doubtful: bool,
    /// The first place inside where a line begins with `{`: legal, but where the value turns out to be damaged
    /// it is the next line of JSON Lines.
    next_line: Option<usize>,
    /// Whether a document's list may begin here.
    lists: bool,
}

impl ValueScan {
    /// Of a value after its first byte: `{`, `[` or `"`.
    pub fn value(first: u8, lists: bool) -> Self {
        let mut scan = Self {
            depth: 0,
            objects: 0,
            within: Within::String,
            doubtful: false,
            next_line: None,
            lists,
        };
        if first != b'"' {
            scan.within = Within::Brackets;
            scan.push(first);
        }
        scan
    }

    pub fn next_line(&self) -> Option<usize> {
        self.next_line
    }

    /// Goes on from `at`. `bytes` begins where the value does, or at least [`LOOK_BEHIND`] before `at`.
    pub fn run(&mut self, bytes: &[u8], mut at: usize) -> ScanStep {
        while let Some(&byte) = bytes.get(at) {
            if let b'"' | b'{' = byte
                && let Some(next) = self.next_value(byte, bytes, at)
            {
                return ScanStep::Torn(next);
            }
            let end = match self.within {
                Within::Brackets => self.bracket_byte(byte, bytes, at),
                Within::String => self.string_byte(byte),
                Within::Escape => {
                    self.within = Within::String;
                    self.doubtful |= byte < 0x20;
                    None
                }
            };
            match end {
                Some(ValueEnd::Closed) => return ScanStep::Closed(at + 1),
                Some(ValueEnd::List) => return ScanStep::List(at + 1),
                Some(ValueEnd::Torn) => return ScanStep::Torn(at),
                None => at += 1,
            }
            // a bracket after a line's end may begin a record
            if self.within == Within::String && byte != b'\n' {
                at += plain_length(bytes.get(at..).unwrap_or_default());
            }
        }
        ScanStep::More
    }

    /// Where the next value begins, if `byte` shows that this one is damaged and has run into it.
    fn next_value(&mut self, byte: u8, bytes: &[u8], at: usize) -> Option<usize> {
        let before = bytes.get(..at)?;
        if byte == b'"' {
            let record = self.doubtful && before.ends_with(RECORD_BEGINS);
            return record.then(|| at - RECORD_BEGINS.len());
        }
        if before.last() != Some(&b'\n') {
            return None;
        }
        if self.within == Within::Brackets && !self.doubtful && self.fits(look_behind(bytes, at)) {
            self.next_line.get_or_insert(at);
            return None;
        }
        Some(at)
    }

    fn string_byte(&mut self, byte: u8) -> Option<ValueEnd> {
        match byte {
            b'\\' => self.within = Within::Escape,
            b'"' => {
                self.within = Within::Brackets;
                return (self.depth == 0).then_some(ValueEnd::Closed);
            }
            ..0x20 => self.doubtful = true,
            _ => {}
        }
        None
    }

    fn bracket_byte(&mut self, byte: u8, bytes: &[u8], at: usize) -> Option<ValueEnd> {
        match byte {
            b'"' => self.within = Within::String,
            b'{' | b'[' => {
                let before = look_behind(bytes, at);
                if byte == b'[' && self.lists && self.depth == 1 && names_list(before) {
                    return Some(ValueEnd::List);
                }
                self.doubtful |= !self.fits(before);
                self.push(byte);
            }
            b'}' | b']' => {
                let matches = self.innermost() != Some(if byte == b'}' { b'[' } else { b'{' });
                self.doubtful |= !matches;
                if self.depth == 1 && !matches {
                    return Some(ValueEnd::Torn);
                }
                self.depth = self.depth.saturating_sub(1);
                return (self.depth == 0).then_some(ValueEnd::Closed);
            }
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => {}
            _ => self.doubtful |= !in_scalar(byte),
        }
        None
    }

    /// Whether an opening bracket may stand after `before`.
    fn fits(&self, before: &[u8]) -> bool {
        match (self.innermost(), before.trim_ascii_end().last()) {
            (Some(b'{'), Some(last)) => *last == b':',
            (Some(_), Some(last)) => matches!(last, b',' | b'['),
            _ => true,
        }
    }

    fn push(&mut self, bracket: u8) {
        if self.depth < KNOWN_DEPTH {
            let bit = 1 << self.depth;
            if bracket == b'{' {
                self.objects |= bit;
            } else {
                self.objects &= !bit;
            }
        }
        self.depth = self.depth.saturating_add(1);
    }

    /// The innermost open bracket, where it is known.
    fn innermost(&self) -> Option<u8> {
        let level = self
            .depth
            .checked_sub(1)
            .filter(|level| *level < KNOWN_DEPTH)?;
        let object = self.objects >> level & 1 == 1;
        Some(if object { b'{' } else { b'[' })
    }
}

/// Whether a number or `true`, `false`, `null` may hold `byte`.
fn in_scalar(byte: u8) -> bool {
    byte.is_ascii_digit() || b"+-.Etruefalsn".contains(&byte)
}

/// What stands before `at`, as far back as a scan looks.
pub fn look_behind(bytes: &[u8], at: usize) -> &[u8] {
    bytes
        .get(at.saturating_sub(LOOK_BEHIND)..at)
        .unwrap_or_default()
}

/// Whether `before` ends with the key of a document's list: `"Records":` of a trail file, `"Events":` of
/// LookupEvents (facts: A3, H1).
fn names_list(before: &[u8]) -> bool {
    let Some(key) = before.trim_ascii_end().strip_suffix(b":") else {
        return false;
    };
    let key = key.trim_ascii_end();
    let rest = key
        .strip_suffix(br#""Records""#)
        .or_else(|| key.strip_suffix(br#""Events""#));
    rest.is_some_and(|rest| matches!(rest.trim_ascii_end().last(), Some(b'{' | b',')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> ScanStep {
        ValueScan::value(text.as_bytes()[0], true).run(text.as_bytes(), 1)
    }

    #[test]
    fn brackets_and_quotes_in_strings_mean_nothing() {
        assert_eq!(run(r#"{"a":"}]\"{[","b":[{}]} {"#), ScanStep::Closed(23));
        assert_eq!(run(r#""a\\" "#), ScanStep::Closed(5));
        assert_eq!(run(r#"{"a":{"#), ScanStep::More);
    }

    #[test]
    fn a_list_is_named_by_its_key_at_the_top_only() {
        assert_eq!(run("{\"x\":[1], \"Records\" :\n [1]}"), ScanStep::List(24));
        assert_eq!(run(r#"{"Events":[]}"#), ScanStep::List(11));
        assert_eq!(run(r#"{"a":{"Events":[]}}"#), ScanStep::Closed(19));
        assert_eq!(run(r#"{"a\"Events":[]}"#), ScanStep::Closed(16));
        assert_eq!(run(r#"{"a":"Events"}"#), ScanStep::Closed(14));
    }

    #[test]
    fn a_new_line_ends_what_is_torn() {
        // within a string, between tokens, and, legal so far, where a value was due
        assert_eq!(run("{\"a\":\"x\n{\"eventVersion\":1}"), ScanStep::Torn(8));
        assert_eq!(run("{\"a\":1\n{\"eventVersion\":1}"), ScanStep::Torn(7));
        let text = "{\"a\":\n{\"b\":1}\n{\"c\":1}";
        let mut scan = ValueScan::value(b'{', true);
        assert_eq!(scan.run(text.as_bytes(), 1), ScanStep::Torn(14));
        assert_eq!(scan.next_line(), Some(6));
    }

    #[test]
    fn a_record_within_a_damaged_one_begins_anew() {
        assert_eq!(
            run(r#"{"a":"b,"c":{"eventVersion":"1"}"#),
            ScanStep::Torn(12)
        );
        assert_eq!(
            run(r#"{"a":{"b":1},{"eventVersion":"1"}"#),
            ScanStep::Torn(13)
        );
        assert_eq!(run(r#"{"a":1]"#), ScanStep::Torn(6));
    }

    #[test]
    fn depth_costs_no_memory_and_no_certainty() {
        let deep = format!("{}{}", "[".repeat(70_000), "]".repeat(70_000));
        assert_eq!(run(&deep), ScanStep::Closed(140_000));
    }
}
