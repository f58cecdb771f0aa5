//! What to look up next, given what is known: the lookups of the searches, and those of the built-in pivots.
//!
//! Built-in pivots look up what no key leads to: `EventName=ConsoleLogin` once, complete; `Username` for the calls
//! of a console session, which is best-effort (facts: A11); `EventName=AssumeRole` from the first launch on, for the
//! credentials that services were issued. Nothing is asked twice.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::Filter;
use super::gather::{Gathered, Grown};
use super::rules::Rules;
use crate::analysis::lineage::EARLY;
use crate::detection::Attribute;
use crate::plan::lookup::Lookup;
use crate::playbook::RegionScope;
use crate::report::Link;

type Time = DateTime<Utc>;

/// One lookup to make, and where.
#[derive(Debug)]
pub struct Demand {
    pub lookup: Arc<Lookup>,
    pub scope: RegionScope,
    /// Its events only lead on: they are no part of the answer.
    pub only_leads: bool,
}

/// What was asked so far: each attribute value, and since when.
#[derive(Debug)]
pub struct Demands {
    since: Time,
    until: Time,
    asked: HashMap<(Option<(Attribute, String)>, RegionScope), Time>,
}

impl Demands {
    /// Within a closed window.
    pub fn within(since: Time, until: Time) -> Self {
        Self {
            since,
            until,
            asked: HashMap::new(),
        }
    }

    /// The lookups that follow from what is known and were not made yet.
    pub fn next(&mut self, rules: &Rules<'_>, gathered: &Gathered, grown: &Grown) -> Vec<Demand> {
        let mut demands = Vec::new();
        for search in rules.searches {
            match search.filter.lookup(&grown.bindings) {
                None => demands.extend(self.ask(None, self.since, search.scope)),
                Some((attribute, values, _)) => {
                    for value in values {
                        let since = self.first_use(attribute, &value, grown);
                        demands.extend(self.ask(Some((attribute, value)), since, search.scope));
                    }
                }
            }
        }
        if rules.key_variable.is_some() {
            self.pivots(rules, gathered, grown, &mut demands);
        }
        demands
    }

    /// The attributes asked so far that index something that is not in the record (facts: A11).
    pub fn best_effort(&self) -> Vec<&'static str> {
        let asked = self.asked.keys().filter_map(|(asked, _)| asked.as_ref());
        let mut names: Vec<&str> = asked
            .filter(|(attribute, _)| attribute.field().is_none())
            .map(|(attribute, _)| attribute.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn pivots(
        &mut self,
        rules: &Rules<'_>,
        gathered: &Gathered,
        grown: &Grown,
        demands: &mut Vec<Demand>,
    ) {
        let mut names: Vec<(&str, Time)> = Vec::new();
        if rules.growth.follows(Link::ConsoleLogin) {
            names.extend(
                gathered
                    .user_names
                    .iter()
                    .map(|name| (name.as_str(), self.since)),
            );
            let users = grown.tree.users.iter();
            names.extend(users.filter_map(|user| Some((&*user.user_name, user.origin.time?))));
        }
        if rules.growth.follows(Link::RoleSession) {
            names.extend(
                grown
                    .tree
                    .sign_ins
                    .iter()
                    .map(|(name, time)| (&**name, *time)),
            );
        }
        if !names.is_empty() {
            let login = Some((Attribute::EventName, "ConsoleLogin".to_owned()));
            demands.extend(self.ask(login, self.since, RegionScope::All));
        }
        // the earliest need of a name covers the later ones
        names.sort_unstable_by_key(|(_, since)| *since);
        for (name, since) in names {
            let name = Some((Attribute::Username, name.to_owned()));
            demands.extend(self.ask(name, since - EARLY, RegionScope::All));
        }
        if let Some(launched) = grown.tree.launched {
            let issued = Some((Attribute::EventName, "AssumeRole".to_owned()));
            let demand = self.ask(issued, launched - EARLY, RegionScope::All);
            demands.extend(demand.map(|demand| Demand {
                only_leads: true,
                ..demand
            }));
        }
    }

    /// A credential cannot have been used before it was issued.
    fn first_use(&self, attribute: Attribute, value: &str, grown: &Grown) -> Time {
        let issued = (attribute == Attribute::AccessKeyId)
            .then(|| grown.tree.key(value))
            .flatten()
            .and_then(|node| grown.tree.nodes[node].issued_at);
        issued.map_or(self.since, |issued| issued - EARLY)
    }

    /// The lookup for whatever of `since` to the window's end was not asked yet.
    fn ask(
        &mut self,
        attribute: Option<(Attribute, String)>,
        since: Time,
        scope: RegionScope,
    ) -> Option<Demand> {
        let since = since.max(self.since);
        let asked = self
            .asked
            .entry((attribute.clone(), scope))
            .or_insert(self.until + Duration::seconds(1));
        if since >= *asked {
            return None;
        }
        let until = *asked - Duration::seconds(1);
        *asked = since;
        Some(Demand {
            lookup: Arc::new(Lookup {
                attribute,
                since,
                until,
            }),
            scope,
            only_leads: false,
        })
    }
}

/// How a search is made, for those who want to know.
pub fn explain(name: &str, filter: &Filter<'_>, rules: &Rules<'_>, regions: usize) -> String {
    let scope = format!("{regions} Region{}", if regions == 1 { "" } else { "s" });
    match filter.lookup(&rules.initial()) {
        Some((attribute, values, rest)) => {
            let rest = if rest {
                "; the whole condition is decided on each event here"
            } else {
                ""
            };
            format!(
                "search {name}: {}={} in {scope}{rest}",
                attribute.as_str(),
                values.join(", ")
            )
        }
        None => format!(
            "search {name}: no lookup attribute can be derived: reads every event in {scope}"
        ),
    }
}
