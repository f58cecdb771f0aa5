//! The rooms of `src/`: who may import whom, and what only one of them does.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

const GROUND: [&str; 4] = ["event", "report", "error", "clock"];

/// What each room may import besides the ground and itself; `commands` sees all.
const MAY_IMPORT: [(&str, &[&str]); 17] = [
    ("event", &[]),
    ("report", &[]),
    ("error", &[]),
    ("clock", &[]),
    ("detection", &[]),
    ("analysis", &[]),
    ("aws", &[]),
    ("output", &[]),
    ("playbook", &["detection"]),
    ("plan", &["detection"]),
    ("sources", &["plan", "aws"]),
    (
        "investigation",
        &[
            "detection",
            "analysis",
            "playbook",
            "plan",
            "sources",
            "aws",
        ],
    ),
    (
        "response",
        &["detection", "playbook", "plan", "investigation", "aws"],
    ),
    (
        "alerting",
        &["detection", "playbook", "plan", "investigation", "aws"],
    ),
    ("terminal", &["output"]),
    ("cli", &["detection", "playbook", "output", "alerting"]),
    ("lib", &[]),
];

/// What only one place of `src/` does, and that place: a file, or a room.
const ONLY_IN: [(&str, &str); 5] = [
    (
        r"\b(Utc|Local|Instant|SystemTime)::now\b|\bSystemTime\b",
        "clock.rs",
    ),
    (r"\bcomfy_table\b", "output/table/grid.rs"),
    (r"\bstderr\(\)", "terminal"),
    (r"\bClient::(new|from_conf)\b", "aws.rs"),
    (r"\bstdout\(\)\.lock\(\)", "commands"),
];

struct Source {
    /// Below `src/`.
    path: PathBuf,
    text: String,
}

impl Source {
    /// The first part of its path: `event` for `event/mod.rs`, `clock` for `clock.rs`.
    fn room(&self) -> &str {
        let first = self.path.iter().next().unwrap().to_str().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Its lines with their numbers, but comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self
            .text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(&root).unwrap().to_owned();
                sources.push(Source { path, text });
            }
        }
    }
    assert!(sources.len() > 50, "src/ was found");
    sources
}

#[test]
fn every_file_says_what_belongs_in_it() {
    for source in sources() {
        assert!(source.text.starts_with("//! "), "{}", source.path.display());
    }
}

#[test]
fn nothing_is_imported_from_above() {
    let import = Regex::new(r"\bcrate::(\w+|\{)").unwrap();
    let mut seen = 0;
    for source in sources() {
        let room = source.room();
        if matches!(room, "commands" | "main") {
            continue;
        }
        let table = MAY_IMPORT.iter().find(|(name, _)| *name == room);
        let (_, allowed) = table.unwrap_or_else(|| panic!("the table has no room {room}"));
        for (number, line) in source.code() {
            for found in import.captures_iter(line) {
                let name = &found[1];
                let fits = name == room || allowed.contains(&name) || GROUND.contains(&name);
                assert!(
                    fits,
                    "{}:{number} imports {name}: {line}",
                    source.path.display()
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "imports were found: {seen}");
}

#[test]
fn what_one_place_does_no_other_does() {
    for (pattern, place) in ONLY_IN {
        let pattern = Regex::new(pattern).unwrap();
        let (mut there, mut elsewhere) = (0, Vec::new());
        for source in sources() {
            for (number, line) in source.code().filter(|(_, line)| pattern.is_match(line)) {
                if source.path.starts_with(place) {
                    there += 1;
                } else {
                    elsewhere.push(format!("{}:{number} {line}", source.path.display()));
                }
            }
        }
        assert!(elsewhere.is_empty(), "only {place}: {elsewhere:#?}");
        assert!(there > 0, "{pattern} is found in {place}");
    }
}
