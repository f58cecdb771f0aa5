//! `security-group-changes`.

use chrono_tz::Tz;
use serde_json::{Value, json};
use trailhunt::detection::Bindings;
use trailhunt::playbook::BUILTIN;

use crate::support::offline::{Folder, trail, trailhunt};
use crate::support::records::record;

const GROUP: &str = "sg-0123456789abcdef0";
const OTHER: &str = "sg-0fedcba9876543210";

/// A call of EC2 at `time`, of which the id of the event is made.
fn call(time: &str, name: &str, request: &Value, response: &Value, error: Option<&str>) -> String {
    record(&json!({
        "eventTime": format!("2023-07-10T{time}Z"),
        "eventID": time,
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "requestParameters": request,
        "responseElements": response,
        "errorCode": error,
        "readOnly": false,
    }))
}

fn flat(group: &str, port: u16, cidr: &str) -> Value {
    json!({"groupId": group, "ipPermissions": {}, "ipProtocol": "tcp", "fromPort": port, "toPort": port, "cidrIp": cidr})
}

fn answered(group: &str, id: &str, port: u16, cidr: &str) -> Value {
    json!({"_return": true, "securityGroupRuleSet": {"items": [{"groupId": group, "securityGroupRuleId": id,
        "isEgress": false, "ipProtocol": "tcp", "fromPort": port, "toPort": port, "cidrIpv4": cidr}]}})
}

/// Every way to open a group and to cover it up.
#[rustfmt::skip] // a table: one call, one line
fn attack() -> Vec<String> {
    let done = json!({"_return": true});
    let none = Value::Null;
    let authorize = "AuthorizeSecurityGroupIngress";
    let revoke = "RevokeSecurityGroupIngress";
    let by_list = json!({"groupId": GROUP, "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 5432,
        "toPort": 5432, "groups": {}, "ipRanges": {}, "ipv6Ranges": {},
        "prefixListIds": {"items": [{"prefixListId": "pl-1"}]}}]}});
    let widen = json!({"ModifyManagedPrefixListRequest": {"PrefixListId": "pl-1", "CurrentVersion": 3,
        "AddEntry": {"Cidr": "0.0.0.0/0", "tag": 1}}});
    let elsewhere = json!({"ModifyManagedPrefixListRequest": {"PrefixListId": "pl-2", "CurrentVersion": 3,
        "AddEntry": {"Cidr": "198.51.100.0/24", "tag": 1}}});
    let modify = json!({"ModifySecurityGroupRulesRequest": {"GroupId": GROUP, "SecurityGroupRule":
        {"SecurityGroupRuleId": "sgr-1", "tag": 1, "SecurityGroupRule":
            {"IpProtocol": "tcp", "FromPort": 3389, "ToPort": 3389, "CidrIpv4": "0.0.0.0/0"}}}});
    let by_id = json!({"groupId": GROUP, "securityGroupRuleIds": {"items": [{"securityGroupRuleId": "sgr-2"}]}});
    let route = json!({"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"});
    let attach = json!({"instanceId": "i-1", "groupSet": {"items": [{"groupId": GROUP}]}});
    let denied = Some("Client.UnauthorizedOperation");
    vec![
        call(
            "08:00:00",
            authorize,
            &flat(GROUP, 3389, "10.0.0.0/8"),
            &answered(GROUP, "sgr-1", 3389, "10.0.0.0/8"),
            None,
        ),
        call("10:00:00", authorize, &flat(GROUP, 22, "0.0.0.0/0"), &none, denied),
        call("10:00:10", authorize, &flat(GROUP, 22, "0.0.0.0/0"), &answered(GROUP, "sgr-2", 22, "0.0.0.0/0"), None),
        call("10:01:59", revoke, &by_id, &done, None),
        call("10:02:00", "ModifySecurityGroupRules", &modify, &done, None),
        call(
            "10:03:00",
            authorize,
            &flat(GROUP, 9200, "0.0.0.0/1"),
            &answered(GROUP, "sgr-3", 9200, "0.0.0.0/1"),
            None,
        ),
        call(
            "10:03:01",
            authorize,
            &flat(GROUP, 9200, "128.0.0.0/1"),
            &answered(GROUP, "sgr-4", 9200, "128.0.0.0/1"),
            None,
        ),
        call("10:04:00", authorize, &by_list, &done, None),
        call("10:04:01", "ModifyManagedPrefixList", &widen, &none, None),
        call("10:04:02", "ModifyManagedPrefixList", &elsewhere, &none, None),
        call("10:05:00", authorize, &flat(OTHER, 443, "10.0.0.0/8"), &done, None),
        call("10:06:00", "CreateRoute", &route, &done, None),
        call("10:07:00", "ModifyInstanceAttribute", &attach, &done, None),
        call("10:08:00", "DescribeSecurityGroups", &json!({"groupId": GROUP}), &none, None),
    ]
}

fn answer(records: &[String], arguments: &[&str]) -> Value {
    let folder = Folder::new().with("trail.json", trail(records));
    let path = folder
        .path()
        .to_str()
        .expect("the path is UTF-8")
        .to_owned();
    let command = [
        "changes",
        "security-groups",
        "--format",
        "json",
        "--from",
        &path,
    ];
    trailhunt(command.iter().chain(arguments)).exits(0).json()
}

fn changes(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let changes = report["changes"].as_array().expect("changes are a list");
    changes
        .iter()
        .map(|change| {
            format!(
                "{} {} {}: {} => {}",
                text(&change["event_id"]),
                text(&change["action"]),
                text(&change["target"]),
                text(&change["before"]),
                text(&change["after"])
            )
        })
        .collect()
}

fn findings(report: &Value) -> Vec<(String, String)> {
    let findings = report["findings"].as_array().expect("findings are a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    findings
        .iter()
        .map(|finding| (text(&finding["level"]), text(&finding["rule"])))
        .collect()
}

#[test]
fn an_attack_on_one_group() {
    let report = answer(
        &attack(),
        &[
            GROUP,
            "--since",
            "2023-07-10T10:00:00Z",
            "--until",
            "2023-07-10T11:00:00Z",
        ],
    );
    let told = changes(&report);
    let of = |line: &str| line.replace("SG", GROUP);
    assert_eq!(
        told,
        [
            of("10:00:00 failed SG: - => -"),
            of("10:00:10 added SG: - => ingress tcp 22 from 0.0.0.0/0"),
            of("10:01:59 removed SG: ingress tcp 22 from 0.0.0.0/0 => -"),
            // what held before stands in an event before the window
            of(
                "10:02:00 modified SG: ingress tcp 3389 from 10.0.0.0/8 => ingress tcp 3389 from 0.0.0.0/0"
            ),
            of("10:03:00 added SG: - => ingress tcp 9200 from 0.0.0.0/1"),
            of("10:03:01 added SG: - => ingress tcp 9200 from 128.0.0.0/1"),
            of("10:04:00 added SG: - => ingress tcp 5432 from pl-1"),
            // of the list that the group references, and of no other
            "10:04:01 modified pl-1: - => 0.0.0.0/0 added".to_owned(),
            format!("10:07:00 modified i-1: - => groups {GROUP}"),
        ]
    );
    let found = findings(&report);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(level, rule)| (&**level, &**rule))
        .collect();
    assert_eq!(
        found,
        [
            ("critical", "security-group-opened"),
            ("critical", "security-group-rule-widened"),
            ("critical", "security-group-opened"),
            ("high", "prefix-list-widened"),
            ("medium", "security-group-open-attempted"),
            ("medium", "security-group-closed-again"),
            ("low", "denied-calls"),
        ]
    );
    let message = |at: usize| {
        report["findings"][at]["message"]
            .as_str()
            .unwrap_or_default()
    };
    assert_eq!(
        message(2),
        of(
            "SG open to the world: ingress tcp 9200 from 128.0.0.0/1 (Elasticsearch) together with \
            ingress tcp 9200 from 0.0.0.0/1, by ana"
        )
    );
    assert!(message(3).contains(GROUP), "{}", message(3));
    assert!(message(5).contains("for 1 min 49 s"), "{}", message(5));
    assert_eq!(
        report["findings"][5]["event_ids"],
        json!(["10:00:10", "10:01:59"])
    );
    assert_eq!(
        report["changes"][2]["detail"]["note"],
        "open for 1 min 49 s"
    );
}

#[test]
fn without_a_group_everything_that_exposes_is_told() {
    let told = changes(&answer(&attack(), &[]));
    assert_eq!(told.len(), 13);
    assert!(told.contains(&"10:06:00 added rtb-1: - => route 0.0.0.0/0 via igw-1".to_owned()));
    assert!(told.contains(&"10:04:02 modified pl-2: - => 198.51.100.0/24 added".to_owned()));
    assert!(told.contains(&format!(
        "10:05:00 added {OTHER}: - => ingress tcp 443 from 10.0.0.0/8"
    )));
}

#[test]
fn a_row_a_rule_in_csv() {
    let folder = Folder::new().with("trail.json", trail(&attack()));
    let path = folder
        .path()
        .to_str()
        .expect("the path is UTF-8")
        .to_owned();
    let said = trailhunt([
        "changes",
        "security-groups",
        OTHER,
        "--format",
        "csv",
        "--from",
        &path,
    ])
    .exits(0);
    let rows: Vec<&str> = said.text().lines().collect();
    assert_eq!(rows.len(), 2);
    assert!(
        rows[1].starts_with("2023-07-10T10:05:00Z,ana,AKIAEXAMPLE000000000,192.0.2.7,"),
        "{}",
        rows[1]
    );
    assert!(
        rows[1].contains(",added,,ingress tcp 443 from 10.0.0.0/8,"),
        "{}",
        rows[1]
    );
}

#[test]
fn benign() {
    let done = json!({"_return": true});
    let inner = flat(GROUP, 22, "10.0.0.0/8");
    let from_group = json!({"groupId": GROUP, "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 443,
        "toPort": 443, "groups": {"items": [{"groupId": OTHER, "userId": "123456789012"}]}}]}});
    let out = json!({"groupId": GROUP, "ipPermissions": {"items": [{"ipProtocol": "-1",
        "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}]}});
    let create = json!({"groupName": "web", "groupDescription": "web", "vpcId": "vpc-1"});
    let records = [
        call(
            "10:00:00",
            "CreateSecurityGroup",
            &create,
            &json!({"groupId": GROUP}),
            None,
        ),
        call(
            "10:00:01",
            "AuthorizeSecurityGroupIngress",
            &inner,
            &done,
            None,
        ),
        call(
            "10:00:02",
            "AuthorizeSecurityGroupIngress",
            &from_group,
            &done,
            None,
        ),
        call(
            "10:00:03",
            "AuthorizeSecurityGroupEgress",
            &out,
            &done,
            None,
        ),
        call(
            "10:00:04",
            "AuthorizeSecurityGroupIngress",
            &flat(GROUP, 443, "0.0.0.0/2"),
            &done,
            None,
        ),
        call(
            "10:00:05",
            "RevokeSecurityGroupIngress",
            &inner,
            &done,
            None,
        ),
        call(
            "10:00:06",
            "RunInstances",
            &json!({"imageId": "ami-1"}),
            &done,
            None,
        ),
    ];
    let report = answer(&records, &[]);
    assert_eq!(findings(&report), []);
    assert_eq!(changes(&report).len(), 6);
}

/// A lookup costs a call a Region: with a group given, none is made for what cannot name it.
#[test]
fn with_a_group_only_what_can_name_it_is_looked_up() {
    let builtin = BUILTIN
        .iter()
        .find(|builtin| builtin.id == "security-group-changes")
        .unwrap();
    let playbook = builtin
        .load()
        .unwrap_or_else(|_| panic!("the playbook loads"));
    let looked_up = |bindings: &Bindings| -> Vec<(String, usize)> {
        let searches = playbook.searches.iter();
        searches
            .map(|search| {
                let lookup = search
                    .detection
                    .lookup(bindings)
                    .expect("an attribute is derived");
                (search.name.clone(), lookup.values.len())
            })
            .collect()
    };
    let counts = |named: &[(&str, usize)]| -> Vec<(String, usize)> {
        named
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect()
    };
    let mut bindings = Bindings::new(Tz::UTC);
    bindings.set("lists", Vec::<String>::new());
    bindings.set("group", [GROUP]);
    let groups = [
        ("groups", 12),
        ("by_name", 4),
        ("attachments", 6),
        ("prefix_lists", 2),
        ("list_contents", 3),
    ];
    let with = |surroundings| counts(&[&groups[..], &[("surroundings", surroundings)]].concat());
    assert_eq!(looked_up(&bindings), with(0));
    bindings.not_given("group");
    assert_eq!(looked_up(&bindings), with(32));
}
