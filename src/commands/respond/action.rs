//! What is to be planned: read from the command line, and from files, before AWS is asked anything.

use std::path::Path;

use super::ActingAccount;
use crate::error::Failure;
use crate::response::contain::ContainChoices;
use crate::response::contain::trace::{self, Trace};
use crate::response::journal::JournalFolder;
use crate::response::plan::Plan;
use crate::response::undo::{self, UndoRequest};
use crate::response::{contain, deactivate, quarantine, revoke};

/// A command that acts.
pub enum RespondAction {
    DeactivateKey(String),
    RevokeSessions(String),
    Quarantine {
        user: String,
        deny_all: bool,
    },
    Contain {
        trace: Box<Trace>,
        choices: ContainChoices,
        command: Vec<String>,
    },
    Undo(UndoRequest),
}

impl RespondAction {
    /// Containment of what the report in `from_trace` tells.
    ///
    /// # Errors
    /// A usage failure for a report that cannot be read.
    pub fn contain(from_trace: &Path, choices: ContainChoices) -> Result<Self, Failure> {
        // a journal is continued by the same words: a file of the same name elsewhere is another incident
        let path = std::path::absolute(from_trace).unwrap_or_else(|_| from_trace.to_owned());
        let path = path.to_string_lossy().into_owned();
        let mut command = vec!["contain".to_owned(), "--from-trace".to_owned(), path];
        for link in &choices.include {
            command.extend(["--include".to_owned(), link.clone()]);
        }
        command.extend(choices.keep_sign_in.then(|| "--keep-sign-in".to_owned()));
        Ok(Self::Contain {
            trace: Box::new(trace::read(from_trace)?),
            choices,
            command,
        })
    }

    /// Plans it; nothing is changed. `tell` is told how far that is.
    ///
    /// # Errors
    /// Those of the planner.
    pub async fn plan(
        &self,
        site: &ActingAccount<'_>,
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<Plan, Failure> {
        let operator = &site.operator;
        match self {
            Self::DeactivateKey(key) => {
                deactivate::plan(operator, &site.reading().await?, key, tell).await
            }
            Self::RevokeSessions(principal) => {
                revoke::plan(operator, &site.reading().await?, principal).await
            }
            Self::Quarantine { user, deny_all } => {
                quarantine::plan(operator, user, *deny_all).await
            }
            Self::Contain {
                trace,
                choices,
                command,
            } => {
                let reading = site.reading();
                contain::plan(operator, reading, trace, choices, command.clone(), tell).await
            }
            Self::Undo(request) => undo::plan(operator, &JournalFolder::of_user(), request).await,
        }
    }
}
