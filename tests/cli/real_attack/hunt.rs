//! `hunt`: the rules of SigmaHQ, unchanged, match as in `rsigma-eval`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{ask, beside, list, text};
use crate::support::offline::Said;
use crate::support::records;

/// A rule by the name that `hunt` gives it, and an event by its id.
type Matches = BTreeSet<(String, String)>;

/// The rule files in `folder`, by their names.
fn rules_in(folder: &Path) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder).expect("the folder can be read");
    let files = files.map(|file| file.expect("the folder can be listed").path());
    let rules = files.filter(|file| file.extension().is_some_and(|end| end == "yml"));
    let read = |file: PathBuf| {
        let name = file.file_stem().expect("a file has a name");
        let text = std::fs::read_to_string(&file).expect("the rule can be read");
        (name.to_string_lossy().into_owned(), text)
    };
    rules.map(read).collect()
}

/// What the reference engine matches.
fn matches_of_reference(rules: &BTreeMap<String, String>, records: &[String]) -> Matches {
    let engine = |rule: &String| {
        let mut engine = rsigma_eval::Engine::new();
        let collection = rsigma_parser::parse_sigma_yaml(rule).expect("the reference reads it");
        engine
            .add_collection(&collection)
            .expect("the reference takes it");
        engine
    };
    let engines: Vec<_> = rules
        .iter()
        .map(|(name, rule)| (name, engine(rule)))
        .collect();
    let mut matches = Matches::new();
    for record in records {
        let record: Value = serde_json::from_str(record).expect("a record is JSON");
        let event = rsigma_eval::event::JsonEvent::borrow(&record);
        for (name, engine) in &engines {
            if !engine.evaluate(&event).is_empty() {
                matches.insert(((*name).clone(), text(&record, "eventID").to_owned()));
            }
        }
    }
    matches
}

/// The cells `rules` and `event_id` of every row of a hunt.
fn matches_of_csv(said: &Said) -> Matches {
    let mut rows = csv::Reader::from_reader(&said.stdout[..]);
    let header = rows.headers().expect("there is a header").clone();
    let place = |name| {
        header
            .iter()
            .position(|column| column == name)
            .expect("there is one")
    };
    let (rules, id) = (place("rules"), place("event_id"));
    let rows = rows.records().map(|row| row.expect("a row can be read"));
    let matched = rows.flat_map(|row| {
        let id = row[id].to_owned();
        let names: Vec<_> = row[rules].split("; ").map(str::to_owned).collect();
        names.into_iter().map(move |name| (name, id.clone()))
    });
    matched.collect()
}

/// On these records the engines agree on every rule. Where they would not, and why, `detection` tests: a text looked
/// for in an object, of which there is none here.
#[test]
fn every_rule_of_sigma_hq_is_loaded_and_matches_as_in_the_reference() {
    let Some(folder) = beside("sigma-aws") else {
        return;
    };
    let Some(records) = records::invictus() else {
        return;
    };
    let rules = rules_in(&folder);
    let hunt = [
        "hunt",
        "-v",
        "--rules",
        folder.to_str().expect("the path is UTF-8"),
    ];
    let Some(csv) = ask(&hunt, "csv") else {
        return;
    };
    assert!(rules.len() > 50, "{}", rules.len());
    let loaded = format!("{} Sigma rules", rules.len());
    assert!(
        csv.stderr.lines().any(|line| line == loaded),
        "{}",
        csv.stderr
    );
    let ours = matches_of_csv(&csv);
    let theirs = matches_of_reference(&rules, &records);
    let differing: Vec<_> = ours.symmetric_difference(&theirs).collect();
    assert!(differing.is_empty(), "{differing:?}");
    let names: BTreeSet<&String> = ours.iter().map(|(name, _)| name).collect();
    assert!(
        names.len() >= 10 && ours.len() > 100,
        "{names:?}: {}",
        ours.len()
    );
}

#[test]
fn the_findings_of_a_hunt_prove_what_the_rules_matched() {
    let Some(folder) = beside("sigma-aws") else {
        return;
    };
    let hunt = [
        "hunt",
        "--rules",
        folder.to_str().expect("the path is UTF-8"),
    ];
    let (Some(csv), Some(json)) = (ask(&hunt, "csv"), ask(&hunt, "json")) else {
        return;
    };
    let report = json.json();
    let rows = list(&report, "events").iter().flat_map(|event| {
        let rules = event["rules"].as_array().expect("a row names its rules");
        rules.iter().map(|rule| {
            (
                rule.as_str().unwrap().to_owned(),
                text(event, "event_id").to_owned(),
            )
        })
    });
    let rows: Matches = rows.collect();
    assert!(rows == matches_of_csv(&csv), "as in csv");
    let findings = list(&report, "findings").iter().flat_map(|finding| {
        let ids = finding["event_ids"]
            .as_array()
            .expect("a finding has proofs");
        ids.iter().map(|id| {
            (
                text(finding, "rule").to_owned(),
                id.as_str().unwrap().to_owned(),
            )
        })
    });
    // the one finding that is no rule's
    let findings: Matches = findings
        .filter(|(rule, _)| rule != "denied-calls")
        .collect();
    let differing: Vec<_> = findings.symmetric_difference(&rows).collect();
    assert!(differing.is_empty(), "{differing:?}");
}
