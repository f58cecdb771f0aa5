//! A statement in words, for auditors: `allows iam:PassRole on *`, `allows ec2.amazonaws.com to assume`.

use crate::event::arn;
use crate::policy::{
    Condition, Effect, NamePattern, Scope, Statement, StatementElement, names_of, principal,
};

/// Condition operators and what they ask, in the order in which they are looked for.
const RELATIONS: [(&str, &str); 18] = [
    ("stringnotequalsignorecase", "!="),
    ("stringequalsignorecase", "="),
    ("stringnotequals", "!="),
    ("stringequals", "="),
    ("stringnotlike", "not like"),
    ("stringlike", "like"),
    ("arnnotequals", "not like"),
    ("arnequals", "like"),
    ("arnnotlike", "not like"),
    ("arnlike", "like"),
    ("notipaddress", "not in"),
    ("ipaddress", "in"),
    ("bool", "="),
    ("dategreaterthan", ">"),
    ("datelessthan", "<"),
    ("numericgreaterthan", ">"),
    ("numericlessthan", "<"),
    ("numericequals", "="),
];

/// What a statement says, seen from the account `home`.
pub fn statement(statement: &Statement, home: Option<&str>) -> String {
    let says = match statement.effect {
        Effect::Allow => "allows",
        Effect::Deny => "denies",
    };
    let actions = list(&statement.actions, "everything", ToString::to_string);
    let resources = list(&statement.resources, "everything", ToString::to_string);
    let mut words = if statement.principals.contains(&StatementElement::Unnamed) {
        format!("{says} {actions} on {resources}")
    } else {
        let whom = principals(&statement.principals, home);
        let what = if is_assuming(&statement.actions) {
            "assume"
        } else {
            &actions
        };
        let place = if statement.resources.contains(&StatementElement::Unnamed) {
            String::new()
        } else {
            format!(" on {resources}")
        };
        format!("{says} {whom} to {what}{place}")
    };
    if let Some(conditions) = conditions(statement) {
        words = format!("{words} (if {conditions})");
    }
    words
}

/// Whom a trust policy names: accounts other than `home`, and everybody, are marked.
pub fn principals(scope: &Scope, home: Option<&str>) -> String {
    list(scope, "everyone", |pattern| match principal(pattern) {
        ("AWS", "*") => "anyone (*)".to_owned(),
        (_, name) if is_foreign(pattern, home) => format!("{name} (another account)"),
        (_, name) => name.to_owned(),
    })
}

/// Whether a principal is of another account than `home`; where that is not known, it is not said.
pub fn is_foreign(pattern: &NamePattern, home: Option<&str>) -> bool {
    let (kind, name) = principal(pattern);
    let account = arn::account(name).filter(|_| kind == "AWS");
    matches!((account, home), (Some(account), Some(home)) if account != home)
}

/// All conditions of a statement; `None` where it has none.
pub fn conditions(statement: &Statement) -> Option<String> {
    let conditions: Vec<String> = statement.conditions.iter().map(condition).collect();
    (!conditions.is_empty()).then(|| conditions.join(" and "))
}

fn condition(condition: &Condition) -> String {
    let values: Vec<&str> = condition.values.iter().map(String::as_str).collect();
    let values = values.join(" or ");
    let operator = condition.operator.folded();
    let (quantity, bare) = match operator.split_once(':') {
        Some(("forallvalues", bare)) => ("every ", bare),
        Some(("foranyvalue", bare)) => ("any ", bare),
        _ => ("", operator),
    };
    let (bare, absence) = match bare.strip_suffix("ifexists") {
        Some(bare) => (bare, ", if present"),
        None => (bare, ""),
    };
    let (bare, or_equal) = match bare.strip_suffix("equals") {
        Some(strict) if strict.ends_with("than") => (strict, "="),
        _ => (bare, ""),
    };
    let relation = RELATIONS.iter().find(|(name, _)| *name == bare);
    let key = &condition.key;
    match relation {
        Some((_, relation)) => format!("{quantity}{key} {relation}{or_equal} {values}{absence}"),
        None => format!("{} {key} {values}", condition.operator),
    }
}

/// Whether nothing but assuming the role is meant, with what usually goes with it.
fn is_assuming(actions: &Scope) -> bool {
    let (not, names) = names_of(actions);
    let is_one = |name: &&NamePattern| {
        let name = name.folded();
        name.starts_with("sts:assumerole")
            || ["sts:tagsession", "sts:setsourceidentity"].contains(&name)
    };
    !not && names.iter().all(is_one) && names.iter().any(|name| name.folded().contains("assume"))
}

fn list(scope: &Scope, all: &str, show: impl Fn(&NamePattern) -> String) -> String {
    let (not, names) = names_of(scope);
    let names: Vec<String> = names.into_iter().map(show).collect();
    match (not, names.is_empty()) {
        (_, true) => all.to_owned(),
        (true, false) => format!("{all} but {}", names.join(", ")),
        (false, false) => names.join(", "),
    }
}
