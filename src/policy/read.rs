//! Policy documents as JSON has them: one statement or a list, one value or several, element names in whatever case,
//! percent-encoded or not. IAM takes no key twice ("Individual elements must not contain multiple instances of the
//! same key", grammar of the IAM JSON policy language), and names elements in one case only ("Unknown field
//! statement"); other services are less strict. So a name is read in any case, and one that stands there twice makes
//! the document unreadable: whichever of the two counted, it might be the wrong one.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::pattern::NamePattern;
use super::unique::UniqueJson;
use super::{Condition, Document, Effect, Scope, Statement, StatementElement};
use crate::event::path::text_of;
use crate::event::services::is_account_id;

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
    /// Reads what a record of `partition` holds of a document: its text, or the JSON itself.
    ///
    /// # Errors
    /// [`Unreadable`] where not every statement can be told: half a policy would be a wrong one.
    pub fn read(recorded: Option<&Value>, partition: &str) -> Result<Self, Unreadable> {
        match recorded {
            None | Some(Value::Null) => Err(Unreadable::Absent),
            Some(Value::String(text)) => Self::parse(text, partition),
            Some(json) => document(json, partition).ok_or(Unreadable::NotAPolicy),
        }
    }

    /// Reads a text as it was sent, or percent-encoded as IAM answers it (facts: E2).
    ///
    /// # Errors
    /// As [`Document::read`].
    pub fn parse(text: &str, partition: &str) -> Result<Self, Unreadable> {
        let text = text.trim();
        let decoded = text
            .starts_with('%')
            .then(|| percent_decode_str(text).collect::<Vec<_>>());
        let bytes = decoded.as_deref().unwrap_or(text.as_bytes());
        match serde_json::from_slice(bytes) {
            Ok(UniqueJson(json)) => document(&json, partition).ok_or(Unreadable::NotAPolicy),
            Err(error) if error.is_data() => Err(Unreadable::NotAPolicy),
            Err(_) => Err(Unreadable::NotJson),
        }
    }
}

fn document(json: &Value, partition: &str) -> Option<Document> {
    let statements = list(element(json.as_object()?, "Statement")??).iter();
    let statements = statements.map(|json| statement(json, partition));
    Some(Document {
        statements: statements.collect::<Option<_>>()?,
    })
}

fn statement(json: &Value, partition: &str) -> Option<Statement> {
    let fields = json.as_object()?;
    let effect = match element(fields, "Effect")??.as_str()? {
        text if text.eq_ignore_ascii_case("Allow") => Effect::Allow,
        text if text.eq_ignore_ascii_case("Deny") => Effect::Deny,
        _ => return None,
    };
    let principals = |json: &Value| principals(json, partition);
    let statement = Statement {
        effect,
        principals: scope(fields, "Principal", "NotPrincipal", principals)?,
        actions: scope(fields, "Action", "NotAction", |json| {
            names(json, NamePattern::caseless)
        })?,
        resources: scope(fields, "Resource", "NotResource", |json| {
            names(json, NamePattern::exact)
        })?,
        conditions: conditions(element(fields, "Condition")?)?,
    };
    (!statement.actions.contains(&StatementElement::Unnamed)).then_some(statement)
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
    read: impl Fn(&Value) -> Option<BTreeSet<NamePattern>>,
) -> Option<Scope> {
    let is_not_empty = |names: &BTreeSet<NamePattern>| !names.is_empty();
    match (element(fields, name)?, element(fields, not_name)?) {
        (None, None) => Some([StatementElement::Unnamed].into()),
        (Some(json), None) => {
            let names = read(json).filter(is_not_empty)?.into_iter();
            Some(names.map(StatementElement::Like).collect())
        }
        (None, Some(json)) => {
            let names = read(json).filter(is_not_empty)?;
            Some([StatementElement::Except(names)].into())
        }
        (Some(_), Some(_)) => None,
    }
}

fn names(json: &Value, name: fn(&str) -> NamePattern) -> Option<BTreeSet<NamePattern>> {
    Some(texts(json)?.iter().map(|text| name(text)).collect())
}

/// Principals are kept as `Kind name`; `*` is that of AWS, and an account's number its root in this partition.
fn principals(json: &Value, partition: &str) -> Option<BTreeSet<NamePattern>> {
    let Value::Object(kinds) = json else {
        return (json.as_str()? == "*").then(|| [NamePattern::exact("AWS *")].into());
    };
    let mut principals = BTreeSet::new();
    for (kind, names) in kinds {
        for name in texts(names)? {
            let name = match kind.as_str() {
                "AWS" if is_account_id(&name) => format!("AWS arn:{partition}:iam::{name}:root"),
                _ => format!("{kind} {name}"),
            };
            principals.insert(NamePattern::exact(&name));
        }
    }
    Some(principals)
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
    let is_plain = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    let text = |value: &Value| is_plain(value).then(|| text_of(value).into_owned());
    list(json).iter().map(text).collect()
}

/// Policies write a list of one as its element.
fn list(json: &Value) -> &[Value] {
    json.as_array()
        .map_or(std::slice::from_ref(json), Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#;

    #[test]
    fn a_key_that_stands_there_twice_makes_no_policy() {
        let read = |text: &str| Document::parse(text, "aws").err();
        for text in [
            format!(r#"{{"Statement":{DENY},"Statement":[]}}"#),
            format!(r#"{{"Statement":{DENY},"statement":[]}}"#),
            r#"{"Statement":{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}}"#.to_owned(),
            r#"{"Statement":{"Effect":"Deny","Action":"*","ACTION":"s3:*","Resource":"*"}}"#.to_owned(),
            r#"{"Statement":{"Effect":"Deny","Action":"*","NotAction":"s3:*","Resource":"*"}}"#.to_owned(),
            r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*",
                "Condition":{"Bool":{"a:b":"true"},"Bool":{"a:c":"true"}}}}"#
                .to_owned(),
            r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*",
                "Condition":{"Bool":{"a:b":"true","a:b":"false"}}}}"#
                .to_owned(),
            r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"*","AWS":"111122223333"},"Action":"sts:AssumeRole"}}"#
                .to_owned(),
        ] {
            assert_eq!(read(&text), Some(Unreadable::NotAPolicy), "{text}");
        }
        // conditions of two spellings must both hold
        let both = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*",
            "Condition":{"Bool":{"a:b":"true"},"bool":{"A:B":"false"}}}}"#;
        let document = Document::parse(both, "aws").unwrap();
        let conditions = document.statements.iter().map(|one| one.conditions.len());
        assert_eq!(conditions.sum::<usize>(), 2);
        assert_eq!(read("{"), Some(Unreadable::NotJson));
    }

    #[test]
    fn the_names_of_elements_are_read_in_any_case() {
        let odd = r#"{"statement":{"EFFECT":"deny","action":"*","Resource":["*"]}}"#;
        let usual = Document::parse(&format!(r#"{{"Statement":[{DENY}]}}"#), "aws");
        assert_eq!(Document::parse(odd, "aws"), usual);
    }

    #[test]
    fn the_number_of_an_account_is_its_root_in_every_partition() {
        let trusting = |principal: &str, partition: &str| {
            let text = format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}}}"#
            );
            Document::parse(&text, partition).unwrap()
        };
        for partition in ["aws", "aws-cn", "aws-us-gov"] {
            let root = format!("arn:{partition}:iam::111122223333:root");
            let number = trusting("111122223333", partition);
            assert_eq!(number, trusting(&root, partition));
        }
    }
}
