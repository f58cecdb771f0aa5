//! Alerts folded as the formatter tells them: what at once, what in a digest, what is only counted. What is held grows
//! with rules and actors, not with events.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, TimeDelta};

use super::Alerting;
use crate::alerting::alert_rule::AlertRule;
use crate::alerting::reads::{UNSURE, WRITING};
use crate::alerting::settings::{AlertDecision, decide, is_read_only, target};
use crate::event::time::Time;
use crate::event::{Event, who};
use crate::report::Level;
use crate::report::alerting::backtest::{BusyDay, Noise, Totals};

/// What follows an alert of the same rule, actor and target for so long is told in one more message.
const STORM: TimeDelta = TimeDelta::minutes(10);

/// Account and actor: each account has a stack of its own.
type AccountActor = (Option<String>, String);
/// Rule, actor and target.
type AlertKey = (String, AccountActor, String);

/// Folds events, in the order of time.
pub struct Fold<'a> {
    alerting: &'a Alerting<'a>,
    today: NaiveDate,
    totals: Totals,
    by_actor: HashMap<(String, AccountActor), Noise>,
    /// Storms that may go on: when each began, and whether more followed.
    storms: HashMap<AlertKey, (Time, bool)>,
    swept: Option<Time>,
    messages: BTreeMap<NaiveDate, u64>,
    /// The day that is read, and the lines of its digest.
    digest: Option<(Option<NaiveDate>, BTreeSet<AlertKey>)>,
    /// How many events each suppression hides.
    hidden: Vec<u64>,
}

impl<'a> Fold<'a> {
    pub fn new(alerting: &'a Alerting<'a>, today: NaiveDate) -> Self {
        Self {
            alerting,
            today,
            totals: Totals::default(),
            by_actor: HashMap::new(),
            storms: HashMap::new(),
            swept: None,
            messages: BTreeMap::new(),
            digest: None,
            hidden: vec![0; alerting.settings.suppress.len()],
        }
    }

    /// `event`, which met the rules in `met`.
    pub fn add(&mut self, event: &Event, met: &[&'a AlertRule]) {
        let settings = self.alerting.settings;
        if !(self.alerting.read_events || is_sent(event)) {
            return;
        }
        let Some(verdict) = decide(settings, event, met, self.today) else {
            return;
        };
        let actor = who::actor(event).unwrap_or_else(|| "unknown".to_owned());
        let storm = (
            verdict.leading.name.clone(),
            (event.account().map(str::to_owned), actor),
            target(event).unwrap_or_default(),
        );
        self.totals.events += 1;
        self.count(event, &verdict, &storm.1);
        if let Some(number) = verdict.suppressed {
            self.totals.suppressed += 1;
            if let Some(hidden) = self.hidden.get_mut(number) {
                *hidden += 1;
            }
            return;
        }
        let is_told = verdict.severity >= settings.severity;
        if !is_told {
            self.put_off(event.time(), &storm);
        }
        self.tell(event.time(), &storm, is_told);
    }

    /// Counts the event for its rule and actor.
    fn count(&mut self, event: &Event, verdict: &AlertDecision<'_>, actor: &AccountActor) {
        let rule = verdict.leading;
        let key = (rule.name.clone(), actor.clone());
        let noise = self.by_actor.entry(key).or_insert_with(|| Noise {
            rule: rule.name.clone(),
            title: rule.title.clone(),
            group: rule.group.into_str().to_owned(),
            severity: Level::Informational,
            actor: actor.1.clone(),
            account: actor.0.clone(),
            principal: principal(event),
            events: 0,
            suppressed: 0,
            off_hours: 0,
            messages: 0,
            digest_entries: 0,
            first: event.time(),
            last: None,
            event_id: event.id().map(str::to_owned),
        });
        let (is_hidden, were_all_hidden) = (
            verdict.suppressed.is_some(),
            noise.events == noise.suppressed,
        );
        noise.severity = match (is_hidden, were_all_hidden) {
            (true, false) => noise.severity,
            (false, true) => verdict.severity,
            _ => noise.severity.max(verdict.severity),
        };
        noise.events += 1;
        noise.suppressed += u64::from(is_hidden);
        noise.off_hours += u64::from(verdict.off_hours);
        noise.last = noise.last.max(event.time());
    }

    /// One message for the first of a storm, and one for all that follow, where they are told at once.
    fn tell(&mut self, time: Option<Time>, storm: &AlertKey, is_told: bool) {
        let Some(time) = time else {
            // what has no time is alone
            if is_told {
                self.message(None, storm);
            }
            return;
        };
        let storms = self.storms.get_mut(storm);
        let message = match storms.filter(|(since, _)| time - *since < STORM) {
            Some((_, true)) => None,
            Some((since, more)) => {
                *more = is_told;
                Some(*since + STORM)
            }
            None => {
                self.open(storm.clone(), time);
                Some(time)
            }
        };
        if let Some(message) = message.filter(|_| is_told) {
            self.message(Some(message), storm);
        }
    }

    /// A storm may begin at `time`; those that are over are forgotten now and then.
    fn open(&mut self, storm: AlertKey, time: Time) {
        if self.swept.is_none_or(|swept| time - swept >= STORM) {
            self.storms.retain(|_, (since, _)| time - *since < STORM);
            self.swept = Some(time);
        }
        self.storms.insert(storm, (time, false));
    }

    fn message(&mut self, time: Option<Time>, storm: &AlertKey) {
        self.totals.messages += 1;
        if let Some(time) = time {
            *self.messages.entry(time.date_naive()).or_default() += 1;
        }
        if let Some(noise) = self.noise(storm) {
            noise.messages += 1;
        }
    }

    /// A line of the day's digest, whatever number it shows.
    fn put_off(&mut self, time: Option<Time>, storm: &AlertKey) {
        let day = time.map(|time| time.date_naive());
        // events come in the order of time: what a digest of a day that is over holds need not be known
        if self.digest.as_ref().is_none_or(|(of, _)| *of != day) {
            self.digest = Some((day, BTreeSet::new()));
            self.totals.digests += 1;
        }
        let digest = self.digest.as_mut();
        if digest.is_some_and(|(_, entries)| entries.insert(storm.clone())) {
            self.totals.digest_entries += 1;
            if let Some(noise) = self.noise(storm) {
                noise.digest_entries += 1;
            }
        }
    }

    fn noise(&mut self, (rule, actor, _): &AlertKey) -> Option<&mut Noise> {
        self.by_actor.get_mut(&(rule.clone(), actor.clone()))
    }

    /// The totals, what each rule would have told of each actor, and how much each suppression hides.
    pub fn finish(mut self) -> (Totals, Vec<Noise>, Vec<u64>) {
        let busiest = self
            .messages
            .iter()
            .max_by_key(|(day, messages)| (**messages, Reverse(**day)));
        self.totals.busiest_day = busiest.map(|(day, messages)| BusyDay {
            day: day.to_string(),
            messages: *messages,
        });
        let mut alerts: Vec<Noise> = self.by_actor.into_values().collect();
        let rank = |noise: &Noise| {
            Reverse((
                noise.messages,
                noise.digest_entries,
                noise.events,
                noise.severity,
            ))
        };
        alerts.sort_by(|a, b| {
            rank(a)
                .cmp(&rank(b))
                .then_with(|| (&a.rule, &a.actor).cmp(&(&b.rule, &b.actor)))
        });
        (self.totals, alerts, self.hidden)
    }
}

/// Whether EventBridge gives the event to rules that do not ask for calls which only read; what is unsure counts.
fn is_sent(event: &Event) -> bool {
    let is_named = |names: &[&str]| event.name().is_some_and(|name| names.contains(&name));
    !is_read_only(event) || is_named(&WRITING) || is_named(&UNSURE)
}

/// Whom a suppression would name: the user, the role of a session, or the service.
fn principal(event: &Event) -> Option<String> {
    let identity = event.identity();
    let named = identity.session_issuer().or_else(|| identity.arn());
    named.or_else(|| identity.invoked_by()).map(str::to_owned)
}
