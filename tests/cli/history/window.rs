//! The window: what the service is asked for, and what is said about its edges.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use trailhunt::clock;

use super::{HERE, KEY, NOW, always, answered, report, said, sandbox, serving};
use crate::support::lookup_server::{LookupServer, Quota};
use crate::support::records;
use crate::support::sandbox::Sandbox;

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

/// The first and the last second that the first call asked for.
fn bounds(server: &LookupServer) -> [DateTime<Utc>; 2] {
    let call = server.calls_in(HERE).into_iter().next().unwrap();
    let parameters = call.parameters;
    [parameters.start_time, parameters.end_time].map(|time| {
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds")]
        let seconds = time.expect("both ends are asked for") as i64;
        DateTime::from_timestamp(seconds, 0).unwrap()
    })
}

/// Runs a command with `arguments` in one Region of an account without events, and gives what it asked.
fn window_of(arguments: &[&str], code: i32) -> Option<([DateTime<Utc>; 2], Value)> {
    let server = serving([]).start();
    let sandbox = sandbox(&server)?;
    let mut command = sandbox.trailhunt();
    command
        .args(arguments)
        .args(["--regions", HERE, "--format", "json"]);
    let report = report(&mut command, code);
    Some((bounds(&server), report))
}

#[test]
fn a_key_is_asked_for_as_far_back_as_there_is_history() {
    if let Some(([since, until], report)) = window_of(&["trace-key", KEY], 0) {
        assert_eq!(until, now());
        let days = now() - since;
        assert!(days <= TimeDelta::days(90), "{days}");
        assert!(
            days >= TimeDelta::days(90) - TimeDelta::minutes(5),
            "{days}"
        );
        assert_eq!(report["window"]["until"], NOW);
    }
}

#[test]
fn a_name_of_a_call_is_asked_for_a_day_back() {
    let broad = [
        "EventName=StopLogging",
        "EventSource=s3.amazonaws.com",
        "ReadOnly=false",
    ];
    for attribute in broad {
        if let Some((window, _)) = window_of(&["lookup", "-a", attribute], 0) {
            assert_eq!(window, [now() - TimeDelta::hours(24), now()], "{attribute}");
        }
    }
    if let Some(([since, _], _)) = window_of(&["lookup", "-a", "Username=ana"], 0) {
        assert!(now() - since > TimeDelta::days(89));
    }
}

#[test]
fn what_was_asked_for_is_what_is_asked() {
    let arguments = ["lookup", "-a", "EventName=StopLogging"];
    let window = ["--since", "2023-07-01", "--until", "2023-07-02"];
    if let Some((asked, report)) = window_of(&[arguments.as_slice(), &window].concat(), 0) {
        let expected = ["2023-07-01T00:00:00Z", "2023-07-02T23:59:59Z"];
        assert_eq!(
            asked,
            expected.map(|time| time.parse::<DateTime<Utc>>().unwrap())
        );
        assert_eq!(
            report["window"],
            json!({"since": expected[0], "until": expected[1]})
        );
        assert!(!not_visible(&report).contains("the last 15 minutes"));
    }
    if let Some(([since, until], _)) = window_of(&[&arguments[..], &["--until", "7d"]].concat(), 0)
    {
        assert_eq!(until, now() - TimeDelta::days(7));
        assert_eq!(since, until - TimeDelta::hours(24));
    }
}

fn not_visible(report: &Value) -> String {
    let list = report["not_visible"].as_array().unwrap();
    list.iter()
        .map(|part| part["what"].as_str().unwrap())
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn what_no_window_shows_is_stated_and_leaves_the_answer_complete() {
    if let Some((_, report)) = window_of(&["trace-key", KEY], 0) {
        let hidden = not_visible(&report);
        for part in [
            "the last 15 minutes",
            "data events",
            "events before 2023-04-11",
        ] {
            assert!(hidden.contains(part), "{part}: {hidden}");
        }
        assert_eq!(report["complete"], true);
    }
}

#[test]
fn a_window_that_begins_before_history_is_cut_and_said_to_be() {
    let arguments = ["trace-key", KEY, "--since", "2023-01-01"];
    if let Some(([since, _], report)) = window_of(&arguments, 3) {
        assert!(now() - since <= TimeDelta::days(90));
        assert_eq!(report["complete"], false);
        let entries = report["coverage"].as_array().unwrap();
        let cut = entries
            .iter()
            .find(|entry| entry["state"] == "truncated")
            .unwrap();
        assert_eq!(cut["since"], "2023-01-01T00:00:00Z");
        assert!(cut["reason"].as_str().unwrap().contains("90 days"), "{cut}");
    }
}

#[test]
fn ninety_days_are_all_there_is_and_no_cut() {
    window_of(&["trace-key", KEY, "--since", "90d"], 0);
}

#[test]
fn a_window_wholly_before_history_is_a_mistake() {
    let server = serving([]).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let mut command = sandbox.trailhunt();
    command.args([
        "trace-key",
        KEY,
        "--since",
        "2022-01-01",
        "--until",
        "2022-02-01",
    ]);
    let stderr = said(&mut command, 2);
    assert!(
        stderr.contains("90 days") && stderr.contains("--from"),
        "{stderr}"
    );
    assert!(server.calls().is_empty());
}

#[test]
fn without_a_clock_of_its_own_an_investigation_has_the_live_one() {
    let server = LookupServer::builder()
        .records(records::series(HERE, 1))
        .start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let mut live = sandbox.trailhunt();
    live.env_remove("TRAILHUNT_NOW");
    answered(live.args(["trace-key", KEY, "--regions", HERE]), 0);
    let [_, until] = bounds(&server);
    assert!(
        (trailhunt::clock::wall().0 - until).abs() < TimeDelta::minutes(5),
        "{until}"
    );
    let mut wrong = sandbox.trailhunt();
    wrong.env("TRAILHUNT_NOW", "yesterday");
    let stderr = said(wrong.args(["trace-key", KEY]), 2);
    assert!(stderr.contains("TRAILHUNT_NOW"), "{stderr}");
}

/// Events are recorded by AWS's clock: a window up to now ends there, also where this machine's clock is wrong.
#[test]
fn a_live_window_follows_the_clock_of_aws() {
    const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
        <Arn>arn:aws:iam::111122223333:user/ana</Arn><Account>111122223333</Account>\
        </GetCallerIdentityResult></GetCallerIdentityResponse>";
    for (ahead, followed) in [(600, true), (-600, true), (20, false)] {
        let aws_now = clock::wall().0 + TimeDelta::seconds(ahead);
        let kind = format!(
            "text/xml\r\ndate: {}",
            aws_now.format("%a, %d %b %Y %H:%M:%S GMT")
        );
        let server = LookupServer::builder()
            .records([])
            .now(aws_now)
            .quota(Quota::NONE)
            .start();
        let sts = always("200 OK", kind, CALLER);
        let sandbox = Sandbox::new().endpoint(&sts).cloudtrail(&server.url());
        let mut command = sandbox.trailhunt();
        command.args(["lookup", "-a", "EventName=StopLogging", "--since", "1h"]);
        let stderr = said(command.args(["--regions", HERE]), 0);
        let [since, until] = bounds(&server);
        assert_eq!(until - since, TimeDelta::hours(1));
        let off = (until - aws_now).abs();
        assert_eq!(off < TimeDelta::seconds(15), followed, "{ahead}: {off}");
        assert_eq!(
            stderr.contains("the window follows AWS's"),
            followed,
            "{stderr}"
        );
    }
}
