//! trailhunt: forensic investigation over AWS CloudTrail history.

pub mod clock;
pub mod detection;
pub mod error;
pub mod event;
pub mod playbook;
pub mod report;
