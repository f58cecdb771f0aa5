//! `--format json` and the other JSON documents: the contract itself, safe to print on a terminal.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::is_deceptive;
use crate::report::{Coverage, NotVisible, Report, SCHEMA_VERSION, Window};

/// Writes `document` for people and programs alike: indented, and ending in a line break.
///
/// # Errors
/// Those of `out`.
pub fn write(document: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(document)?;
    // serde escapes C0 alone. The syntax of JSON is printable ASCII and line breaks, so that whatever else is
    // deceptive stands within a string, where `\uXXXX` means the same.
    let mut written = 0;
    for (at, hidden) in text.match_indices(|c| c != '\n' && is_deceptive(c)) {
        out.write_all(&text.as_bytes()[written..at])?;
        for unit in hidden.encode_utf16() {
            write!(out, "\\u{unit:04x}")?;
        }
        written = at + hidden.len();
    }
    out.write_all(&text.as_bytes()[written..])?;
    out.write_all(b"\n")
}

/// What stands in `FILE.coverage.json` beside a `csv` or `jsonl` file: what the rows cannot say.
#[derive(Serialize)]
struct CoverageDocument<'a> {
    schema_version: u32,
    complete: bool,
    window: Window,
    coverage: &'a [Coverage],
    not_visible: &'a [NotVisible],
}

/// Writes how far `report` can be trusted, for the file beside a `csv` or `jsonl` answer.
///
/// # Errors
/// Those of `out`.
pub fn write_coverage(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let document = CoverageDocument {
        schema_version: SCHEMA_VERSION,
        complete: report.complete,
        window: report.window,
        coverage: &report.coverage,
        not_visible: &report.not_visible,
    };
    write(&document, out)
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    schema_version: u32,
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    kind: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

/// Writes the document of a run that failed with `--format json`: it takes the answer's place on stdout.
///
/// # Errors
/// Those of `out`.
pub fn write_error(
    kind: &str,
    message: &str,
    hint: Option<&str>,
    out: &mut impl Write,
) -> io::Result<()> {
    let document = ErrorDocument {
        schema_version: SCHEMA_VERSION,
        error: ErrorBody {
            kind,
            message,
            hint,
        },
    };
    write(&document, out)
}
