//! ARCHITECTURE.md names files that exist, and every room; its map is of the folders that there are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{Document, project};

#[test]
fn architecture_names_what_exists_and_every_room() {
    let architecture = Document::read("ARCHITECTURE.md").text;
    let quoted: BTreeSet<&str> = architecture.split('`').skip(1).step_by(2).collect();
    let folders = ["src/", "tests/", "playbooks/", "fuzz/", "benches/"];
    let named: BTreeSet<&str> = quoted
        .into_iter()
        .filter(|text| folders.iter().any(|folder| text.starts_with(folder)))
        .collect();
    for path in &named {
        assert!(project().join(path).exists(), "there is no {path}");
    }
    for entry in fs::read_dir(project().join("src")).expect("src can be listed") {
        let entry = entry.expect("src can be listed");
        let mut room = format!("src/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            room.push('/');
        }
        assert!(
            named.contains(room.as_str()),
            "ARCHITECTURE.md lacks {room}"
        );
    }
}

/// The folders below `folder`, with a slash behind, as far as `depth`.
fn folders(folder: &Path, depth: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("a folder can be listed") {
        let entry = entry.expect("a folder can be listed");
        let name = entry.file_name().to_string_lossy().into_owned();
        // test modules stand beside what they test
        if entry.path().is_dir() && name != "tests" {
            found.insert(format!("{name}/"));
            if depth > 1 {
                found.extend(folders(&entry.path(), depth - 1));
            }
        }
    }
    found
}

#[test]
fn the_map_shows_the_folders_that_there_are() {
    let architecture = Document::read("ARCHITECTURE.md").text;
    let map = architecture.split("```").nth(1).expect("there is a map");
    let rows = map.lines().skip_while(|line| *line != "src/").skip(1);
    let shown: BTreeSet<String> = rows
        .flat_map(|row| {
            let names = row.split_whitespace();
            names.take_while(|word| word.ends_with('/') || word.contains('.'))
        })
        .filter(|name| name.ends_with('/'))
        .map(str::to_owned)
        .collect();
    assert_eq!(shown, folders(&project().join("src"), 2));
}
