//! A correlation run over events in the order of time: what is within reach of the last event of each group is held,
//! and the incidents that were found. How two events compare is said in [`super`].

use std::collections::{BTreeSet, HashMap, VecDeque};

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::{Correlation, Count};
use crate::detection::values_of;
use crate::event::time::Time;
use crate::event::{Event, FieldPath, path::text_of};

/// So many groups are held before those of which nothing is within reach are let go.
const CROWD: usize = 1024;

/// Events that met a correlation together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// What the events have in common: each name of `group-by`, and its value.
    pub group: Vec<(String, String)>,
    /// Events, or distinct values or rules, of the whole incident.
    pub count: u64,
    /// The same in its fullest window; where that is all of it, `count`.
    pub peak: u64,
    /// The distinct values that were counted, or the names of the rules that occurred; none of events.
    pub values: Vec<String>,
    pub events: u64,
    /// How many of the events are calls that failed, and the error of the first that did.
    pub failed: u64,
    pub error: Option<String>,
    pub first: Time,
    pub last: Time,
    /// In the order of time.
    pub event_ids: Vec<String>,
    /// ARNs that the records list, each once.
    pub resources: Vec<String>,
    /// The account of all of them; none where they are of several.
    pub account: Option<String>,
}

/// One correlation over a stream of events.
#[derive(Debug)]
pub struct CorrelationWatch<'c> {
    correlation: &'c Correlation,
    timezone: Tz,
    groups: HashMap<Vec<String>, GroupWindow>,
    over: Vec<Incident>,
    /// How many groups are too many: then those that are out of reach are let go.
    crowded: usize,
}

/// What is within reach in one group.
#[derive(Debug, Default)]
struct GroupWindow {
    /// The events of the window that ends with the last; those that an open incident has come first.
    window: VecDeque<WindowEvent>,
    /// How often each value occurs among them.
    values: HashMap<String, usize>,
    open: Option<OpenIncident>,
}

/// What an incident needs of an event.
#[derive(Debug)]
struct WindowEvent {
    time: Time,
    id: Option<String>,
    values: BTreeSet<String>,
    resources: Vec<String>,
    account: Option<String>,
    failed: bool,
    error: Option<String>,
    /// It belongs to the open incident.
    in_incident: bool,
}

/// An incident to which events may still be added: those that left the window.
#[derive(Debug)]
struct OpenIncident {
    group: Vec<(String, String)>,
    peak: u64,
    first: Time,
    last: Time,
    events: u64,
    failed: u64,
    error: Option<(Time, String)>,
    ids: Vec<(Time, String)>,
    values: BTreeSet<String>,
    resources: BTreeSet<String>,
    accounts: BTreeSet<Option<String>>,
}

impl<'c> CorrelationWatch<'c> {
    /// `timezone` is that of the fields `x.localHour`, `x.localTime` and `x.weekday`.
    pub fn new(correlation: &'c Correlation, timezone: Tz) -> Self {
        Self {
            correlation,
            timezone,
            groups: HashMap::new(),
            over: Vec::new(),
            crowded: CROWD,
        }
    }

    /// `event` matched the rule at `rule` of the correlation's. Events come in the order of time, all matches of one
    /// event one after the other. An event without a time is passed over.
    pub fn hit(&mut self, rule: usize, event: &Event) {
        let Some(time) = event.time() else { return };
        let Some(group) = self.correlation.group(rule, event, self.timezone) else {
            return;
        };
        let values = match &self.correlation.count {
            Count::Events => BTreeSet::new(),
            Count::Values(field) => texts(event, field, self.timezone),
            Count::Rules => {
                let rule = self.correlation.rules.get(rule);
                rule.map(|rule| rule.name.clone()).into_iter().collect()
            }
        };
        if values.is_empty() && self.correlation.count != Count::Events {
            return;
        }
        let reach = self.correlation.timespan.length;
        let most = self.correlation.bounds.most;
        let held = self.groups.entry(group).or_default();
        self.over.extend(held.leave(time, reach, most));
        held.enter(WindowEvent::of(event, time), values);
        let count = match self.correlation.count {
            Count::Events => held.window.len(),
            _ => held.values.len(),
        };
        if count as u64 >= self.correlation.bounds.least {
            let names = self.correlation.groups.iter().map(|group| &group.name);
            held.tell(time, count as u64, || {
                let values = self.correlation.group(rule, event, self.timezone);
                names.cloned().zip(values.into_iter().flatten()).collect()
            });
        }
        self.let_go(time);
    }

    /// Forgets groups that the next event cannot reach, now and then, so that each event pays a little.
    fn let_go(&mut self, now: Time) {
        if self.groups.len() < self.crowded {
            return;
        }
        let reach = self.correlation.timespan.length;
        let most = self.correlation.bounds.most;
        let over = &mut self.over;
        self.groups.retain(|_, group| {
            over.extend(group.leave(now, reach, most));
            !group.window.is_empty()
        });
        self.crowded = CROWD.max(2 * self.groups.len());
    }

    /// Every incident, in the order of time.
    pub fn finish(mut self) -> Vec<Incident> {
        let most = self.correlation.bounds.most;
        for group in self.groups.into_values() {
            self.over.extend(group.finish(most));
        }
        self.over
            .sort_by(|a, b| (a.first, a.last, &a.group).cmp(&(b.first, b.last, &b.group)));
        self.over
    }
}

impl Correlation {
    /// What `event` has in common with others of its group; `None` where it lacks a field.
    fn group(&self, rule: usize, event: &Event, timezone: Tz) -> Option<Vec<String>> {
        let value = |field: &FieldPath| {
            let values = texts(event, field, timezone);
            let values: Vec<String> = values.into_iter().collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        let groups = self.groups.iter();
        groups.map(|group| value(group.fields.get(rule)?)).collect()
    }
}

/// The values at `field` as texts, each once; an empty one is none.
fn texts(event: &Event, field: &FieldPath, timezone: Tz) -> BTreeSet<String> {
    let values = values_of(event, field, timezone);
    let texts = values.iter().map(|value| text_of(value).into_owned());
    texts.filter(|text| !text.is_empty()).collect()
}

impl WindowEvent {
    fn of(event: &Event, time: Time) -> Self {
        Self {
            time,
            id: event.id().map(str::to_owned),
            values: BTreeSet::new(),
            resources: event.resource_arns().map(str::to_owned).collect(),
            account: event.account().map(str::to_owned),
            failed: event.failed(),
            error: event.error_code().map(str::to_owned),
            in_incident: false,
        }
    }
}

impl GroupWindow {
    /// Lets go what `now` does not reach; the incident that thereby ends.
    fn leave(&mut self, now: Time, reach: TimeDelta, most: u64) -> Option<Incident> {
        let out_of_reach = |seen: &mut WindowEvent| now - seen.time > reach;
        while let Some(seen) = self.window.pop_front_if(out_of_reach) {
            for value in &seen.values {
                if let Some(times) = self.values.get_mut(value) {
                    *times -= 1;
                    if *times == 0 {
                        self.values.remove(value);
                    }
                }
            }
            self.absorb(seen);
        }
        // no later window shares an event with it
        let is_over = !self.window.front().is_some_and(|seen| seen.in_incident);
        self.open.take_if(|_| is_over)?.finish(most)
    }

    fn enter(&mut self, mut seen: WindowEvent, values: BTreeSet<String>) {
        // the same event, as another rule describes it
        let again = self
            .window
            .pop_back_if(|last| last.id.is_some() && last.id == seen.id);
        if let Some(again) = again {
            seen = again;
        }
        for value in values {
            if seen.values.insert(value.clone()) {
                *self.values.entry(value).or_default() += 1;
            }
        }
        self.window.push_back(seen);
    }

    /// The window meets the lower bound with `count`: all of it belongs to one incident.
    fn tell(&mut self, now: Time, count: u64, group: impl FnOnce() -> Vec<(String, String)>) {
        let first = self.window.front().map_or(now, |seen| seen.time);
        let open = self
            .open
            .get_or_insert_with(|| OpenIncident::new(group(), first));
        open.peak = open.peak.max(count);
        open.last = now;
        for seen in self
            .window
            .iter_mut()
            .rev()
            .take_while(|seen| !seen.in_incident)
        {
            seen.in_incident = true;
        }
    }

    fn absorb(&mut self, seen: WindowEvent) {
        if let Some(open) = self.open.as_mut().filter(|_| seen.in_incident) {
            open.absorb(seen);
        }
    }

    fn finish(mut self, most: u64) -> Option<Incident> {
        while let Some(seen) = self.window.pop_front() {
            self.absorb(seen);
        }
        self.open?.finish(most)
    }
}

impl OpenIncident {
    fn new(group: Vec<(String, String)>, first: Time) -> Self {
        Self {
            group,
            peak: 0,
            first,
            last: first,
            events: 0,
            failed: 0,
            error: None,
            ids: Vec::new(),
            values: BTreeSet::new(),
            resources: BTreeSet::new(),
            accounts: BTreeSet::new(),
        }
    }

    fn absorb(&mut self, seen: WindowEvent) {
        self.events += 1;
        self.failed += u64::from(seen.failed);
        let error = seen.error.map(|error| (seen.time, error));
        self.error = self.error.take().into_iter().chain(error).min();
        self.ids.extend(seen.id.map(|id| (seen.time, id)));
        self.values.extend(seen.values);
        self.resources.extend(seen.resources);
        self.accounts.insert(seen.account);
    }

    /// The incident, unless its fullest window holds more than `most`.
    fn finish(mut self, most: u64) -> Option<Incident> {
        self.ids.sort();
        let incident = Incident {
            group: self.group,
            count: if self.values.is_empty() {
                self.events
            } else {
                self.values.len() as u64
            },
            peak: self.peak,
            values: self.values.into_iter().collect(),
            events: self.events,
            failed: self.failed,
            error: self.error.map(|(_, error)| error),
            first: self.first,
            last: self.last,
            event_ids: self.ids.into_iter().map(|(_, id)| id).collect(),
            resources: self.resources.into_iter().collect(),
            account: match self.accounts.len() {
                1 => self.accounts.pop_first().flatten(),
                _ => None,
            },
        };
        (incident.peak <= most).then_some(incident)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{FAILURES, event, parse};
    use super::*;

    #[test]
    fn groups_that_are_out_of_reach_are_let_go() {
        let correlation = parse(&FAILURES.replace("gte: 3", "gte: 2")).unwrap();
        let mut watch = CorrelationWatch::new(&correlation, Tz::UTC);
        for n in 0..5000 {
            let user = format!("user{n}");
            watch.hit(0, &event(n, "a", &user, "z"));
            watch.hit(0, &event(n, "b", &user, "z"));
            assert!(watch.groups.len() <= CROWD);
        }
        assert_eq!(watch.finish().len(), 5000);
    }
}
