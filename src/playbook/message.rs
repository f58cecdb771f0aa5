//! Messages of findings: text with `{path}` holes. Of several paths, `{path|other}`, the first present wins, as in a
//! column. `{{` and `}}` stand for the braces.

use chrono_tz::Tz;

use crate::detection::{field_names, values_of};
use crate::event::{Event, FieldPath, path::text_of, redact};

/// A message, parsed once and rendered for every event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    parts: Vec<MessagePart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum MessagePart {
    Text(String),
    Hole(Vec<FieldPath>),
}

impl Message {
    /// # Errors
    /// Offset (in characters) and message of the first brace without its counterpart, or hole without a path.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut chars = text.chars().enumerate().peekable();
        while let Some((offset, c)) = chars.next() {
            let doubled = matches!(c, '{' | '}') && chars.next_if(|(_, next)| *next == c).is_some();
            match c {
                '{' if !doubled => {
                    let mut hole = String::new();
                    while let Some((_, c)) = chars.next_if(|(_, c)| !matches!(c, '{' | '}')) {
                        hole.push(c);
                    }
                    if chars.next_if(|(_, c)| *c == '}').is_none() {
                        return Err((offset, "'{' without '}' (write '{{' for a brace)".into()));
                    }
                    if !literal.is_empty() {
                        parts.push(MessagePart::Text(std::mem::take(&mut literal)));
                    }
                    let paths = paths(&hole).map_err(|message| (offset, message))?;
                    parts.push(MessagePart::Hole(paths));
                }
                '}' if !doubled => {
                    return Err((offset, "'}' without '{' (write '}}' for a brace)".into()));
                }
                _ => literal.push(c),
            }
        }
        if !literal.is_empty() {
            parts.push(MessagePart::Text(literal));
        }
        Ok(Self { parts })
    }

    /// The message about `event`: several values are joined by `, `, an absent one is `unknown`, secrets are
    /// redacted. The text is as the record has it: whoever shows it escapes it for its place.
    pub fn render(&self, event: &Event, timezone: Tz) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                MessagePart::Text(text) => out.push_str(text),
                MessagePart::Hole(paths) => {
                    let found = paths.iter().find_map(|path| shown(path, event, timezone));
                    out.push_str(found.as_deref().unwrap_or("unknown"));
                }
            }
        }
        out
    }

    /// The whole message, where it has no holes.
    pub(super) fn plain(&self) -> Option<String> {
        match self.parts.as_slice() {
            [] => Some(String::new()),
            [MessagePart::Text(text)] => Some(text.clone()),
            _ => None,
        }
    }

    /// The text before the first hole: a title for want of one.
    pub(super) fn opening(&self) -> &str {
        match self.parts.first() {
            Some(MessagePart::Text(text)) => text.trim(),
            _ => "",
        }
    }
}

fn paths(hole: &str) -> Result<Vec<FieldPath>, String> {
    let path = |text: &str| {
        let text = text.trim();
        if text.is_empty() {
            return Err("a hole without a path".to_owned());
        }
        field_names::check(text)?;
        Ok(FieldPath::new(text))
    };
    hole.split('|').map(path).collect()
}

fn shown(path: &FieldPath, event: &Event, timezone: Tz) -> Option<String> {
    let name = path.as_str().rsplit('.').next().unwrap_or_default();
    let values: Vec<String> = values_of(event, path, timezone)
        .iter()
        .map(|value| text_of(&redact::redacted(name, value)).into_owned())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str) -> String {
        let record = r#"{"eventVersion":"1.08","eventName":"X","n":7,"list":[{"id":"a"},{"id":"b"}],
            "responseElements":{"credentials":{"sessionToken":"secret","accessKeyId":"ASIA1"}},
            "eventTime":"2026-11-20T23:30:00Z"}"#;
        let event = Event::parse(record.as_bytes()).unwrap();
        Message::parse(text).unwrap().render(&event, Tz::UTC)
    }

    #[test]
    fn holes_are_filled() {
        assert_eq!(render("{eventName} of { list.id }, {n}"), "X of a, b, 7");
        assert_eq!(render("{{{eventName}}} {{}}"), "{X} {}");
        assert_eq!(render("{gone.path} at {x.localHour}"), "unknown at 23");
        assert_eq!(render("{gone | eventName|n} {gone|a}"), "X unknown");
    }

    #[test]
    fn secrets_are_redacted() {
        assert_eq!(
            render("{responseElements.credentials.sessionToken} {responseElements.credentials}"),
            r#"<redacted> {"sessionToken":"<redacted>","accessKeyId":"ASIA1"}"#
        );
    }

    #[test]
    fn mistakes_have_offsets() {
        let offset = |text: &str| Message::parse(text).unwrap_err().0;
        assert_eq!(offset("ab {x"), 3);
        assert_eq!(offset("ab {x{y}}"), 3);
        assert_eq!(offset("ab }"), 3);
        assert_eq!(offset("é{}"), 1);
        assert_eq!(offset("{a|}"), 0);
        assert_eq!(
            Message::parse("{x.actr}").unwrap_err().1,
            "unknown virtual field 'x.actr' (did you mean 'x.actor'?)"
        );
    }
}
