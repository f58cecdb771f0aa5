//! ARCHITECTURE.md names files that exist, and every room.

use std::collections::BTreeSet;
use std::fs;

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
