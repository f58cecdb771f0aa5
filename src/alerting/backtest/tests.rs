//! What is told of events, folded.

use serde_json::{Value, json};

use super::*;
use crate::alerting::settings::{Hours, Suppression, decide};
use crate::report::Level;
use crate::report::alerting::backtest::{Noise, Totals};

const TODAY: &str = "2026-11-22";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn settings() -> Settings {
    Settings {
        severity: Level::Medium,
        work_hours: None,
        suppress: Vec::new(),
        routes: Vec::new(),
    }
}

/// `ana` makes a user, with `fields` in place of her own.
fn made(fields: &Value) -> Event {
    let mut record = json!({
        "eventVersion": "1.08", "eventTime": "2026-11-20T10:00:00Z", "eventID": "e",
        "eventSource": "iam.amazonaws.com", "eventName": "CreateUser",
        "userIdentity": {"type": "IAMUser", "userName": "ana", "arn": "arn:aws:iam::123456789012:user/ana"},
        "requestParameters": {"userName": "web"},
    });
    for (name, value) in fields.as_object().unwrap() {
        record[name] = value.clone();
    }
    Event::parse(record.to_string().as_bytes()).unwrap()
}

fn at(time: &str) -> Event {
    made(&json!({"eventTime": time}))
}

/// What is told of `events`, each of which met the rule of its number.
fn backtested(
    settings: &Settings,
    rules: &[AlertRule],
    events: &[(usize, Event)],
    read_events: bool,
) -> (Totals, Vec<Noise>, Vec<u64>) {
    let rules = AlertRules {
        alerts: rules.to_vec(),
        refused: Vec::new(),
    };
    let alerting = Alerting {
        rules: &rules,
        settings,
        read_events,
    };
    let mut fold = fold::Fold::new(&alerting, day(TODAY));
    for (number, event) in events {
        fold.add(event, &[&rules.alerts[*number]]);
    }
    fold.finish()
}

fn messages(events: &[Event]) -> u64 {
    let events: Vec<_> = events.iter().map(|event| (0, event.clone())).collect();
    let high = [AlertRule::named("user-created", Level::High)];
    backtested(&settings(), &high, &events, false).0.messages
}

#[test]
fn what_follows_within_ten_minutes_is_one_message() {
    let first = at("2026-11-20T10:00:00Z");
    let last = at("2026-11-20T10:09:59Z");
    assert_eq!(messages(std::slice::from_ref(&first)), 1);
    assert_eq!(messages(&[first.clone(), last.clone()]), 2);
    let storm = [vec![first.clone(); 40], vec![last; 40]].concat();
    assert_eq!(messages(&storm), 2, "one, and how many more");
    assert_eq!(messages(&[first.clone(), at("2026-11-20T10:10:00Z")]), 2);
    let again = at("2026-11-20T10:10:00Z");
    assert_eq!(messages(&[storm, vec![again; 9]].concat()), 4);
    let timeless = made(&json!({"eventTime": null}));
    assert_eq!(messages(&[timeless.clone(), timeless, first]), 3);
}

#[test]
fn another_target_or_actor_is_another_storm() {
    let targets =
        ["a", "b", "c"].map(|name| made(&json!({"requestParameters": {"userName": name}})));
    assert_eq!(messages(&targets), 3);
    let actors = ["a", "b"]
        .map(|name| made(&json!({"userIdentity": {"type": "IAMUser", "userName": name}})));
    assert_eq!(messages(&actors), 2);
}

#[test]
fn what_is_below_the_threshold_is_a_line_of_its_days_digest() {
    let times = [
        "2026-11-19T23:00:00Z",
        "2026-11-19T23:30:00Z",
        "2026-11-20T00:00:00Z",
    ];
    let mut events: Vec<_> = times.map(|time| (0, at(time))).to_vec();
    events.push((1, at("2026-11-20T00:00:01Z")));
    let rules = [
        AlertRule::named("low", Level::Low),
        AlertRule::named("informational", Level::Informational),
    ];
    let (totals, alerts, _) = backtested(&settings(), &rules, &events, false);
    assert_eq!((totals.events, totals.messages), (4, 0));
    assert_eq!((totals.digest_entries, totals.digests), (3, 2));
    let lines: Vec<_> = alerts
        .iter()
        .map(|noise| (&*noise.rule, noise.digest_entries, noise.events))
        .collect();
    assert_eq!(lines, [("low", 2, 3), ("informational", 1, 1)]);
    assert!(alerts.iter().all(|noise| noise.severity == Level::Low));
    assert!(totals.busiest_day.is_none());
}

#[test]
fn a_low_event_opens_the_storm_that_folds_a_worse_one() {
    let mut hours = settings();
    hours.work_hours = Some(Hours::from(&"Mon-Sun 09:00-10:05".parse().unwrap()));
    let events = [at("2026-11-20T10:00:00Z"), at("2026-11-20T10:06:00Z")].map(|event| (0, event));
    let (totals, alerts, _) = backtested(
        &hours,
        &[AlertRule::named("user-created", Level::Low)],
        &events,
        false,
    );
    assert_eq!((totals.digest_entries, totals.messages), (1, 1));
    assert_eq!(
        (alerts[0].severity, alerts[0].off_hours),
        (Level::Medium, 1)
    );
}

fn by_ana(until: &str) -> Suppression {
    Suppression {
        reason: "ana".to_owned(),
        until: day(until),
        when: crate::alerting::settings::Conditions {
            principal: Some("ana".to_owned()),
            ..Default::default()
        },
    }
}

#[test]
fn what_is_suppressed_is_counted_apart() {
    let mut quiet = settings();
    quiet.suppress = vec![by_ana("2026-11-21"), by_ana("2026-11-22")];
    let bert = made(&json!({"userIdentity": {"type": "IAMUser", "userName": "bert"}}));
    let time = "2026-11-20T10:00:00Z";
    let events = [(0, at(time)), (0, at(time)), (1, at(time)), (0, bert)];
    let rules = [
        AlertRule::named("user-created", Level::High),
        AlertRule::named("worse", Level::Critical),
    ];
    let (totals, alerts, hidden) = backtested(&quiet, &rules, &events, false);
    assert_eq!(
        (totals.events, totals.suppressed, totals.messages),
        (4, 2, 2)
    );
    assert_eq!(hidden, [0, 2], "the first expired");
    let rows: Vec<_> = alerts
        .iter()
        .map(|noise| {
            (
                &*noise.rule,
                &*noise.actor,
                noise.messages,
                noise.suppressed,
            )
        })
        .collect();
    let expected = [
        ("worse", "ana", 1, 0),
        ("user-created", "bert", 1, 0),
        ("user-created", "ana", 0, 2),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn reading_alerts_only_where_it_was_asked_for() {
    let read = |name: &str| (0, made(&json!({"eventName": name, "readOnly": true})));
    let events = [read("AssumeRole"), read("GetFederationToken")];
    let high = [AlertRule::named("r", Level::High)];
    assert_eq!(backtested(&settings(), &high, &events, false).0.events, 1);
    assert_eq!(backtested(&settings(), &high, &events, true).0.events, 2);
}

fn noise(principal: &str, messages: u64, severity: Level) -> Noise {
    Noise {
        rule: "user-created".to_owned(),
        title: String::new(),
        group: String::new(),
        severity,
        actor: "x".to_owned(),
        account: None,
        principal: Some(principal.to_owned()),
        events: messages,
        suppressed: 0,
        off_hours: 0,
        messages,
        digest_entries: 0,
        first: None,
        last: None,
        event_id: None,
    }
}

#[test]
fn the_hint_hides_what_it_is_about() {
    let principal = "arn:aws:iam::123456789012:user/\"x\\: \u{202e}ü #";
    let hint = hint::of(&[noise(principal, 9, Level::High)], 8.0, day(TODAY)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.yml");
    std::fs::write(&file, &hint.yaml).unwrap();
    let (settings, warnings) =
        Settings::read(Some(&file), Level::Medium, None, day(TODAY)).unwrap();
    assert!(warnings.is_empty());
    let event = made(&json!({"userIdentity": {"type": "IAMUser", "arn": principal}}));
    let rule = AlertRule::named("user-created", Level::High);
    let verdict = decide(&settings, &event, &[&rule], day("2027-02-20")).unwrap();
    assert_eq!(verdict.suppressed, Some(0));
    let other = decide(&settings, &made(&json!({})), &[&rule], day(TODAY)).unwrap();
    assert_eq!(other.suppressed, None);
}

#[test]
fn nothing_is_suggested_where_nothing_is_noise() {
    let hint = |messages, days, severity| {
        hint::of(&[noise("x", messages, severity)], days, day(TODAY)).is_some()
    };
    assert!(hint(5, 1.0, Level::High) && !hint(4, 1.0, Level::High));
    assert!(hint(31, 30.0, Level::High) && !hint(30, 30.0, Level::High));
    assert!(!hint(99, 1.0, Level::Critical));
}

#[test]
fn only_rules_that_alert_are_asked_for() {
    let catalogue = crate::playbook::catalogue::builtin().unwrap();
    let name = catalogue
        .rules
        .iter()
        .find(|rule| rule.body.detection().is_some());
    let rules = AlertRules {
        alerts: vec![AlertRule::named(&name.unwrap().name, Level::High)],
        refused: Vec::new(),
    };
    let alerting = Alerting {
        rules: &rules,
        settings: &settings(),
        read_events: false,
    };
    let playbook = alerting.playbook(catalogue);
    assert_eq!(playbook.searches.len(), 1);
    assert_eq!(playbook.findings.len(), 1);
    assert!(playbook.correlations.is_empty());
    assert_eq!(playbook.id, "backtest-alerts");
}
