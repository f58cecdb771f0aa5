//! The rule catalogue: what each rule says of itself, what it must find, what it must leave alone, and that its
//! events exist.
//!
//! `playbooks/rules/X.yml` is proved by `tests/rules/X.json`: `{"match": [records…], "benign": [records…]}`. Records
//! say only what matters; what every record has is filled in.

mod operations;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde_json::{Map, Value, json};
use trailhunt::detection::Bindings;
use trailhunt::detection::yaml::{self, Node};
use trailhunt::event::Event;
use trailhunt::playbook::catalogue::{self, RULES, Rule};

/// One rule of the catalogue: its file, and what was read from it.
pub struct Shipped {
    /// The name of its file, without the ending.
    pub name: String,
    pub yaml: Node,
    rule: Rule,
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

/// Every rule that stands in `playbooks/rules`.
fn shipped() -> Vec<Shipped> {
    let mut problems = Vec::new();
    let mut rules = Vec::new();
    for name in stems(&folder("playbooks/rules"), "yml") {
        let text = fs::read_to_string(folder("playbooks/rules").join(format!("{name}.yml")));
        let text = text.expect("a rule is UTF-8");
        match catalogue::load(&text, &name) {
            Ok(rule) => rules.push(Shipped {
                yaml: yaml::document(&text).expect("it was read before"),
                rule,
                name,
            }),
            Err(found) => problems.extend(found.iter().map(|one| format!("{name}.yml:{one}"))),
        }
    }
    none(&problems);
    rules
}

fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn the_binary_holds_the_folder() {
    let listed: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
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
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for shipped in shipped() {
        let mut problem = |text: &str| problems.push(format!("{}: {text}", shipped.name));
        for missing in unsaid(&shipped) {
            problem(missing);
        }
        let id = shipped.rule.uuid.clone().unwrap_or_default();
        if !is_uuid(&id) {
            problem(&format!("'{id}' is no UUID in lower case"));
        }
        if let Some(other) = ids.insert(id, shipped.name.clone()) {
            problem(&format!("has the id of {other}"));
        }
    }
    none(&problems);
}

/// What the rule should say of itself, and does not.
fn unsaid(shipped: &Shipped) -> Vec<&'static str> {
    let Shipped { name, yaml, rule } = shipped;
    let log_source = |key: &str| yaml.get("logsource").and_then(|node| node.get(key)?.text());
    let is_technique = |tag: &&String| {
        let id = tag.strip_prefix("attack.t").unwrap_or_default();
        id.starts_with(|c: char| c.is_ascii_digit())
    };
    let is_tactic =
        |tag: &&String| TACTICS.contains(&tag.strip_prefix("attack.").unwrap_or_default());
    [
        (rule.name == *name, "its name is not that of its file"),
        (!rule.title.is_empty(), "no title"),
        (rule.description.len() > 20, "no description to speak of"),
        (yaml.get("level").is_some(), "no level"),
        (!rule.false_positives.is_empty(), "no falsepositives"),
        (
            log_source("product") == Some("aws") && log_source("service") == Some("cloudtrail"),
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
    let mut problems = Vec::new();
    for shipped in shipped() {
        let file = folder("tests/rules").join(format!("{}.json", shipped.name));
        if let Err(found) = proved(&shipped.rule, &file) {
            problems.extend(
                found
                    .iter()
                    .map(|text| format!("{}.json: {text}", shipped.name)),
            );
        }
    }
    none(&problems);
}

/// Whether the records in `file` are told apart by `rule`; else everything that is wrong.
fn proved(rule: &Rule, file: &Path) -> Result<(), Vec<String>> {
    let text = fs::read_to_string(file).map_err(|error| vec![error.to_string()])?;
    let proof: Value = serde_json::from_str(&text).map_err(|error| vec![error.to_string()])?;
    let matching = records(&proof, "match").map_err(|text| vec![text])?;
    let benign = records(&proof, "benign").map_err(|text| vec![text])?;
    let mut problems = Vec::new();
    let sources: BTreeSet<_> = matching.iter().map(Event::source).collect();
    let bindings = Bindings::new(Tz::UTC);
    for (at, event) in matching.iter().enumerate() {
        if !rule.detection.matches(event, &bindings) {
            problems.push(format!("match[{at}] does not match"));
        }
    }
    for (at, event) in benign.iter().enumerate() {
        if rule.detection.matches(event, &bindings) {
            problems.push(format!("benign[{at}] matches"));
        }
        if !sources.contains(&event.source()) {
            let message =
                format!("benign[{at}] is of another service: that says nothing of the rule");
            problems.push(message);
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// The records under `key`: at least one, each filled in; a second apart where they do not say when.
fn records(proof: &Value, key: &str) -> Result<Vec<Event>, String> {
    let records = proof[key]
        .as_array()
        .filter(|records| !records.is_empty())
        .ok_or_else(|| format!("no list of records `{key}`"))?;
    let mut events = Vec::new();
    for (at, record) in records.iter().enumerate() {
        let said = record
            .as_object()
            .ok_or_else(|| format!("{key}[{at}] is no record"))?;
        let whole = filled(said, at);
        let event = Event::parse(whole.to_string().as_bytes())
            .map_err(|error| format!("{key}[{at}]: {error}"))?;
        if event.source().is_none() || event.name().is_none() || event.time().is_none() {
            return Err(format!(
                "{key}[{at}] needs eventSource and eventName, and a time if any that is one"
            ));
        }
        events.push(event);
    }
    Ok(events)
}

/// A record that says `said`, and of the rest what every record says.
fn filled(said: &Map<String, Value>, at: usize) -> Value {
    let mut record = json!({
        "eventVersion": "1.11",
        "eventTime": format!("2026-11-20T12:{:02}:{:02}Z", at / 60 % 60, at % 60),
        "eventID": format!("00000000-0000-4000-8000-{at:012}"),
        "awsRegion": "us-east-1",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLE",
            "arn": "arn:aws:iam::123456789012:user/ana",
            "accountId": "123456789012",
            "accessKeyId": "AKIAEXAMPLE000000000",
            "userName": "ana",
        },
    });
    for (name, value) in said {
        record[name] = value.clone();
    }
    record
}

#[test]
fn every_event_exists() {
    let Some(services) = operations::known(&shipped()) else {
        return;
    };
    let problems: Vec<String> = shipped()
        .iter()
        .flat_map(|shipped| {
            let found = services.problems(&shipped.yaml);
            found
                .into_iter()
                .map(|text| format!("{}.yml:{text}", shipped.name))
        })
        .collect();
    none(&problems);
}
