//! The one integration binary: what `trailhunt` does when it is run, and the servers that it is run against.
//!
//! `support` holds those servers and the sandbox; every other module holds the tests of one topic.
//! `#[cfg(test)]` is written out, though this crate is only ever compiled for tests: clippy allows `unwrap` where
//! it reads so.

// written out, though this crate is only ever compiled for tests: clippy allows `unwrap` where it reads so
#[cfg(test)]
mod accounts;
#[cfg(test)]
mod alerts;
#[cfg(test)]
mod completions;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod files_damage;
#[cfg(test)]
mod history;
#[cfg(test)]
mod holes;
#[cfg(test)]
mod hostile_text;
#[cfg(test)]
mod lookup;
#[cfg(test)]
mod manifest;
#[cfg(test)]
mod no_calls;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod packed;
#[cfg(test)]
mod parity;
#[cfg(test)]
mod pipes;
#[cfg(test)]
mod playbooks;
#[cfg(test)]
mod real_attack;
#[cfg(test)]
mod respond;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod servers;
#[cfg(test)]
#[cfg(unix)]
mod signals;
#[cfg(test)]
mod support;
#[cfg(test)]
mod trace_key;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod wrappings;
