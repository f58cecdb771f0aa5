//! What an attacker writes into records does no harm in any output; secrets stay in the raw evidence.

use serde_json::json;

use crate::support::offline::{Folder, Said, trail, trailhunt};
use crate::support::records::record;

const KEY: &str = "AKIAEXAMPLE000000000";
const CHILD: &str = "ASIAEXAMPLE000000001";
const TOKEN: &str = "FwoGZXIvYXdzEExampleSessionToken";
const SECRET: &str = "wJalrXUtnFEMIExampleSecret";

const HOSTILE: [&str; 7] = [
    "\x1b[2J\x1b[31mgone\x07",
    "\x1b]8;;https://evil.example\x1b\\aws\x1b]8;;\x1b\\",
    "\u{9b}31m\u{85}\u{7f}",
    "user\u{202e}nimda\u{2066}\u{200f}\u{2028}\u{feff}",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "\"a\",\r\n@SUM(A1)\t",
];

/// A user, a session and an agent of each hostile name: the user assumes a role, and the session goes on.
fn records() -> Vec<String> {
    let mut records = Vec::new();
    for (n, name) in HOSTILE.iter().enumerate() {
        let user = json!({
            "type": "IAMUser", "principalId": "AIDAEXAMPLE", "accessKeyId": KEY, "userName": name,
            "accountId": "123456789012", "arn": format!("arn:aws:iam::123456789012:user/{name}"),
        });
        let session = format!("arn:aws:sts::123456789012:assumed-role/admin/{name}");
        let child = format!("{CHILD}{n}");
        records.push(record(&json!({
            "eventID": format!("{n}-a"), "eventTime": format!("2023-07-10T12:0{n}:00Z"),
            "userIdentity": user, "userAgent": name, "sourceIPAddress": name,
            "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole",
            "requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/admin", "roleSessionName": name},
            "responseElements": {
                "credentials": {"accessKeyId": child, "secretAccessKey": SECRET, "sessionToken": TOKEN},
                "assumedRoleUser": {"arn": session, "assumedRoleId": format!("AROAEXAMPLE:{name}")},
            },
        })));
        records.push(record(&json!({
            "eventID": format!("{n}-b"), "eventTime": format!("2023-07-10T12:0{n}:30Z"),
            "userIdentity": {
                "type": "AssumedRole", "principalId": format!("AROAEXAMPLE:{name}"), "arn": session,
                "accountId": "123456789012", "accessKeyId": child,
            },
            "userAgent": name, "eventName": "CreateUser", "requestParameters": {"userName": name},
            "errorCode": null, "readOnly": false,
        })));
    }
    for (n, name) in HOSTILE.iter().enumerate() {
        records.push(record(&json!({
            "eventID": format!("{n}-c"), "eventTime": format!("2023-07-10T13:0{n}:00Z"),
            "eventName": name, "awsRegion": name, "errorCode": name,
            "errorMessage": format!("User: {name} is not authorized to perform: sts:AssumeRole on resource: {name}"),
        })));
    }
    records
}

/// The trace of the key over these records.
fn trace(format: &str, more: &[&str]) -> Said {
    let folder = Folder::new().with("\u{202e}\x1b[31m.json", trail(&records()));
    let from = folder.path().to_str().unwrap();
    let flags = ["trace-key", KEY, "--from", from, "--format", format];
    trailhunt(flags.iter().chain(more)).exits(0)
}

/// What could act on a terminal, or reorder what it shows.
fn acts(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[test]
fn nothing_acts_on_a_terminal() {
    for (format, more) in [
        ("table", &[][..]),
        ("table", &["--all"]),
        ("json", &[]),
        ("csv", &[]),
    ] {
        let said = trace(format, more);
        let text = said.text().replace("\r\n", "\n");
        assert!(!text.contains(acts), "{format}: {text:?}");
        assert!(!said.stderr.contains(acts), "{format}: {:?}", said.stderr);
        assert!(text.contains("nimda"), "the names are there: {format}");
    }
    for line in trace("table", &["--all"]).text().lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn json_says_what_was_written() {
    let report = trace("json", &[]).json();
    let agents = report["summary"]["user_agents"].as_array().unwrap();
    for name in HOSTILE {
        assert!(
            agents.iter().any(|agent| agent["value"] == name),
            "{name:?}"
        );
    }
}

#[test]
fn no_cell_is_a_formula() {
    let text = trace("csv", &[]).stdout;
    let mut rows = csv::Reader::from_reader(&text[..]);
    let rows: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), records().len());
    let cells: Vec<&str> = rows.iter().flatten().collect();
    for cell in &cells {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell:?}"
        );
    }
    assert!(
        cells.contains(&"'=cmd|' /C calc'!A0"),
        "guarded, not dropped"
    );
}

#[test]
fn secrets_stand_in_the_raw_evidence_alone() {
    for (format, more) in [
        ("table", &[][..]),
        ("table", &["--all"]),
        ("json", &[]),
        ("csv", &[]),
    ] {
        let said = trace(format, &[more, &["-v"]].concat());
        for secret in [TOKEN, SECRET] {
            assert!(!said.text().contains(secret), "{format}");
            assert!(!said.stderr.contains(secret), "{format}");
        }
    }
    assert!(trace("jsonl", &[]).text().contains(TOKEN));
}

#[test]
fn raw_evidence_is_one_record_a_line_as_it_was_written() {
    let mut lines: Vec<String> = trace("jsonl", &[])
        .text()
        .lines()
        .map(str::to_owned)
        .collect();
    let mut written = records();
    lines.sort();
    written.sort();
    assert_eq!(lines, written);
}

/// A playbook of one's own may name the very field that holds a secret.
#[test]
fn a_column_on_a_secret_is_redacted() {
    let playbook = "
playbook: 1
id: tokens
title: Show tokens
searches:
  all: { regions: all, detection: { sts: { eventName: AssumeRole }, condition: sts } }
columns:
  - { name: token, field: responseElements.credentials.sessionToken }
  - { name: answer, field: responseElements.credentials }
findings:
  - id: told
    level: low
    title: Told
    message: 'token {responseElements.credentials.sessionToken}'
    when: { sts: { eventName: AssumeRole }, condition: sts }
";
    let folder = Folder::new()
        .with("tokens.yaml", playbook)
        .with("a.json", trail(&records()));
    let (file, from) = (folder.file("tokens.yaml"), folder.file("a.json"));
    for format in ["csv", "json", "table"] {
        let flags = [
            "run",
            file.to_str().unwrap(),
            "--from",
            from.to_str().unwrap(),
            "--format",
            format,
            "--all",
        ];
        let said = trailhunt(flags).exits(0);
        assert!(
            said.text().contains("<redacted>"),
            "{format}: {}",
            said.text()
        );
        assert!(
            !said.text().contains(TOKEN) && !said.text().contains(SECRET),
            "{format}"
        );
    }
}
