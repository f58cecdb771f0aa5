//! The plan of a response: steps, each a slot and what it is to hold. Planners make it, nothing here acts.

use crate::report::response::{Elsewhere, Fact, LeftOut, Phase, RecentUse};
use crate::response::policies::{REVOKE_OLDER_SESSIONS, is_kept, revoked_before};
use crate::response::slot::{Slot, SlotValue};

/// What is to be done, and everything that a person needs to say yes or no.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The words after `trailhunt respond` that make this plan again; a journal is continued by the same words.
    pub command: Vec<String>,
    /// One line for people.
    pub title: String,
    pub facts: Vec<Fact>,
    pub recent_use: Option<RecentUse>,
    /// In the order in which they are carried out.
    pub steps: Vec<PlanStep>,
    pub left_out: Vec<LeftOut>,
    pub handoffs: Vec<Elsewhere>,
    /// What else to know before a yes.
    pub notes: Vec<String>,
    /// What carrying it out leaves to be done: said before, and again afterwards.
    pub still_open: Vec<String>,
    /// Whether all that should be in it could be looked up: what could not is left out, and said.
    pub complete: bool,
    /// The journal that this plan takes back, for `undo`.
    pub undoes: Option<String>,
}

/// One step: a slot, what it holds, and what it is to hold.
#[derive(Debug, Clone)]
pub struct PlanStep {
    pub phase: Phase,
    pub slot: Slot,
    pub to: TargetValue,
    /// What the slot held when the plan was made.
    pub before: SlotValue,
    pub why: String,
    /// Why the step is not to be carried out although it belongs to the plan.
    pub refused: Option<Refusal>,
}

/// Why a step is not carried out, in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It would reach the caller, or it is too early to take a deny back.
    Refused(String),
    /// The slot was changed by somebody else since the change that is to be taken back.
    Changed(String),
}

impl Refusal {
    pub fn why(&self) -> &str {
        let (Self::Refused(why) | Self::Changed(why)) = self;
        why
    }
}

/// What a slot is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetValue {
    Value(SlotValue),
    /// A deny of every session that was issued before the moment of the call: its document is written then, and
    /// once more a while later, for what was minted meanwhile.
    SessionDeny,
}

impl PlanStep {
    /// Whether it is only of use once no traced key opens such sessions any more: a sign-in session is opened by none.
    pub fn waits_for_keys(&self) -> bool {
        let is_of_sign_in = self.slot.denies_sign_ins() || !self.slot.can_be_put_back();
        self.phase == Phase::Sessions && !is_of_sign_in
    }

    /// What is in the place of the policy that it puts, as far as that is not as before then.
    pub fn replaced(&self) -> Option<String> {
        let (Slot::UserPolicy { policy, .. } | Slot::RolePolicy { policy, .. }, Some(document)) =
            (&self.slot, &self.before)
        else {
            return None;
        };
        if !is_kept(policy, document) {
            return Some(format!(
                "another policy has the name {policy}: it is replaced, and kept in the journal for undo; it held \
                 {document}"
            ));
        }
        let denied = revoked_before(document).filter(|_| policy == REVOKE_OLDER_SESSIONS)?;
        Some(format!(
            "sessions issued before {denied} are denied already; the new deny takes its place, and undo puts it back"
        ))
    }

    /// What it does, in one line.
    pub fn what(&self) -> String {
        match &self.to {
            TargetValue::Value(Some(value)) if self.phase == Phase::Undo => {
                self.slot.what_restored(value)
            }
            TargetValue::Value(value) => self.slot.what(value),
            TargetValue::SessionDeny => self.slot.what_denied(),
        }
    }
}
