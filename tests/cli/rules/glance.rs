//! What a glance lets a detection decide is what the whole record does: for every rule, over the records that prove the rules, the demo's, and the real ones.

use chrono_tz::Tz;
use trailhunt::detection::Bindings;
use trailhunt::event::Event;

use super::{catalogue, proof, stems};
use crate::support::offline::over_demo;
use crate::support::records::invictus;

/// Every so many of the real records: all of them take minutes.
const STEP: usize = 9;

fn events() -> Vec<(Event, Event)> {
    let demo = over_demo(&["lookup", "--format", "jsonl"]);
    let mut texts: Vec<String> = demo.text().lines().map(str::to_owned).collect();
    texts.extend(invictus().unwrap_or_default());
    let of_text = |text: &String| Event::parse(text.as_bytes()).unwrap();
    let mut events: Vec<Event> = texts.iter().step_by(STEP).map(of_text).collect();
    for name in stems(&super::folder("tests/rules"), "json") {
        let proof = proof(&name).unwrap();
        events.extend(proof.matching.into_iter().chain(proof.benign));
    }
    events
        .into_iter()
        .map(|event| (event.clone(), event.without_glance()))
        .collect()
}

#[test]
fn a_glance_changes_no_verdict() {
    let events = events();
    let (bindings, mut found) = (Bindings::new(Tz::UTC), 0);
    let catalogue = catalogue();
    let rules = catalogue.rules.iter();
    for rule in rules.filter(|rule| rule.body.detection().is_some()) {
        let detection = rule.body.detection().unwrap();
        for (glanced, whole) in &events {
            let verdict = detection.matches(whole, &bindings);
            assert_eq!(
                detection.matches(glanced, &bindings),
                verdict,
                "{}: {}",
                rule.name,
                whole.raw()
            );
            found += u32::from(verdict);
        }
    }
    assert!(found > 1_000, "{found}");
}
