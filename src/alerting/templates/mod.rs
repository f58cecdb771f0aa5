//! The CloudFormation templates: the JSON files beside this one, and what `options` and `rules` change in them. The
//! bytes depend on nothing else. Trail and bucket outlive their stack, because they are evidence.

mod forwarder;
mod home;
mod recipients;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use super::catalogue;
use super::options::AlertingOptions;
use super::pack::EventRule;
use super::rules::AlertRules;

/// The largest body that a call takes, in bytes (facts: G10).
pub const BODY_LIMIT: usize = 51_200;

/// The source of the function.
pub const FORMATTER: &str = include_str!("../formatter.py");

/// A stack's template, and the parameters that it is deployed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// JSON, one line: at most [`BODY_LIMIT`] bytes. [`pretty`] is for people.
    pub body: String,
    /// Sorted by name; those that are not here keep their default.
    pub parameters: Vec<(String, String)>,
}

impl Template {
    /// Whether it can be deployed.
    ///
    /// # Errors
    /// Where the body is too large, which takes many addresses.
    pub fn check(&self) -> Result<(), String> {
        let size = self.body.len();
        if size <= BODY_LIMIT {
            return Ok(());
        }
        Err(format!(
            "its template has {size} bytes, and CloudFormation takes {BODY_LIMIT}: name fewer addresses (a mailing list \
             is one), or leave out some of --findings"
        ))
    }
}

/// The trail and its bucket; `bucket` is one that is there already.
pub fn trail(bucket: Option<&str>) -> Template {
    let bucket = bucket.map(|name| ("ExistingBucket".to_owned(), name.to_owned()));
    Template {
        body: embedded(include_str!("trail.json")).to_string(),
        parameters: bucket.into_iter().collect(),
    }
}

/// Bus, queue, formatter, topics.
pub fn home(options: &AlertingOptions, rules: &AlertRules) -> Template {
    let chunks = catalogue::chunks(&catalogue::json(options, rules));
    let numbered = chunks.into_iter().zip(1..);
    let mut parameters: Vec<_> = numbered
        .map(|(chunk, number)| (format!("Catalogue{number}"), chunk))
        .collect();
    let names: Vec<String> = parameters.iter().map(|(name, _)| name.clone()).collect();
    parameters.push((
        "Settings".to_owned(),
        options.settings.json(&options.regions, options.all_regions),
    ));
    parameters.sort();
    Template {
        body: home::document(options, &names).to_string(),
        parameters,
    }
}

/// The rules of a Region.
pub fn forwarder(options: &AlertingOptions, rules: &[EventRule]) -> Template {
    Template {
        body: forwarder::document(rules).to_string(),
        parameters: vec![("HomeRegion".to_owned(), options.home.clone())],
    }
}

/// CloudWatch metric filters and alarms, as the CIS benchmark words them; parameters name the log group, and who hears.
pub fn cis_metric_filters() -> Template {
    Template {
        body: embedded(include_str!("cis-metric-filters.json")).to_string(),
        parameters: Vec::new(),
    }
}

/// The body, laid out for people, with a line's end; as it is where it would be too large to deploy.
pub fn pretty(template: &Template) -> String {
    let laid_out = serde_json::from_str(&template.body)
        .and_then(|document: Value| serde_json::to_string_pretty(&document));
    let fits = laid_out.ok().filter(|text| text.len() < BODY_LIMIT);
    fits.unwrap_or_else(|| template.body.clone()) + "\n"
}

/// A text with `${AWS::Region}` and the like in it.
fn sub(text: &str) -> Value {
    json!({"Fn::Sub": text})
}

/// A JSON file of this folder; that each can be read is tested.
fn embedded(file: &str) -> Value {
    serde_json::from_str(file).unwrap_or_default()
}
