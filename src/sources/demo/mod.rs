//! The demo: an incident that the binary carries with it, the same on every machine.
//!
//! The history reaches from 2026-09-29 00:05 to 2026-10-06 01:30 UTC. Six days of it are ordinary. On 5 October at
//! 22:00 somebody else begins to use the key of `ci-deploy`, from 203.0.113.66 and later from 198.51.100.9. The
//! generator in `tests/cli/demo/generator/` tells it, and writes its records here.

use super::files::{FileContents, read_stream};
use crate::event::Event;

/// The key that leaked: of user `ci-deploy` in account 123456789012, which it spells (facts: D2).
pub const LEAKED_KEY: &str = "AKIARZPUZDIKDEMOFAKE";

/// About 1,500 records as CloudTrail delivers them: compact JSON, a line each, by time and then by `eventID`.
pub const RECORDS: &[u8] = include_bytes!("records.jsonl.gz");

/// Hands each event to `visit`, in order.
pub fn read(visit: impl FnMut(&Event)) -> FileContents {
    read_stream(RECORDS, visit)
}
