//! Fields that no record holds and every playbook may use: `x.…`, computed here from the record alone.
//!
//! | field | value |
//! |---|---|
//! | `x.localHour` | hour of `eventTime`, 0 to 23, in the investigation's timezone |
//! | `x.weekday` | day of `eventTime` there: `Mon` to `Sun` |
//! | `x.sourceIsAws` | whether `sourceIPAddress` is AWS itself: a service's name or `AWS Internal` (facts: C4) |
//! | `x.localTime` | time of day of `eventTime` there: `18:30`; compares with times of day |
//! | `x.actor` | who acted, in short: a user's name, `root`, `role/session`, or the service (facts: C3, E3) |
//! | `x.mfa` | `true` or `false`, `sso` where an identity provider signed the person in, else `unknown` |
//! | `x.resource` | every name and ARN in the request, the answer and the resources, and what each ARN ends with |
//! | `x.username` | what the `Username` lookup attribute holds: a user's name, a role's session name, `root` (facts: A11) |
//!
//! Each is absent where the record lacks what it is made from. `x.resource` and `x.username` are what `ResourceName`
//! and `Username` index: a lookup of them is as good as CloudTrail's index is, and no better.

use std::borrow::Cow;

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use serde_json::Value;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::Attribute;
use super::suggest::did_you_mean;
use crate::event::{Event, FieldPath, resources, services, who};

#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(const_into_str)]
pub(super) enum VirtualField {
    #[strum(serialize = "x.localHour")]
    LocalHour,
    #[strum(serialize = "x.localTime")]
    LocalTime,
    #[strum(serialize = "x.weekday")]
    Weekday,
    #[strum(serialize = "x.sourceIsAws")]
    SourceIsAws,
    #[strum(serialize = "x.actor")]
    Actor,
    #[strum(serialize = "x.mfa")]
    Mfa,
    #[strum(serialize = "x.resource")]
    Resource,
    #[strum(serialize = "x.username")]
    Username,
}

impl VirtualField {
    /// The lookup attribute that indexes the field, as well as it can (facts: A11).
    pub(super) fn attribute(self) -> Option<Attribute> {
        match self {
            Self::Resource => Some(Attribute::ResourceName),
            Self::Username => Some(Attribute::Username),
            _ => None,
        }
    }

    /// Whether one record may have several values of it.
    pub(super) fn has_many(self) -> bool {
        self == Self::Resource
    }

    /// Whether `found` holds for any value of the field; stops at the first for which it does.
    pub(super) fn any(
        self,
        event: &Event,
        timezone: Tz,
        found: &mut dyn FnMut(&Value) -> bool,
    ) -> bool {
        if self == Self::Resource {
            return resources::any_name(event, found);
        }
        self.value(event, timezone)
            .is_some_and(|value| found(&value))
    }

    fn value(self, event: &Event, timezone: Tz) -> Option<Value> {
        let local = || event.time().map(|time| time.with_timezone(&timezone));
        match self {
            Self::LocalHour => local().map(|time| time.hour().into()),
            Self::LocalTime => local().map(|time| time.format("%H:%M").to_string().into()),
            Self::Weekday => local().map(|time| time.weekday().to_string().into()),
            Self::SourceIsAws => event
                .source_ip()
                .map(|address| services::is_aws_address(address).into()),
            Self::Actor => who::actor(event).map(Value::from),
            Self::Mfa => Some(who::mfa(event).into_str().into()),
            Self::Username => event.identity().lookup_username().map(Value::from),
            Self::Resource => None,
        }
    }
}

/// Refuses a path below `x.` that no virtual field has.
///
/// # Errors
/// The message, with a suggestion where a name is near.
pub(super) fn check(path: &str) -> Result<(), String> {
    if !path.starts_with("x.") || path.parse::<VirtualField>().is_ok() {
        return Ok(());
    }
    let hint = did_you_mean(
        path,
        VirtualField::VARIANTS.iter().map(VirtualField::into_str),
    );
    Err(format!("unknown virtual field '{path}'{hint}"))
}

/// Every value at `path`, virtual or recorded: what columns and messages show.
pub fn values_of<'e>(event: &'e Event, path: &FieldPath, timezone: Tz) -> Vec<Cow<'e, Value>> {
    let Ok(field) = path.as_str().parse::<VirtualField>() else {
        let values = path.values(event.json()).into_iter();
        return values.map(Cow::Borrowed).collect();
    };
    let mut values = Vec::new();
    field.any(event, timezone, &mut |value| {
        values.push(Cow::Owned(value.clone()));
        false
    });
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(path: &str, record: &str, timezone: Tz) -> String {
        let event = Event::parse(record.as_bytes()).unwrap();
        values_of(&event, &FieldPath::new(path), timezone)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn hours_and_days_follow_the_timezone() {
        let record = r#"{"eventVersion":"1.08","eventTime":"2026-11-20T23:30:00Z"}"#;
        assert_eq!(show("x.localHour", record, Tz::UTC), "23");
        assert_eq!(show("x.localHour", record, Tz::Europe__Berlin), "0");
        assert_eq!(show("x.localTime", record, Tz::Asia__Seoul), "\"08:30\"");
        assert_eq!(show("x.weekday", record, Tz::UTC), "\"Fri\"");
        assert_eq!(show("x.weekday", record, Tz::Europe__Berlin), "\"Sat\"");
        assert_eq!(show("x.weekday", r#"{"eventVersion":"1.08"}"#, Tz::UTC), "");
    }

    #[test]
    fn aws_itself_is_told_from_an_address() {
        let aws = |ip: &str| {
            let record = format!(r#"{{"eventVersion":"1.08","sourceIPAddress":"{ip}"}}"#);
            show("x.sourceIsAws", &record, Tz::UTC)
        };
        assert_eq!(aws("ec2.amazonaws.com"), "true");
        assert_eq!(aws("203.0.113.9"), "false");
        assert_eq!(aws(""), "");
    }

    #[test]
    fn resources_are_every_name_and_what_arns_end_with() {
        let record = r#"{"eventVersion":"1.08","userAgent":"x","resources":[{"ARN":"arn:aws:iam::1:role/a/r"}],
            "requestParameters":{"password":"hush","list":[{"id":"i-1","n":7}]}}"#;
        assert_eq!(
            show("x.resource", record, Tz::UTC),
            r#""arn:aws:iam::1:role/a/r""role/a/r""a/r""r""i-1""#
        );
    }

    #[test]
    fn mistyped_names_are_refused() {
        assert_eq!(
            check("x.localhuor").unwrap_err(),
            "unknown virtual field 'x.localhuor' (did you mean 'x.localHour'?)"
        );
        assert!(check("xyz").is_ok() && check("x.actor").is_ok());
    }
}
