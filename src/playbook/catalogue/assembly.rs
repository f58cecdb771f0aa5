//! Rules of many files, put together: every one under its own name, every correlation with the rules that it names.

use std::collections::HashMap;
use std::fs;

use super::files::RuleFile;
use super::rule::{self, DocumentKind};
use super::{Body, Catalogue, SigmaRule};
use crate::detection::suggest::did_you_mean;
use crate::detection::yaml::{self, YamlNode};
use crate::detection::{Correlation, FilePosition, Problem};

/// What was read so far, and everything that is wrong with it, a line each.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    pub(super) problems: Vec<String>,
    read: Vec<PlacedRule>,
    skipped: Vec<SkippedRule>,
}

#[derive(Debug)]
struct PlacedRule {
    rule: SigmaRule,
    file: String,
    place: FilePosition,
}

/// What a skipped rule may be called in a correlation.
#[derive(Debug)]
struct SkippedRule {
    name: String,
    id: Option<String>,
}

impl Assembly {
    /// How many rules were read.
    pub(super) fn rules(&self) -> usize {
        self.read.len()
    }

    pub(super) fn skipped(&self) -> usize {
        self.skipped.len()
    }

    /// Reads the rules of a file.
    pub(super) fn read(&mut self, file: &RuleFile) {
        let shown = file.path.display().to_string();
        let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read(&file.path)
            .map_err(|error| format!("{shown}: {error}"))
            .and_then(|bytes| {
                String::from_utf8(bytes).map_err(|error| format!("{shown}:{}", not_utf8(&error)))
            });
        match text {
            Ok(text) => self.add(&shown, &stem, &text, file.is_named),
            Err(problem) => self.problems.push(problem),
        }
    }

    /// Adds the rules of `text`, the content of `file`, whose name without its ending is `stem`. Where only rules are
    /// expected, a document that is none is a problem.
    pub(super) fn add(&mut self, file: &str, stem: &str, text: &str, only_rules: bool) {
        let mut documents = match yaml::documents(text) {
            Ok(documents) => documents,
            Err(problem) => return self.problems.push(format!("{file}:{problem}")),
        };
        documents.retain(|document| only_rules || rule::concern(document) != DocumentKind::NoRule);
        if documents.is_empty() && only_rules {
            self.problems.push(format!("{file}:1:1: empty"));
        }
        let nameless = |document: &&YamlNode| document.get("name").is_none();
        // the one rule that has no name of its own has the file's
        let stem = (documents.iter().filter(nameless).count() <= 1).then_some(stem);
        for document in &documents {
            if rule::concern(document) == DocumentKind::Other {
                self.skipped.push(SkippedRule {
                    name: rule::name(document, stem).unwrap_or_default(),
                    id: rule::text(document, "id"),
                });
                continue;
            }
            match rule::read(document, stem) {
                Ok(rule) => self.read.push(PlacedRule {
                    rule,
                    file: file.to_owned(),
                    place: document.place,
                }),
                Err(problems) => {
                    let problems = problems.iter().map(|problem| format!("{file}:{problem}"));
                    self.problems.extend(problems);
                }
            }
        }
    }

    /// The catalogue of all that was read.
    ///
    /// # Errors
    /// Every problem, one a line.
    pub(super) fn finish(mut self) -> Result<Catalogue, Vec<String>> {
        self.check_names();
        self.resolve();
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        Ok(Catalogue {
            rules: self.read.into_iter().map(|placed| placed.rule).collect(),
            skipped: self.skipped.len(),
        })
    }

    /// No two rules share a name or an id.
    fn check_names(&mut self) {
        let mut taken: HashMap<&str, &PlacedRule> = HashMap::new();
        for placed in &self.read {
            let names = [Some(&placed.rule.name), placed.rule.uuid.as_ref()];
            for name in names.into_iter().flatten() {
                match taken.insert(name, placed) {
                    Some(other) if !std::ptr::eq(other, placed) => {
                        let message = format!(
                            "a rule '{name}' stands in {}:{}, too",
                            other.file, other.place.line
                        );
                        let problem = Problem::new(placed.place, message);
                        self.problems.push(format!("{}:{problem}", placed.file));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Finds the rules of every correlation: they are silent unless it says `generate`. A correlation of a rule that
    /// was skipped is skipped as well.
    fn resolve(&mut self) {
        let (mut silent, mut of_skipped) = (Vec::new(), Vec::new());
        for (at, placed) in self.read.iter().enumerate() {
            let Body::Correlation(correlation) = &placed.rule.body else {
                continue;
            };
            match self.referred(correlation) {
                Ok(Some(_)) if correlation.generate => {}
                Ok(Some(rules)) => silent.extend(rules),
                Ok(None) => of_skipped.push(at),
                Err(problem) => self.problems.push(format!("{}:{problem}", placed.file)),
            }
        }
        for rule in silent {
            if let Some(placed) = self.read.get_mut(rule) {
                placed.rule.reports = false;
            }
        }
        for at in of_skipped.into_iter().rev() {
            let SigmaRule { name, uuid: id, .. } = self.read.remove(at).rule;
            self.skipped.push(SkippedRule { name, id });
        }
    }

    /// The positions of the rules that a correlation names; `None` where one of them was skipped.
    fn referred(&self, correlation: &Correlation) -> Result<Option<Vec<usize>>, Problem> {
        let rules = correlation.rules.iter().map(|rule| {
            self.position(&rule.name)
                .map_err(|message| Problem::new(rule.place, message).within("correlation.rules"))
        });
        // a mistake in any of them comes first
        let rules: Vec<Option<usize>> = rules.collect::<Result<_, _>>()?;
        Ok(rules.into_iter().collect())
    }

    /// The position of the rule of this name or id; `None` where it was skipped.
    fn position(&self, name: &str) -> Result<Option<usize>, String> {
        let found = self.read.iter().position(|of| of.rule.is_called(name));
        if let Some(at) = found {
            let body = self.read.get(at).map(|placed| &placed.rule.body);
            return match body {
                Some(Body::Correlation(_)) => Err(format!(
                    "'{name}' is a correlation itself: only rules of single events can be correlated"
                )),
                _ => Ok(Some(at)),
            };
        }
        let is_it =
            |skipped: &SkippedRule| skipped.name == name || skipped.id.as_deref() == Some(name);
        if self.skipped.iter().any(is_it) {
            return Ok(None);
        }
        let names = self.read.iter().map(|placed| placed.rule.name.as_str());
        Err(format!(
            "there is no rule '{name}'{}",
            did_you_mean(name, names)
        ))
    }
}

/// The place of the first byte that is no UTF-8.
fn not_utf8(error: &std::string::FromUtf8Error) -> Problem {
    let valid = error.as_bytes().get(..error.utf8_error().valid_up_to());
    let valid = String::from_utf8_lossy(valid.unwrap_or_default());
    let last_line = valid.rsplit('\n').next().unwrap_or_default();
    let place = FilePosition {
        line: valid.matches('\n').count() + 1,
        column: last_line.chars().count() + 1,
    };
    Problem::new(place, "not UTF-8")
}
