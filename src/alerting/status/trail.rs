//! Whether a trail brings the events: without one that logs, EventBridge gets none of CloudTrail's.

use super::StatusNotes;
use crate::alerting::preflight::trail;
use crate::alerting::survey::Survey;
use crate::report::alerting::deploy::{TrailFound, TrailState};

/// Looks for a trail that suits.
pub async fn look(survey: &Survey) -> (TrailFound, StatusNotes) {
    let mut notes = StatusNotes::of(&survey.home);
    let trail = trail::find(&survey.aws, &survey.home).await;
    match trail.state {
        TrailState::Suitable => {}
        TrailState::NotSuitable => notes.attention(
            format!("no trail suits, and no event comes without one: {}", trail.reason),
            "start the trail again (aws cloudtrail start-logging), or run deploy-alerts, which makes one",
        ),
        TrailState::Unknown => notes.unread("trail", &trail.reason),
    }
    (trail, notes)
}
