//! Commands to be copied, among them calls with a whole policy in one word: on as many lines as they take, and whole.

use std::slice;

use serde::de::IgnoredAny;

use super::next;
use super::text::{Line, width};
use crate::output::{escape, jsonl};
use crate::report::Next;

/// Commands to run next, each with why.
pub fn to_run(next: &[Next], room: usize) -> Vec<Line> {
    let lines = next.iter().flat_map(|next| {
        if next.argv.is_empty() || !next::command(&next.argv, room).is_empty() {
            return next::of(slice::from_ref(next), room, 3);
        }
        let why = Line::from(format!("# {}", next.why));
        [vec![why], lines(&next.argv, room)].concat()
    });
    lines.collect()
}

/// `argv` in lines of at most `room` columns; on a single line where it has a word that none can hold, such as a path:
/// the terminal breaks that, and it is still copied whole.
pub fn lines(argv: &[String], room: usize) -> Vec<Line> {
    let lines = next::command(argv, room);
    if !lines.is_empty() {
        return lines.into_iter().map(Line::from).collect();
    }
    if let Some(lines) = with_document(argv, room) {
        return lines;
    }
    let words: Option<Vec<_>> = argv.iter().map(|word| escape::shell(word)).collect();
    vec![match words {
        Some(words) => words.join(" ").into(),
        None => "a command that a terminal cannot show: see --format json".into(),
    }]
}

/// A command whose last word is a policy.
fn with_document(argv: &[String], room: usize) -> Option<Vec<Line>> {
    const INDENT: &str = "  ";
    let (document, words) = argv.split_last()?;
    let document = broken(document, room.checked_sub(INDENT.len())?)?;
    let mut lines = next::command(words, room);
    lines.last_mut()?.push_str(" \\");
    let document = document.into_iter().map(|line| format!("{INDENT}{line}"));
    Some(lines.into_iter().chain(document).map(Line::from).collect())
}

/// A JSON document as one word of a shell, over lines of at most `room` columns: white space between tokens means
/// nothing. None for what is no JSON, and where a part of it is wider.
fn broken(document: &str, room: usize) -> Option<Vec<String>> {
    serde_json::from_str::<IgnoredAny>(document).ok()?;
    let document = jsonl::one_line(document);
    let word = escape::shell(&document)?;
    let (mut in_string, mut escaped) = (false, false);
    let parts = word.split_inclusive(|c| {
        let ends = matches!(c, ',' | '{') && !in_string;
        if !escaped && c == '"' {
            in_string = !in_string;
        }
        escaped = !escaped && in_string && c == '\\';
        ends
    });
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            _ if width(part) > room => return None,
            Some(line) if width(line) + width(part) <= room => line.push_str(part),
            _ => lines.push(part.to_owned()),
        }
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn a_policy_is_broken_between_its_tokens() {
        let policy =
            "{\n \"Sid\": \"a, \\\"b, c\",\n \"Action\": [\"*\"], \"Resource\": \"it's\" }";
        let argv = ["aws", "--policy-document", policy].map(str::to_owned);
        let shown: Vec<_> = lines(&argv, 27);
        let expected = [
            "aws --policy-document \\",
            r#"  '{"Sid": "a, \"b, c","#,
            r#"  "Action": ["*"],"#,
            r#"   "Resource": "it'\''s" }'"#,
        ];
        assert_eq!(shown, expected.map(Line::from));
    }

    /// What a POSIX shell reads of one word in single quotes.
    fn read(word: &str) -> String {
        let inner = word
            .strip_prefix('\'')
            .and_then(|word| word.strip_suffix('\''));
        inner.expect("it is quoted").replace(r"'\''", "'")
    }

    proptest! {
        #[test]
        fn what_is_broken_is_the_same_document(names in prop::collection::vec("[ -~]{0,12}", 0..8), room in 8usize..60) {
            let document = json!({"Action": names, "Sid": "a"}).to_string();
            if let Some(lines) = broken(&document, room) {
                prop_assert!(lines.iter().all(|line| width(line) <= room));
                let read: Value = serde_json::from_str(&read(&lines.join("\n  "))).unwrap();
                prop_assert_eq!(read.to_string(), document);
            }
        }
    }
}
