//! `respond watch`: whether anything of a lineage still works after its containment.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::error::Failure;
use crate::report::response::Watched;
use crate::response::operator::Operator;
use crate::response::usage::Reading;

/// What to watch.
#[derive(Debug)]
pub struct Watch<'w> {
    pub access_key_id: &'w str,
    pub contained_at: DateTime<Utc>,
    pub contained_from: &'static str,
    /// How far back the lineage is traced before the watch begins.
    pub since: DateTime<Utc>,
    pub length: Duration,
    pub every: Duration,
}

/// Watches until the time is over, a living credential is seen, or Ctrl-C; the second is whether it was the latter.
///
/// # Errors
/// Where Event history cannot be asked at all.
pub async fn watch(
    operator: &Operator,
    reading: &Reading,
    watch: &Watch<'_>,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<(Watched, bool), Failure> {
    let _ = (operator, reading, watch, tell);
    todo!()
}
