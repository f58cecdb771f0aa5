//! Parameters of a playbook: what it asks for, and the types of their values.

use std::net::IpAddr;

use chrono_tz::Tz;
use strum::{IntoStaticStr, VariantArray};

use crate::event::{arn, services};

/// As `x.weekday` has them.
pub(super) const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// What answers print before the name of an identity: `user NAME`, and ARNs have `user/NAME`.
const IDENTITIES: [&str; 4] = ["user", "role", "group", "policy"];

/// What a playbook asks for: a `--param`, and in a named command a flag or an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    pub kind: ParameterType,
    pub required: bool,
    /// Whether it takes several values.
    pub list: bool,
    /// What it is when not given; empty: nothing, and lines that expand it drop out.
    pub default: Vec<String>,
    pub description: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(const_into_str, serialize_all = "kebab-case")]
pub enum ParameterType {
    AccessKeyId,
    InstanceId,
    SecurityGroupId,
    String,
    Ip,
    Arn,
    /// A name or ARN of anything: an ARN, and what answers print, stands for the name at its end, too.
    Resource,
    /// The same, of a user, a role or a session.
    Principal,
    AccountId,
    TimeOfDay,
    /// One of [`DAYS`].
    Weekday,
    Timezone,
}

impl ParameterType {
    /// Whether a value is about one thing or person, so that 90 days of Event history are worth reading.
    pub fn is_specific(self) -> bool {
        matches!(
            self,
            Self::AccessKeyId
                | Self::InstanceId
                | Self::SecurityGroupId
                | Self::Ip
                | Self::Arn
                | Self::Resource
                | Self::Principal
        )
    }

    /// Everything that a value stands for: of an ARN also the name at its end, because records and lookups know a
    /// resource by either (facts: A11). So of what answers print, which will be pasted here: `role/session`, `user NAME`.
    /// Of an address also its shortest form, in which records have it.
    pub(super) fn spellings(self, text: &str) -> Vec<String> {
        let name = match self {
            Self::Resource | Self::Principal if text.starts_with("arn:") => Some(arn::name(text)),
            // no user, role or session has a slash in its name
            Self::Principal => text.rsplit_once('/').map(|(_, name)| name),
            Self::Resource => IDENTITIES.iter().find_map(|kind| {
                let named = text.strip_prefix(kind)?;
                named.strip_prefix(['/', ' '])?.rsplit('/').next()
            }),
            _ => None,
        };
        let address = |text: &str| Some(text.parse::<IpAddr>().ok()?.to_string());
        let address = (self == Self::Ip).then(|| address(text)).flatten();
        let other = name.map(str::to_owned).or(address);
        let other = other.filter(|other| !other.is_empty() && other != text);
        std::iter::once(text.to_owned()).chain(other).collect()
    }

    /// Refuses a text that is no value of this type: by its shape only, whether it exists is not known here.
    ///
    /// # Errors
    /// The message, with the shape that is expected.
    pub fn check(self, text: &str) -> Result<(), String> {
        let (fits, shape) = match self {
            Self::AccessKeyId if services::is_access_key_id(text) => return Ok(()),
            Self::AccessKeyId => return Err(services::no_access_key_id(text)),
            Self::InstanceId => (is_resource_id(text, "i-"), "i-0123456789abcdef0"),
            Self::SecurityGroupId => (is_resource_id(text, "sg-"), "sg-0123456789abcdef0"),
            Self::String => (!text.is_empty(), "a text that is not empty"),
            Self::Resource | Self::Principal => (!text.is_empty(), "a name or an ARN"),
            Self::Ip => (text.parse::<IpAddr>().is_ok(), "203.0.113.9 or 2001:db8::1"),
            Self::Arn => (
                arn::resource(text).is_some(),
                "arn:aws:iam::123456789012:user/name",
            ),
            Self::AccountId => (services::is_account_id(text), "12 digits"),
            Self::TimeOfDay => (is_time_of_day(text), "08:30"),
            Self::Weekday => (
                DAYS.iter().any(|day| day.eq_ignore_ascii_case(text)),
                "Mon to Sun",
            ),
            Self::Timezone => (text.parse::<Tz>().is_ok(), "Europe/Berlin"),
        };
        if fits {
            return Ok(());
        }
        Err(format!("'{text}' is no {} ({shape})", self.into_str()))
    }
}

/// The older ids have 8 hexadecimal digits, the newer 17; anonymised ones any letters.
fn is_resource_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|id| {
        id.len() >= 8
            && id
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

fn is_time_of_day(text: &str) -> bool {
    text.len() == 5 && chrono::NaiveTime::parse_from_str(text, "%H:%M").is_ok()
}

impl Parameter {
    /// How usage and messages name its value: `<ACCESS_KEY_ID>`.
    pub fn placeholder(&self) -> String {
        let word = match self.kind {
            ParameterType::String => &self.name,
            kind => kind.into_str(),
        };
        format!("<{}>", word.to_ascii_uppercase().replace('-', "_"))
    }
}
