//! Regions: which of them a search asks.
//!
//! The built-in list of `event/partitions` is what trailhunt falls back on when `account:ListRegions` is refused, and what a misspelt
//! name is checked against; the account's own list always wins (facts: A10, B2).

use crate::detection::suggest::did_you_mean;
use crate::error::Failure;
use crate::event::partitions::{PARTITIONS, Partition};

/// Whether trailhunt knows `region`, in any partition.
pub fn is_known(region: &str) -> bool {
    all().any(|known| known == region)
}

fn all() -> impl Iterator<Item = &'static str> {
    PARTITIONS.iter().flat_map(Partition::regions)
}

/// Which Regions are asked, and which are not because the account has them disabled: of `known`, each with whether it
/// is enabled, those in `asked`, or all where that is empty.
///
/// # Errors
/// A usage failure for a Region that the account does not know.
pub fn choose(
    asked: &[String],
    known: Vec<(String, bool)>,
) -> Result<(Vec<String>, Vec<String>), Failure> {
    if let Some(name) = asked
        .iter()
        .find(|name| !known.iter().any(|(region, _)| region == *name))
    {
        return Err(unknown(name));
    }
    let wanted = |region: &String| asked.is_empty() || asked.contains(region);
    let (enabled, disabled): (Vec<_>, Vec<_>) = known
        .into_iter()
        .filter(|(region, _)| wanted(region))
        .partition(|(_, enabled)| *enabled);
    let names = |list: Vec<(String, bool)>| list.into_iter().map(|(region, _)| region).collect();
    Ok((names(enabled), names(disabled)))
}

/// The failure for a name that is no Region.
pub fn unknown(name: &str) -> Failure {
    let near = did_you_mean(name, all());
    Failure::usage(format!("there is no Region '{name}'{near}"))
    .hint("--regions takes a list such as us-east-1,eu-west-1; all of them, new ones too, are read without it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_named() {
        assert!(is_known("us-gov-west-1"));
        assert!(!is_known("eu-wset-1"));
        assert!(unknown("eu-wset-1").message.contains("eu-west-1"));
    }
}
