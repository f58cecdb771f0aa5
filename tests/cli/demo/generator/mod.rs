//! Tells the demo's incident, from a seed: the same records on every machine.
//!
//! Here is the order of the telling; [`attack`] holds the incident, [`ordinary`] the rest. Nothing is read from
//! anywhere, and nothing in it is real: addresses are of RFC 5737, accounts of AWS's documentation, keys invented.

mod attack;
mod call;
mod caller;
pub mod cast;
mod credentials;
pub mod ids;
mod ordinary;
mod record;
mod story;
pub mod time;

use story::Story;

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
