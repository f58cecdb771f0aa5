//! trailhunt: forensic investigation over AWS CloudTrail history.

pub mod clock;
pub mod error;
pub mod event;
pub mod report;
pub mod sources;
