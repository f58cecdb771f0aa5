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

    /// Whether the partition called `name` has, or may come to have, the Region `region`: a new one is known by its shape.
    pub fn may_have(name: &str, region: &str) -> bool {
        Self::of(region).name == name && has_region_shape(region)
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

/// Whether `text` is made as the names of Regions are: `us-gov-west-1`, `ap-southeast-2`.
fn has_region_shape(text: &str) -> bool {
    const SIDES: [&str; 9] = [
        "central",
        "east",
        "north",
        "northeast",
        "northwest",
        "south",
        "southeast",
        "southwest",
        "west",
    ];
    let is_place = |part: &str| {
        (2..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let is_number =
        |part: &str| matches!(part.as_bytes(), [b'1'..=b'9'] | [b'1'..=b'9', b'0'..=b'9']);
    let parts: Vec<&str> = text.split('-').collect();
    match parts[..] {
        [area, side, number] => is_place(area) && SIDES.contains(&side) && is_number(number),
        [area, part, side, number] => {
            is_place(area) && is_place(part) && SIDES.contains(&side) && is_number(number)
        }
        _ => false,
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
    fn a_region_is_of_one_partition_and_of_a_shape() {
        for partition in PARTITIONS.iter() {
            for region in partition.regions() {
                for other in PARTITIONS.iter() {
                    let is_its = other.name == partition.name;
                    assert_eq!(Partition::may_have(&other.name, region), is_its, "{region}");
                }
            }
        }
        assert!(Partition::may_have("aws", "eu-north-12"));
        for (partition, region) in [
            ("0", "0"),
            ("aws-evil", "us-east-1"),
            ("", ""),
            ("aws", ""),
            ("aws", "0"),
            ("aws", "evil"),
            ("aws", "us-evil-1"),
            ("aws", "us-east"),
            ("aws", "us-east-"),
            ("aws", "us-east-0"),
            ("aws", "us-east-111"),
            ("aws", "us--east-1"),
            ("aws", "US-EAST-1"),
            ("aws", "us-east-1-evil"),
            ("aws", "us-east-1.evil.example"),
            ("aws-cn", "cn-"),
            ("aws-cn", "us-east-1"),
        ] {
            assert!(
                !Partition::may_have(partition, region),
                "{partition} {region}"
            );
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
