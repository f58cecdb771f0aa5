//! The plan of `respond deactivate-key`: one key of one user, and what must be known before.

use crate::error::Failure;
use crate::response::operator::Operator;
use crate::response::plan::Plan;
use crate::response::usage::Reading;

/// Plans it. A key that is inactive already makes a plan without steps.
///
/// # Errors
/// A key that cannot be deactivated: temporary, root's, foreign or nobody's, each with what to do instead.
pub async fn plan(
    operator: &Operator,
    reading: &Reading,
    access_key_id: &str,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Plan, Failure> {
    let _ = (operator, reading, access_key_id, tell);
    todo!()
}
