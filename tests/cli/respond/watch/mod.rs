//! `respond watch`: a lineage followed after its containment, against a LookupEvents server that records reach while
//! it is asked. Containment was ten minutes ago; times of records are seconds since then.

#[cfg(test)]
mod answer;
#[cfg(test)]
mod containment;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod seeing;
#[cfg(test)]
mod sign_in;

use std::process::{Child, Command};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde_json::{Value, json};
use trailhunt::clock;
use trailhunt::event::time::Time;

use crate::support::aws_servers::Emulator;
use crate::support::lookup_server::{Builder, Call, LookupServer, Quota};
use crate::support::offline::Said;
use crate::support::records;
use crate::support::sandbox::Sandbox;

const KEY: &str = "AKIAEXAMPLE000000000";
const CHILD: &str = "ASIACHILD00000000000";
const NEW: &str = "AKIANEW0000000000000";
const HERE: &str = "us-east-1";
const THERE: &str = "eu-west-1";
/// Look after look, for longer than any test takes: the watch ends for another reason.
const LONG: [&str; 6] = ["--for", "60s", "--every", "0s", "--rate", "50"];
/// Three looks.
const SHORT: [&str; 6] = ["--for", "2s", "--every", "1s", "--rate", "50"];

/// When the lineage was contained, and a server that holds what happened before.
struct Scene {
    contained_at: DateTime<Utc>,
    server: LookupServer,
    sandbox: Sandbox,
}

impl Scene {
    /// KEY was used an hour before; so were its session and whatever `set_up` adds. None where there is no emulator.
    fn new(set_up: impl FnOnce(Builder) -> Builder) -> Option<Self> {
        let emulator = Emulator::Ministack.shared()?;
        let now = clock::wall().0.trunc_subsecs(0);
        let contained_at = now - TimeDelta::minutes(10);
        let server = LookupServer::builder().now(now).quota(Quota::NONE);
        let before = [
            call(contained_at, "before", -3600, KEY, "ListUsers", &json!({})),
            issue(contained_at, "issue", -3500, KEY, CHILD),
            call(
                contained_at,
                "child",
                -3400,
                CHILD,
                "ListRoles",
                &json!({"awsRegion": THERE}),
            ),
        ];
        let server = set_up(server.records(before)).start();
        let sandbox = Sandbox::new().endpoint(emulator.url());
        Some(Self {
            contained_at,
            sandbox: sandbox.cloudtrail(&server.url()),
            server,
        })
    }

    fn at(&self, seconds: i64) -> String {
        Time(self.contained_at + TimeDelta::seconds(seconds)).to_string()
    }

    fn call(&self, id: &str, seconds: i64, key: &str, name: &str, fields: &Value) -> String {
        call(self.contained_at, id, seconds, key, name, fields)
    }

    fn issue(&self, id: &str, seconds: i64, key: &str, child: &str) -> String {
        issue(self.contained_at, id, seconds, key, child)
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

    fn start(&self, flags: &[&str]) -> Child {
        let (contained_at, since) = (Time(self.contained_at).to_string(), self.at(-2 * 86_400));
        let regions = format!("{HERE},{THERE}");
        let what = ["respond", "watch", KEY, "--contained-at", &contained_at];
        let how = ["--since", &since, "--regions", &regions];
        self.sandbox.start(what.iter().chain(&how).chain(flags))
    }

    /// What the watch says, as JSON, with `meanwhile` beside it.
    fn watch(&self, flags: &[&str], meanwhile: impl FnOnce(&Child)) -> Said {
        let running = self.start(&[flags, &["--format", "json"]].concat());
        meanwhile(&running);
        Said::of(running.wait_with_output().expect("the watch ends"))
    }
}

/// A call signed with `key`, so many seconds after containment; `fields` in place of its own.
fn call(
    contained_at: DateTime<Utc>,
    id: &str,
    seconds: i64,
    key: &str,
    name: &str,
    fields: &Value,
) -> String {
    let time = Time(contained_at + TimeDelta::seconds(seconds)).to_string();
    let mut all = json!({"eventID": id, "eventTime": time, "eventName": name});
    let mut identity: Value = serde_json::from_str(&records::record(&json!({}))).unwrap();
    identity["userIdentity"]["accessKeyId"] = key.into();
    all["userIdentity"] = identity["userIdentity"].take();
    let into = all.as_object_mut().unwrap();
    into.extend(fields.as_object().unwrap().clone());
    records::record(&all)
}

/// An `AssumeRole` by `key` that answers with `child`, good for an hour.
fn issue(contained_at: DateTime<Utc>, id: &str, seconds: i64, key: &str, child: &str) -> String {
    let expires = contained_at + TimeDelta::seconds(seconds + 3600);
    let fields = json!({
        "eventSource": "sts.amazonaws.com", "readOnly": true,
        "responseElements": {"credentials": {
            "accessKeyId": child, "expiration": expires.format("%b %-d, %Y %-I:%M:%S %p").to_string(),
        }},
    });
    call(contained_at, id, seconds, key, "AssumeRole", &fields)
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
fn sightings(watched: &Value) -> Vec<String> {
    let sightings = watched["sightings"].as_array().unwrap();
    let text = |sighting: &Value, field: &str| sighting[field].as_str().unwrap().to_owned();
    sightings
        .iter()
        .map(|sighting| format!("{} {}", text(sighting, "event_id"), text(sighting, "kind")))
        .collect()
}

fn interrupt(running: &Child) {
    let mut command = Command::new("kill");
    let ended = command.args(["-INT", &running.id().to_string()]).status();
    assert!(ended.expect("kill can be run").success());
}
