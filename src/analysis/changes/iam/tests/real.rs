//! The real records of `../shared/data/invictus-ir`: every write of IAM's and of Roles Anywhere's is told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::line;
use crate::analysis::changes::{ChangeFold, Renderer};
use crate::analysis::findings;
use crate::event::Event;
use crate::report::Change;

fn shared() -> PathBuf {
    std::env::var_os("TRAILHUNT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    )
}

/// The writes among the records, in the order of every answer.
fn writes() -> Option<Vec<Event>> {
    let folder = shared().join("data/invictus-ir");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: there are no records in {}", folder.display());
        return None;
    };
    let mut events = Vec::new();
    for file in files {
        let text = std::fs::read(file.unwrap().path()).unwrap();
        let Ok(trail) = serde_json::from_slice::<Value>(&text) else {
            continue;
        };
        let records = trail["Records"].as_array().cloned().unwrap_or_default();
        events.extend(
            records
                .iter()
                .map(|record| Event::parse(record.to_string().as_bytes()).unwrap()),
        );
    }
    events.retain(|event| {
        matches!(
            event.source(),
            Some("iam.amazonaws.com" | "rolesanywhere.amazonaws.com")
        ) && event.json()["readOnly"] != true
    });
    events.sort_by(|a, b| a.order().cmp(&b.order()));
    Some(events)
}

#[test]
fn every_write_is_told() {
    let Some(events) = writes() else {
        return;
    };
    assert_eq!(events.len(), 92);
    let mut fold = Renderer::new(ChangeFold::Iam(super::super::Fold::default()));
    for event in &events {
        fold.add(event, true);
    }
    let mut findings = findings::Fold::default();
    let changes = fold.finish(&mut findings);
    let changes_in_words = |event: &Event| {
        changes
            .iter()
            .any(|change| change.event_id.as_deref() == event.id())
    };
    assert!(events.iter().all(changes_in_words));
    let is_vague = |change: &&Change| change.target.is_none() || line(change).contains('?');
    assert_eq!(changes.iter().filter(is_vague).count(), 0);
    let known = |change: &&Change| change.detail.get("before_known") != Some(&false.into());
    let unknown: Vec<String> = changes
        .iter()
        .filter(|change| !known(change))
        .map(line)
        .collect();
    assert!(
        unknown.len() == 3 && unknown.iter().all(|line| line.contains("tags")),
        "{unknown:?}"
    );
    let mut actions: BTreeMap<&str, usize> = BTreeMap::new();
    for change in &changes {
        *actions.entry(change.action.into_str()).or_default() += 1;
    }
    let counted = [
        ("added", 44),
        ("failed", 3),
        ("modified", 3),
        ("removed", 42),
    ];
    assert_eq!(actions, BTreeMap::from(counted));
    let rules: Vec<String> = findings
        .finish()
        .into_iter()
        .map(|finding| finding.rule)
        .collect();
    let attached = "administrator-policy-attached";
    assert_eq!(rules, [attached, attached, "trust-foreign-account"]);
}
