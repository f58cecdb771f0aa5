//! The calls on buckets and keys that keep CloudTrail out, or let it in.

use super::actions::TrailAction;
use super::stores::{CLOUDTRAIL, KEPT_OUT, Store, StoreGrant};
use crate::event::Event;
use crate::event::partitions::Partition;
use crate::policy::{Document, Effect, NamePattern, Statement, StatementElement, principal};

/// Statements of a policy that are kept; what is more lets nothing in.
const MOST_GRANTS: usize = 8;

pub fn on_bucket(event: &Event, name: &str) -> Option<TrailAction> {
    let bucket = || event.request(&["bucketName"]).and_then(Store::bucket);
    Some(match name {
        "DeleteBucket" => TrailAction::Shut(bucket()?, "was deleted"),
        "DeleteBucketPolicy" => TrailAction::Shut(bucket()?, "lost its policy"),
        "PutBucketPolicy" => with_policy(event, "bucketPolicy", "s3:PutObject", bucket()?)?,
        "GetBucketAcl" => TrailAction::Used(bucket().filter(|_| is_by_cloudtrail(event))?),
        _ => return None,
    })
}

pub fn on_key(event: &Event, name: &str) -> Option<TrailAction> {
    let key = || event.request(&["keyId"]).and_then(Store::key);
    Some(match name {
        "DisableKey" => TrailAction::Shut(key()?, "was disabled"),
        "ScheduleKeyDeletion" => TrailAction::Shut(key()?, "is to be deleted"),
        "EnableKey" => TrailAction::Opened(key()?, vec![StoreGrant::default()]),
        "PutKeyPolicy" => with_policy(event, "policy", "kms:GenerateDataKey", key()?)?,
        "GenerateDataKey" => TrailAction::Used(key().filter(|_| is_by_cloudtrail(event))?),
        _ => return None,
    })
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
    let (mut grants, mut denied) = (Vec::new(), false);
    for statement in policy.statements.iter().filter(concerns) {
        match statement.effect {
            Effect::Allow if grants.len() < MOST_GRANTS => {
                grants.push(StoreGrant::of(statement, &store));
            }
            Effect::Allow => {}
            // with a condition, it is mostly about others: calls without TLS, of other organizations
            Effect::Deny => denied |= statement.conditions.is_empty(),
        }
    }
    Some(if grants.is_empty() || denied {
        TrailAction::Shut(store, KEPT_OUT)
    } else {
        TrailAction::Opened(store, grants)
    })
}

fn is_cloudtrail(name: &NamePattern) -> bool {
    let (_, name) = principal(name);
    name == "*" || name.eq_ignore_ascii_case(CLOUDTRAIL)
}
