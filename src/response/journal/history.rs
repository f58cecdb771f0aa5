//! What the journals of this machine say together: of a key, and of an account. What is not as this machine wrote it
//! says nothing here.

use std::path::Path;

use super::entry::{JournalEntry, JournalLog};
use super::folder::JournalFolder;
use super::ledger::Ledger;
use super::stored::{StoredJournal, first_run_in};
use crate::error::Failure;
use crate::event::time::Time;
use crate::response::slot::{INACTIVE, Slot};

impl JournalFolder {
    /// When the key `access_key_id` of `account` was deactivated, and not activated again since, as the journals say:
    /// `journal`, or all in the state folder. None where they tell of no such thing. A `journal` of a run that
    /// contained sessions or users serves for keys that it does not name, too: they may be theirs.
    ///
    /// # Errors
    /// A usage failure where `journal` is no journal of this account, or not as this machine wrote it; journals in the
    /// folder that are neither are passed over.
    pub fn when_contained(
        &self,
        access_key_id: &str,
        account: &str,
        journal: Option<&Path>,
    ) -> Result<Option<Time>, Failure> {
        let Some(path) = journal else {
            let journals = self.all_of(account).into_iter();
            let logs: Vec<JournalLog> = journals.map(|journal| journal.log).collect();
            return Ok(last_deactivated(&logs, access_key_id));
        };
        let found = StoredJournal::read_anyway(path, &self.sealer())?;
        if found.log.run().is_none_or(|run| run.account != account) {
            let path = path.display();
            return Err(Failure::usage(format!(
                "{path} is a journal of another account"
            )));
        }
        let log = found
            .trusted("say when it was contained with --contained-at TIME")?
            .log;
        let of_others = last_change(&log);
        Ok(last_deactivated(&[log], access_key_id).or(of_others))
    }

    /// The journals of `account` in the state folder that may be acted on, newest first.
    pub fn all_of(&self, account: &str) -> Vec<StoredJournal> {
        let sealer = self.sealer();
        let paths = self.journals().unwrap_or_default().into_iter();
        let found = paths.filter_map(|path| StoredJournal::read_anyway(&path, &sealer).ok());
        let is_own = |found: &StoredJournal| {
            found.doubts.is_empty() && found.log.run().is_some_and(|run| run.account == account)
        };
        found.filter(is_own).collect()
    }

    /// The journal of what was changed last in `account` that can be taken back, and is none of `undo` itself.
    pub fn last_of(&self, account: &str) -> Option<StoredJournal> {
        let journals = self.all_of(account).into_iter();
        let journals = journals.filter(|journal| {
            let is_undo = journal.log.run().is_some_and(|run| run.undoes.is_some());
            let mut records = Ledger::of(&journal.log).records.into_iter();
            !is_undo && records.any(|record| record.slot.can_be_put_back())
        });
        journals.max_by_key(|journal| journal.log.run().map(|run| run.at))
    }

    /// The names of the newest journals of `account` in the state folder; none where there are none.
    pub fn newest(&self, account: &str, most: usize) -> Option<Vec<String>> {
        let paths = self.journals().ok()?.into_iter();
        let own = paths.filter(|path| first_run_in(path).is_some_and(|run| run.account == account));
        let names = own.filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
        let names: Vec<String> = names.take(most).collect();
        (!names.is_empty()).then_some(names)
    }
}

/// When a run that contains more than one key made its last change: what it contained besides keys has no other time.
fn last_change(log: &JournalLog) -> Option<Time> {
    let command = log.run()?.command.first()?.as_str();
    let is_wide = ["contain", "revoke-sessions", "quarantine"].contains(&command);
    let changes = log.entries.iter().filter_map(|entry| match entry {
        JournalEntry::Done { at, .. } | JournalEntry::Found { at, .. } => Some(*at),
        _ => None,
    });
    changes.max().filter(|_| is_wide)
}

/// The newest change of the key's status, where it is the one to inactive.
pub fn last_deactivated(logs: &[JournalLog], access_key_id: &str) -> Option<Time> {
    let mut newest: Option<(Time, bool)> = None;
    for log in logs {
        let mut intended = None;
        for entry in &log.entries {
            let (slot, value, at) = match entry {
                JournalEntry::Intended(next) => {
                    intended = Some(next);
                    continue;
                }
                JournalEntry::Done { step, at, .. } | JournalEntry::Confirmed { step, at } => {
                    // an answer that was read back is one change, at the time of the answer
                    match intended.take_if(|intended| intended.step == *step) {
                        Some(intended) => (&intended.slot, &intended.to, *at),
                        None => continue,
                    }
                }
                JournalEntry::Found { at, slot, value } => (slot, value, *at),
                _ => continue,
            };
            let is_key =
                matches!(slot, Slot::AccessKey { access_key_id: key, .. } if key == access_key_id);
            if is_key && newest.is_none_or(|(newest, _)| newest <= at) {
                newest = Some((at, value.as_deref() == Some(INACTIVE)));
            }
        }
    }
    newest.filter(|(_, inactive)| *inactive).map(|(at, _)| at)
}
