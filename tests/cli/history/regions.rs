//! Regions: which are asked, and what becomes of those that cannot be.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{HERE, KEY, NOW, always, answered, coverage, report, said, sandbox, serving};
use crate::support::aws_servers::Emulator;
use crate::support::lookup_server::{Builder, LookupServer, RegionState};
use crate::support::records;
use crate::support::sandbox::Sandbox;

const THERE: &str = "eu-west-1";

/// Three events here, two there.
fn both() -> Builder {
    serving([records::series(HERE, 3), records::series(THERE, 2)].concat())
}

/// A lookup of the key in all Regions, or in those that `more` names.
fn lookup(sandbox: &Sandbox, more: &[&str]) -> assert_cmd::Command {
    let mut command = sandbox.trailhunt();
    command
        .args([
            "lookup",
            "-a",
            &format!("AccessKeyId={KEY}"),
            "--rate",
            "50",
        ])
        .args(more);
    command
}

fn regions_asked(server: &LookupServer) -> BTreeSet<String> {
    server.calls().into_iter().map(|call| call.region).collect()
}

fn events_by_region(report: &Value) -> [usize; 2] {
    let events = report["events"].as_array().unwrap();
    [HERE, THERE].map(|region| {
        events
            .iter()
            .filter(|event| event["region"] == region)
            .count()
    })
}

#[test]
fn a_denied_region_is_a_gap_and_loses_no_other() {
    let server = both().region(THERE, RegionState::Denied).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let json = report(&mut lookup(&sandbox, &["--format", "json"]), 3);
    assert_eq!(json["complete"], false);
    assert_eq!(events_by_region(&json), [3, 0]);
    let entries = json["coverage"].as_array().unwrap();
    for entry in entries.iter().filter(|entry| entry["region"] != THERE) {
        let state = if entry["pages"] == 0 {
            "disabled"
        } else {
            "read"
        };
        assert_eq!(entry["state"], state, "{entry}");
    }
    let denied = coverage(&json, THERE);
    assert_eq!(denied["state"], "denied");
    assert!(
        json["next"].to_string().contains("--iam-policy"),
        "{}",
        json["next"]
    );
    let reason = denied["reason"].as_str().unwrap();
    assert!(reason.contains("service control policy"), "{reason}");

    let table = answered(&mut lookup(&sandbox, &[]), 3);
    let first: Vec<&str> = table.lines().take(8).collect();
    let first = first
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    for part in ["INCOMPLETE", "eu-west-1 denied", "service control policy"] {
        assert!(first.contains(part), "{part}: {first}");
    }
    assert!(!table.contains("nowhere else"), "{table}");
}

#[test]
fn a_denied_control_plane_region_hides_iam() {
    let server = both().region(HERE, RegionState::Denied).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let table = answered(&mut lookup(&sandbox, &[]), 3);
    assert!(
        table.contains("IAM events are there and nowhere else"),
        "{table}"
    );
}

#[test]
fn a_region_that_does_not_know_the_credentials_is_a_gap() {
    let server = both().region(THERE, RegionState::NotOptedIn).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let json = report(&mut lookup(&sandbox, &["--format", "json"]), 3);
    assert_eq!(coverage(&json, THERE)["state"], "disabled");
    assert_eq!(events_by_region(&json), [3, 0]);
}

#[test]
fn nothing_found_and_not_looked_are_told_apart() {
    let server = serving([]).region(HERE, RegionState::Denied).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let none = answered(&mut lookup(&sandbox, &["--regions", THERE]), 0);
    let not_looked = answered(&mut lookup(&sandbox, &["--regions", HERE]), 3);
    assert!(
        none.contains("complete") && !none.contains("INCOMPLETE"),
        "{none}"
    );
    assert!(
        not_looked.contains("INCOMPLETE: 0 of 1 Region read"),
        "{not_looked}"
    );
}

#[test]
fn only_the_regions_named_are_asked() {
    let server = both().start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let named = format!("{THERE},us-west-2");
    let json = report(
        &mut lookup(&sandbox, &["--regions", &named, "--format", "json"]),
        0,
    );
    assert_eq!(
        regions_asked(&server),
        [THERE, "us-west-2"].map(str::to_owned).into()
    );
    assert_eq!(json["coverage"].as_array().unwrap().len(), 2);
    assert_eq!(events_by_region(&json), [0, 2]);
}

#[test]
fn a_region_that_does_not_exist_is_a_mistake() {
    let server = both().start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    for (named, near) in [
        ("eu-west-9", "eu-west-1"),
        ("us_east_1", "us-east-1"),
        ("", "--regions"),
    ] {
        let stderr = said(&mut lookup(&sandbox, &["--regions", named]), 2);
        assert!(stderr.contains(near), "{stderr}");
    }
    assert!(server.calls().is_empty());
}

#[test]
fn a_region_that_is_not_enabled_is_a_gap_only_where_it_was_named() {
    let list = r#"{"Regions": [
        {"RegionName": "us-east-1", "RegionOptStatus": "ENABLED_BY_DEFAULT"},
        {"RegionName": "eu-west-1", "RegionOptStatus": "ENABLED"},
        {"RegionName": "ap-east-1", "RegionOptStatus": "DISABLED"}]}"#;
    let server = both().start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let account = always("200 OK", "application/json", list);
    let sandbox = sandbox.set("AWS_ENDPOINT_URL_ACCOUNT", account);
    let all = report(&mut lookup(&sandbox, &["--format", "json"]), 0);
    assert_eq!(coverage(&all, "ap-east-1")["state"], "disabled");
    assert_eq!(events_by_region(&all), [3, 2]);

    let named = ["--regions", "ap-east-1,us-east-1", "--format", "json"];
    let named = report(&mut lookup(&sandbox, &named), 3);
    assert_eq!(coverage(&named, "ap-east-1")["state"], "disabled");
    assert_eq!(events_by_region(&named), [3, 0]);
    assert!(!regions_asked(&server).contains("ap-east-1"));
}

#[test]
fn a_list_that_is_refused_is_made_up_for() {
    let Some(aws) = Emulator::Moto.shared() else {
        return;
    };
    let server = both().start();
    let sandbox = Sandbox::new()
        .endpoint(aws.url())
        .cloudtrail(&server.url())
        .now(NOW);
    let json = lookup(&sandbox, &["--format", "json"])
        .assert()
        .code(0)
        .get_output()
        .clone();
    let stderr = String::from_utf8(json.stderr).unwrap();
    assert!(
        stderr.contains("warning: ") && stderr.contains("account:ListRegions"),
        "{stderr}"
    );
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(events_by_region(&json), [3, 2]);
    let asked = regions_asked(&server);
    assert!(
        asked.len() > 30 && asked.contains("af-south-1"),
        "{asked:?}"
    );
    assert_eq!(json["coverage"].as_array().unwrap().len(), asked.len());
}
