//! What the path of a file says: whether it is a trail file, whose, and what lies in its folder instead of calls.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use crate::event::no_call::NoCallKind;

/// Account and Region, where the path has the layout that CloudTrail writes (facts: H1, J1): the folders
/// `AWSLogs/[o-ORG/]ACCOUNT/CloudTrail/REGION`, else the name `ACCOUNT_CloudTrail_REGION_…`.
pub fn account_and_region(path: &Path) -> Option<(String, String)> {
    let parts: Vec<_> = parts(path).collect();
    let logs = parts.iter().rposition(|part| *part == "AWSLogs");
    let below = logs.and_then(|at| parts.get(at + 1..)).unwrap_or_default();
    let name: Vec<_> = parts.last()?.split('_').collect();
    let layout = |parts: &[&'_ str]| match parts {
        [account, trail, region, _, ..] if is_of_cloudtrail(trail) => {
            Some(((*account).to_owned(), (*region).to_owned()))
        }
        _ => None,
    };
    let of_organization = below.get(1..).unwrap_or_default();
    let found = [of_organization, below, name.as_slice()];
    let (account, region) = found.into_iter().find_map(layout)?;
    is_account(&account).then_some((account, region))
}

/// What is no record of a call, and all that its folder holds (facts: H1, J1).
pub fn no_calls(path: &Path) -> Option<NoCallKind> {
    match service_folder(parts(path))? {
        "CloudTrail-Digest" => Some(NoCallKind::Digest),
        "CloudTrail-Insight" => Some(NoCallKind::Insight),
        "CloudTrail-Aggregated" => Some(NoCallKind::Aggregated),
        _ => None,
    }
}

/// The folder of a service below its account, of a file that lies in it. The last `AWSLogs` counts: what stands before
/// it is a prefix, which whoever changes the trail chooses.
fn service_folder<'p>(parts: impl Iterator<Item = &'p str>) -> Option<&'p str> {
    let parts: Vec<&str> = parts.collect();
    let logs = parts.iter().rposition(|part| *part == "AWSLogs")?;
    let mut below = parts.get(logs + 1..)?.iter().copied();
    // the folder of an organization may stand between
    below.by_ref().take(2).find(|part| is_account(part))?;
    let service = below.next()?;
    // the last part is a file, and no folder of a service
    below.next().map(|_| service)
}

pub fn parts(path: &Path) -> impl Iterator<Item = &str> + Clone {
    path.iter().filter_map(OsStr::to_str)
}

fn is_account(part: &str) -> bool {
    part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// `CloudTrail`, or what it writes beside: `CloudTrail-NetworkActivity`.
fn is_of_cloudtrail(part: &str) -> bool {
    part == "CloudTrail" || part.starts_with("CloudTrail-")
}

/// Why what lies there is not opened: it is a digest, or another service's in the same bucket (facts: H1).
pub fn passed_over_by_place(path: &Path) -> Option<&'static str> {
    if no_calls(path) == Some(NoCallKind::Digest) {
        return Some(NoCallKind::Digest.of_file());
    }
    is_of_another_service(parts(path)).then_some(OF_ANOTHER_SERVICE)
}

pub const OF_ANOTHER_SERVICE: &str = "another service's, by its folder";

/// Whether a file lies in the folder of another service than CloudTrail.
pub fn is_of_another_service<'p>(parts: impl Iterator<Item = &'p str>) -> bool {
    service_folder(parts).is_some_and(|service| !is_of_cloudtrail(service))
}

/// Whether a file lies where a trail writes its files: whatever its name, it is one, or it is damaged.
fn stands_among_trail_files<'p>(parts: impl Iterator<Item = &'p str>) -> bool {
    service_folder(parts).is_some_and(is_of_cloudtrail)
}

/// Files that are plainly something else: how many, and the names of a few.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassedOver {
    pub count: usize,
    pub few: BTreeSet<String>,
}

impl PassedOver {
    const MOST: usize = 5;

    pub fn add(&mut self, name: String) {
        self.count += 1;
        self.few.insert(name);
        if self.few.len() > Self::MOST {
            self.few.pop_last();
        }
    }

    pub fn merge(&mut self, other: Self) {
        let count = self.count + other.count;
        for name in other.few {
            self.add(name);
        }
        self.count = count;
    }
}

/// Whether the name of a file or folder is one that systems and editors give to what is their own. Such a name
/// promises nothing: its content decides.
pub fn is_hidden_name(name: &str) -> bool {
    name.starts_with('.')
}

/// Whether a file is to be read whatever its first bytes say, by its name or its place.
pub fn is_wanted<'p>(name: &str, parts: impl Iterator<Item = &'p str> + Clone) -> bool {
    let is_named = is_trail_name(name) || was_trail_name(name);
    !is_hidden_name(name)
        && (is_named && !parts.clone().any(is_hidden_name) || stands_among_trail_files(parts))
}

/// Whether it was named so before something was done to it: `trail.json.gz.gpg`, `trail.json.gz.part`.
fn was_trail_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".json.", ".jsonl.", ".ndjson."]
        .iter()
        .any(|ending| name.contains(ending))
}

/// Whether it is named as trail files are.
fn is_trail_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".json", ".jsonl", ".ndjson"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_says_account_and_region() {
        let place = |path: &str| account_and_region(Path::new(path));
        let us = Some(("111122223333".to_owned(), "us-east-1".to_owned()));
        assert_eq!(
            place("x/AWSLogs/111122223333/CloudTrail/us-east-1/2023/07/10/a.json.gz"),
            us
        );
        assert_eq!(
            place("AWSLogs/o-abc/111122223333/CloudTrail/us-east-1/2023/a.json"),
            us
        );
        assert_eq!(
            place("flat/111122223333_CloudTrail_us-east-1_20230710T1145Z_7xg.json"),
            us
        );
        let network =
            "AWSLogs/111122223333/CloudTrail-NetworkActivity/us-east-1/2026/11/10/a.json.gz";
        assert_eq!(place(network), us);
        assert_eq!(place("AWSLogs/o-abc/CloudTrail/us-east-1/a.json"), None);
        assert_eq!(place("us-east-1/events.json"), None);
    }

    #[test]
    fn what_lies_beside_a_trail_is_known_by_its_folder() {
        let unread = |path: &str| passed_over_by_place(Path::new(path));
        let digest = "x/AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/11/10/d.json.gz";
        assert_eq!(unread(digest).unwrap(), "a digest of trail files");
        for service in ["Config", "elasticloadbalancing", "vpcflowlogs", "GuardDuty"] {
            let path = format!("x/AWSLogs/111122223333/{service}/us-east-1/2026/1/1/a.json.gz");
            assert!(unread(&path).unwrap().contains("another service"), "{path}");
            let path = format!("AWSLogs/o-abc/111122223333/{service}/a.json.gz");
            assert!(unread(&path).unwrap().contains("another service"), "{path}");
        }
        for path in [
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/10/a.json.gz",
            "AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2026/11/10/a.json.gz",
            "AWSLogs/111122223333/a.json",
            "AWSLogs/a/b/c.json",
            "Config/a.json",
        ] {
            assert_eq!(unread(path), None, "{path}");
        }
    }

    #[test]
    fn a_prefix_that_somebody_chose_hides_nothing() {
        for prefix in [
            "CloudTrail-Digest",
            "CloudTrail-Insight",
            "AWSLogs/111122223333/Config",
            "AWSLogs/111122223333/CloudTrail-Digest/us-east-1",
        ] {
            let path =
                format!("{prefix}/AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/10/a.json.gz");
            let path = Path::new(&path);
            assert_eq!(no_calls(path), None, "{prefix}");
            assert_eq!(passed_over_by_place(path), None, "{prefix}");
            assert!(stands_among_trail_files(parts(path)), "{prefix}");
            assert!(account_and_region(path).is_some(), "{prefix}");
        }
    }

    #[test]
    fn names_of_trail_files() {
        for name in ["a.json", "a.JSON.GZ", "a.jsonl", "a.ndjson.gz", ".json"] {
            assert!(is_trail_name(name), "{name}");
        }
        for name in ["a.gz", "a.json.zip", "json", "a.csv"] {
            assert!(!is_trail_name(name), "{name}");
        }
    }

    #[test]
    fn names_of_what_was_a_trail_file() {
        for name in ["a.json.gz.gpg", "a.jsonl.enc", "T.JSON.GZ.part"] {
            assert!(was_trail_name(name), "{name}");
        }
        for name in ["a.json", "json.txt", "a.gz"] {
            assert!(!was_trail_name(name), "{name}");
        }
    }
}
