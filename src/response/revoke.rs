//! The plan of `respond revoke-sessions`: every session of a role or user that was issued until now is denied.

use crate::error::Failure;
use crate::response::operator::Operator;
use crate::response::plan::{Plan, Step};
use crate::response::principal::Principal;
use crate::response::usage::Reading;

/// Plans it for what `text` names.
///
/// # Errors
/// No such role or user, or one whose sessions cannot be revoked here (service-linked, Identity Center), with what
/// to do instead.
pub async fn plan(operator: &Operator, reading: &Reading, text: &str) -> Result<Plan, Failure> {
    let _ = (operator, reading, text);
    todo!()
}

/// The one step, for plans of several.
///
/// # Errors
/// As [`plan`]: why the sessions of `principal` cannot be revoked here.
pub async fn step(operator: &Operator, principal: &Principal, why: &str) -> Result<Step, Failure> {
    let _ = (operator, principal, why);
    todo!()
}
