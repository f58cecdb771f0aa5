//! AWS's partitions and their Regions. `partitions.json` has the names of botocore 1.44.8 and, of facts B2, the Regions
//! in which global services record.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct Partition {
    /// As ARNs spell it: `aws-cn`.
    pub name: String,
    /// In words: `China`.
    pub place: String,
    /// What the names of its Regions begin with; empty for `aws`.
    prefix: String,
    dns_suffix: String,
    /// The Regions in which its global services record.
    pub control_plane: Vec<String>,
    /// That of them in which IAM does.
    pub iam: String,
    /// Whether records of the partition showed it. The others follow the endpoints of its services, and nobody of us
    /// could look there.
    pub confirmed: bool,
    /// The Regions that every account has, and cannot disable.
    pub enabled_by_default: Vec<String>,
    #[serde(default)]
    opt_in: Vec<String>,
}

/// Every partition, `aws`, whose Regions share no prefix, first; empty only if the file were broken, which a test excludes.
pub static PARTITIONS: LazyLock<Vec<Partition>> =
    LazyLock::new(|| serde_json::from_str(include_str!("partitions.json")).unwrap_or_default());

impl Partition {
    /// That of a Region, also of one that is not known by name.
    pub fn of(region: &str) -> &'static Self {
        let of_prefix = |partition: &&Self| region.starts_with(&partition.prefix);
        let mut others_first = PARTITIONS.iter().rev();
        others_first
            .find(of_prefix)
            .unwrap_or_else(|| &PARTITIONS[0])
    }

    /// Every Region that is known of it.
    pub fn regions(&self) -> impl Iterator<Item = &str> {
        let all = self.enabled_by_default.iter().chain(&self.opt_in);
        all.map(String::as_str)
    }

    /// Whether a host name is one of the partition's services.
    pub fn has_host(&self, host: &str) -> bool {
        let service = host.strip_suffix(&self.dns_suffix);
        service.is_some_and(|service| service.ends_with('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole() {
        let aws = &PARTITIONS[0];
        assert_eq!((aws.name.as_str(), aws.regions().count()), ("aws", 36));
        for partition in PARTITIONS.iter() {
            assert!(partition.control_plane.contains(&partition.iam));
            for region in partition.control_plane.iter().map(String::as_str) {
                assert!(
                    partition
                        .enabled_by_default
                        .iter()
                        .any(|known| known == region)
                );
            }
            for region in partition.regions() {
                assert_eq!(Partition::of(region).name, partition.name, "{region}");
            }
        }
    }

    #[test]
    fn a_region_that_is_not_known_has_its_partition() {
        let of = |region: &str| Partition::of(region).name.as_str();
        assert_eq!(of("cn-south-9"), "aws-cn");
        assert_eq!(of("us-isob-west-9"), "aws-iso-b");
        assert_eq!(of("xx-new-1"), "aws");
        assert_eq!(of(""), "aws");
    }
}
