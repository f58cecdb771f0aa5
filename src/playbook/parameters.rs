//! Parameters of a playbook: their types, and binding what was given to them.

use std::net::IpAddr;

use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::work_hours::DAYS;
use super::{Initial, Playbook};
use crate::detection::Bindings;
use crate::detection::suggest::did_you_mean;
use crate::error::Failure;
use crate::event::services;

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// As `x.weekday` has it.
    Weekday,
    Timezone,
}

impl ParameterType {
    pub const ALL: [Self; 12] = [
        Self::AccessKeyId,
        Self::InstanceId,
        Self::SecurityGroupId,
        Self::String,
        Self::Ip,
        Self::Arn,
        Self::Resource,
        Self::Principal,
        Self::AccountId,
        Self::TimeOfDay,
        Self::Weekday,
        Self::Timezone,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessKeyId => "access-key-id",
            Self::InstanceId => "instance-id",
            Self::SecurityGroupId => "security-group-id",
            Self::String => "string",
            Self::Ip => "ip",
            Self::Arn => "arn",
            Self::Resource => "resource",
            Self::Principal => "principal",
            Self::AccountId => "account-id",
            Self::TimeOfDay => "time-of-day",
            Self::Weekday => "weekday",
            Self::Timezone => "timezone",
        }
    }

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
    fn spellings(self, text: &str) -> Vec<String> {
        let name = match self {
            Self::Resource | Self::Principal if text.starts_with("arn:") => {
                text.rsplit(['/', ':']).next()
            }
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
                text.starts_with("arn:") && text.split(':').count() >= 6,
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
        Err(format!("'{text}' is no {} ({shape})", self.as_str()))
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
            kind => kind.as_str(),
        };
        format!("<{}>", word.to_ascii_uppercase().replace('-', "_"))
    }
}

/// The values of a playbook's parameters and variables as a run begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    parameters: Vec<Argument>,
    variables: Vec<(String, Vec<String>)>,
    timezone: Option<Tz>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Argument {
    name: String,
    kind: ParameterType,
    list: bool,
    /// Empty: not given.
    values: Vec<String>,
}

impl Playbook {
    /// Binds names to values; a name that occurs several times is a list.
    ///
    /// # Errors
    /// A usage failure: an unknown name, a value that its type refuses, several values where one is taken, or a
    /// required parameter that is missing.
    pub fn bind(&self, given: &[(String, String)]) -> Result<Arguments, Failure> {
        for (name, _) in given {
            if !self.parameters.iter().any(|known| known.name == *name) {
                let known = self.parameters.iter().map(|known| known.name.as_str());
                let hint = did_you_mean(name, known);
                return Err(self.refuse(&format!("has no parameter '{name}'{hint}")));
            }
        }
        let missing: Vec<String> = self
            .parameters
            .iter()
            .filter(|known| known.required && !given.iter().any(|(name, _)| *name == known.name))
            .map(Parameter::placeholder)
            .collect();
        if !missing.is_empty() {
            return Err(self.refuse(&format!("needs {}", missing.join(" and "))));
        }
        let parameters = self
            .parameters
            .iter()
            .map(|parameter| parameter.argument(given))
            .collect::<Result<Vec<_>, _>>()?;
        let values_of = |name: &str| {
            parameters
                .iter()
                .find(|argument| argument.name == name)
                .map(Argument::spellings)
                .unwrap_or_default()
        };
        let variables = self.variables.iter().map(|variable| {
            let values = variable.initial.iter().flat_map(|initial| match initial {
                Initial::Parameter(name) => values_of(name),
                Initial::Literal(text) => vec![text.clone()],
            });
            (variable.name.clone(), values.collect())
        });
        Ok(Arguments {
            variables: variables.collect(),
            timezone: self
                .parameters
                .iter()
                .filter(|parameter| parameter.kind == ParameterType::Timezone)
                .find_map(|parameter| values_of(&parameter.name).first()?.parse().ok()),
            parameters,
        })
    }

    fn refuse(&self, message: &str) -> Failure {
        let usage: Vec<String> = self
            .parameters
            .iter()
            .map(|known| format!("--param {}={}", known.name, known.placeholder()))
            .collect();
        let failure = Failure::usage(format!("playbook '{}' {message}", self.id));
        if usage.is_empty() {
            return failure.hint("it takes no parameters");
        }
        failure.hint(usage.join(" "))
    }
}

impl Parameter {
    fn argument(&self, given: &[(String, String)]) -> Result<Argument, Failure> {
        let mut values: Vec<String> = Vec::new();
        for (_, text) in given.iter().filter(|(name, _)| *name == self.name) {
            let text = match self.kind {
                ParameterType::String => text,
                _ => text.trim(),
            };
            self.kind
                .check(text)
                .map_err(|message| Failure::usage(format!("{}: {message}", self.name)))?;
            if !values.iter().any(|value| value == text) {
                values.push(text.to_owned());
            }
        }
        if values.len() > 1 && !self.list {
            let message = format!("{}: takes one value, not {}", self.name, values.len());
            return Err(Failure::usage(message));
        }
        if values.is_empty() {
            values.clone_from(&self.default);
        }
        Ok(Argument {
            name: self.name.clone(),
            kind: self.kind,
            list: self.list,
            values,
        })
    }
}

impl Argument {
    fn spellings(&self) -> Vec<String> {
        let values = self.values.iter();
        values
            .flat_map(|value| self.kind.spellings(value))
            .collect()
    }
}

impl Arguments {
    /// Fresh bindings. `timezone` is that of the run; a parameter of that type comes before it.
    pub fn bindings(&self, timezone: Tz) -> Bindings {
        let mut bindings = Bindings::new(self.timezone.unwrap_or(timezone));
        for argument in &self.parameters {
            if argument.values.is_empty() {
                bindings.not_given(&argument.name);
            } else {
                bindings.set(&argument.name, argument.spellings());
            }
        }
        for (name, values) in &self.variables {
            bindings.set(name, values.iter().cloned());
        }
        bindings
    }

    /// `parameters` of the report: a list is an array, what was not given is null.
    pub fn to_json(&self) -> Map<String, Value> {
        self.parameters
            .iter()
            .map(|argument| {
                let value = match (argument.values.as_slice(), argument.list) {
                    ([], _) => Value::Null,
                    ([value], false) => value.as_str().into(),
                    (values, _) => values.into(),
                };
                (argument.name.clone(), value)
            })
            .collect()
    }
}

#[cfg(test)]
#[path = "parameters_tests.rs"]
mod tests;
