//! What can be run is run: every example of a console, every file that a reader is told to save, every command line.

use std::fs;
use std::path::Path;

use clap::Parser;
use trailhunt::cli::Cli;
use trailhunt::sources::demo::LEAKED_KEY;

use super::{Document, documents, printed, readme, the_one};
use crate::support::offline::said;
use crate::support::sandbox::Sandbox;

/// Stands in an example for lines that are left out.
const LEFT_OUT: &str = "[...]";

/// Whether `printed` is `shown`, line by line, but for what `shown` leaves out; else the first line that is not.
fn compare(shown: &[&str], printed: &str) -> Result<(), String> {
    let mut printed = printed.lines().peekable();
    let mut may_skip = false;
    for line in shown {
        if *line == LEFT_OUT {
            may_skip = true;
            continue;
        }
        let found = if may_skip {
            printed.by_ref().find(|other| other == line)
        } else {
            printed.next_if_eq(line)
        };
        found.ok_or_else(|| format!("expected {line:?}, found {:?}", printed.peek()))?;
        may_skip = false;
    }
    match printed.next() {
        Some(more) if !may_skip => Err(format!("nothing expected, found {more:?}")),
        _ => Ok(()),
    }
}

#[test]
fn readme_begins_with_two_commands_for_a_fresh_machine() {
    let readme = readme();
    let first = &readme.blocks()[0];
    assert_eq!(first.language, "sh");
    let trace = format!("cargo run --release -- trace-key {LEAKED_KEY} --from demo");
    assert_eq!(
        first.text.lines().collect::<Vec<_>>(),
        [trace.as_str(), "cargo test"]
    );
    let before = readme.text.split("```").next().unwrap_or_default();
    assert!(before.lines().count() < 15, "they are on the first screen");
}

#[test]
fn usage_is_what_help_prints() {
    let usage = the_one("the usage", |document| {
        let texts = document.blocks_in("text").into_iter();
        let mut usages = texts.filter(|text| text.contains("Usage: trailhunt"));
        usages.next()
    });
    assert_eq!(usage, printed(&Sandbox::new(), &["--help"]));
}

/// What a line typed in a shell prints, and ends with `code`: first the answer, then what is said on stderr.
fn typed(sandbox: &Sandbox, line: &str, code: i32) -> String {
    let run = sandbox
        .command("sh")
        .args(["-c", line])
        .write_stdin("")
        .assert();
    let output = run.code(code).get_output().clone();
    String::from_utf8([output.stdout, output.stderr].concat()).expect("what is printed is UTF-8")
}

/// A sandbox in which a shell finds the binary.
fn shell() -> Sandbox {
    let binary = Path::new(env!("CARGO_BIN_EXE_trailhunt"));
    let folder = binary.parent().expect("the binary stands in a folder");
    let path = format!(
        "{}:{}",
        folder.display(),
        std::env::var("PATH").expect("PATH is set")
    );
    Sandbox::new().set("PATH", path)
}

/// What a file of one's own is, by what stands in it: its name, and the command that must take it.
fn own_file(yaml: &str) -> (String, Vec<String>) {
    let value = |key: &str| yaml.lines().find_map(|line| line.strip_prefix(key));
    let words = |text: &str| text.split(' ').map(str::to_owned).collect();
    if let Some(id) = value("id: ").filter(|_| yaml.starts_with("playbook: ")) {
        let name = format!("{id}.yaml");
        (name.clone(), words(&format!("playbooks check {name}")))
    } else if value("logsource: ").is_some() {
        // of several rules in one file, the last is the one that it is about
        let mut names = yaml.lines().filter_map(|line| line.strip_prefix("name: "));
        let name = format!("{}.yml", names.next_back().expect("a rule has a name"));
        let run = format!("hunt --rules {name} --from demo");
        (name, words(&run))
    } else {
        let run = "backtest-alerts --from demo --settings alerts.yaml";
        ("alerts.yaml".to_owned(), words(run))
    }
}

/// Saves the files that the page shows, and holds each against the command that takes it.
fn save_files(document: &Document, sandbox: &Sandbox) -> usize {
    let files = document.blocks_in("yaml");
    for yaml in &files {
        let (name, arguments) = own_file(yaml);
        assert!(
            document.text.contains(&format!("`{name}`")),
            "{} says to save it as {name}",
            document.path
        );
        fs::write(sandbox.home().join(&name), yaml).expect("the home is writable");
        let mut check = sandbox.trailhunt();
        said(check.args(arguments).current_dir(sandbox.home())).exits(0);
    }
    files.len()
}

/// Runs the examples of the page, in their order; how many there are.
fn run_examples(document: &Document, sandbox: &Sandbox) -> usize {
    let mut run = 0;
    for block in document.blocks_in("console") {
        for example in format!("\n{block}").split("\n$ ").skip(1) {
            let mut lines = example.lines();
            let line = lines.next().unwrap_or_default();
            let shown: Vec<_> = lines.collect();
            let is_incomplete = shown.iter().any(|line| line.starts_with("INCOMPLETE"));
            let code = if is_incomplete { 3 } else { 0 };
            if let Err(difference) = compare(&shown, &typed(sandbox, line, code)) {
                panic!("{}: {line}: {difference}", document.path);
            }
            run += 1;
        }
    }
    run
}

#[test]
fn examples_print_what_they_are_shown_to_print() {
    let (mut run, mut saved) = (0, 0);
    for document in documents() {
        // a home of its own: an example stands on what its page said before, and on nothing else
        let sandbox = shell();
        saved += save_files(&document, &sandbox);
        run += run_examples(&document, &sandbox);
    }
    assert!(run >= 20, "only {run} examples were found");
    assert!(saved >= 4, "only {saved} files were found");
}

/// The words of a line as a shell takes them: quotes hold words together, a redirection and a comment end it.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            '>' | '#' if !is_quoted => break,
            _ => words.last_mut().expect("there is one").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn command_lines_that_need_an_account_are_taken_by_the_program() {
    let mut seen = 0;
    for document in documents() {
        for block in document.blocks_in("sh") {
            let lines = block.replace("\\\n", "");
            for line in lines
                .lines()
                .filter(|line| line.trim_start().starts_with("trailhunt "))
            {
                let parsed = Cli::try_parse_from(words(line));
                assert!(
                    parsed.is_ok(),
                    "{}: {line}: {}",
                    document.path,
                    parsed.unwrap_err()
                );
                seen += 1;
            }
        }
    }
    assert!(seen >= 15, "only {seen} lines were found");
}

#[test]
fn a_comparison_sees_every_difference() {
    let printed = "a\nb\nc\n";
    for same in [
        &["a", "b", "c"][..],
        &["a", LEFT_OUT, "c"],
        &["a", LEFT_OUT],
    ] {
        assert_eq!(compare(same, printed), Ok(()), "{same:?}");
    }
    for other in [
        &["a", "b"][..],
        &["a", "c"],
        &["b", LEFT_OUT],
        &[LEFT_OUT, "b"],
        &["a", LEFT_OUT, "x"],
    ] {
        assert!(compare(other, printed).is_err(), "{other:?}");
    }
}
