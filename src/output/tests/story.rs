//! One incident, as a report: a leaked key, what grew from it, and the console.
//!
//! Every text that could come from a record goes through `say`, so that the same report can be told in other words.

use serde_json::{Map, Value, json};

use crate::event::time::Time;
use crate::event::who::Mfa;
use crate::report::{
    Change, ChangeAction, Coverage, Denied, Envelope, Finding, Handoff, Kind, Level, Link, Made,
    Next, Node, NotVisible, Report, Row, State, Subject, Summary, Tally, Tool, UserMade, Window,
};

const ROOT: &str = "AKIAIOSFODNN7EXAMPLE";
const LOGIN: &str = "4e6f7420-6120-7265-616c-206576656e74";

/// The story as it happened.
pub fn traced() -> Report {
    traced_as(&str::to_owned)
}

/// The same question where us-east-1 was denied, and the rest held nothing.
pub fn denied() -> Report {
    let mut report = Report {
        complete: false,
        summary: Summary::default(),
        findings: Vec::new(),
        events: Vec::new(),
        ..plain()
    };
    for entry in report.coverage.iter_mut().take(1) {
        entry.state = State::Denied;
        entry.gap = true;
        entry.reason = Some("explicit deny in a service control policy".into());
    }
    report
}

/// Any other question: no key, no lineage.
pub fn plain() -> Report {
    Report {
        playbook: "security-group-changes".into(),
        parameters: Map::from_iter([("group".to_owned(), json!(["sg-04cfb7a4712d75b00"]))]),
        subjects: Vec::new(),
        lineage: Vec::new(),
        users: Vec::new(),
        related: Vec::new(),
        handoffs: Vec::new(),
        denied: Vec::new(),
        next: Vec::new(),
        ..traced()
    }
}

/// An answer about changes.
pub fn changed() -> Report {
    Report {
        renders_changes: true,
        ..plain()
    }
}

fn at(clock: &str) -> Option<Time> {
    format!("2026-10-05T{clock}Z").parse().ok()
}

/// The story with every text of a record replaced by `say` of it.
pub fn traced_as(say: &dyn Fn(&str) -> String) -> Report {
    let window = Window {
        since: Some("2026-10-01T00:00:00Z".parse().unwrap()),
        until: Some("2026-10-06T09:30:00Z".parse().unwrap()),
    };
    Report {
        title: String::new(),
        regions: Vec::new(),
        envelope: Envelope {
            schema_version: 1,
            tool: Tool {
                name: "trailhunt".into(),
                version: "0.1.0".into(),
            },
            run_id: "run".into(),
            generated_at: "2026-10-06T09:30:10Z".parse().unwrap(),
        },
        caller: None,
        playbook: say("access-key-trace"),
        parameters: Map::from_iter([(say("access_key"), json!([say(ROOT)]))]),
        window,
        complete: true,
        coverage: coverage(window, say),
        not_visible: [
            ("data events", "S3 objects, Lambda invokes"),
            ("the last 15 minutes", ""),
        ]
        .map(|(what, why)| NotVisible {
            what: say(what),
            why: say(why),
        })
        .to_vec(),
        subjects: vec![Subject {
            access_key_id: say(ROOT),
            account: Some(say("123456789012")),
            principal: Some(say("arn:aws:iam::123456789012:user/ci-deploy")),
            status: Some(say("Active")),
            known_from: Some("iam".into()),
        }],
        summary: summary(say),
        lineage: lineage(say),
        users: vec![UserMade {
            user_name: say("svc-backup"),
            arn: Some(say("arn:aws:iam::123456789012:user/svc-backup")),
            account: Some(say("123456789012")),
            how: Made::Created,
            via: say("CreateUser"),
            event_id: None,
            time: at("22:20:00"),
            by: say("ASIA52RQV423TWB3UWEE"),
        }],
        related: vec![Node {
            source_ips: vec![say("192.0.2.7")],
            ..login(say, "related-login", "ci-deploy", "21:02:00")
        }],
        handoffs: vec![Handoff {
            role_arn: say("arn:aws:iam::828282828282:role/OrgAdmin"),
            account: say("828282828282"),
            shared_event_id: Some(say("3f1c8f63-5f0a-4d58-8a39-3a1f4f0b7c11")),
            event_id: None,
            access_key_id: Some(say("ASIA52RQV423TWB3UWEE")),
        }],
        denied: [
            ("iam:ListUsers", 8),
            ("iam:GetAccountSummary", 3),
            ("s3:ListBuckets", 8),
            ("sts:AssumeRole", 1),
        ]
        .map(|(action, count)| Denied {
            action: say(action),
            account: None,
            target: Some(say("*")),
            count,
            event_ids: Vec::new(),
        })
        .to_vec(),
        findings: findings(say),
        changes: changes(say),
        renders_changes: false,
        next: vec![
            Next {
                why: say("dry run first"),
                argv: ["trailhunt", "respond", "deactivate-key", ROOT]
                    .map(say)
                    .to_vec(),
                reference: None,
            },
            Next {
                why: say("what else the role did"),
                argv: ["trailhunt", "lookup", "--attribute", "Username=it's me"]
                    .map(say)
                    .to_vec(),
                reference: None,
            },
        ],
        events: events(say),
        columns: ["time", "key", "call", "ip", "groups"]
            .map(str::to_owned)
            .to_vec(),
        records: Vec::new(),
    }
}

fn coverage(window: Window, say: &dyn Fn(&str) -> String) -> Vec<Coverage> {
    let entry = |region: &str, state, pages| Coverage {
        source: "history".into(),
        account: Some(say("123456789012")),
        region: Some(say(region)),
        location: None,
        since: window.since,
        until: window.until,
        state,
        pages,
        events: pages * 40,
        throttled: pages / 20,
        reason: None,
        gap: false,
    };
    vec![
        entry("us-east-1", State::Read, 44),
        entry("eu-west-1", State::Read, 12),
        entry("eu-north-1", State::Read, 5),
        entry("me-south-1", State::Disabled, 0),
    ]
}

fn summary(say: &dyn Fn(&str) -> String) -> Summary {
    let tally = |value: &str, count, failed, new| Tally {
        value: say(value),
        count,
        failed,
        first: at("22:00:00"),
        last: at("23:10:00"),
        new,
    };
    Summary {
        events: 2175,
        first_event: at("22:00:00"),
        last_event: at("23:12:00"),
        incident: at("22:06:00"),
        event_names: vec![
            tally("DescribeRouteTables", 155, 0, None),
            tally("ListUsers", 8, 8, None),
        ],
        principals: vec![tally(
            "arn:aws:iam::123456789012:user/ci-deploy",
            2104,
            23,
            None,
        )],
        access_keys: vec![
            tally(ROOT, 2104, 23, None),
            tally("ASIA52RQV423TWB3UWEE", 12, 0, None),
        ],
        source_ips: vec![
            tally("203.0.113.66", 2140, 23, Some(false)),
            tally("198.51.100.9", 14, 0, Some(true)),
        ],
        user_agents: vec![tally(
            "Boto3/1.26.0 md/Botocore#1.29.0 ua/2.0 os/linux#6.1 lang/python#3.11",
            2104,
            23,
            Some(true),
        )],
        regions: vec![
            tally("us-east-1", 2000, 20, None),
            tally("eu-west-1", 175, 3, None),
        ],
        services: Vec::new(),
        errors: Vec::new(),
    }
}

fn node(
    say: &dyn Fn(&str) -> String,
    id: &str,
    parent: Option<&str>,
    principal: &str,
    events: u64,
) -> Node {
    Node {
        id: say(id),
        kind: Kind::Key,
        access_key_id: Some(say(id)),
        parent: parent.map(say),
        link: Link::Exact,
        via: Some(say("AssumeRole")),
        issued_by_event: None,
        issued_at: at("22:10:00"),
        expires_at: None,
        account: Some(say("123456789012")),
        principal: Some(say(principal)),
        region: Some(say("us-west-2")),
        mfa: Mfa::Unknown,
        source_ips: vec![say("203.0.113.66")],
        events,
        first_event: at("22:12:00").filter(|_| events > 0),
        last_event: at("22:57:00").filter(|_| events > 0),
        deleted_at: None,
        stolen: false,
        sign_in_sessions: Vec::new(),
        note: None,
    }
}

fn login(say: &dyn Fn(&str) -> String, id: &str, user: &str, clock: &str) -> Node {
    Node {
        kind: Kind::Login,
        access_key_id: None,
        link: Link::ConsoleLogin,
        via: Some(say("ConsoleLogin")),
        issued_at: at(clock),
        region: Some(say("eu-north-1")),
        mfa: Mfa::False,
        ..node(
            say,
            id,
            None,
            &format!("arn:aws:iam::123456789012:user/{user}"),
            1,
        )
    }
}

fn lineage(say: &dyn Fn(&str) -> String) -> Vec<Node> {
    let user = "arn:aws:iam::123456789012:user/ci-deploy";
    let backup = "arn:aws:iam::123456789012:user/svc-backup";
    let console_key = |id| Node {
        link: Link::ConsoleLogin,
        via: None,
        source_ips: vec![say("198.51.100.9")],
        ..node(say, id, Some(LOGIN), backup, 3)
    };
    vec![
        Node {
            link: Link::Subject,
            via: None,
            region: None,
            first_event: at("22:00:00"),
            last_event: at("23:10:00"),
            ..node(say, ROOT, None, user, 2104)
        },
        Node {
            via: Some(say("GetSessionToken")),
            note: Some(say("session token (GetSessionToken)")),
            region: Some(say("eu-west-1")),
            expires_at: Some("2026-10-06T10:10:00Z".parse().unwrap()),
            ..node(say, "ASIAY34FZKBOKMUTVV7A", Some(ROOT), user, 0)
        },
        Node {
            region: Some(say("ap-northeast-2")),
            ..node(
                say,
                "ASIAQNZGKIQY56JQ7WML",
                Some("ASIAY34FZKBOKMUTVV7A"),
                "arn:aws:sts::123456789012:assumed-role/deploy/build-1",
                1,
            )
        },
        node(
            say,
            "ASIA52RQV423TWB3UWEE",
            Some("ASIAQNZGKIQY56JQ7WML"),
            "arn:aws:sts::123456789012:assumed-role/ops/x",
            12,
        ),
        Node {
            via: Some(say("CreateAccessKey")),
            note: Some(say("new key")),
            source_ips: vec![say("198.51.100.9")],
            ..node(
                say,
                "AKIAJ2EXAMPLEEXAMPLE",
                Some("ASIA52RQV423TWB3UWEE"),
                backup,
                5,
            )
        },
        Node {
            parent: Some(say("ASIA52RQV423TWB3UWEE")),
            source_ips: vec![say("198.51.100.9")],
            ..login(say, LOGIN, "svc-backup", "22:40:00")
        },
        console_key("ASIACONSOLEEXAMPLE01"),
        console_key("ASIACONSOLEEXAMPLE02"),
        console_key("ASIACONSOLEEXAMPLE03"),
        Node {
            link: Link::Compute,
            via: None,
            note: Some(say("issued to i-0dbc9c2f4f4b7e001, launched 22:30")),
            ..node(
                say,
                "ASIA36DZQP7PEXAMPLE0",
                Some(ROOT),
                "arn:aws:sts::123456789012:assumed-role/web/i-0dbc9c2f4f4b7e001",
                23,
            )
        },
    ]
}

fn findings(say: &dyn Fn(&str) -> String) -> Vec<Finding> {
    let finding = |level, clock, count, message: &str| Finding {
        level,
        rule: say("rule"),
        title: say("title"),
        message: say(message),
        account: None,
        attack: vec![say("T1098.001")],
        failed: 0,
        error: None,
        count,
        first: at(clock),
        last: at("23:00:00"),
        resources: vec![say("arn:aws:iam::123456789012:user/svc-backup")],
        event_ids: vec![say("id")],
    };
    vec![
        finding(
            Level::Medium,
            "22:06:00",
            23,
            "calls denied (recon): iam 11, s3 8, sts 4",
        ),
        finding(
            Level::High,
            "22:21:00",
            1,
            "new key AKIAJ2EXAMPLEEXAMPLE for new user svc-backup, arn:aws:iam::aws:policy/AdministratorAccess attached",
        ),
        finding(
            Level::Critical,
            "22:50:00",
            1,
            "trail \"main\" stopped (StopLogging), logging again after 41 min",
        ),
    ]
}

fn events(say: &dyn Fn(&str) -> String) -> Vec<Row> {
    let row = |clock: &str, cells: Value| Row {
        event_id: Some(say("event-id")),
        time: at(clock),
        cells: cells.as_object().unwrap().clone(),
    };
    vec![
        row(
            "22:00:07",
            json!({"key": say(ROOT), "call": say("ListUsers"), "ip": say("203.0.113.66")}),
        ),
        row(
            "22:31:00",
            json!({"key": say(ROOT), "call": say("=HYPERLINK(1)"), "ip": null,
            "groups": [say("sg-1"), {"id": say("sg-2")}]}),
        ),
    ]
}

fn changes(say: &dyn Fn(&str) -> String) -> Vec<Change> {
    let change = |clock: &str, action, before: Option<&str>, after: Option<&str>| Change {
        event_id: Some("event-id".into()),
        time: at(clock),
        account: Some("123456789012".into()),
        region: Some("eu-west-1".into()),
        actor: Some(say("bert-jan")),
        session: Some(say("AKIAIOSFODNN7EXAMPLE")),
        source_ip: Some(say("203.0.113.66")),
        mfa: Mfa::False,
        target: Some(say("sg-04cfb7a4712d75b00")),
        action,
        before: before.map(say),
        after: after.map(say),
        detail: Map::from_iter([(
            "call".to_owned(),
            say("AuthorizeSecurityGroupIngress").into(),
        )]),
        error: None,
    };
    let detailed = |mut change: Change, details: Value| {
        for (name, value) in details.as_object().unwrap() {
            let value = value
                .as_str()
                .map_or(value.clone(), |text| say(text).into());
            change.detail.insert(name.clone(), value);
        }
        change
    };
    let (tls, ssh) = (
        "ingress tcp 443 from 0.0.0.0/0",
        "ingress tcp 22 from 0.0.0.0/0",
    );
    vec![
        detailed(
            change("22:10:05", ChangeAction::Added, None, Some(tls)),
            json!({"description": "TLS from anywhere", "rule_id": "sgr-1"}),
        ),
        detailed(
            change("22:10:08", ChangeAction::Added, None, Some(ssh)),
            json!({"exposure": "world", "note": "open to the world"}),
        ),
        Change {
            actor: Some(say("root")),
            session: None,
            mfa: Mfa::True,
            ..detailed(
                change("22:11:57", ChangeAction::Removed, Some(ssh), None),
                json!({"note": "open for 1 min 49 s"}),
            )
        },
        detailed(
            change("22:12:00", ChangeAction::Modified, None, Some(tls)),
            json!({"before_known": false}),
        ),
        change("22:12:01", ChangeAction::Modified, Some(tls), Some(ssh)),
        change("22:12:02", ChangeAction::Noop, Some(ssh), Some(ssh)),
        Change {
            error: Some(say("Client.UnauthorizedOperation")),
            ..change("22:12:03", ChangeAction::Failed, None, Some(ssh))
        },
    ]
}
