//! The alerts commands, by the binary: a file a command.

mod backtest;
mod decide;
mod deploy;
mod emit;
mod formatter;
mod lint;
mod path;
mod patterns;
mod remove;
mod scene;
mod selftest;
mod stage;
mod status;
