//! The journals of this machine, listed: what each did, and whether IAM says that it still holds.

use std::collections::HashMap;

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::Value;

use crate::error::Failure;
use crate::report::response::{
    Holding, JournalList, ListedChange, ListedJournal, RESPONSE_VERSION,
};
use crate::report::{Caller, Envelope};
use crate::response::journal::ledger::{LastCall, Ledger, SlotRecord};
use crate::response::journal::{JournalFolder, StoredJournal};
use crate::response::policies;
use crate::response::slot::{Slot, SlotClients, SlotValue};

/// Slots that are read at the same time.
const AT_ONCE: usize = 8;

/// What a slot holds; none where that could not be read.
type Holdings = HashMap<Slot, Option<SlotValue>>;

/// A journal, and its changes with what they left.
#[derive(Debug)]
struct Found {
    listed: ListedJournal,
    records: Vec<SlotRecord>,
}

/// Lists what `folder` holds. `asker` is whoever can ask IAM of an account, or why nobody can.
///
/// # Errors
/// A usage failure where the folder cannot be looked through.
pub async fn list(
    folder: &JournalFolder,
    asker: Result<(Caller, SlotClients), Failure>,
) -> Result<JournalList, Failure> {
    let sealer = folder.sealer();
    let paths = folder.journals()?.into_iter();
    let mut found: Vec<Found> = paths
        .map(|path| match StoredJournal::read_anyway(&path, &sealer) {
            Ok(journal) => of(&journal),
            Err(failure) => unread(&path.to_string_lossy(), failure.to_string()),
        })
        .collect();
    let (caller, mut notes) = match &asker {
        Ok((caller, _)) => (Some(caller.clone()), Vec::new()),
        Err(failure) => (
            None,
            vec![format!(
                "whether it still holds is not known, as IAM could not be asked: {failure}"
            )],
        ),
    };
    if let Ok((caller, clients)) = &asker {
        let now = read(clients, &caller.account, &found).await;
        for journal in &mut found {
            look(journal, &caller.account, &now);
        }
        let others = found
            .iter()
            .filter_map(|found| found.listed.account.as_ref());
        if others.into_iter().any(|account| *account != caller.account) {
            notes.push(format!(
                "of accounts other than {} nothing could be asked with these credentials",
                caller.account
            ));
        }
    }
    Ok(JournalList {
        envelope: Envelope::new(RESPONSE_VERSION),
        folder: folder.path()?.to_string_lossy().into_owned(),
        caller,
        complete: found.iter().all(|found| found.listed.unread.is_none()),
        journals: found.into_iter().map(|found| found.listed).collect(),
        notes,
    })
}

fn of(journal: &StoredJournal) -> Found {
    let records = Ledger::of(&journal.log).records;
    let run = journal.log.run();
    let listed = ListedJournal {
        account: run.map(|run| run.account.clone()),
        caller: run.map(|run| run.caller.clone()),
        command: run.map(|run| run.command.clone()).unwrap_or_default(),
        begun: run.map(|run| run.at),
        state: journal.log.state(),
        doubts: journal.doubts.clone(),
        changes: records.iter().map(change).collect(),
        ..unread(&journal.path.to_string_lossy(), String::new()).listed
    };
    let holds = all(&listed.changes);
    Found {
        listed: ListedJournal {
            unread: None,
            holds,
            ..listed
        },
        records,
    }
}

fn unread(path: &str, why: String) -> Found {
    Found {
        listed: ListedJournal {
            path: path.to_owned(),
            unread: Some(why),
            account: None,
            caller: None,
            command: Vec::new(),
            begun: None,
            state: None,
            doubts: Vec::new(),
            holds: Holding::Unknown,
            changes: Vec::new(),
        },
        records: Vec::new(),
    }
}

fn change(record: &SlotRecord) -> ListedChange {
    let what = record.left.last().map(|left| record.slot.what(left));
    ListedChange {
        what: what.unwrap_or_else(|| record.slot.name()),
        slot: serde_json::to_value(&record.slot).unwrap_or(Value::Null),
        at: record.at,
        certain: record.call == LastCall::Done,
        holds: Holding::Unknown,
    }
}

/// Reads every slot that journals of `account` changed, each once.
async fn read(clients: &SlotClients, account: &str, found: &[Found]) -> Holdings {
    let own = found
        .iter()
        .filter(|found| found.listed.account.as_deref() == Some(account));
    let mut slots: Vec<Slot> = own
        .flat_map(|found| found.records.iter().map(|record| record.slot.clone()))
        .collect();
    slots.sort();
    slots.dedup();
    let reads = stream::iter(slots).map(|slot| async move {
        let held = slot.read(clients).await.ok();
        (slot, held)
    });
    reads.buffer_unordered(AT_ONCE).collect().await
}

/// Says of the changes of `journal` whether they hold, where it is of `account`.
fn look(journal: &mut Found, account: &str, now: &Holdings) {
    if journal.listed.account.as_deref() != Some(account) {
        return;
    }
    for (change, record) in journal.listed.changes.iter_mut().zip(&journal.records) {
        change.holds = match now.get(&record.slot) {
            Some(Some(held))
                if record
                    .left
                    .iter()
                    .any(|left| is_in_force(&record.slot, left, held)) =>
            {
                Holding::Holds
            }
            Some(Some(_)) => Holding::Lifted,
            _ => Holding::Unknown,
        };
    }
    journal.listed.holds = all(&journal.listed.changes);
}

/// Whether what was `left` in `slot` is in force with what it holds `now`, which may deny more.
fn is_in_force(slot: &Slot, left: &SlotValue, now: &SlotValue) -> bool {
    let denies_as_much = match (left, now) {
        (Some(left), Some(now)) if slot.is_policy() => policies::denies_as_much(now, left),
        _ => false,
    };
    slot.is_still(left, now) || denies_as_much
}

fn all(changes: &[ListedChange]) -> Holding {
    let has = |holding| changes.iter().any(|change| change.holds == holding);
    match (
        has(Holding::Unknown),
        has(Holding::Holds),
        has(Holding::Lifted),
    ) {
        (true, _, _) => Holding::Unknown,
        (false, true, true) => Holding::Partly,
        (false, true, false) => Holding::Holds,
        (false, false, true) => Holding::Lifted,
        (false, false, false) => Holding::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_of_one_change_is_unknown_of_all() {
        use Holding::{Holds, Lifted, Nothing, Partly, Unknown};
        for (changes, expected) in [
            (&[][..], Nothing),
            (&[Holds, Holds], Holds),
            (&[Holds, Lifted], Partly),
            (&[Lifted], Lifted),
            (&[Holds, Unknown, Lifted], Unknown),
        ] {
            let changes: Vec<ListedChange> = changes
                .iter()
                .map(|holds| ListedChange {
                    what: String::new(),
                    slot: Value::Null,
                    at: crate::clock::wall(),
                    certain: true,
                    holds: *holds,
                })
                .collect();
            assert_eq!(all(&changes), expected);
        }
    }
}
