//! What a watch sees of the lineage, and what it makes of it.

use serde_json::json;

use super::{CHILD, KEY, LONG, NEW, Scene, THERE, interrupt, is_about, sightings};

#[test]
fn each_event_is_told_once_and_late_ones_are_labelled() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let said = scene.watch(&LONG, |_| {
        scene.polls(2);
        scene.server.deliver([
            scene.call("a", -120, KEY, "ListUsers", &json!({})),
            scene.call("b", 0, CHILD, "ListUsers", &json!({"awsRegion": THERE})),
            scene.call("c", 60, KEY, "PutUserPolicy", &json!({"readOnly": false})),
        ]);
        scene.polls(3);
        let alive = scene.call("d", 61, KEY, "ListUsers", &json!({}));
        scene.server.deliver([alive]);
    });
    let said = said.exits(10);
    let watched = said.json();
    assert_eq!(
        sightings(&watched),
        ["a late", "b late", "c late", "d alive"]
    );
    let told = said.stderr.lines().filter_map(|line| line.split_once(' '));
    let told = told.map(|(kind, _)| kind).filter(|kind| *kind != "poll");
    let told: Vec<&str> = told.collect();
    assert_eq!(
        told,
        ["traces", "CloudTrail", "late", "late", "late", "ALIVE"]
    );
    assert!(watched["polls"].as_u64().unwrap() >= 4);
}

#[test]
fn what_is_known_when_the_watch_begins_counts_too() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let alive = scene.call("alive", 90, CHILD, "ListUsers", &json!({}));
    scene.server.deliver([alive]);
    let said = scene.watch(&LONG, |_| ());
    let watched = said.exits(10).json();
    assert_eq!(
        sightings(&watched),
        ["alive alive"],
        "and nothing from before"
    );
    assert_eq!(watched["polls"], 1);
}

#[test]
fn a_credential_minted_by_a_child_is_found_and_followed() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let said = scene.watch(&LONG, |_| {
        scene.polls(2);
        let mint = scene.create("mint", 20, CHILD, NEW);
        scene.server.deliver([mint]);
        scene
            .server
            .wait_until(|calls| calls.iter().any(|call| is_about(call, NEW)));
        scene.server.deliver([
            scene.issue("assume", 200, NEW, "ASIANEWCHILD00000000"),
            scene.call(
                "use",
                210,
                "ASIANEWCHILD00000000",
                "ListBuckets",
                &json!({"awsRegion": THERE}),
            ),
        ]);
    });
    let watched = said.exits(10).json();
    assert_eq!(
        sightings(&watched),
        ["mint late", "assume alive", "use alive"]
    );
    let keys = json!([KEY, CHILD, NEW, "ASIANEWCHILD00000000"]);
    assert_eq!(watched["access_keys"], keys);
    assert_eq!(watched["sightings"][2]["region"], THERE);
}

#[test]
fn a_credential_minted_just_before_containment_is_found_when_that_arrives() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let said = scene.watch(&LONG, |_| {
        scene.polls(2);
        scene.server.deliver([
            scene.issue("mint", -300, KEY, "ASIALATE000000000000"),
            scene.call("use", 300, "ASIALATE000000000000", "ListUsers", &json!({})),
        ]);
    });
    let watched = said.exits(10).json();
    assert_eq!(sightings(&watched), ["mint late", "use alive"]);
}

#[test]
fn reading_calls_count() {
    for (source, name) in [("sts", "AssumeRole"), ("secretsmanager", "GetSecretValue")] {
        let Some(scene) = Scene::new(|server| server) else {
            return;
        };
        let said = scene.watch(&LONG, |_| {
            scene.polls(2);
            let fields =
                json!({"eventSource": format!("{source}.amazonaws.com"), "readOnly": true});
            let alive = scene.call("alive", 61, CHILD, name, &fields);
            scene.server.deliver([alive]);
        });
        let watched = said.exits(10).json();
        assert_eq!(sightings(&watched), ["alive alive"], "{name}");
        let sighting = &watched["sightings"][0];
        assert_eq!(sighting["event_name"], name);
        assert_eq!(sighting["access_key_id"], CHILD);
        assert_eq!(sighting["source_ip"], "192.0.2.7");
    }
}

#[test]
fn refused_calls_do_not_end_the_watch_and_an_interrupt_does() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let said = scene.watch(&LONG, |running| {
        scene.polls(2);
        scene.server.deliver([
            scene.call(
                "a",
                10,
                CHILD,
                "ListUsers",
                &json!({"errorCode": "AccessDenied"}),
            ),
            scene.call(
                "b",
                400,
                KEY,
                "GetRole",
                &json!({"errorCode": "NoSuchEntityException"}),
            ),
        ]);
        scene.polls(4);
        interrupt(running);
    });
    let watched = said.exits(130).json();
    assert_eq!(sightings(&watched), ["a refused", "b refused"]);
    assert_eq!(watched["sightings"][0]["error"], "AccessDenied");
    let notes = watched["notes"].to_string();
    assert!(
        notes.contains("AccessDenied (1), NoSuchEntityException (1)"),
        "{notes}"
    );
}

#[test]
fn a_dry_run_that_would_have_succeeded_counts() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let fields = json!({"eventSource": "ec2.amazonaws.com", "errorCode": "Client.DryRunOperation"});
    let rehearsal = scene.call("dry", 61, CHILD, "RunInstances", &fields);
    scene.server.deliver([rehearsal]);
    let said = scene.watch(&LONG, |_| ());
    let watched = said.exits(10).json();
    assert_eq!(sightings(&watched), ["dry alive"]);
}
