//! Findings: what rules hit, gathered by rule and message, worst first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use chrono::Duration;

use crate::event::Event;
use crate::event::time::Time;
use crate::report::{Finding, Level};

/// Suspicious enough to begin the incident (see [`super::summary`]).
const SUSPICIOUS: Level = Level::Medium;
/// Who comes in looks around first.
const LEAD: Duration = Duration::hours(1);
/// More findings of one rule than these are told as one.
const MANY_ALIKE: usize = 4;

/// What is said of a rule, whichever event it hits.
#[derive(Debug, Clone)]
pub struct RuleLabel {
    pub level: Level,
    pub id: String,
    pub title: String,
    pub attack: Vec<String>,
}

/// What an event is to a finding that it proves.
#[derive(Debug, Clone)]
pub struct Proof {
    account: Option<String>,
    time: Option<Time>,
    id: Option<String>,
    resources: Vec<String>,
    failed: bool,
    error: Option<String>,
}

impl Proof {
    pub fn of(event: &Event) -> Self {
        Self {
            account: event.account().map(str::to_owned),
            time: event.time(),
            id: event.id().map(str::to_owned),
            resources: event.resource_arns().map(str::to_owned).collect(),
            failed: event.failed(),
            error: event.error_code().map(str::to_owned),
        }
    }
}

/// Folds hits into findings.
#[derive(Debug, Default)]
pub struct Fold {
    by_message: HashMap<(String, Option<String>, String), usize>,
    findings: Vec<Finding>,
}

impl Fold {
    /// `rule` hit an event; hits of one account with the same message are one finding.
    pub fn hit(&mut self, rule: &RuleLabel, message: String, proof: Proof) {
        let at = *self
            .by_message
            .entry((rule.id.clone(), proof.account.clone(), message.clone()))
            .or_insert_with(|| {
                self.findings.push(Finding {
                    level: rule.level,
                    rule: rule.id.clone(),
                    title: rule.title.clone(),
                    message,
                    account: proof.account,
                    attack: rule.attack.clone(),
                    count: 0,
                    failed: 0,
                    error: None,
                    first: None,
                    last: None,
                    resources: Vec::new(),
                    event_ids: Vec::new(),
                });
                self.findings.len() - 1
            });
        let Some(finding) = self.findings.get_mut(at) else {
            return;
        };
        finding.count += 1;
        finding.failed += u64::from(proof.failed);
        finding.error = finding.error.take().or(proof.error);
        finding.first = finding.first.into_iter().chain(proof.time).min();
        finding.last = finding.last.max(proof.time);
        finding.event_ids.extend(proof.id);
        finding.resources.extend(proof.resources);
    }

    /// A finding made elsewhere, of several events.
    pub fn found(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Worst first, then in the order of time. Many findings of one rule in one account that differ only in what they
    /// name are one.
    pub fn finish(self) -> Vec<Finding> {
        // what is worse must not hide among what is not: a rule of a renderer may have several levels
        let mut by_rule: BTreeMap<(String, Level, Option<String>), Vec<Finding>> = BTreeMap::new();
        for finding in self.findings {
            let key = (finding.rule.clone(), finding.level, finding.account.clone());
            by_rule.entry(key).or_default().push(finding);
        }
        let mut findings: Vec<Finding> = by_rule
            .into_values()
            .flat_map(|alike| {
                if alike.len() > MANY_ALIKE {
                    vec![together(alike)]
                } else {
                    alike
                }
            })
            .collect();
        for finding in &mut findings {
            finding.resources.sort();
            finding.resources.dedup();
        }
        sort(&mut findings);
        findings
    }
}

/// One finding of many that are alike, in the words of the first.
fn together(mut alike: Vec<Finding>) -> Finding {
    alike.sort_by(|a, b| (a.first, &a.message).cmp(&(b.first, &b.message)));
    let others = alike.len() - 1;
    let mut all = alike.remove(0);
    all.message = format!("{}, and {others} more like it", all.message);
    for finding in alike {
        all.count += finding.count;
        all.failed += finding.failed;
        all.error = all.error.take().or(finding.error);
        all.last = all.last.max(finding.last);
        all.event_ids.extend(finding.event_ids);
        all.resources.extend(finding.resources);
    }
    all
}

/// Worst first, then in the order of time.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let rank = |finding: &Finding| (Reverse(finding.level), finding.first);
        rank(a)
            .cmp(&rank(b))
            .then_with(|| a.rule.cmp(&b.rule))
            .then_with(|| a.message.cmp(&b.message))
    });
}

/// When the incident began, as far as findings tell: a while before the first suspicious event.
pub fn incident(findings: &[Finding]) -> Option<Time> {
    let suspicious = findings
        .iter()
        .filter(|finding| finding.level >= SUSPICIOUS);
    suspicious
        .filter_map(|finding| finding.first)
        .min()
        .map(|first| first - LEAD)
}
