//! Sigma rules: the catalogue in the binary, and rule files of one's own. Findings of every playbook come from it, and
//! `hunt` runs all of it. What a detection or a correlation means is `detection`'s business.

mod assembly;
mod builtin;
mod files;
mod hunt;
mod rule;

pub use builtin::{RULES, builtin};
pub use rule::{ALERT_GROUPS, Body, SigmaRule, is_technique};

use std::collections::HashSet;
use std::path::PathBuf;

use super::{CorrelationRule, FindingRule};
use crate::error::Failure;
use assembly::Assembly;

/// Rules, each under a name of its own.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// In the order of their files.
    pub rules: Vec<SigmaRule>,
    /// How many rules were passed over: those for another log source than CloudTrail, those that their authors call
    /// deprecated or unsupported, and correlations of such rules.
    pub skipped: usize,
}

impl Catalogue {
    /// The rules in files and, with all that is below them, folders. A file may hold several documents; each file is
    /// read once, however often it is named.
    ///
    /// # Errors
    /// A usage failure with every problem of every file, one a line: `sg.yml:7:5 detection.s: unknown modifier …`.
    /// A path that adds no rule for CloudTrail is such a problem.
    pub fn load(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut assembly = Assembly::default();
        let mut read = HashSet::new();
        for path in paths {
            let (rules, skipped) = (assembly.rules(), assembly.skipped());
            let problems = assembly.problems.len();
            let mut was_read = false;
            for file in files::below(path, &mut assembly.problems) {
                if read.insert(file.identity.clone()) {
                    assembly.read(&file);
                } else {
                    was_read = true;
                }
            }
            if !was_read && assembly.rules() == rules && assembly.problems.len() == problems {
                let (shown, skipped) = (path.display(), assembly.skipped() - skipped);
                assembly.problems.push(format!(
                    "{shown}: no Sigma rule for CloudTrail ({skipped} for others, or withdrawn)"
                ));
            }
        }
        assembly
            .finish()
            .map_err(|problems| Failure::usage(problems.join("\n")))
    }

    /// The rule of this name or id.
    pub fn find(&self, name: &str) -> Option<&SigmaRule> {
        self.rules.iter().find(|rule| rule.is_called(name))
    }

    /// The rules that `selector` names: one by its name or id, or all that carry it as a tag (`attack.persistence`).
    /// A rule that only correlations use must be named.
    pub fn select(&self, selector: &str) -> impl Iterator<Item = &SigmaRule> {
        self.rules.iter().filter(move |rule| {
            rule.is_called(selector) || rule.reports && rule.tags.iter().any(|tag| tag == selector)
        })
    }

    /// Everything that a selector may be, for suggestions.
    pub fn selectors(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().flat_map(|rule| {
            let tags = rule.tags.iter().map(String::as_str);
            std::iter::once(rule.name.as_str()).chain(tags)
        })
    }

    /// What all rules find that report: what `hunt` asks.
    pub fn reporting(&self) -> (Vec<FindingRule>, Vec<CorrelationRule>) {
        self.as_asked(self.rules.iter().filter(|rule| rule.reports))
    }

    /// What `rules`, which are its own, find: of one event, and of several.
    pub fn as_asked<'r>(
        &self,
        rules: impl Iterator<Item = &'r SigmaRule>,
    ) -> (Vec<FindingRule>, Vec<CorrelationRule>) {
        let (mut findings, mut correlations) = (Vec::new(), Vec::new());
        for rule in rules {
            findings.extend(rule.finding());
            correlations.extend(self.correlation(rule));
        }
        (findings, correlations)
    }

    /// A correlation with the detections of the rules that it names, which a catalogue has; `None` of another rule.
    fn correlation(&self, rule: &SigmaRule) -> Option<CorrelationRule> {
        let Body::Correlation(correlation) = &rule.body else {
            return None;
        };
        let rules = correlation.rules.iter();
        let rules: Vec<&SigmaRule> = rules.filter_map(|rule| self.find(&rule.name)).collect();
        let detections = rules.iter().filter_map(|rule| rule.body.detection());
        Some(CorrelationRule {
            level: rule.level,
            id: rule.name.clone(),
            title: rule.title.clone(),
            message: rule.message.plain().unwrap_or_else(|| rule.title.clone()),
            attack: rule.attack.clone(),
            correlation: correlation.clone(),
            detections: detections.cloned().collect(),
            names: rules.iter().map(|rule| rule.name.clone()).collect(),
        })
    }
}

#[cfg(test)]
mod tests;
