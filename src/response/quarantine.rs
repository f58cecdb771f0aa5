//! The plan of `respond quarantine`: AWS's quarantine policy, or a deny of everything, on a user.

use crate::error::Failure;
use crate::response::operator::Operator;
use crate::response::plan::{Plan, Step};

/// Plans it for the user that `text` names; a deny of everything where `all`.
///
/// # Errors
/// No such user.
pub async fn plan(operator: &Operator, text: &str, all: bool) -> Result<Plan, Failure> {
    let _ = (operator, text, all);
    todo!()
}

/// The step of a deny of everything on `user`, for plans of several.
///
/// # Errors
/// Where IAM does not say what the user's policy is now.
pub async fn deny_all_step(operator: &Operator, user: &str, why: &str) -> Result<Step, Failure> {
    let _ = (operator, user, why);
    todo!()
}
