//! `respond watch`: a lineage followed after its containment, against a LookupEvents server that records reach while
//! it is asked. Containment was ten minutes ago; times of records are seconds since then.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde_json::{Value, json};
use trailhunt::aws::{Aws, Choice};
use trailhunt::clock;
use trailhunt::event::arn::Actor;
use trailhunt::report::{Caller, rfc3339};
use trailhunt::response::operator::Operator;
use trailhunt::response::origin::Origin;
use trailhunt::response::usage::Reading;
use trailhunt::response::watch::{self, Watch};

use crate::support::lookup_server::{
    Builder, Call, Fault, LookupServer, Outcome, Quota, RegionState, Rule,
};
use crate::support::records;
use crate::support::sandbox::Sandbox;

const KEY: &str = "AKIAEXAMPLE000000000";
const CHILD: &str = "ASIACHILD00000000000";
const NEW: &str = "AKIANEW0000000000000";
const HERE: &str = "us-east-1";
const THERE: &str = "eu-west-1";
/// Longer than any test: the watch ends for another reason.
const LONG: u64 = 60_000;

/// When the lineage was contained, and a server that holds what happened before.
struct Scene {
    contained_at: DateTime<Utc>,
    server: LookupServer,
}

impl Scene {
    /// KEY was used an hour before; so were its session and whatever `more` adds.
    fn new(set_up: impl FnOnce(Builder) -> Builder) -> Self {
        let now = clock::wall().trunc_subsecs(0);
        let server = LookupServer::builder().now(now).quota(Quota::NONE);
        let mut scene = Self {
            contained_at: now - TimeDelta::minutes(10),
            server: LookupServer::builder().start(),
        };
        let before = [
            scene.call("before", -3600, KEY, "ListUsers", &json!({})),
            scene.issue("issue", -3500, KEY, CHILD),
            scene.call(
                "child",
                -3400,
                CHILD,
                "ListRoles",
                &json!({"awsRegion": THERE}),
            ),
        ];
        scene.server = set_up(server.records(before)).start();
        scene
    }

    fn at(&self, seconds: i64) -> String {
        rfc3339(self.contained_at + TimeDelta::seconds(seconds))
    }

    /// A call signed with `key`; `fields` in place of its own.
    fn call(&self, id: &str, seconds: i64, key: &str, name: &str, fields: &Value) -> String {
        let mut all = json!({"eventID": id, "eventTime": self.at(seconds), "eventName": name});
        let mut identity: Value = serde_json::from_str(&records::record(&json!({}))).unwrap();
        identity["userIdentity"]["accessKeyId"] = key.into();
        all["userIdentity"] = identity["userIdentity"].take();
        let into = all.as_object_mut().unwrap();
        into.extend(fields.as_object().unwrap().clone());
        records::record(&all)
    }

    /// An `AssumeRole` by `key` that answers with `child`, good for an hour.
    fn issue(&self, id: &str, seconds: i64, key: &str, child: &str) -> String {
        let expires = self.contained_at + TimeDelta::seconds(seconds + 3600);
        let fields = json!({
            "eventSource": "sts.amazonaws.com", "readOnly": true,
            "responseElements": {"credentials": {
                "accessKeyId": child, "expiration": expires.format("%b %-d, %Y %-I:%M:%S %p").to_string(),
            }},
        });
        self.call(id, seconds, key, "AssumeRole", &fields)
    }

    /// A `CreateAccessKey` by `key` that answers with `child`.
    fn create(&self, id: &str, seconds: i64, key: &str, child: &str) -> String {
        let key_of_eve = json!({"accessKeyId": child, "userName": "eve"});
        let fields = json!({"readOnly": false, "responseElements": {"accessKey": key_of_eve}});
        self.call(id, seconds, key, "CreateAccessKey", &fields)
    }

    /// Waits until so many more polls have asked for KEY than now; the one under way may be the first.
    fn polls(&self, more: usize) {
        let before = polls(&self.server.calls());
        self.server
            .wait_until(|calls| polls(calls) >= before + more);
    }

    /// What the watch says: for so many milliseconds at most, with `meanwhile` beside it.
    fn watch(&self, length: u64, meanwhile: impl FnOnce(&Sandbox)) -> Value {
        self.watch_at(200.0, length, meanwhile)
    }

    fn watch_at(&self, rate: f64, length: u64, meanwhile: impl FnOnce(&Sandbox)) -> Value {
        let asked = json!({
            "contained_at": rfc3339(self.contained_at), "since": self.at(-2 * 86_400),
            "length": length, "rate": rate,
        });
        let sandbox = Sandbox::new()
            .cloudtrail(&self.server.url())
            .set("WATCH", asked.to_string());
        let mut command = sandbox.command("sh");
        let program = std::env::current_exe().unwrap();
        command
            .args(["-c", r#"echo $$ > pid; exec "$0" "$@""#])
            .arg(program)
            .args(["--exact", "respond::watch::watcher", "--ignored"]);
        thread::scope(|scope| {
            let running = scope.spawn(move || command.output().expect("the watcher runs"));
            meanwhile(&sandbox);
            let output = running.join().expect("the watcher ends");
            assert!(output.status.success(), "{output:?}");
        });
        let answer = std::fs::read_to_string(sandbox.home().join("answer.json")).unwrap();
        serde_json::from_str(&answer).unwrap()
    }
}

/// How often KEY was asked for in the first Region: once a poll.
fn polls(calls: &[Call]) -> usize {
    let asks = |call: &&Call| call.region == HERE && is_about(call, KEY);
    calls.iter().filter(asks).count()
}

fn is_about(call: &Call, key: &str) -> bool {
    call.parameters.attribute() == Some(("AccessKeyId", key))
}

/// `id kind` of every sighting, in the order of time.
fn sightings(answer: &Value) -> Vec<String> {
    let sightings = answer["watched"]["sightings"].as_array().unwrap();
    let text = |sighting: &Value, field: &str| sighting[field].as_str().unwrap().to_owned();
    sightings
        .iter()
        .map(|sighting| format!("{} {}", text(sighting, "event_id"), text(sighting, "kind")))
        .collect()
}

/// Not a test: the watch, in the sandbox that the tests of this file run it in.
#[test]
#[ignore = "run by the others"]
fn watcher() {
    let Ok(asked) = std::env::var("WATCH") else {
        return;
    };
    let asked: Value = serde_json::from_str(&asked).unwrap();
    let time = |name: &str| asked[name].as_str().unwrap().parse().unwrap();
    let watch = Watch {
        access_key_id: KEY,
        contained_at: time("contained_at"),
        contained_from: "asked",
        since: time("since"),
        length: Duration::from_millis(asked["length"].as_u64().unwrap()),
        every: Duration::from_millis(50),
    };
    let reading = Reading {
        regions: [HERE, THERE].map(str::to_owned).to_vec(),
        control_plane: vec![HERE.to_owned()],
        rate: asked["rate"].as_f64().unwrap(),
        patience: Duration::ZERO,
    };
    let (told, mut saw) = (Mutex::new(Vec::new()), Vec::new());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let answer = runtime.block_on(async {
        let aws = Aws::load(Choice::default()).await.unwrap();
        let operator = Operator {
            iam: aws.iam(),
            caller: Caller {
                account: "123456789012".to_owned(),
                arn: "arn:aws:iam::123456789012:user/responder".to_owned(),
            },
            access_key_id: "test".to_owned(),
            identity: Actor::User("responder".to_owned()),
            origin: Origin::default(),
            aws,
        };
        let tell = |line: &str| told.lock().unwrap().push(line.to_owned());
        let see = &mut |sighting: &_| saw.push(serde_json::to_value(sighting).unwrap());
        watch::watch(&operator, &reading, &watch, &tell, see).await
    });
    let answer = match answer {
        Ok((watched, interrupted)) => json!({
            "watched": watched, "interrupted": interrupted, "told": told, "saw": saw,
        }),
        Err(failure) => json!({"exit": failure.exit as i32, "message": failure.message}),
    };
    std::fs::write("answer.json", answer.to_string()).unwrap();
}

#[test]
fn silence_is_complete_and_no_proof() {
    let scene = Scene::new(|server| server);
    let answer = scene.watch(200, |_| ());
    let watched = &answer["watched"];
    assert_eq!(watched["complete"], true);
    assert_eq!(answer["interrupted"], false);
    assert_eq!(sightings(&answer), [""; 0]);
    assert_eq!(watched["access_keys"], json!([KEY, CHILD]));
    let count = watched["polls"].as_u64().unwrap();
    assert!((2..=5).contains(&count), "{count}: one each 50 ms at most");
    let notes = watched["notes"].to_string();
    assert!(notes.contains("silence is no proof"), "{notes}");
    let told = answer["told"].as_array().unwrap();
    let line = told.last().unwrap().as_str().unwrap();
    let expected = format!(
        "poll {count}: 2 keys in 2 Regions, nothing since {} (CloudTrail delivers within about 5 minutes",
        scene.at(0)
    );
    assert!(line.starts_with(&expected), "{line}");
    assert!(line.ends_with("; this was the last poll"), "{line}");
}

#[test]
fn polls_ask_what_may_still_arrive_and_nothing_older() {
    let scene = Scene::new(|server| server);
    scene.watch(LONG, |sandbox| {
        scene.polls(3);
        interrupt(sandbox);
    });
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
    let scene = Scene::new(|server| server);
    let long_ago = scene.issue("old", -7200, KEY, old);
    scene.server.deliver([long_ago]);
    let answer = scene.watch(200, |_| ());
    assert!(answer["watched"]["polls"].as_u64().unwrap() > 1);
    assert_eq!(answer["watched"]["access_keys"], json!([KEY, old, CHILD]));
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
fn each_event_is_told_once_and_late_ones_are_labelled() {
    let scene = Scene::new(|server| server);
    let answer = scene.watch(LONG, |_| {
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
    assert_eq!(
        sightings(&answer),
        ["a late", "b late", "c late", "d alive"]
    );
    assert_eq!(answer["saw"].as_array().unwrap().len(), 4);
    assert_eq!(answer["saw"][3]["event_id"], "d", "told as it came");
    assert!(answer["watched"]["polls"].as_u64().unwrap() >= 4);
    assert_eq!(answer["interrupted"], false);
}

#[test]
fn what_is_known_when_the_watch_begins_counts_too() {
    let scene = Scene::new(|server| server);
    let alive = scene.call("alive", 90, CHILD, "ListUsers", &json!({}));
    scene.server.deliver([alive]);
    let answer = scene.watch(LONG, |_| ());
    assert_eq!(
        sightings(&answer),
        ["alive alive"],
        "and nothing from before"
    );
    assert_eq!(answer["watched"]["polls"], 1);
}

#[test]
fn a_credential_minted_by_a_child_is_found_and_followed() {
    let scene = Scene::new(|server| server);
    let answer = scene.watch(LONG, |_| {
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
    assert_eq!(
        sightings(&answer),
        ["mint late", "assume alive", "use alive"]
    );
    let keys = json!([KEY, CHILD, NEW, "ASIANEWCHILD00000000"]);
    assert_eq!(answer["watched"]["access_keys"], keys);
    assert_eq!(answer["watched"]["sightings"][2]["region"], THERE);
}

#[test]
fn a_credential_minted_just_before_containment_is_found_when_that_arrives() {
    let scene = Scene::new(|server| server);
    let answer = scene.watch(LONG, |_| {
        scene.polls(2);
        scene.server.deliver([
            scene.issue("mint", -300, KEY, "ASIALATE000000000000"),
            scene.call("use", 300, "ASIALATE000000000000", "ListUsers", &json!({})),
        ]);
    });
    assert_eq!(sightings(&answer), ["mint late", "use alive"]);
}

#[test]
fn reading_calls_count() {
    for (source, name) in [("sts", "AssumeRole"), ("secretsmanager", "GetSecretValue")] {
        let scene = Scene::new(|server| server);
        let answer = scene.watch(LONG, |_| {
            scene.polls(2);
            let fields =
                json!({"eventSource": format!("{source}.amazonaws.com"), "readOnly": true});
            let alive = scene.call("alive", 61, CHILD, name, &fields);
            scene.server.deliver([alive]);
        });
        assert_eq!(sightings(&answer), ["alive alive"], "{name}");
        let sighting = &answer["watched"]["sightings"][0];
        assert_eq!(sighting["event_name"], name);
        assert_eq!(sighting["access_key_id"], CHILD);
        assert_eq!(sighting["source_ip"], "192.0.2.7");
    }
}

#[test]
fn refused_calls_do_not_end_the_watch_and_an_interrupt_does() {
    let scene = Scene::new(|server| server);
    let answer = scene.watch(LONG, |sandbox| {
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
        interrupt(sandbox);
    });
    assert_eq!(sightings(&answer), ["a refused", "b refused"]);
    assert_eq!(answer["interrupted"], true);
    assert_eq!(answer["watched"]["sightings"][0]["error"], "AccessDenied");
    let notes = answer["watched"]["notes"].to_string();
    assert!(
        notes.contains("AccessDenied (1), NoSuchEntityException (1)"),
        "{notes}"
    );
}

#[test]
fn a_dry_run_that_would_have_succeeded_counts() {
    let scene = Scene::new(|server| server);
    let fields = json!({"eventSource": "ec2.amazonaws.com", "errorCode": "Client.DryRunOperation"});
    let rehearsal = scene.call("dry", 61, CHILD, "RunInstances", &fields);
    scene.server.deliver([rehearsal]);
    let answer = scene.watch(LONG, |_| ());
    assert_eq!(sightings(&answer), ["dry alive"]);
}

#[test]
fn the_quota_is_kept() {
    let scene = Scene::new(|server| server.quota(Quota::AWS));
    scene.watch_at(2.0, 4_000, |_| ());
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
    let scene = Scene::new(|server| server.region(THERE, RegionState::Denied));
    let answer = scene.watch(200, |_| ());
    assert_eq!(answer["watched"]["complete"], false);
    assert!(answer["watched"]["polls"].as_u64().unwrap() > 1);
    let coverage = answer["watched"]["coverage"].as_array().unwrap();
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
    let told = answer["told"].to_string();
    assert!(
        told.contains("in 2 Regions (1 of them cannot be read), nothing since"),
        "{told}"
    );
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
    let answer = Scene::new(denied).watch(LONG, |_| ());
    assert_eq!(answer["watched"]["complete"], false);
    assert_eq!(answer["watched"]["polls"], 1);
}

#[test]
fn a_failure_that_passes_is_no_gap_and_loses_nothing() {
    let scene = Scene::new(|server| {
        let server = server.fault(Rule::nth(4, Fault::ExpireCredentials));
        server.fault(Rule::nth(7, Fault::Drop))
    });
    let answer = scene.watch(LONG, |_| {
        scene.polls(3);
        let alive = scene.call("alive", 61, CHILD, "ListUsers", &json!({}));
        scene.server.deliver([alive]);
    });
    assert_eq!(sightings(&answer), ["alive alive"]);
    assert_eq!(answer["watched"]["complete"], true);
    let outcomes: Vec<Outcome> = scene
        .server
        .calls()
        .iter()
        .map(|call| call.outcome)
        .collect();
    assert!(outcomes.contains(&Outcome::Refused("ExpiredTokenException")));
    assert!(outcomes.contains(&Outcome::Broken(Fault::Drop)));
}

#[test]
fn containment_that_is_still_to_come_is_refused() {
    let mut scene = Scene::new(|server| server);
    scene.contained_at = clock::wall() + TimeDelta::hours(1);
    let answer = scene.watch(LONG, |_| ());
    assert_eq!(answer["exit"], 2);
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .contains("still to come")
    );
    assert!(scene.server.calls().is_empty());
}

fn interrupt(sandbox: &Sandbox) {
    let mut command = sandbox.command("sh");
    command
        .args(["-c", "kill -INT $(cat pid)"])
        .assert()
        .success();
}
