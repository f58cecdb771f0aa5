//! Trail files of several accounts in one folder: what has one name in two of them is two things, and each line says of
//! which account it is.

use serde_json::{Value, json};

use crate::support::offline::{Folder, Said, trail, trailhunt};
use crate::support::records::record;

const HERE: &str = "111122223333";
const THERE: &str = "444455556666";

/// A call of the user `ana` of `account`, which has one in each.
fn call(account: &str, time: &str, name: &str, more: &Value) -> String {
    let mut fields = json!({
        "eventID": format!("{account}-{time}"), "eventTime": time, "eventName": name, "readOnly": false,
        "recipientAccountId": account,
        "userIdentity": {"type": "IAMUser", "userName": "ana", "accountId": account,
            "arn": format!("arn:aws:iam::{account}:user/ana"), "accessKeyId": "AKIAEXAMPLE000000000"},
    });
    for (field, value) in more.as_object().unwrap() {
        fields[field] = value.clone();
    }
    record(&fields)
}

fn over(accounts: &[(&str, Vec<String>)], arguments: &[&str]) -> Said {
    let folder = accounts
        .iter()
        .fold(Folder::new(), |folder, (account, records)| {
            folder.with(&format!("{account}.json"), trail(records))
        });
    let from = ["--from", folder.path().to_str().unwrap()];
    trailhunt(arguments.iter().copied().chain(from))
}

fn new_user(account: &str) -> (&str, Vec<String>) {
    let more = json!({"requestParameters": {"userName": "svc"}});
    let record = call(account, "2023-07-10T12:00:00Z", "CreateUser", &more);
    (account, vec![record])
}

#[test]
fn one_name_in_two_accounts_is_two_findings() {
    let both = [new_user(HERE), new_user(THERE)];
    let report = over(&both, &["hunt", "--format", "json"]).exits(0).json();
    let told = |field: &str| -> Vec<(String, String)> {
        let all = report[field].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
        all.map(|one| {
            (
                text(&one["account"]),
                text(one.get("rule").unwrap_or(&one["event_id"])),
            )
        })
        .collect()
    };
    let of_both = |what: [&str; 2]| {
        [(HERE, what[0]), (THERE, what[1])].map(|(a, b)| (a.to_owned(), b.to_owned()))
    };
    assert_eq!(told("findings"), of_both(["user-created"; 2]));
    let ids = [HERE, THERE].map(|account| format!("{account}-2023-07-10T12:00:00Z"));
    assert_eq!(told("events"), of_both([&ids[0], &ids[1]]));
}

#[test]
fn tables_name_accounts_as_soon_as_there_are_two() {
    for arguments in [
        vec!["hunt", "--all"],
        vec!["lookup", "-a", "EventName=CreateUser"],
        vec!["changes", "iam"],
    ] {
        let both = over(&[new_user(HERE), new_user(THERE)], &arguments).exits(0);
        let body = both.text().split("Coverage").next().unwrap().to_owned();
        assert!(body.contains(HERE) && body.contains(THERE), "{body}");
        let one = over(&[new_user(HERE)], &arguments).exits(0);
        let body = one.text().split("Coverage").next().unwrap().to_owned();
        // the headline says whose files they are
        let lines = body.lines().skip_while(|line| !line.contains("event"));
        assert!(!lines.skip(1).any(|line| line.contains(HERE)), "{body}");
    }
}

#[test]
fn csv_says_of_which_account_every_row_is() {
    let both = [new_user(HERE), new_user(THERE)];
    for arguments in [
        vec!["lookup", "--format", "csv"],
        vec!["changes", "iam", "--format", "csv"],
        vec!["run", "root-activity", "--format", "csv"],
        vec!["backtest-alerts", "--format", "csv"],
    ] {
        let said = over(&both, &arguments).exits(0);
        let mut rows = csv::Reader::from_reader(said.text().as_bytes());
        let heading = rows.headers().unwrap().clone();
        let at: Vec<usize> = (0..heading.len())
            .filter(|at| &heading[*at] == "account")
            .collect();
        assert_eq!(at.len(), 1, "{heading:?}");
        let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
        for row in &rows {
            assert!([HERE, THERE].contains(&&row[at[0]]), "{row:?}");
        }
        assert_eq!(rows.is_empty(), arguments[1] == "root-activity");
    }
}

#[test]
fn what_is_old_in_one_account_is_new_in_another() {
    let used = |account, time| {
        let more = json!({"eventSource": "ec2.amazonaws.com", "awsRegion": "eu-west-3"});
        call(account, time, "RunInstances", &more)
    };
    let quiet = call(THERE, "2023-07-09T10:00:00Z", "CreateGroup", &json!({}));
    let accounts = [
        (
            HERE,
            vec![
                used(HERE, "2023-07-09T12:00:00Z"),
                used(HERE, "2023-07-10T12:00:00Z"),
            ],
        ),
        (THERE, vec![quiet, used(THERE, "2023-07-10T13:00:00Z")]),
    ];
    let window = [
        "run",
        "unused-regions",
        "--since",
        "2023-07-10",
        "--format",
        "json",
    ];
    let report = over(&accounts, &window).exits(0).json();
    let findings = report["findings"].as_array().unwrap().iter();
    let told: Vec<_> = findings.map(|one| one["account"].clone()).collect();
    assert_eq!(told, [THERE], "{:#}", report["findings"]);
}
