//! The records a server holds, and what each is found by (facts: A3 to A5, A11).
//!
//! It reads records by itself, not through `trailhunt::event`: a mistake there must not hide here.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::request::Parameters;

/// How far back Event history reaches (facts: A5).
const HELD: TimeDelta = TimeDelta::days(90);

/// The names in requests and answers that are resources, with the type they are listed as. Best effort, as in
/// the real service, whose own table is not published: a test may rely on what `resources` of a record names,
/// and on little else.
const RESOURCE_FIELDS: [(&str, &str); 9] = [
    ("accessKeyId", "AWS::IAM::AccessKey"),
    ("assumedRoleId", "AWS::STS::AssumedRole"),
    ("bucketName", "AWS::S3::Bucket"),
    ("groupId", "AWS::EC2::SecurityGroup"),
    ("instanceId", "AWS::EC2::Instance"),
    ("policyArn", "AWS::IAM::Policy"),
    ("roleArn", "AWS::IAM::Role"),
    ("roleName", "AWS::IAM::Role"),
    ("userName", "AWS::IAM::User"),
];

/// One record as Event history keeps it.
#[derive(Debug)]
pub struct Held {
    /// The record's text as it was loaded.
    text: String,
    /// Epoch seconds.
    time: u32,
    id: Option<String>,
    name: Option<String>,
    source: Option<String>,
    read_only: Option<String>,
    access_key_id: Option<String>,
    username: Option<String>,
    /// `(type, name)`.
    resources: Vec<(Option<String>, String)>,
}

/// The records of every Region, newest first.
#[derive(Default)]
pub struct Index {
    now: Option<DateTime<Utc>>,
    regions: HashMap<String, Vec<Held>>,
}

impl Index {
    /// Keeps the management records of the 90 days before `now` (one hour after the newest record, if unset).
    pub fn new(records: Vec<String>, now: Option<DateTime<Utc>>) -> Self {
        let newest = records.iter().map(|text| event_time(&json(text))).max();
        let mut index = Self {
            now: now.or(newest.map(|newest| newest + TimeDelta::hours(1))),
            regions: HashMap::new(),
        };
        index.add(records);
        index
    }

    /// Adds records, as [`Self::new`] does.
    pub fn add(&mut self, records: impl IntoIterator<Item = String>) {
        for text in records {
            let record = json(&text);
            let age = self.now.map(|now| now - event_time(&record));
            if !is_management(&record)
                || age.is_some_and(|age| age > HELD || age < TimeDelta::zero())
            {
                continue;
            }
            let region = string(&record, "awsRegion").expect("a record has an awsRegion");
            self.regions
                .entry(region)
                .or_default()
                .push(Held::new(text, record));
        }
        for held in self.regions.values_mut() {
            // the order within a second is undefined: a fixed shuffle, so that no client comes to rely on one
            held.sort_by_key(|record| (Reverse(record.time), shuffle(record.id.as_ref())));
        }
    }

    /// What matches, newest first. Insights are never held.
    pub fn find(&self, region: &str, parameters: &Parameters) -> Vec<&Held> {
        let held = self.regions.get(region).map_or(&[][..], Vec::as_slice);
        held.iter()
            .filter(|record| parameters.event_category.is_none() && record.matches(parameters))
            .collect()
    }
}

impl Held {
    fn new(mut text: String, mut record: Value) -> Self {
        let fields = record.as_object_mut().expect("a record is an object");
        // only Lake adds it (facts: C2); such a record is written anew without it
        if fields.shift_remove("eventContext").is_some() {
            text = record.to_string();
        }
        let time = event_time(&record).timestamp();
        let identity = &record["userIdentity"];
        Self {
            text,
            time: u32::try_from(time).expect("an eventTime is between 1970 and 2106"),
            id: string(&record, "eventID"),
            name: string(&record, "eventName"),
            source: string(&record, "eventSource"),
            read_only: record
                .get("readOnly")
                .map(|flag| flag.to_string().replace('"', "")),
            access_key_id: string(identity, "accessKeyId"),
            username: username(identity),
            resources: resources(&record),
        }
    }

    fn matches(&self, parameters: &Parameters) -> bool {
        let time = f64::from(self.time);
        parameters.start_time.is_none_or(|start| start <= time)
            && parameters.end_time.is_none_or(|end| time <= end)
            && parameters
                .attribute()
                .is_none_or(|(key, value)| self.has(key, value))
    }

    fn has(&self, key: &str, value: &str) -> bool {
        let field = match key {
            "EventId" => &self.id,
            "EventName" => &self.name,
            "EventSource" => &self.source,
            "ReadOnly" => &self.read_only,
            "AccessKeyId" => &self.access_key_id,
            "Username" => &self.username,
            "ResourceName" => return self.resources.iter().any(|(_, name)| name == value),
            "ResourceType" => {
                let mut types = self.resources.iter().filter_map(|(kind, _)| kind.as_ref());
                return types.any(|kind| kind == value);
            }
            _ => return false,
        };
        field.as_deref() == Some(value)
    }

    /// The event as an answer lists it: the summary, and the whole record as a string.
    pub fn summary(&self) -> Value {
        let resources: Vec<Value> = self
            .resources
            .iter()
            .map(|(kind, name)| json!({"ResourceType": kind, "ResourceName": name}))
            .collect();
        let mut summary = json!({
            "EventId": self.id,
            "EventName": self.name,
            "ReadOnly": self.read_only,
            "AccessKeyId": self.access_key_id,
            "EventTime": self.time,
            "EventSource": self.source,
            "Username": self.username,
            "Resources": resources,
            "CloudTrailEvent": self.text,
        });
        if let Some(fields) = summary.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        summary
    }
}

/// Data, network-activity and Insights records are no part of a management lookup (facts: A5).
fn is_management(record: &Value) -> bool {
    let category = record.get("eventCategory").and_then(Value::as_str);
    category.unwrap_or("Management") == "Management" && record["managementEvent"] != false
}

/// What `Username` finds a record by (facts: A11); for SAML and web identities it is unverified.
fn username(identity: &Value) -> Option<String> {
    let session = || {
        let id = identity.get("principalId")?.as_str()?;
        Some(id.split_once(':')?.1.to_owned())
    };
    match identity.get("type").and_then(Value::as_str) {
        Some("Root") => Some("root".to_owned()),
        Some("AssumedRole" | "FederatedUser") => session(),
        _ => string(identity, "userName"),
    }
}

/// The record's own `resources`, then the well-known names in its request and its answer.
fn resources(record: &Value) -> Vec<(Option<String>, String)> {
    let own = record.get("resources").and_then(Value::as_array);
    let mut found: Vec<_> = own
        .into_iter()
        .flatten()
        .filter_map(|resource| Some((string(resource, "type"), string(resource, "ARN")?)))
        .collect();
    named(&record["requestParameters"], &mut found);
    named(&record["responseElements"], &mut found);
    found
}

/// Adds every new name in `value` that [`RESOURCE_FIELDS`] knows.
fn named(value: &Value, found: &mut Vec<(Option<String>, String)>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let known = RESOURCE_FIELDS.iter().find(|(name, _)| name == field);
                let resource = known.and_then(|(_, kind)| {
                    Some((Some((*kind).to_owned()), value.as_str()?.to_owned()))
                });
                found.extend(resource.filter(|resource| !found.contains(resource)));
                named(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, found)),
        _ => {}
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("a record is JSON")
}

fn event_time(record: &Value) -> DateTime<Utc> {
    string(record, "eventTime")
        .and_then(|time| time.parse().ok())
        .expect("a record has an eventTime")
}

/// A string field; an empty one counts as absent (facts: C3).
fn string(value: &Value, field: &str) -> Option<String> {
    let text = value.get(field)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn shuffle(id: Option<&String>) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
