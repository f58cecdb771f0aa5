//! The rooms of `src/`: who may import whom, what only one of them does, that no two files import each other, and
//! that a public type has its name for itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

const GROUND: [&str; 7] = [
    "event",
    "policy",
    "report",
    "error",
    "clock",
    "interrupt",
    "folders",
];

/// What each room may import besides the ground and itself; `commands` sees all.
const MAY_IMPORT: [(&str, &[&str]); 20] = [
    ("event", &[]),
    ("policy", &[]),
    ("report", &[]),
    ("error", &[]),
    ("clock", &[]),
    ("interrupt", &[]),
    ("folders", &[]),
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
const ONLY_IN: [(&str, &str); 8] = [
    (r"\btokio::signal\b", "interrupt.rs"),
    (
        r"\b(Utc|Local|Instant|SystemTime)::now\b|\bSystemTime\b",
        "clock.rs",
    ),
    (r"\bhome_dir\b|\bXDG_\w+_HOME\b|\bAPPDATA\b", "folders.rs"),
    (r"arn\b.*\.r?split(n|_once)?\(", "event/arn.rs"),
    (r"\bcomfy_table\b", "output/table/grid.rs"),
    (r"\bstderr\(\)", "terminal"),
    (r"\bClient::(new|from_conf)\b", "aws/clients.rs"),
    (r"\bstdout\(\)\.lock\(\)", "commands"),
];

/// Public type names that several files define, and why.
const DEFINED_TWICE: [(&str, &str); 1] = [(
    "Fold",
    "every part of an answer has one, and it is always written with its module: `summary::Fold`",
)];

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

    /// Whether all of it is tests.
    fn is_test(&self) -> bool {
        self.path.iter().any(|part| {
            let part = part.to_str().unwrap();
            part == "tests" || part == "properties.rs" || part.ends_with("tests.rs")
        })
    }

    /// Its code but the tests at its end.
    fn tested_code(&self) -> String {
        let lines: Vec<&str> = self.code().map(|(_, line)| line).collect();
        let tests = lines
            .windows(2)
            .position(|two| two[0] == "#[cfg(test)]" && two[1].ends_with('{'));
        lines[..tests.unwrap_or(lines.len())].join("\n")
    }

    /// `event::who` for `event/who.rs`, `event` for `event/mod.rs`, as its parts.
    fn module(&self) -> Vec<String> {
        let path = self.path.with_extension("");
        let parts = path.iter().map(|part| part.to_str().unwrap().to_owned());
        parts
            .filter(|part| part != "mod" && part != "lib")
            .collect()
    }

    /// The paths that it imports or writes out, absolute within the crate; and those of them that it passes on
    /// (`pub use`).
    fn imports(&self) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
        let code = self.tested_code();
        let used = used(&code);
        let passed_on = used.iter().filter(|(is_public, _)| *is_public);
        let passed_on = passed_on.map(|(_, path)| self.absolute(path)).collect();
        let written = WRITTEN_PATH.find_iter(&code).map(|path| path.as_str());
        let all = used.iter().map(|(_, path)| path.as_str()).chain(written);
        (all.map(|path| self.absolute(path)).collect(), passed_on)
    }

    /// A path as this file writes it, from the crate on. What begins with neither `crate`, `super` nor `self` may be
    /// a module below this one, or another crate, which no file answers to.
    fn absolute(&self, path: &str) -> Vec<String> {
        let mut at = self.module();
        for part in path.split("::") {
            match part {
                "crate" => at.clear(),
                "super" => drop(at.pop()),
                "self" => {}
                part => at.push(part.to_owned()),
            }
        }
        at
    }
}

/// A `use` statement, and whether it is public.
static USE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^ *(pub(?:\([^)]*\))? )?use ([^;]+);").unwrap());
/// A path as it may stand anywhere.
static WRITTEN_PATH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(?:crate|super|self)(?:::[a-zA-Z_0-9]+)+").unwrap());

/// The paths of all `use` statements, each with whether it is passed on.
fn used(code: &str) -> Vec<(bool, String)> {
    let mut used = Vec::new();
    for statement in USE.captures_iter(code) {
        let mut paths = Vec::new();
        expand("", &statement[2], &mut paths);
        let is_public = statement.get(1).is_some();
        used.extend(paths.into_iter().map(|path| (is_public, path)));
    }
    used
}

/// The paths of a `use` statement: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((before, list)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap();
        paths.push(format!("{prefix}{name}"));
        return;
    };
    let prefix = format!("{prefix}{before}");
    let list = list.strip_suffix('}').unwrap();
    let (mut depth, mut begin) = (0, 0);
    for (at, letter) in list.char_indices().chain([(list.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !list[begin..at].trim().is_empty() {
                    expand(&prefix, &list[begin..at], paths);
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
}

/// Which file or folder imports from which other one beside it. A file in a folder stands for the folder towards all
/// that is outside of it. A `mod.rs` and the files below it are left out: a folder and its parts are one thing, and
/// may use each other. But what a `mod.rs` only passes on, under the name that it has, is an import from the file that
/// defines it. Methods are not seen: only names that a file writes.
fn neighbours(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let modules: BTreeSet<Vec<String>> = sources.iter().map(Source::module).collect();
    let (mut imports, mut passed_on) = (Vec::new(), BTreeMap::new());
    for source in sources {
        let (all, passed) = source.imports();
        imports.push((source.module(), all));
        passed_on.insert(source.module(), passed);
    }
    // the module that defines what stands at `path`
    let defining = |path: &[String]| {
        let mut path = path.to_vec();
        loop {
            let depth = (0..=path.len()).rev();
            let module = depth
                .map(|depth| &path[..depth])
                .find(|part| modules.contains(*part));
            let module = module.unwrap_or_default().to_vec();
            let from = path.get(module.len()).and_then(|name| {
                let known = passed_on.get(&module)?;
                known.iter().find(|known| known.last() == Some(name))
            });
            match from {
                Some(from) if *from != path => path.clone_from(from),
                _ => return module,
            }
        }
    };
    let mut neighbours: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (from, paths) in &imports {
        for path in paths {
            let to = defining(path);
            let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if same < from.len() && same < to.len() {
                let from = from[..=same].join("::");
                neighbours
                    .entry(from)
                    .or_default()
                    .insert(to[..=same].join("::"));
            }
        }
    }
    neighbours
}

/// A way through `neighbours` that ends where it begins, if there is one.
fn circle(neighbours: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<&str>> {
    fn search<'n>(
        neighbours: &'n BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<&'n str>,
        done: &mut BTreeSet<&'n str>,
    ) -> bool {
        let next = way.last().and_then(|last| neighbours.get(*last));
        for name in next.into_iter().flatten() {
            if let Some(begin) = way.iter().position(|known| known == name) {
                way.drain(..begin);
                return true;
            }
            if !done.contains(name.as_str()) {
                way.push(name);
                if search(neighbours, way, done) {
                    return true;
                }
                way.pop();
            }
        }
        done.extend(way.last());
        false
    }
    let mut done = BTreeSet::new();
    neighbours.keys().find_map(|name| {
        let mut way = vec![name.as_str()];
        search(neighbours, &mut way, &mut done).then_some(way)
    })
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

#[test]
fn a_public_type_has_its_name_for_itself() {
    let defined =
        Regex::new(r"(?m)^pub(?:\([^)]*\))? (?:struct|enum|trait|type|union) (\w+)").unwrap();
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        for found in defined.captures_iter(&source.tested_code()) {
            let file = source.path.display().to_string();
            files.entry(found[1].to_owned()).or_default().push(file);
        }
    }
    assert!(files.len() > 300, "types were found: {}", files.len());
    files.retain(|name, files| {
        let is_allowed = DEFINED_TWICE.iter().any(|(allowed, _)| allowed == name);
        files.len() > 1 && !is_allowed
    });
    assert!(files.is_empty(), "defined more than once: {files:#?}");
}

#[test]
fn a_fold_is_written_with_its_module() {
    let mut folds = 0;
    for source in sources() {
        folds += usize::from(source.text.contains("pub struct Fold"));
        let used = used(&source.text);
        let is_imported = used.iter().any(|(_, path)| path.ends_with("::Fold"));
        assert!(!is_imported, "{}", source.path.display());
    }
    assert!(folds > 5, "folds were found: {folds}");
}

#[test]
fn no_two_files_import_each_other() {
    let mut sources = sources();
    sources.retain(|source| !source.is_test());
    let neighbours = neighbours(&sources);
    let imports: usize = neighbours.values().map(BTreeSet::len).sum();
    assert!(imports > 300, "imports were found: {imports}");
    assert_eq!(circle(&neighbours), None);
}

#[test]
fn a_circle_is_found() {
    let source = |path: &str, text: &str| Source {
        path: path.into(),
        text: text.into(),
    };
    let circle_of = |folder: &str, one: &str, other: &str| {
        let sources = [
            source("lib.rs", "mod room;"),
            source("room/mod.rs", folder),
            source("room/one.rs", one),
            source("room/other/mod.rs", "use super::Shared;\nmod inner;"),
            source("room/other/inner.rs", other),
        ];
        let neighbours = neighbours(&sources);
        circle(&neighbours).map(|way| way.join(" -> "))
    };
    let both = Some("room::one -> room::other".to_owned());
    let folder = "mod one;\nmod other;\npub use one::{One, Two as Three};";
    let one = "use super::other::{self, inner::Inner};";
    assert_eq!(circle_of(folder, one, "use crate::room::one::One;"), both);
    assert_eq!(circle_of(folder, one, "fn f(_: crate::room::One) {}"), both);
    assert_eq!(
        circle_of(folder, one, "use std::fmt;\nuse super::super::{One};"),
        both
    );
    // one way only; what the folder itself defines; a comment; a test
    assert_eq!(circle_of(folder, one, "use super::super::Shared;"), None);
    assert_eq!(circle_of(folder, one, "// use crate::room::One;"), None);
    let test = "#[cfg(test)]\nmod tests {\n    use crate::room::One;\n}";
    assert_eq!(circle_of(folder, one, test), None);
}
