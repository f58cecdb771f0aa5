//! Playbooks: what to ask, how to follow it, what to make of the answer; from YAML, with the place of every mistake.
//! Running one is `investigation`'s business.

mod arguments;
mod builtin;
pub mod catalogue;
mod check;
mod folders;
pub mod front;
mod load;
mod message;
mod model;
mod parameter;
pub(crate) mod reader;
mod response;
mod sections;
pub mod spelling;
mod work_hours;

pub use arguments::Arguments;
pub use builtin::{BUILTIN, Builtin, SCHEMA, find};
pub use folders::{OwnPlaybook, oddities, own};
pub use load::load;
pub use message::Message;
pub use model::{
    BuiltinPivot, ChangeKind, Column, CorrelationRule, FindingRule, Initial, Limits, NextPlaybook,
    Novelty, Pivot, Playbook, RULES_COLUMN, RegionScope, Search, Variable,
};
pub use parameter::{Parameter, ParameterType};
pub use response::{PlaybookAction, PlaybookResponse};
pub use work_hours::WorkHours;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::detection::Problem;
use crate::detection::suggest::did_you_mean;
use crate::error::Failure;

/// The playbook that is built in under this id.
///
/// # Errors
/// A usage failure: there is none.
pub fn builtin(id: &str) -> Result<Playbook, Failure> {
    let builtin = find(id).ok_or_else(|| Failure::usage(format!("no playbook '{id}'")))?;
    builtin.load()
}

/// The playbook that is built in under this id, stands in a folder of one's own under it, or in this file.
///
/// # Errors
/// A usage failure: no such playbook, a file that cannot be read, or every problem in it, one a line.
pub fn open(id_or_file: &str) -> Result<Playbook, Failure> {
    open_source(id_or_file)?.load()
}

impl Builtin {
    /// # Errors
    /// A usage failure with its problems; a test loads every one of them.
    pub fn load(&self) -> Result<Playbook, Failure> {
        load(self.source, self.id)
            .map_err(|problems| invalid_playbook(&format!("{}.yaml", self.id), &problems))
    }
}

/// Where a playbook stands.
#[derive(Debug, Clone)]
pub enum PlaybookSource {
    Builtin(&'static Builtin),
    File(PathBuf),
}

impl PlaybookSource {
    fn load(&self) -> Result<Playbook, Failure> {
        match self {
            Self::Builtin(builtin) => builtin.load(),
            Self::File(path) => open_file(path),
        }
    }

    /// Its YAML.
    ///
    /// # Errors
    /// A usage failure: a file that cannot be read.
    pub fn text(&self) -> Result<Cow<'static, str>, Failure> {
        match self {
            Self::Builtin(builtin) => Ok(builtin.source.into()),
            Self::File(path) => Ok(read(path)?.into()),
        }
    }
}

/// Finds a playbook as [`open`] does.
///
/// # Errors
/// A usage failure: no such playbook.
pub fn open_source(id_or_file: &str) -> Result<PlaybookSource, Failure> {
    if let Some(builtin) = find(id_or_file) {
        return Ok(PlaybookSource::Builtin(builtin));
    }
    let path = Path::new(id_or_file);
    if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
        return Ok(PlaybookSource::File(path.to_owned()));
    }
    let own = own();
    if let Some(own) = own.iter().find(|own| own.id == id_or_file) {
        return Ok(PlaybookSource::File(own.path.clone()));
    }
    // last: what an id runs does not depend on where one stands, which may be a folder of somebody else's evidence
    if path.is_file() {
        return Ok(PlaybookSource::File(path.to_owned()));
    }
    let mut ids: Vec<&str> = BUILTIN.iter().map(|builtin| builtin.id).collect();
    ids.extend(own.iter().map(|own| own.id.as_str()));
    let hint = did_you_mean(id_or_file, ids.iter().copied());
    Err(
        Failure::usage(format!("no playbook '{id_or_file}'{hint}")).hint(format!(
            "there are {}; or name a .yaml file",
            ids.join(", ")
        )),
    )
}

/// The playbook that stands in `path`.
///
/// # Errors
/// A usage failure: a file that cannot be read, or every problem in it, one a line.
pub fn open_file(path: &Path) -> Result<Playbook, Failure> {
    let shown = path.display().to_string();
    let text = read(path)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    load(&text, &stem).map_err(|problems| invalid_playbook(&shown, &problems))
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))
}

/// Every problem of `file`, one a line: `sg.yaml:7:5 searches.s: unknown field …`.
pub fn describe(file: &str, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{file}:{problem}"))
        .collect();
    lines.join("\n")
}

fn invalid_playbook(file: &str, problems: &[Problem]) -> Failure {
    Failure::usage(describe(file, problems))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod trace_tests;
