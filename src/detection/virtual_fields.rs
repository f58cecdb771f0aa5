//! Fields that no record holds and every playbook may use: `x.…`, computed here from the record alone.
//!
//! | field | value |
//! |---|---|
//! | `x.localHour` | hour of `eventTime`, 0 to 23, in the investigation's timezone |
//! | `x.weekday` | day of `eventTime` there: `Mon` to `Sun` |
//! | `x.sourceIsAws` | whether `sourceIPAddress` is AWS itself: a service's name or `AWS Internal` (facts: C4) |
//! | `x.actor` | who acted, in short: a user's name, `root`, `role/session`, or the service (facts: C3, E3) |
//!
//! Each is absent where the record lacks what it is made from.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;
use serde_json::Value;

use super::suggest::did_you_mean;
use crate::event::{Event, FieldPath, services};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Virtual {
    LocalHour,
    Weekday,
    SourceIsAws,
    Actor,
}

const NAMES: [(&str, Virtual); 4] = [
    ("x.localHour", Virtual::LocalHour),
    ("x.weekday", Virtual::Weekday),
    ("x.sourceIsAws", Virtual::SourceIsAws),
    ("x.actor", Virtual::Actor),
];

impl Virtual {
    pub(super) fn named(path: &str) -> Option<Self> {
        if !path.starts_with("x.") {
            return None;
        }
        NAMES
            .iter()
            .find(|(name, _)| *name == path)
            .map(|(_, field)| *field)
    }

    pub(super) fn value(self, event: &Event, timezone: Tz) -> Option<Value> {
        let local = |time: DateTime<_>| time.with_timezone(&timezone);
        match self {
            Self::LocalHour => event.time().map(|time| local(time).hour().into()),
            Self::Weekday => event
                .time()
                .map(|time| local(time).weekday().to_string().into()),
            Self::SourceIsAws => event
                .source_ip()
                .map(|address| services::is_aws_address(address).into()),
            Self::Actor => actor(event).map(Value::from),
        }
    }
}

/// Refuses a path below `x.` that no virtual field has.
///
/// # Errors
/// The message, with a suggestion where a name is near.
pub(super) fn check(path: &str) -> Result<(), String> {
    if !path.starts_with("x.") || Virtual::named(path).is_some() {
        return Ok(());
    }
    let hint = did_you_mean(path, NAMES.iter().map(|(name, _)| *name));
    Err(format!("unknown virtual field '{path}'{hint}"))
}

/// Every value at `path`, virtual or recorded: what columns and messages show.
pub fn values_of<'e>(event: &'e Event, path: &FieldPath, timezone: Tz) -> Vec<Cow<'e, Value>> {
    match Virtual::named(path.as_str()) {
        Some(field) => field
            .value(event, timezone)
            .map(Cow::Owned)
            .into_iter()
            .collect(),
        None => path
            .values(event.json())
            .into_iter()
            .map(Cow::Borrowed)
            .collect(),
    }
}

fn actor(event: &Event) -> Option<String> {
    let identity = event.identity();
    let named = match identity.kind() {
        Some("Root") => Some("root".to_owned()),
        Some("AWSService") | None => identity.invoked_by().map(str::to_owned),
        Some("AssumedRole") => {
            let path = identity.arn().and_then(|arn| arn.split_once('/'));
            path.map(|(_, role_and_session)| role_and_session.to_owned())
        }
        _ => identity.user_name().map(str::to_owned),
    };
    named.or_else(|| identity.label().map(str::to_owned))
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
    fn actors_have_short_names() {
        let actor = |identity: &str| {
            let record = format!(r#"{{"eventVersion":"1.08","userIdentity":{identity}}}"#);
            show("x.actor", &record, Tz::UTC)
        };
        assert_eq!(
            actor(r#"{"type":"IAMUser","userName":"bert","arn":"arn:aws:iam::1:user/bert"}"#),
            "\"bert\""
        );
        assert_eq!(
            actor(r#"{"type":"Root","arn":"arn:aws:iam::1:root"}"#),
            "\"root\""
        );
        assert_eq!(
            actor(
                r#"{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/admin/bert@example"}"#
            ),
            "\"admin/bert@example\""
        );
        assert_eq!(
            actor(r#"{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}"#),
            "\"ec2.amazonaws.com\""
        );
        assert_eq!(actor(r#"{"type":"AWSAccount","accountId":"1"}"#), "\"1\"");
        assert_eq!(actor("{}"), "");
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
