//! Runs that did not come to their end, by a crash, by Ctrl-C, or by a journal that could not be written: what the
//! journal says then, and that the same command goes on.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::ChildStderr;
use std::thread;
use std::time::Duration;

use trailhunt::response::journal::JournalFolder;

use super::incident::Incident;
use super::*;
use crate::support::gate::{Fault, Rule};
use crate::support::offline::Folder;

/// ministack's.
const ACCOUNT: &str = "000000000000";

/// Runs it, and kills it when its first change was carried out and not yet answered.
fn killed(scene: &Scene, arguments: &[&str]) {
    scene.gate.reset();
    scene.gate.rule(Rule::on_change(Fault::HoldAnswer).times(1));
    let mut running = scene.start(arguments);
    scene.gate.wait_until_held();
    running.kill().expect("it runs");
    running.wait().expect("it is our child");
    scene.gate.turn_away();
    scene.gate.reset();
}

/// The newest journal of `word` in the state folder.
fn newest(scene: &Scene, word: &str) -> String {
    let folder = std::fs::read_dir(scene.journals()).expect("there is a journal");
    let paths = folder.map(|entry| entry.unwrap().path().to_str().unwrap().to_owned());
    let newest = paths.filter(|path| path.contains(word)).max();
    newest.expect("there is one")
}

fn last(path: &str) -> Value {
    entries(path).pop().expect("a journal has entries")
}

/// Asserts that `arguments`, whose run was killed after its one change, are gone on with, and end.
fn goes_on(scene: &Scene, arguments: &[&str]) -> Value {
    let path = newest(scene, arguments[0]);
    assert_eq!(last(&path)["entry"], "intended");
    let cut_off = std::fs::read(&path).unwrap();

    let plan = scene.plan(arguments, 0);
    assert_eq!(plan["state"], "nothing", "{plan}");
    assert!(plan["notes"].to_string().contains(&path), "{plan}");
    assert_eq!(plan["journal"], Value::Null);
    let next = plan["next"][0]["argv"].to_string();
    assert!(next.contains("--apply"), "{plan}");
    assert_eq!(
        std::fs::read(&path).unwrap(),
        cut_off,
        "a plan writes nothing"
    );

    let answer = scene.apply(arguments, 0);
    assert_eq!((text(&answer, "state"), journal(&answer)), ("done", &*path));
    let note = "found done after an interruption";
    assert!(answer["notes"].to_string().contains(note), "{answer}");
    assert_eq!(answer["undo"][3], *path);
    assert_eq!(scene.gate.changes(), []);
    let of = |kind: &str| {
        let is_of = |entry: &&Value| entry["entry"] == kind;
        entries(&path).iter().filter(is_of).count()
    };
    assert_eq!((of("found"), of("ended")), (1, 1));
    assert_eq!(last(&path)["state"], "done");

    // now it has an end, and nothing is gone on with
    let again = scene.apply(arguments, 0);
    assert_eq!(
        (&again["state"], &again["journal"]),
        (&"nothing".into(), &Value::Null)
    );
    answer
}

#[tokio::test]
async fn a_deactivation_whose_answer_nobody_lived_to_see_is_found() {
    let Some(scene) = Scene::new("pending").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let run = ["deactivate-key", key.id.as_str()];
    killed(&scene, &run);
    let path = newest(&scene, run[0]);
    let journals = JournalFolder::at(scene.journals());
    let contained = || {
        journals
            .when_contained(&key.id, ACCOUNT, Some(Path::new(&path)))
            .unwrap()
    };
    assert_eq!(contained(), None, "nobody knows yet");
    let answer = goes_on(&scene, &run);
    assert!(contained().is_some());
    let watch = answer["next"][0]["argv"].to_string();
    assert!(
        watch.contains("watch") && watch.contains(&key.id),
        "{answer}"
    );
    scene.undo(&answer, 0);
    scene.account.works(&key.credentials).await;
}

#[tokio::test]
async fn so_is_what_undo_did() {
    let Some(scene) = Scene::new("unundone").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let answer = scene.apply(&["deactivate-key", &key.id], 0);
    killed(&scene, &["undo", journal(&answer)]);
    scene.account.works(&key.credentials).await;
    let undone = goes_on(&scene, &["undo", journal(&answer)]);
    scene.undo(&undone, 0);
    scene.account.is_no_key(&key.credentials).await;
}

#[tokio::test]
async fn so_is_a_quarantine() {
    let Some(scene) = Scene::new("unquarantined").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let run = ["quarantine", key.user.as_str(), "--deny-all"];
    killed(&scene, &run);
    let answer = goes_on(&scene, &run);
    scene.account.is_denied(&key.credentials).await;
    scene.undo(&answer, 0);
    scene.account.works(&key.credentials).await;
}

#[tokio::test]
async fn so_is_a_containment_and_a_person_reads_how_to_take_it_back() {
    let Some(incident) = Incident::new("unread").await else {
        return;
    };
    let scene = &incident.scene;
    let traced = incident.traced.id.as_str();
    let report = incident.forged("of-one-key.json", |report| {
        let lineage = report["lineage"].as_array_mut().unwrap();
        lineage.retain(|node| node["access_key_id"] == traced);
    });
    let run = ["contain", "--from-trace", &report];
    killed(scene, &run);
    let path = newest(scene, "contain");
    // nothing is called, so nothing is asked
    let said = scene.respond(run.iter().chain(&["--apply"])).exits(0);
    let flat = said.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("did not come to its end"), "{}", said.text());
    assert!(flat.contains("trailhunt respond undo"), "{}", said.text());
    assert_eq!(last(&path)["state"], "done");
    scene.apply(&["undo", &path], 0);
    scene.account.works(&incident.traced.credentials).await;
}

/// What a run says on stderr, up to a line that holds `words`.
fn said_up_to(running: &mut Child, words: &str) -> BufReader<ChildStderr> {
    let mut stderr = BufReader::new(running.stderr.take().expect("it is piped"));
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        let read = stderr.read_line(&mut line).expect("it says texts");
        assert_ne!(read, 0, "it ended without saying '{words}'");
    }
    stderr
}

fn end_by(signal: &str, scene: &Scene, running: &Child) {
    let kill = format!("kill -{signal} {}", running.id());
    let mut shell = scene.sandbox.command("sh");
    shell.args(["-c", &kill]).assert().success();
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_waits_for_the_calls_under_way_and_no_other() {
    waits_for_the_calls_under_way("INT", 130).await;
}

#[cfg(unix)]
async fn waits_for_the_calls_under_way(signal: &str, code: i32) {
    let Some(incident) = Incident::new(&format!("sig{signal}")).await else {
        return;
    };
    let scene = &incident.scene;
    let report = incident.report();
    let run = ["contain", "--from-trace", &report];
    scene.gate.rule(Rule::on_change(Fault::Hold));
    let mut running = scene.start(&run);
    // the keys and the user: the session waits for these
    scene.gate.wait_until_held_are(3);
    end_by(signal, scene, &running);
    let mut stderr = said_up_to(&mut running, "Ctrl-C again ends at once");
    scene.gate.let_go();
    let said = ended(running).exits(code);
    stderr.read_to_string(&mut String::new()).unwrap();
    let answer = answer(&said);
    assert_eq!(answer["state"], "interrupted");
    assert_eq!(
        outcomes(&answer),
        [
            "keys done",
            "sessions waiting",
            "created done",
            "created done"
        ]
    );
    assert_eq!(scene.gate.changes().len(), 3);
    let path = journal(&answer);
    assert_eq!(last(path)["state"], "interrupted");
    assert_eq!(answer["undo"][3], path);

    scene.gate.reset();
    let rest = scene.apply(&run, 0);
    assert_eq!((text(&rest, "state"), journal(&rest)), ("done", path));
    incident.is_contained().await;
    scene.apply(&["undo", path, "--force"], 0);
    incident.is_as_before().await;
}

#[cfg(unix)]
#[tokio::test]
async fn so_does_what_a_supervisor_or_a_closed_terminal_sends() {
    waits_for_the_calls_under_way("TERM", 143).await;
    waits_for_the_calls_under_way("HUP", 129).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_ctrl_c_ends_it_at_once_and_the_journal_says_so() {
    let Some(scene) = Scene::new("twice-sigint").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let run = ["deactivate-key", key.id.as_str()];
    scene.gate.rule(Rule::on("UpdateAccessKey", Fault::Hold));
    let mut running = scene.start(&run);
    scene.gate.wait_until_held();
    end_by("INT", &scene, &running);
    let mut stderr = said_up_to(&mut running, "Ctrl-C again ends at once");
    // signals that come before the last was seen count as one
    while running.try_wait().expect("it is our child").is_none() {
        end_by("INT", &scene, &running);
        thread::sleep(Duration::from_millis(20));
    }
    stderr.read_to_string(&mut String::new()).unwrap();
    let said = ended(running).exits(130);
    assert_eq!(said.text(), "");
    assert_eq!(last(&newest(&scene, run[0]))["entry"], "intended");
    scene.gate.turn_away();
    scene.account.works(&key.credentials).await;

    scene.gate.reset();
    let answer = scene.apply(&run, 0);
    assert_eq!(outcomes(&answer), ["keys done"]);
    assert_eq!(journal(&answer), newest(&scene, run[0]));
    scene.account.is_no_key(&key.credentials).await;
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_before_a_deny_is_put_again_is_made_good_by_the_next_run() {
    let Some(scene) = Scene::new("unagain").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let role = scene.named("role");
    let arn = account.role(&role).await;
    let flags = [
        "--yes",
        "--apply",
        "--again-after",
        "1h",
        "--format",
        "json",
    ];
    let run = ["respond", "revoke-sessions", &role, "--regions", HERE];
    let mut running = scene.sandbox.start(run.iter().chain(&flags));
    let mut stderr = said_up_to(&mut running, "denying the sessions issued meanwhile");
    end_by("INT", &scene, &running);
    let said = ended(running).exits(130);
    stderr.read_to_string(&mut String::new()).unwrap();
    let answer = answer(&said);
    assert_eq!(answer["state"], "interrupted");
    assert_eq!(outcomes(&answer), ["sessions unconfirmed"]);
    let reason = text(&steps(&answer)[0], "reason");
    assert!(reason.contains("was not put again"), "{reason}");
    assert_eq!(last(journal(&answer))["state"], "interrupted");

    let first = scene.gate.changes();
    assert_eq!(first.len(), 1);
    pass(moment(&first[0])).await;
    let minted = account.assume(&key.credentials, &arn, "minted").await;
    account.works(&minted).await;
    let again = scene.apply(&["revoke-sessions", &role], 0);
    assert_eq!(journal(&again), journal(&answer));
    assert_eq!(scene.gate.changes().len(), 3);
    account.is_denied(&minted).await;
    scene.apply(&["undo", journal(&again), "--force"], 0);
    assert!(account.role_policies(&role).await.is_empty());
}

/// Runs the binary where files cannot grow beyond `blocks` of the shell's.
#[cfg(unix)]
fn with_room_for(blocks: usize, scene: &Scene, arguments: &[&str]) -> Said {
    // a file that would grow further is an error then, and does not end the process
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut shell = scene.sandbox.command("sh");
    shell
        .args(["-c", &limit, env!("CARGO_BIN_EXE_trailhunt"), "respond"])
        .args(arguments)
        .args(APPLY)
        .args(["--regions", HERE, "--rate", "50"]);
    said(&mut shell)
}

#[cfg(unix)]
#[tokio::test]
async fn a_journal_that_cannot_be_written_on_ends_the_run_before_the_next_call() {
    let Some(incident) = Incident::new("full").await else {
        return;
    };
    let scene = &incident.scene;
    let report = incident.report();
    let folder = Folder::new();
    let mut seen = Vec::new();
    for blocks in 1.. {
        let path = folder.file(&blocks.to_string());
        let path = path.to_str().unwrap();
        let run = ["contain", "--from-trace", &report, "--journal", path];
        scene.gate.reset();
        let said = with_room_for(blocks, scene, &run);
        let changes = scene.gate.changes();
        if said.code == Some(0) {
            break;
        }
        // one of which not even the first entry fits is not there at all
        if !Path::new(path).exists() {
            assert_eq!((said.code, changes.len()), (Some(2), 0), "{}", said.stderr);
            assert!(said.stderr.contains("cannot make"), "{}", said.stderr);
            continue;
        }
        // an entry that is cut off in the middle is no entry
        let text = std::fs::read_to_string(path).unwrap();
        let whole = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let intended = whole.filter(|entry| entry["entry"] == "intended").count();
        assert!(changes.len() <= intended, "{changes:#?} {text}");
        assert!(said.stderr.contains("cannot be written"), "{}", said.stderr);
        if changes.is_empty() {
            continue;
        }
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        let answer = answer(&said);
        assert_eq!(answer["state"], "partial", "{answer:#}");
        assert!(answer["notes"].to_string().contains("cannot be written"));
        assert_eq!(answer["undo"][3], path);
        let called = |step: &&Value| step["request_id"].is_string();
        let called = steps(&answer).iter().filter(called).count();
        seen.push((called, changes.len()));
        // it is taken back, for the next run to do all of it
        scene.apply(&["undo", path, "--force"], 0);
        incident.is_as_before().await;
    }
    // of the five calls the last puts the deny of the second again
    assert!(
        seen.iter()
            .all(|(called, changes)| *called == *changes.min(&4)),
        "{seen:?}"
    );
    assert!(seen.len() >= 3 && seen.is_sorted(), "{seen:?}");
    incident.is_contained().await;
}
