//! `backtest-alerts`, by the binary.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::offline::{Folder, Said, gzip, offline, over_demo, said, trail, trailhunt};
use crate::support::records::record;

/// The backtest of `from`, at a fixed day.
fn backtest(from: &Path, arguments: &[&str]) -> Said {
    let sandbox = offline().now("2026-11-22T09:00:00Z");
    let mut command = sandbox.trailhunt();
    command.arg("backtest-alerts").arg("--from").arg(from);
    said(command.args(arguments))
}

/// The fields of `record` that make a user, at `time`, by `who`.
fn made(number: usize, time: &str, who: &str) -> String {
    record(&json!({
        "eventName": "CreateUser", "eventID": format!("made-{number}"), "eventTime": time, "readOnly": false,
        "userIdentity": {"type": "IAMUser", "userName": who, "arn": format!("arn:aws:iam::123456789012:user/{who}")},
        "requestParameters": {"userName": format!("user-{number}")},
    }))
}

/// Six users made by `pipeline`, a minute apart; one by `ana`, at night; one listing, which alerts nobody.
fn folder() -> Folder {
    let mut records: Vec<String> = (0..6)
        .map(|number| {
            made(
                number,
                &format!("2026-11-20T10:{number:02}:00Z"),
                "pipeline",
            )
        })
        .collect();
    records.push(made(6, "2026-11-20T23:00:00Z", "ana"));
    records.push(record(
        &json!({"eventID": "listed", "eventTime": "2026-11-20T12:00:00Z"}),
    ));
    Folder::new().with("trail/a.json.gz", gzip(&trail(&records)))
}

fn alerts(answer: &Value) -> Vec<(&str, &str, &str, u64, u64)> {
    let alerts = answer["alerts"].as_array().unwrap().iter();
    let alerts = alerts.map(|alert| {
        let text = |name: &str| alert[name].as_str().unwrap();
        let number = |name: &str| alert[name].as_u64().unwrap();
        (
            text("rule"),
            text("actor"),
            text("severity"),
            number("messages"),
            number("suppressed"),
        )
    });
    alerts.collect()
}

#[test]
fn rules_and_actors_the_noisiest_first() {
    let folder = folder();
    let answer = backtest(&folder.file("trail"), &["--format", "json"])
        .exits(0)
        .json();
    assert_eq!(answer["schema_version"], 1);
    assert_eq!(answer["complete"], true);
    assert_eq!(
        alerts(&answer),
        [
            ("user-created", "pipeline", "high", 6, 0),
            ("user-created", "ana", "high", 1, 0),
        ]
    );
    let first = &answer["alerts"][0];
    assert_eq!(first["first"], "2026-11-20T10:00:00Z");
    assert_eq!(first["last"], "2026-11-20T10:05:00Z");
    assert_eq!(first["event_id"], "made-0");
    assert_eq!(
        first["principal"],
        "arn:aws:iam::123456789012:user/pipeline"
    );
    assert_eq!(first["group"], "HighRiskSecurityEvents");
    let totals = &answer["totals"];
    assert_eq!(totals["events"], 7);
    assert_eq!(totals["messages"], 7);
    assert_eq!(totals["messages_per_day"], 7.0);
    assert_eq!(
        totals["busiest_day"],
        json!({"day": "2026-11-20", "messages": 7})
    );
    let hidden: Vec<&str> = answer["not_visible"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["what"].as_str().unwrap())
        .collect();
    for what in [
        "findings of Config, GuardDuty and Security Hub",
        "alerts on calls that only read",
    ] {
        assert!(hidden.contains(&what), "{hidden:?}");
    }
    assert!(answer["rules"].as_u64().unwrap() > 100);
}

#[test]
fn what_the_hint_suppresses_is_gone_the_next_time() {
    let folder = folder();
    let trail = folder.file("trail");
    let before = backtest(&trail, &["--format", "json"]).exits(0).json();
    let yaml = before["hint"]["yaml"].as_str().unwrap().to_owned();
    let folder = folder.with("settings.yml", &yaml);
    let settings = folder.file("settings.yml");
    let arguments = ["--settings", settings.to_str().unwrap(), "--format", "json"];
    let after = backtest(&trail, &arguments).exits(0).json();
    assert_eq!(
        alerts(&after),
        [
            ("user-created", "ana", "high", 1, 0),
            ("user-created", "pipeline", "high", 0, 6),
        ]
    );
    assert_eq!(after["totals"]["suppressed"], 6);
    assert_eq!(
        after["suppressions"],
        json!([{"reason": "why this is expected", "until": "2027-02-20", "expired": false, "events": 6}])
    );
    let table = backtest(&trail, &["--settings", settings.to_str().unwrap()]).exits(0);
    let text = table.text();
    assert!(text.contains("6 events suppressed"), "{text}");
    assert!(
        text.contains("why this is expected: hides 6 events, until 2027-02-20"),
        "{text}"
    );
    // the table shows the file whole, to be copied
    let table = backtest(&trail, &[]).exits(0);
    assert!(table.text().ends_with(&yaml), "{}", table.text());
}

#[test]
fn work_hours_and_threshold_decide_what_is_told_at_once() {
    let folder = folder();
    let hours = [
        "--work-hours",
        "Mon-Fri 09:00-18:00",
        "--severity",
        "critical",
        "--format",
        "json",
    ];
    let answer = backtest(&folder.file("trail"), &hours).exits(0).json();
    assert_eq!(
        alerts(&answer),
        [
            ("user-created", "ana", "critical", 1, 0),
            ("user-created", "pipeline", "high", 0, 0),
        ]
    );
    assert_eq!(answer["alerts"][0]["off_hours"], 1);
    assert_eq!(answer["alerts"][1]["digest_entries"], 6);
    assert_eq!(answer["totals"]["digests"], 1);
}

#[test]
fn what_is_found_ends_with_the_code_that_was_asked_for() {
    let folder = folder();
    let trail = folder.file("trail");
    backtest(&trail, &["--fail-on", "high"]).exits(10);
    backtest(&trail, &["--fail-on", "critical"]).exits(0);
    let quiet = "suppress: [{reason: r, until: 2026-11-22, event: CreateUser}]";
    let folder = folder.with("settings.yml", quiet);
    let settings = folder.file("settings.yml");
    let arguments = [
        "--fail-on",
        "high",
        "--settings",
        settings.to_str().unwrap(),
    ];
    backtest(&trail, &arguments).exits(0);
}

#[test]
fn a_mistake_in_the_settings_is_named_with_its_place() {
    let folder = Folder::new().with(
        "settings.yml",
        "suppress:\n  - reason: r\n    untill: 2027-01-31\n",
    );
    let settings = folder.file("settings.yml");
    let settings = settings.to_str().unwrap();
    let said = over_demo(&["backtest-alerts", "--settings", settings]).exits(2);
    assert!(said.stdout.is_empty());
    for problem in [
        "2:5 suppress[0]: missing field `until`",
        "3:5 suppress[0]: unknown field `untill`",
    ] {
        assert!(
            said.stderr.contains(&format!("{settings}:{problem}")),
            "{}",
            said.stderr
        );
    }
    let missing = over_demo(&["backtest-alerts", "--settings", "/nowhere.yml"]).exits(2);
    assert!(
        missing.stderr.contains("cannot read /nowhere.yml"),
        "{}",
        missing.stderr
    );
}

#[test]
fn settings_that_no_parameter_holds_are_refused() {
    let suppressions = (0..40).map(|number| {
        let reason = format!("the nightly job number {number} of the platform team");
        format!("  - {{reason: {reason}, until: 2027-01-31, principal: 'job-{number}'}}\n")
    });
    let text = format!("suppress:\n{}", suppressions.collect::<String>());
    let folder = Folder::new().with("settings.yml", text);
    let settings = folder.file("settings.yml");
    let said = over_demo(&["backtest-alerts", "--settings", settings.to_str().unwrap()]).exits(2);
    assert!(
        said.stderr.contains("an SSM parameter holds 4096"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("hint: "), "{}", said.stderr);
}

#[test]
fn an_expired_suppression_is_warned_of_and_hides_nothing() {
    let text = "suppress: [{reason: old job, until: 2026-11-21, event: CreateUser}]";
    let folder = folder().with("settings.yml", text);
    let settings = folder.file("settings.yml");
    let arguments = ["--settings", settings.to_str().unwrap(), "--format", "json"];
    let said = backtest(&folder.file("trail"), &arguments).exits(0);
    assert!(
        said.stderr
            .contains("the suppression 'old job' expired on 2026-11-21"),
        "{}",
        said.stderr
    );
    let answer = said.json();
    assert_eq!(answer["totals"]["suppressed"], 0);
    assert_eq!(answer["suppressions"][0]["expired"], true);
}

#[test]
fn a_file_that_was_read_in_part_is_no_whole_answer() {
    let whole = gzip(&trail(&[made(0, "2026-11-20T10:00:00Z", "ana")]));
    let folder = Folder::new()
        .with("cut.json.gz", &whole[..whole.len() / 2])
        .with("whole.json", trail(&[record(&json!({}))]));
    let said = backtest(folder.path(), &[]).exits(3);
    assert!(said.text().contains("INCOMPLETE"), "{}", said.text());
    assert!(
        said.text()
            .contains("no alert from the part that could be read"),
        "{}",
        said.text()
    );
    let whole = Folder::new().with("whole.json", trail(&[record(&json!({}))]));
    let said = backtest(whole.path(), &[]).exits(0);
    assert!(
        said.text().contains("no alert: no event meets a rule"),
        "{}",
        said.text()
    );
}

#[test]
fn the_csv_has_a_row_for_each_rule_and_actor() {
    let folder = folder();
    let said = backtest(&folder.file("trail"), &["--format", "csv"]).exits(0);
    let mut rows = said.text().split("\r\n");
    let head = "rule,title,group,severity,actor,principal,events,suppressed,off_hours,messages,digest_entries,first,\
                last,account,event_id";
    assert_eq!(rows.next(), Some(head));
    assert_eq!(
        rows.next(),
        Some(
            "user-created,New user,HighRiskSecurityEvents,high,pipeline,arn:aws:iam::123456789012:user/pipeline,6,0,\
             0,6,0,2026-11-20T10:00:00Z,2026-11-20T10:05:00Z,123456789012,made-0"
        )
    );
    assert_eq!(rows.count(), 2, "ana's, and the end");
    let out = folder.file("out.csv");
    let said = backtest(&folder.file("trail"), &["-o", out.to_str().unwrap()]).exits(0);
    assert!(said.stderr.contains("wrote 2 lines to"), "{}", said.stderr);
    let coverage = std::fs::read_to_string(folder.file("out.csv.coverage.json")).unwrap();
    let coverage: Value = serde_json::from_str(&coverage).unwrap();
    assert_eq!(coverage["complete"], true);
    let jsonl = over_demo(&["backtest-alerts", "--format", "jsonl"]).exits(2);
    assert!(
        jsonl.stderr.contains("table, csv or json"),
        "{}",
        jsonl.stderr
    );
}

#[test]
fn names_that_others_chose_are_harmless() {
    let name = "=cmd\u{1b}[2J\u{202e}|\n";
    let folder = Folder::new().with("a.json", trail(&[made(0, "2026-11-20T10:00:00Z", name)]));
    for format in ["table", "json", "csv"] {
        let said = backtest(folder.path(), &["--format", format]).exits(0);
        assert!(!said.text().contains(['\u{1b}', '\u{202e}']), "{format}");
    }
    let said = backtest(folder.path(), &["--format", "csv"]).exits(0);
    assert!(said.text().contains("'=cmd"), "{}", said.text());
}

/// What alerts on the demo is what a hunt finds there: nothing is found by other rules.
#[test]
fn a_hunt_finds_what_alerts() {
    let answer = over_demo(&["backtest-alerts", "--read-events", "--format", "json"])
        .exits(0)
        .json();
    let hunt = trailhunt(["hunt", "--from", "demo", "--format", "json"])
        .exits(0)
        .json();
    let found: Vec<&str> = hunt["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    let alerts = alerts(&answer);
    assert!(alerts.len() > 20, "{}", alerts.len());
    for (rule, ..) in alerts {
        assert!(found.contains(&rule), "{rule}");
    }
    assert_eq!(answer["totals"]["events"], {
        let alerts = answer["alerts"].as_array().unwrap().iter();
        alerts
            .map(|alert| alert["events"].as_u64().unwrap())
            .sum::<u64>()
    });
}
