//! Settings read, and what is decided by them.

use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::alerting::alert_rule::AlertRule;
use crate::detection::Problem;
use crate::event::Event;

const FILE: &str = "\
suppress:
  - reason: Terraform pipeline
    until: 2027-01-31
    principal: arn:aws:iam::*:role/terraform*
    event: 'ec2:*SecurityGroup*'
  - reason: 사무실
    until: 2027-02-28
    source_ip: 203.0.113.7/24
    tag: {key: Team, value: Web}
routes:
  - name: finance
    tag: Department=Finance
    email: [fin@example.com, fin@example.com]
  - name: web
    resource: 'web-*'
";

fn rules() -> Vec<String> {
    ["user-created", "root-used"].map(str::to_owned).to_vec()
}

fn parse(text: &str) -> Result<(Vec<Suppression>, Vec<Route>), Vec<String>> {
    let told = |problems: Vec<Problem>| problems.iter().map(Problem::to_string).collect();
    super::read::parse(text, &rules()).map_err(told)
}

fn settings(text: &str, hours: Option<&str>) -> Settings {
    let (suppress, routes) = parse(text).unwrap();
    Settings {
        severity: Level::Medium,
        work_hours: hours.map(|hours| Hours::from(&hours.parse().unwrap())),
        suppress,
        routes,
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_file_becomes_what_the_formatter_reads() {
    let settings = settings(FILE, Some("Mon-Tue 09:00-18:00 Asia/Seoul"));
    let json = settings.json(&["eu-west-1".to_owned(), "us-east-1".to_owned()], true);
    assert!(json.is_ascii(), "{json}");
    assert_eq!(
        serde_json::from_str::<Value>(&json).unwrap(),
        json!({
            "severity": "medium",
            "work_hours": {"days": ["Mon", "Tue"], "from": "09:00", "until": "18:00", "timezone": "Asia/Seoul"},
            "suppress": [
                {"reason": "Terraform pipeline", "until": "2027-01-31",
                 "principal": "arn:aws:iam::*:role/terraform*", "event": "ec2:*SecurityGroup*"},
                {"reason": "사무실", "until": "2027-02-28", "source_ip": "203.0.113.0/24",
                 "tag": {"key": "Team", "value": "Web"}},
            ],
            "routes": [
                {"name": "finance", "tag": {"key": "Department", "value": "Finance"}},
                {"name": "web", "resource": "web-*"},
            ],
            "regions": ["eu-west-1", "us-east-1"],
            "all_regions": true,
        })
    );
    assert_eq!(settings.routes[0].emails, ["fin@example.com"]);
}

#[test]
fn nothing_given_is_nothing_hidden() {
    for empty in ["", "# nothing yet\n", "suppress:\nroutes:\n"] {
        let settings = settings(empty, None);
        assert!(settings.suppress.is_empty() && settings.routes.is_empty());
        assert_eq!(
            settings.json(&[], true),
            r#"{"severity":"medium","work_hours":null,"suppress":[],"routes":[],"regions":[],"all_regions":true}"#
        );
    }
}

#[test]
fn hours_without_a_zone_are_utc() {
    let settings = settings("", Some("Sat-Sun,Wed 07:00-08:00"));
    let hours = settings.work_hours.unwrap();
    assert_eq!(hours.timezone, "UTC");
    assert_eq!(hours.days, ["Sat", "Sun", "Wed"]);
}

#[test]
fn every_problem_has_its_place() {
    let text = "\
supress: []
suppress:
  - reason: 'no end'
    event: CreateUser
  - until: 2027-13-01
    principle: x
    source_ip: 10.0.0.0/33
  - reason: all of it
    until: 2027-1-31
    event: '*:*'
  - reason: all of it
    until: 2027-01-31
    principal: '*'
    source_ip: 0.0.0.0/0
  - reason: wrong
    until: 2027-01-31
    event: ec2.amazonaws.com:RunInstances
    rule: user-creatd
    tag: Team
routes:
  - name: Fin ance
    rule: 'user-*'
    email: nobody
  - name: all
  - name: web
    resource: a
  - name: web
    resource: b
";
    let problems = parse(text).unwrap_err();
    let expected = [
        "1:1: unknown field `supress`, expected `suppress` or `routes`",
        "3:5 suppress[0]: missing field `until`",
        "5:5 suppress[1]: missing field `reason`",
        "5:12 suppress[1].until: '2027-13-01' is no day: write it as 2027-01-31",
        "6:5 suppress[1]: unknown field `principle`, expected `reason`, `until`, `principal`, `event`, `source_ip`, `user_agent`, `resource`, `rule` or `tag` (did you mean 'principal'?)",
        "7:16 suppress[1].source_ip: '10.0.0.0/33' is no block of addresses: write 203.0.113.0/24",
        "8:5 suppress[2]: it would hide everything: say which principal, event, source_ip, user_agent, resource, rule or tag",
        "9:12 suppress[2].until: '2027-1-31' is no day: write it as 2027-01-31",
        "11:5 suppress[3]: it would hide everything: say which principal, event, source_ip, user_agent, resource, rule or tag",
        "17:12 suppress[4].event: 'ec2.amazonaws.com:RunInstances' is no event: write CreateUser, iam:CreateUser or ec2:*SecurityGroup*",
        "18:11 suppress[4].rule: there is no alert 'user-creatd' (did you mean 'user-created'?)",
        "19:10 suppress[4].tag: 'Team' is no tag: write it as Department=Finance",
        "21:11 routes[0].name: 'Fin ance' is no name of a route: a-z, 0-9 and - are, at most 64 of them",
        "23:12 routes[0].email: 'nobody' is no e-mail address",
        "24:5 routes[1]: it takes every alert: say which principal, event, source_ip, user_agent, resource, rule or tag",
        "27:5 routes[3]: a route 'web' stands above",
    ];
    for (problem, expected) in problems.iter().zip(expected) {
        assert_eq!(problem, expected);
    }
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
}

#[test]
fn addresses_that_sns_may_take() {
    for good in ["a@b.example", "first.last+tag@sub.example.com"] {
        assert!(is_address(good), "{good}");
    }
    for bad in [
        "",
        "a",
        "a@b",
        "@b.example",
        "a@",
        "a@b..example",
        "a b@c.example",
        "a@b@c.example",
        "a,b@c.example",
        "Ann <a@b.example>",
        "ä@b.example",
        "a@b.example\n",
    ] {
        assert!(!is_address(bad), "{bad}");
    }
}

fn event(json: &Value) -> Event {
    Event::parse(json.to_string().as_bytes()).unwrap()
}

/// A user made by a session of the role `terraform-ci`, at `time`.
fn user_created(time: &str) -> Value {
    json!({
        "eventVersion": "1.08", "eventTime": time, "eventSource": "iam.amazonaws.com", "eventName": "CreateUser",
        "sourceIPAddress": "203.0.113.9", "userAgent": "Terraform/1.9", "readOnly": false,
        "userIdentity": {
            "type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/terraform-ci/run",
            "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/ci/terraform-ci"}},
        },
        "requestParameters": {"userName": "web-1"}, "recipientAccountId": "123456789012",
    })
}

const TODAY: &str = "2026-11-22";

#[test]
fn the_most_severe_leads_and_the_first_of_equals() {
    let settings = settings("", None);
    let rules = [
        AlertRule::named("a", Level::Low),
        AlertRule::named("b", Level::High),
        AlertRule::named("c", Level::High),
    ];
    let met: Vec<&AlertRule> = rules.iter().collect();
    let event = event(&user_created("2026-11-20T10:00:00Z"));
    let verdict = decide(&settings, &event, &met, day(TODAY)).unwrap();
    assert_eq!(verdict.leading.name, "b");
    let also: Vec<&str> = verdict.also.iter().map(|rule| &*rule.name).collect();
    assert_eq!(also, ["a", "c"]);
    assert!(decide(&settings, &event, &[], day(TODAY)).is_none());
}

fn severity(settings: &Settings, json: &Value, level: Level) -> (Level, bool) {
    let rule = AlertRule::named("user-created", level);
    let verdict = decide(settings, &event(json), &[&rule], day(TODAY)).unwrap();
    (verdict.severity, verdict.off_hours)
}

#[test]
fn iam_changed_outside_of_working_hours_is_worse() {
    let settings = settings("", Some("Mon-Fri 09:00-18:00 Asia/Seoul"));
    // 2026-11-20 is a Friday; Seoul is nine hours ahead
    for (time, off) in [
        ("2026-11-20T00:00:00Z", false),
        ("2026-11-19T23:59:59Z", true),
        ("2026-11-20T08:59:59Z", false),
        ("2026-11-20T09:00:00Z", true),
        ("2026-11-21T03:00:00Z", true),
        ("no time", false),
    ] {
        let level = if off { Level::High } else { Level::Medium };
        let decided = severity(&settings, &user_created(time), Level::Medium);
        assert_eq!(decided, (level, off), "{time}");
    }
    let mut reading = user_created("2026-11-21T03:00:00Z");
    for said in [json!(true), json!("true")] {
        reading["readOnly"] = said;
        assert_eq!(
            severity(&settings, &reading, Level::Medium),
            (Level::Medium, false)
        );
    }
    let night = user_created("2026-11-21T03:00:00Z");
    assert_eq!(
        severity(&settings, &night, Level::Critical),
        (Level::Critical, true)
    );
    let mut elsewhere = night;
    elsewhere["eventSource"] = json!("ec2.amazonaws.com");
    assert_eq!(
        severity(&settings, &elsewhere, Level::Informational),
        (Level::Low, false)
    );
}

#[test]
fn what_services_do_by_themselves_is_low() {
    let settings = settings("", None);
    let mut service = user_created("2026-11-20T10:00:00Z");
    service["userIdentity"] =
        json!({"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"});
    let mut linked = user_created("2026-11-20T10:00:00Z");
    linked["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] = json!(
        "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    );
    for json in [service, linked] {
        assert_eq!(severity(&settings, &json, Level::High).0, Level::Low);
        assert_eq!(
            severity(&settings, &json, Level::Critical).0,
            Level::Critical
        );
    }
}

#[test]
fn a_target_is_the_subject_and_what_else_is_named() {
    let target = |request: Value, answer: Value| {
        let mut json = user_created("2026-11-20T10:00:00Z");
        json["requestParameters"] = request;
        json["responseElements"] = answer;
        target(&event(&json))
    };
    let policy =
        json!({"policyArn": "arn:p", "userName": "ana", "path": "/x/", "tags": [{"key": "a"}]});
    assert_eq!(target(policy, Value::Null).as_deref(), Some("ana, arn:p"));
    let items = json!({"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}});
    assert_eq!(
        target(items.clone(), Value::Null).as_deref(),
        Some("i-1, i-2")
    );
    assert_eq!(target(Value::Null, items).as_deref(), Some("i-1, i-2"));
    let many = json!({"keyId": "d", "groupId": "c", "aId": "a", "bArn": "b", "bId": "a"});
    assert_eq!(target(many, Value::Null).as_deref(), Some("c, a, b"));
    assert_eq!(target(json!("x"), json!(["y"])), None);
}

fn hides(conditions: &str, level: Level) -> bool {
    let text = format!("suppress: [{{reason: r, until: 2026-11-22, {conditions}}}]");
    let settings = settings(&text, None);
    let rule = AlertRule::named("user-created", level);
    let event = event(&user_created("2026-11-20T10:00:00Z"));
    let verdict = decide(&settings, &event, &[&rule], day(TODAY)).unwrap();
    verdict.suppressed.is_some()
}

#[test]
fn a_suppression_holds_where_all_of_it_does() {
    for holds in [
        "principal: 'ARN:aws:iam::*:role/ci/terraform-??'",
        "principal: terraform-ci",
        "event: createuser",
        "event: 'iam:*User'",
        "source_ip: 203.0.113.0/28",
        "user_agent: 'terraform*'",
        "resource: 'web-?'",
        "resource: 'arn:aws:iam::123456789012:user/web-*'",
        "rule: 'user-*'",
        "rule: user-created, source_ip: 203.0.113.9",
    ] {
        assert!(hides(holds, Level::High), "{holds}");
        assert!(!hides(holds, Level::Critical), "never what is critical");
    }
    for fails in [
        "principal: terraform",
        "event: 'ec2:*'",
        "source_ip: 203.0.113.16/28",
        "user_agent: aws-cli",
        "resource: web",
        "resource: '*terraform*'",
        "rule: root-used",
        "rule: user-created, source_ip: 198.51.100.1",
        "rule: user-created, tag: Team=Web",
    ] {
        assert!(!hides(fails, Level::High), "{fails}");
    }
}

#[test]
fn a_suppression_holds_to_the_end_of_its_last_day() {
    let settings = settings(
        "suppress: [{reason: r, until: 2026-11-22, event: CreateUser}]",
        None,
    );
    let rule = AlertRule::named("user-created", Level::High);
    let event = event(&user_created("2026-11-20T10:00:00Z"));
    let is_hidden = |today| {
        let verdict = decide(&settings, &event, &[&rule], day(today)).unwrap();
        verdict.suppressed.is_some()
    };
    assert!(is_hidden("2026-11-22") && !is_hidden("2026-11-23"));
}

proptest! {
    /// Whatever a file holds, reading it ends in settings or in problems.
    #[test]
    fn no_file_is_too_strange(text in "(suppress|routes|reason|until|event|tag|- |: |\n|  |\\[|\\{|'|\"|2027-01-31|x|\\PC){0,40}") {
        let _ = parse(&text);
    }
}
