//! `trailhunt playbooks`: what there is, what is in it, and whether a file of your own is well-formed.

use std::path::Path;

use chrono_tz::Tz;
use serde_json::json;

use super::to_stdout;
use crate::cli::Playbooks;
use crate::detection::Bindings;
use crate::error::{Exit, Failure};
use crate::output::write_names;
use crate::playbook::{self, BUILTIN, SCHEMA, spelling};
use crate::terminal::Terminal;

pub fn run(command: Playbooks, terminal: &Terminal) -> anyhow::Result<Exit> {
    match command {
        Playbooks::List => list(terminal),
        Playbooks::Show { id, iam_policy } => show(&id, iam_policy),
        Playbooks::Check { files } => check(&files, terminal),
        Playbooks::Schema => {
            to_stdout(|out| out.write_all(SCHEMA.as_bytes()))?;
            Ok(Exit::Complete)
        }
    }
}

/// Every playbook by id; one of one's own that is wrong is listed as such, and does not hide the others.
fn list(terminal: &Terminal) -> anyhow::Result<Exit> {
    for oddity in playbook::oddities() {
        terminal.warn(&oddity);
    }
    let mut lines = Vec::new();
    for builtin in BUILTIN {
        lines.push((builtin.id.to_owned(), builtin.load()?.title));
    }
    for own in playbook::own() {
        let path = own.path.display().to_string();
        let about = match playbook::open_file(&own.path) {
            Ok(playbook) => format!("{} ({path})", playbook.title),
            Err(_) => format!("not well-formed: trailhunt playbooks check {path}"),
        };
        lines.push((own.id, about));
    }
    to_stdout(|mut out| write_names(&lines, &mut out))?;
    Ok(Exit::Complete)
}

fn show(id: &str, iam_policy: bool) -> anyhow::Result<Exit> {
    let source = playbook::open_source(id)?;
    if !iam_policy {
        let text = source.text()?;
        to_stdout(|out| out.write_all(text.as_bytes()))?;
        return Ok(Exit::Complete);
    }
    let policy = serde_json::to_string_pretty(&iam_policy_document())?;
    to_stdout(|out| writeln!(out, "{policy}"))?;
    Ok(Exit::Complete)
}

/// Every permission that reading Event history uses; only the first statement is needed (facts: I).
fn iam_policy_document() -> serde_json::Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadEventHistory",
                "Effect": "Allow",
                "Action": ["cloudtrail:LookupEvents"],
                "Resource": "*"
            },
            {
                "Sid": "KnowRegionsAndOwners",
                "Effect": "Allow",
                "Action": ["account:ListRegions", "iam:GetAccessKeyLastUsed", "iam:ListAccessKeys"],
                "Resource": "*"
            }
        ]
    })
}

fn check(files: &[impl AsRef<Path>], terminal: &Terminal) -> anyhow::Result<Exit> {
    let mut found = Vec::new();
    for file in files {
        let file = file.as_ref();
        match playbook::open_file(file) {
            Ok(playbook) => {
                terminal.note(&format!("{}: ok", file.display()));
                let bindings = Bindings::new(Tz::UTC);
                let searches = playbook.searches.iter();
                for doubt in searches.flat_map(|one| spelling::doubts_of(&one.detection, &bindings))
                {
                    terminal.warn(&format!("{}: {doubt}", file.display()));
                }
            }
            Err(failure) => found.push(failure.message),
        }
    }
    if found.is_empty() {
        Ok(Exit::Complete)
    } else {
        Err(Failure::usage(found.join("\n")).into())
    }
}
