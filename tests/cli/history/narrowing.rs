//! By event source or by event names: decided in each Region from the first page, shared by all searches.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{HERE, answered, asked, coverage, report, said, sandbox, serving};
use crate::support::lookup_server::{Fault, LookupServer, RegionState, Rule};
use crate::support::offline::{Folder, trail};
use crate::support::records;
use crate::support::sandbox::Sandbox;

const THERE: &str = "eu-west-1";
const IAM: &str = "iam.amazonaws.com";
const BY_SOURCE: &str = "EventSource=iam.amazonaws.com";

/// One call at `time` of the day.
fn call(region: &str, source: &str, name: &str, time: &str) -> String {
    records::record(&json!({
        "eventID": format!("{region}-{name}-{time}"), "eventTime": format!("2023-07-10T{time}Z"),
        "awsRegion": region, "eventSource": source, "eventName": name,
    }))
}

/// A call of IAM every 20 seconds until noon: 44 pages that nobody looks for.
fn busy(region: &str) -> Vec<String> {
    let midnight: DateTime<Utc> = "2023-07-10T00:00:00Z".parse().unwrap();
    let time = |n| {
        (midnight + TimeDelta::seconds(20 * n))
            .format("%T")
            .to_string()
    };
    (0_i64..2160)
        .map(|n| call(region, IAM, "GetUser", &time(n)))
        .collect()
}

/// A user and a key, made in the morning.
fn made(region: &str) -> [String; 2] {
    [
        call(region, IAM, "CreateUser", "03:00:01"),
        call(region, IAM, "CreateAccessKey", "09:00:01"),
    ]
}

/// A playbook of searches, each with its Regions and its selection.
fn playbook(searches: &[(&str, &str)]) -> String {
    let search = |(number, (regions, selection)): (usize, &(&str, &str))| {
        format!(
            "  s{number}:\n    regions: {regions}\n    detection:\n      call: {{ {selection} }}\n      condition: call\n"
        )
    };
    let searches: String = searches.iter().enumerate().map(search).collect();
    format!("playbook: 1\nid: mine\ntitle: Mine\nsearches:\n{searches}")
}

/// Three calls of IAM, in all Regions.
fn users() -> String {
    let names =
        "eventSource: iam.amazonaws.com, eventName: [CreateUser, DeleteUser, CreateAccessKey]";
    playbook(&[("all", names)])
}

/// Runs `playbook` over the morning, in both Regions.
fn run(sandbox: &Sandbox, playbook: &str, more: &[&str]) -> assert_cmd::Command {
    std::fs::write(sandbox.home().join("mine.yaml"), playbook).unwrap();
    let mut command = sandbox.trailhunt();
    command
        .args([
            "run",
            "mine.yaml",
            "--since",
            "2023-07-10",
            "--until",
            "2023-07-10T12:00:00Z",
        ])
        .args(more);
    command
}

fn live(sandbox: &Sandbox, playbook: &str, more: &[&str]) -> assert_cmd::Command {
    let both = format!("{HERE},{THERE}");
    let mut command = run(sandbox, playbook, more);
    command.args(["--regions", &both, "--rate", "50"]);
    command
}

/// What was asked in a Region, each question once for each of its pages.
fn questions(server: &LookupServer, region: &str) -> Vec<String> {
    let mut questions: Vec<_> = server.calls_in(region).iter().map(asked).collect();
    questions.sort();
    questions
}

fn names_of(names: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = names
        .iter()
        .map(|name| format!("EventName={name}"))
        .collect();
    all.sort();
    all
}

#[test]
fn each_region_decides_from_its_first_page() {
    let server = serving(busy(HERE))
        .records(made(HERE))
        .records(made(THERE))
        .start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let json = report(&mut live(&sandbox, &users(), &["--format", "json"]), 0);

    // a source of one page is read, and no name is asked
    assert_eq!(questions(&server, THERE), [BY_SOURCE]);
    // of a busy one a page is enough to see that the names are fewer
    let mut expected = names_of(&["CreateUser", "DeleteUser", "CreateAccessKey"]);
    expected.push(BY_SOURCE.to_owned());
    assert_eq!(questions(&server, HERE), expected);
    assert_eq!(asked(&server.calls_in(HERE)[0]), BY_SOURCE);

    assert_eq!(json["events"].as_array().unwrap().len(), 4);
    assert_eq!(json["complete"], true, "what was dropped is no gap");
    assert_eq!(coverage(&json, HERE)["pages"], 4);
    assert_eq!(coverage(&json, HERE)["events"], 52);
}

#[test]
fn a_source_is_read_on_where_its_names_are_no_fewer_pages() {
    let server = serving(busy(HERE)).records(made(HERE)).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let names = "eventSource: iam.amazonaws.com, eventName: [GetUser, CreateUser]";
    let playbook = playbook(&[("all", names)]);
    let json = report(&mut live(&sandbox, &playbook, &["--format", "json"]), 0);
    let asked: BTreeSet<String> = questions(&server, HERE).into_iter().collect();
    assert_eq!(asked, [BY_SOURCE.to_owned()].into());
    assert_eq!(json["summary"]["events"], 2161);
}

#[test]
fn the_answer_is_that_of_the_files() {
    let all = [busy(HERE), made(HERE).into(), made(THERE).into()].concat();
    let folder = Folder::new().with("trail.json", trail(&all));
    let server = serving(all).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let names = "eventSource: iam.amazonaws.com, eventName: [GetUser, CreateUser]";
    for playbook in [users(), playbook(&[("all", names)])] {
        for format in ["csv", "jsonl"] {
            let format = ["--format", format];
            let from_history = answered(&mut live(&sandbox, &playbook, &format), 0);
            let mut from_files = run(&sandbox, &playbook, &format);
            from_files.arg("--from").arg(folder.path());
            assert_eq!(from_history, answered(&mut from_files, 0));
            assert!(from_history.contains("CreateUser"));
        }
    }
}

#[test]
fn every_search_asks_its_own_regions() {
    let server = serving(made(HERE)).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let playbook = playbook(&[
        (
            "control-plane",
            "eventSource: iam.amazonaws.com, eventName: [CreateUser, DeleteUser]",
        ),
        (
            "all",
            "eventSource: sts.amazonaws.com, eventName: [AssumeRole, GetSessionToken]",
        ),
        (
            "all",
            "eventSource: signin.amazonaws.com, eventName: ConsoleLogin",
        ),
    ]);
    report(&mut live(&sandbox, &playbook, &["--format", "json"]), 0);
    let everywhere = ["EventName=ConsoleLogin", "EventSource=sts.amazonaws.com"];
    assert_eq!(questions(&server, THERE), everywhere);
    assert_eq!(
        questions(&server, HERE),
        [everywhere[0], BY_SOURCE, everywhere[1]]
    );
}

#[test]
fn searches_share_what_they_need_of_a_source() {
    let server = serving(busy(HERE)).records(made(HERE)).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let of_iam = |names| format!("eventSource: iam.amazonaws.com, eventName: {names}");
    let (users, keys) = (
        of_iam("[CreateUser, DeleteUser]"),
        of_iam("[DeleteUser, CreateAccessKey]"),
    );
    let playbook = playbook(&[
        ("all", &users),
        ("control-plane", &keys),
        ("all", "eventName: DeleteUser"),
    ]);
    let json = report(&mut live(&sandbox, &playbook, &["--format", "json"]), 0);
    // elsewhere only one name is left to ask
    assert_eq!(
        questions(&server, THERE),
        names_of(&["CreateUser", "DeleteUser"])
    );
    let mut expected = names_of(&["CreateAccessKey", "CreateUser", "DeleteUser"]);
    expected.push(BY_SOURCE.to_owned());
    assert_eq!(questions(&server, HERE), expected);
    assert_eq!(json["events"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_read_whole_is_not_asked_in_parts() {
    let server = serving([busy(HERE), busy(THERE)].concat()).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let names = "eventSource: iam.amazonaws.com, eventName: [CreateUser, DeleteUser]";
    for (whole, question) in [
        ("eventSource: iam.amazonaws.com", BY_SOURCE),
        ("errorCode: AccessDenied", "everything"),
    ] {
        let before = server.calls().len();
        let playbook = playbook(&[
            ("all", names),
            ("control-plane", whole),
            ("all", "eventName: GetUser"),
        ]);
        report(&mut live(&sandbox, &playbook, &["--format", "json"]), 0);
        let calls = server.calls().split_off(before);
        let of = |region: &str| -> BTreeSet<String> {
            calls
                .iter()
                .filter(|call| call.region == region)
                .map(asked)
                .collect()
        };
        let mut expected: BTreeSet<String> = [question.to_owned()].into();
        if question == BY_SOURCE {
            expected.insert("EventName=GetUser".to_owned());
        }
        assert_eq!(of(HERE), expected);
        let apart = [
            "EventName=CreateUser",
            "EventName=DeleteUser",
            "EventName=GetUser",
            BY_SOURCE,
        ];
        assert_eq!(of(THERE), apart.map(str::to_owned).into());
    }
}

#[test]
fn verbose_says_the_plan_and_what_was_decided() {
    let server = serving(busy(HERE))
        .records(made(HERE))
        .records(made(THERE))
        .start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let said = said(live(&sandbox, &users(), &[]).arg("-v"), 0);
    for part in [
        "search s0: 3 event names of iam.amazonaws.com in 2 Regions; by event source where that is fewer pages",
        "asks the first page of EventSource=iam.amazonaws.com since 2023-07-10T00:00:00Z in 2 Regions",
        "us-east-1: 3 event names (about 3 pages) instead of EventSource=iam.amazonaws.com (about 42 more)",
        "asks EventName=CreateUser since 2023-07-10T00:00:00Z in 1 Region",
        "eu-west-1: EventSource=iam.amazonaws.com, read in one page, instead of 3 event names",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_denied_region_is_the_gap_that_it_is() {
    let server = serving(busy(HERE))
        .records(made(HERE))
        .region(THERE, RegionState::Denied)
        .start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let json = report(&mut live(&sandbox, &users(), &["--format", "json"]), 3);
    assert_eq!(coverage(&json, THERE)["state"], "denied");
    assert_eq!(coverage(&json, HERE)["state"], "read");
    assert_eq!(json["events"].as_array().unwrap().len(), 2);
}

#[test]
fn a_first_page_that_is_late_or_shows_nothing_is_waited_for() {
    let server = serving(busy(HERE))
        .records(made(HERE))
        .fault(Rule::nth(1, Fault::Throttle).in_region(HERE))
        .fault(Rule::nth(2, Fault::EmptyPage).in_region(HERE))
        .start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let json = report(&mut live(&sandbox, &users(), &["--format", "json"]), 0);
    let first: Vec<String> = server.calls_in(HERE).iter().take(3).map(asked).collect();
    assert_eq!(first, [BY_SOURCE; 3]);
    assert_eq!(coverage(&json, HERE)["throttled"], 1);
    assert_eq!(
        coverage(&json, HERE)["pages"],
        5,
        "two of the source, three names"
    );
    assert_eq!(json["events"].as_array().unwrap().len(), 2);
}

#[test]
fn a_hunt_asks_each_source_once_where_little_happens() {
    let opened = call(
        THERE,
        "ec2.amazonaws.com",
        "AuthorizeSecurityGroupIngress",
        "09:00:01",
    );
    let all = [Vec::from(made(HERE)), vec![opened]].concat();
    let folder = Folder::new().with("trail.json", trail(&all));
    let server = serving(all).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let hunt = |more: &[&str]| {
        let mut command = sandbox.trailhunt();
        command
            .args([
                "hunt",
                "--since",
                "2023-07-10",
                "--until",
                "2023-07-10T12:00:00Z",
            ])
            .args(["--format", "csv"])
            .args(more);
        answered(&mut command, 0)
    };
    let both = format!("{HERE},{THERE}");
    let live = hunt(&["--regions", &both, "--rate", "50"]);
    assert!(live.contains("CreateAccessKey"), "{live}");
    assert_eq!(live, hunt(&["--from", folder.path().to_str().unwrap()]));

    let questions = questions(&server, THERE);
    let once: BTreeSet<&String> = questions.iter().collect();
    assert_eq!(
        once.len(),
        questions.len(),
        "nothing is asked twice: {questions:?}"
    );
    let ec2 = "EventSource=ec2.amazonaws.com".to_owned();
    assert!(once.contains(&ec2), "{questions:?}");
    let name = "EventName=AuthorizeSecurityGroupIngress".to_owned();
    assert!(!once.contains(&name), "{questions:?}");
}
