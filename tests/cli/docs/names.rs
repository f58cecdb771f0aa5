//! What the pages name exists, and what exists is named: flags, commands, playbooks, files; and README is short.

use std::collections::BTreeSet;
use std::path::Path;

use clap::CommandFactory;
use regex::Regex;
use trailhunt::cli::Cli;
use trailhunt::playbook::BUILTIN;

use super::{Document, documents, project, readme};

/// Flags that the pages name and that are another program's.
const OF_OTHERS: [(&str, &[&str]); 3] = [
    (
        "cargo",
        &[
            "--release",
            "--path",
            "--test",
            "--lib",
            "--bench",
            "--profile",
        ],
    ),
    ("aws iam", &["--user-name", "--access-key-id", "--status"]),
    (
        "aws s3, aws ec2",
        &["--exclude", "--include", "--instance-ids"],
    ),
];

/// README is what somebody reads in an incident: the rest has pages of its own.
const README_LIMIT: usize = 16_000;

/// Where the files of the project stand.
const FOLDERS: [&str; 8] = [
    "src/",
    "tests/",
    "docs/",
    "playbooks/",
    ".ci/",
    "benches/",
    "fuzz/",
    "completions/",
];

/// Every flag of trailhunt, hidden ones too, and every command.
struct Interface {
    flags: BTreeSet<String>,
    commands: BTreeSet<String>,
}

impl Interface {
    fn new() -> Self {
        let (mut flags, mut names) = (BTreeSet::new(), BTreeSet::new());
        let mut commands = vec![Cli::command()];
        while let Some(command) = commands.pop() {
            let long = command.get_arguments().filter_map(|flag| flag.get_long());
            flags.extend(long.map(|flag| format!("--{flag}")));
            names.extend(
                command
                    .get_subcommands()
                    .map(|sub| sub.get_name().to_owned()),
            );
            commands.extend(command.get_subcommands().cloned());
        }
        assert!(flags.contains("--incident"), "{flags:?}");
        Self {
            flags,
            commands: names,
        }
    }
}

/// The words of the pages, with the dashes that they have.
fn words(documents: &[Document]) -> BTreeSet<&str> {
    let words = documents.iter().flat_map(|document| {
        document
            .text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
    });
    words.collect()
}

#[test]
fn every_command_flag_and_playbook_is_mentioned() {
    let Interface { flags, commands } = Interface::new();
    let playbooks = BUILTIN.iter().map(|known| known.id.to_owned());
    let names: Vec<String> = playbooks.chain(flags).chain(commands).collect();
    let documents = documents();
    let words = words(&documents);
    let missing: Vec<_> = names
        .iter()
        .filter(|name| !words.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), "no page mentions {missing:?}");
}

#[test]
fn every_flag_that_is_named_is_one() {
    let known = Interface::new().flags;
    let of_others: BTreeSet<&str> = OF_OTHERS
        .iter()
        .flat_map(|(_, flags)| *flags)
        .copied()
        .collect();
    let flag = Regex::new(r"(?:^|[^\w-])(--[a-z][a-z0-9-]*)").unwrap();
    let (mut named, mut unknown) = (BTreeSet::new(), Vec::new());
    for document in documents() {
        for found in flag.captures_iter(&document.text) {
            let flag = &found[1];
            // clap's own
            let is_known = known.contains(flag) || ["--help", "--version"].contains(&flag);
            if !is_known && !of_others.contains(flag) {
                unknown.push(format!("{}: no program has {flag}", document.path));
            }
            named.insert(flag.to_owned());
        }
    }
    assert!(unknown.is_empty(), "\n{}\n", unknown.join("\n"));
    for flag in of_others {
        assert!(named.contains(flag), "no page names {flag} any more");
    }
}

#[test]
fn every_file_that_is_named_exists() {
    let (mut seen, mut missing) = (0, Vec::new());
    for document in documents() {
        for span in document.code_spans() {
            let path = span.split_whitespace().next().unwrap_or_default();
            let is_in_folder = FOLDERS.iter().any(|folder| path.starts_with(folder));
            let ending = Path::new(path).extension().unwrap_or_default();
            let is_at_the_top = !path.contains('/') && (ending == "toml" || ending == "md");
            if is_in_folder || is_at_the_top {
                if !project().join(path).exists() {
                    missing.push(format!("{}: there is no {path}", document.path));
                }
                seen += 1;
            }
        }
    }
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
    assert!(seen >= 40, "only {seen} files were found");
}

#[test]
fn readme_is_short() {
    let bytes = readme().text.len();
    assert!(bytes < README_LIMIT, "README has {bytes} bytes");
}

#[test]
fn every_page_says_first_for_whom_it_is() {
    for document in documents() {
        if document.path == readme().path {
            continue;
        }
        let mut lines = document.text.lines();
        assert!(
            lines.next().is_some_and(|line| line.starts_with("# ")),
            "{} has a title",
            document.path
        );
        let first = lines.find(|line| !line.is_empty()).unwrap_or_default();
        assert!(
            first.starts_with("This page is for "),
            "{}: {first}",
            document.path
        );
    }
}
