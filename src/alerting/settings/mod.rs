//! The settings of the alerts: how severe is told at once, work hours, what is suppressed until when, who hears of
//! what. From a YAML file and flags, to the JSON in the SSM parameter that the formatter reads.

mod decide;
mod facts;
mod read;
#[cfg(test)]
mod tests;

pub use decide::{AlertDecision, decide};
pub use facts::{is_read_only, target};
pub use read::is_address;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::playbook::WorkHours;
use crate::report::Level;

/// An SSM parameter of the standard tier holds so many bytes.
pub const LIMIT: usize = 4096;

/// The settings, as the formatter reads them: their serde shape is that JSON.
#[derive(Debug, Clone, Serialize)]
pub struct Settings {
    /// Least severity that is told at once.
    pub severity: Level,
    pub work_hours: Option<Hours>,
    /// Each hides what all of its conditions say, until it expires; never what is critical.
    pub suppress: Vec<Suppression>,
    /// Departments, and what concerns them.
    pub routes: Vec<Route>,
}

impl Settings {
    /// What stands in the SSM parameter: these settings, the Regions that are covered, and whether `are_all` that were
    /// enabled, as JSON in ASCII.
    pub fn json(&self, regions: &[String], are_all: bool) -> String {
        let mut document = json!(self);
        document["regions"] = json!(regions);
        document["all_regions"] = json!(are_all);
        ascii(&document.to_string())
    }
}

/// Working hours: outside of them, changes to IAM rise by one level.
#[derive(Debug, Clone, Serialize)]
pub struct Hours {
    /// `Mon` to `Sun`.
    pub days: Vec<String>,
    /// `09:00`.
    pub from: String,
    pub until: String,
    /// IANA name.
    pub timezone: String,
}

impl From<&WorkHours> for Hours {
    fn from(hours: &WorkHours) -> Self {
        let parameters = hours.parameters();
        let values = |wanted: &str| -> Vec<String> {
            let named = parameters.iter().filter(|(name, _)| name == wanted);
            named.map(|(_, value)| value.clone()).collect()
        };
        let timezone = values("timezone").pop();
        Self {
            days: values("work_days"),
            from: values("work_from").concat(),
            until: values("work_until").concat(),
            timezone: timezone.unwrap_or_else(|| "UTC".to_owned()),
        }
    }
}

/// All that is given must hold; texts are compared with wildcards (`*`, `?`), ignoring case.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Conditions {
    /// ARN or name of the actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// `CreateUser`, `ec2:AuthorizeSecurityGroup*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// CIDR of the source address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// ARN or name of what was acted on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Name of a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Tag of the resource or of the principal; one that cannot be read does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<Tag>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Tag {
    pub key: String,
    pub value: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Suppression {
    pub reason: String,
    /// The last day, UTC: `2027-01-31`.
    #[serde(serialize_with = "day")]
    pub until: NaiveDate,
    #[serde(flatten)]
    pub when: Conditions,
}

/// A department: alerts that meet its conditions carry its name, and go to its addresses too.
#[derive(Debug, Clone, Serialize)]
pub struct Route {
    /// `[a-z0-9-]+`.
    pub name: String,
    #[serde(flatten)]
    pub when: Conditions,
    /// Its addresses are subscriptions of the home stack, not the formatter's business.
    #[serde(skip)]
    pub emails: Vec<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to the field"
)]
fn day<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

/// `json` with `\uXXXX` in the place of whatever is not ASCII, which can only stand within its strings.
pub(super) fn ascii(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            let units = c.encode_utf16(&mut [0; 2]).to_vec();
            ascii.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    ascii
}
