//! Regions: which exist, which partition they are of, and which of them a search asks.
//!
//! The built-in list is what trailhunt falls back on when `account:ListRegions` is refused, and what a misspelt
//! name is checked against; the account's own list always wins (facts: A10, B2).

use crate::detection::suggest::did_you_mean;
use crate::error::Failure;
use crate::event::services::partition_of;

/// Every Region of a partition, and those in which its global services record.
struct Partition {
    name: &'static str,
    regions: &'static [&'static str],
    control_plane: &'static [&'static str],
}

/// From the partition data of the AWS SDK, November 2026; control-plane Regions from facts B2.
const PARTITIONS: &[Partition] = &[
    Partition {
        name: "aws",
        regions: &[
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
        control_plane: &["us-east-1"],
    },
    Partition {
        name: "aws-cn",
        regions: &["cn-north-1", "cn-northwest-1"],
        control_plane: &["cn-north-1", "cn-northwest-1"],
    },
    Partition {
        name: "aws-us-gov",
        regions: &["us-gov-east-1", "us-gov-west-1"],
        control_plane: &["us-gov-west-1"],
    },
    Partition {
        name: "aws-eusc",
        regions: &["eusc-de-east-1"],
        control_plane: &["eusc-de-east-1"],
    },
];

/// The Regions that every commercial account has, and cannot disable.
pub const ENABLED_BY_DEFAULT: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

fn partition(region: &str) -> &'static Partition {
    let name = partition_of(region);
    let found = PARTITIONS.iter().find(|partition| partition.name == name);
    found.unwrap_or(&PARTITIONS[0])
}

/// Every Region that trailhunt knows of in the partition of `region`.
pub fn known_regions(region: &str) -> &'static [&'static str] {
    partition(region).regions
}

/// The Regions in which the global services of the partition of `region` record.
pub fn control_plane_regions(region: &str) -> &'static [&'static str] {
    partition(region).control_plane
}

/// Whether trailhunt knows `region`, in any partition.
pub fn is_known(region: &str) -> bool {
    PARTITIONS
        .iter()
        .any(|partition| partition.regions.contains(&region))
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
    let known = PARTITIONS
        .iter()
        .flat_map(|partition| partition.regions)
        .copied();
    Failure::usage(format!(
        "there is no Region '{name}'{}",
        did_you_mean(name, known)
    ))
    .hint("--regions takes a list such as us-east-1,eu-west-1; all of them, new ones too, are read without it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn global_services_of_each_partition() {
        assert_eq!(control_plane_regions("eu-west-3"), ["us-east-1"]);
        assert_eq!(
            control_plane_regions("cn-north-1"),
            ["cn-north-1", "cn-northwest-1"]
        );
        assert_eq!(control_plane_regions("us-gov-east-1"), ["us-gov-west-1"]);
        assert_eq!(control_plane_regions("xx-new-1"), ["us-east-1"]);
    }

    #[test]
    fn a_near_miss_is_named() {
        assert!(is_known("us-gov-west-1"));
        assert!(!is_known("eu-wset-1"));
        assert!(unknown("eu-wset-1").message.contains("eu-west-1"));
    }
}
