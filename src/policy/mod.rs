//! The ground: policy documents of IAM, for whoever has to do with one. They are normalised, so that two spellings of
//! one policy are equal: lists for single values, one form of each principal, no order, no `Sid`. `read` makes them of
//! JSON, `pattern` is their names, `diff` tells two of them apart. What is dangerous in one belongs in `analysis`.

mod diff;
mod pattern;
mod read;
mod unique;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

pub use diff::DocumentDiff;
pub use pattern::NamePattern;
pub use read::Unreadable;
pub use unique::UniqueJson;

/// The statements of a document, each once, in an order of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    pub statements: BTreeSet<Statement>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    Allow,
    Deny,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    pub effect: Effect,
    /// To whom, in policies that say so: those of trust.
    pub principals: Scope,
    pub actions: Scope,
    pub resources: Scope,
    /// All of them must hold.
    pub conditions: BTreeSet<Condition>,
}

/// The characters of `{"Effect":"Deny","Action":,"Resource":},`, and those around each name.
const SMALLEST: usize = 39;
const PUNCTUATION: usize = 3;

/// A side of a statement: all that any of its parts names. Never empty.
pub type Scope = BTreeSet<StatementElement>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatementElement {
    /// The statement has no such element.
    Unnamed,
    Like(NamePattern),
    /// Everything but these: `NotAction`, `NotResource`, `NotPrincipal`.
    Except(BTreeSet<NamePattern>),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// `StringEquals`, `ForAnyValue:StringLike`…
    pub operator: NamePattern,
    /// `aws:SourceIp`…
    pub key: NamePattern,
    /// Any of them will do; for the operators that say not, none of them.
    pub values: BTreeSet<String>,
}

impl Document {
    /// The statements that deny.
    pub fn denials(&self) -> impl Iterator<Item = &Statement> {
        let statements = self.statements.iter();
        statements.filter(|statement| statement.effect == Effect::Deny)
    }

    /// About as many characters as its text has at least.
    fn size(&self) -> usize {
        self.statements.iter().map(Statement::size).sum()
    }
}

impl StatementElement {
    /// Whether it takes in everything.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::Like(pattern) if pattern.is_any())
    }

    /// Whether it takes in all that `narrow` does; in doubt not.
    pub fn covers(&self, narrow: &Self) -> bool {
        match (self, narrow) {
            (Self::Unnamed, Self::Unnamed) => true,
            (Self::Like(wide), Self::Like(narrow)) => wide.covers(narrow),
            (Self::Like(wide), Self::Except(_)) => wide.is_any(),
            (Self::Except(excepted), Self::Like(narrow)) => {
                let is_one = !narrow.as_str().contains(['*', '?']);
                is_one && !excepted.iter().any(|excepted| excepted.covers(narrow))
            }
            (Self::Except(less), Self::Except(more)) => less
                .iter()
                .all(|less| more.iter().any(|more| more.covers(less))),
            _ => false,
        }
    }
}

impl Statement {
    fn size(&self) -> usize {
        let scopes = [&self.principals, &self.actions, &self.resources];
        let names = scopes.into_iter().flat_map(|scope| names_of(scope).1);
        let names = names.map(|name| name.as_str().len() + PUNCTUATION);
        let conditions = self.conditions.iter().flat_map(|condition| {
            let own = condition.operator.as_str().len() + condition.key.as_str().len();
            let values = condition.values.iter().map(String::len);
            std::iter::once(own)
                .chain(values)
                .map(|length| length + PUNCTUATION)
        });
        SMALLEST + names.chain(conditions).sum::<usize>()
    }

    /// The statement in its normal form.
    pub fn to_json(&self) -> Value {
        let mut fields = Map::new();
        let effect = match self.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        fields.insert("Effect".to_owned(), effect.into());
        let sides = [
            (&self.principals, "Principal"),
            (&self.actions, "Action"),
            (&self.resources, "Resource"),
        ];
        for (scope, name) in sides {
            let (not, names) = names_of(scope);
            let shown = match name {
                "Principal" => principals_json(&names),
                _ => names.iter().map(|name| name.as_str()).collect(),
            };
            if !names.is_empty() {
                fields.insert(format!("{}{name}", if not { "Not" } else { "" }), shown);
            }
        }
        if !self.conditions.is_empty() {
            let mut operators: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
            for condition in &self.conditions {
                let values = condition.values.iter().cloned().collect();
                let keys = operators.entry(condition.operator.as_str()).or_default();
                keys.insert(condition.key.as_str().to_owned(), values);
            }
            fields.insert("Condition".to_owned(), json!(operators));
        }
        Value::Object(fields)
    }
}

/// The names of a scope, and whether it is everything but these.
pub fn names_of(scope: &Scope) -> (bool, Vec<&NamePattern>) {
    let mut not = false;
    let mut names = Vec::new();
    for part in scope {
        match part {
            StatementElement::Unnamed => {}
            StatementElement::Like(pattern) => names.push(pattern),
            StatementElement::Except(patterns) => {
                not = true;
                names.extend(patterns);
            }
        }
    }
    (not, names)
}

/// The kind of a principal (`AWS`, `Service`, `Federated`) and its name.
pub fn principal(pattern: &NamePattern) -> (&str, &str) {
    pattern.as_str().split_once(' ').unwrap_or_default()
}

fn principals_json(names: &[&NamePattern]) -> Value {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (kind, name) in names.iter().map(|pattern| principal(pattern)) {
        kinds.entry(kind).or_default().push(name);
    }
    json!(kinds)
}
