//! The folder that `emit-alerts` writes: templates, parameters, the rules in clear, permissions, and how to deploy by hand.

use serde_json::{Value, json};

use super::options::AlertingOptions;
use super::pack::EventRule;
use super::rules::{AlertRules, UnalertedRule};
use super::templates::{self, FORMATTER, Template};
use super::{catalogue, permissions};
use crate::error::Failure;

/// How to deploy by hand; what stands in `<…>` is filled in.
const README: &str = include_str!("text/README.md");

/// A file of the folder.
#[derive(Debug)]
pub struct EmittedFile {
    /// Below the folder.
    pub path: String,
    pub text: String,
}

/// The files, in the order in which they are read.
///
/// # Errors
/// A usage failure where a template is larger than CloudFormation takes.
pub fn files(
    options: &AlertingOptions,
    rules: &AlertRules,
    packed: &[EventRule],
    with_cis: bool,
) -> Result<Vec<EmittedFile>, Failure> {
    let mut files = vec![EmittedFile::of("README.md", readme(options, rules))];
    let mut stacks = vec![
        ("trail", templates::trail(None)),
        ("home", templates::home(options, rules)),
        ("forwarder", templates::forwarder(options, packed)),
    ];
    if with_cis {
        stacks.push(("cis-metric-filters", templates::cis_metric_filters()));
    }
    for (name, template) in &stacks {
        template.check().map_err(Failure::usage)?;
        files.push(EmittedFile::of(
            &format!("{name}.json"),
            templates::pretty(template),
        ));
        if !template.parameters.is_empty() {
            let path = format!("{name}.parameters.json");
            files.push(EmittedFile::of(&path, pretty(&parameters(template))));
        }
    }
    let clear: Value = serde_json::from_str(&catalogue::json(options, rules)).unwrap_or_default();
    files.push(EmittedFile::of("rules.json", pretty(&clear)));
    files.push(EmittedFile::of("formatter.py", FORMATTER.to_owned()));
    for (command, policy) in permissions::POLICIES {
        let path = format!("operator-policies/{command}.json");
        files.push(EmittedFile::of(&path, policy.to_owned()));
    }
    Ok(files)
}

impl EmittedFile {
    fn of(path: &str, text: String) -> Self {
        Self {
            path: path.to_owned(),
            text,
        }
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// As `aws cloudformation` reads them from a file.
fn parameters(template: &Template) -> Value {
    let parameters = template.parameters.iter();
    parameters
        .map(|(name, value)| json!({"ParameterKey": name, "ParameterValue": value}))
        .collect()
}

fn readme(options: &AlertingOptions, rules: &AlertRules) -> String {
    let refused: Vec<String> = rules.refused.iter().map(line).collect();
    README
        .replace("<home>", &options.home)
        .replace("<regions>", &options.regions.join(" "))
        .replace("<rules>", &rules.alerts.len().to_string())
        .replace("<refused>\n", &refused.concat())
}

fn line(refused: &UnalertedRule) -> String {
    format!("- `{}`: {}\n", refused.name, refused.reason)
}
