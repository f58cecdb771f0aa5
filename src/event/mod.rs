//! One CloudTrail record: its raw JSON, kept as delivered, and typed accessors over it.
//!
//! Every accessor answers `None` for what is missing, empty or of an unexpected type; none of them panics,
//! whatever the record holds (facts: C). What follows from a record is decided in `analysis`.

pub mod arn;
pub mod denied;
pub mod glance;
pub mod identity;
mod network;
pub mod no_call;
pub mod partitions;
pub mod path;
pub mod redact;
pub mod resources;
pub mod services;
pub mod time;
pub mod tree;
pub mod who;

use std::sync::OnceLock;

use serde_json::Value;

use crate::event::time::Time;
use glance::{Glance, Noted, NotedValue};

pub use identity::Identity;
pub use network::Network;
pub use path::FieldPath;

/// Why some bytes are no CloudTrail record. Sources report it with file and offset, as a gap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    #[error("not UTF-8")]
    NotUtf8,
    #[error("not readable as JSON: {0}")]
    NotJson(String),
    #[error(
        "no CloudTrail record (a JSON object with eventVersion, or eventTime and eventName, is one)"
    )]
    NotARecord,
    #[error(
        "columns in lower case, as Athena writes them: such records are not read; export those of the trail files"
    )]
    LowerCase,
    #[error("nested too deep to be searched for records")]
    TooDeep,
    #[error("packed within a string, and cannot be unpacked")]
    NotUnpacked,
}

/// A CloudTrail record (facts: C2). Minor versions only add fields, so nothing here depends on one.
#[derive(Debug, Clone, Default)]
pub struct Event {
    raw: String,
    /// None where only the tree tells.
    glance: Option<Box<Glance>>,
    /// Made when something is asked that the glance does not tell.
    json: OnceLock<Value>,
    time: Option<Time>,
}

impl Event {
    /// Reads one record and keeps `raw` as it came.
    ///
    /// What JSON's grammar allows and no tree can hold (a lone surrogate, `1e400`, 200 levels) is replaced in the
    /// tree; `raw` still has it as delivered.
    ///
    /// # Errors
    /// [`RecordError`] for bytes that are not UTF-8, not JSON, or no record.
    pub fn parse(raw: &[u8]) -> Result<Self, RecordError> {
        let text = std::str::from_utf8(raw).map_err(|_| RecordError::NotUtf8)?;
        let mut event = Self {
            raw: text.into(),
            glance: Glance::of(text).map(Box::new),
            json: OnceLock::new(),
            time: None,
        };
        if event.glance.is_none() {
            let json = tree::of(text).map_err(|error| RecordError::NotJson(error.to_string()))?;
            event.json = json.into();
        }
        if event.is_record() {
            Ok(event)
        } else {
            Err(RecordError::NotARecord)
        }
    }

    /// Whether it is a record; its time is known then.
    fn is_record(&mut self) -> bool {
        self.time = self.string(Noted::Time).and_then(time::in_record);
        let has = |field| self.string(field).is_some();
        has(Noted::Version) || (has(Noted::Time) && has(Noted::Name))
    }

    /// The record as delivered.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The record as a JSON tree, for paths. Most events never need one: what is noted at a glance costs far less.
    pub fn json(&self) -> &Value {
        // what a glance was sure of is sound JSON
        self.json
            .get_or_init(|| tree::of(&self.raw).unwrap_or_default())
    }

    /// The same record, of which the tree tells everything: what a test compares a glance with.
    #[must_use]
    pub fn without_glance(mut self) -> Self {
        self.json();
        self.glance = None;
        self
    }

    /// What stands at `field`, where no tree is needed to tell.
    pub fn noted(&self, field: Noted) -> Option<NotedValue<'_>> {
        self.glance.as_ref()?.value(field, &self.raw)
    }

    /// How many members the record has.
    pub fn members(&self) -> usize {
        match &self.glance {
            Some(glance) => glance.members,
            None => self.json().as_object().map_or(0, serde_json::Map::len),
        }
    }

    /// The string at `field`, an empty one too.
    fn string(&self, field: Noted) -> Option<&str> {
        match self.noted(field) {
            Some(NotedValue::Text(text)) => Some(text),
            Some(_) => None,
            None => {
                let mut steps = field.into_str().split('.');
                let found = steps.try_fold(self.json(), |value, step| value.get(step));
                found.and_then(Value::as_str)
            }
        }
    }

    /// The same; an empty one counts as absent.
    fn text(&self, field: Noted) -> Option<&str> {
        self.string(field).filter(|text| !text.is_empty())
    }

    /// `true`, `false`, and these as text, as some exports write them.
    pub fn flag(&self, field: Noted) -> Option<bool> {
        match self.noted(field) {
            Some(NotedValue::Flag(flag)) => Some(flag),
            Some(NotedValue::Absent) => None,
            Some(NotedValue::Text(text)) => flag_in(text),
            None => self.json().get(field.into_str()).and_then(flag_of),
        }
    }

    /// `eventID`: unique per delivered copy (facts: C2). Old records have none.
    pub fn id(&self) -> Option<&str> {
        self.text(Noted::Id)
    }

    /// `eventTime`, when the call completed, to the second.
    pub fn time(&self) -> Option<Time> {
        self.time
    }

    pub fn name(&self) -> Option<&str> {
        self.text(Noted::Name)
    }

    /// `eventSource`: the host form, `iam.amazonaws.com`.
    pub fn source(&self) -> Option<&str> {
        self.text(Noted::Source)
    }

    /// `eventCategory`: `Management`, `Data` and others; old records have none.
    pub fn category(&self) -> Option<&str> {
        self.text(Noted::Category)
    }

    /// `eventType`: `AwsApiCall`, `AwsConsoleSignIn` and others.
    pub fn kind(&self) -> Option<&str> {
        self.text(Noted::Type)
    }

    pub fn region(&self) -> Option<&str> {
        self.text(Noted::Region)
    }

    /// `sourceIPAddress`: an address, a service's DNS name, or `AWS Internal` (facts: C4).
    pub fn source_ip(&self) -> Option<&str> {
        self.text(Noted::SourceIp)
    }

    pub fn user_agent(&self) -> Option<&str> {
        self.text(Noted::UserAgent)
    }

    pub fn error_code(&self) -> Option<&str> {
        self.text(Noted::ErrorCode)
    }

    pub fn error_message(&self) -> Option<&str> {
        self.text(Noted::ErrorMessage)
    }

    /// Whether the call failed: by its error code, or, as a console login tells it, by its answer (facts: C2).
    pub fn failed(&self) -> bool {
        self.error_code().is_some()
            || self.raw.contains("Failure")
                && self
                    .name()
                    .and_then(|name| self.response(&[name]))
                    .is_some_and(|result| result == "Failure")
    }

    /// `recipientAccountId`: the account in whose log this copy is; else the caller's.
    pub fn account(&self) -> Option<&str> {
        self.text(Noted::Recipient)
            .or_else(|| self.identity().account_id())
    }

    /// `sharedEventID`: the same in every account's copy of one action (facts: C2).
    pub fn shared_id(&self) -> Option<&str> {
        self.text(Noted::SharedId)
    }

    /// ARNs that the record itself lists, in `resources`.
    pub fn resource_arns(&self) -> impl Iterator<Item = &str> {
        let listed = self.json().get("resources").and_then(Value::as_array);
        let listed = listed.into_iter().flatten();
        listed.filter_map(|resource| string_at(resource, &["ARN"]))
    }

    pub fn identity(&self) -> Identity<'_> {
        Identity::new(self)
    }

    /// The key that signed the call; an empty `accessKeyId` counts as none (facts: C3).
    pub fn access_key_id(&self) -> Option<&str> {
        self.identity().access_key_id()
    }

    /// The credentials of a console session say so (facts: C2); absence proves nothing (facts: D4).
    pub fn from_console(&self) -> bool {
        self.text(Noted::FromConsole)
            .is_some_and(|flag| flag.eq_ignore_ascii_case("true"))
    }

    /// Whether it is `name` of `source`; CloudTrail's own spelling is compared.
    pub fn is(&self, source: &str, name: &str) -> bool {
        self.source() == Some(source) && self.name() == Some(name)
    }

    /// A string below `requestParameters`, by its steps.
    pub fn request(&self, steps: &[&str]) -> Option<&str> {
        string_at(self.json().get("requestParameters")?, steps)
    }

    /// A string below `responseElements`, by its steps.
    pub fn response(&self, steps: &[&str]) -> Option<&str> {
        string_at(self.json().get("responseElements")?, steps)
    }

    /// Order of every answer: by time, then by id; the raw text settles the rest, so that it is total.
    pub fn order(&self) -> (Option<Time>, Option<&str>, &str) {
        (self.time, self.id(), &self.raw)
    }
}

/// One event after another in the same memory.
#[derive(Debug, Default)]
pub struct EventBuffer(Event);

impl EventBuffer {
    /// The record `raw`, of which `glance` is the glance; none where it is no record.
    pub fn read(&mut self, raw: &str, glance: &Glance) -> Option<&Event> {
        let event = &mut self.0;
        raw.clone_into(&mut event.raw);
        match &mut event.glance {
            Some(known) => known.as_mut().clone_from(glance),
            unknown => *unknown = Some(Box::new(glance.clone())),
        }
        event.json = OnceLock::new();
        event.is_record().then_some(&self.0)
    }
}

/// `true`, and `"true"` as some exports write it.
pub fn flag_of(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => flag_in(text),
        _ => None,
    }
}

fn flag_in(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The string at `steps` below `value`; an empty one counts as absent.
fn string_at<'a>(value: &'a Value, steps: &[&str]) -> Option<&'a str> {
    let mut value = value;
    for step in steps {
        value = value.get(step)?;
    }
    value.as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
