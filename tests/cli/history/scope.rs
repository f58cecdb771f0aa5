//! Which Regions a search asks, and whose word counts for what the record itself cannot tell.

use serde_json::json;

use super::{HERE, coverage, report, sandbox, serving};
use crate::support::{records, scenario};

/// Asks IAM's Region only.
const PLAYBOOK: &str = "
playbook: 1
id: users
title: Who created users
searches:
  created:
    regions: control-plane
    detection:
      create: { eventName: CreateUser }
      condition: create
";

#[test]
fn a_search_asks_its_own_regions_and_says_where_it_could_not() {
    let fields = json!({"eventName": "CreateUser", "eventTime": "2023-07-10T09:00:00Z"});
    let server = serving([records::record(&fields)]).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    std::fs::write(sandbox.home().join("users.yaml"), PLAYBOOK).unwrap();
    let run = [
        "run",
        "users.yaml",
        "--format",
        "json",
        "--since",
        "2023-07-10",
    ];

    let whole = report(sandbox.trailhunt().args(run), 0);
    assert_eq!(whole["events"].as_array().unwrap().len(), 1);
    let regions: Vec<_> = server.calls().into_iter().map(|call| call.region).collect();
    assert_eq!(regions, [HERE], "nothing else is asked");

    // nothing was read, which is not the same as nothing found
    let elsewhere = report(
        sandbox
            .trailhunt()
            .args(run)
            .args(["--regions", "eu-west-1"]),
        3,
    );
    let gap = coverage(&elsewhere, HERE);
    assert_eq!(gap["state"], "skipped");
    assert!(
        gap["reason"].as_str().unwrap().contains("--regions"),
        "{gap}"
    );
    assert_eq!(server.calls().len(), 1);
}

#[test]
fn searches_that_were_left_out_are_one_gap_of_their_region() {
    let server = serving(records::series(HERE, 1)).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let flags = ["--regions", "eu-west-1", "--since", "2023-07-10"];
    let mut command = sandbox.trailhunt();
    command
        .args(["run", "off-hours-iam", "--format", "json"])
        .args(flags);
    let report = report(&mut command, 3);
    assert_eq!(
        coverage(&report, HERE)["reason"],
        "the search iam and 1 more ask only here, and --regions leaves it out"
    );
}

#[test]
fn the_server_is_believed_where_the_record_cannot_tell() {
    let launch = records::record(&json!({
        "eventName": "RunInstances", "eventSource": "ec2.amazonaws.com", "eventTime": "2023-07-10T09:00:00Z",
        "responseElements": {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}},
    }));
    let server = serving(records::series(HERE, 3).into_iter().chain([launch])).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let flags = [
        "--regions",
        HERE,
        "--format",
        "json",
        "--since",
        "2023-07-10",
    ];
    for (attribute, also, expected) in [
        ("ResourceType=AWS::EC2::Instance", "ReadOnly=true", 1),
        ("ResourceName=i-0123456789abcdef0", "ReadOnly=true", 1),
        ("ResourceType=AWS::EC2::Instance", "ReadOnly=false", 0),
    ] {
        let mut command = sandbox.trailhunt();
        let report = report(
            command
                .args(["lookup", "-a", attribute, "-a", also])
                .args(flags),
            0,
        );
        let events = report["events"].as_array().unwrap();
        assert_eq!(events.len(), expected, "{attribute} {also}");
    }
    let named = report(
        sandbox
            .trailhunt()
            .args(["lookup", "-a", "ResourceType=AWS::EC2::Instance"])
            .args(flags),
        0,
    );
    assert_eq!(named["events"][0]["call"], "RunInstances");
    let hidden = named["not_visible"].as_array().unwrap();
    assert!(
        hidden
            .iter()
            .any(|part| part["what"].as_str().unwrap().contains("ResourceType"))
    );
}

#[test]
fn a_looked_up_name_counts_for_itself_alone() {
    let session = |role: &str, time: &str, name: &str| {
        scenario::call(
            time,
            "ec2",
            name,
            json!({"userIdentity": scenario::session(role, "build-1", "ASIACONSOLE000000003")}),
        )
    };
    let issue = scenario::call(
        "10:01",
        "sts",
        "AssumeRole",
        json!({"requestParameters": {
            "roleArn": "arn:aws:iam::123456789012:role/deploy", "roleSessionName": "build-1",
        }}),
    );
    let records = [
        issue,
        session("deploy", "10:02", "DescribeVpcs"),
        session("audit", "10:03", "DescribeTags"),
    ];
    let server = serving(records).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let run = ["run", "principal-trace", "--param", "principal=deploy"];
    let report = report(
        sandbox.trailhunt().args(run).args([
            "--regions",
            HERE,
            "--since",
            "2023-07-10",
            "--format",
            "json",
        ]),
        0,
    );
    let rows = report["events"].as_array().unwrap();
    let calls: Vec<_> = rows.iter().map(|row| row["call"].as_str()).collect();
    // a session of that name was looked up, for this role: another role's is none of it, over files and live
    assert_eq!(calls, [Some("AssumeRole"), Some("DescribeVpcs")]);
}
