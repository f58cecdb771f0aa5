//! What a watch ends with: its table, its JSON, its exit code, and what it says on the way.

use std::io::{BufRead, BufReader};

use serde_json::json;

use super::{CHILD, KEY, LONG, SHORT, Scene, interrupt, sightings};
use crate::support::offline::{Said, trailhunt};

fn table(scene: &Scene, flags: &[&str]) -> Said {
    let running = scene.start(flags);
    Said::of(running.wait_with_output().expect("the watch ends"))
}

#[test]
fn a_living_lineage_as_people_read_it() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let hostile = json!({"sourceIPAddress": "203.0.113.66\u{1b}[2J\u{202e}"});
    scene.server.deliver([
        scene.call("late", 30, KEY, "ListUsers", &json!({})),
        scene.call("alive", 90, CHILD, "GetSecretValue", &hostile),
    ]);
    let said = table(&scene, &LONG).exits(10);
    let text = said.text();
    for words in [
        &format!("watch of {KEY}"),
        "000000000000, as arn:aws:",
        "as --contained-at says",
        "ALIVE: 1 call succeeded over 60 seconds after containment, by user/ana with ASIACHILD00000000000",
        "silence is no proof",
        "within about 5 minutes on average, not guaranteed",
        "data events",
    ] {
        // the table breaks lines
        let unbroken = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unbroken.contains(words), "{words}: {text}");
    }
    for stream in [text, &said.stderr] {
        assert!(stream.contains("GetSecretValue"), "{stream}");
        assert!(stream.contains("late "), "{stream}");
        assert!(!stream.contains(['\u{1b}', '\u{202e}']), "{stream:?}");
    }
    let trace = format!("trailhunt trace-key {KEY} --format json -o trace.json");
    for next in [&trace, "trailhunt respond contain --from-trace trace.json"] {
        assert!(text.contains(next), "{next}: {text}");
    }
}

#[test]
fn silence_as_people_read_it() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let said = table(&scene, &["--for", "0s", "--rate", "50"]).exits(0);
    let text = said.text();
    assert!(text.contains("no call is known since\n"), "{text}");
    for (said_once, stream) in [
        ("silence is no proof", text),
        ("within about 5 minutes", &said.stderr),
    ] {
        assert_eq!(stream.matches(said_once).count(), 1, "{stream}");
    }
    assert!(text.contains("1 look, 2 keys"), "{text}");
    let begin = format!("traces {KEY} since {} in 2 Regions", scene.at(-2 * 86_400));
    assert!(said.stderr.starts_with(&begin), "{}", said.stderr);
    assert!(said.stderr.contains("this was the last poll"));
}

#[test]
fn json_is_one_document_of_its_own_version() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let watched = scene.watch(&SHORT, |_| ()).exits(0).json();
    assert_eq!(watched["schema_version"], 1);
    assert_eq!(watched["tool"]["name"], "trailhunt");
    assert_eq!(watched["access_key_id"], KEY);
    assert_eq!(watched["contained_at"], scene.at(0));
    assert_eq!(watched["contained_from"], "asked");
    assert_eq!(watched["caller"]["account"], "000000000000");
    let (since, until) = (&watched["watched_since"], &watched["watched_until"]);
    assert!(since.as_str() < until.as_str(), "{since} {until}");
}

#[test]
fn an_interrupt_in_a_pause_keeps_what_was_seen() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let late = scene.call("late", 30, KEY, "ListUsers", &json!({}));
    scene.server.deliver([late]);
    let pause = ["--for", "1h", "--every", "1h", "--format", "json"];
    let mut running = scene.start(&pause);
    let stderr = BufReader::new(running.stderr.take().unwrap());
    let mut told = stderr.lines().map(Result::unwrap);
    assert!(told.any(|line| line.contains("next poll at")));
    interrupt(&running);
    let watched = Said::of(running.wait_with_output().unwrap());
    let watched = watched.exits(130).json();
    assert_eq!(watched["polls"], 1);
    assert_eq!(watched["complete"], true);
    assert_eq!(sightings(&watched), ["late late"]);
}

#[test]
fn lengths_and_pauses_that_are_none() {
    for flag in ["--for", "--every"] {
        for wrong in ["1ms", "1000d", "-1s", "30", "169h"] {
            let value = format!("{flag}={wrong}");
            let said = trailhunt(["respond", "watch", KEY, &value]).exits(2);
            assert!(said.stderr.contains(flag), "{}", said.stderr);
        }
    }
}
