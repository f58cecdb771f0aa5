//! What becomes of an event that rules met: which of them leads, how severe it is, whether it is suppressed. The same
//! decisions as in `formatter.py`, which makes them in the account; a test holds one against the other.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use super::facts::{calls, is_read_only, principals, resources};
use super::{Conditions, Hours, Settings};
use crate::alerting::alert_rule::AlertRule;
use crate::detection::is_like;
use crate::event::{Event, Network};
use crate::report::Level;

/// What is decided on an alert.
#[derive(Debug)]
pub struct AlertDecision<'a> {
    /// The most severe of the rules that the event met.
    pub leading: &'a AlertRule,
    /// The others.
    pub also: Vec<&'a AlertRule>,
    /// From low to critical.
    pub severity: Level,
    /// It changed IAM outside of working hours, and counts one level higher.
    pub off_hours: bool,
    /// The number of the suppression that hides it.
    pub suppressed: Option<usize>,
}

/// Decides on `event`, which met the rules in `met`, in the order of the catalogue; nothing where that is empty.
///
/// Conditions on tags never hold here: what had which tag is not in the record.
pub fn decide<'a>(
    settings: &Settings,
    event: &Event,
    met: &[&'a AlertRule],
    today: NaiveDate,
) -> Option<AlertDecision<'a>> {
    // informational counts as low
    let level = |rule: &&AlertRule| rule.level.max(Level::Low);
    let worst = met.iter().map(level).max()?;
    let at = met.iter().position(|rule| level(rule) == worst)?;
    let mut also = met.to_vec();
    let leading = also.remove(at);
    let hours = settings.work_hours.as_ref();
    let off_hours = writes_iam(event) && hours.is_some_and(|hours| hours.are_over(event));
    let severity = severity(event, worst, off_hours);
    let suppressed = settings.suppress.iter().position(|it| {
        severity < Level::Critical && it.until >= today && it.when.hold(event, leading)
    });
    Some(AlertDecision {
        leading,
        also,
        severity,
        off_hours,
        suppressed,
    })
}

fn severity(event: &Event, level: Level, off_hours: bool) -> Level {
    let level = if level < Level::Critical && is_of_a_service(event) {
        Level::Low
    } else {
        level
    };
    match level {
        level if !off_hours => level,
        Level::Informational | Level::Low => Level::Medium,
        Level::Medium => Level::High,
        Level::High | Level::Critical => Level::Critical,
    }
}

/// What AWS services do by themselves, or with the roles that are linked to them.
fn is_of_a_service(event: &Event) -> bool {
    let identity = event.identity();
    let roles = [identity.arn(), identity.session_issuer()];
    let mut roles = roles.into_iter().flatten();
    identity.kind() == Some("AWSService") || roles.any(|arn| arn.contains("/aws-service-role/"))
}

fn writes_iam(event: &Event) -> bool {
    event.source() == Some("iam.amazonaws.com") && !is_read_only(event)
}

impl Hours {
    /// Whether `event` was outside of them; one without a time was not.
    fn are_over(&self, event: &Event) -> bool {
        let zone = self.timezone.parse().unwrap_or(Tz::UTC);
        event.time().is_some_and(|time| {
            let local = time.with_timezone(&zone);
            let (day, clock) = (
                local.weekday().to_string(),
                local.format("%H:%M").to_string(),
            );
            !(self.days.contains(&day) && self.from <= clock && clock < self.until)
        })
    }
}

impl Conditions {
    /// Whether all that are given hold for `event`, of which `leading` alerts.
    fn hold(&self, event: &Event, leading: &AlertRule) -> bool {
        let holds = |pattern: &Option<String>, texts: &dyn Fn() -> Vec<String>| {
            pattern
                .as_ref()
                .is_none_or(|pattern| texts().iter().any(|text| is_like(text, pattern)))
        };
        let agent = || event.user_agent().map(str::to_owned).into_iter().collect();
        let network = self.source_ip.as_deref().map(Network::parse);
        let address = event.source_ip().unwrap_or_default();
        self.tag.is_none()
            && holds(&self.rule, &|| vec![leading.name.clone()])
            && holds(&self.event, &|| calls(event))
            && holds(&self.user_agent, &agent)
            && holds(&self.principal, &|| principals(event))
            && holds(&self.resource, &|| resources(event))
            && network.is_none_or(|block| block.is_some_and(|block| block.contains(address)))
    }
}
