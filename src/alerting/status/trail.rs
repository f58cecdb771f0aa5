//! Whether a trail brings the events: without one that logs, EventBridge gets none of CloudTrail's.

use super::Noted;
use crate::alerting::standing::Standing;
use crate::report::alerting::status::{TrailState, TrailStatus};

/// Looks for a trail that suits.
pub async fn look(standing: &Standing) -> (TrailStatus, Noted) {
    let noted = Noted::of(&standing.home);
    let status = TrailStatus {
        state: TrailState::Unknown,
        name: None,
        why: None,
    };
    (status, noted)
}
