//! The demo told again: the same cast and the same calls, of another account, at another time, from other addresses
//! and with ids, agents and names of its own. The first telling is the demo itself.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use trailhunt::event::services::account_hint;
use trailhunt::event::time::{in_response, rfc3339};

use crate::demo::generator::cast::{ACCOUNT, METRICS_SYNC, ROLES, SVC_BACKUP, USERS};
use crate::demo::generator::ids::{Random, entity_id, key_id, resource_id};
use crate::demo::generator::{REGIONS, time};

/// Who tells: the demo's story in terms of one account and one time.
#[derive(Debug)]
pub struct Telling {
    /// Of all tellings; 0 is the demo.
    pub number: u64,
    pub account: String,
    /// Seconds by which everything happens earlier.
    pub earlier: i64,
    /// The Regions that it may be told in.
    pub regions: Vec<&'static str>,
    pub seed: u64,
}

/// A record of the demo, cut where tellings differ.
#[derive(Debug)]
pub struct RetoldRecord {
    pub time: i64,
    region: usize,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Same(String),
    Differs(Differing, String),
}

#[derive(Debug, Clone, Copy)]
enum Differing {
    /// The id of a key, and whether it is one of the account that tells.
    Key(bool),
    Entity,
    Resource,
    Uuid,
    Account,
    Address,
    Version,
    EventTime(i64),
    IamTime(i64),
    StsTime(i64),
    Milliseconds(i64),
    Region(usize),
    Name,
}

/// What differs, each in a group of its own. An address with a length of prefix is a rule's, and stays.
static DIFFERING: LazyLock<Regex> = LazyLock::new(|| {
    let users = USERS.into_iter().chain([SVC_BACKUP]).map(|user| user.0);
    let roles = ROLES
        .into_iter()
        .chain([METRICS_SYNC])
        .map(|role| role.name);
    // names with `AWS` are those of AWS itself; `acme` is the company
    let mut names: Vec<&str> = users
        .chain(roles.filter(|name| !name.starts_with("AWS")))
        .chain(["acme"])
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let patterns = [
        ("key", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
        ("entity", r"\b(?:AIDA|AROA)[A-Z2-7]{17}\b"),
        ("resource", r"\b[a-z]{1,4}-0[0-9a-f]{16}\b"),
        ("uuid", r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
        ("account", &format!(r"\b{ACCOUNT}\b")),
        ("rule", r"\b\d+\.\d+\.\d+\.\d+/\d+"),
        (
            "address",
            r"\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+\b",
        ),
        ("version", r"[/#]\d+\.\d+\.\d+\b"),
        ("at", r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("sts", r"\b[A-Z][a-z]{2} \d+, 20\d\d, \d+:\d\d:\d\d [AP]M"),
        ("iam", r"\b[A-Z][a-z]{2} \d+, 20\d\d \d+:\d\d:\d\d [AP]M"),
        ("milliseconds", r"\b17[89]\d{10}\b"),
        ("region", &REGIONS.join("|")),
        ("name", &format!(r"\b(?:{})\b", names.join("|"))),
    ];
    let groups = patterns.map(|(name, pattern)| format!("(?P<{name}>{pattern})"));
    Regex::new(&groups.join("|")).expect("the patterns are right")
});

impl RetoldRecord {
    pub fn of(record: &str) -> Self {
        let (mut parts, mut end) = (Vec::new(), 0);
        let (mut time, mut region) = (None, None);
        for found in DIFFERING.captures_iter(record) {
            let (Some(whole), Some(differing)) = (found.get(0), differing(&found)) else {
                continue;
            };
            let same = &record[end..whole.start()];
            match differing {
                Differing::EventTime(at) if same.ends_with(r#""eventTime":""#) => time = Some(at),
                Differing::Region(at) if same.ends_with(r#""awsRegion":""#) => region = Some(at),
                _ => {}
            }
            parts.push(Part::Same(same.to_owned()));
            parts.push(Part::Differs(differing, whole.as_str().to_owned()));
            end = whole.end();
        }
        parts.push(Part::Same(record[end..].to_owned()));
        Self {
            time: time.expect("each record has a time"),
            region: region.expect("each record has a Region of the demo"),
            parts,
        }
    }

    /// The Region that records it in this telling.
    pub fn region(&self, telling: &Telling) -> &'static str {
        telling.region(self.region)
    }

    /// The record, appended to `told`.
    pub fn tell(&self, telling: &Telling, told: &mut String) {
        for part in &self.parts {
            match part {
                Part::Same(text) => told.push_str(text),
                Part::Differs(_, text) if telling.is_the_demo() => told.push_str(text),
                Part::Differs(differing, text) => told.push_str(&telling.other(*differing, text)),
            }
        }
    }
}

/// What was found; none for what stays.
fn differing(found: &Captures) -> Option<Differing> {
    let in_group = |name| found.name(name).map(|text| text.as_str());
    let at = |seconds: Option<trailhunt::event::time::Time>| {
        seconds.expect("the demo's times can be read").timestamp()
    };
    if let Some(key) = in_group("key") {
        return Some(Differing::Key(
            account_hint(key).as_deref() == Some(ACCOUNT),
        ));
    }
    if let Some(text) = in_group("at") {
        return Some(Differing::EventTime(at(rfc3339(text))));
    }
    if let Some(text) = in_group("sts") {
        return Some(Differing::StsTime(at(in_response(text))));
    }
    if let Some(text) = in_group("iam") {
        return Some(Differing::IamTime(at(in_response(text))));
    }
    if let Some(text) = in_group("milliseconds") {
        return text.parse().ok().map(Differing::Milliseconds);
    }
    if let Some(text) = in_group("region") {
        let known = REGIONS.iter().position(|region| *region == text);
        return known.map(Differing::Region);
    }
    let rest = [
        ("entity", Differing::Entity),
        ("resource", Differing::Resource),
        ("uuid", Differing::Uuid),
        ("account", Differing::Account),
        ("address", Differing::Address),
        ("version", Differing::Version),
        ("name", Differing::Name),
    ];
    rest.into_iter()
        .find_map(|(group, differing)| in_group(group).map(|_| differing))
}

impl Telling {
    /// Where there are too few Regions for it, the demo is told again like the others.
    fn is_the_demo(&self) -> bool {
        self.number == 0 && self.regions.starts_with(&REGIONS)
    }

    /// IAM and the global services record where they do; the others of the demo's Regions are others in each telling.
    fn region(&self, of_demo: usize) -> &'static str {
        let (first, others) = self.regions.split_first().expect("there is a Region");
        if of_demo == 0 || others.is_empty() {
            return first;
        }
        let turned = self.number + of_demo as u64 - 1;
        others[usize::try_from(turned % others.len() as u64).unwrap_or_default()]
    }

    fn random(&self, text: &str) -> Random {
        Random::named(&format!("{}/{}/{text}", self.seed, self.number))
    }

    fn other(&self, differing: Differing, text: &str) -> String {
        let named = |text: &str| format!("{text}/{}/{}", self.seed, self.number);
        match differing {
            // the first telling's keys are the demo's, wherever it is told: one of them is known to be traced
            Differing::Key(_) if self.number == 0 => text.to_owned(),
            Differing::Key(true) => key_id(&text[..4], &self.account, &named(text)),
            Differing::Key(false) => {
                let account = account_hint(text).unwrap_or_default();
                key_id(&text[..4], &account, &named(text))
            }
            Differing::Entity => entity_id(&text[..4], &self.account, &named(text)),
            Differing::Resource => {
                let (kind, _) = text.split_once('-').unwrap_or((text, ""));
                resource_id(kind, &named(text))
            }
            Differing::Uuid => self.random(text).uuid(),
            Differing::Account => self.account.clone(),
            // RFC 2544: for benchmarks
            Differing::Address => {
                let [_, .., low, lowest] = self.random(text).next().to_be_bytes();
                format!("198.{}.{low}.{lowest}", 18 + self.number % 2)
            }
            Differing::Version => self.version(text),
            Differing::EventTime(at) => time::rfc3339(at - self.earlier),
            Differing::IamTime(at) => time::iam_time(at - self.earlier),
            Differing::StsTime(at) => time::sts_time(at - self.earlier),
            Differing::Milliseconds(at) => (at - 1000 * self.earlier).to_string(),
            Differing::Region(of_demo) => self.region(of_demo).to_owned(),
            Differing::Name => format!("{text}{}", self.number),
        }
    }

    /// Another release of the same program.
    fn version(&self, text: &str) -> String {
        let (major, _) = text.split_once('.').unwrap_or((text, ""));
        let release = self.random(text).next();
        format!("{major}.{}.{}", release % 37, (release >> 8) % 24)
    }
}
