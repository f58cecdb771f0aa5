//! The CloudFormation templates, from the files beside this one and what `options` and `rules` add to them. The bytes
//! depend on nothing else.

use super::options::Options;
use super::pack::EventRule;
use super::rules::Rules;

/// The largest body that a call takes, in bytes (facts: G10).
pub const BODY_LIMIT: usize = 51_200;

/// A stack's template, and the parameters that it is deployed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// JSON, one line: at most [`BODY_LIMIT`] bytes. [`pretty`] is for people.
    pub body: String,
    /// Sorted by name; those that are not here keep their default.
    pub parameters: Vec<(String, String)>,
}

/// The trail and its bucket; `bucket` is one that is there already.
pub fn trail(_bucket: Option<&str>) -> Template {
    todo!()
}

/// Bus, queue, formatter, topics.
pub fn home(_options: &Options, _rules: &Rules) -> Template {
    todo!()
}

/// The rules of a Region.
pub fn forwarder(_options: &Options, _rules: &[EventRule]) -> Template {
    todo!()
}

/// CloudWatch metric filters and alarms, as the CIS benchmark words them; a parameter names the log group.
pub fn cis_metric_filters() -> Template {
    todo!()
}

/// The body, laid out for people.
pub fn pretty(_template: &Template) -> String {
    todo!()
}
