//! What was asked so far: each attribute value, where, and since when. Nothing is asked twice.
//!
//! Every lookup reaches to the window's end, so that one time says how far back it was asked. Reading everything
//! covers the lookups whose attribute is in the record; of the others the server's word is wanted (facts: A11).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::Duration;

use crate::detection::Attribute;
use crate::event::time::Time;
use crate::plan::lookup::Lookup;

/// What a lookup asks for; `None` is everything.
pub type LookupAttribute = Option<(Attribute, String)>;

/// One lookup to make, and where.
#[derive(Debug)]
pub struct Demand {
    pub lookup: Arc<Lookup>,
    pub regions: Vec<Arc<str>>,
    pub purpose: Purpose,
}

/// What a lookup is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    Answer,
    /// Its events only lead on: they are no part of the answer.
    Leads,
    /// Its first page decides whether the rest of it is wanted.
    Probe,
}

/// What was asked within a window.
#[derive(Debug)]
pub struct PastLookups {
    pub since: Time,
    pub until: Time,
    /// For the answer.
    answers: HashMap<LookupAttribute, HashMap<Arc<str>, Time>>,
    /// For what leads on only: the answer cannot rely on them.
    leads: HashMap<LookupAttribute, HashMap<Arc<str>, Time>>,
}

impl PastLookups {
    /// Nothing yet, within a closed window.
    pub fn within(since: Time, until: Time) -> Self {
        Self {
            since,
            until,
            answers: HashMap::new(),
            leads: HashMap::new(),
        }
    }

    /// The lookups for whatever of `since` to the window's end was not asked yet in `regions`.
    pub fn ask(
        &mut self,
        what: &LookupAttribute,
        since: Time,
        regions: &[Arc<str>],
    ) -> Vec<Demand> {
        self.ask_for(Purpose::Answer, what, since, regions)
    }

    /// The same, for events that only lead on.
    pub fn ask_leads(
        &mut self,
        what: &LookupAttribute,
        since: Time,
        regions: &[Arc<str>],
    ) -> Vec<Demand> {
        self.ask_for(Purpose::Leads, what, since, regions)
    }

    /// Everything asked so far, to be asked again from `since` to `until`, the window's new end; but what is `over`.
    pub fn again(
        &mut self,
        since: Time,
        until: Time,
        over: impl Fn(&(Attribute, String)) -> bool,
    ) -> Vec<Demand> {
        self.until = until;
        let mut demands = Vec::new();
        for (asked, purpose) in [
            (&self.answers, Purpose::Answer),
            (&self.leads, Purpose::Leads),
        ] {
            let wanted = asked
                .iter()
                .filter(|(what, _)| !what.as_ref().is_some_and(&over));
            for (what, regions) in wanted {
                let mut starts: BTreeMap<Time, Vec<Arc<str>>> = BTreeMap::new();
                for (region, from) in regions {
                    let regions = starts.entry(since.max(*from)).or_default();
                    regions.push(Arc::clone(region));
                }
                demands.extend(starts.into_iter().map(|(since, regions)| Demand {
                    lookup: Arc::new(Lookup {
                        attribute: what.clone(),
                        since,
                        until,
                    }),
                    regions,
                    purpose,
                }));
            }
        }
        demands
    }

    /// Remembers that `what` was asked for the whole window.
    pub fn mark_read(&mut self, what: LookupAttribute, region: &Arc<str>) {
        let asked = self.answers.entry(what).or_default();
        asked.insert(Arc::clone(region), self.since);
    }

    /// Those of `regions` in which `what` was not asked for the whole window.
    pub fn missing(&self, what: &LookupAttribute, regions: &[Arc<str>]) -> Vec<Arc<str>> {
        let is_missing = |region: &&Arc<str>| self.from(Purpose::Answer, what, region) > self.since;
        regions.iter().filter(is_missing).cloned().collect()
    }

    /// The attributes asked so far that index something that is not in the record (facts: A11).
    pub fn best_effort(&self) -> Vec<&'static str> {
        let attributes = self
            .answers
            .keys()
            .flatten()
            .map(|(attribute, _)| attribute);
        let mut names: Vec<&str> = attributes
            .filter(|attribute| attribute.field().is_none())
            .map(Attribute::into_str)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn ask_for(
        &mut self,
        purpose: Purpose,
        what: &LookupAttribute,
        since: Time,
        regions: &[Arc<str>],
    ) -> Vec<Demand> {
        let since = since.max(self.since);
        let mut ends: BTreeMap<Time, Vec<Arc<str>>> = BTreeMap::new();
        for region in regions {
            let from = self.from(purpose, what, region);
            if since < from {
                ends.entry(from).or_default().push(Arc::clone(region));
            }
        }
        let asked = match purpose {
            Purpose::Leads => &mut self.leads,
            Purpose::Answer | Purpose::Probe => &mut self.answers,
        };
        for region in ends.values().flatten() {
            let asked = asked.entry(what.clone()).or_default();
            asked.insert(Arc::clone(region), since);
        }
        let demand = |(from, regions): (Time, _)| Demand {
            lookup: Arc::new(Lookup {
                attribute: what.clone(),
                since,
                until: from - Duration::seconds(1),
            }),
            regions,
            purpose,
        };
        ends.into_iter().map(demand).collect()
    }

    /// From when on `what` was asked in `region`: after the window, where it was not.
    fn from(&self, purpose: Purpose, what: &LookupAttribute, region: &str) -> Time {
        let is_in_record = |(attribute, _): &(Attribute, String)| attribute.field().is_some();
        let of = |asked: &HashMap<LookupAttribute, HashMap<Arc<str>, Time>>,
                  what: &LookupAttribute| {
            asked.get(what)?.get(region).copied()
        };
        let itself = of(&self.answers, what);
        let leads = (purpose == Purpose::Leads)
            .then(|| of(&self.leads, what))
            .flatten();
        let everything = what
            .as_ref()
            .is_none_or(is_in_record)
            .then(|| of(&self.answers, &None))
            .flatten();
        let from = [itself, leads, everything].into_iter().flatten().min();
        from.unwrap_or(self.until + Duration::seconds(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::of_unix(1_700_000_000 + seconds).unwrap()
    }

    fn regions(names: &[&str]) -> Vec<Arc<str>> {
        names.iter().map(|name| (*name).into()).collect()
    }

    fn name(value: &str) -> (Attribute, String) {
        (Attribute::EventName, value.to_owned())
    }

    /// `since..until Regions`, for each lookup.
    fn ranges(demands: &[Demand]) -> Vec<String> {
        let seconds = |time: Time| (time - at(0)).num_seconds();
        let range = |demand: &Demand| {
            let Lookup { since, until, .. } = *demand.lookup;
            let regions = demand.regions.join(" ");
            format!("{}..{} {regions}", seconds(since), seconds(until))
        };
        demands.iter().map(range).collect()
    }

    #[test]
    fn only_what_was_not_asked_is_asked() {
        let mut asked = PastLookups::within(at(0), at(100));
        let (here, both) = (regions(&["here"]), regions(&["here", "there"]));
        assert_eq!(
            ranges(&asked.ask(&Some(name("x")), at(50), &here)),
            ["50..100 here"]
        );
        assert!(asked.ask(&Some(name("x")), at(60), &here).is_empty());
        let rest = asked.ask(&Some(name("x")), at(-10), &both);
        assert_eq!(ranges(&rest), ["0..49 here", "0..100 there"]);
        assert!(asked.missing(&Some(name("x")), &both).is_empty());
        assert_eq!(asked.missing(&Some(name("y")), &both), both);
    }

    #[test]
    fn what_was_asked_is_asked_again_to_a_later_end() {
        let mut asked = PastLookups::within(at(0), at(100));
        let (here, both) = (regions(&["here"]), regions(&["here", "there"]));
        assert_eq!(asked.ask(&Some(name("x")), at(0), &here).len(), 1);
        assert_eq!(asked.ask(&Some(name("over")), at(0), &both).len(), 1);
        let over = |what: &(Attribute, String)| what.1 == "over";
        let again = asked.again(at(50), at(200), over);
        assert_eq!(ranges(&again), ["50..200 here"]);
        let new = asked.ask(&Some(name("y")), at(120), &here);
        assert_eq!(ranges(&new), ["120..200 here"], "the window has a new end");
        assert!(asked.ask(&Some(name("x")), at(0), &here).is_empty());
        let mut again = ranges(&asked.again(at(50), at(300), over));
        again.sort();
        assert_eq!(again, ["120..300 here", "50..300 here"]);
    }

    #[test]
    fn an_answer_does_not_rely_on_what_only_led_on() {
        let mut asked = PastLookups::within(at(0), at(100));
        let here = regions(&["here"]);
        assert_eq!(asked.ask_leads(&Some(name("x")), at(50), &here).len(), 1);
        assert_eq!(
            ranges(&asked.ask(&Some(name("x")), at(0), &here)),
            ["0..100 here"]
        );
        assert!(asked.ask_leads(&Some(name("x")), at(0), &here).is_empty());
    }

    #[test]
    fn everything_covers_what_is_in_the_record() {
        let mut asked = PastLookups::within(at(0), at(100));
        let both = regions(&["here", "there"]);
        assert_eq!(asked.ask(&None, at(0), &both[..1]).len(), 1);
        assert_eq!(
            ranges(&asked.ask(&Some(name("x")), at(0), &both)),
            ["0..100 there"]
        );
        let user = Some((Attribute::Username, "x".to_owned()));
        assert_eq!(
            ranges(&asked.ask(&user, at(0), &both)),
            ["0..100 here there"]
        );
        assert_eq!(asked.best_effort(), ["Username"]);
    }
}
