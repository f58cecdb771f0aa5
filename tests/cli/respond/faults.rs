//! Faults at every call of a containment that changes something: the journal says what happened, the same command
//! goes on, and `undo` takes all of it back.

use super::incident::Incident;
use super::*;
use crate::support::gate::{Fault, Rule};

/// As many calls of one containment change something: a key, a role, a key, a user, and the role again.
pub const CHANGES: usize = 5;

/// What becomes of the process at the fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    GoesOn,
    IsKilled,
}

/// Contains with `fault` at the change of number `position`, from 0, and `times` more of it.
async fn contain(name: &str, position: usize, fault: Fault, times: usize, then: Then) {
    let Some(incident) = Incident::new(&format!("{name}-{position}")).await else {
        return;
    };
    let scene = &incident.scene;
    let report = incident.report();
    let run = ["contain", "--from-trace", &report];
    scene
        .gate
        .rule(Rule::on_change(fault).after(position).times(times));
    if then == Then::IsKilled {
        let mut running = scene.start(&run);
        scene.gate.wait_until_held();
        running.kill().expect("it runs");
        running.wait().expect("it is our child");
        scene.gate.turn_away();
    } else {
        let said = scene.respond(run.iter().chain(&APPLY));
        let code = said.code;
        let answer = answer(&said);
        assert_eq!(
            code == Some(0),
            answer["state"] == "done",
            "{code:?} {answer:#}"
        );
    }
    let journal = only_journal(scene);
    tells(&incident, &entries(&journal)).await;

    // the same command again, and nothing goes wrong
    scene.gate.reset();
    let answer = scene.apply(&run, 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    incident.is_contained().await;
    // where the first run was complete, the second has a journal of its own, which is taken back first
    let second = self::journal(&answer);
    scene.apply(&["undo", second, "--force"], 0);
    if second != journal {
        scene.apply(&["undo", &journal, "--force"], 0);
    }
    incident.is_as_before().await;
}

fn only_journal(scene: &Scene) -> String {
    let folder = std::fs::read_dir(scene.journals()).expect("there is a journal");
    let files = folder.map(|entry| entry.unwrap().path());
    let is_journal = |path: &std::path::PathBuf| path.extension().is_some_and(|it| it == "jsonl");
    let files: Vec<_> = files.filter(is_journal).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].to_str().expect("the path is UTF-8").to_owned()
}

/// Asserts that what stands in the journal is what the account holds, and that no change is without its entry.
async fn tells(incident: &Incident, entries: &[Value]) {
    let of = |kind: &str| {
        entries
            .iter()
            .filter(|entry| entry["entry"] == kind)
            .collect::<Vec<_>>()
    };
    let intended = of("intended");
    let changes = incident.scene.gate.changes();
    for change in &changes {
        let call = |intended: &&Value| {
            let words = intended["call"].as_array().expect("a call is words");
            // how a document is escaped is not the point
            let mut names = change
                .parameters
                .values()
                .filter(|value| !value.starts_with('{'));
            names.all(|name| words.iter().any(|word| word == name.as_str()))
        };
        assert!(intended.iter().any(call), "{change:?} is in {intended:#?}");
    }
    // of a slot that was set twice the last entry counts
    let mut last: Vec<&Value> = Vec::new();
    for entry in &intended {
        last.retain(|other| other["slot"] != entry["slot"]);
        last.push(entry);
    }
    for entry in last {
        let is_its = |other: &&&Value| other["step"] == entry["step"];
        let there = |value: &Value| {
            value.as_str().map(|text| match text {
                "Active" | "Inactive" => text.to_owned(),
                _ => "there".to_owned(),
            })
        };
        let [previous, to] = [there(&entry["previous"]), there(&entry["to"])];
        let holds = incident.holds(&entry["slot"]).await;
        let is_done = of("done").iter().any(|other| is_its(&other));
        let failed = of("failed");
        let failed = failed.iter().rfind(|other| is_its(other));
        match failed {
            _ if is_done => assert_eq!(holds, to, "{entry}"),
            Some(failed) if failed["unknown"] == false => assert_eq!(holds, previous, "{entry}"),
            // the answer is not known: either, and the journal does not say that it knows
            _ => assert!(holds == previous || holds == to, "{entry}"),
        }
    }
}

/// A containment for every call of one that changes something, side by side: each mostly waits.
fn at_every_change(name: &str, fault: Fault, times: usize, then: Then) {
    std::thread::scope(|scope| {
        for position in 0..CHANGES {
            scope.spawn(move || {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = runtime.enable_all().build();
                let runtime = runtime.expect("a runtime can be made");
                runtime.block_on(contain(name, position, fault, times, then));
            });
        }
    });
}

#[test]
fn a_call_is_refused() {
    at_every_change("refused", Fault::DENY, 1, Then::GoesOn);
}

#[test]
fn a_call_is_throttled_for_good() {
    at_every_change("throttled", Fault::THROTTLE, 3, Then::GoesOn);
}

#[test]
fn iam_fails_on_the_way_once() {
    at_every_change("broken", Fault::BREAK, 1, Then::GoesOn);
}

#[test]
fn an_answer_is_lost() {
    at_every_change("lost", Fault::LoseAnswer, 1, Then::GoesOn);
}

#[test]
fn every_answer_to_a_call_is_lost() {
    at_every_change("silent", Fault::LoseAnswer, 3, Then::GoesOn);
}

#[test]
fn the_process_is_killed_before_a_call_is_carried_out() {
    at_every_change("early", Fault::Hold, 1, Then::IsKilled);
}

#[test]
fn the_process_is_killed_after_a_call_was_carried_out() {
    at_every_change("late", Fault::HoldAnswer, 1, Then::IsKilled);
}
