//! trailhunt: forensic investigation over AWS CloudTrail history.

pub mod clock;
pub mod error;
pub mod event;
pub mod output;
pub mod report;
