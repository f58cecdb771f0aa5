//! A policy document, read and normalised so that two spellings of one policy are equal: lists for single values,
//! one form of each principal, no order, no `Sid`. What differs between two of them belongs in `diff`.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::pattern::NamePattern;
use crate::event::path::text_of;

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

/// Why a text is no policy document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the record holds no document")]
    Absent,
    #[error("the document is no JSON")]
    NotJson,
    #[error("the document is no policy")]
    NotAPolicy,
}

impl Document {
    /// Reads what a record holds of a document: a JSON text as it was sent, percent-encoded where the text is that
    /// of an answer (facts: E2), or the JSON itself.
    ///
    /// # Errors
    /// [`Unreadable`] where not every statement can be told: half a policy would be a wrong one.
    pub fn read(recorded: Option<&Value>) -> Result<Self, Unreadable> {
        match recorded {
            None | Some(Value::Null) => Err(Unreadable::Absent),
            Some(Value::String(text)) => Self::parse(text),
            Some(json) => Self::of_json(json).ok_or(Unreadable::NotAPolicy),
        }
    }

    fn parse(text: &str) -> Result<Self, Unreadable> {
        let text = text.trim();
        let decoded = text
            .starts_with('%')
            .then(|| percent_decode_str(text).collect::<Vec<_>>());
        let bytes = decoded.as_deref().unwrap_or(text.as_bytes());
        let json: Value = serde_json::from_slice(bytes).map_err(|_| Unreadable::NotJson)?;
        Self::of_json(&json).ok_or(Unreadable::NotAPolicy)
    }

    /// About as many characters as its text has at least.
    pub fn size(&self) -> usize {
        self.statements.iter().map(Statement::size).sum()
    }

    fn of_json(json: &Value) -> Option<Self> {
        let statements = match element(json.as_object()?, "Statement")?? {
            Value::Array(statements) => statements.as_slice(),
            one => std::slice::from_ref(one),
        };
        let statements = statements.iter().map(Statement::of_json);
        Some(Self {
            statements: statements.collect::<Option<_>>()?,
        })
    }
}

impl Statement {
    fn of_json(json: &Value) -> Option<Self> {
        let fields = json.as_object()?;
        let effect = match element(fields, "Effect")??.as_str()? {
            text if text.eq_ignore_ascii_case("Allow") => Effect::Allow,
            text if text.eq_ignore_ascii_case("Deny") => Effect::Deny,
            _ => return None,
        };
        let statement = Self {
            effect,
            principals: scope(fields, "Principal", "NotPrincipal", principals)?,
            actions: scope(fields, "Action", "NotAction", actions)?,
            resources: scope(fields, "Resource", "NotResource", resources)?,
            conditions: conditions(element(fields, "Condition")?)?,
        };
        (!statement.actions.contains(&StatementElement::Unnamed)).then_some(statement)
    }

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

/// The element called `name`, in whatever case; the outer `None` where it stands there twice.
#[expect(
    clippy::option_option,
    reason = "absent and ambiguous are two things: the one may be, the other is no policy"
)]
fn element<'j>(fields: &'j Map<String, Value>, name: &str) -> Option<Option<&'j Value>> {
    let mut found = fields
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let first = found.next().map(|(_, value)| value);
    found.next().is_none().then_some(first)
}

/// One side of a statement, from the element that names it or the one that names what it is not.
fn scope(
    fields: &Map<String, Value>,
    name: &str,
    not_name: &str,
    read: fn(&Value) -> Option<BTreeSet<NamePattern>>,
) -> Option<Scope> {
    let parts = match (element(fields, name)?, element(fields, not_name)?) {
        (None, None) => return Some([StatementElement::Unnamed].into()),
        (Some(json), None) => read(json)?
            .into_iter()
            .map(StatementElement::Like)
            .collect(),
        (None, Some(json)) => Scope::from([StatementElement::Except(read(json)?)]),
        (Some(_), Some(_)) => return None,
    };
    let is_empty = |part: &StatementElement| matches!(part, StatementElement::Except(patterns) if patterns.is_empty());
    (!parts.is_empty() && !parts.iter().any(is_empty)).then_some(parts)
}

fn actions(json: &Value) -> Option<BTreeSet<NamePattern>> {
    let texts = texts(json)?;
    Some(
        texts
            .iter()
            .map(|text| NamePattern::caseless(text))
            .collect(),
    )
}

fn resources(json: &Value) -> Option<BTreeSet<NamePattern>> {
    let texts = texts(json)?;
    Some(texts.iter().map(|text| NamePattern::exact(text)).collect())
}

/// Principals are kept as `Kind name`; `*` is that of AWS, and an account's number its root.
fn principals(json: &Value) -> Option<BTreeSet<NamePattern>> {
    let Value::Object(kinds) = json else {
        return (json.as_str()? == "*").then(|| [NamePattern::exact("AWS *")].into());
    };
    let mut principals = BTreeSet::new();
    for (kind, names) in kinds {
        for name in texts(names)? {
            let is_account = name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit());
            let name = match kind.as_str() {
                "AWS" if is_account => format!("AWS arn:aws:iam::{name}:root"),
                _ => format!("{kind} {name}"),
            };
            principals.insert(NamePattern::exact(&name));
        }
    }
    Some(principals)
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

fn conditions(json: Option<&Value>) -> Option<BTreeSet<Condition>> {
    let mut conditions = BTreeSet::new();
    let Some(json) = json else {
        return Some(conditions);
    };
    for (operator, keys) in json.as_object()? {
        for (key, values) in keys.as_object()? {
            conditions.insert(Condition {
                operator: NamePattern::caseless(operator),
                key: NamePattern::caseless(key),
                values: texts(values)?,
            });
        }
    }
    Some(conditions)
}

/// A value, or several.
fn texts(json: &Value) -> Option<BTreeSet<String>> {
    let values = match json {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    let is_plain = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    let text = |value: &Value| is_plain(value).then(|| text_of(value).into_owned());
    values.iter().map(text).collect()
}
