//! The plan of `respond undo`: every slot of a journal back to what it held before, last change first.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use crate::error::Failure;
use crate::event::time::Time;
use crate::report::response::{Fact, LeftOut, Phase};
use crate::response::journal;
use crate::response::journal::entry::{JournalLog, RunEntry};
use crate::response::journal::ledger::{LastCall, Ledger, SlotRecord};
use crate::response::lifetime::{ROLE_SESSION, USER_SESSION};
use crate::response::operator::Operator;
use crate::response::plan::{Plan, PlanStep, Refusal, TargetValue};
use crate::response::policies::{DENY_BEARER_TOKENS, only_denies, revoked_before};
use crate::response::slot::{ACTIVE, Slot, SlotValue, holds};

/// Journals that are named where the one asked for is missing.
const NAMED: usize = 5;

/// Plans it. A step that was taken back already is none; one whose slot somebody changed since, or that would lift a
/// session deny before the revoked sessions have expired, or put back a policy that allows, is refused; `force` does
/// the latter two all the same.
///
/// # Errors
/// A usage failure where `path` is no journal, is damaged, or is of another account; IAM's where it does not answer.
pub async fn plan(operator: &Operator, path: &Path, force: bool) -> Result<Plan, Failure> {
    let own = &operator.caller.account;
    let log = read(path, own)?;
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = path.to_string_lossy().into_owned();
    let Some(run) = log.run().filter(|run| run.account == *own) else {
        let theirs = log.run().map_or("another account", |run| &run.account);
        let what =
            format!("{path} is a journal of account {theirs}, and these credentials are of {own}");
        return Err(Failure::usage(what).hint("choose credentials of its account with --profile"));
    };
    let now = operator.aws.now();
    let mut parts = Parts {
        journals: journal::all_of(own),
        ..Parts::default()
    };
    for record in Ledger::of(&log).records.into_iter().rev() {
        let held = record.slot.read(&operator.iam).await.map_err(|error| {
            let name = record.slot.name();
            Failure::failed(format!("cannot read what {name} holds now: {error}"))
                .hint("nothing was done")
        })?;
        let danger = operator.reaches_itself(&record.slot);
        parts.add(record, held, danger, DenyRetention { now, force });
    }
    let mut command = vec!["undo".to_owned(), path.clone()];
    command.extend(force.then(|| "--force".to_owned()));
    parts.notes.extend(unfinished_note(&log));
    Ok(Plan {
        command,
        title: format!("take back {}", run.command.join(" ")),
        facts: facts(&path, run),
        recent_use: None,
        steps: parts.steps,
        left_out: parts.left_out,
        handoffs: Vec::new(),
        notes: parts.notes,
        still_open: Vec::new(),
        complete: true,
        undoes: Some(path),
    })
}

/// Reads the journal in `path`; where there is none, those that there are of `account` are named.
fn read(path: &Path, account: &str) -> Result<JournalLog, Failure> {
    let is_missing =
        fs::symlink_metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    if !is_missing {
        return journal::read(path);
    }
    let missing = Failure::usage(format!("there is no journal {}", path.display()));
    Err(missing.hint(match journal::newest(account, NAMED) {
        Some((folder, names)) => format!(
            "the newest of account {account} in {}: {}",
            folder.display(),
            names.join(", ")
        ),
        None => "the answer of every command that changed something names its journal".to_owned(),
    }))
}

fn facts(path: &str, run: &RunEntry) -> Vec<Fact> {
    vec![
        Fact::new("journal", path),
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

/// How session denies are kept.
#[derive(Debug, Clone, Copy)]
struct DenyRetention {
    now: Time,
    force: bool,
}

/// What the journal's slots make of the plan.
#[derive(Debug, Default)]
struct Parts {
    steps: Vec<PlanStep>,
    left_out: Vec<LeftOut>,
    notes: Vec<String>,
    /// Those of the account that are known here: one of them may say who took something back.
    journals: Vec<JournalLog>,
}

impl Parts {
    /// Adds what is to become of one slot, which now holds `held`; `danger` is why it must not be touched.
    fn add(
        &mut self,
        record: SlotRecord,
        held: SlotValue,
        danger: Option<Refusal>,
        hold: DenyRetention,
    ) {
        if holds(&held, &record.previous) {
            self.leave(&record, &held);
            return;
        }
        let to = record.previous.clone();
        let is_ours = record.left.iter().any(|left| holds(left, &held));
        let refused = if !is_ours {
            let at = record.at.to_string();
            let why = format!(
                "changed since {at}, by somebody else: {}",
                holding(&record.slot, &held)
            );
            // what is gone cannot be set by hand either
            Some(match (&record.slot, &held) {
                (slot, None) if slot.is_switched() => Refusal::Refused(why),
                _ => Refusal::Changed(why),
            })
        } else if !record.slot.takes(&to) {
            let status = to.as_deref().unwrap_or("nothing");
            Some(Refusal::Refused(format!(
                "IAM sets no key to what it was: {status}"
            )))
        } else {
            let early = early(&record.slot, &held, &to, hold).map(|early| early.refusal());
            let doubt = early.or_else(|| allowing(&record.slot, &to));
            danger.or(doubt.filter(|_| !hold.force).map(Refusal::Refused))
        };
        if refused.is_none() {
            self.note(&record, &held, hold);
        }
        self.steps.push(PlanStep {
            phase: Phase::Undo,
            why: format!("it was set at {}", record.at),
            slot: record.slot,
            to: TargetValue::Value(to),
            before: held,
            refused,
        });
    }

    /// Leaves a slot that holds what it did before we changed it, and says who put that back, as far as it is known.
    fn leave(&mut self, record: &SlotRecord, held: &SlotValue) {
        let slot = &record.slot;
        let taken_back = self.journals.iter().filter_map(|log| {
            let ledger = Ledger::of(log);
            let other = ledger.record(slot).filter(|other| {
                other.call == LastCall::Done
                    && other.at >= record.at
                    && other.left.iter().all(|left| holds(left, held))
            })?;
            Some((other.at, log.run()?.caller.clone()))
        });
        let why = match (taken_back.max(), record.call) {
            (Some((at, by)), _) => format!("taken back already, at {at} by {by}"),
            (None, LastCall::Pending | LastCall::Unknown) => {
                "never changed, or taken back already".to_owned()
            }
            (None, LastCall::Done) => {
                self.notes.push(format!(
                    "{} was put back by somebody else, or from another machine: no journal in the state folder says \
                     that trailhunt did; if none of you did, somebody undoes the containment, so contain it again",
                    slot.name()
                ));
                format!(
                    "put back by somebody else, as no journal says that we did: {}",
                    holding(slot, held)
                )
            }
        };
        self.left_out.push(LeftOut::new(slot.name(), why));
    }

    /// What taking back `record` brings with it.
    fn note(&mut self, record: &SlotRecord, held: &SlotValue, hold: DenyRetention) {
        let to = &record.previous;
        match &record.slot {
            Slot::AccessKey { access_key_id, .. } if to.as_deref() == Some(ACTIVE) => {
                self.notes.push(format!(
                    "{access_key_id} can be used again by everybody who has it: if it leaked, make a new key instead"
                ));
            }
            slot if slot.is_switched() => {}
            Slot::UserPolicy { policy, .. } if policy == DENY_BEARER_TOKENS => {}
            slot => {
                let early = early(slot, held, to, hold);
                self.notes.extend(early.map(|early| early.warning()));
                let is_lifted =
                    to.is_none() && revoked_before(held.as_deref().unwrap_or_default()).is_none();
                if is_lifted && hold.now < record.at + USER_SESSION {
                    self.notes.push(format!(
                        "sessions of {} that were issued before {} come alive again, until they expire or are revoked",
                        slot.principal(),
                        record.at,
                    ));
                }
            }
        }
    }
}

/// Why a policy that does more than deny is not put back: a journal that somebody forged opens a door that way.
fn allowing(slot: &Slot, to: &SlotValue) -> Option<String> {
    let is_policy = matches!(slot, Slot::UserPolicy { .. } | Slot::RolePolicy { .. });
    let allows = is_policy && !only_denies(to.as_deref()?);
    allows.then(|| {
        "the policy that was there, as the journal says, does more than deny: --force puts it back where you trust \
         the journal"
            .to_owned()
    })
}

/// What a slot holds now, in words.
fn holding(slot: &Slot, held: &SlotValue) -> String {
    match (slot, held) {
        (slot, Some(status)) if slot.is_switched() => format!("the key is {status} now"),
        (slot, None) if slot.is_switched() => "the key is gone".to_owned(),
        (_, None) => "no such policy is there now".to_owned(),
        (Slot::Attachment { .. }, Some(_)) => "the policy is attached now".to_owned(),
        (_, Some(document)) => match revoked_before(document) {
            Some(time) => format!("it denies sessions issued before {time} now"),
            None => format!("it holds a policy now, {document}"),
        },
    }
}

/// Sessions that a deny revoked, and that have not expired.
#[derive(Debug)]
struct RevokedSessions {
    principal: String,
    revoked: Time,
    end: Time,
}

impl RevokedSessions {
    fn refusal(&self) -> String {
        let end = self.end.to_string();
        format!(
            "sessions of {} that were revoked at {} may live {} hours: lift it from {end} on, or sooner with --force",
            self.principal,
            self.revoked,
            (self.end - self.revoked).num_hours()
        )
    }

    fn warning(&self) -> String {
        format!(
            "sessions of {} that were revoked at {} will work again, until they expire: {} at the latest",
            self.principal, self.revoked, self.end
        )
    }
}

/// Why it is too early to put `to` where `held` denies older sessions: some of them have not expired.
fn early(
    slot: &Slot,
    held: &SlotValue,
    to: &SlotValue,
    hold: DenyRetention,
) -> Option<RevokedSessions> {
    let denied = |value: &SlotValue| revoked_before(value.as_deref()?);
    let revoked = denied(held)?;
    if denied(to).is_some_and(|still| still >= revoked) {
        return None;
    }
    let life = match slot {
        Slot::RolePolicy { .. } => ROLE_SESSION,
        _ => USER_SESSION,
    };
    let end = revoked + life;
    (hold.now < end).then(|| RevokedSessions {
        principal: slot.principal(),
        revoked,
        end,
    })
}
