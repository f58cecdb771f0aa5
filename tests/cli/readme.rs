//! The papers say what is: README's examples are run, its tables compared, and ARCHITECTURE.md names files that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::CommandFactory;
use trailhunt::cli::Cli;
use trailhunt::error::EXIT_CODES;
use trailhunt::playbook::BUILTIN;
use trailhunt::response::slot::Slot;
use trailhunt::sources::demo::LEAKED_KEY;

use crate::support::offline::said;
use crate::support::sandbox::Sandbox;

const README: &str = include_str!("../../README.md");
const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");

/// Stands in an example for lines that are left out.
const LEFT_OUT: &str = "[...]";

/// A fenced block of README: what it is written in, and its text.
struct Block {
    language: &'static str,
    text: &'static str,
}

fn blocks() -> Vec<Block> {
    let fenced = README.split("```").skip(1).step_by(2);
    fenced
        .map(|block| {
            let (language, text) = block.split_once('\n').expect("a fence ends its line");
            Block { language, text }
        })
        .collect()
}

fn blocks_in(language: &str) -> impl Iterator<Item = &'static str> {
    blocks()
        .into_iter()
        .filter(move |block| block.language == language)
        .map(|block| block.text)
}

/// What the command prints: first its answer, then what it says on stderr.
fn printed(sandbox: &Sandbox, arguments: &[&str]) -> String {
    // piped: on a terminal, help would be as wide as that
    let run = sandbox.trailhunt().args(arguments).write_stdin("").assert();
    let output = run.success().get_output().clone();
    String::from_utf8([output.stdout, output.stderr].concat()).expect("what is printed is UTF-8")
}

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
fn it_begins_with_two_commands_for_a_fresh_machine() {
    let first = &blocks()[0];
    assert_eq!(first.language, "sh");
    let trace = format!("cargo run --release -- trace-key {LEAKED_KEY} --from demo");
    assert_eq!(
        first.text.lines().collect::<Vec<_>>(),
        [trace.as_str(), "cargo test"]
    );
    let before = README.split("```").next().unwrap_or_default();
    assert!(before.lines().count() < 15, "they are on the first screen");
}

#[test]
fn usage_is_what_help_prints() {
    let usage = blocks_in("text")
        .find(|text| text.contains("Usage: trailhunt"))
        .expect("README shows the usage");
    assert_eq!(usage, printed(&Sandbox::new(), &["--help"]));
}

#[test]
fn exit_codes_are_those_of_the_program() {
    let table = README
        .split("## Exit codes")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .expect("README has exit codes");
    let rows: Vec<_> = table
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| ")?
                .strip_suffix(" |")?
                .split_once(" | ")
        })
        .skip(1)
        .collect();
    let codes: Vec<_> = EXIT_CODES
        .lines()
        .skip(1)
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(code, meaning)| (code, meaning.trim()))
        .collect();
    assert_eq!(rows, codes);
}

#[test]
fn every_command_flag_and_playbook_is_mentioned() {
    let mut names: Vec<String> = BUILTIN.iter().map(|known| known.id.to_owned()).collect();
    let mut commands = vec![Cli::command()];
    while let Some(command) = commands.pop() {
        let flags = command.get_arguments().filter_map(|flag| flag.get_long());
        names.extend(flags.map(|flag| format!("--{flag}")));
        names.extend(
            command
                .get_subcommands()
                .map(|sub| sub.get_name().to_owned()),
        );
        commands.extend(command.get_subcommands().cloned());
    }
    assert!(names.contains(&"--incident".to_owned()), "{names:?}");
    let words: BTreeSet<&str> = README
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .collect();
    let missing: Vec<_> = names
        .iter()
        .filter(|name| !words.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), "README does not mention {missing:?}");
}

/// What a line typed in a shell prints: first the answer, then what is said on stderr.
fn typed(sandbox: &Sandbox, line: &str) -> String {
    let run = sandbox
        .command("sh")
        .args(["-c", line])
        .write_stdin("")
        .assert();
    let output = run.success().get_output().clone();
    String::from_utf8([output.stdout, output.stderr].concat()).expect("what is printed is UTF-8")
}

#[test]
fn examples_print_what_they_are_shown_to_print() {
    let binary = Path::new(env!("CARGO_BIN_EXE_trailhunt"));
    let folder = binary.parent().expect("the binary stands in a folder");
    let path = format!(
        "{}:{}",
        folder.display(),
        std::env::var("PATH").expect("PATH is set")
    );
    let sandbox = Sandbox::new().set("PATH", path);
    for yaml in blocks_in("yaml") {
        let id = yaml.lines().find_map(|line| line.strip_prefix("id: "));
        // a playbook has an id; the other file of one's own is the settings of the alerts
        let name = format!("{}.yaml", id.unwrap_or("alerts"));
        assert!(
            README.contains(&format!("`{name}`")),
            "README says to save it as {name}"
        );
        fs::write(sandbox.home().join(name), yaml).expect("the home is writable");
    }
    let mut backtest = sandbox.trailhunt();
    let settings = ["--settings", "alerts.yaml"];
    backtest
        .args(["backtest-alerts", "--from", "demo"])
        .args(settings);
    said(backtest.current_dir(sandbox.home())).exits(0);
    let mut run = 0;
    for block in blocks_in("console") {
        for example in format!("\n{block}").split("\n$ ").skip(1) {
            let mut lines = example.lines();
            let line = lines.next().unwrap_or_default();
            let shown: Vec<_> = lines.collect();
            if let Err(difference) = compare(&shown, &typed(&sandbox, line)) {
                panic!("{line}: {difference}");
            }
            run += 1;
        }
    }
    assert!(run >= 12, "only {run} examples were found");
}

/// The rows of README's tables: their cells, without backticks.
fn rows() -> impl Iterator<Item = Vec<String>> {
    let rows = README.lines().filter(|line| line.starts_with("| "));
    rows.map(|row| {
        row.trim_matches('|')
            .split(" | ")
            .map(|cell| cell.trim().replace('`', ""))
            .collect()
    })
}

#[test]
fn every_playbook_has_a_row_with_its_columns() {
    for builtin in BUILTIN {
        let playbook = builtin.load().unwrap();
        let row = rows().find(|row| row[0] == builtin.id);
        let row = row.unwrap_or_else(|| panic!("README has no row of {}", builtin.id));
        let columns: Vec<&str> = match playbook.changes {
            Some(_) => vec!["those of changes"],
            None => playbook
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .collect(),
        };
        assert_eq!(row[2], columns.join(", "), "{}", builtin.id);
    }
    let printed = printed(
        &Sandbox::new(),
        &["changes", "iam", "--from", "demo", "--format", "csv"],
    );
    let header = printed.lines().next().unwrap().replace(',', ", ");
    assert!(
        README.contains(&format!("`{header}`")),
        "README lacks {header}"
    );
}

#[test]
fn the_number_of_rules_is_that_of_the_catalogue() {
    let rules = fs::read_dir("playbooks/rules").unwrap().count();
    assert!(
        README.contains(&format!("{rules} rules with level")),
        "there are {rules} rules"
    );
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

#[test]
fn architecture_names_what_exists_and_every_room() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let quoted: BTreeSet<&str> = ARCHITECTURE.split('`').skip(1).step_by(2).collect();
    let folders = ["src/", "tests/", "playbooks/", "fuzz/", "benches/"];
    let named: BTreeSet<&str> = quoted
        .into_iter()
        .filter(|text| folders.iter().any(|folder| text.starts_with(folder)))
        .collect();
    for path in &named {
        assert!(project.join(path).exists(), "there is no {path}");
    }
    for entry in fs::read_dir(project.join("src")).expect("src can be listed") {
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

#[test]
fn every_permission_that_a_response_needs_is_mentioned() {
    let [user, role, policy] = ["bob", "ops", "p"].map(str::to_owned);
    let slots = [
        Slot::AccessKey {
            user: user.clone(),
            access_key_id: LEAKED_KEY.to_owned(),
        },
        Slot::UserPolicy {
            user: user.clone(),
            policy: policy.clone(),
        },
        Slot::RolePolicy {
            role,
            policy: policy.clone(),
        },
        Slot::Attachment {
            user,
            policy_arn: policy,
        },
    ];
    for slot in slots {
        for action in [Some(String::new()), None]
            .iter()
            .flat_map(|to| slot.actions(to))
        {
            assert!(README.contains(&format!("`{action}`")), "{action}");
        }
    }
}
