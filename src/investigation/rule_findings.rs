//! What rules make of the events of the answer: the findings of single events, of what is new, and of several events
//! together. Events come in the order of time.

use std::collections::HashSet;

use serde_json::Value;

use super::Question;
use super::gather::{GatheredFacts, GrownLineage};
use super::prepared::PreparedPlaybook;
use crate::analysis::findings::{self, Proof, RuleLabel};
use crate::detection::correlation::{CorrelationWatch, Incident};
use crate::detection::{Detection, DetectionIndex};
use crate::event::Event;
use crate::playbook::{CorrelationRule, FindingRule};
use crate::report::Finding;

/// Folds events into findings.
pub struct RuleFindings<'a> {
    question: &'a Question<'a>,
    prepared: &'a PreparedPlaybook<'a>,
    grown: &'a GrownLineage,
    index: DetectionIndex,
    labels: Vec<RuleLabel>,
    correlations: Vec<(&'a CorrelationRule, CorrelationWatch<'a>)>,
    /// The rules that correlate: which of `correlations`, and which of its rules.
    correlated: Vec<(usize, usize, &'a Detection)>,
    index_of_correlated: DetectionIndex,
    /// `None` where there is nothing to compare with.
    novelty: Option<NoveltyTracker>,
    findings: findings::Fold,
}

/// What the window before showed, and what the window has shown since: what is in neither is new.
struct NoveltyTracker {
    known: HashSet<(usize, String, String)>,
}

impl<'a> RuleFindings<'a> {
    pub fn new(
        question: &'a Question<'a>,
        prepared: &'a PreparedPlaybook<'a>,
        grown: &'a GrownLineage,
        gathered: &mut GatheredFacts,
    ) -> Self {
        let findings = &question.playbook.findings;
        let known = std::mem::take(&mut gathered.habits);
        let correlations = &question.playbook.correlations;
        let watch = |rule: &'a CorrelationRule| {
            (
                rule,
                CorrelationWatch::new(&rule.correlation, question.timezone),
            )
        };
        let correlated: Vec<_> = correlations
            .iter()
            .enumerate()
            .flat_map(detections)
            .collect();
        Self {
            question,
            prepared,
            grown,
            index: DetectionIndex::of(findings.iter().map(|rule| &rule.when), &grown.bindings),
            labels: findings.iter().map(rule_label).collect(),
            correlations: correlations.iter().map(watch).collect(),
            index_of_correlated: DetectionIndex::of(
                correlated.iter().map(|(_, _, detection)| *detection),
                &grown.bindings,
            ),
            correlated,
            novelty: gathered.saw_before.then_some(NoveltyTracker { known }),
            findings: findings::Fold::default(),
        }
    }

    /// Whether there is a window before to compare with.
    pub fn is_comparable(&self) -> bool {
        self.novelty.is_some()
    }

    /// An event that any search fetched: correlations may need what is no part of the answer.
    pub fn watch(&mut self, event: &Event) {
        for number in self.index_of_correlated.candidates(event) {
            let Some((correlation, rule, detection)) = self.correlated.get(number) else {
                continue;
            };
            if detection.matches(event, &self.grown.bindings)
                && let Some((_, watch)) = self.correlations.get_mut(*correlation)
            {
                watch.hit(*rule, event);
            }
        }
    }

    /// The names of the rules that hit `event`, which belongs to the answer.
    pub fn add(&mut self, event: &Event) -> Vec<Value> {
        let mut names = Vec::new();
        for number in self.index.candidates(event) {
            let rule = self.question.playbook.findings.get(number);
            let Some((rule, label)) = rule.zip(self.labels.get(number)) else {
                continue;
            };
            if !rule.when.matches(event, &self.grown.bindings) {
                continue;
            }
            if let Some(novelty) = &rule.new {
                let values = self.prepared.novel(novelty, event);
                let novelty = self.novelty.as_mut();
                if !novelty.is_some_and(|novelty| novelty.learn(number, values)) {
                    continue;
                }
            }
            let message = rule.message.render(event, self.question.timezone);
            self.findings.hit(label, message, Proof::of(event));
            names.push(rule.id.as_str().into());
        }
        names
    }

    /// The findings so far; others may be added.
    pub fn finish(mut self) -> findings::Fold {
        for (rule, watch) in self.correlations {
            for incident in watch.finish() {
                self.findings.found(correlation_finding(rule, incident));
            }
        }
        self.findings
    }
}

impl NoveltyTracker {
    /// Whether any of the values of that finding is new; from now on they are known.
    fn learn(&mut self, finding: usize, values: Vec<(String, String)>) -> bool {
        let mut is_new = false;
        for (per, value) in values {
            is_new |= self.known.insert((finding, per, value));
        }
        is_new
    }
}

/// The detections of the rules that a correlation names, each with the place of both.
fn detections(
    (correlation, rule): (usize, &CorrelationRule),
) -> impl Iterator<Item = (usize, usize, &Detection)> {
    let detections = rule.detections.iter().enumerate();
    detections.map(move |(number, detection)| (correlation, number, detection))
}

fn correlation_finding(rule: &CorrelationRule, incident: Incident) -> Finding {
    Finding {
        level: rule.level,
        rule: rule.id.clone(),
        title: rule.title.clone(),
        message: rule.describe(&incident),
        account: incident.account,
        attack: rule.attack.clone(),
        count: incident.events,
        failed: incident.failed,
        error: incident.error,
        first: Some(incident.first),
        last: Some(incident.last),
        resources: incident.resources,
        event_ids: incident.event_ids,
    }
}

fn rule_label(rule: &FindingRule) -> RuleLabel {
    RuleLabel {
        level: rule.level,
        id: rule.id.clone(),
        title: rule.title.clone(),
        attack: rule.attack.clone(),
    }
}
