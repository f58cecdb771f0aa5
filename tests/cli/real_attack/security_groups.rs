//! `changes security-groups`: one group that was made, opened twice to the world, closed once, and deleted.

use serde_json::Value;

use super::{ask, list, one, text};

/// The group of the attack, and its events in their order: event id, call, and what was done with it.
const GROUP: &str = "sg-04cfb7a4712d75b00";
const GROUP_EVENTS: [(&str, &str, &[&str]); 8] = [
    (
        "7475937c-a863-44ce-9878-81e8a268e966",
        "CreateSecurityGroup",
        &["added"],
    ),
    (
        "d2dedbf2-62a8-4362-bcad-aa1670e80c0f",
        "RevokeSecurityGroupEgress",
        &["removed"],
    ),
    (FAILED, "RevokeSecurityGroupEgress", &["failed"]),
    (OPENED_443, "AuthorizeSecurityGroupIngress", &["added"]),
    (
        "914469fc-c658-434c-a560-0219c0ac3b55",
        "AuthorizeSecurityGroupEgress",
        &["added", "added"],
    ),
    (OPENED_22, "AuthorizeSecurityGroupIngress", &["added"]),
    (CLOSED_22, "RevokeSecurityGroupIngress", &["removed"]),
    (
        "9606afeb-3e3a-4f54-88ad-556e3d02d102",
        "DeleteSecurityGroup",
        &["removed"],
    ),
];
const FAILED: &str = "5966ab0e-411b-402f-81a9-d638a8c71a53";
const OPENED_443: &str = "7e96f0e7-4d78-423d-b3f5-391370685b30";
const OPENED_22: &str = "74bd84b4-6729-4895-b2a4-e2beb7c6b377";
const CLOSED_22: &str = "8733f811-267d-4c46-8e5b-000fe7c6a9f2";

#[test]
fn the_security_group_events_are_listed_and_rendered() {
    let Some(said) = ask(&["changes", "security-groups"], "json") else {
        return;
    };
    let report = said.json();
    let events = list(&report, "events").iter();
    let of_groups = events.filter(|event| text(event, "call").contains("SecurityGroup"));
    let found: Vec<_> = of_groups
        .map(|event| (text(event, "event_id"), text(event, "call")))
        .collect();
    assert_eq!(found, GROUP_EVENTS.map(|(id, call, _)| (id, call)));
    let changes = list(&report, "changes").iter();
    let of_group = changes.filter(|change| change["target"] == GROUP);
    let found: Vec<_> = of_group
        .map(|change| (text(change, "event_id"), text(change, "action")))
        .collect();
    let expected = GROUP_EVENTS
        .iter()
        .flat_map(|(id, _, actions)| actions.iter().map(|action| (*id, *action)));
    assert_eq!(found, expected.collect::<Vec<_>>());
}

#[test]
fn both_openings_to_the_world_are_found() {
    let Some(said) = ask(&["changes", "security-groups"], "json") else {
        return;
    };
    let report = said.json();
    let mut opened: Vec<_> = list(&report, "findings")
        .iter()
        .filter(|finding| finding["rule"] == "security-group-opened")
        .map(|finding| {
            (
                text(finding, "level"),
                &finding["event_ids"],
                text(finding, "message"),
            )
        })
        .collect();
    opened.sort_by_key(|(level, ..)| *level);
    let [ssh, https] = &opened[..] else {
        panic!("{opened:?}");
    };
    assert_eq!(
        (ssh.0, ssh.1),
        ("critical", &Value::from([OPENED_22].to_vec()))
    );
    assert_eq!(
        (https.0, https.1),
        ("high", &Value::from([OPENED_443].to_vec()))
    );
    for (message, rule) in [
        (ssh.2, "tcp 22 from 0.0.0.0/0"),
        (https.2, "tcp 443 from 0.0.0.0/0"),
    ] {
        assert!(
            message.contains(rule) && message.contains(GROUP),
            "{message}"
        );
    }
}

#[test]
fn the_opening_that_was_closed_again_is_found_with_its_109_seconds() {
    let Some(said) = ask(&["changes", "security-groups"], "json") else {
        return;
    };
    let report = said.json();
    let changes = list(&report, "changes");
    let (opening, closing) = (
        one(changes, "event_id", OPENED_22),
        one(changes, "event_id", CLOSED_22),
    );
    assert_eq!(opening["detail"]["open_seconds"], 109);
    assert_eq!(opening["detail"]["closed_by"], CLOSED_22);
    assert_eq!(closing["detail"]["open_seconds"], 109);
    assert_eq!(closing["detail"]["opened_by"], OPENED_22);
    // revoked by what it says, and known from when it was made
    assert_eq!(opening["after"], closing["before"]);
    assert_eq!(opening["detail"]["rule_id"], closing["detail"]["rule_id"]);
    let found = one(
        list(&report, "findings"),
        "rule",
        "security-group-closed-again",
    );
    assert_eq!(
        found["event_ids"],
        Value::from([OPENED_22, CLOSED_22].to_vec())
    );
}

#[test]
fn the_revoke_that_failed_stands_apart() {
    let question = ["changes", "security-groups", "--all"];
    let (Some(json), Some(table)) = (ask(&question, "json"), ask(&question, "table")) else {
        return;
    };
    let report = json.json();
    let failed = one(list(&report, "changes"), "event_id", FAILED);
    assert_eq!(failed["action"], "failed");
    assert_eq!(failed["error"], "Client.InvalidPermission.NotFound");
    assert_eq!(
        (&failed["before"], &failed["after"]),
        (&Value::Null, &Value::Null)
    );
    let mut sections = table.text().split("\n\n");
    let section = sections.find(|section| section.starts_with("Failed, UTC\n"));
    let section = section.expect("what failed has a section of its own");
    let told: Vec<&str> = section
        .lines()
        .filter(|line| line.contains("  x "))
        .collect();
    let [told] = told[..] else {
        panic!("{section}");
    };
    for part in ["12:10:04", GROUP, "InvalidPermission.NotFound"] {
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(table.text().matches("  x ").count(), 1, "and nowhere else");
}
