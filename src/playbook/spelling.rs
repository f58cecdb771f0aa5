//! Values of lookup attributes that no event has as they are written: Event history does not ignore case, so that a
//! search for `stoplogging` finds nothing and looks as if nothing had happened.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono_tz::Tz;

use super::catalogue;
use crate::detection::{Attribute, Bindings, Detection};

/// The names of calls that the built-in rules know, by their lower case.
static CALLS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let rules = catalogue::builtin().map_or(&[][..], |catalogue| &catalogue.rules);
    let bindings = Bindings::new(Tz::UTC);
    let detections = rules.iter().filter_map(|rule| rule.body.detection());
    let names = detections.filter_map(|detection| detection.required("eventName", &bindings));
    let by_case = |name: String| (name.to_ascii_lowercase(), name);
    names.flatten().map(by_case).collect()
});

/// Why `value` of `attribute` is probably misspelt, with the spelling that records have.
pub fn doubt(attribute: Attribute, value: &str) -> Option<String> {
    let has_upper = value.bytes().any(|byte| byte.is_ascii_uppercase());
    let has_lower = value.bytes().any(|byte| byte.is_ascii_lowercase());
    let written = match attribute {
        Attribute::EventName => match CALLS.get(&value.to_ascii_lowercase()) {
            Some(known) if known == value => return None,
            Some(known) => known.clone(),
            // one word, or one with dots, as S3's access logs have it
            None if has_upper && has_lower || value.contains('.') => return None,
            None => "like StopLogging".to_owned(),
        },
        Attribute::EventSource | Attribute::EventId if has_upper => value.to_ascii_lowercase(),
        Attribute::AccessKeyId if has_lower => value.to_ascii_uppercase(),
        Attribute::ReadOnly if !matches!(value, "true" | "false") => "true or false".to_owned(),
        _ => return None,
    };
    let attribute = attribute.into_str();
    Some(format!(
        "{attribute}={value} is written {written} in records, and Event history does not ignore case"
    ))
}

/// The doubts about the lookups that `detection` becomes.
pub fn doubts_of(detection: &Detection, bindings: &Bindings) -> Vec<String> {
    const FIELDS: [(Attribute, &str); 2] = [
        (Attribute::EventName, "eventName"),
        (Attribute::EventSource, "eventSource"),
    ];
    let of_field = |(attribute, field)| {
        let values = detection.required(field, bindings).unwrap_or_default();
        let values = values.into_iter();
        values.filter_map(move |value| doubt(attribute, &value))
    };
    FIELDS.into_iter().flat_map(of_field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_record_has_is_pointed_out() {
        for (attribute, value, written) in [
            (Attribute::EventName, "stoplogging", "StopLogging"),
            (Attribute::EventName, "STOPLOGGING", "StopLogging"),
            (Attribute::EventName, "stopLogging", "StopLogging"),
            (Attribute::EventName, "consolelogin", "ConsoleLogin"),
            (Attribute::EventName, "somenewcall", "like StopLogging"),
            (
                Attribute::EventSource,
                "IAM.amazonaws.com",
                "iam.amazonaws.com",
            ),
            (
                Attribute::AccessKeyId,
                "akiaiosfodnn7example",
                "AKIAIOSFODNN7EXAMPLE",
            ),
            (Attribute::ReadOnly, "True", "true or false"),
        ] {
            let doubt = doubt(attribute, value).unwrap_or_default();
            assert!(
                doubt.contains(&format!("is written {written} in")),
                "{value}: {doubt}"
            );
        }
    }

    #[test]
    fn what_records_may_have_is_not() {
        for (attribute, value) in [
            (Attribute::EventName, "StopLogging"),
            (Attribute::EventName, "SomeNewCall"),
            (Attribute::EventName, "REST.GET.OBJECT"),
            (Attribute::EventSource, "iam.amazonaws.com"),
            (Attribute::Username, "ana"),
            (Attribute::ResourceName, "Ana"),
            (Attribute::ReadOnly, "false"),
        ] {
            assert_eq!(doubt(attribute, value), None, "{value}");
        }
    }
}
