//! A report of `trace-key`, read back from its JSON. It may come from anybody: nothing in it is believed but the ids,
//! and IAM is asked about each of those.

use std::path::Path;

use crate::error::Failure;

/// What containment needs of a report. Unknown fields are ignored.
#[derive(Debug, Clone)]
pub struct Trace {}

/// Reads the report in `path`.
///
/// # Errors
/// A usage failure: no such file, no JSON, another version, or a report of another playbook.
pub fn read(path: &Path) -> Result<Trace, Failure> {
    let _ = path;
    todo!()
}
