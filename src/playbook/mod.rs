//! Playbooks: what to ask, how to follow it, what to make of the answer; from YAML, with the place of every mistake.
//! Running one is `investigation`'s business.

mod builtin;
pub mod catalogue;
mod check;
mod load;
mod message;
mod model;
mod parameters;
mod reader;
mod response;
mod rules;

pub use builtin::{BUILTIN, Builtin, SCHEMA, find};
pub use load::load;
pub use message::Message;
pub use model::{
    BuiltinPivot, Changes, Column, FindingRule, Initial, Limits, NextPlaybook, Novelty, Pivot,
    Playbook, RegionScope, Search, Variable,
};
pub use parameters::{Arguments, Parameter, Type};
pub use response::{Action, Response};

use std::path::Path;

use crate::detection::Problem;
use crate::detection::suggest::did_you_mean;
use crate::error::Failure;

/// The playbook that is built in under this id, or stands in this file.
///
/// # Errors
/// A usage failure: no such playbook, a file that cannot be read, or every problem in it, one a line.
pub fn open(id_or_file: &str) -> Result<Playbook, Failure> {
    if let Some(builtin) = find(id_or_file) {
        return builtin.load();
    }
    let path = Path::new(id_or_file);
    let is_file = path.is_file() || path.extension().is_some_and(|e| e == "yaml" || e == "yml");
    if !is_file {
        let ids: Vec<&str> = BUILTIN.iter().map(|builtin| builtin.id).collect();
        let hint = did_you_mean(id_or_file, ids.iter().copied());
        return Err(
            Failure::usage(format!("no playbook '{id_or_file}'{hint}")).hint(format!(
                "built in: {}; or name a .yaml file",
                ids.join(", ")
            )),
        );
    }
    open_file(path)
}

/// The playbook that stands in `path`.
///
/// # Errors
/// A usage failure: a file that cannot be read, or every problem in it, one a line.
pub fn open_file(path: &Path) -> Result<Playbook, Failure> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("cannot read {shown}: {error}")))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    load(&text, &stem).map_err(|problems| refused(&shown, &problems))
}

/// Every problem of `file`, one a line: `sg.yaml:7:5 searches.s: unknown field …`.
pub fn describe(file: &str, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{file}:{problem}"))
        .collect();
    lines.join("\n")
}

fn refused(file: &str, problems: &[Problem]) -> Failure {
    Failure::usage(describe(file, problems))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod trace_tests;
