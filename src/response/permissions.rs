//! The permissions that a plan needs and the caller lacks: `SimulatePrincipalPolicy`, before the first change.

use crate::response::operator::Operator;
use crate::response::plan::Plan;

/// What the simulation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// Every call of the plan is allowed, as far as policies tell.
    Allowed,
    /// `iam:Action on resource`, each once, in the order of the plan.
    Missing(Vec<String>),
    /// It could not be asked, and why; the calls themselves will tell.
    Unknown(String),
}

/// Simulates every call that carrying out `plan` makes: those of its steps, and those that read them back.
pub async fn check(operator: &Operator, plan: &Plan) -> Checked {
    let _ = (operator, plan);
    todo!()
}
