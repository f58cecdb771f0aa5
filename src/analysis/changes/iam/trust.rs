//! Whom a role newly trusts: everybody, another account, an identity provider. Said of a stranger whatever the
//! condition, because it is the stranger's to meet; everybody, under a condition that tells them apart, is not.

use super::danger::{Danger, is_limit, rule};
use super::words;
use crate::event::arn;
use crate::policy::{
    Condition, Document, Effect, NamePattern, Scope, Statement, StatementElement, names_of,
    principal,
};
use crate::report::Level;

/// The condition key by which a stranger is told from another by no more than a word that he knows.
const SHARED_WORD: &str = "sts:externalid";

/// What is dangerous in a statement that a trust policy newly holds, seen from the account `home`. An account that was
/// trusted as a whole `before` is no stranger.
pub fn dangers(
    statement: &Statement,
    before: Option<&Document>,
    home: Option<&str>,
) -> Vec<Danger> {
    if statement.effect == Effect::Deny {
        return Vec::new();
    }
    let some = |is_one: &dyn Fn(&NamePattern) -> bool| -> Scope {
        let is_one = |part: &&StatementElement| matches!(part, StatementElement::Like(pattern) if is_one(pattern));
        statement
            .principals
            .iter()
            .filter(is_one)
            .cloned()
            .collect()
    };
    let everybody = if admits_everybody(statement) {
        statement.principals.clone()
    } else {
        Scope::new()
    };
    let strangers =
        some(&|pattern| words::is_foreign(pattern, home) && !was_trusted(pattern, before));
    let providers =
        some(&|pattern| matches!(principal(pattern), ("Federated", name) if name != "*"));
    let abroad = &["T1098.003", "T1199"];
    let found = [
        (
            everybody,
            rule(
                Level::Critical,
                "trust-public",
                "Role can be assumed by anyone",
                abroad,
            ),
        ),
        (
            strangers,
            rule(
                Level::High,
                "trust-foreign-account",
                "Role can be assumed from another account",
                abroad,
            ),
        ),
        (
            providers,
            rule(
                Level::Medium,
                "trust-federated-provider",
                "Role can be assumed through an identity provider",
                &["T1484.002"],
            ),
        ),
    ];
    let conditions = words::conditions(statement).map(|conditions| format!(" (if {conditions})"));
    let conditions = conditions.unwrap_or_default();
    let found = found.into_iter().filter(|(whom, _)| !whom.is_empty());
    found
        .map(|(whom, rule)| Danger {
            rule,
            what: format!(
                "lets {} assume it{conditions}",
                words::principals(&whom, home)
            ),
        })
        .collect()
}

/// Whether anyone at all may come in: a word that he knows keeps nobody out who asks for it.
fn admits_everybody(statement: &Statement) -> bool {
    let (not, named) = names_of(&statement.principals);
    let is_limit =
        |condition: &Condition| is_limit(condition) && condition.key.folded() != SHARED_WORD;
    (not || named.iter().any(|pattern| principal(pattern).1 == "*"))
        && !statement.conditions.iter().any(is_limit)
}

/// Whether the principal's whole account could assume the role before.
fn was_trusted(pattern: &NamePattern, before: Option<&Document>) -> bool {
    let Some(account) = arn::account(principal(pattern).1) else {
        return false;
    };
    let mut statements = before.iter().flat_map(|document| &document.statements);
    statements.any(|statement| {
        let (not, named) = names_of(&statement.principals);
        let is_account = |own: &&NamePattern| {
            let (_, name) = principal(own);
            name.ends_with(":root") && arn::account(name) == Some(account)
        };
        statement.effect == Effect::Allow
            && statement.conditions.is_empty()
            && !not
            && named.iter().any(is_account)
    })
}
