//! The word for whether an answer is complete. Where its lineage goes on in an account that was not read, the word
//! never stands alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::arn::{self, Actor};
use crate::report::{Handoff, Report};

/// Accounts, and names in each, that are told; the lineage lists all.
const MOST: usize = 3;

/// `complete, but continues in 444455556666 as OrgAdmin`; where it is not complete, `incomplete` in its place.
pub fn completeness(report: &Report, incomplete: &str) -> String {
    let continues = continues(&report.handoffs);
    match (report.complete, continues) {
        (true, None) => "complete".to_owned(),
        (true, Some(continues)) => format!("complete, but {continues}"),
        (false, None) => incomplete.to_owned(),
        (false, Some(continues)) => format!("{incomplete}, and {continues}"),
    }
}

fn continues(handoffs: &[Handoff]) -> Option<String> {
    let mut accounts: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for handoff in handoffs {
        let names = accounts.entry(&handoff.account).or_default();
        names.insert(name(&handoff.role_arn));
    }
    if accounts.is_empty() {
        return None;
    }
    let told = accounts.iter().map(|(account, names)| {
        let names = few(names.iter().cloned());
        format!("in {account} as {names}")
    });
    Some(format!("continues {}", few(told)))
}

fn few(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = names.collect();
    let hidden = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    names.extend((hidden > 0).then(|| format!("{hidden} more")));
    names.join(", ")
}

/// A role by its name, root as root; what is neither as it stands.
fn name(principal: &str) -> String {
    match Actor::of(principal) {
        Some(Actor::Role(name) | Actor::User(name)) => name,
        Some(Actor::Root) => "root".to_owned(),
        _ => arn::resource(principal).unwrap_or(principal).to_owned(),
    }
}
