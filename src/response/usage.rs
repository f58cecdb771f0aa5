//! Who used a key lately, and which sessions a principal has: from Event history, within a bounded time, so that
//! containment does not wait for a busy account.

use std::time::Duration;

use crate::report::response::RecentUse;
use crate::response::operator::Operator;

/// How Event history is to be read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The account's enabled Regions, and those where partition-wide services record.
    pub regions: Vec<String>,
    pub control_plane: Vec<String>,
    pub rate: f64,
    /// How long at most.
    pub patience: Duration,
}

/// Who signed calls with `access_key_id` within the last `hours`: one user a session, address and user agent.
pub async fn of_key(
    operator: &Operator,
    reading: &Reading,
    access_key_id: &str,
    hours: i64,
) -> RecentUse {
    let _ = (operator, reading, access_key_id, hours);
    todo!()
}

/// The sessions of a user or role (by ARN) that were seen within the last `hours`.
pub async fn of_principal(
    operator: &Operator,
    reading: &Reading,
    arn: &str,
    hours: i64,
) -> RecentUse {
    let _ = (operator, reading, arn, hours);
    todo!()
}
