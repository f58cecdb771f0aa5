//! What every answer says of itself before anything else: its format, who made it, in which run and when; and where
//! the ids of runs come from.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher, RandomState};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::clock;
use crate::event::time::Time;

/// A word of a contract: one of ours, or one that was read back.
pub type Word = Cow<'static, str>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    pub schema_version: u32,
    pub tool: Tool,
    pub run_id: String,
    pub generated_at: Time,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tool {
    pub name: Word,
    pub version: Word,
}

impl Envelope {
    /// Of an answer that this build gives now, in a run of its own.
    pub fn new(schema_version: u32) -> Self {
        Self {
            schema_version,
            tool: Tool {
                name: Word::Borrowed(env!("CARGO_PKG_NAME")),
                version: Word::Borrowed(env!("CARGO_PKG_VERSION")),
            },
            run_id: run_id(),
            generated_at: clock::wall(),
        }
    }
}

/// A name for a run, unlike any other: the standard library's hasher is keyed at random.
pub fn run_id() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// The name of every run that has these `parts`, in this order; in the shape of [`run_id`].
pub fn run_id_of<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        // with its length, so that two parts are never one
        digest.update(part.len().to_string());
        digest.update(b"\n");
        digest.update(part);
    }
    let half = digest.finalize().into_iter().take(16);
    format!(
        "{:032x}",
        half.fold(0, |id, byte| id << 8 | u128::from(byte))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_id_is_that_of_its_parts() {
        let id = |parts: &[&str]| run_id_of(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(id(&["a", "bc"]), id(&["a", "bc"]));
        for other in [&["ab", "c"][..], &["bc", "a"], &["a", "bc", ""], &[]] {
            assert_ne!(id(&["a", "bc"]), id(other), "{other:?}");
        }
        assert_eq!(id(&[]).len(), run_id().len());
        // SHA-256, the same in every build
        assert_eq!(id(&[]), "e3b0c44298fc1c149afbf4c8996fb924");
    }
}
