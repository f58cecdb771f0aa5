//! What a watch asks of Event history, and what it could not read.

use std::time::Duration;

use serde_json::json;

use trailhunt::clock;

use super::{CHILD, HERE, KEY, LONG, SHORT, Scene, THERE, interrupt, is_about, sightings};
use crate::support::aws_servers::Emulator;
use crate::support::iam_account::Account;
use crate::support::lookup_server::{
    Builder, Call, Fault, LookupServer, Outcome, Quota, RegionState, Rule,
};
use crate::support::offline::said;
use crate::support::sandbox::Sandbox;

#[test]
fn silence_is_complete_and_no_proof() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let said = scene.watch(&SHORT, |_| ()).exits(0);
    let watched = said.json();
    assert_eq!(watched["complete"], true);
    assert_eq!(sightings(&watched), [""; 0]);
    assert_eq!(watched["access_keys"], json!([KEY, CHILD]));
    let count = watched["polls"].as_u64().unwrap();
    assert!((2..=3).contains(&count), "{count}: one a second at most");
    let notes = watched["notes"].to_string();
    assert!(notes.contains("silence is no proof"), "{notes}");
    let line = said.stderr.lines().last().unwrap();
    let expected = format!(
        "poll {count}: 2 keys in 2 Regions, nothing since {}; ",
        scene.at(0)
    );
    assert!(line.starts_with(&expected), "{line}");
    assert!(line.ends_with("; this was the last poll"), "{line}");
}

#[test]
fn polls_ask_what_may_still_arrive_and_nothing_older() {
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let said = scene.watch(&LONG, |running| {
        // the last of them is cut
        scene.polls(4);
        interrupt(running);
    });
    said.exits(130);
    let of_key: Vec<Call> = scene.server.calls_in(THERE);
    let starts = of_key.iter().filter(|call| is_about(call, KEY));
    let starts: Vec<f64> = starts
        .filter_map(|call| call.parameters.start_time)
        .collect();
    let contained_at = u32::try_from(scene.contained_at.timestamp()).unwrap();
    let seconds = |start: &f64| format!("{:.0}", start - f64::from(contained_at));
    let starts: Vec<String> = starts.iter().map(seconds).collect();
    assert_eq!(starts[0], "-172800", "the trace");
    assert!(starts.len() > 2, "{starts:?}");
    assert!(
        starts[1..].iter().all(|start| start == "-900"),
        "{starts:?}"
    );
}

#[test]
fn an_expired_credential_is_not_asked_again() {
    let old = "ASIAOLD0000000000000";
    let Some(scene) = Scene::new(|server| server) else {
        return;
    };
    let long_ago = scene.issue("old", -7200, KEY, old);
    scene.server.deliver([long_ago]);
    let said = scene.watch(&SHORT, |_| ());
    let watched = said.exits(0).json();
    assert!(watched["polls"].as_u64().unwrap() > 1);
    assert_eq!(watched["access_keys"], json!([KEY, old, CHILD]));
    let calls = scene.server.calls_in(HERE);
    let times = |key| calls.iter().filter(|call| is_about(call, key)).count();
    assert_eq!(times(old), 1);
    assert_eq!(
        times(CHILD),
        times(KEY),
        "it was good until 15 minutes before"
    );
}

#[test]
fn the_quota_is_kept() {
    let Some(scene) = Scene::new(|server| server.quota(Quota::AWS)) else {
        return;
    };
    // looks that would follow one another at once, at the rate that nobody has to ask for
    let said = scene.watch(&["--for", "4s", "--every", "0s"], |_| ());
    said.exits(0);
    for region in [HERE, THERE] {
        let calls = scene.server.calls_in(region);
        let throttled = calls
            .iter()
            .filter(|call| call.outcome == Outcome::Throttled);
        assert_eq!(throttled.count(), 0);
        let gaps = u32::try_from(calls.len() - 1).unwrap();
        let took = calls[calls.len() - 1].at.saturating_sub(calls[0].at);
        // all but one: the first call may be held up on its way
        assert!(
            took >= Duration::from_millis(495) * (gaps - 1),
            "{gaps} gaps in {took:?}"
        );
        assert!(gaps > 5, "{gaps}");
    }
}

#[test]
fn a_region_that_cannot_be_read_is_no_silence() {
    let Some(scene) = Scene::new(|server| server.region(THERE, RegionState::Denied)) else {
        return;
    };
    let said = scene.watch(&SHORT, |_| ()).exits(3);
    let watched = said.json();
    assert_eq!(watched["complete"], false);
    assert!(watched["polls"].as_u64().unwrap() > 1);
    let coverage = watched["coverage"].as_array().unwrap();
    let states: Vec<(&str, &str)> = coverage
        .iter()
        .map(|part| {
            (
                part["region"].as_str().unwrap(),
                part["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(states, [(THERE, "denied"), (HERE, "read")]);
    let told = "in 2 Regions (1 of them cannot be read), nothing since";
    assert!(said.stderr.contains(told), "{}", said.stderr);
    let there = scene.server.calls_in(THERE);
    let here = scene.server.calls_in(HERE);
    let mut of_polls = here.iter().filter(|call| is_about(call, KEY));
    let second = of_polls.nth(1).unwrap();
    assert!(
        there.iter().all(|call| call.at < second.at),
        "it is not asked again"
    );
}

#[test]
fn where_nothing_can_be_read_there_is_no_waiting() {
    let denied = |server: Builder| {
        let server = server.region(THERE, RegionState::Denied);
        server.region(HERE, RegionState::NotOptedIn)
    };
    let Some(scene) = Scene::new(denied) else {
        return;
    };
    let watched = scene.watch(&LONG, |_| ()).exits(3).json();
    assert_eq!(watched["complete"], false);
    assert_eq!(watched["polls"], 1);
}

#[test]
fn a_failure_that_passes_is_no_gap_and_loses_nothing() {
    let failing = |server: Builder| {
        let server = server.fault(Rule::nth(4, Fault::ExpireCredentials));
        server.fault(Rule::nth(7, Fault::Drop))
    };
    let Some(scene) = Scene::new(failing) else {
        return;
    };
    let said = scene.watch(&LONG, |_| {
        scene.polls(3);
        let alive = scene.call("alive", 61, CHILD, "ListUsers", &json!({}));
        scene.server.deliver([alive]);
    });
    let watched = said.exits(10).json();
    assert_eq!(sightings(&watched), ["alive alive"]);
    assert_eq!(watched["complete"], true);
    let outcomes: Vec<Outcome> = scene
        .server
        .calls()
        .iter()
        .map(|call| call.outcome)
        .collect();
    assert!(outcomes.contains(&Outcome::Refused("ExpiredTokenException")));
    assert!(outcomes.contains(&Outcome::Broken(Fault::Drop)));
}

/// More calls of KEY than a page holds, before containment, of which the second page is refused so often.
fn paging_fails(server: Builder, times: usize) -> Builder {
    let refused = Rule::always(Fault::RefuseToken).times(times);
    server.fault(refused.in_region(THERE).with_token())
}

impl Scene {
    fn deliver_pages(&self) {
        let call = |number: i64| {
            let id = format!("page-{number}");
            self.call(&id, -7200, KEY, "ListUsers", &json!({"awsRegion": THERE}))
        };
        self.server.deliver((0..60).map(call));
    }

    /// The calls that began where the trace did, of KEY in the second Region, and with no token.
    fn traces(&self) -> Vec<Call> {
        let mut calls = self.server.calls_in(THERE);
        calls.retain(|call| is_about(call, KEY) && call.parameters.next_token.is_none());
        let first = calls[0].parameters.clone();
        calls.retain(|call| call.parameters == first);
        calls
    }
}

#[test]
fn what_one_look_could_not_read_is_read_by_a_later_one() {
    const TIMES: usize = 24;
    let Some(scene) = Scene::new(|server| paging_fails(server, TIMES)) else {
        return;
    };
    scene.deliver_pages();
    let said = scene.watch(&LONG, |_| {
        let refused = |calls: &[Call]| {
            let broken = |call: &&Call| call.outcome == Outcome::Broken(Fault::RefuseToken);
            let refused =
                |call: &&Call| call.outcome == Outcome::Refused("InvalidNextTokenException");
            let is_one = |call: &&Call| broken(call) || refused(call);
            calls.iter().filter(is_one).count()
        };
        scene.server.wait_until(|calls| refused(calls) == TIMES);
        scene.polls(3);
        let alive = scene.call("alive", 61, CHILD, "ListUsers", &json!({}));
        scene.server.deliver([alive]);
    });
    let watched = said.exits(10).json();
    assert_eq!(watched["complete"], true, "{}", watched["coverage"]);
    assert_eq!(
        sightings(&watched),
        ["alive alive"],
        "the rest of the trace is no news"
    );
    assert!(scene.traces().len() > 1, "it was asked again");
}

#[test]
fn what_no_look_could_read_stays_a_gap() {
    let Some(scene) = Scene::new(|server| paging_fails(server, usize::MAX)) else {
        return;
    };
    scene.deliver_pages();
    let watched = scene.watch(&SHORT, |_| ()).exits(3).json();
    assert_eq!(watched["complete"], false);
    let coverage = watched["coverage"].to_string();
    assert!(
        coverage.contains("its paging token was refused"),
        "{coverage}"
    );
    let asked = scene.traces().len();
    assert!(
        (2..=3).contains(&asked),
        "{asked}: again with every look, once"
    );
}

#[tokio::test]
async fn the_owner_is_asked_of_iam_where_history_does_not_tell() {
    let Some(account) = Account::of(Emulator::Moto) else {
        return;
    };
    let key = account.user("watch-owner").await;
    let server = LookupServer::builder().now(clock::wall().0).start();
    let sandbox = Sandbox::new().endpoint(account.server.url());
    let sandbox = sandbox.cloudtrail(&server.url());
    let mut command = sandbox.trailhunt();
    command.args([
        "respond",
        "watch",
        &key.id,
        "--for",
        "0s",
        "--regions",
        HERE,
    ]);
    let watched = said(&mut command).exits(0).text().to_owned();
    assert!(watched.contains("Active: NOT contained"), "{watched}");
    let next = format!("trailhunt respond deactivate-key {}", key.id);
    assert!(watched.contains(&next), "{watched}");
    let asked = |call: &Call| call.parameters.attribute() == Some(("Username", "watch-owner"));
    assert!(server.calls().iter().any(asked), "{:#?}", server.calls());
}
