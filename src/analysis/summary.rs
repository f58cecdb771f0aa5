//! The summary: who, from where, with what, when, and what failed; and what of it is new.
//!
//! New is a value that the traced principal itself had not used before the incident began. That is `--incident`, or
//! an hour before the first suspicious event: who comes in from somewhere new looks around before doing anything
//! that stands out. Where the principal was not seen before that, nothing can be called new.

use std::collections::HashMap;

use crate::event::Event;
use crate::event::services::short_name;
use crate::event::time::Time;
use crate::report::{Summary, Tally};

/// The dimensions in which a value can be new.
#[derive(Debug, Default)]
struct Habits {
    first_seen: Option<Time>,
    source_ips: HashMap<String, Time>,
    user_agents: HashMap<String, Time>,
    regions: HashMap<String, Time>,
    services: HashMap<String, Time>,
}

/// Folds events into a [`Summary`].
#[derive(Debug, Default)]
pub struct Fold {
    events: u64,
    first: Option<Time>,
    last: Option<Time>,
    event_names: Tallies,
    principals: Tallies,
    access_keys: Tallies,
    source_ips: Tallies,
    user_agents: Tallies,
    regions: Tallies,
    services: Tallies,
    errors: Tallies,
    habits: Habits,
}

impl Fold {
    /// An event of the answer.
    pub fn add(&mut self, event: &Event) {
        self.events += 1;
        self.first = self.first.into_iter().chain(event.time()).min();
        self.last = self.last.max(event.time());
        self.event_names.add(event.name(), event);
        self.principals.add(event.identity().label(), event);
        self.access_keys.add(event.access_key_id(), event);
        self.source_ips.add(event.source_ip(), event);
        self.user_agents.add(event.user_agent(), event);
        self.regions.add(event.region(), event);
        self.services.add(event.source().map(short_name), event);
        self.errors.add(event.error_code(), event);
    }

    /// An event of the traced principal itself, whatever credential it used: what it is used to.
    pub fn add_habit(&mut self, event: &Event) {
        let Some(time) = event.time() else { return };
        let habits = &mut self.habits;
        habits.first_seen = habits.first_seen.into_iter().chain(Some(time)).min();
        for (known, value) in [
            (&mut habits.source_ips, event.source_ip()),
            (&mut habits.user_agents, event.user_agent()),
            (&mut habits.regions, event.region()),
            (&mut habits.services, event.source().map(short_name)),
        ] {
            if let Some(value) = value {
                let first = known.entry(value.to_owned()).or_insert(time);
                *first = time.min(*first);
            }
        }
    }

    /// The summary, with `incident` as the time from which on values can be new.
    pub fn finish(self, incident: Option<Time>) -> Summary {
        let known_before =
            incident.filter(|incident| self.habits.first_seen.is_some_and(|t| t < *incident));
        let marked = |tallies: Tallies, habits: &HashMap<String, Time>| {
            let mut list = tallies.list();
            if let Some(incident) = known_before {
                for tally in &mut list {
                    tally.new = Some(
                        habits
                            .get(&tally.value)
                            .is_none_or(|first| *first >= incident),
                    );
                }
            }
            list
        };
        Summary {
            events: self.events,
            first_event: self.first,
            last_event: self.last,
            incident,
            event_names: self.event_names.list(),
            principals: self.principals.list(),
            access_keys: self.access_keys.list(),
            source_ips: marked(self.source_ips, &self.habits.source_ips),
            user_agents: marked(self.user_agents, &self.habits.user_agents),
            regions: marked(self.regions, &self.habits.regions),
            services: marked(self.services, &self.habits.services),
            errors: self.errors.list(),
        }
    }
}

#[derive(Debug, Default)]
struct Tallies(HashMap<String, Tally>);

impl Tallies {
    fn add(&mut self, value: Option<&str>, event: &Event) {
        let Some(value) = value else { return };
        if !self.0.contains_key(value) {
            let tally = Tally {
                value: value.to_owned(),
                count: 0,
                failed: 0,
                first: None,
                last: None,
                new: None,
            };
            self.0.insert(value.to_owned(), tally);
        }
        if let Some(tally) = self.0.get_mut(value) {
            tally.count += 1;
            tally.failed += u64::from(event.failed());
            tally.first = tally.first.into_iter().chain(event.time()).min();
            tally.last = tally.last.max(event.time());
        }
    }

    /// Most frequent first, then by value.
    fn list(self) -> Vec<Tally> {
        let mut list: Vec<Tally> = self.0.into_values().collect();
        list.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(time: &str, ip: &str) -> Event {
        let raw =
            format!(r#"{{"eventVersion":"1.08","eventTime":"{time}","sourceIPAddress":"{ip}"}}"#);
        Event::parse(raw.as_bytes()).unwrap()
    }

    #[test]
    fn new_is_what_the_principal_had_not_used_before_the_incident() {
        let mut fold = Fold::default();
        for (time, ip) in [
            ("2026-01-01T00:00:00Z", "192.0.2.1"),
            ("2026-01-02T00:00:00Z", "203.0.113.9"),
        ] {
            fold.add(&event(time, ip));
            fold.add_habit(&event(time, ip));
        }
        fold.add(&event("2026-01-02T00:00:01Z", "192.0.2.1"));
        let summary = fold.finish(Some("2026-01-02T00:00:00Z".parse().unwrap()));
        let marks: Vec<_> = summary
            .source_ips
            .iter()
            .map(|t| (t.value.as_str(), t.count, t.new))
            .collect();
        assert_eq!(
            marks,
            [
                ("192.0.2.1", 2, Some(false)),
                ("203.0.113.9", 1, Some(true))
            ]
        );
    }

    #[test]
    fn nothing_is_new_where_nothing_came_before() {
        let mut fold = Fold::default();
        let only = event("2026-01-02T00:00:00Z", "203.0.113.9");
        fold.add(&only);
        fold.add_habit(&only);
        let summary = fold.finish(only.time());
        assert_eq!(summary.source_ips[0].new, None);
    }
}
