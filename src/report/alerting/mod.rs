//! What the alerts commands answer, as data, a file a command. The serde shapes are contracts of their own, version 1.

pub mod backtest;
pub mod deploy;
pub mod remove;
pub mod status;
pub mod test;

/// Version of the JSON contracts of the alerts commands.
pub const ALERTS_VERSION: u32 = 1;
