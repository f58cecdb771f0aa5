//! Text from records, made safe for the place it goes to: a terminal, a spreadsheet, a shell.
//!
//! An attacker chooses user agents, session names and resource names. Nothing is dropped: what a reader could not
//! see is spelled out. Which places need which of these is decided by the files that write there.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

/// Marks that may stand on one letter, more than any script needs: a taller stack paints over other lines.
const MOST_MARKS: usize = 4;

/// Whether a terminal could act on `c`, show nothing for it, or reorder the text around it.
///
/// Control characters (C0, DEL, C1), line separators, bidirectional controls, and what Unicode calls
/// `Default_Ignorable_Code_Point`: zero-width characters, fillers, variation selectors and tags.
pub fn is_deceptive(c: char) -> bool {
    matches!(
        c,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// `text` as one harmless line: what is deceptive becomes `\n`, `\x1b` or `\u{202e}`. Applying it twice changes
/// nothing more. A backslash stays as it is, so the escapes are for eyes; the JSON output is for programs.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        marks = if c.width() == Some(0) { marks + 1 } else { 0 };
        if is_deceptive(c) || marks > MOST_MARKS {
            push_escape(&mut shown, c);
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

fn push_escape(shown: &mut String, c: char) {
    match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        // writing to a String cannot fail
        '\0'..='\x7f' => _ = write!(shown, "\\x{:02x}", u32::from(c)),
        _ => _ = write!(shown, "\\u{{{:x}}}", u32::from(c)),
    }
}

/// `text` as a cell that no spreadsheet takes for a formula, and that is safe to `cat`.
///
/// A cell that begins `=`, `+`, `-`, `@`, TAB or CR gets a leading `'`, also behind white space, which spreadsheets
/// trim, and in the full-width forms, which some of them fold.
pub fn spreadsheet(text: &str) -> Cow<'_, str> {
    const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let shown = terminal(text);
    if text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(FORMULA) {
        Cow::Owned(format!("'{shown}"))
    } else {
        shown
    }
}

/// One argument as a POSIX shell reads it back; `None` for one that cannot be shown on a terminal as it is.
pub fn shell(argument: &str) -> Option<Cow<'_, str>> {
    if terminal(argument) != argument {
        return None;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        Some(Cow::Borrowed(argument))
    } else {
        Some(Cow::Owned(format!("'{}'", argument.replace('\'', r"'\''"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_terminal_sees_no_commands() {
        let cases = [
            (
                "plain <script>alert(1)</script>",
                "plain <script>alert(1)</script>",
            ),
            ("\x1b[2J\x07gone", "\\x1b[2J\\x07gone"),
            (
                "\x1b]8;;https://evil\x1b\\aws\x1b]8;;\x1b\\",
                "\\x1b]8;;https://evil\\x1b\\aws\\x1b]8;;\\x1b\\",
            ),
            ("c1 \u{9b}31m del \x7f", "c1 \\u{9b}31m del \\x7f"),
            ("user\u{202e}nimda\u{2066}", "user\\u{202e}nimda\\u{2066}"),
            (
                "ad\u{200b}min\u{feff}\u{ad}",
                "ad\\u{200b}min\\u{feff}\\u{ad}",
            ),
            ("a\r\nb\tc\u{2028}d", "a\\r\\nb\\tc\\u{2028}d"),
            ("tag\u{e0041}", "tag\\u{e0041}"),
            ("Zoë 山田 🦀 e\u{301}", "Zoë 山田 🦀 e\u{301}"),
        ];
        for (text, shown) in cases {
            assert_eq!(terminal(text), shown);
        }
    }

    #[test]
    fn marks_do_not_pile_up() {
        let zalgo = format!("a{}", "\u{301}".repeat(6));
        let shown = format!("a{}{}", "\u{301}".repeat(4), "\\u{301}".repeat(2));
        assert_eq!(terminal(&zalgo), shown);
    }

    #[test]
    fn a_cell_is_no_formula() {
        let cases = [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\\t=1"),
            ("\rx", "'\\rx"),
            (" \u{a0}=1", "' \u{a0}=1"),
            ("＝1+1", "'＝1+1"),
            ("a=1", "a=1"),
            ("", ""),
        ];
        for (text, cell) in cases {
            assert_eq!(spreadsheet(text), cell);
        }
    }

    #[test]
    fn a_shell_reads_back_what_was_meant() {
        let cases = [
            ("--since=2026-10-05T22:00Z", "--since=2026-10-05T22:00Z"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(rm -rf ~)", "'$(rm -rf ~)'"),
            ("it's;", r"'it'\''s;'"),
            ("~root", "'~root'"),
        ];
        for (argument, quoted) in cases {
            assert_eq!(shell(argument).as_deref(), Some(quoted));
        }
        assert_eq!(shell("a\nrm"), None);
        assert_eq!(shell("\u{202e}"), None);
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_safe_and_stays_so(text: String) {
            let shown = terminal(&text).into_owned();
            prop_assert!(!shown.contains(is_deceptive), "{shown:?}");
            prop_assert_eq!(terminal(&shown), shown.as_str());
        }
    }
}
