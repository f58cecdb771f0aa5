//! What IAM's answers came to: the steps of the plan, and everything else with why it is none.

use std::collections::HashSet;

use crate::error::Failure;
use crate::report::response::{Elsewhere, LeftOut, Omission};
use crate::response::plan::{Step, Target};
use crate::response::slot::{Slot, holds};

/// What came of it.
#[derive(Debug, Default)]
pub struct Found {
    pub steps: Vec<Step>,
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
pub enum Unfit {
    /// IAM says so.
    No(String),
    /// IAM did not say.
    Unseen(String),
}

impl Found {
    /// Adds a step, unless one sets the same slot, or it holds already; whether it did.
    pub fn add(&mut self, step: Step) -> bool {
        if let Target::Value(value) = &step.to
            && holds(value, &step.before)
        {
            self.leave_out(&step.slot.name(), Unfit::No("it holds already".to_owned()));
            return false;
        }
        self.answered += 1;
        let is_new = self.slots.insert(step.slot.clone());
        if is_new {
            self.steps.push(step);
        }
        is_new
    }

    /// Whether the plan deactivates this key.
    pub fn deactivates(&self, key: &str) -> bool {
        self.steps.iter().any(|step| {
            matches!(&step.slot, Slot::AccessKey { access_key_id, .. } if access_key_id == key)
        })
    }

    pub fn leave_out(&mut self, id: &str, unfit: Unfit) {
        self.leave_out_as(Omission::Other, id, None, unfit);
    }

    /// The same of `kind`, and of `principal`.
    pub fn leave_out_as(
        &mut self,
        kind: Omission,
        id: &str,
        principal: Option<&str>,
        unfit: Unfit,
    ) {
        let why = match unfit {
            Unfit::No(why) => {
                self.answered += 1;
                why
            }
            Unfit::Unseen(why) => {
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
                "the plan is not whole: {} of the lineage could not be looked up in IAM",
                self.unseen.len()
            ));
        }
        self.complete = self.unseen.is_empty();
        self.steps.sort_by_key(|step| step.phase);
        Ok(self)
    }
}
