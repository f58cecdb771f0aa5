//! Trees grown from made-up records, one for each kind of link.

use serde_json::{Value, json};

use super::*;
use crate::event::Event;

const ROOT: &str = "AKIAROOTROOTROOTROOT";

/// A record at `second`, with `fields` in place of its own.
fn event(second: u32, name: &str, fields: Value) -> Event {
    let mut record = json!({
        "eventVersion": "1.08",
        "eventID": format!("{name}-{second}"),
        "eventTime": format!("2026-10-05T22:{:02}:{:02}Z", second / 60, second % 60),
        "eventSource": "sts.amazonaws.com",
        "eventName": name,
        "recipientAccountId": "111111111111",
    });
    if let Value::Object(fields) = fields {
        for (field, value) in fields {
            record[field] = value;
        }
    }
    Event::parse(record.to_string().as_bytes()).unwrap()
}

fn user(key: &str) -> Value {
    json!({"type": "IAMUser", "principalId": "AIDAROOT", "userName": "root-user", "accessKeyId": key})
}

/// `parent` obtained `child` by `AssumeRole`.
fn assume(second: u32, parent: &str, child: &str) -> Event {
    event(
        second,
        "AssumeRole",
        json!({
            "userIdentity": user(parent),
            "responseElements": {"credentials": {"accessKeyId": child}},
        }),
    )
}

fn service_assume(second: u32, service: &str, session: &str, role: &str, child: &str) -> Event {
    event(
        second,
        "AssumeRole",
        json!({
            "userIdentity": {"type": "AWSService", "invokedBy": service},
            "requestParameters": {"roleSessionName": session, "roleArn": role},
            "responseElements": {"credentials": {"accessKeyId": child}},
        }),
    )
}

/// The tree as lines: `depth id link`.
fn grow(events: &[Event], depth: usize, values: usize) -> (Vec<String>, Option<String>) {
    let mut links = Links::default();
    for event in events {
        links.observe(event);
        if let Some(child) = event.response(&["credentials", "accessKeyId"]) {
            links.issued(event, child);
        }
    }
    let growth = GrowthLimits {
        depth,
        values,
        links: vec![
            Link::ConsoleLogin,
            Link::RoleSession,
            Link::Compute,
            Link::SharedEvent,
        ],
    };
    let tree = Tree::grow(&[ROOT.to_owned()], &links, &growth);
    let lines = tree
        .nodes
        .iter()
        .zip(&tree.depths)
        .map(|(node, depth)| format!("{depth} {} {}", node.id, node.link.into_str()));
    (lines.collect(), tree.limit.clone())
}

fn tree(events: &[Event]) -> Vec<String> {
    let (mut forwards, limit) = grow(events, 8, 100);
    assert_eq!(limit, None);
    let mut backwards: Vec<Event> = events.to_vec();
    backwards.reverse();
    assert_eq!(
        grow(&backwards, 8, 100).0,
        forwards,
        "the order of records makes no difference"
    );
    forwards.remove(0);
    forwards
}

#[test]
fn chains_that_loop_end() {
    let events = [
        assume(1, ROOT, "ASIAA"),
        assume(2, "ASIAA", "ASIAB"),
        // a key can only be issued once, but a record can say anything
        assume(3, "ASIAB", "ASIAA"),
        assume(4, "ASIAB", ROOT),
        assume(5, "ASIAX", "ASIAY"),
    ];
    assert_eq!(tree(&events), ["1 ASIAA exact", "2 ASIAB exact"]);
}

#[test]
fn limits_are_told() {
    let chain = [
        assume(1, ROOT, "ASIAA"),
        assume(2, "ASIAA", "ASIAB"),
        assume(3, "ASIAB", "ASIAC"),
    ];
    let (nodes, limit) = grow(&chain, 2, 100);
    assert_eq!((nodes.len(), limit.is_some()), (3, true));
    let fan: Vec<Event> = (1..6)
        .map(|n| assume(n, ROOT, &format!("ASIA{n}")))
        .collect();
    let (nodes, limit) = grow(&fan, 8, 3);
    assert_eq!((nodes.len(), limit.is_some()), (3, true));
    assert_eq!(grow(&fan, 1, 6).1, None);
}

#[test]
fn instances_and_functions_are_followed_into_their_credentials() {
    let launch = event(
        10,
        "RunInstances",
        json!({
            "eventSource": "ec2.amazonaws.com",
            "userIdentity": user(ROOT),
            "responseElements": {"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}},
        }),
    );
    let create = event(
        20,
        "CreateFunction20150331",
        json!({
            "eventSource": "lambda.amazonaws.com",
            "userIdentity": user(ROOT),
            "responseElements": {"functionName": "f", "role": "arn:aws:iam::111111111111:role/fr"},
        }),
    );
    let role = "arn:aws:iam::111111111111:role/fr";
    let events = [
        launch,
        create,
        service_assume(11, "ec2.amazonaws.com", "i-1", "r", "ASIAI1"),
        service_assume(3_000, "ec2.amazonaws.com", "i-1", "r", "ASIAI1LATER"),
        service_assume(12, "ec2.amazonaws.com", "i-9", "r", "ASIAOTHER"),
        service_assume(12, "ssm.amazonaws.com", "i-2", "r", "ASIASSM"),
        // recorded a second before the function that it is for
        service_assume(19, "lambda.amazonaws.com", "awslambda_1_2", role, "ASIAF1"),
        service_assume(900, "lambda.amazonaws.com", "f", role, "ASIAF2"),
        // another function with the same role
        service_assume(901, "lambda.amazonaws.com", "g", role, "ASIAG"),
        service_assume(902, "lambda.amazonaws.com", "awslambda_3_4", role, "ASIAG2"),
    ];
    let expected = [
        "1 ASIAI1 compute",
        "1 ASIAF1 compute",
        "1 ASIAF2 compute",
        "1 ASIAI1LATER compute",
    ];
    assert_eq!(tree(&events), expected);
}

#[test]
fn a_created_user_is_followed_through_its_login() {
    let made = |second, name| {
        event(
            second,
            name,
            json!({
                "eventSource": "iam.amazonaws.com",
                "userIdentity": user(ROOT),
                "requestParameters": {"userName": "svc"},
                "responseElements": if name == "CreateUser" {
                    json!({"user": {"userId": "AIDAsvc"}})
                } else {
                    json!(null)
                },
            }),
        )
    };
    let login = |second, name: &str, result: &str| {
        event(
            second,
            "ConsoleLogin",
            json!({
                "eventSource": "signin.amazonaws.com",
                "userIdentity": {"type": "IAMUser", "principalId": format!("AIDA{name}"), "userName": name},
                "responseElements": {"ConsoleLogin": result},
            }),
        )
    };
    let call = |second, created: &str, key: &str| {
        event(
            second,
            "DescribeInstances",
            json!({
                "eventSource": "ec2.amazonaws.com",
                "userIdentity": {"type": "IAMUser", "principalId": "AIDAsvc", "accessKeyId": key,
                    "sessionContext": {"attributes": {"creationDate": created}}},
            }),
        )
    };
    let events = [
        made(100, "CreateUser"),
        made(110, "CreateLoginProfile"),
        login(30, "svc", "Success"),
        login(150, "svc", "Failure"),
        login(200, "svc", "Success"),
        login(201, "alice", "Success"),
        call(210, "2026-10-05T22:03:21Z", "ASIACONSOLE1"),
        call(220, "2026-10-05T22:03:20Z", "ASIACONSOLE2"),
        call(230, "2026-10-05T22:03:30Z", "ASIANOTTHAT"),
        assume(240, "ASIACONSOLE2", "ASIAROLE"),
    ];
    let expected = [
        "1 ConsoleLogin-200 console-login",
        "2 ASIACONSOLE2 console-login",
        "2 ASIACONSOLE1 console-login",
        "3 ASIAROLE exact",
    ];
    assert_eq!(tree(&events), expected);
    // without a login, that it could be used is what is known
    assert_eq!(tree(&events[..2]), ["1 AIDAsvc inferred"]);
}

#[test]
fn users_are_told_whether_or_not_they_were_used() {
    let made = |second, name| {
        let fields = json!({
            "eventSource": "iam.amazonaws.com",
            "userIdentity": user(ROOT),
            "recipientAccountId": "123456789012",
            "requestParameters": {"userName": "svc"},
        });
        event(second, name, fields)
    };
    let mut links = Links::default();
    for record in [made(110, "UpdateLoginProfile"), made(100, "CreateUser")] {
        links.observe(&record);
    }
    // the same file, read twice
    let mut again = Links::default();
    again.observe(&made(100, "CreateUser"));
    links.merge(again);
    let growth = GrowthLimits {
        depth: 8,
        values: 100,
        links: vec![Link::ConsoleLogin],
    };
    let tree = Tree::grow(&[ROOT.to_owned()], &links, &growth);
    let told: Vec<String> = tree
        .users_made()
        .iter()
        .map(|user| {
            format!(
                "{} {:?} {} by {}",
                user.user_name, user.how, user.via, user.by
            )
        })
        .collect();
    let expected = [
        format!("svc Created CreateUser by {ROOT}"),
        format!("svc Password UpdateLoginProfile by {ROOT}"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_session_that_signs_in_to_the_console_is_followed() {
    let session = json!({"type": "AssumedRole", "principalId": "AROA1:s", "accessKeyId": "ASIAA",
        "arn": "arn:aws:sts::111111111111:assumed-role/r/s"});
    let switched = json!({"type": "AssumedRole", "principalId": "AROA2:s",
        "arn": "arn:aws:sts::111111111111:assumed-role/admin/s"});
    let signin = |second, name: &str, fields: Value| {
        let mut event_fields = json!({"eventSource": "signin.amazonaws.com"});
        for (field, value) in fields.as_object().unwrap() {
            event_fields[field] = value.clone();
        }
        event(second, name, event_fields)
    };
    let events = [
        assume(1, ROOT, "ASIAA"),
        signin(10, "GetSigninToken", json!({"userIdentity": session})),
        signin(
            20,
            "ConsoleLogin",
            json!({"userIdentity": session, "responseElements": {"ConsoleLogin": "Success"}}),
        ),
        signin(
            60,
            "SwitchRole",
            json!({"userIdentity": switched,
            "responseElements": {"SwitchRole": "Success"},
            "additionalEventData": {"SwitchFrom": "arn:aws:sts::111111111111:assumed-role/r/s"}}),
        ),
        event(
            70,
            "ListUsers",
            json!({"sessionCredentialFromConsole": "true", "userIdentity": {
            "type": "AssumedRole", "principalId": "AROA2:s", "accessKeyId": "ASIASWITCHED",
            "sessionContext": {"attributes": {"creationDate": "2026-10-05T22:01:00Z"}}}}),
        ),
    ];
    let expected = [
        "1 ASIAA exact",
        "2 ConsoleLogin-20 role-session",
        "3 SwitchRole-60 role-session",
        "4 ASIASWITCHED role-session",
    ];
    assert_eq!(tree(&events), expected);
}

#[test]
fn keys_that_no_record_issued_are_joined_by_session() {
    let sso = |key: &str, created: &str| {
        event(
            100,
            "GetObject",
            json!({"eventID": key, "userIdentity": {
            "type": "AssumedRole", "principalId": "AROASSO:ana", "accessKeyId": key,
            "arn": "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_1/ana",
            "sessionContext": {"attributes": {"creationDate": created}}}}),
        )
    };
    // the key in the answer is the traced one, the key in use another (Identity Center)
    let saml = event(
        5,
        "AssumeRoleWithSAML",
        json!({
            "userIdentity": {"type": "SAMLUser"},
            "responseElements": {"credentials": {"accessKeyId": ROOT},
                "assumedRoleUser": {"assumedRoleId": "AROASSO:ana", "arn": "arn:aws:sts::1:assumed-role/x/ana"}},
        }),
    );
    let events = [
        saml,
        sso("ASIAUSED", "2026-10-05T22:00:05Z"),
        sso("ASIAEARLIER", "2026-10-05T21:00:05Z"),
    ];
    assert_eq!(tree(&events), ["1 ASIAUSED role-session"]);
}

#[test]
fn a_copy_in_the_other_account_names_the_key() {
    let ours = event(
        1,
        "AssumeRole",
        json!({
            "userIdentity": user(ROOT), "sharedEventID": "shared-1", "responseElements": null,
        }),
    );
    let theirs = event(
        1,
        "AssumeRole",
        json!({
            "eventID": "theirs", "sharedEventID": "shared-1", "recipientAccountId": "222222222222",
            "userIdentity": {"type": "AWSAccount", "accountId": "111111111111"},
            "responseElements": {"credentials": {"accessKeyId": "ASIATHEIRS"}},
        }),
    );
    assert_eq!(tree(&[ours, theirs]), ["1 ASIATHEIRS shared-event"]);
}

#[test]
fn an_authorised_tool_is_inferred_from_the_sign_in_session() {
    let session = "arn:aws:signin:us-east-1:111111111111:session/1";
    let authorise = event(
        5,
        "AuthorizeOAuth2Access",
        json!({
            "eventSource": "signin.amazonaws.com", "userIdentity": user(ROOT),
            "additionalEventData": {"signInSessionArn": session}, "responseElements": null,
        }),
    );
    let used = event(
        9,
        "ListUsers",
        json!({"userIdentity": {
        "type": "IAMUser", "principalId": "AIDAROOT", "accessKeyId": "ASIATOOL",
        "sessionContext": {"signInSessionArn": session}}}),
    );
    let events = [authorise, used];
    assert_eq!(tree(&events), ["1 ASIATOOL inferred"]);
    let mut links = Links::default();
    for event in &events {
        links.observe(event);
    }
    // the one opened it, the other is of it
    let sessions = links.sign_in_sessions();
    for key in [ROOT, "ASIATOOL"] {
        assert_eq!(
            sessions[key].iter().collect::<Vec<_>>(),
            [&session],
            "{key}"
        );
    }
}

#[test]
fn a_traced_key_says_which_key_obtained_it() {
    let mut links = Links::default();
    let event = assume(1, "AKIAPARENTPARENTPAR1", ROOT);
    links.observe(&event);
    links.issued(&event, ROOT);
    let tree = Tree::grow(
        &[ROOT.to_owned()],
        &links,
        &GrowthLimits {
            depth: 8,
            values: 9,
            links: Vec::new(),
        },
    );
    assert_eq!(tree.nodes.len(), 1);
    assert_eq!(
        tree.nodes[0].note.as_deref(),
        Some("obtained by AKIAPARENTPARENTPAR1")
    );
    assert_eq!(tree.nodes[0].parent, None);
}
