//! The calls that decide whether a trail records: on trails themselves, on their buckets and on their keys.

use serde_json::Value;

use super::activity::{flag, place_of};
use super::minutes::CallKind;
use crate::event::Event;
use crate::event::arn;
use crate::event::partitions::Partition;
use crate::event::time::Time;
use crate::policy::{Document, Effect, NamePattern, Statement, StatementElement, principal};

/// The longest names that AWS allows: of ARNs of keys, and buckets.
const LONGEST_NAME: usize = 255;
const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";

/// One call, on one thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailCall {
    pub time: Time,
    pub account: Box<str>,
    /// Where it was recorded, which is where a trail is at home.
    pub region: Box<str>,
    pub action: TrailAction,
}

/// In the order in which those of one second are taken: a trail that was replaced within it is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrailAction {
    Stopped(Box<str>),
    Deleted(Box<str>),
    Created(Box<str>, TrailSettings),
    Started(Box<str>),
    Updated(Box<str>, TrailSettings),
    /// What it no longer records; nothing, where it records every management event.
    Selected(Box<str>, Option<CallKind>),
    /// Some sources, or whatever else the selectors say, were left out.
    SelectedInPart(Box<str>, Box<str>),
    Shut(Store, &'static str),
    /// CloudTrail may write to the bucket, or use the key.
    Opened(Store),
    /// CloudTrail itself was seen to use it.
    Used(Store),
}

/// Where a trail writes, or with what it encrypts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Store {
    Bucket(Box<str>),
    Key(Box<str>),
}

/// What a call says of a trail; what it does not say is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailSettings {
    pub is_multi_region: Option<bool>,
    pub is_organization: Option<bool>,
    pub bucket: Option<Store>,
    pub key: Option<Store>,
    /// The call names the bucket, it does not only answer with it.
    pub sets_bucket: bool,
}

impl TrailCall {
    /// What `event` says of trails; nothing, where it failed.
    pub fn read(event: &Event) -> Option<Self> {
        let action = match (event.source()?, event.name()?) {
            (CLOUDTRAIL, name) => on_trail(event, name)?,
            ("s3.amazonaws.com", name) => on_bucket(event, name)?,
            ("kms.amazonaws.com", name) => on_key(event, name)?,
            _ => return None,
        };
        let place = place_of(event).filter(|_| !event.failed())?;
        Some(Self {
            time: event.time()?,
            account: place.account.into(),
            region: place.region.into(),
            action,
        })
    }

    /// Whether it is a call on a trail: whoever takes a trail down may leave these and nothing else.
    pub fn is_on_trail(&self) -> bool {
        !matches!(
            self.action,
            TrailAction::Opened(_) | TrailAction::Shut(..) | TrailAction::Used(_)
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
        "PutEventSelectors" => selected(event, trail()?),
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

fn short(name: &str) -> Option<Box<str>> {
    (name.len() <= LONGEST_NAME).then(|| name.into())
}

fn settings(event: &Event, is_new: bool) -> TrailSettings {
    let json = event.json();
    let of = |part: &str, name: &str| json.get(part).and_then(|part| part.get(name));
    let told = |name: &str| {
        // what was not asked for of a new trail is off, and its answer says so
        let asked = of("requestParameters", name).and_then(flag);
        asked.or_else(|| of("responseElements", name).and_then(flag))
    };
    let text = |name: &str| {
        let told = of("responseElements", name).or_else(|| of("requestParameters", name));
        told.and_then(Value::as_str).filter(|text| !text.is_empty())
    };
    TrailSettings {
        is_multi_region: told("isMultiRegionTrail").or(is_new.then_some(false)),
        is_organization: told("isOrganizationTrail").or(is_new.then_some(false)),
        bucket: text("s3BucketName").and_then(short).map(Store::Bucket),
        key: text("kmsKeyId").and_then(key_id).map(Store::Key),
        sets_bucket: of("requestParameters", "s3BucketName").is_some_and(Value::is_string),
    }
}

/// What the selectors leave out of the management events.
fn selected(event: &Event, trail: Box<str>) -> TrailAction {
    let request = event.json().get("requestParameters");
    let list = |name: &str| request.and_then(|request| request.get(name)?.as_array());
    let list = |name: &str| list(name).map(Vec::as_slice).unwrap_or_default();
    let mut scope = SelectorScope::default();
    for selector in list("eventSelectors") {
        scope.add_basic(selector);
    }
    for selector in list("advancedEventSelectors") {
        scope.add_advanced(selector);
    }
    match (scope.reads, scope.writes, scope.left_out) {
        (true, true, None) => TrailAction::Selected(trail, None),
        (true, true, Some(left_out)) => TrailAction::SelectedInPart(trail, left_out),
        (true, false, _) => TrailAction::Selected(trail, Some(CallKind::Writes)),
        (false, true, _) => TrailAction::Selected(trail, Some(CallKind::Reads)),
        (false, false, _) => TrailAction::Selected(trail, Some(CallKind::Any)),
    }
}

/// The management events that selectors take in together.
#[derive(Default)]
struct SelectorScope {
    reads: bool,
    writes: bool,
    left_out: Option<Box<str>>,
}

impl SelectorScope {
    fn add_basic(&mut self, selector: &Value) {
        let management = selector.get("includeManagementEvents").and_then(flag);
        if management == Some(false) {
            return;
        }
        let kind = selector.get("readWriteType").and_then(Value::as_str);
        self.reads |= kind != Some("WriteOnly");
        self.writes |= kind != Some("ReadOnly");
        let sources = selector.get("excludeManagementEventSources");
        self.leave_out(sources.and_then(Value::as_array));
    }

    fn add_advanced(&mut self, selector: &Value) {
        let fields = selector.get("fieldSelectors").and_then(Value::as_array);
        let fields = fields.map(Vec::as_slice).unwrap_or_default();
        let field = |field: &Value| field.get("field")?.as_str().map(str::to_owned);
        let first = |field: &Value| field.get("equals")?.get(0)?.as_str().map(str::to_owned);
        let is_of = |name: &str, value: &str| {
            fields.iter().any(|one| {
                field(one).as_deref() == Some(name) && first(one).as_deref() == Some(value)
            })
        };
        if !is_of("eventCategory", "Management") {
            return;
        }
        self.reads |= !is_of("readOnly", "false");
        self.writes |= !is_of("readOnly", "true");
        for other in fields {
            match field(other).as_deref() {
                Some("eventCategory" | "readOnly") | None => {}
                Some("eventSource") => {
                    self.leave_out(other.get("notEquals").and_then(Value::as_array));
                    if other.get("equals").is_some() {
                        self.left_out = Some("all but some sources".into());
                    }
                }
                Some(_) => self.left_out = Some("what its selectors leave out".into()),
            }
        }
    }

    fn leave_out(&mut self, sources: Option<&Vec<Value>>) {
        let sources = sources.map(Vec::as_slice).unwrap_or_default();
        let sources = sources.iter().filter_map(Value::as_str);
        let named: Vec<&str> = sources
            .filter(|source| source.len() <= 64)
            .take(4)
            .collect();
        if !named.is_empty() {
            self.left_out = Some(named.join(", ").into());
        }
    }
}

fn on_bucket(event: &Event, name: &str) -> Option<TrailAction> {
    let bucket = || {
        event
            .request(&["bucketName"])
            .and_then(short)
            .map(Store::Bucket)
    };
    Some(match name {
        "DeleteBucket" => TrailAction::Shut(bucket()?, "was deleted"),
        "DeleteBucketPolicy" => TrailAction::Shut(bucket()?, "lost its policy"),
        "PutBucketPolicy" => with_policy(event, "bucketPolicy", "s3:PutObject", bucket()?)?,
        "GetBucketAcl" => TrailAction::Used(bucket().filter(|_| is_by_cloudtrail(event))?),
        _ => return None,
    })
}

fn on_key(event: &Event, name: &str) -> Option<TrailAction> {
    let key = || event.request(&["keyId"]).and_then(key_id).map(Store::Key);
    Some(match name {
        "DisableKey" => TrailAction::Shut(key()?, "was disabled"),
        "ScheduleKeyDeletion" => TrailAction::Shut(key()?, "is to be deleted"),
        "EnableKey" => TrailAction::Opened(key()?),
        "PutKeyPolicy" => with_policy(event, "policy", "kms:GenerateDataKey", key()?)?,
        "GenerateDataKey" => TrailAction::Used(key().filter(|_| is_by_cloudtrail(event))?),
        _ => return None,
    })
}

/// The id of a key, of itself or of its ARN; an alias is none.
fn key_id(text: &str) -> Option<Box<str>> {
    let id = match arn::resource(text) {
        Some(resource) => resource.strip_prefix("key/")?,
        None => text,
    };
    short(id).filter(|id| !id.starts_with("alias/"))
}

fn is_by_cloudtrail(event: &Event) -> bool {
    event.identity().invoked_by() == Some(CLOUDTRAIL)
}

/// Whether a policy lets CloudTrail do what delivery needs; none where it cannot be read.
fn with_policy(event: &Event, field: &str, action: &str, store: Store) -> Option<TrailAction> {
    let recorded = event.json().get("requestParameters")?.get(field);
    let partition = &Partition::of(event.region()?).name;
    let policy = Document::read(recorded, partition).ok()?;
    let action = StatementElement::Like(NamePattern::caseless(action));
    let concerns = |statement: &&Statement| {
        let is_cloudtrail = |element: &StatementElement| match element {
            StatementElement::Like(name) => is_cloudtrail(name),
            StatementElement::Except(names) => !names.iter().any(is_cloudtrail),
            StatementElement::Unnamed => false,
        };
        statement.principals.iter().any(is_cloudtrail)
            && statement.actions.iter().any(|known| known.covers(&action))
    };
    let mut of_it = policy.statements.iter().filter(concerns);
    let (mut allowed, mut denied) = (false, false);
    for statement in of_it.by_ref() {
        match statement.effect {
            Effect::Allow => allowed = true,
            // with a condition, it is mostly about others: calls without TLS, of other organizations
            Effect::Deny => denied |= statement.conditions.is_empty(),
        }
    }
    Some(if allowed && !denied {
        TrailAction::Opened(store)
    } else {
        TrailAction::Shut(store, "got a policy that keeps CloudTrail out")
    })
}

fn is_cloudtrail(name: &NamePattern) -> bool {
    let (_, name) = principal(name);
    name == "*" || name.eq_ignore_ascii_case(CLOUDTRAIL)
}
