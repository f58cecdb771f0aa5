//! The one integration binary: what `trailhunt` does when it is run, and the servers that it is run against.
//!
//! `support` holds those servers and the sandbox; every other module holds the tests of one topic.

// written out, though this crate is only ever compiled for tests: clippy allows `unwrap` where it reads so
#[cfg(test)]
mod history;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod support;
#[cfg(test)]
mod trace_key;
