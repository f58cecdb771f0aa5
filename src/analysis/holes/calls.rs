//! The calls that decide whether a trail records: on trails themselves, on their buckets and on their keys.

use serde_json::Value;

use super::actions::{TrailAction, TrailSettings};
use super::activity::place_of;
use super::stores::{CLOUDTRAIL, Store, short};
use super::{selectors, stored};
use crate::event::Event;
use crate::event::arn;
use crate::event::flag_of;
use crate::event::time::Time;

/// One call, on one thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailCall {
    pub time: Time,
    pub account: Box<str>,
    /// Where it was recorded, which is where a trail is at home.
    pub region: Box<str>,
    pub action: TrailAction,
}

/// A call after which less is recorded, and of which nobody can tell when it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UndatedCall {
    pub account: Box<str>,
    pub region: Box<str>,
    /// `trail main was stopped`.
    pub cause: String,
}

/// A call, as far as its record can be read.
#[derive(Debug)]
pub enum ReadCall {
    Dated(TrailCall),
    Undated(UndatedCall),
}

impl ReadCall {
    /// What `event` says of trails; nothing, where it failed.
    pub fn of(event: &Event) -> Option<Self> {
        let action = match (event.source()?, event.name()?) {
            (CLOUDTRAIL, name) => on_trail(event, name)?,
            ("s3.amazonaws.com", name) => stored::on_bucket(event, name)?,
            ("kms.amazonaws.com", name) => stored::on_key(event, name)?,
            _ => return None,
        };
        let place = place_of(event).filter(|_| !event.failed())?;
        let (account, region) = (place.account.into(), place.region.into());
        Some(match event.time() {
            Some(time) => Self::Dated(TrailCall {
                time,
                account,
                region,
                action,
            }),
            None => Self::Undated(UndatedCall {
                account,
                region,
                cause: action.cause()?,
            }),
        })
    }
}

impl TrailCall {
    /// Whether it is a call on a trail: whoever takes a trail down may leave these and nothing else.
    pub fn is_on_trail(&self) -> bool {
        !matches!(
            self.action,
            TrailAction::Opened(..) | TrailAction::Shut(..) | TrailAction::Used(_)
        )
    }
}

fn on_trail(event: &Event, name: &str) -> Option<TrailAction> {
    // of the selectors, the request calls it `trailName`
    let trail = || {
        let named = event.request(&["name"]);
        named
            .or_else(|| event.request(&["trailName"]))
            .and_then(trail_name)
    };
    Some(match name {
        "CreateTrail" => TrailAction::Created(trail()?, settings(event, true)),
        "UpdateTrail" => TrailAction::Updated(trail()?, settings(event, false)),
        "StartLogging" => TrailAction::Started(trail()?),
        "StopLogging" => TrailAction::Stopped(trail()?),
        "DeleteTrail" => TrailAction::Deleted(trail()?),
        "PutEventSelectors" => selectors::selected(event, trail()?),
        _ => return None,
    })
}

/// A trail's name, of itself or of its ARN.
fn trail_name(text: &str) -> Option<Box<str>> {
    let name = match arn::resource(text) {
        Some(resource) => resource.strip_prefix("trail/")?,
        None => text,
    };
    short(name)
}

fn settings(event: &Event, is_new: bool) -> TrailSettings {
    let json = event.json();
    let of = |part: &str, name: &str| json.get(part).and_then(|part| part.get(name));
    let told = |name: &str| {
        // what was not asked for of a new trail is off, and its answer says so
        let asked = of("requestParameters", name).and_then(flag_of);
        asked.or_else(|| of("responseElements", name).and_then(flag_of))
    };
    let text = |name: &str| {
        let told = of("responseElements", name).or_else(|| of("requestParameters", name));
        told.and_then(Value::as_str).filter(|text| !text.is_empty())
    };
    TrailSettings {
        is_multi_region: told("isMultiRegionTrail").or(is_new.then_some(false)),
        is_organization: told("isOrganizationTrail").or(is_new.then_some(false)),
        bucket: text("s3BucketName").and_then(Store::bucket),
        prefix: text("s3KeyPrefix")
            .and_then(short)
            .or_else(|| is_new.then(Box::default)),
        key: text("kmsKeyId").and_then(Store::key),
        sets_bucket: of("requestParameters", "s3BucketName").is_some_and(Value::is_string),
    }
}
