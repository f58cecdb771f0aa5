//! What is looked at before anything is deployed: the trail, the bucket that a trail of ours left, and the recorders of
//! AWS Config. It is only reported here; what follows from it is decided by `deploy-alerts`.

pub mod bucket;
mod recorders;
pub mod trail;

pub use recorders::recorders;
