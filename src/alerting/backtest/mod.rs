//! What the alerts would have told: the severities and suppressions of the formatter, over events of any source.
//!
//! The investigation finds the events of the rules; here they are folded in the order of time, as the formatter would
//! have told them.

mod fold;
mod hint;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::alert_rule::AlertRule;
use super::rules::AlertRules;
use super::settings::Settings;
use crate::event::Event;
use crate::event::time::Time;
use crate::playbook::catalogue::Catalogue;
use crate::playbook::{Playbook, RULES_COLUMN};
use crate::report::alerting::ALERTS_VERSION;
use crate::report::alerting::backtest::{Backtest, Hidden, RefusedRule};
use crate::report::{Envelope, NotVisible, Report, Row};

/// The column that holds the rules which an event meets.
const MET: &str = "rules";

/// What would be alerted on.
#[derive(Debug)]
pub struct Alerting<'a> {
    pub rules: &'a AlertRules,
    pub settings: &'a Settings,
    /// Calls that only read are alerted on, too.
    pub read_events: bool,
}

impl Alerting<'_> {
    /// The question for every event that meets a rule of `catalogue` which alerts.
    pub fn playbook(&self, catalogue: &Catalogue) -> Playbook {
        let alerting: BTreeSet<&str> = self.rules.alerts.iter().map(|rule| &*rule.name).collect();
        let rules = catalogue.rules.iter().cloned();
        let rules = rules.filter(|rule| alerting.contains(&*rule.name));
        let rules = rules.map(|mut rule| {
            // what only correlations report may still alert
            rule.reports = true;
            rule
        });
        let catalogue = Catalogue {
            rules: rules.collect(),
            skipped: 0,
        };
        let columns = Playbook::of_columns("backtest-alerts", &[(MET, &[RULES_COLUMN])]);
        Playbook {
            id: columns.id,
            columns: columns.columns,
            ..catalogue.playbook()
        }
    }

    /// What the alerts would have told of the answer to [`Self::playbook`], with the suppressions that hold `today`.
    /// What they cannot show is added to `report`.
    pub fn backtest(&self, report: &mut Report, today: NaiveDate) -> Backtest {
        report.not_visible.extend(self.not_visible());
        let mut fold = fold::Fold::new(self, today);
        for (row, record) in report.events.iter().zip(&report.records) {
            let met = self.met(row);
            if let Ok(event) = Event::parse(record.as_bytes()) {
                fold.add(&event, &met);
            }
        }
        let (mut totals, alerts, hidden) = fold.finish();
        totals.days = days(report);
        #[expect(clippy::cast_precision_loss, reason = "an average to look at")]
        let daily = totals.messages as f64 / totals.days;
        totals.messages_per_day = tenths(daily);
        let suppressions = self.settings.suppress.iter().zip(hidden);
        Backtest {
            envelope: Envelope {
                schema_version: ALERTS_VERSION,
                ..report.envelope.clone()
            },
            caller: report.caller.clone(),
            window: report.window,
            regions: report.regions.clone(),
            complete: report.complete,
            coverage: report.coverage.clone(),
            not_visible: report.not_visible.clone(),
            severity: self.settings.severity,
            read_events: self.read_events,
            rules: self.rules.alerts.len(),
            refused: (self.rules.refused.iter())
                .map(|refused| RefusedRule {
                    rule: refused.name.clone(),
                    reason: refused.reason.clone(),
                })
                .collect(),
            hint: hint::of(&alerts, totals.days, today),
            totals,
            alerts,
            suppressions: suppressions
                .map(|(suppression, events)| Hidden {
                    reason: suppression.reason.clone(),
                    until: suppression.until.to_string(),
                    expired: suppression.until < today,
                    events,
                })
                .collect(),
        }
    }

    /// The rules that the event of `row` meets, in the order of the catalogue.
    fn met(&self, row: &Row) -> Vec<&AlertRule> {
        let names = row.cells.get(MET).and_then(|cell| cell.as_array());
        let is_met = |rule: &&AlertRule| {
            let mut names = names.into_iter().flatten();
            names.any(|name| name.as_str() == Some(&rule.name))
        };
        self.rules.alerts.iter().filter(is_met).collect()
    }

    /// What no record shows of what would be told.
    fn not_visible(&self) -> Vec<NotVisible> {
        let mut hidden = vec![NotVisible {
            what: "findings of Config, GuardDuty and Security Hub".to_owned(),
            why: "they alert too, and are no CloudTrail events".to_owned(),
        }];
        if !self.read_events {
            hidden.push(NotVisible {
                what: "alerts on calls that only read".to_owned(),
                why: "they are sent only with --read-events".to_owned(),
            });
        }
        let mut suppressions = self.settings.suppress.iter();
        if suppressions.any(|suppression| suppression.when.tag.is_some()) {
            hidden.push(NotVisible {
                what: "tags".to_owned(),
                why: "no record says what had them, so suppressions by tag hide nothing here"
                    .to_owned(),
            });
        }
        hidden
    }
}

/// How many days were read, at least one: of the window, or, where it has no ends, of what was there.
fn days(report: &Report) -> f64 {
    let coverage = || report.coverage.iter();
    let ends: [Option<Time>; 2] = [
        report
            .window
            .since
            .or_else(|| coverage().filter_map(|part| part.since).min()),
        report
            .window
            .until
            .or_else(|| coverage().filter_map(|part| part.until).max()),
    ];
    let [Some(since), Some(until)] = ends else {
        return 1.0;
    };
    #[expect(clippy::cast_precision_loss, reason = "rounded to tenths of a day")]
    let days = (until - since).num_minutes() as f64 / (24.0 * 60.0);
    tenths(days).max(1.0)
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
