//! By event source or by event names: in each Region what is fewer pages, for all searches together.
//!
//! LookupEvents takes one attribute a call (facts: A2), so that several event names of one source are a lookup each,
//! or one lookup of the source whose events are sorted out here. The first page of the source decides (see
//! [`super::probe`]): then the rest of it is read and no name is asked, or it is dropped and the names are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Demands;
use super::past_lookups::{Demand, PastLookups, Purpose};
use super::probe::Probe;
use crate::detection::{Attribute, Calls};
use crate::plan::lookup::Lookup;

/// How far the question is for one source in one Region, where it came up; that a source is read whole is in [`PastLookups`].
#[derive(Debug)]
pub enum Narrowing {
    Probing(Probe),
    ByNames,
}

/// Event names that are needed and were not asked, by source and Region.
pub type NeededNames = BTreeMap<String, BTreeMap<Arc<str>, BTreeSet<String>>>;

/// What the first page of a source led to.
#[derive(Debug)]
pub struct Decision {
    /// For those who want to know.
    pub explanation: String,
    /// What to ask in its place; `None`: it is to go on.
    pub instead: Option<Vec<Demand>>,
}

/// Adds what of `calls` was asked neither by source nor by name.
pub fn add(wants: &mut NeededNames, past: &PastLookups, calls: Calls, regions: &[Arc<str>]) {
    let regions = past.missing(&Some(by_source(&calls.source)), regions);
    for name in calls.names {
        for region in past.missing(&Some(by_name(&name)), &regions) {
            let of_source = wants.entry(calls.source.clone()).or_default();
            of_source.entry(region).or_default().insert(name.clone());
        }
    }
}

impl Demands {
    /// Asks what is wanted: a name alone by itself, several by a first page of their source.
    pub(super) fn narrow(&mut self, wants: NeededNames) -> Vec<Demand> {
        let mut demands = Vec::new();
        for (source, wants) in wants {
            let mut probed: BTreeMap<Arc<str>, BTreeSet<String>> = BTreeMap::new();
            let mut named: BTreeMap<String, Vec<Arc<str>>> = BTreeMap::new();
            for (region, names) in wants {
                let place = (Arc::clone(&region), source.clone());
                match self.narrowings.get_mut(&place) {
                    Some(Narrowing::Probing(probe)) => probe.names.extend(names),
                    None if names.len() > 1 => drop(probed.insert(region, names)),
                    Some(Narrowing::ByNames) | None => {
                        for name in names {
                            named.entry(name).or_default().push(Arc::clone(&region));
                        }
                    }
                }
            }
            demands.extend(self.start(&source, probed));
            for (name, regions) in named {
                demands.extend(
                    self.past
                        .ask(&Some(by_name(&name)), self.past.since, &regions),
                );
            }
        }
        demands
    }

    fn start(
        &mut self,
        source: &str,
        wants: BTreeMap<Arc<str>, BTreeSet<String>>,
    ) -> Option<Demand> {
        let lookup = Arc::new(Lookup {
            attribute: Some(by_source(source)),
            since: self.past.since,
            until: self.past.until,
        });
        let regions: Vec<Arc<str>> = wants.keys().cloned().collect();
        for (region, names) in wants {
            let probe = Probe::new(Arc::clone(&lookup), names);
            let place = (region, source.to_owned());
            self.narrowings.insert(place, Narrowing::Probing(probe));
        }
        (!regions.is_empty()).then_some(Demand {
            lookup,
            regions,
            purpose: Purpose::Probe,
        })
    }

    /// The probe that `lookup` is in `region`, where it is one and nothing is decided yet.
    pub fn probe(&mut self, region: &Arc<str>, lookup: &Arc<Lookup>) -> Option<&mut Probe> {
        match self.narrowings.get_mut(&place(region, lookup)?) {
            Some(Narrowing::Probing(probe)) if Arc::ptr_eq(&probe.lookup, lookup) => Some(probe),
            _ => None,
        }
    }

    /// The probe `lookup` has shown its first page, and that about `pages_left` are left.
    pub fn decide(
        &mut self,
        region: &Arc<str>,
        lookup: &Arc<Lookup>,
        pages_left: i64,
    ) -> Option<Decision> {
        let probe = self.probe(region, lookup)?;
        let expected = probe.expected(pages_left);
        let explanation = format!("{region}: {}", probe.explanation(expected));
        if expected.prefers_source() {
            self.read(region, lookup);
            return Some(Decision {
                explanation,
                instead: None,
            });
        }
        let names = std::mem::take(&mut probe.names);
        self.narrowings
            .insert(place(region, lookup)?, Narrowing::ByNames);
        let region = std::slice::from_ref(region);
        let mut demands = Vec::new();
        for name in names {
            demands.extend(
                self.past
                    .ask(&Some(by_name(&name)), self.past.since, region),
            );
        }
        Some(Decision {
            explanation,
            instead: Some(demands),
        })
    }

    /// `lookup` has ended: where it was a probe, its first page was all of it. What to say of that.
    pub fn ended(&mut self, region: &Arc<str>, lookup: &Arc<Lookup>) -> Option<String> {
        let explanation = self.probe(region, lookup)?.explanation_of_end();
        self.read(region, lookup);
        Some(format!("{region}: {}", explanation?))
    }

    /// The source is read, or being read, whole.
    fn read(&mut self, region: &Arc<str>, lookup: &Lookup) {
        self.past.mark_read(lookup.attribute.clone(), region);
        if let Some(place) = place(region, lookup) {
            self.narrowings.remove(&place);
        }
    }
}

fn place(region: &Arc<str>, lookup: &Lookup) -> Option<(Arc<str>, String)> {
    match &lookup.attribute {
        Some((Attribute::EventSource, source)) => Some((Arc::clone(region), source.clone())),
        _ => None,
    }
}

fn by_source(source: &str) -> (Attribute, String) {
    (Attribute::EventSource, source.to_owned())
}

fn by_name(name: &str) -> (Attribute, String) {
    (Attribute::EventName, name.to_owned())
}
