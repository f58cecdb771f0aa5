//! The shapes in which EC2's records write the same thing (facts: C4, E1a, E1c): lists as `{"items": […]}`, as `{}`,
//! as an array or as one bare object; names in either case; a request wrapped in an object named after itself.
//! What the fields mean is not decided here.

use serde_json::Value;

use crate::event::Event;

/// `requestParameters`, out of its wrapper where it has one.
pub fn request(event: &Event) -> &Value {
    unwrapped(event.json().get("requestParameters"), "Request")
}

/// `responseElements`, out of its wrapper where it has one.
pub fn response(event: &Event) -> &Value {
    unwrapped(event.json().get("responseElements"), "Response")
}

/// Newer calls are recorded as XML: the one field whose name ends so holds everything.
fn unwrapped<'v>(value: Option<&'v Value>, ending: &str) -> &'v Value {
    let value = value.unwrap_or(&Value::Null);
    let Some(fields) = value.as_object() else {
        return value;
    };
    let mut wrappers = fields.iter().filter(|(name, _)| name.ends_with(ending));
    match (wrappers.next(), wrappers.next()) {
        (Some((_, inner)), None) if inner.is_object() => inner,
        _ => value,
    }
}

/// The field called `name`, in whichever case; `null` counts as absent.
pub fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let fields = value.as_object()?;
    let found = fields.get(name).or_else(|| {
        let mut fields = fields.iter();
        fields
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    });
    found.filter(|value| !value.is_null())
}

/// The items of a list, however it is written.
pub fn items(list: Option<&Value>) -> Vec<&Value> {
    match list {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(value @ Value::Object(fields)) => {
            match field(value, "items").or_else(|| field(value, "item")) {
                Some(Value::Array(items)) => items.iter().collect(),
                Some(item) => vec![item],
                None if fields.is_empty() => Vec::new(),
                None => vec![value],
            }
        }
        Some(scalar) => vec![scalar],
    }
}

/// The items of the list called `name`.
pub fn list<'v>(value: &'v Value, name: &str) -> Vec<&'v Value> {
    items(field(value, name))
}

/// A scalar as text: not an empty one. XML writes it as `{"tag": 1, "content": …}` within a list.
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Object(fields) => match fields.get("content") {
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// The scalar field called `name`, as text.
pub fn text(value: &Value, name: &str) -> Option<String> {
    field(value, name).and_then(scalar)
}

/// The texts at a dotted path; lists on the way are stepped through.
pub fn texts(value: &Value, path: &str) -> Vec<String> {
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(name, rest)| (name, Some(rest)));
    let items = list(value, name).into_iter();
    match rest {
        Some(rest) => items.flat_map(|item| texts(item, rest)).collect(),
        None => items.filter_map(scalar).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_a_list_however_it_is_written() {
        for list in [
            json!({"x": {"items": [{"id": "a"}]}}),
            json!({"X": [{"Id": "a"}]}),
            json!({"x": {"item": {"id": "a"}}}),
            json!({"x": {"id": "a", "tag": 1}}),
        ] {
            assert_eq!(texts(&list, "x.id"), ["a"], "{list}");
        }
        for none in [json!({"x": {}}), json!({"x": null}), json!({}), json!(7)] {
            assert!(texts(&none, "x.id").is_empty(), "{none}");
        }
        assert_eq!(
            texts(&json!({"x": {"tag": 1, "content": "vpc-1"}}), "x"),
            ["vpc-1"]
        );
    }

    #[test]
    fn one_wrapper_is_descended_into() {
        let request = |request: Value| {
            let record = json!({"eventVersion": "1.08", "requestParameters": request}).to_string();
            let event = Event::parse(record.as_bytes()).unwrap();
            text(super::request(&event), "groupId")
        };
        let sg = Some("sg-1".to_owned());
        assert_eq!(request(json!({"SomeNewRequest": {"GroupId": "sg-1"}})), sg);
        assert_eq!(request(json!({"groupId": "sg-1", "aRequest": 7})), sg);
        assert_eq!(
            request(json!({"ARequest": {"groupId": "sg-1"}, "BRequest": {}})),
            None
        );
    }
}
