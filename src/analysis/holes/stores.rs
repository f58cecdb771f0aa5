//! The buckets that trails write to and the keys that they encrypt with, and what a policy lets CloudTrail do there.

use crate::event::arn;
use crate::policy::{NamePattern, Scope, Statement, StatementElement};

/// The longest names that AWS allows: of ARNs of keys, and buckets.
const LONGEST_NAME: usize = 255;
pub const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";
/// Why a policy is an outage.
pub const KEPT_OUT: &str = "got a policy that keeps CloudTrail out";
/// Names that a statement of a policy holds; what is more lets nothing in.
const MOST_NAMES: usize = 16;

/// Where a trail writes, or with what it encrypts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Store {
    Bucket(Box<str>),
    Key(Box<str>),
}

/// What a statement lets CloudTrail in for; nothing said, for everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreGrant {
    objects: Option<Vec<Box<str>>>,
    /// ARNs of the trails that it is for.
    trails: Option<Vec<Box<str>>>,
}

/// What a trail writes, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'t> {
    pub account: &'t str,
    pub prefix: &'t str,
    /// Its home Region and name.
    pub trail: Option<(&'t str, &'t str)>,
}

impl Store {
    pub fn bucket(name: &str) -> Option<Self> {
        short(name).map(Self::Bucket)
    }

    /// A key by its id, of itself or of its ARN; an alias is none.
    pub fn key(text: &str) -> Option<Self> {
        let id = match arn::resource(text) {
            Some(resource) => resource.strip_prefix("key/")?,
            None => text,
        };
        let id = short(id).filter(|id| !id.starts_with("alias/"))?;
        Some(Self::Key(id))
    }

    /// `the trail's bucket logs was deleted`.
    pub fn fate(&self, what: &str) -> String {
        match self {
            Self::Bucket(name) => format!("the trail's bucket {name} {what}"),
            Self::Key(id) => format!("the trail's key {id} {what}"),
        }
    }
}

impl<'t> Delivery<'t> {
    /// That of an account of which no trail is known.
    pub fn of(account: &'t str) -> Self {
        Self {
            account,
            prefix: "",
            trail: None,
        }
    }
}

impl StoreGrant {
    pub fn of(statement: &Statement, store: &Store) -> Self {
        let mut trails = statement
            .conditions
            .iter()
            .filter(|condition| condition.key.folded() == "aws:sourcearn")
            .map(|condition| condition.values.iter().take(MOST_NAMES))
            .map(|values| values.map(|arn| arn.as_str().into()).collect());
        Self {
            // a key's policy is about the key
            objects: matches!(store, Store::Bucket(_)).then(|| named(&statement.resources)),
            trails: trails.next(),
        }
    }

    /// Whether a trail that writes so may use `store`.
    pub fn admits(&self, store: &Store, delivery: &Delivery<'_>) -> bool {
        let Delivery {
            account,
            prefix,
            trail,
        } = delivery;
        let slash = if prefix.is_empty() { "" } else { "/" };
        let has_object = |objects: &Vec<Box<str>>| match store {
            Store::Bucket(bucket) => {
                let object = format!(":s3:::{bucket}/{prefix}{slash}AWSLogs/{account}/CloudTrail/");
                covers(objects, &object)
            }
            Store::Key(_) => true,
        };
        let has_trail = |trails: &Vec<Box<str>>| {
            trail.is_none_or(|(home, name)| {
                covers(
                    trails,
                    &format!(":cloudtrail:{home}:{account}:trail/{name}"),
                )
            })
        };
        self.objects.as_ref().is_none_or(has_object) && self.trails.as_ref().is_none_or(has_trail)
    }
}

/// Whether one of `patterns` stands for what `tail` ends the ARN of, whatever its partition.
fn covers(patterns: &[Box<str>], tail: &str) -> bool {
    patterns.iter().any(|pattern| {
        let partition = pattern.strip_prefix("arn:");
        let partition = partition.and_then(|rest| rest.split(':').next());
        let whole = format!("arn:{}{tail}", partition.unwrap_or("aws"));
        NamePattern::exact(pattern).covers(&NamePattern::exact(&whole))
    })
}

/// The names in a scope; what is everything but some is not counted in.
fn named(scope: &Scope) -> Vec<Box<str>> {
    let names = scope.iter().filter_map(|element| match element {
        StatementElement::Like(name) if name.as_str().len() <= 1024 => Some(name.as_str().into()),
        _ => None,
    });
    names.take(MOST_NAMES).collect()
}

/// A name, unless it is longer than any that AWS allows.
pub fn short(name: &str) -> Option<Box<str>> {
    (name.len() <= LONGEST_NAME).then(|| name.into())
}
