//! What lies beside the calls in files, and is none: counted, told, and searched for what was asked about.

use std::collections::{BTreeMap, BTreeSet};

use super::prepared::PreparedPlaybook;
use super::{Filter, visibility};
use crate::detection::{Attribute, Bindings};
use crate::event::arn;
use crate::event::no_call::{NoCall, NoCallKind};
use crate::playbook::ParameterType;
use crate::report::NotVisible;

/// What was met, of each kind. What is told one by one is counted once, in however many files it lies.
#[derive(Debug, Default)]
pub struct BesideCalls {
    counts: BTreeMap<NoCallKind, u64>,
    /// Insights by their ids, and what each is about.
    insights: BTreeMap<String, String>,
    /// What was asked about, and the aggregated events that name it.
    naming: BTreeMap<String, BTreeSet<String>>,
}

impl BesideCalls {
    pub fn add(&mut self, no_call: &NoCall, subjects: &[String]) {
        let id = no_call.id().unwrap_or_default().to_owned();
        match no_call.kind {
            NoCallKind::Insight => {
                let about = no_call.insight().unwrap_or_default();
                if self.insights.insert(id, about).is_some() {
                    return;
                }
            }
            NoCallKind::Aggregated => {
                for subject in subjects.iter().filter(|subject| is_named(no_call, subject)) {
                    self.naming
                        .entry(subject.clone())
                        .or_default()
                        .insert(id.clone());
                }
            }
            _ => {}
        }
        *self.counts.entry(no_call.kind).or_default() += 1;
    }

    pub fn merge(&mut self, other: Self) {
        let insights = self.insights.len() + other.insights.len();
        self.insights.extend(other.insights);
        for (kind, count) in other.counts {
            *self.counts.entry(kind).or_default() += count;
        }
        // what two threads met is one
        let met_twice = (insights - self.insights.len()) as u64;
        if let Some(count) = self.counts.get_mut(&NoCallKind::Insight) {
            *count = count.saturating_sub(met_twice);
        }
        for (subject, ids) in other.naming {
            self.naming.entry(subject).or_default().extend(ids);
        }
    }

    /// What an answer says of it; beside what was met there were `digests`, which are never opened.
    pub fn not_visible(&self, digests: usize) -> Vec<NotVisible> {
        let count = |kind| self.counts.get(&kind).copied().unwrap_or_default();
        let mut about: BTreeMap<&str, u64> = BTreeMap::new();
        for insight in self.insights.values() {
            *about.entry(insight).or_default() += 1;
        }
        let naming = self.naming.iter();
        let naming: Vec<(&str, usize)> = naming.map(|(name, ids)| (&**name, ids.len())).collect();
        [
            visibility::of_digests(count(NoCallKind::Digest) + digests as u64),
            visibility::of_insights(count(NoCallKind::Insight), &about),
            visibility::of_aggregated(count(NoCallKind::Aggregated), &naming),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// An ARN stands for the name at its end, too.
fn is_named(no_call: &NoCall, subject: &str) -> bool {
    let is_arn = arn::resource(subject).is_some();
    no_call.names(subject) || (is_arn && no_call.names(arn::name(subject)))
}

/// What was asked about, and what it grew to: keys, principals, resources and addresses.
pub fn subjects(prepared: &PreparedPlaybook<'_>, bindings: &Bindings) -> Vec<String> {
    let parameters = prepared.parameters().iter();
    let names = parameters.filter(|parameter| {
        matches!(
            parameter.kind,
            ParameterType::AccessKeyId
                | ParameterType::InstanceId
                | ParameterType::SecurityGroupId
                | ParameterType::Ip
                | ParameterType::Arn
                | ParameterType::Resource
                | ParameterType::Principal
        )
    });
    let names = names
        .map(|parameter| &*parameter.name)
        .chain(prepared.key_variable);
    let mut subjects: BTreeSet<String> = names
        .flat_map(|name| bindings.values(name))
        .cloned()
        .collect();
    for search in prepared.searches {
        if let Filter::Attributes(attributes) = &search.filter {
            let named = attributes.iter().filter(|(attribute, _)| {
                matches!(
                    attribute,
                    Attribute::AccessKeyId | Attribute::Username | Attribute::ResourceName
                )
            });
            subjects.extend(named.map(|(_, value)| value.clone()));
        }
    }
    subjects.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn no_call(fields: serde_json::Value) -> NoCall {
        NoCall::new(NoCallKind::of_document(&fields).unwrap(), fields)
    }

    #[test]
    fn what_lies_in_several_files_is_told_once() {
        let insight = no_call(
            json!({"eventCategory": "Insight", "eventID": "a", "insightDetails":
            {"eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "insightType": "ApiCallRateInsight"}}),
        );
        let summary = no_call(json!({"eventCategory": "Aggregated", "eventId": "b",
            "summary": {"details": ["arn:aws:iam::1:user/ana"]}}));
        let subjects = ["ana", "arn:aws:iam::1:user/ana", "bo"].map(str::to_owned);
        let mut all = BesideCalls::default();
        for _ in 0..2 {
            let mut part = BesideCalls::default();
            for _ in 0..2 {
                part.add(&insight, &subjects);
                part.add(&summary, &subjects);
            }
            all.merge(part);
        }
        let told: Vec<String> = all
            .not_visible(1)
            .into_iter()
            .map(|entry| format!("{}: {}", entry.what, entry.why))
            .collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].starts_with("1 digest of trail files: "), "{told:?}");
        assert!(told[1].starts_with("1 Insight: "), "{told:?}");
        assert!(told[1].contains("ApiCallRateInsight on iam.amazonaws.com CreateUser"));
        assert!(told[2].contains("1 of them names ana"), "{told:?}");
        assert!(!told[2].contains("bo"), "{told:?}");
    }
}
