//! What to look up next, given what is known: the lookups of the searches, and those of the built-in pivots.
//!
//! Built-in pivots look up what no key leads to: `EventName=ConsoleLogin` once, complete; `Username` for the calls
//! of a console session, which is best-effort (facts: A11); `EventName=AssumeRole` from the first launch on, for the
//! credentials that services were issued. Nothing is asked twice: [`past_lookups`] remembers. Searches for several event
//! names of a source ask by name or by source: [`narrowing`] decides.

mod narrowing;
mod past_lookups;
mod probe;

use std::collections::HashMap;
use std::sync::Arc;

use super::Filter;
use super::gather::{GatheredFacts, GrownLineage};
use super::prepared::PreparedPlaybook;
use crate::analysis::lineage::EARLY;
use crate::detection::{Attribute, Bindings, Calls};
use crate::event::time::Time;
use crate::playbook::RegionScope;
use crate::report::Link;

use narrowing::{Narrowing, NeededNames};
use past_lookups::PastLookups;
pub use past_lookups::{Demand, Purpose};

/// The lookups made and to be made.
#[derive(Debug)]
pub struct Demands {
    past: PastLookups,
    /// Where each scope asks.
    regions: HashMap<RegionScope, Vec<Arc<str>>>,
    /// By Region and event source.
    narrowings: HashMap<(Arc<str>, String), Narrowing>,
}

/// What a search needs of the server.
enum SearchNeed {
    Everything,
    Values(Attribute, Vec<String>),
    Calls(Vec<Calls>),
}

impl Demands {
    /// Within a closed window; `regions` says where a scope asks.
    pub fn within(
        since: Time,
        until: Time,
        regions: impl Fn(RegionScope) -> Vec<Arc<str>>,
    ) -> Self {
        use RegionScope::{All, ControlPlane, Home};
        let scopes = [All, ControlPlane, Home].map(|scope| (scope, regions(scope)));
        Self {
            past: PastLookups::within(since, until),
            regions: scopes.into(),
            narrowings: HashMap::new(),
        }
    }

    /// The lookups of the searches that follow from what is known and were not made yet.
    pub fn of_searches(
        &mut self,
        prepared: &PreparedPlaybook<'_>,
        grown: &GrownLineage,
    ) -> Vec<Demand> {
        let mut needs: Vec<(SearchNeed, RegionScope)> = prepared
            .searches
            .iter()
            .map(|search| {
                (
                    SearchNeed::of(&search.filter, &grown.bindings),
                    search.scope,
                )
            })
            .collect();
        needs.sort_by_key(|(need, _)| need.rank());
        let mut demands = Vec::new();
        let mut wants = NeededNames::new();
        for (need, scope) in needs {
            let regions = self.regions.get(&scope).map_or(&[][..], Vec::as_slice);
            match need {
                SearchNeed::Everything => {
                    demands.extend(self.past.ask(&None, self.past.since, regions));
                }
                SearchNeed::Values(attribute, values) => {
                    for value in values {
                        let since = first_use(attribute, &value, grown);
                        let since = since.unwrap_or(self.past.since);
                        demands.extend(self.past.ask(&Some((attribute, value)), since, regions));
                    }
                }
                SearchNeed::Calls(calls) => {
                    for calls in calls {
                        narrowing::add(&mut wants, &self.past, calls, regions);
                    }
                }
            }
        }
        demands.extend(self.narrow(wants));
        demands
    }

    /// The lookups of the built-in pivots that follow from what is known and were not made yet.
    pub fn of_pivots(
        &mut self,
        prepared: &PreparedPlaybook<'_>,
        gathered: &GatheredFacts,
        grown: &GrownLineage,
    ) -> Vec<Demand> {
        let mut demands = Vec::new();
        let all = self.regions.get(&RegionScope::All);
        let (Some(_), Some(regions)) = (prepared.key_variable, all) else {
            return demands;
        };
        let mut names: Vec<(&str, Time)> = Vec::new();
        if prepared.growth.follows(Link::ConsoleLogin) {
            let since = self.past.since;
            names.extend(gathered.user_names.iter().map(|name| (&**name, since)));
            let users = grown.tree.users.iter();
            names.extend(users.filter_map(|user| Some((&*user.user_name, user.origin.time?))));
        }
        if prepared.growth.follows(Link::RoleSession) {
            let sign_ins = grown.tree.sign_ins.iter();
            names.extend(sign_ins.map(|(name, time)| (&**name, *time)));
        }
        if !names.is_empty() {
            let login = Some((Attribute::EventName, "ConsoleLogin".to_owned()));
            demands.extend(self.past.ask(&login, self.past.since, regions));
        }
        // the earliest need of a name covers the later ones
        names.sort_unstable_by_key(|(_, since)| *since);
        for (name, since) in names {
            let name = Some((Attribute::Username, name.to_owned()));
            demands.extend(self.past.ask(&name, since - EARLY, regions));
        }
        if let Some(launched) = grown.tree.launched {
            let issued = Some((Attribute::EventName, "AssumeRole".to_owned()));
            let demand = self.past.ask_leads(&issued, launched - EARLY, regions);
            demands.extend(demand);
        }
        demands
    }

    /// The lookups made so far, again from `since` to `until`, the window's new end; but those of keys that had expired
    /// by then.
    pub fn again(&mut self, since: Time, until: Time, grown: &GrownLineage) -> Vec<Demand> {
        let expires = |key: &str| grown.tree.nodes[grown.tree.key(key)?].expires_at;
        self.past.again(since, until, |(attribute, value)| {
            *attribute == Attribute::AccessKeyId && expires(value).is_some_and(|end| end < since)
        })
    }

    /// The attributes asked so far that index something that is not in the record (facts: A11).
    pub fn best_effort(&self) -> Vec<&'static str> {
        self.past.best_effort()
    }
}

impl SearchNeed {
    fn of(filter: &Filter<'_>, bindings: &Bindings) -> Self {
        match filter.lookup(bindings) {
            None => Self::Everything,
            Some((attribute, values, _)) => {
                let calls = (attribute == Attribute::EventName).then(|| filter.calls(bindings));
                match calls.flatten() {
                    Some(calls) => Self::Calls(calls),
                    None => Self::Values(attribute, values),
                }
            }
        }
    }

    /// What may cover others comes before them.
    fn rank(&self) -> u8 {
        match self {
            Self::Everything => 0,
            Self::Values(Attribute::EventSource, _) => 1,
            Self::Values(..) => 2,
            Self::Calls(_) => 3,
        }
    }
}

/// A credential cannot have been used before it was issued.
fn first_use(attribute: Attribute, value: &str, grown: &GrownLineage) -> Option<Time> {
    let node = (attribute == Attribute::AccessKeyId)
        .then(|| grown.tree.key(value))
        .flatten()?;
    Some(grown.tree.nodes[node].issued_at? - EARLY)
}

/// How a search is made, for those who want to know.
pub fn explain(
    name: &str,
    filter: &Filter<'_>,
    prepared: &PreparedPlaybook<'_>,
    regions: usize,
) -> String {
    let scope = format!("{regions} Region{}", if regions == 1 { "" } else { "s" });
    let bindings = prepared.initial();
    if let SearchNeed::Calls(calls) = SearchNeed::of(filter, &bindings)
        && calls.iter().any(|calls| calls.names.len() > 1)
    {
        let calls: Vec<String> = calls.iter().map(how_many).collect();
        return format!(
            "search {name}: {} in {scope}; by event source where that is fewer pages",
            calls.join(", ")
        );
    }
    match filter.lookup(&bindings) {
        Some((attribute, values, rest)) => {
            let rest = if rest {
                "; the whole condition is decided on each event here"
            } else {
                ""
            };
            format!(
                "search {name}: {}={} in {scope}{rest}",
                attribute.into_str(),
                values.join(", ")
            )
        }
        None => format!(
            "search {name}: no lookup attribute can be derived: reads every event in {scope}"
        ),
    }
}

fn how_many(calls: &Calls) -> String {
    match calls.names.as_slice() {
        [name] => format!("{name} of {}", calls.source),
        names => format!("{} event names of {}", names.len(), calls.source),
    }
}
