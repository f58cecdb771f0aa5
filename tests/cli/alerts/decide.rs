//! What is decided on an alert, here and in the account: `alerting::settings::decide` beside `formatter.py`, on every
//! record of the rules' proofs. The one knows rules as detections, the other as the patterns made from them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use chrono_tz::Tz;
use serde_json::{Value, json};
use trailhunt::alerting::alert_rule::AlertRule;
use trailhunt::alerting::rules::{AlertRules, compile};
use trailhunt::alerting::settings::{Settings, decide};
use trailhunt::detection::Bindings;
use trailhunt::event::Event;
use trailhunt::playbook::catalogue::{RULES, builtin};
use trailhunt::report::Level;

use super::patterns::as_event;
use crate::rules::proof;
use crate::support::offline::Folder;
use crate::support::{skip, venv};

const FORMATTER: &str = "src/alerting/formatter.py";
const LABELS: &str = include_str!("../../../src/alerting/text/labels.en.json");

/// Each condition in some suppression, and one that expired; their reasons are their numbers.
const SETTINGS: &str = "\
suppress:
  - {reason: '0', until: 2001-01-31, event: 'iam:*'}
  - {reason: '1', until: 2999-01-31, event: 'ec2:*SecurityGroup*', principal: '*user/*'}
  - {reason: '2', until: 2999-01-31, event: DELETE*, principal: ana}
  - {reason: '3', until: 2999-01-31, rule: 'bucket-*', source_ip: 192.0.2.0/24}
  - {reason: '4', until: 2999-01-31, event: 'iam:Put?olePolicy'}
  - {reason: '5', until: 2999-01-31, resource: 'i-*'}
  - {reason: '6', until: 2999-01-31, user_agent: 'AWS-CLI*', resource: 'arn:aws:iam::*'}
";

fn settings() -> Settings {
    let folder = Folder::new().with("settings.yml", SETTINGS);
    let hours = "Mon-Fri 09:00-12:00 Asia/Seoul".parse().unwrap();
    let today = "2026-11-22".parse().unwrap();
    let file = folder.file("settings.yml");
    let (settings, _) = Settings::read(Some(&file), Level::Medium, Some(&hours), today).unwrap();
    settings
}

/// What `formatter.py` decides on `events`; nothing where Python is not to be had.
fn formatter(rules: &AlertRules, settings: &Settings, events: &[Event]) -> Option<Vec<Value>> {
    let python = match venv::python() {
        Ok(python) => python,
        Err(why) => {
            skip(&why);
            return None;
        }
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new(python)
        .arg(here.join("tests/cli/alerts/decide.py"))
        .arg(here.join(FORMATTER))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python runs");
    let rule = |rule: &AlertRule| {
        json!({
            "name": rule.name, "title": rule.title, "meaning": rule.meaning, "level": rule.level,
            "group": rule.group, "attack": rule.attack, "patterns": rule.patterns,
        })
    };
    let rules: Vec<Value> = rules.alerts.iter().map(rule).collect();
    let labels: Value = serde_json::from_str(LABELS).unwrap();
    let settings: Value = serde_json::from_str(&settings.json(&[], true)).unwrap();
    let asked = json!({
        "catalogue": {"language": "en", "timezone": "UTC", "labels": labels, "rules": rules},
        "settings": settings,
        "events": events.iter().map(as_event).collect::<Vec<_>>(),
    });
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin
        .write_all(asked.to_string().as_bytes())
        .expect("python reads");
    drop(stdin);
    let said = child.wait_with_output().expect("python ends");
    assert!(said.status.success(), "{}", said.status);
    Some(serde_json::from_slice(&said.stdout).expect("JSON"))
}

/// The rules whose detections `event` meets.
fn met<'r>(rules: &'r AlertRules, event: &Event) -> Vec<&'r AlertRule> {
    let bindings = Bindings::new(Tz::UTC);
    let catalogue = builtin().unwrap();
    let is_met = |rule: &&AlertRule| {
        let rule = catalogue.find(&rule.name);
        let detection = rule.and_then(|rule| rule.body.detection());
        detection.is_some_and(|detection| detection.matches(event, &bindings))
    };
    rules.alerts.iter().filter(is_met).collect()
}

/// Every record of the proofs, as one that writes every second time, around the clock and the week.
fn events() -> Vec<Event> {
    let proofs = RULES.iter().flat_map(|rule| {
        let proof = proof(rule.id).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
        proof.matching.into_iter().chain(proof.benign)
    });
    let events = proofs.enumerate().map(|(number, event)| {
        let mut json = event.json().clone();
        json["readOnly"] = json!(number % 2 == 0);
        let (day, hour, minute) = (10 + number / 24 % 10, number % 24, number % 60);
        json["eventTime"] = json!(format!("2026-11-{day}T{hour:02}:{minute:02}:00Z"));
        Event::parse(json.to_string().as_bytes()).expect("it was read before")
    });
    events.collect()
}

#[test]
fn the_formatter_decides_the_same() {
    let rules = compile(builtin().unwrap(), true, &[]);
    let settings = settings();
    let events = events();
    let Some(theirs) = formatter(&rules, &settings, &events) else {
        return;
    };
    assert_eq!(theirs.len(), events.len());
    let (mut alerts, mut off_hours, mut differing) = (0, 0, Vec::new());
    let mut suppressed = vec![0; settings.suppress.len()];
    for (event, theirs) in events.iter().zip(theirs) {
        let met = met(&rules, event);
        let today = "2026-11-22".parse().unwrap();
        let Some(verdict) = decide(&settings, event, &met, today) else {
            if !theirs.is_null() {
                differing.push(format!("nothing, and {theirs}: {}", event.raw()));
            }
            continue;
        };
        let reason = verdict.suppressed.map(|at| &settings.suppress[at].reason);
        let mut also: Vec<&str> = verdict.also.iter().map(|rule| &*rule.name).collect();
        also.sort_unstable();
        let mut theirs = theirs;
        theirs["also"]
            .as_array_mut()
            .unwrap()
            .sort_by_key(Value::to_string);
        let ours = json!({
            "rule": verdict.leading.name, "also": also, "severity": verdict.severity,
            "off_hours": verdict.off_hours, "suppressed": reason,
        });
        if ours != theirs {
            differing.push(format!("{ours}, and {theirs}: {}", event.raw()));
        }
        alerts += 1;
        off_hours += u32::from(verdict.off_hours);
        if let Some(at) = verdict.suppressed {
            suppressed[at] += 1;
        }
    }
    assert!(
        differing.is_empty(),
        "{}, of them\n{}",
        differing.len(),
        differing
            .iter()
            .take(9)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
    assert!(
        alerts > 300 && off_hours > 20,
        "{alerts} alerts, {off_hours} off hours"
    );
    assert_eq!(suppressed[0], 0, "it expired");
    assert!(
        suppressed[1..].iter().all(|count| *count > 0),
        "{suppressed:?}"
    );
}
