//! The answers of the alerts commands, for people: a file a command.

pub mod backtest;
pub mod deploy;
pub mod remove;
mod stacks;
pub mod status;
pub mod test;
