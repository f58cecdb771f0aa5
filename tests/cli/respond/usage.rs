//! Who used a key lately, and whom a revocation will cut off, as `respond` reads it from Event history: within a
//! bounded time, and with every gap named.

use std::time::{Duration, Instant};

use chrono::{SubsecRound, TimeDelta};
use serde_json::{Value, json};
use trailhunt::clock;

use crate::support::iam_account::{Account, Key, acting};
use crate::support::lookup_server::{Builder, LookupServer, Quota, RegionState};
use crate::support::offline::{Said, said};
use crate::support::records::record;
use crate::support::sandbox::Sandbox;

const HERE: &str = "us-east-1";
const THERE: &str = "eu-west-1";
const ACCOUNT: &str = "000000000000";

fn minutes_ago(minutes: i64) -> String {
    let time = (clock::wall().0 - TimeDelta::minutes(minutes)).trunc_subsecs(0);
    time.to_rfc3339().replace("+00:00", "Z")
}

/// A call that the session of a role, or a user, signed with `key`.
fn call(arn: &str, key: &str, minutes: i64, region: &str, ip: &str) -> String {
    let session = arn.rsplit('/').next().unwrap();
    let (kind, id) = if arn.contains(":assumed-role/") {
        ("AssumedRole", format!("AROAEXAMPLE:{session}"))
    } else {
        ("IAMUser", "AIDAEXAMPLE".to_owned())
    };
    record(&json!({
        "eventID": format!("{key}-{minutes}-{ip}"), "eventTime": minutes_ago(minutes), "awsRegion": region,
        "sourceIPAddress": ip, "userAgent": "aws-cli/2",
        "userIdentity": {"type": kind, "principalId": id, "arn": arn, "accountId": ACCOUNT, "accessKeyId": key,
            "userName": (kind == "IAMUser").then_some(session)},
    }))
}

/// The call that opened a session of `role`.
fn assumed(role: &str, session: &str, key: &str, minutes: i64) -> String {
    record(&json!({
        "eventID": format!("assume-{key}"), "eventTime": minutes_ago(minutes), "awsRegion": HERE,
        "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole",
        "requestParameters": {"roleArn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"), "roleSessionName": session},
        "responseElements": {
            "credentials": {"accessKeyId": key},
            "assumedRoleUser": {"arn": session_arn(role, session), "assumedRoleId": format!("AROAEXAMPLE:{session}")},
        },
    }))
}

fn session_arn(role: &str, session: &str) -> String {
    format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}")
}

fn user_arn(user: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{user}")
}

fn serving(responder: &Key, records: impl IntoIterator<Item = String>) -> Builder {
    LookupServer::builder()
        .records(records)
        .now(clock::wall().0)
        .quota(Quota::NONE)
        .access_key(&responder.id)
}

/// The plan of `respond` with `arguments`, in two Regions.
fn plan(account: &Account, responder: &Key, history: &LookupServer, arguments: &[&str]) -> Said {
    let sandbox = Sandbox::new()
        .endpoint(account.server.url())
        .cloudtrail(&history.url());
    let sandbox = acting(sandbox, &responder.credentials);
    let mut command = sandbox.trailhunt();
    command.arg("respond").args(arguments);
    command.args(["--regions", &format!("{HERE},{THERE}"), "--rate", "50"]);
    said(command.args(["--format", "json"]))
}

/// `key address events` of every user, in the order of the answer.
fn users(answer: &Value) -> Vec<String> {
    let users = answer["recent_use"]["users"].as_array().unwrap();
    let text = |user: &Value, field: &str| user[field].as_str().unwrap_or("-").to_owned();
    let told = users.iter().map(|user| {
        let [key, ip] = ["access_key_id", "source_ip"].map(|field| text(user, field));
        format!("{key} {ip} {}", user["events"])
    });
    told.collect()
}

#[tokio::test]
async fn users_of_a_key_in_every_region_the_latest_first() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("use-key-responder").await;
    let key = account.user("use-key").await;
    let arn = user_arn(&key.user);
    let call = |minutes, region, ip| call(&arn, &key.id, minutes, region, ip);
    let week_and_more = 7 * 24 * 60 + 5;
    let history = serving(
        &responder,
        [
            call(50, HERE, "192.0.2.1"),
            call(40, THERE, "192.0.2.1"),
            call(5, THERE, "203.0.113.9"),
            call(week_and_more, HERE, "198.51.100.1"),
        ],
    )
    .start();
    let answer = plan(&account, &responder, &history, &["deactivate-key", &key.id])
        .exits(0)
        .json();
    let expected = [
        format!("{} 203.0.113.9 1", key.id),
        format!("{} 192.0.2.1 2", key.id),
    ];
    assert_eq!(users(&answer), expected);
    assert_eq!(answer["recent_use"]["complete"], true, "{answer:#}");
    assert_eq!(answer["recent_use"]["users"][0]["principal"], arn);
}

#[tokio::test]
async fn a_region_that_cannot_be_read_is_a_gap_and_no_failure() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("use-gap-responder").await;
    let key = account.user("use-gap").await;
    let record = call(&user_arn(&key.user), &key.id, 5, HERE, "192.0.2.1");
    let history = serving(&responder, [record])
        .region(THERE, RegionState::Denied)
        .start();
    let answer = plan(&account, &responder, &history, &["deactivate-key", &key.id])
        .exits(0)
        .json();
    assert_eq!(users(&answer), [format!("{} 192.0.2.1 1", key.id)]);
    let used = &answer["recent_use"];
    assert_eq!(used["complete"], false);
    let gap = used["gaps"][0].as_str().unwrap();
    assert!(gap.starts_with("eu-west-1: AccessDenied"), "{gap}");
    assert_eq!(answer["state"], "planned", "{answer:#}");
}

/// Containment must not wait for a report: one Region does not answer at all.
#[tokio::test]
async fn a_region_that_does_not_answer_is_not_waited_for() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("use-slow-responder").await;
    let key = account.user("use-slow").await;
    let record = call(&user_arn(&key.user), &key.id, 5, HERE, "192.0.2.1");
    let history = serving(&responder, [record])
        .region_latency(THERE, Duration::from_mins(10))
        .start();
    let start: Instant = clock::monotonic();
    let arguments = ["deactivate-key", &key.id, "--usage-within", "3s"];
    let answer = plan(&account, &responder, &history, &arguments)
        .exits(0)
        .json();
    let took = start.elapsed();
    assert!(
        took >= Duration::from_secs(3) && took < Duration::from_secs(33),
        "{took:?}"
    );
    assert_eq!(users(&answer), [format!("{} 192.0.2.1 1", key.id)]);
    assert_eq!(answer["recent_use"]["complete"], false);
    let gaps = answer["recent_use"]["gaps"].to_string();
    assert!(gaps.contains("stopped after 3 s"), "{gaps}");
}

#[tokio::test]
async fn sessions_of_a_role_used_or_only_opened() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("use-role-responder").await;
    account.role("use-role").await;
    let [used, unused, other] = [
        "ASIAUSED000000000001",
        "ASIAUNUSED0000000001",
        "ASIAOTHER00000000001",
    ];
    let history = serving(
        &responder,
        [
            assumed("use-role", "deploy", used, 100),
            assumed("use-role", "idle", unused, 90),
            assumed("use-other", "deploy", other, 80),
            call(
                &session_arn("use-role", "deploy"),
                used,
                30,
                THERE,
                "192.0.2.1",
            ),
            call(
                &session_arn("use-role", "deploy"),
                used,
                20,
                HERE,
                "203.0.113.9",
            ),
            call(
                &session_arn("use-other", "deploy"),
                other,
                10,
                HERE,
                "192.0.2.1",
            ),
        ],
    )
    .start();
    let answer = plan(
        &account,
        &responder,
        &history,
        &["revoke-sessions", "use-role"],
    )
    .exits(0)
    .json();
    assert_eq!(
        users(&answer),
        [
            format!("{used} 203.0.113.9 1"),
            format!("{used} 192.0.2.1 1"),
            format!("{unused} - 0")
        ]
    );
    let first = &answer["recent_use"]["users"][0];
    assert_eq!(first["principal"], session_arn("use-role", "deploy"));
    assert_eq!(answer["recent_use"]["complete"], true, "{answer:#}");
}

/// The deny leaves long-term keys alone: they are named with the command that does not.
#[tokio::test]
async fn sessions_of_a_user_without_its_keys() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("use-user-responder").await;
    let key = account.user("use-user").await;
    let session = "ASIASESSION000000001";
    let arn = user_arn(&key.user);
    let history = serving(
        &responder,
        [
            call(&arn, session, 30, HERE, "192.0.2.1"),
            call(&arn, &key.id, 20, HERE, "192.0.2.1"),
            call(
                &session_arn("some-role", &key.user),
                "ASIAROLE000000000001",
                10,
                HERE,
                "192.0.2.1",
            ),
        ],
    )
    .start();
    let answer = plan(
        &account,
        &responder,
        &history,
        &["revoke-sessions", &key.user],
    )
    .exits(0)
    .json();
    assert_eq!(users(&answer), [format!("{session} 192.0.2.1 1")]);
    let notes = answer["notes"].to_string();
    assert!(
        notes.contains(&format!("trailhunt respond deactivate-key {}", key.id)),
        "{notes}"
    );
}

#[tokio::test]
async fn a_temporary_key_leads_to_the_role_that_it_is_a_session_of() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("use-temporary-responder").await;
    let key = "ASIATEMPORARY0000001";
    let record = call(
        &session_arn("use-temporary", "x"),
        key,
        30,
        THERE,
        "192.0.2.1",
    );
    let history = serving(&responder, [record]).start();
    let hint = |key: &str| {
        let failed = plan(&account, &responder, &history, &["deactivate-key", key])
            .exits(2)
            .json();
        failed["error"]["hint"].as_str().unwrap().to_owned()
    };
    let known = hint(key);
    assert!(
        known.ends_with("trailhunt respond revoke-sessions role/use-temporary"),
        "{known}"
    );
    let unknown = hint("ASIAUNKNOWN000000001");
    assert!(
        unknown.contains("trailhunt trace-key ASIAUNKNOWN000000001"),
        "{unknown}"
    );
}
