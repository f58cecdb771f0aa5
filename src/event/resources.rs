//! The resources that a record names: every text of its request, its answer and its resources, and what ARNs end with.
//! `ResourceName` of a lookup and `x.resource` of a detection mean just this (facts: A11).

use serde_json::Value;

use super::{Event, arn, redact};

/// Whether `found` holds for any name; stops at the first for which it does. A secret is no name.
pub fn any_name(event: &Event, found: &mut dyn FnMut(&Value) -> bool) -> bool {
    ["resources", "requestParameters", "responseElements"]
        .iter()
        .filter_map(|part| event.json().get(part))
        .any(|part| any_below(part, found))
}

pub(super) fn any_below(value: &Value, found: &mut dyn FnMut(&Value) -> bool) -> bool {
    match value {
        Value::String(text) => found(value) || ends(text).any(|name| found(&name.into())),
        Value::Array(items) => items.iter().any(|item| any_below(item, found)),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, field)| !redact::is_secret(name) && any_below(field, found)),
        _ => false,
    }
}

/// What an ARN's resource is called: of `arn:aws:iam::1:user/team/ops` it is `user/team/ops`, `team/ops` and `ops`.
fn ends(text: &str) -> impl Iterator<Item = &str> {
    let resource = arn::resource(text).unwrap_or_default();
    let behind = resource.match_indices(['/', ':']);
    let behind = behind.map(|(at, _)| &resource[at + 1..]);
    std::iter::once(resource)
        .chain(behind)
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(record: &str) -> Vec<String> {
        let mut names = Vec::new();
        any_name(&Event::parse(record.as_bytes()).unwrap(), &mut |name| {
            names.push(name.as_str().unwrap().to_owned());
            false
        });
        names
    }

    #[test]
    fn texts_and_all_that_an_arn_ends_with() {
        let record = r#"{"eventVersion":"1.08","userAgent":"x",
            "resources":[{"ARN":"arn:aws:iam::1:user/team/ops"}, {"ARN":"arn:aws:s3:::bucket"}, {"ARN":"arn:aws"}],
            "requestParameters":{"list":[{"id":"i-1","n":7}]}}"#;
        let expected = [
            "arn:aws:iam::1:user/team/ops",
            "user/team/ops",
            "team/ops",
            "ops",
            "arn:aws:s3:::bucket",
            "bucket",
            "arn:aws",
            "i-1",
        ];
        assert_eq!(names(record), expected);
    }

    #[test]
    fn secrets_are_no_names() {
        let record = r#"{"eventVersion":"1.08","requestParameters":{"password":["hush"]},
            "responseElements":{"credentials":{"accessKeyId":"ASIA1","sessionToken":"hush"}}}"#;
        assert_eq!(names(record), ["ASIA1"]);
    }
}
