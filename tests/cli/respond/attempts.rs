//! Calls that are carried out without a sure answer, and refused when they are made again: what was done is found, told,
//! and taken back.

use aws_sdk_iam::types::StatusType;

use super::*;
use crate::support::gate::{Fault, Rule};
use crate::support::iam_account::Key;

/// IAM took the credentials' end to heart between two attempts.
const EXPIRED: Fault = Fault::Refuse(403, "ExpiredToken");
const NO_SUCH_TOKEN: Fault = Fault::Refuse(403, "InvalidClientTokenId");
/// A code that is no failure on the way, with a status that is.
const DENIED_BY_A_BROKEN_SERVER: Fault = Fault::Refuse(500, "AccessDenied");

/// What becomes of the attempts of one call; the last goes on for good.
const LOST_BEFORE: [&[Fault]; 10] = [
    &[Fault::LoseAnswer, Fault::DENY],
    &[Fault::LoseAnswer, EXPIRED],
    &[Fault::LoseAnswer, NO_SUCH_TOKEN],
    &[Fault::LoseAnswer, Fault::THROTTLE],
    &[Fault::LoseAnswer, Fault::BREAK, Fault::DENY],
    &[Fault::THROTTLE, Fault::LoseAnswer, Fault::DENY],
    &[Fault::LoseAnswer, DENIED_BY_A_BROKEN_SERVER],
    // carried out, and answered by something on the way
    &[Fault::Misreport(500, "AccessDenied")],
    &[Fault::Misreport(403, "")],
    &[Fault::Misreport(400, "InternalFailure")],
];

fn on(gate: &Gate, action: &'static str, faults: &[Fault]) {
    for (position, fault) in faults.iter().enumerate() {
        let rule = Rule::on(action, *fault).after(position);
        let is_last = position + 1 == faults.len();
        gate.rule(if is_last { rule } else { rule.times(1) });
    }
}

/// Runs `test` on each, side by side: they mostly wait.
fn on_each<F>(attempts: &[&'static [Fault]], test: impl Fn(String, &'static [Fault]) -> F + Sync)
where
    F: Future<Output = ()>,
{
    std::thread::scope(|scope| {
        for (number, faults) in attempts.iter().enumerate() {
            let test = &test;
            scope.spawn(move || {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = runtime.enable_all().build();
                let runtime = runtime.expect("a runtime can be made");
                runtime.block_on(test(number.to_string(), faults));
            });
        }
    });
}

/// A scene with one user and key.
async fn victim(name: &str) -> Option<(Scene, Key)> {
    let scene = Scene::new(name).await?;
    let key = scene.account.user(&scene.named("victim")).await;
    Some((scene, key))
}

/// What `run` answers where its one change, an `action`, meets `faults`: that it holds, though the answer was lost.
fn found_done(scene: &Scene, action: &'static str, faults: &[Fault], run: &[&str]) -> Value {
    scene.gate.reset();
    on(&scene.gate, action, faults);
    let run = [run, &["--patience", "1s"]].concat();
    let answer = scene.apply(&run, 0);
    let [step] = steps(&answer) else {
        panic!("one change: {answer:#}");
    };
    assert_eq!(text(step, "state"), "done", "{faults:?} {answer:#}");
    let reason = text(step, "reason");
    assert!(reason.contains("it reads as set, though"), "{reason}");
    let journal = entries(journal(&answer));
    let failed = journal.iter().find(|entry| entry["entry"] == "failed");
    let failed = failed.expect("the failure is told");
    assert_eq!(failed["unknown"], true, "{faults:?} {failed}");
    scene.gate.reset();
    answer
}

#[test]
fn a_key_that_was_switched_before_the_refusal_is_found_off_and_is_switched_back() {
    on_each(&LOST_BEFORE, async |number, faults| {
        let Some((scene, key)) = victim(&format!("tried-key{number}")).await else {
            return;
        };
        let run = ["deactivate-key", &key.id];
        let answer = found_done(&scene, "UpdateAccessKey", faults, &run);
        scene.account.is_no_key(&key.credentials).await;
        let undo = ["undo", journal(&answer)];
        found_done(&scene, "UpdateAccessKey", faults, &undo);
        scene.account.works(&key.credentials).await;
    });
}

#[test]
fn so_is_a_deny_of_a_user() {
    on_each(&LOST_BEFORE, async |number, faults| {
        let Some((scene, key)) = victim(&format!("tried-user{number}")).await else {
            return;
        };
        let run = ["quarantine", &key.user, "--deny-all"];
        let answer = found_done(&scene, "PutUserPolicy", faults, &run);
        scene.account.is_denied(&key.credentials).await;
        let undo = ["undo", journal(&answer)];
        found_done(&scene, "DeleteUserPolicy", faults, &undo);
        scene.account.works(&key.credentials).await;
    });
}

#[test]
fn a_containment_goes_on_with_the_sessions_of_a_key_that_was_switched_unseen() {
    on_each(&LOST_BEFORE[..2], async |number, faults| {
        let name = format!("tried-all{number}");
        let Some(incident) = super::incident::Incident::new(&name).await else {
            return;
        };
        let scene = &incident.scene;
        let report = incident.report();
        for (position, fault) in faults.iter().enumerate() {
            let rule = Rule::on("UpdateAccessKey", *fault).of("AccessKeyId", &incident.traced.id);
            scene.gate.rule(rule.after(position).times(1));
        }
        let answer = scene.apply(&["contain", "--from-trace", &report], 0);
        assert_eq!(answer["state"], "done", "{answer:#}");
        incident.is_contained().await;
        scene.gate.reset();
        scene.apply(&["undo", journal(&answer), "--force"], 0);
        incident.is_as_before().await;
    });
}

/// Nobody was heard to do it, and it was not done: that is not known either, and undo finds nothing to take back.
#[test]
fn what_failed_on_the_way_and_then_was_refused_is_unknown() {
    let attempts: [&[Fault]; 3] = [
        &[Fault::BREAK, Fault::DENY],
        &[Fault::Refuse(503, "SlowDown"), EXPIRED],
        &[DENIED_BY_A_BROKEN_SERVER],
    ];
    on_each(&attempts, async |number, faults| {
        let Some((scene, key)) = victim(&format!("tried-not{number}")).await else {
            return;
        };
        on(&scene.gate, "UpdateAccessKey", faults);
        let answer = scene.apply(&["deactivate-key", &key.id], 1);
        assert_eq!(outcomes(&answer), ["keys unknown"], "{faults:?}");
        let undo = answer["undo"].to_string();
        assert!(undo.contains(journal(&answer)), "{answer:#}");
        scene.account.works(&key.credentials).await;
        scene.gate.reset();
        let undone = scene.undo(&answer, 0);
        assert_eq!(undone["state"], "nothing", "{undone:#}");
    });
}

/// Throttling alone, and a refusal alone, say for sure that nothing was done.
#[test]
fn what_was_only_throttled_and_refused_has_failed() {
    let attempts: [&[Fault]; 3] = [
        &[Fault::THROTTLE, Fault::DENY],
        &[EXPIRED],
        &[Fault::THROTTLE],
    ];
    on_each(&attempts, async |number, faults| {
        let Some((scene, key)) = victim(&format!("tried-no{number}")).await else {
            return;
        };
        on(&scene.gate, "UpdateAccessKey", faults);
        let answer = scene.apply(&["deactivate-key", &key.id, "--patience", "1s"], 1);
        assert_eq!(outcomes(&answer), ["keys failed"], "{faults:?}");
        assert_eq!(answer["undo"], Value::Null);
        assert_eq!(scene.account.status(&key).await, Some(StatusType::Active));
    });
}
