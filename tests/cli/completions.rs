//! Completion scripts: those committed are those that the binary prints, and they know the built-in playbooks.

use std::path::Path;

use crate::support::offline::trailhunt;

const FILES: [(&str, &str); 5] = [
    ("bash", "trailhunt.bash"),
    ("zsh", "_trailhunt"),
    ("fish", "trailhunt.fish"),
    ("powershell", "_trailhunt.ps1"),
    ("elvish", "trailhunt.elv"),
];

#[test]
fn the_committed_files_are_what_the_binary_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    for (shell, name) in FILES {
        let printed = trailhunt(["completions", shell]).exits(0);
        let file = folder.join(name);
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            committed == printed.text(),
            "{name} is out of date: trailhunt completions {shell} > completions/{name}"
        );
    }
    let others = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(others, FILES.len(), "completions/ holds nothing else");
}

#[test]
fn built_in_playbooks_are_completed() {
    for (shell, _) in FILES {
        let script = trailhunt(["completions", shell]).exits(0);
        for word in ["trace-key", "access-key-trace", "no-progress"] {
            assert!(script.text().contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn a_shell_that_there_is_not() {
    let unknown = trailhunt(["completions", "tcsh"]).exits(2);
    assert!(
        unknown
            .stderr
            .contains("bash, elvish, fish, powershell, zsh"),
        "{}",
        unknown.stderr
    );
}
