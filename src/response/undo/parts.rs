//! What becomes of one slot of a journal that is taken back: a step, refused or not, or nothing to do.

use super::UndoRequest;
use crate::event::time::Time;
use crate::report::response::{LeftOut, Phase};
use crate::response::journal::StoredJournal;
use crate::response::journal::ledger::{LastCall, Ledger, SlotRecord};
use crate::response::lifetime::{ROLE_SESSION, USER_SESSION};
use crate::response::plan::{PlanStep, Refusal, TargetValue};
use crate::response::policies::{DENY_BEARER_TOKENS, only_denies, revoked_before, sign_ins_lifted};
use crate::response::slot::{ACTIVE, Slot, SlotValue, holds};

/// How a journal is taken back.
#[derive(Debug, Clone, Default)]
pub struct UndoTerms {
    pub now: Time,
    pub force: bool,
    /// Why the journal is not acted on; none where it is.
    pub untrusted: Option<String>,
}

/// What the journal's slots make of the plan.
#[derive(Debug, Default)]
pub struct Parts {
    pub steps: Vec<PlanStep>,
    pub left_out: Vec<LeftOut>,
    pub notes: Vec<String>,
    pub terms: UndoTerms,
    /// Those of the account that are known here, but the one that is taken back: one of them may say who took something
    /// back, or that it was contained again.
    pub journals: Vec<StoredJournal>,
}

impl Parts {
    /// For `found`, beside all `journals` of its account.
    pub fn new(
        found: &StoredJournal,
        mut journals: Vec<StoredJournal>,
        request: &UndoRequest,
        now: Time,
    ) -> Self {
        journals.retain(|journal| journal.id() != found.id());
        let mut notes = Vec::new();
        let why = found.why_not();
        if let (Some(why), true) = (&why, request.trust_journal) {
            notes.push(format!(
                "this journal is acted on because of --trust-journal, although {why}: make sure of every step"
            ));
        }
        Self {
            notes,
            terms: UndoTerms {
                now,
                force: request.force,
                untrusted: why.filter(|_| !request.trust_journal),
            },
            journals,
            ..Self::default()
        }
    }

    /// Adds what is to become of one slot, which now holds `held`; `danger` is why it must not be touched.
    pub fn add(&mut self, record: SlotRecord, held: SlotValue, danger: Option<Refusal>) {
        if holds(&held, &record.previous) {
            self.leave(&record, &held);
            return;
        }
        let to = record.previous.clone();
        let is_ours = record.left.iter().any(|left| holds(left, &held));
        let refused = if let Some(why) = self.set_since(&record, &held).filter(|_| !is_ours) {
            Some(Refusal::Refused(why))
        } else if !is_ours {
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
            danger.or_else(|| self.doubt(&record, &held).map(Refusal::Refused))
        };
        if refused.is_none() {
            self.note(&record, &held);
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

    /// Why `record`, the slot of which is as the journal says, is not taken back all the same.
    fn doubt(&self, record: &SlotRecord, held: &SlotValue) -> Option<String> {
        let UndoTerms {
            now,
            force,
            untrusted,
        } = &self.terms;
        let untrusted = untrusted.as_ref().map(|why| {
            format!("the journal is not acted on: {why}; --trust-journal acts on it where you know better")
        });
        untrusted
            .or_else(|| self.contained_again(record, held))
            .or_else(|| {
                let to = &record.previous;
                let early = early(&record.slot, held, to, *now).map(|early| early.refusal());
                let doubt = early.or_else(|| allowing(&record.slot, to));
                doubt.filter(|_| !force)
            })
    }

    /// Which other journal set the slot of `record` to what it holds, so that another containment rests on it.
    fn contained_again(&self, record: &SlotRecord, held: &SlotValue) -> Option<String> {
        let others = self.changes_of(&record.slot);
        let other = others.iter().find(|(journal, other)| {
            let is_undo = journal.log.run().is_some_and(|run| run.undoes.is_some());
            let is_taken_back = |later: &SlotRecord| {
                later.at > other.at && !later.left.iter().any(|left| holds(left, held))
            };
            !is_undo
                && other.left.iter().any(|left| holds(left, held))
                && !others.iter().any(|(_, later)| is_taken_back(later))
        });
        let (journal, other) = other?;
        Some(format!(
            "another journal contained it too, at {}: {}; whoever knows that neither needs it any more sets it by hand",
            other.at,
            journal.path.display()
        ))
    }

    /// Which journal set the slot of `record` to what it holds after it did: nobody else changed it.
    fn set_since(&self, record: &SlotRecord, held: &SlotValue) -> Option<String> {
        let since = self.changes_of(&record.slot).into_iter();
        let since = since.filter(|(_, other)| {
            other.at >= record.at && other.left.iter().any(|left| holds(left, held))
        });
        let (journal, other) = since.max_by_key(|(_, other)| other.at)?;
        let is_undo = journal.log.run().is_some_and(|run| run.undoes.is_some());
        let (by, advice) = if is_undo {
            ("by an undo", "")
        } else {
            let advice = "; that one is taken back first, where neither is needed any more";
            ("as another journal contained it again", advice)
        };
        Some(format!(
            "changed since {}, {by}, at {}: {}{advice}; {}",
            record.at,
            other.at,
            journal.path.display(),
            holding(&record.slot, held)
        ))
    }

    /// What the other journals did to `slot`, as far as it is certain.
    fn changes_of(&self, slot: &Slot) -> Vec<(&StoredJournal, SlotRecord)> {
        let journals = self.journals.iter();
        let changes = journals.filter_map(|journal| {
            let ledger = Ledger::of(&journal.log);
            let record = ledger.record(slot)?;
            (record.call == LastCall::Done).then(|| (journal, record.clone()))
        });
        changes.collect()
    }

    /// Leaves a slot that holds what it did before we changed it, and says who put that back, as far as it is known.
    fn leave(&mut self, record: &SlotRecord, held: &SlotValue) {
        let slot = &record.slot;
        let changes = self.changes_of(slot).into_iter();
        let taken_back = changes.filter_map(|(journal, other)| {
            let is_it = other.at >= record.at && other.left.iter().all(|left| holds(left, held));
            is_it.then(|| Some((other.at, journal.log.run()?.caller.clone())))?
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

    /// Leaves what nobody can put back.
    pub fn leave_for_good(&mut self, record: &SlotRecord) {
        let done = match record.call {
            LastCall::Done => "revoked",
            LastCall::Pending | LastCall::Unknown => "maybe revoked",
        };
        self.left_out.push(LeftOut::new(
            record.slot.name(),
            format!(
                "{done} at {}, which cannot be put back: whoever used it signs in again",
                record.at
            ),
        ));
    }

    /// What taking back `record` brings with it.
    fn note(&mut self, record: &SlotRecord, held: &SlotValue) {
        let to = &record.previous;
        match &record.slot {
            Slot::AccessKey { access_key_id, .. } if to.as_deref() == Some(ACTIVE) => {
                self.notes.push(format!(
                    "{access_key_id} can be used again by everybody who has it: if it leaked, make a new key instead"
                ));
            }
            slot if slot.is_switched() => {}
            slot if slot.denies_sign_ins() => {
                let [held, to] = [held, to].map(|value| value.as_deref().unwrap_or_default());
                let lifted: Vec<String> = sign_ins_lifted(held, to).into_iter().collect();
                let note = (!lifted.is_empty()).then(|| {
                    format!(
                        "sign-in sessions of {} that are not revoked come alive again, and make new keys: {}",
                        slot.principal(),
                        lifted.join(", ")
                    )
                });
                self.notes.extend(note);
            }
            Slot::UserPolicy { policy, .. } if policy == DENY_BEARER_TOKENS => {}
            slot => {
                let early = early(slot, held, to, self.terms.now);
                self.notes.extend(early.map(|early| early.warning()));
                let is_lifted =
                    to.is_none() && revoked_before(held.as_deref().unwrap_or_default()).is_none();
                if is_lifted && self.terms.now < record.at + USER_SESSION {
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
fn early(slot: &Slot, held: &SlotValue, to: &SlotValue, now: Time) -> Option<RevokedSessions> {
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
    (now < end).then(|| RevokedSessions {
        principal: slot.principal(),
        revoked,
        end,
    })
}
