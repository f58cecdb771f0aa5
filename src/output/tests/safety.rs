//! Whatever an attacker writes, in every field at once: no format lets it act on a terminal or break its own shape.

use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::{STYLE, story, written};
use crate::output::escape::is_deceptive;
use crate::output::{Format, Style};
use crate::report::{Report, State};

const HOSTILE: [&str; 10] = [
    "\x1b]8;;https://evil.example\x1b\\aws\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[31mok\x07",
    "a\u{9b}31m\u{85}\x7f",
    "\u{202e}nimda\u{2066}\u{200f}\u{2028}",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\"a\",\r\n;b\t",
    "山田太郎🦀🦀e\u{301}\u{301}\u{fe0f}\u{e0041}",
    "$(reboot) `id` 'x' \\",
    "",
];

/// The story told in `words`: equal texts stay equal, so that the tree keeps its shape.
fn hostile(words: &[String], complete: bool, renders_changes: bool) -> Report {
    let mut report = story::traced_as(&|text| {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let nth = usize::try_from(hasher.finish() % words.len() as u64).unwrap();
        format!("{}{}", words[nth], words[(nth + 1) % words.len()])
    });
    report.columns.extend(words.iter().cloned());
    report.complete = complete;
    report.renders_changes = renders_changes;
    for entry in &mut report.coverage {
        entry.gap = !complete;
        entry.state = State::Failed;
        entry.reason = words.first().cloned();
    }
    report
}

fn words() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof![
        any::<String>(),
        proptest::sample::select(&HOSTILE).prop_map(str::to_owned),
        "[\\x00-\\x1f\\x7f-\u{9f}\u{202a}-\u{202e}\u{2066}-\u{2069}a ]{0,150}",
    ];
    prop::collection::vec(word, 1..12)
}

fn style() -> impl Strategy<Value = Style> {
    (0usize..300, any::<bool>(), any::<bool>()).prop_map(|(width, color, all)| Style {
        width,
        color,
        all,
        ..STYLE
    })
}

/// `text` without the colours that the table itself may use.
fn without_paint(text: &str) -> String {
    ["1;31", "31", "33", "36", "1;35", "0"]
        .iter()
        .fold(text.to_owned(), |text, code| {
            text.replace(&format!("\x1b[{code}m"), "")
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_table_stays_within_its_lines(words in words(), complete: bool, changes: bool, style in style()) {
        let table = written(&hostile(&words, complete, changes), Format::Table, &style);
        let plain = if style.color { without_paint(&table) } else { table };
        for line in plain.lines() {
            prop_assert!(!line.contains(is_deceptive), "{line:?}");
            prop_assert!(line.width() <= style.width.clamp(40, 1000), "{line:?}");
        }
    }

    #[test]
    fn json_escapes_and_loses_nothing(words in words()) {
        let report = hostile(&words, true, true);
        let json = written(&report, Format::Json, &STYLE);
        prop_assert!(!json.contains(|c| c != '\n' && is_deceptive(c)));
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        let plain = serde_json::to_string(&report).unwrap();
        prop_assert_eq!(read, serde_json::from_str::<serde_json::Value>(&plain).unwrap());
    }

    #[test]
    fn csv_keeps_its_shape(words in words(), changes: bool) {
        let report = hostile(&words, true, changes);
        let text = written(&report, Format::Csv, &STYLE);
        prop_assert!(!text.replace("\r\n", "").contains(is_deceptive));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let rows: Vec<_> = reader.records().collect::<Result<_, _>>().unwrap();
        let (made, columns) = if changes {
            (report.changes.len(), 16)
        } else {
            (report.events.len(), report.columns.len() + 2)
        };
        prop_assert_eq!(rows.len(), made + 1);
        for cell in rows.iter().flatten() {
            prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell:?}");
        }
        prop_assert!(rows.iter().all(|row| row.len() == columns));
    }
}

#[test]
fn raw_records_stand_in_jsonl_alone() {
    let mut report = story::traced();
    report.records = vec![r#"{"sessionToken":"secret"}"#.into()];
    for format in [Format::Table, Format::Csv, Format::Json] {
        let all = Style { all: true, ..STYLE };
        assert!(
            !written(&report, format, &all).contains("secret"),
            "{format:?}"
        );
    }
}
