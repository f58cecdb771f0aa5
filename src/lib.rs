//! trailhunt: forensic investigation over AWS CloudTrail history.

pub mod clock;
pub mod error;
pub mod event;
pub mod report;
pub mod aws;
pub mod plan;
pub mod sources;
pub mod detection { #[derive(Debug,Clone,Copy,PartialEq,Eq,Hash)] pub enum Attribute{A} impl Attribute { pub fn as_str(self)->&'static str {"EventId"} } }
pub mod analysis;
