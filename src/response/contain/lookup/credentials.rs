//! Which credentials of users, besides access keys, are of the lineage: as far as its calls tell and IAM bears it out.

use super::contradictions::TOLERANCE;
use crate::response::contain::trace::CredentialCall;
use crate::response::keys::OtherCredentials;
use crate::response::slot::{HeldCredential, Slot};

/// Why a credential is of the lineage.
pub fn why_of_lineage(held: &HeldCredential, calls: &[CredentialCall]) -> Option<&'static str> {
    if calls.iter().any(|call| is_made_by(held, call)) {
        return Some("made when the lineage made one of its sort");
    }
    // which one that was, the report does not tell
    let is_changed = |call: &CredentialCall| call.made.is_none() && is_of_sort(held, call);
    calls
        .iter()
        .any(is_changed)
        .then_some("the lineage reset or switched one of its sort")
}

pub fn is_of_bedrock(held: &HeldCredential) -> bool {
    let service = held.service.as_deref();
    service.is_some_and(|service| service.starts_with("bedrock"))
}

/// Says that credentials were made which none of `all`, whom IAM was asked about, holds.
pub fn of_nobody<'h>(
    all: impl Iterator<Item = &'h OtherCredentials>,
    calls: &[CredentialCall],
) -> Option<String> {
    let held: Vec<&HeldCredential> = all.flat_map(|held| &held.active).collect();
    let is_unknown = |call: &&CredentialCall| {
        call.made.is_some() && !held.iter().any(|held| is_made_by(held, call))
    };
    match calls.iter().filter(is_unknown).count() {
        0 => None,
        unknown => Some(format!(
            "of the API keys, SSH keys and signing certificates that the lineage made, {unknown} are active at none of \
             the users of this plan: `trailhunt changes iam` names whose they are"
        )),
    }
}

fn is_made_by(held: &HeldCredential, call: &CredentialCall) -> bool {
    let times = held.made.zip(call.made);
    is_of_sort(held, call) && times.is_some_and(|(held, call)| (held - call).abs() <= TOLERANCE)
}

fn is_of_sort(held: &HeldCredential, call: &CredentialCall) -> bool {
    matches!(&held.slot, Slot::UserCredential { sort, .. } if *sort == call.sort)
}
