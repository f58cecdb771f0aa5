//! Words about an event, from a template with holes: `access key {accessKeyId}[ {status}]`.
//!
//! A hole names alternatives, of which the first that the record holds fills it: `userName` is that of the request,
//! `=user.userName` that of the answer, `caller` who called, `account` the account. What stands in brackets is left
//! out where its hole cannot be filled. Nothing of a record is taken that a template does not name.

use serde_json::Value;

use crate::event::path::text_of;
use crate::event::{Event, who};

/// A template, filled.
#[derive(Debug, PartialEq, Eq)]
pub struct FilledTemplate {
    /// A hole that nothing fills shows as `?`.
    pub text: String,
    /// Whether every hole outside brackets was filled.
    pub is_complete: bool,
}

/// Fills `template` from `event`.
pub fn fill(event: &Event, template: &str) -> FilledTemplate {
    let mut filled = FilledTemplate {
        text: String::new(),
        is_complete: true,
    };
    let mut rest = template;
    while let Some(at) = rest.find(['{', '[']) {
        let (plain, opened) = rest.split_at(at);
        filled.text.push_str(plain);
        let optional = opened
            .strip_prefix('[')
            .and_then(|part| part.split_once(']'));
        if let Some((part, behind)) = optional {
            let part = fill(event, part);
            if part.is_complete {
                filled.text.push_str(&part.text);
            }
            rest = behind;
            continue;
        }
        let (hole, behind) = opened.split_once('}').unwrap_or((opened, ""));
        let value = hole
            .trim_start_matches('{')
            .split('|')
            .find_map(|name| value(event, name));
        filled.is_complete &= value.is_some();
        filled.text.push_str(value.as_deref().unwrap_or("?"));
        rest = behind;
    }
    filled.text.push_str(rest);
    filled
}

fn value(event: &Event, name: &str) -> Option<String> {
    match (name, name.strip_prefix('=')) {
        ("caller", _) => caller(event),
        ("account", _) => event.account().map(str::to_owned),
        (_, Some(path)) => shown(response(event, path)?),
        (path, None) => shown(request(event, path)?),
    }
}

/// Whom a call is about that names nobody: who signed it.
fn caller(event: &Event) -> Option<String> {
    match event.identity().kind() {
        Some("Root") => Some("(root)".to_owned()),
        _ => event
            .identity()
            .user_name()
            .map(str::to_owned)
            .or_else(|| who::actor(event)),
    }
}

/// What the request holds at a dotted path, whatever the case of its names (services differ, facts: C4).
pub fn request<'e>(event: &'e Event, path: &str) -> Option<&'e Value> {
    at(
        unwrapped(event.json().get("requestParameters")?, "Request"),
        path,
    )
}

/// The same of the answer.
pub fn response<'e>(event: &'e Event, path: &str) -> Option<&'e Value> {
    at(
        unwrapped(event.json().get("responseElements")?, "Response"),
        path,
    )
}

/// Newer calls of EC2 wrap everything in one object (facts: E1c).
fn unwrapped<'e>(value: &'e Value, ending: &str) -> &'e Value {
    let mut fields = value.as_object().into_iter().flatten();
    match (fields.next(), fields.next()) {
        (Some((name, inner)), None) if name.ends_with(ending) && inner.is_object() => inner,
        _ => value,
    }
}

fn at<'e>(value: &'e Value, path: &str) -> Option<&'e Value> {
    path.split('.').try_fold(value, |value, step| {
        let fields = value.as_object()?;
        let same = |(name, _): &(&String, _)| name.eq_ignore_ascii_case(step);
        fields
            .get(step)
            .or_else(|| fields.iter().find(same).map(|(_, value)| value))
    })
}

/// A value as people write it: a list with commas, a tag as `key=value`. Nothing empty, and no other object.
fn shown(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(shown).collect();
            items.join(", ")
        }
        Value::Object(fields) => {
            let (key, value) = (fields.get("key")?.as_str()?, fields.get("value")?.as_str()?);
            format!("{key}={value}")
        }
        plain => text_of(plain).into_owned(),
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(template: &str) -> (String, bool) {
        let event = Event::parse(
            br#"{"eventVersion":"1.08","recipientAccountId":"1","userIdentity":{"type":"IAMUser","userName":"ana"},
            "requestParameters":{"sSHPublicKeyId":"APKA1","tags":[{"key":"a","value":"{b}"},{"key":"c","value":"d"}]},
            "responseElements":{"XResponse":{"user":{"userName":"bert"}}}}"#,
        );
        let filled = fill(&event.unwrap(), template);
        (filled.text, filled.is_complete)
    }

    #[test]
    fn holes_are_filled_from_what_they_name() {
        assert_eq!(text("user {userName|=user.username|caller}").0, "user bert");
        assert_eq!(
            text("key {SSHPublicKeyId} of {caller}, {account}").0,
            "key APKA1 of ana, 1"
        );
        assert_eq!(text("tags {tags}").0, "tags a={b}, c=d");
    }

    #[test]
    fn what_is_missing_is_left_out_or_shown_to_be() {
        assert_eq!(text("a[ with {b}] c"), ("a c".to_owned(), true));
        assert_eq!(text("a {b} c"), ("a ? c".to_owned(), false));
        assert_eq!(text("{"), ("?".to_owned(), false));
        assert_eq!(text("[x"), ("?".to_owned(), false));
    }
}
