//! The plan of `respond contain`: the whole lineage of a traced key, in the order that AWS recommends (facts: F6).

mod holder;
mod targets;

use crate::error::Failure;
use crate::response::operator::Operator;
use crate::response::plan::Plan;
use crate::response::trace::Trace;
use crate::response::usage::Reading;

/// Plans it. `include` are the links, besides `subject` and `exact`, whose credentials are acted on.
///
/// # Errors
/// Where IAM does not answer at all; what cannot be resolved is left out, with why.
pub async fn plan(
    operator: &Operator,
    reading: &Reading,
    trace: &Trace,
    include: &[String],
    command: Vec<String>,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Plan, Failure> {
    let _ = (operator, reading, trace, include, command, tell);
    todo!()
}
