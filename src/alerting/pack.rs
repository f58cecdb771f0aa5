//! Patterns of many rules packed into few EventBridge rules: at most 4,096 characters each, a group apart.

use serde_json::Value;

use super::rules::{AlertRule, Group};

/// An EventBridge pattern has at most so many characters (facts: G6).
pub const PATTERN_LIMIT: usize = 4096;

/// A rule of EventBridge.
#[derive(Debug, Clone)]
pub struct EventRule {
    /// `HighRiskSecurityEvents1`: letters and digits, the name of the resource in the template too.
    pub name: String,
    pub group: Group,
    /// With `source`, `detail-type` and `detail` or `$or`.
    pub pattern: Value,
    /// `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub reads: bool,
}

/// Packs the rules, whose order decides what stands together.
pub fn pack(_rules: &[AlertRule]) -> Vec<EventRule> {
    todo!()
}
