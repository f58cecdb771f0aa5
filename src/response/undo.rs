//! The plan of `respond undo`: every slot of a journal back to what it held before, last change first.

use std::path::Path;

use crate::error::Failure;
use crate::response::operator::Operator;
use crate::response::plan::Plan;

/// Plans it. A step that was taken back already is none; one whose slot somebody changed since, or that would lift a
/// session deny before the revoked sessions have expired, is refused; `force` lifts the deny all the same.
///
/// # Errors
/// A usage failure where `path` is no journal, is damaged, or is of another account; IAM's where it does not answer.
pub async fn plan(operator: &Operator, path: &Path, force: bool) -> Result<Plan, Failure> {
    let _ = (operator, path, force);
    todo!()
}
