//! `playbooks`, and `run` of a playbook of one's own.

use serde_json::{Value, json};

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::offline::{Folder, Said, offline, said, trail, trailhunt};
use crate::support::records::record;
use crate::support::venv::python;

/// From one name of an agent to the addresses that it came from, and to all that these did.
const OWN: &str = "
playbook: 1
id: by-agent
title: What else came from where an agent came from
parameters:
  agent: { type: string, required: true }
variables:
  addresses: []
searches:
  agent:
    regions: all
    detection: { it: { userAgent|contains|expand: '%agent%' }, condition: it }
  neighbours:
    regions: all
    detection: { it: { sourceIPAddress|expand: '%addresses%' }, condition: it }
pivots:
  - from: agent
    why: used this address
    when: { any: { eventName|exists: true }, condition: any }
    take: sourceIPAddress
    into: addresses
columns:
  - { name: ip, field: sourceIPAddress }
  - { name: call, field: eventName }
findings:
  - id: created
    level: high
    title: New user
    message: 'new user {requestParameters.userName}'
    attack: [T1136.003]
    when: { it: { eventName: CreateUser, errorCode: null }, condition: it }
";

fn event(id: &str, ip: &str, agent: &str, call: &str) -> String {
    record(&json!({
        "eventID": id, "sourceIPAddress": ip, "userAgent": agent, "eventName": call,
        "requestParameters": {"userName": "eve"},
    }))
}

#[test]
fn list() {
    let list = trailhunt(["playbooks", "list"]).exits(0);
    let title = "access-key-trace        Trace everything done with a leaked access key";
    assert_eq!(list.text().lines().next(), Some(title));
    let built_in = std::fs::read_dir("playbooks").unwrap();
    let is_playbook = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml");
    let built_in = built_in
        .map(|entry| entry.unwrap().path())
        .filter(is_playbook);
    assert_eq!(list.text().lines().count(), built_in.count());
}

/// `arguments`, where the folder named by `variable` holds playbooks.
fn with_own(variable: &str, folder: &Path, arguments: &[&str]) -> Said {
    said(offline().trailhunt().args(arguments).env(variable, folder))
}

#[test]
fn playbooks_of_ones_own_are_found_by_name() {
    let own = OWN;
    let folder = Folder::new()
        .with("mine/by-agent.yaml", own)
        .with("mine/broken.yml", "playbook: 1\n")
        .with("mine/logins.yaml", own.replace("by-agent", "logins"))
        .with("configured/trailhunt/playbooks/by-agent.yaml", own)
        .with(
            "trail.json",
            trail(&[event("a", "192.0.2.1", "curl/8", "GetUser")]),
        );
    let source = folder.file("trail.json");
    let run = [
        "run",
        "by-agent",
        "--param",
        "agent=curl",
        "--from",
        source.to_str().unwrap(),
    ];
    let several = std::env::join_paths([Path::new("/nowhere"), &folder.file("mine")]).unwrap();
    for (variable, path) in [
        ("TRAILHUNT_PLAYBOOKS", folder.file("mine")),
        ("TRAILHUNT_PLAYBOOKS", several.into()),
        ("XDG_CONFIG_HOME", folder.file("configured")),
    ] {
        let said = with_own(variable, &path, &run).exits(0);
        assert!(
            said.text().contains("GetUser"),
            "{variable} {}",
            said.text()
        );
        let list = with_own(variable, &path, &["playbooks", "list"]).exits(0);
        let title = "What else came from where an agent came from (";
        assert!(list.text().contains(title), "{}", list.text());
        let shown = with_own(variable, &path, &["playbooks", "show", "by-agent"]).exits(0);
        assert_eq!(shown.text(), own);
    }
    let mine = folder.file("mine");
    let list = with_own("TRAILHUNT_PLAYBOOKS", &mine, &["playbooks", "list"]).exits(0);
    let broken = format!(
        "not well-formed: trailhunt playbooks check {}",
        mine.join("broken.yml").display()
    );
    assert!(list.text().contains(&broken), "{}", list.text());
    // the name of a built-in playbook stays its own
    assert_eq!(
        list.text().matches("\nlogins ").count(),
        1,
        "{}",
        list.text()
    );
    let taken = format!(
        "{}: the name of a built-in playbook",
        mine.join("logins.yaml").display()
    );
    assert!(list.stderr.contains(&taken), "{}", list.stderr);
    let nowhere = folder.file("nowhere");
    let list = with_own("TRAILHUNT_PLAYBOOKS", &nowhere, &["playbooks", "list"]).exits(0);
    assert!(list.stderr.contains("is no folder"), "{}", list.stderr);
    let unknown = with_own("TRAILHUNT_PLAYBOOKS", &mine, &["run", "by-agnt"]).exits(2);
    assert!(
        unknown.stderr.contains("did you mean 'by-agent'?"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn what_an_id_runs_does_not_depend_on_where_one_stands() {
    let folder = Folder::new()
        .with("mine/by-agent.yaml", OWN)
        .with("evidence/by-agent", "of somebody else");
    let mut command = offline().trailhunt();
    command
        .args(["playbooks", "show", "by-agent"])
        .env("TRAILHUNT_PLAYBOOKS", folder.file("mine"))
        .current_dir(folder.file("evidence"));
    assert_eq!(said(&mut command).exits(0).text(), OWN);
}

#[test]
fn show() {
    let shown = trailhunt(["playbooks", "show", "access-key-trace"]).exits(0);
    assert_eq!(
        shown.text(),
        include_str!("../../playbooks/access-key-trace.yaml")
    );
    let unknown = trailhunt(["playbooks", "show", "access-key-trase"]).exits(2);
    assert!(
        unknown.stderr.contains("'access-key-trace'"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn the_policy_that_it_needs() {
    let policy = trailhunt(["playbooks", "show", "access-key-trace", "--iam-policy"])
        .exits(0)
        .json();
    assert_eq!(policy["Version"], "2012-10-17");
    let statements = policy["Statement"].as_array().unwrap();
    assert!(
        statements
            .iter()
            .all(|statement| statement["Effect"] == "Allow")
    );
    let actions = statements
        .iter()
        .flat_map(|statement| statement["Action"].as_array().unwrap());
    let actions: Vec<&str> = actions.map(|action| action.as_str().unwrap()).collect();
    assert!(actions.contains(&"cloudtrail:LookupEvents"), "{actions:?}");
    let reads = |action: &&str| {
        let (_, call) = action.split_once(':').unwrap();
        ["Lookup", "List", "Get", "Describe"]
            .iter()
            .any(|verb| call.starts_with(verb))
    };
    assert!(actions.iter().all(reads), "it only reads: {actions:?}");
}

#[test]
fn the_schema() {
    let schema = trailhunt(["playbooks", "schema"]).exits(0).json();
    assert!(schema["$schema"].as_str().unwrap().contains("2020-12"));
    assert_eq!(schema["additionalProperties"], Value::Bool(false));
}

/// What the schema that the binary prints finds wrong in `files`, one problem a line.
fn validated(files: impl IntoIterator<Item = PathBuf>) -> String {
    let schema = trailhunt(["playbooks", "schema"]).exits(0);
    let folder = Folder::new().with("schema.json", schema.stdout);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/support/validate.py");
    let output = Command::new(python().unwrap())
        .arg(script)
        .arg(folder.file("schema.json"))
        .args(files)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_schema_validates_every_built_in_playbook() {
    let files = std::fs::read_dir("playbooks").unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    assert!(files.len() > 10);
    assert_eq!(validated(files), "");

    let wrong = OWN.replace("    regions: all\n", "    region: all\n");
    let folder = Folder::new().with("wrong.yaml", wrong);
    let found = validated([folder.file("wrong.yaml")]);
    assert!(found.contains("$.searches.agent"), "{found}");
}

#[test]
fn check() {
    let folder = Folder::new()
        .with("by-agent.yaml", OWN)
        .with(
            "wrong.yaml",
            OWN.replace("contains|expand", "contians|expand")
                .replace("by-agent", "wrong"),
        )
        .with(
            "worse.yaml",
            OWN.replace("    regions: all\n", "    region: all\n")
                .replace("by-agent", "worse"),
        );
    let path = |name: &str| folder.file(name).to_str().unwrap().to_owned();
    let good = trailhunt(["playbooks", "check", &path("by-agent.yaml")]).exits(0);
    assert!(good.stderr.contains("by-agent.yaml: ok"), "{}", good.stderr);
    let files = ["by-agent.yaml", "wrong.yaml", "worse.yaml"].map(path);
    let bad = trailhunt(
        ["playbooks", "check"]
            .into_iter()
            .chain(files.iter().map(String::as_str)),
    )
    .exits(2);
    for problem in [
        "wrong.yaml:12:24 ",
        "unknown modifier 'contians' (did you mean 'contains'?)",
        "worse.yaml:11:5 searches.agent: unknown field `region`, expected `regions`, `context` or `detection` (did you mean 'regions'?)",
        "worse.yaml:14:5 searches.neighbours",
    ] {
        assert!(bad.stderr.contains(problem), "{problem} in {}", bad.stderr);
    }
    let missing = trailhunt(["playbooks", "check", "nowhere.yaml"]).exits(2);
    assert!(
        missing.stderr.contains("cannot read nowhere.yaml"),
        "{}",
        missing.stderr
    );
}

#[test]
fn run_follows_pivots_of_any_variable() {
    let records = [
        event("start", "203.0.113.9", "evil-tool/1.0", "ListUsers"),
        event("neighbour", "203.0.113.9", "aws-cli/2", "CreateUser"),
        event("second", "198.51.100.7", "evil-tool/1.0", "ListRoles"),
        event("also", "198.51.100.7", "aws-cli/2", "ListGroups"),
        event("stranger", "192.0.2.1", "aws-cli/2", "CreateUser"),
    ];
    let folder = Folder::new()
        .with("by-agent.yaml", OWN)
        .with("trail/a.json", trail(&records));
    let (playbook, from) = (folder.file("by-agent.yaml"), folder.file("trail"));
    let run = [
        "run",
        playbook.to_str().unwrap(),
        "--from",
        from.to_str().unwrap(),
        "--format",
        "json",
    ];
    let with = |agent| trailhunt(run.into_iter().chain(["--param", agent]));
    let report = with("agent=evil-tool").exits(0).json();
    let rows = report["events"].as_array().unwrap().iter();
    let mut ids: Vec<&str> = rows.map(|row| row["event_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["also", "neighbour", "second", "start"]);
    assert_eq!(report["playbook"], "by-agent");
    assert_eq!(report["findings"][0]["message"], "new user eve");
    assert_eq!(report["findings"][0]["event_ids"], json!(["neighbour"]));
    assert_eq!(report["lineage"], json!([]));
    let none = with("agent=unheard-of").exits(0).json();
    assert_eq!(none["events"], json!([]));
}

#[test]
fn run_of_a_built_in_playbook_is_its_command() {
    let key = "AKIARZPUZDIKDEMOFAKE";
    let param = format!("access_key={key}");
    let flags = ["--from", "demo", "--format", "csv"];
    let run = trailhunt(
        ["run", "access-key-trace", "--param", &param]
            .iter()
            .chain(&flags),
    )
    .exits(0);
    let command = trailhunt(["trace-key", key].iter().chain(&flags)).exits(0);
    assert!(run.stdout == command.stdout);
}
