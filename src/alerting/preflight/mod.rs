//! What is looked at before anything is deployed: the trail, the bucket that a trail of ours left, and the recorders of
//! AWS Config. It is only looked at here; what follows from it is decided by `deploy`.

pub mod bucket;
pub mod homes;
pub mod recorders;
pub mod trail;
