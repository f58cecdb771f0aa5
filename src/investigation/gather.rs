//! What is gathered from events on the way to the answer: facts about credentials, values that pivots found, and
//! the events themselves. Parts gathered side by side merge into one.

use std::collections::{BTreeSet, HashSet};

use super::beside::BesideCalls;
use super::kept::KeptEvents;
use super::prepared::PreparedPlaybook;
use crate::analysis::lineage::Tree;
use crate::analysis::links::Links;
use crate::detection::Bindings;
use crate::event::{Event, path::text_of};

/// Everything gathered so far.
#[derive(Debug, Default)]
pub struct GatheredFacts {
    pub links: Links,
    pub kept: KeptEvents,
    /// Principal ids that used a traced key.
    pub principals: BTreeSet<String>,
    /// What the `Username` attribute holds for them (facts: A11).
    pub user_names: BTreeSet<String>,
    /// Accounts whose records were read.
    pub accounts: BTreeSet<String>,
    /// The Regions of all that was read.
    pub regions: BTreeSet<String>,
    /// What the window before showed: the number of a finding, what its value would be new to, and the value.
    pub habits: HashSet<(usize, String, String)>,
    /// Whether the window before was looked into at all: where it was, what it lacks is new.
    pub saw_before: bool,
    /// What was met beside the calls.
    pub beside: BesideCalls,
    /// Events that a pivot into a variable other than the keys may take a value from.
    candidates: Vec<(usize, Event)>,
    candidate_ids: BTreeSet<(usize, String)>,
}

/// The lineage and the variables, as far as what was gathered takes them.
#[derive(Debug)]
pub struct GrownLineage {
    pub tree: Tree,
    pub bindings: Bindings,
    pub limit: Option<String>,
}

impl GatheredFacts {
    /// Nothing yet; the window before is looked into, or is not.
    pub fn having_seen(before: bool) -> Self {
        Self {
            saw_before: before,
            ..Self::default()
        }
    }

    /// Takes from `event` what may lead on. Does not keep it.
    pub fn observe(&mut self, prepared: &PreparedPlaybook<'_>, event: &Event) {
        if let Some(account) = event.account()
            && !self.accounts.contains(account)
        {
            self.accounts.insert(account.to_owned());
        }
        if let Some(region) = event.region()
            && !self.regions.contains(region)
        {
            self.regions.insert(region.to_owned());
        }
        if prepared.key_variable.is_some() {
            self.observe_links(prepared, event);
        }
        if !prepared.novelties.is_empty() && prepared.is_in_baseline(event) {
            self.saw_before = true;
            if prepared.is_habit(event) {
                self.observe_habits(prepared, event);
            }
        }
        for (number, pivot) in prepared.other_pivots.iter().enumerate() {
            if prepared.may_lead_on(pivot, event) {
                self.add_candidate(number, event);
            }
        }
    }

    fn observe_habits(&mut self, prepared: &PreparedPlaybook<'_>, event: &Event) {
        for (number, when, novelty) in &prepared.novelties {
            // a login that failed makes no address one from which somebody logs in
            if when.matches(event, prepared.bindings_of_pivots()) {
                let values = prepared.novel(novelty, event).into_iter();
                self.habits
                    .extend(values.map(|(per, value)| (*number, per, value)));
            }
        }
    }

    fn observe_links(&mut self, prepared: &PreparedPlaybook<'_>, event: &Event) {
        self.links.observe(event);
        for pivot in &prepared.key_pivots {
            if pivot.when.matches(event, prepared.bindings_of_pivots()) {
                for child in pivot.take.values(event.json()) {
                    self.links.issued(event, &text_of(child));
                }
            }
        }
        let is_subject = |key: &str| prepared.subjects().iter().any(|subject| subject == key);
        if event.access_key_id().is_some_and(is_subject) {
            let identity = event.identity();
            let insert = |set: &mut BTreeSet<String>, text: Option<&str>| {
                if let Some(text) = text.filter(|text| !set.contains(*text)) {
                    set.insert(text.to_owned());
                }
            };
            insert(&mut self.principals, identity.principal_id());
            insert(&mut self.user_names, identity.lookup_username());
        }
    }

    /// Adds what was gathered elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.links.merge(other.links);
        self.kept.merge(other.kept);
        self.principals.extend(other.principals);
        self.user_names.extend(other.user_names);
        self.accounts.extend(other.accounts);
        self.regions.extend(other.regions);
        self.habits.extend(other.habits);
        self.saw_before |= other.saw_before;
        self.beside.merge(other.beside);
        for (number, event) in &other.candidates {
            self.add_candidate(*number, event);
        }
    }

    fn add_candidate(&mut self, pivot: usize, event: &Event) {
        let id = event.id().unwrap_or(event.raw());
        if self.candidate_ids.insert((pivot, id.to_owned())) {
            self.candidates.push((pivot, event.clone()));
        }
    }

    /// The lineage and the variables that follow. Pivots work in rounds, each from the values of the round before,
    /// so that the result does not depend on the order in which events came.
    pub fn grow(&self, prepared: &PreparedPlaybook<'_>) -> GrownLineage {
        let mut bindings = prepared.initial();
        let tree = Tree::grow(prepared.subjects(), &self.links, &prepared.growth);
        if let Some(variable) = prepared.key_variable {
            bindings.set(variable, tree.keys().map(|node| node.id.clone()));
        }
        let mut limit = tree.limit.clone();
        let mut candidates: Vec<&(usize, Event)> = self.candidates.iter().collect();
        candidates.sort_by(|(a, x), (b, y)| (x.order(), a).cmp(&(y.order(), b)));
        for round in 0.. {
            let before = bindings.clone();
            let mut grew = false;
            for (number, event) in &candidates {
                let pivot = &prepared.other_pivots[*number];
                if !prepared.searches[pivot.search]
                    .filter
                    .matches(event, &before, &[])
                {
                    continue;
                }
                for value in pivot.take.values(event.json()) {
                    let value = text_of(value);
                    let known = bindings.values(pivot.into);
                    if known.iter().any(|known| known.eq_ignore_ascii_case(&value)) {
                        continue;
                    }
                    if known.len() >= prepared.growth.values {
                        limit = Some(format!(
                            "the limit of {} values was reached",
                            prepared.growth.values
                        ));
                    } else {
                        grew |= bindings.add(pivot.into, &value);
                    }
                }
            }
            if !grew {
                break;
            }
            if round >= prepared.growth.depth {
                limit = Some(format!(
                    "the depth limit of {} was reached",
                    prepared.growth.depth
                ));
                bindings = before;
                break;
            }
        }
        GrownLineage {
            tree,
            bindings,
            limit,
        }
    }

    /// Grows with everything that may change what [`Self::grow`] gives.
    pub fn version(&self) -> (u64, usize) {
        (self.links.version(), self.candidates.len())
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use serde_json::json;

    use super::super::{BoundSearch, Question};
    use super::*;
    use crate::playbook;
    use crate::report::Window;

    #[test]
    fn only_events_that_may_lead_on_are_held() {
        let playbook = playbook::builtin("ip-trace").unwrap();
        let given = [("ip".to_owned(), "192.0.2.7".to_owned())];
        let question = Question {
            searches: BoundSearch::all_of(&playbook),
            bindings: playbook.bind(&given).unwrap().bindings(Tz::UTC),
            playbook: &playbook,
            parameters: serde_json::Map::new(),
            window: Window {
                since: None,
                until: None,
            },
            baseline: None,
            incident: None,
            timezone: Tz::UTC,
            regions: Vec::new(),
            repeat: Vec::new(),
        };
        let prepared = PreparedPlaybook::of(&question);
        let mut gathered = GatheredFacts::default();
        for (id, ip) in [("a", "192.0.2.7"), ("b", "198.51.100.1")] {
            let record = json!({"eventVersion": "1.08", "eventID": id, "sourceIPAddress": ip,
                "userIdentity": {"accessKeyId": format!("AKIA{id}")}});
            gathered.observe(
                &prepared,
                &Event::parse(record.to_string().as_bytes()).unwrap(),
            );
        }
        assert_eq!(gathered.grow(&prepared).bindings.values("keys"), ["AKIAa"]);
        assert_eq!(gathered.candidates.len(), 1, "no key of another address");
    }
}
