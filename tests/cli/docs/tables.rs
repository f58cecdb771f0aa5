//! The tables of the pages are those of the program: exit codes, playbooks, permissions, and the number of rules.

use std::fs;

use trailhunt::error::EXIT_CODES;
use trailhunt::playbook::BUILTIN;
use trailhunt::response::slot::Slot;
use trailhunt::sources::demo::LEAKED_KEY;

use super::{Document, printed, project, the_one};
use crate::support::sandbox::Sandbox;

#[test]
fn exit_codes_are_those_of_the_program() {
    let table = the_one("exit codes", |document| {
        Some(document.section("Exit codes")?.to_owned())
    });
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

/// The rows of the tables of a page: their cells, without backticks.
fn rows(document: &Document) -> impl Iterator<Item = Vec<String>> {
    let rows = document.text.lines().filter(|line| line.starts_with("| "));
    rows.map(|row| {
        row.trim_matches('|')
            .split(" | ")
            .map(|cell| cell.trim().replace('`', ""))
            .collect()
    })
}

#[test]
fn every_playbook_has_a_row_with_its_columns() {
    let page = Document::read("docs/playbooks.md");
    for builtin in BUILTIN {
        let playbook = builtin.load().unwrap();
        let row = rows(&page).find(|row| row[0] == builtin.id);
        let row = row.unwrap_or_else(|| panic!("{} has no row of {}", page.path, builtin.id));
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
        page.text.contains(&format!("`{header}`")),
        "{} lacks {header}",
        page.path
    );
}

#[test]
fn the_number_of_rules_is_that_of_the_catalogue() {
    let rules = fs::read_dir(project().join("playbooks/rules"))
        .unwrap()
        .count();
    let page = Document::read("docs/rules.md");
    assert!(
        page.text.contains(&format!("{rules} rules with level")),
        "there are {rules} rules"
    );
}

#[test]
fn every_permission_that_a_response_needs_is_mentioned() {
    let page = Document::read("docs/respond.md");
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
            assert!(page.text.contains(&format!("`{action}`")), "{action}");
        }
    }
}
