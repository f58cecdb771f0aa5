//! The plan of `respond undo`: every slot of a journal back to what it held before, last change first. `parts` is what
//! becomes of one slot.

mod parts;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Failure;
use crate::report::response::Fact;
use crate::response::journal::entry::{JournalLog, RunEntry};
use crate::response::journal::ledger::Ledger;
use crate::response::journal::{JournalFolder, StoredJournal};
use crate::response::operator::Operator;
use crate::response::plan::Plan;
use parts::Parts;

/// Journals that are named where the one asked for is missing.
const NAMED: usize = 5;

/// What is to be taken back, and how.
#[derive(Debug, Clone)]
pub struct UndoRequest {
    /// The journal; none for the last one of the account.
    pub journal: Option<PathBuf>,
    /// Whether a deny is lifted early, and a policy that allows is put back.
    pub force: bool,
    /// Whether a journal is acted on that is not as this machine wrote it.
    pub trust_journal: bool,
}

/// Plans it. A step that was taken back already is none; one whose slot somebody changed since, that another journal
/// contained too, or that would lift a session deny before the revoked sessions have expired, or put back a policy that
/// allows, is refused; `force` does the latter two all the same. So is every step of a journal that is not as this
/// machine wrote it, unless the request trusts it.
///
/// # Errors
/// A usage failure where there is no such journal, it is damaged, or of another account; IAM's where it does not answer.
pub async fn plan(
    operator: &Operator,
    folder: &JournalFolder,
    request: &UndoRequest,
) -> Result<Plan, Failure> {
    let own = &operator.caller.account;
    let found = find(request.journal.as_deref(), folder, own)?;
    let path = fs::canonicalize(&found.path).unwrap_or_else(|_| found.path.clone());
    let path = path.to_string_lossy().into_owned();
    let log = &found.log;
    let Some(run) = log.run().filter(|run| run.account == *own) else {
        let theirs = log.run().map_or("another account", |run| &run.account);
        let what =
            format!("{path} is a journal of account {theirs}, and these credentials are of {own}");
        return Err(Failure::usage(what).hint("choose credentials of its account with --profile"));
    };
    let mut parts = Parts::new(&found, folder.all_of(own), request, operator.aws.now());
    for record in Ledger::of(log).records.into_iter().rev() {
        if !record.slot.can_be_put_back() {
            parts.leave_for_good(&record);
            continue;
        }
        let held = record.slot.read(&operator.slots).await.map_err(|error| {
            let name = record.slot.name();
            Failure::failed(format!("cannot read what {name} holds now: {error}"))
                .hint("nothing was done")
        })?;
        let cuts_off = record.slot.cuts_off(&record.previous);
        let danger = cuts_off.then(|| operator.reaches_itself(&record.slot));
        parts.add(record, held, danger.flatten());
    }
    let mut command = vec!["undo".to_owned(), path.clone()];
    command.extend(request.force.then(|| "--force".to_owned()));
    command.extend(request.trust_journal.then(|| "--trust-journal".to_owned()));
    parts.notes.extend(unfinished_note(log));
    let is_whole = found.doubts.is_empty() || request.trust_journal;
    if let (Some(why), false) = (found.why_not(), is_whole) {
        parts.notes.push(format!(
            "what was done may be more or other than this journal says: {why}"
        ));
    }
    Ok(Plan {
        command,
        title: format!("take back {}", run.command.join(" ")),
        facts: facts(&path, run, &found),
        recent_use: None,
        steps: parts.steps,
        left_out: parts.left_out,
        handoffs: Vec::new(),
        notes: parts.notes,
        still_open: Vec::new(),
        complete: is_whole,
        undoes: Some(path),
    })
}

/// The journal in `path`, or the last one of `account`; where there is none, those that there are of it are named.
fn find(
    path: Option<&Path>,
    folder: &JournalFolder,
    account: &str,
) -> Result<StoredJournal, Failure> {
    let missing = match path {
        None => match folder.last_of(account) {
            Some(last) => return folder.read(&last.path),
            None => Failure::usage(format!(
                "no journal of account {account} in the state folder holds a change that can be taken back"
            )),
        },
        Some(path) => {
            let there = fs::symlink_metadata(path);
            if !there.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
                return folder.read(path);
            }
            Failure::usage(format!("there is no journal {}", path.display()))
        }
    };
    Err(
        missing.hint(match (folder.newest(account, NAMED), folder.path()) {
            (Some(names), Ok(folder)) => format!(
                "the newest of account {account} in {}: {}",
                folder.display(),
                names.join(", ")
            ),
            _ => "the answer of every command that changed something names its journal".to_owned(),
        }),
    )
}

fn facts(path: &str, run: &RunEntry, found: &StoredJournal) -> Vec<Fact> {
    let seal = match found.why_not() {
        None => "it is as this machine wrote it".to_owned(),
        Some(why) => format!("NOT as this machine wrote it: {why}"),
    };
    vec![
        Fact::new("journal", path),
        Fact::new("seal", seal),
        Fact::new("last run", run.at.to_string()),
        Fact::new("by", &run.caller),
    ]
}

/// What to know of a journal whose last run did not come to its end.
fn unfinished_note(log: &JournalLog) -> Option<String> {
    match (log.state(), log.torn) {
        (Some(_), _) => None,
        (None, true) => Some("the last run was cut off while it wrote its journal".to_owned()),
        (None, false) => Some("the last run was cut off: its journal has no end".to_owned()),
    }
}
