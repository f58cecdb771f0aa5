//! trailhunt: forensic investigation over AWS CloudTrail history.
//!
//! How data flows: `cli` (what was typed) -> `plan` (the window, the Regions, the lookups) -> `investigation`
//! (lookups -> `sources` -> `event`s -> pure steps of `detection` and `analysis` -> more lookups) -> `report`
//! (plain data) -> `output` (text); a report -> `response`, only when told to. `commands` wires them, `terminal`
//! speaks with the person, `aws` builds every client, `clock` reads every clock. Nothing imports upwards; a test
//! checks it.

pub mod alerting;
pub mod analysis;
pub mod aws;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod detection;
pub mod error;
pub mod event;
pub mod folders;
pub mod interrupt;
pub mod investigation;
pub mod output;
pub mod plan;
pub mod playbook;
pub mod policy;
pub mod report;
pub mod response;
pub mod sources;
pub mod terminal;
