//! The rule catalogue: what each rule says of itself, what it must find, what it must leave alone, and that its
//! events exist.
//!
//! `playbooks/rules/X.yml` is proved by `tests/rules/X.json`: `{"match": [records…], "benign": [records…]}`. Records
//! say only what matters; what every record has is filled in. Of a correlation, all records of a list together do or
//! do not make an incident.

mod glance;
mod operations;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde_json::{Value, json};
use trailhunt::detection::yaml::{self, YamlNode};
use trailhunt::detection::{Bindings, CorrelationWatch, Detection, Incident};
use trailhunt::event::Event;
use trailhunt::event::denied::{DENIALS, is_denial};
use trailhunt::playbook::CorrelationRule;
use trailhunt::playbook::catalogue::{Catalogue, RULES, SigmaRule};

use crate::support::records::record;

/// A file of the catalogue: what it says, and the rule that was read from it.
pub struct Shipped {
    /// The name of the file, without the ending: the rule's, too.
    pub name: String,
    pub documents: Vec<YamlNode>,
    rule: SigmaRule,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The names of the files in `folder` that end in `.{ending}`, without it.
fn stems(folder: &Path, ending: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder).expect("the folder can be read");
    let files = files.map(|file| file.expect("the folder can be listed").path());
    files
        .filter(|file| file.extension().is_some_and(|end| end == ending))
        .map(|file| file.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

/// Everything that stands in `playbooks/rules`.
fn catalogue() -> Catalogue {
    Catalogue::load(&[folder("playbooks/rules")]).unwrap_or_else(|failure| panic!("\n{failure}\n"))
}

/// The rule of every file there, which is called as the file is.
fn shipped() -> Vec<Shipped> {
    let catalogue = catalogue();
    let shipped = |name: String| {
        let file = folder("playbooks/rules").join(format!("{name}.yml"));
        let text = fs::read_to_string(file).expect("it was read before");
        let rule = catalogue.rules.iter().find(|rule| rule.name == name);
        Shipped {
            documents: yaml::documents(&text).expect("it was read before"),
            rule: rule
                .unwrap_or_else(|| panic!("{name}.yml: no rule {name}"))
                .clone(),
            name,
        }
    };
    let names = stems(&folder("playbooks/rules"), "yml").into_iter();
    names.map(shipped).collect()
}

fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn the_binary_holds_the_folder() {
    let listed: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert!(listed.is_sorted(), "RULES is in the order of the names");
    let listed: BTreeSet<String> = listed.into_iter().map(str::to_owned).collect();
    assert_eq!(listed, stems(&folder("playbooks/rules"), "yml"));
    assert_eq!(listed, stems(&folder("tests/rules"), "json"));
}

#[test]
fn the_catalogue_is_large_enough() {
    assert!(RULES.len() >= 80, "{} rules of at least 80", RULES.len());
}

#[test]
fn every_rule_says_what_it_is() {
    let mut problems = Vec::new();
    for shipped in shipped() {
        let mut problem = |text: &str| problems.push(format!("{}: {text}", shipped.name));
        for missing in unsaid(&shipped) {
            problem(missing);
        }
        // that no two rules share one is checked where they are read
        let id = shipped.rule.uuid.clone().unwrap_or_default();
        if !is_uuid(&id) {
            problem(&format!("'{id}' is no UUID in lower case"));
        }
    }
    none(&problems);
}

#[test]
fn every_rule_that_reports_has_a_file_of_its_own() {
    let files = stems(&folder("playbooks/rules"), "yml");
    let catalogue = catalogue();
    let rules = catalogue.rules.iter().filter(|rule| rule.reports);
    let others: Vec<String> = rules
        .filter(|rule| !files.contains(&rule.name))
        .map(|rule| format!("{}: stands in the file of another rule", rule.name))
        .collect();
    none(&others);
    assert_eq!(
        catalogue.skipped, 0,
        "none is for another log source, or withdrawn"
    );
}

/// What the rule should say of itself, and does not.
fn unsaid(shipped: &Shipped) -> Vec<&'static str> {
    let Shipped {
        documents, rule, ..
    } = shipped;
    let own = documents
        .iter()
        .find(|document| document.get("title").and_then(YamlNode::text) == Some(&rule.title));
    let log_source = |key: &str| own?.get("logsource")?.get(key)?.text();
    // what a correlation is about, its rules say
    let has_log_source = rule.body.detection().is_none()
        || log_source("product") == Some("aws") && log_source("service") == Some("cloudtrail");
    let is_technique = |tag: &&String| {
        let id = tag.strip_prefix("attack.t").unwrap_or_default();
        id.starts_with(|c: char| c.is_ascii_digit())
    };
    let is_tactic =
        |tag: &&String| TACTICS.contains(&tag.strip_prefix("attack.").unwrap_or_default());
    [
        (!rule.title.is_empty(), "no title"),
        (rule.description.len() > 20, "no description to speak of"),
        (
            own.is_some_and(|own| own.get("level").is_some()),
            "no level",
        ),
        (!rule.false_positives.is_empty(), "no falsepositives"),
        (
            has_log_source,
            "its logsource is not product aws, service cloudtrail",
        ),
        (
            rule.tags.iter().any(|tag| is_tactic(&tag)),
            "no tag of an ATT&CK tactic",
        ),
        (
            rule.tags.iter().any(|tag| is_technique(&tag)),
            "no tag of an ATT&CK technique (attack.t1098)",
        ),
        (
            rule.tags.iter().filter(is_technique).count() == rule.attack.len(),
            "a tag of a technique is misspelt",
        ),
    ]
    .into_iter()
    .filter_map(|(said, what)| (!said).then_some(what))
    .collect()
}

const TACTICS: [&str; 14] = [
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
];

fn is_uuid(id: &str) -> bool {
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    let is_hex = |c: char| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c);
    lengths == [8, 4, 4, 4, 12] && id.chars().all(is_hex)
}

#[test]
fn every_rule_tells_an_attack_from_what_is_benign() {
    let catalogue = catalogue();
    let mut problems = Vec::new();
    for Shipped { name, rule, .. } in shipped() {
        let found = match proof(&name) {
            Ok(proof) => unproved(&catalogue, &rule, &proof),
            Err(problem) => vec![problem],
        };
        problems.extend(found.iter().map(|text| format!("{name}.json: {text}")));
    }
    none(&problems);
}

/// What a rule must find, and what it must leave alone.
pub struct Proof {
    pub matching: Vec<Event>,
    pub benign: Vec<Event>,
}

/// The proof of the rule of this name.
pub fn proof(name: &str) -> Result<Proof, String> {
    let file = folder("tests/rules").join(format!("{name}.json"));
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let proof: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    Ok(Proof {
        matching: records(&proof, "match")?,
        benign: records(&proof, "benign")?,
    })
}

/// Everything in which the rule and its proof differ.
fn unproved(catalogue: &Catalogue, rule: &SigmaRule, proof: &Proof) -> Vec<String> {
    let Proof { matching, benign } = proof;
    let mut problems = match rule.body.detection() {
        Some(detection) => unproved_of_one(detection, proof),
        None => unproved_together(catalogue, rule, proof),
    };
    let sources: BTreeSet<_> = matching.iter().map(Event::source).collect();
    for (at, event) in benign.iter().enumerate() {
        if !sources.contains(&event.source()) {
            problems.push(format!(
                "benign[{at}] is of another service: that says nothing of the rule"
            ));
        }
    }
    problems
}

fn unproved_of_one(detection: &Detection, proof: &Proof) -> Vec<String> {
    let bindings = Bindings::new(Tz::UTC);
    let wrong = |key: &str, events: &[Event], expected: bool| -> Vec<String> {
        let problem = |(at, event): (usize, &Event)| {
            let matches = detection.matches(event, &bindings);
            let says = if matches { "matches" } else { "does not match" };
            (matches != expected).then(|| format!("{key}[{at}] {says}"))
        };
        events.iter().enumerate().filter_map(problem).collect()
    };
    let mut problems = wrong("match", &proof.matching, true);
    problems.extend(wrong("benign", &proof.benign, false));
    problems
}

fn unproved_together(catalogue: &Catalogue, rule: &SigmaRule, proof: &Proof) -> Vec<String> {
    let (_, correlations) = catalogue.as_asked(std::iter::once(rule));
    let [rule] = correlations.as_slice() else {
        return vec!["is no correlation".to_owned()];
    };
    let mut problems = Vec::new();
    if incidents(rule, &proof.matching).is_empty() {
        problems.push("match makes no incident".to_owned());
    }
    for incident in incidents(rule, &proof.benign) {
        problems.push(format!(
            "benign is an incident: {}",
            rule.describe(&incident)
        ));
    }
    problems
}

fn incidents(rule: &CorrelationRule, events: &[Event]) -> Vec<Incident> {
    let bindings = Bindings::new(Tz::UTC);
    let mut events: Vec<&Event> = events.iter().collect();
    events.sort_by_key(|event| event.order());
    let mut watch = CorrelationWatch::new(&rule.correlation, Tz::UTC);
    for event in events {
        for (at, detection) in rule.detections.iter().enumerate() {
            if detection.matches(event, &bindings) {
                watch.hit(at, event);
            }
        }
    }
    watch.finish()
}

/// The records under `key`: at least one, each filled in; a second apart where they do not say when.
fn records(proof: &Value, key: &str) -> Result<Vec<Event>, String> {
    let said = proof[key].as_array().filter(|said| !said.is_empty());
    let said = said.ok_or_else(|| format!("no list of records `{key}`"))?;
    let mut events = Vec::new();
    for (at, said) in said.iter().enumerate() {
        let is_about = |name: &str| said.get(name).is_some_and(Value::is_string);
        if !is_about("eventSource") || !is_about("eventName") {
            return Err(format!("{key}[{at}] needs eventSource and eventName"));
        }
        let mut fields = json!({
            "eventTime": format!("2026-11-20T12:{:02}:{:02}Z", at / 60 % 60, at % 60),
            "eventID": format!("00000000-0000-4000-8000-{at:012}"),
        });
        for (name, value) in said.as_object().into_iter().flatten() {
            fields[name] = value.clone();
        }
        let event = Event::parse(record(&fields).as_bytes());
        let event = event.map_err(|error| format!("{key}[{at}]: {error}"))?;
        if event.time().is_none() {
            return Err(format!("{key}[{at}]: eventTime is no time"));
        }
        events.push(event);
    }
    Ok(events)
}

/// The first event that the rule must find, with another error.
fn failing_with(name: &str, code: &str) -> Event {
    let proof = proof(name).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    let mut record = proof.matching[0].json().clone();
    record["errorCode"] = code.into();
    Event::parse(record.to_string().as_bytes()).expect("it was a record before")
}

#[test]
fn rules_of_refused_calls_know_every_spelling() {
    let bindings = Bindings::new(Tz::UTC);
    let mut names = Vec::new();
    for Shipped { name, rule, .. } in shipped() {
        let file = folder("playbooks/rules").join(format!("{name}.yml"));
        let text = fs::read_to_string(file).expect("it was read before");
        if !text.contains("AccessDenied") {
            continue;
        }
        let detection = rule.body.detection().expect("it is no correlation");
        let finds = |code: &str| detection.matches(&failing_with(&name, code), &bindings);
        for (spelling, _) in DENIALS {
            for other in ["", "Other"] {
                let code = spelling.replace('*', other);
                assert!(finds(&code) && is_denial(&code), "{name}: {code}");
            }
        }
        for code in [
            "AuthorizationNotFound",
            "Denied",
            "InsufficientCapacityException",
        ] {
            assert!(!finds(code) && !is_denial(code), "{name}: {code}");
        }
        names.push(name);
    }
    let expected = ["access-denied", "assume-role-denied", "model-call-refused"];
    assert_eq!(names, expected);
}

#[test]
fn every_event_exists() {
    let rules = shipped();
    none(&operations::unneeded(&rules));
    let Some(services) = operations::known(&rules) else {
        return;
    };
    let mut problems = Vec::new();
    for Shipped {
        name, documents, ..
    } in &rules
    {
        let found = documents.iter().flat_map(|rule| services.problems(rule));
        problems.extend(found.map(|text| format!("{name}.yml:{text}")));
    }
    none(&problems);
}
