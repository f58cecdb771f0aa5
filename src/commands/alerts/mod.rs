//! The alerts commands, a file each, and what they share: opening the account, and the options of the alerts.

pub mod account;
pub mod backtest;
pub mod deploy;
pub mod emit;
pub mod remove;
pub mod status;
pub mod test;
