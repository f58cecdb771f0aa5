//! AWS's times as ours.

use aws_sdk_iam::primitives::DateTime as SdkTime;
use chrono::DateTime;

use crate::event::time::Time;

/// None for what no calendar has.
pub fn utc(time: &SdkTime) -> Option<Time> {
    DateTime::from_timestamp(time.secs(), time.subsec_nanos()).map(Time)
}
