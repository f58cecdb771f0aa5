//! What is told of calls that follow each other: before and after, findings, notes.

use serde_json::{Value, json};

use crate::analysis::changes::{ChangeFold, Renderer};
use crate::analysis::findings;
use crate::event::Event;
use crate::report::{Change, ChangeAction, Finding, Level};

const GROUP: &str = "sg-0123456789abcdef0";

/// A call by Ana, `second`s into the day.
fn call(second: u32, name: &str, request: &Value, response: &Value) -> Event {
    let record = json!({
        "eventVersion": "1.08", "eventSource": "ec2.amazonaws.com", "eventName": name, "eventID": format!("e{second}"),
        "eventTime": format!("2026-10-05T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60),
        "awsRegion": "eu-west-1", "recipientAccountId": "111122223333",
        "userIdentity": {"type": "IAMUser", "userName": "ana", "accountId": "111122223333"},
        "requestParameters": request, "responseElements": response,
    });
    Event::parse(record.to_string().as_bytes()).unwrap()
}

fn refused(event: &Event, error: &str) -> Event {
    let mut record = event.json().clone();
    record["errorCode"] = error.into();
    record["responseElements"] = Value::Null;
    Event::parse(record.to_string().as_bytes()).unwrap()
}

fn changes_and_findings(events: &[Event]) -> (Vec<Change>, Vec<Finding>) {
    told_with_context(&[], events)
}

fn told_with_context(context: &[Event], events: &[Event]) -> (Vec<Change>, Vec<Finding>) {
    let mut fold = Renderer::new(ChangeFold::SecurityGroups(super::Fold::default()));
    for event in context {
        fold.add(event, false);
    }
    for event in events {
        fold.add(event, true);
    }
    let mut findings = findings::Fold::default();
    let changes = fold.finish(&mut findings);
    (changes, findings.finish())
}

/// `aws ec2 authorize-security-group-ingress --protocol tcp --port … --cidr …`.
fn flat(port: u16, cidr: &str) -> Value {
    json!({"groupId": GROUP, "ipPermissions": {}, "ipProtocol": "tcp", "fromPort": port, "toPort": port, "cidrIp": cidr})
}

fn answered(id: &str, port: u16, cidr: &str) -> Value {
    json!({"securityGroupRuleSet": {"items": [{"groupId": GROUP, "securityGroupRuleId": id, "isEgress": false,
        "ipProtocol": "tcp", "fromPort": port, "toPort": port, "cidrIpv4": cidr}]}})
}

fn authorize(second: u32, id: &str, port: u16, cidr: &str) -> Event {
    let response = answered(id, port, cidr);
    call(
        second,
        "AuthorizeSecurityGroupIngress",
        &flat(port, cidr),
        &response,
    )
}

fn revoke(second: u32, port: u16, cidr: &str) -> Event {
    call(
        second,
        "RevokeSecurityGroupIngress",
        &flat(port, cidr),
        &json!({"_return": true}),
    )
}

fn revoke_by_id(second: u32, id: &str) -> Event {
    let request =
        json!({"groupId": GROUP, "securityGroupRuleIds": {"items": [{"securityGroupRuleId": id}]}});
    call(
        second,
        "RevokeSecurityGroupIngress",
        &request,
        &json!({"_return": true}),
    )
}

fn modify(second: u32, id: &str, port: u16, cidr: &str, description: &str) -> Event {
    let rule = json!({"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIpv4": cidr, "Description": description});
    let request = json!({"ModifySecurityGroupRulesRequest": {"GroupId": GROUP,
        "SecurityGroupRule": {"SecurityGroupRuleId": id, "tag": 1, "SecurityGroupRule": rule}}});
    call(
        second,
        "ModifySecurityGroupRules",
        &request,
        &json!({"ModifySecurityGroupRulesResponse": {"return": true}}),
    )
}

/// `action before -> after`, and the note.
fn line(change: &Change) -> String {
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "?".to_owned());
    let note = change
        .detail
        .get("note")
        .and_then(Value::as_str)
        .unwrap_or("-");
    format!(
        "{} {} -> {} | {note}",
        change.action.into_str(),
        side(&change.before),
        side(&change.after)
    )
}

fn lines(changes: &[Change]) -> Vec<String> {
    changes.iter().map(line).collect()
}

fn rules(findings: &[Finding]) -> Vec<(&str, Level)> {
    findings
        .iter()
        .map(|finding| (finding.rule.as_str(), finding.level))
        .collect()
}

#[test]
fn opened_and_closed_again_by_the_rule_or_by_its_id() {
    for close in [revoke(114, 22, "0.0.0.0/0"), revoke_by_id(114, "sgr-1")] {
        let (changes, findings) =
            changes_and_findings(&[authorize(5, "sgr-1", 22, "0.0.0.0/0"), close]);
        assert_eq!(
            lines(&changes),
            [
                "added ? -> ingress tcp 22 from 0.0.0.0/0 | open to the world",
                "removed ingress tcp 22 from 0.0.0.0/0 -> ? | open for 1 min 49 s",
            ]
        );
        assert_eq!(changes[0].detail["exposure"], "world");
        assert_eq!(changes[0].detail["services"], json!(["SSH"]));
        assert_eq!(changes[0].detail["closed_by"], "e114");
        assert_eq!(changes[1].detail["opened_by"], "e5");
        assert_eq!(changes[1].detail["open_seconds"], 109);
        assert_eq!(changes[1].detail["rule_id"], "sgr-1");
        assert_eq!(
            rules(&findings),
            [
                ("security-group-opened", Level::Critical),
                ("security-group-closed-again", Level::Medium)
            ]
        );
        assert_eq!(
            findings[0].message,
            "sg-0123456789abcdef0 open to the world: ingress tcp 22 from 0.0.0.0/0 (SSH), by ana"
        );
        assert_eq!(findings[1].event_ids, ["e5", "e114"]);
        assert_eq!(
            findings[1].message,
            "sg-0123456789abcdef0 was open to the world for 1 min 49 s: ingress tcp 22 from 0.0.0.0/0 (SSH), \
             opened by ana (event e5), closed by ana (event e114)"
        );
    }
}

#[test]
fn calls_of_one_second_are_told_in_an_order_that_can_be() {
    let (changes, findings) = changes_and_findings(&[
        revoke(5, 22, "0.0.0.0/0"),
        authorize(5, "sgr-1", 22, "0.0.0.0/0"),
    ]);
    assert_eq!(
        lines(&changes),
        [
            "added ? -> ingress tcp 22 from 0.0.0.0/0 | open to the world",
            "removed ingress tcp 22 from 0.0.0.0/0 -> ? | open for 0 s",
        ]
    );
    assert_eq!(findings.len(), 2);
    // a rule that was there before is taken away and made anew
    let (changes, _) = changes_and_findings(&[
        authorize(1, "sgr-1", 22, "0.0.0.0/0"),
        authorize(5, "sgr-2", 22, "0.0.0.0/0"),
        revoke_by_id(5, "sgr-1"),
    ]);
    assert_eq!(changes[1].action, ChangeAction::Removed);
    assert_eq!(changes[2].detail["rule_id"], "sgr-2");
}

#[test]
fn a_long_opening_is_no_brief_one() {
    let (changes, findings) = changes_and_findings(&[
        authorize(0, "sgr-1", 443, "0.0.0.0/0"),
        revoke(3601, 443, "0.0.0.0/0"),
    ]);
    assert_eq!(changes[1].detail["note"], "open for 1 h");
    assert_eq!(rules(&findings), [("security-group-opened", Level::High)]);
}

#[test]
fn halves_of_the_world_open_a_group_in_one_call_or_several() {
    let halves = [
        authorize(1, "sgr-1", 22, "0.0.0.0/1"),
        authorize(2, "sgr-2", 22, "128.0.0.0/1"),
    ];
    let (changes, findings) = changes_and_findings(&halves);
    assert!(!changes[0].detail.contains_key("exposure"));
    assert_eq!(
        changes[1].detail["together_with"],
        json!(["ingress tcp 22 from 0.0.0.0/1"])
    );
    assert_eq!(
        rules(&findings),
        [("security-group-opened", Level::Critical)]
    );
    assert_eq!(findings[0].event_ids, ["e2"]);

    let both = json!({"groupId": GROUP, "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 0, "toPort": 100,
        "ipRanges": {"items": [{"cidrIp": "128.0.0.0/1"}, {"cidrIp": "0.0.0.0/1"}]}}]}});
    let both = call(1, "AuthorizeSecurityGroupIngress", &both, &Value::Null);
    let (changes, findings) = changes_and_findings(&[both, revoke(9, 22, "0.0.0.0/1")]);
    assert_eq!(changes[1].detail["exposure"], "world");
    assert_eq!(findings.len(), 1);

    // either half closes it; what is only a half of another port opens nothing
    let (changes, _) = changes_and_findings(&[
        halves[0].clone(),
        halves[1].clone(),
        revoke(12, 22, "0.0.0.0/1"),
    ]);
    assert_eq!(changes[2].detail["note"], "open for 10 s");
    let (_, findings) =
        changes_and_findings(&[halves[0].clone(), authorize(2, "sgr-2", 23, "128.0.0.0/1")]);
    assert!(findings.is_empty());
}

#[test]
fn many_openings_do_not_hide_the_worst() {
    let mut events: Vec<Event> = (1..=6)
        .map(|n| authorize(u32::from(n), &format!("sgr-{n}"), 8000 + n, "0.0.0.0/0"))
        .collect();
    events.push(authorize(7, "sgr-7", 22, "0.0.0.0/0"));
    let (_, findings) = changes_and_findings(&events);
    assert_eq!(
        rules(&findings),
        [
            ("security-group-opened", Level::Critical),
            ("security-group-opened", Level::High),
        ]
    );
    assert_eq!((findings[0].count, findings[1].count), (1, 6));
}

/// No group of EC2 holds so many; a file may say so, and is told all the same.
#[test]
fn thousands_of_openings_are_closed_in_moments() {
    let halves = |cidr: &'static str| {
        let rule = |port: u32| json!({"ipProtocol": "tcp", "fromPort": port, "toPort": port, "ipRanges": {"items": [{"cidrIp": cidr}]}});
        json!({"groupId": GROUP, "ipPermissions": {"items": (1..=1500).map(rule).collect::<Vec<_>>()}})
    };
    let done = json!({"_return": true});
    let events = [
        call(
            1,
            "AuthorizeSecurityGroupIngress",
            &halves("0.0.0.0/1"),
            &done,
        ),
        call(
            2,
            "AuthorizeSecurityGroupIngress",
            &halves("128.0.0.0/1"),
            &done,
        ),
        call(9, "RevokeSecurityGroupIngress", &halves("0.0.0.0/1"), &done),
    ];
    let (changes, _) = changes_and_findings(&events);
    let open = |change: &&Change| change.detail.contains_key("open_seconds");
    // each opening and each closing
    assert_eq!(changes.iter().filter(open).count(), 3000);
    let all =
        json!({"groupId": GROUP, "ipPermissions": {}, "ipProtocol": "-1", "cidrIp": "0.0.0.0/1"});
    let (changes, findings) = changes_and_findings(&[
        events[1].clone(),
        call(3, "AuthorizeSecurityGroupIngress", &all, &done),
    ]);
    assert_eq!(changes.len(), 1501);
    assert_eq!(
        rules(&findings),
        [("security-group-opened", Level::Critical)]
    );
}

#[test]
fn what_another_rule_admits_stays_open() {
    let all = json!({"groupId": GROUP, "ipProtocol": "-1", "cidrIp": "0.0.0.0/0"});
    let all = call(1, "AuthorizeSecurityGroupIngress", &all, &Value::Null);
    let (changes, findings) = changes_and_findings(&[
        all,
        authorize(2, "sgr-2", 22, "0.0.0.0/0"),
        revoke(3, 22, "0.0.0.0/0"),
    ]);
    assert_eq!(changes[2].detail["note"], "still open to the world");
    assert!(
        findings
            .iter()
            .all(|finding| finding.rule == "security-group-opened")
    );
}

#[test]
fn egress_and_inner_addresses_are_no_opening() {
    let egress = json!({"groupId": GROUP, "ipProtocol": "-1", "cidrIp": "0.0.0.0/0"});
    let egress = call(1, "AuthorizeSecurityGroupEgress", &egress, &Value::Null);
    let (changes, findings) =
        changes_and_findings(&[egress, authorize(2, "sgr-1", 22, "10.0.0.0/8")]);
    assert_eq!(
        lines(&changes),
        [
            "added ? -> egress all to 0.0.0.0/0 | -",
            "added ? -> ingress tcp 22 from 10.0.0.0/8 | -"
        ]
    );
    assert!(findings.is_empty() && !changes[0].detail.contains_key("exposure"));
}

#[test]
fn a_modified_rule_has_its_old_value_from_the_history() {
    let widen = modify(60, "sgr-1", 22, "0.0.0.0/0", "x");
    let (changes, findings) = told_with_context(
        &[authorize(1, "sgr-1", 22, "10.0.0.0/8")],
        std::slice::from_ref(&widen),
    );
    assert_eq!(
        lines(&changes),
        [
            "modified ingress tcp 22 from 10.0.0.0/8 -> ingress tcp 22 from 0.0.0.0/0 | open to the world"
        ]
    );
    assert_eq!(changes[0].detail["before_known"], true);
    assert_eq!(
        rules(&findings),
        [("security-group-rule-widened", Level::Critical)]
    );

    let (changes, findings) = changes_and_findings(std::slice::from_ref(&widen));
    assert_eq!(
        lines(&changes),
        ["modified ? -> tcp 22 from or to 0.0.0.0/0 | open to the world"]
    );
    assert_eq!(changes[0].detail["before_known"], false);
    assert_eq!(findings.len(), 1);

    let narrow = modify(70, "sgr-1", 22, "10.0.0.0/8", "x");
    let same = modify(71, "sgr-1", 22, "10.0.0.0/8", "x");
    let describe = modify(72, "sgr-1", 22, "10.0.0.0/8", "y");
    let (changes, findings) = changes_and_findings(&[
        authorize(1, "sgr-1", 22, "10.0.0.0/8"),
        widen,
        narrow,
        same,
        describe,
    ]);
    assert_eq!(
        lines(&changes)[2..],
        [
            "modified ingress tcp 22 from 0.0.0.0/0 -> ingress tcp 22 from 10.0.0.0/8 | closed again after 10 s",
            "noop ingress tcp 22 from 10.0.0.0/8 -> ingress tcp 22 from 10.0.0.0/8 | -",
            "modified ingress tcp 22 from 10.0.0.0/8 \"x\" -> ingress tcp 22 from 10.0.0.0/8 \"y\" | -",
        ]
    );
    assert_eq!(findings.len(), 2);
}

#[test]
fn a_revocation_that_matches_nothing_is_no_removal() {
    let unknown = json!({"_return": true, "unknownIpPermissionSet": {"items": [{"ipProtocol": "tcp", "fromPort": 22,
        "toPort": 22, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}]}});
    let vain = call(
        2,
        "RevokeSecurityGroupIngress",
        &flat(22, "0.0.0.0/0"),
        &unknown,
    );
    let (changes, findings) =
        changes_and_findings(&[authorize(1, "sgr-1", 443, "0.0.0.0/0"), vain]);
    assert_eq!(
        line(&changes[1]),
        "noop ? -> ? | no such rule: ingress tcp 22 from 0.0.0.0/0"
    );
    assert_eq!(findings.len(), 1);
    // what cannot be compared is not claimed to be gone
    let odd = json!({"unknownIpPermissionSet": {"items": [{}]}});
    let vain = call(
        2,
        "RevokeSecurityGroupIngress",
        &flat(22, "0.0.0.0/0"),
        &odd,
    );
    assert_eq!(
        changes_and_findings(&[vain]).0[0].action,
        ChangeAction::Noop
    );
}

#[test]
fn the_answer_tells_what_an_unknown_rule_id_was() {
    let request = json!({"groupId": GROUP, "securityGroupRuleIds": ["sgr-9"]});
    let revoked = json!({"revokedSecurityGroupRuleSet": {"items": [{"securityGroupRuleId": "sgr-9", "groupId": GROUP,
        "isEgress": false, "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": "0.0.0.0/0"}]}});
    let (changes, _) =
        changes_and_findings(&[call(1, "RevokeSecurityGroupIngress", &request, &revoked)]);
    assert_eq!(
        line(&changes[0]),
        "removed ingress tcp 22 from 0.0.0.0/0 -> ? | was open to the world"
    );
    let (changes, _) = changes_and_findings(&[revoke_by_id(1, "sgr-9")]);
    assert_eq!(line(&changes[0]), "removed ingress rule sgr-9 -> ? | -");
    assert_eq!(changes[0].detail["before_known"], false);
}

#[test]
fn a_failed_call_changes_nothing_and_says_what_it_was_to_do() {
    let attempt = refused(
        &authorize(1, "sgr-1", 3389, "0.0.0.0/0"),
        "Client.UnauthorizedOperation",
    );
    let rehearsal = refused(&revoke(2, 22, "0.0.0.0/0"), "Client.DryRunOperation");
    let (changes, findings) = changes_and_findings(&[attempt, rehearsal, revoke_by_id(3, "sgr-1")]);
    assert_eq!(
        lines(&changes),
        [
            "failed ? -> ? | tried to add ingress tcp 3389 from 0.0.0.0/0",
            "failed ? -> ? | dry run: would remove ingress tcp 22 from 0.0.0.0/0",
            "removed ingress rule sgr-1 -> ? | -",
        ]
    );
    assert_eq!(
        changes[0].error.as_deref(),
        Some("Client.UnauthorizedOperation")
    );
    assert_eq!(
        changes[0].detail["attempted"],
        "add ingress tcp 3389 from 0.0.0.0/0"
    );
    assert_eq!(
        rules(&findings),
        [("security-group-open-attempted", Level::Medium)]
    );
    assert_eq!(
        findings[0].message,
        "sg-0123456789abcdef0 was to be opened to the world: ingress tcp 3389 from 0.0.0.0/0 (RDP), by ana, \
         refused: Client.UnauthorizedOperation"
    );
}

#[test]
fn a_group_from_its_beginning_to_its_end() {
    let create = json!({"groupName": "web", "groupDescription": "a, b", "vpcId": "vpc-1"});
    let create = call(
        1,
        "CreateSecurityGroup",
        &create,
        &json!({"groupId": GROUP}),
    );
    // by name: resolved, as the group was seen to be made
    let by_name = json!({"groupName": "web", "ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "cidrIp": "0.0.0.0/0"});
    let open = call(2, "AuthorizeSecurityGroupIngress", &by_name, &Value::Null);
    let delete = call(
        122,
        "DeleteSecurityGroup",
        &json!({"groupId": GROUP}),
        &Value::Null,
    );
    let (changes, findings) = changes_and_findings(&[create, open, delete]);
    assert_eq!(
        lines(&changes),
        [
            "added ? -> security group web in vpc-1 | carries egress all to 0.0.0.0/0",
            "added ? -> ingress tcp 80 from 0.0.0.0/0 | open to the world",
            "removed security group with ingress tcp 80 from 0.0.0.0/0; egress all to 0.0.0.0/0 -> ? \
             | was open to the world for 2 min",
        ]
    );
    assert!(
        changes
            .iter()
            .all(|change| change.target.as_deref() == Some(GROUP))
    );
    assert_eq!(changes[0].detail["implied"], "egress all to 0.0.0.0/0");
    assert_eq!(changes[2].detail["before_known"], true);
    assert_eq!(rules(&findings), [("security-group-opened", Level::High)]);
}

#[test]
fn descriptions_are_told_before_and_after() {
    let request = json!({"groupId": GROUP, "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22,
        "ipRanges": {"items": [{"cidrIp": "10.0.0.0/8", "description": "office"}]}}]}});
    let by_rule = call(
        2,
        "UpdateSecurityGroupRuleDescriptionsIngress",
        &request,
        &Value::Null,
    );
    let request = json!({"UpdateSecurityGroupRuleDescriptionsIngressRequest": {"GroupId": GROUP,
        "SecurityGroupRuleDescription": {"SecurityGroupRuleId": "sgr-1", "Description": "home", "tag": 1}}});
    let by_id = call(
        3,
        "UpdateSecurityGroupRuleDescriptionsIngress",
        &request,
        &Value::Null,
    );
    let (changes, _) =
        changes_and_findings(&[authorize(1, "sgr-1", 22, "10.0.0.0/8"), by_rule, by_id]);
    assert_eq!(
        lines(&changes)[1..],
        [
            "modified ingress tcp 22 from 10.0.0.0/8 (no description) -> ingress tcp 22 from 10.0.0.0/8 \"office\" | -",
            "modified ingress tcp 22 from 10.0.0.0/8 \"office\" -> ingress tcp 22 from 10.0.0.0/8 \"home\" | -",
        ]
    );
}

#[test]
fn a_prefix_list_widens_the_groups_that_reference_it() {
    let reference = json!({"groupId": GROUP, "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22,
        "prefixListIds": {"items": [{"prefixListId": "pl-1"}]}}]}});
    let reference = call(1, "AuthorizeSecurityGroupIngress", &reference, &Value::Null);
    let edit = |second, entries: Value| {
        let mut request = json!({"PrefixListId": "pl-1", "CurrentVersion": 1});
        request
            .as_object_mut()
            .unwrap()
            .extend(entries.as_object().unwrap().clone());
        call(
            second,
            "ModifyManagedPrefixList",
            &json!({"ModifyManagedPrefixListRequest": request}),
            &Value::Null,
        )
    };
    let widen = edit(2, json!({"AddEntry": {"Cidr": "0.0.0.0/0", "tag": 1}}));
    let narrow = edit(32, json!({"RemoveEntry": {"Cidr": "0.0.0.0/0", "tag": 1}}));
    let (changes, findings) =
        changes_and_findings(&[reference.clone(), widen.clone(), narrow.clone()]);
    assert_eq!(
        lines(&changes),
        [
            "added ? -> ingress tcp 22 from pl-1 | -",
            "modified ? -> 0.0.0.0/0 added | holds any address",
            "modified ? -> 0.0.0.0/0 removed | closed again after 30 s",
        ]
    );
    assert_eq!(changes[1].detail["referenced_by"], json!([GROUP]));
    assert_eq!(
        rules(&findings),
        [
            ("prefix-list-widened", Level::High),
            ("security-group-closed-again", Level::Medium)
        ]
    );
    assert_eq!(
        findings[0].message,
        "prefix list pl-1 now holds any address: it is referenced by sg-0123456789abcdef0; by ana"
    );
    // the other way round: a rule that references a list which holds the world
    let (changes, findings) = told_with_context(&[widen], &[reference]);
    assert_eq!(changes[0].detail["exposure"], "world");
    assert_eq!(
        rules(&findings),
        [("security-group-opened", Level::Critical)]
    );
    assert!(changes_and_findings(&[narrow]).1.is_empty());
}

#[test]
fn the_perimeter_is_told_a_line_each() {
    let route = |second, name: &str, via: Value| {
        let mut request = json!({"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"});
        request
            .as_object_mut()
            .unwrap()
            .extend(via.as_object().unwrap().clone());
        call(second, name, &request, &Value::Null)
    };
    let entry = |second, name: &str, action: &str| {
        let request = json!({"networkAclId": "acl-1", "ruleNumber": 100, "egress": false, "ruleAction": action,
            "aclProtocol": "6", "portRange": {"from": 22, "to": 22}, "icmpTypeCode": {}, "cidrBlock": "0.0.0.0/0"});
        call(second, name, &request, &Value::Null)
    };
    let groups = json!({"instanceId": "i-1", "groupSet": {"items": [{"groupId": "sg-1"}, {"groupId": "sg-2"}]}});
    let launch =
        json!({"networkInterfaceSet": {"items": [{"groupSet": {"items": [{"groupId": "sg-0"}]}}]}});
    let launched = json!({"instancesSet": {"items": [{"instanceId": "i-1"}]}});
    let (changes, findings) = changes_and_findings(&[
        route(1, "CreateRoute", json!({"natGatewayId": "nat-1"})),
        route(2, "ReplaceRoute", json!({"gatewayId": "igw-1"})),
        route(3, "DeleteRoute", json!({})),
        entry(4, "CreateNetworkAclEntry", "deny"),
        entry(5, "ReplaceNetworkAclEntry", "allow"),
        call(
            6,
            "DeleteNetworkAclEntry",
            &json!({"networkAclId": "acl-1", "ruleNumber": 200, "egress": true}),
            &Value::Null,
        ),
        call(7, "RunInstances", &launch, &launched),
        call(8, "ModifyInstanceAttribute", &groups, &Value::Null),
        call(
            9,
            "ModifyInstanceAttribute",
            &json!({"instanceId": "i-1", "disableApiTermination": {"value": false}}),
            &Value::Null,
        ),
        refused(
            &route(10, "CreateRoute", json!({"gatewayId": "igw-1"})),
            "Client.UnauthorizedOperation",
        ),
    ]);
    assert_eq!(
        lines(&changes),
        [
            "added ? -> route 0.0.0.0/0 via nat-1 | -",
            "modified route 0.0.0.0/0 via nat-1 -> route 0.0.0.0/0 via igw-1 | to the Internet",
            "removed route 0.0.0.0/0 via igw-1 -> ? | -",
            "added ? -> entry 100: deny ingress tcp 22 from 0.0.0.0/0 | -",
            "modified entry 100: deny ingress tcp 22 from 0.0.0.0/0 -> entry 100: allow ingress tcp 22 from 0.0.0.0/0 | admits any address",
            "removed entry 200 (egress) -> ? | -",
            "added ? -> groups sg-0 | -",
            "modified groups sg-0 -> groups sg-1, sg-2 | -",
            "failed ? -> ? | tried to add route 0.0.0.0/0 via igw-1",
        ]
    );
    assert_eq!(changes[7].target.as_deref(), Some("i-1"));
    assert!(findings.is_empty());
}

#[test]
fn a_record_without_its_request_still_makes_a_change() {
    for (name, action) in [
        ("AuthorizeSecurityGroupIngress", ChangeAction::Added),
        ("RevokeSecurityGroupEgress", ChangeAction::Removed),
        ("ModifySecurityGroupRules", ChangeAction::Modified),
    ] {
        let (changes, _) = changes_and_findings(&[call(1, name, &Value::Null, &Value::Null)]);
        assert_eq!((changes.len(), changes[0].action), (1, action), "{name}");
        assert_eq!(
            changes[0].detail["note"],
            "the record does not show which rules"
        );
    }
}

#[test]
fn the_attack_of_2023() {
    let Some(folder) = shared()
        .map(|shared| shared.join("data/invictus-ir"))
        .filter(|folder| folder.is_dir())
    else {
        eprintln!("skipped: there are no records of data/invictus-ir beside the project");
        return;
    };
    let mut events: Vec<Event> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .filter_map(|text| serde_json::from_str::<Value>(&text).ok())
        .flat_map(|file| file["Records"].as_array().cloned().unwrap_or_default())
        .map(|record| Event::parse(record.to_string().as_bytes()).unwrap())
        .filter(|event| event.raw().contains("sg-04cfb7a4712d75b00"))
        .filter(|event| {
            event
                .name()
                .is_some_and(|name| name.contains("SecurityGroup") && !name.starts_with("Describe"))
        })
        .collect();
    events.sort_by(|a, b| a.order().cmp(&b.order()));
    assert_eq!(events.len(), 8);
    let (changes, findings) = changes_and_findings(&events);
    assert_eq!(
        lines(&changes),
        [
            "added ? -> security group stratus-red-team-open-sg-sg in vpc-0e568b18707c87afa | carries egress all to 0.0.0.0/0",
            "removed egress all to 0.0.0.0/0 -> ? | -",
            "failed ? -> ? | tried to remove egress all to ::/0",
            "added ? -> ingress tcp 443 from 0.0.0.0/0 | open to the world",
            "added ? -> egress all to 0.0.0.0/0 | -",
            "added ? -> egress all to ::/0 | -",
            "added ? -> ingress tcp 22 from 0.0.0.0/0 | open to the world",
            "removed ingress tcp 22 from 0.0.0.0/0 -> ? | open for 1 min 49 s",
            "removed security group with ingress tcp 443 from 0.0.0.0/0; egress all to ::/0; egress all to 0.0.0.0/0 -> ? \
             | was open to the world for 2 min 1 s",
        ]
    );
    assert_eq!(
        changes[2].error.as_deref(),
        Some("Client.InvalidPermission.NotFound")
    );
    assert_eq!(changes[3].detail["description"], "TLS from Internet");
    assert_eq!(
        rules(&findings),
        [
            ("security-group-opened", Level::Critical),
            ("security-group-opened", Level::High),
            ("security-group-closed-again", Level::Medium),
        ]
    );
    let failed = changes
        .iter()
        .filter(|change| change.action == ChangeAction::Failed);
    assert_eq!(failed.count(), 1);
}

/// Beside the project, or where `TRAILHUNT_SHARED` says.
fn shared() -> Option<std::path::PathBuf> {
    let told = std::env::var_os("TRAILHUNT_SHARED").map(Into::into);
    told.or_else(|| {
        Some(
            std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .parent()?
                .join("shared"),
        )
    })
}
