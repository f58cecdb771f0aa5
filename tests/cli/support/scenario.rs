//! A scenario: a playbook run over records that were made up for it, and what it told of them.

use serde_json::{Value, json};

use super::offline::{Folder, trail, trailhunt};
use super::records::record;

/// A call of `source` (`iam` for `iam.amazonaws.com`) on 10 July 2023 at `time` (`12:30`, or a whole one) with `fields`
/// in place of its own; its event id is its name and time.
pub fn call(time: &str, source: &str, name: &str, fields: Value) -> String {
    let time = match time.len() {
        5 => format!("2023-07-10T{time}:00Z"),
        _ => time.to_owned(),
    };
    let mut all = json!({
        "eventID": format!("{name} {time}"),
        "eventTime": time,
        "eventSource": format!("{source}.amazonaws.com"),
        "eventName": name,
        "readOnly": false,
    });
    let Value::Object(fields) = fields else {
        panic!("the fields are an object");
    };
    all.as_object_mut().expect("it is an object").extend(fields);
    record(&all)
}

/// The `userIdentity` of a session of a role, with its key.
pub fn session(role: &str, name: &str, key: &str) -> Value {
    json!({
        "type": "AssumedRole",
        "principalId": format!("AROAEXAMPLE{}:{name}", role.to_ascii_uppercase()),
        "arn": format!("arn:aws:sts::123456789012:assumed-role/{role}/{name}"),
        "accountId": "123456789012",
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "arn": format!("arn:aws:iam::123456789012:role/{role}"),
                "userName": role,
            },
            "attributes": {"creationDate": "2023-07-10T09:00:00Z", "mfaAuthenticated": "false"},
        },
    })
}

/// The `userIdentity` of root.
pub fn root() -> Value {
    json!({
        "type": "Root",
        "principalId": "123456789012",
        "arn": "arn:aws:iam::123456789012:root",
        "accountId": "123456789012",
    })
}

/// What a playbook told.
pub struct Told(Value);

/// Runs `playbook` with `flags` over `records`; the answer is complete.
pub fn tell(playbook: &str, flags: &[&str], records: &[String]) -> Told {
    let folder = Folder::new().with("trail.json", trail(records));
    let file = folder.file("trail.json");
    let file = file.to_str().expect("the path is UTF-8");
    let run = ["run", playbook, "--from", file, "--format", "json"];
    Told(trailhunt(run.iter().chain(flags)).exits(0).json())
}

impl Told {
    /// Every finding as `level rule: message`, worst first.
    pub fn findings(&self) -> Vec<String> {
        let findings = self.0["findings"]
            .as_array()
            .expect("a report has findings");
        let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
        findings
            .iter()
            .map(|finding| {
                let [level, rule, message] =
                    ["level", "rule", "message"].map(|part| text(&finding[part]));
                format!("{level} {rule}: {message}")
            })
            .collect()
    }

    /// The findings above informational: of ordinary life there are none.
    pub fn alarms(&self) -> Vec<String> {
        let mut findings = self.findings();
        findings.retain(|finding| !finding.starts_with("informational"));
        findings
    }

    /// A column of every row, in the order of time; several values are compact JSON, none is `-`.
    pub fn column(&self, name: &str) -> Vec<String> {
        let rows = self.0["events"].as_array().expect("a report has rows");
        let cell = |row: &Value| match row.get(name).expect("the playbook has the column") {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        rows.iter().map(cell).collect()
    }

    /// What was said not to be visible.
    pub fn not_visible(&self) -> Vec<&str> {
        let list = self.0["not_visible"].as_array().expect("a report says so");
        list.iter()
            .filter_map(|entry| entry["what"].as_str())
            .collect()
    }
}
