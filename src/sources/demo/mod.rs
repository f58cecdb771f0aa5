//! The demo: an incident that the binary carries with it, told by a seeded generator and the same on every machine.
//!
//! The history reaches from 2026-09-29 00:05 to 2026-10-06 01:30 UTC. Six days of it are ordinary. On 5 October at
//! 22:00 somebody else begins to use the key of `ci-deploy`, from 203.0.113.66 and later from 198.51.100.9.
//!
//! Here are the public face and the order of the telling; [`attack`] holds the incident, [`ordinary`] the rest.
//! Nothing is read from anywhere, and nothing in it is real: addresses are of RFC 5737, accounts of AWS's
//! documentation, keys invented.

mod attack;
mod call;
mod caller;
mod cast;
mod credentials;
mod ids;
mod ordinary;
mod record;
mod story;
#[cfg(test)]
mod tests;
mod time;

use story::Story;

/// The key that leaked: of user `ci-deploy` in account 123456789012, which it spells (facts: D2).
pub const LEAKED_KEY: &str = "AKIARZPUZDIKDEMOFAKE";

/// The Regions that the history has events in. The company itself uses the first two.
pub const REGIONS: [&str; 6] = [
    "us-east-1",
    "eu-west-1",
    "us-east-2",
    "us-west-2",
    "ap-northeast-2",
    "eu-north-1",
];

/// About 1,500 records as CloudTrail delivers them: compact JSON, by time and then by `eventID`.
pub fn records() -> Vec<String> {
    let mut story = Story::new();
    ordinary::tell(&mut story);
    attack::tell(&mut story);
    story.finish()
}
