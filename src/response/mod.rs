//! Acting on an account, carefully, and taking it back.
//!
//! Everything that is done sets a [`slot::Slot`] (the status of a key, an inline policy, an attachment) to a value.
//! So every step can be shown beforehand, read back afterwards, recognised as done when it is run again, and taken
//! back: undoing is setting the slots to what they held. Nothing is ever deleted that could not be put back.
//!
//! `operator` is who acts, and what must therefore not be touched; `origin` where its session came from. `owner` and
//! `principal` ask IAM what an id is; `usage` asks Event history what it was used for lately. The planners
//! (`deactivate`, `revoke`, `sign_in`, `quarantine`, `contain`, `undo`) make a [`plan::Plan`]; `permissions` and `execute` carry
//! it out, with a `journal`; `listing` tells those of this machine. `watch` looks whether it held. `answer` says what came of it.

pub mod answer;
pub mod contain;
pub mod deactivate;
pub mod execute;
pub mod journal;
pub mod keys;
pub mod lifetime;
pub mod listing;
pub mod operator;
pub mod origin;
pub mod owner;
pub mod permissions;
pub mod plan;
pub mod policies;
pub mod principal;
pub mod quarantine;
pub mod revoke;
pub mod sign_in;
pub mod slot;
pub mod snapshot;
pub mod undo;
pub mod usage;
pub mod watch;
