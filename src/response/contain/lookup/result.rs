//! What IAM's answers came to: the steps of the plan, and everything else with why it is none.

use std::collections::HashSet;

use crate::error::{Exit, Failure};
use crate::report::response::{Elsewhere, LeftOut, Omission};
use crate::response::plan::{PlanStep, Refusal, TargetValue};
use crate::response::principal::Unresolved;
use crate::response::slot::{Slot, holds};

/// What came of it.
#[derive(Debug, Default)]
pub struct IamLookupResult {
    pub steps: Vec<PlanStep>,
    pub left_out: Vec<LeftOut>,
    pub handoffs: Vec<Elsewhere>,
    pub notes: Vec<String>,
    /// Whether IAM could be asked about all of it.
    pub complete: bool,
    /// Whose sessions the plan denies.
    pub cut_off: Vec<CutOff>,
    slots: HashSet<Slot>,
    /// Questions that IAM answered, and why it did not answer others.
    answered: usize,
    unseen: Vec<String>,
    /// A traced key that IAM could not be asked about.
    unseen_key: Option<String>,
}

/// A role or user whose sessions are denied.
#[derive(Debug, PartialEq, Eq)]
pub struct CutOff {
    /// `role/NAME` or `user/NAME`.
    pub name: String,
    pub arn: String,
}

/// Why something is not in the plan.
#[derive(Debug, Clone)]
pub enum LeftOutReason {
    /// IAM says so.
    No(String),
    /// IAM did not say.
    Unseen(String),
}

impl LeftOutReason {
    /// Of a failure to plan a step: a usage failure is what IAM says, any other that it did not say.
    pub fn of(failure: Failure) -> Self {
        if failure.exit != Exit::Usage {
            return Self::Unseen(failure.message);
        }
        let what = [Some(failure.message), failure.hint];
        let what: Vec<String> = what.into_iter().flatten().collect();
        Self::No(what.join(": "))
    }

    pub fn of_unresolved(unresolved: &Unresolved) -> Self {
        Self::No(match unresolved {
            Unresolved::CouldNotLook(why) => return Self::Unseen(why.clone()),
            Unresolved::Nobody => {
                "IAM knows no such user or role: deleted, or never there".to_owned()
            }
            Unresolved::Foreign(account) => format!("of account {account}"),
            Unresolved::Ambiguous => "a user and a role have this name".to_owned(),
            Unresolved::NotAPrincipal(why) => why.clone(),
        })
    }
}

impl IamLookupResult {
    /// Adds a step, unless one sets the same slot, or it holds already; whether it did.
    pub fn add(&mut self, step: PlanStep) -> bool {
        if let TargetValue::Value(value) = &step.to
            && holds(value, &step.before)
        {
            self.leave_out(
                &step.slot.name(),
                LeftOutReason::No("it holds already".to_owned()),
            );
            return false;
        }
        self.answered += 1;
        let is_new = self.slots.insert(step.slot.clone());
        if is_new {
            let replaced = step.replaced().filter(|_| step.refused.is_none());
            let note = replaced.map(|what| format!("{}: {what}", step.slot.holder()));
            self.notes.extend(note);
            self.steps.push(step);
        }
        is_new
    }

    /// A traced key could not be looked up: while it may be active, it may issue new sessions.
    pub fn lacks_key(&mut self, access_key_id: &str) {
        self.unseen_key
            .get_or_insert_with(|| access_key_id.to_owned());
    }

    /// Whether a step of the plan sets this slot.
    pub fn holds(&self, slot: &Slot) -> bool {
        self.slots.contains(slot)
    }

    /// Whether the plan deactivates this key.
    pub fn deactivates(&self, key: &str) -> bool {
        self.steps.iter().any(|step| {
            matches!(&step.slot, Slot::AccessKey { access_key_id, .. } if access_key_id == key)
        })
    }

    pub fn leave_out(&mut self, id: &str, reason: LeftOutReason) {
        self.leave_out_as(Omission::Other, id, None, reason);
    }

    /// The same of `kind`, and of `principal`.
    pub fn leave_out_as(
        &mut self,
        kind: Omission,
        id: &str,
        principal: Option<&str>,
        reason: LeftOutReason,
    ) {
        let why = match reason {
            LeftOutReason::No(why) => {
                self.answered += 1;
                why
            }
            LeftOutReason::Unseen(why) => {
                self.unseen.push(why.clone());
                format!("could not be looked up: {why}")
            }
        };
        let left_out = LeftOut {
            principal: principal.map(str::to_owned),
            kind,
            ..LeftOut::new(id, why)
        };
        // what two nodes lead to is told once
        if !self.left_out.contains(&left_out) {
            self.left_out.push(left_out);
        }
    }

    /// All of it, the steps in the order of their phases.
    ///
    /// # Errors
    /// Where IAM was asked, and answered nothing.
    pub fn finish(mut self) -> Result<Self, Failure> {
        if let [first, ..] = self.unseen.as_slice() {
            if self.answered == 0 {
                return Err(Failure::failed(format!(
                    "IAM answered nothing about the lineage: {first}"
                )));
            }
            self.notes.push(format!(
                "the plan is not whole: {} of the lineage could not be looked up",
                self.unseen.len()
            ));
        }
        self.complete = self.unseen.is_empty();
        if let Some(key) = &self.unseen_key {
            let sessions = |step: &&mut PlanStep| step.waits_for_keys();
            for step in self.steps.iter_mut().filter(sessions) {
                step.refused.get_or_insert_with(|| {
                    Refusal::Refused(format!(
                        "{key} could not be looked up, and if it is active it issues new sessions: deactivate it, \
                         and revoke these then"
                    ))
                });
            }
        }
        // what cannot be taken back comes last
        let order = |step: &PlanStep| (!step.slot.can_be_put_back(), step.phase);
        self.steps.sort_by_key(order);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::response::Phase;

    #[test]
    fn sessions_wait_for_a_key_that_could_not_be_looked_up() {
        let step = |phase, slot| PlanStep {
            phase,
            slot,
            to: TargetValue::SessionDeny,
            before: None,
            why: String::new(),
            refused: None,
        };
        let policy = || "p".to_owned();
        let sessions = Slot::RolePolicy {
            role: "ops".to_owned(),
            policy: policy(),
        };
        let created = Slot::UserPolicy {
            user: "svc".to_owned(),
            policy: policy(),
        };
        let plan = |unseen: Option<&str>| {
            let mut found = IamLookupResult::default();
            found.add(step(Phase::Created, created.clone()));
            found.add(step(Phase::Sessions, sessions.clone()));
            if let Some(key) = unseen {
                found.lacks_key(key);
            }
            found.finish().unwrap().steps
        };
        assert!(plan(None).iter().all(|step| step.refused.is_none()));
        let [held, tried] = &plan(Some("AKIAUNSEEN"))[..] else {
            panic!("two steps");
        };
        let why = held.refused.as_ref().map(Refusal::why);
        assert!(why.is_some_and(|why| why.contains("AKIAUNSEEN")));
        assert_eq!((held.phase, &tried.refused), (Phase::Sessions, &None));
    }
}
