//! Where rules, groups and rule ids stand in the records of the calls that change them: every shape of facts E1a to
//! E1c. No state: what a rule id stands for is `state`'s business.

use serde_json::Value;

use super::rule::{Direction, Peer, SecurityGroupRule, Traffic};
use super::shape::{field, list, request, response, text, texts};
use crate::event::Event;

/// The group that the call is about: by its id wherever the record has it, else by its name.
pub fn group(event: &Event) -> Option<GroupReference> {
    let ids = [
        text(request(event), "groupId"),
        text(response(event), "groupId"),
        first(response(event), "securityGroupRuleSet.groupId"),
        first(response(event), "revokedSecurityGroupRuleSet.groupId"),
    ];
    let id = ids.into_iter().flatten().next().map(GroupReference::Id);
    id.or_else(|| text(request(event), "groupName").map(GroupReference::Name))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupReference {
    Id(String),
    Name(String),
}

fn first(value: &Value, path: &str) -> Option<String> {
    texts(value, path).into_iter().next()
}

/// The rules of `ipPermissions`, or written flat beside it (facts: E1a). An account is told only where it is another
/// than that of the record.
pub fn permissions(event: &Event, direction: Direction) -> Vec<SecurityGroupRule> {
    let value = request(event);
    let mut rules = nested(list(value, "ipPermissions"), direction, event.account());
    rules.extend(flat(value, direction, event.account()));
    rules
}

fn nested(
    permissions: Vec<&Value>,
    direction: Direction,
    home: Option<&str>,
) -> Vec<SecurityGroupRule> {
    permissions
        .into_iter()
        .flat_map(|permission| of_permission(permission, direction, home))
        .collect()
}

/// One permission is a rule for each address block, group and prefix list in it.
fn of_permission(
    permission: &Value,
    direction: Direction,
    home: Option<&str>,
) -> Vec<SecurityGroupRule> {
    let traffic = Traffic::read(permission);
    let described = |item: &Value, rule: SecurityGroupRule| SecurityGroupRule {
        description: text(item, "description"),
        ..rule
    };
    let block = |(item, cidr): (&Value, Option<String>)| {
        let rule = SecurityGroupRule::of_block(direction, traffic.clone(), &cidr?);
        Some(described(item, rule))
    };
    let peer = |(item, peer): (&Value, Option<Peer>)| {
        Some(described(
            item,
            SecurityGroupRule::new(direction, traffic.clone(), peer?),
        ))
    };
    let v4 = list(permission, "ipRanges").into_iter();
    let v6 = list(permission, "ipv6Ranges").into_iter();
    let groups = list(permission, "groups").into_iter();
    let lists = list(permission, "prefixListIds").into_iter();
    v4.map(|item| (item, text(item, "cidrIp")))
        .chain(v6.map(|item| (item, text(item, "cidrIpv6"))))
        .filter_map(block)
        .chain(
            groups
                .map(|item| (item, group_peer(item, home)))
                .chain(lists.map(|item| (item, text(item, "prefixListId").map(Peer::PrefixList))))
                .filter_map(peer),
        )
        .collect()
}

fn group_peer(item: &Value, home: Option<&str>) -> Option<Peer> {
    let group = text(item, "groupId")
        .or_else(|| text(item, "groupName").map(|name| format!("group {name}")))?;
    let account = text(item, "userId").filter(|account| Some(account.as_str()) != home);
    Some(Peer::Group { group, account })
}

/// `aws ec2 … --protocol --port --cidr`, or `--source-group` by its name.
fn flat(value: &Value, direction: Direction, home: Option<&str>) -> Vec<SecurityGroupRule> {
    let traffic = Traffic::read(value);
    let blocks = ["cidrIp", "cidrIpv6"].into_iter();
    let blocks = blocks.filter_map(|name| text(value, name));
    let mut rules: Vec<SecurityGroupRule> = blocks
        .map(|cidr| SecurityGroupRule::of_block(direction, traffic.clone(), &cidr))
        .collect();
    let source = text(value, "sourceSecurityGroupId")
        .or_else(|| text(value, "sourceSecurityGroupName").map(|name| format!("group {name}")));
    if let Some(group) = source {
        let owner = text(value, "sourceSecurityGroupOwnerId");
        let account = owner.filter(|account| Some(account.as_str()) != home);
        rules.push(SecurityGroupRule::new(
            direction,
            traffic,
            Peer::Group { group, account },
        ));
    }
    rules
}

/// The rules of an answer, one item a rule (facts: E1b): `securityGroupRuleSet` or `revokedSecurityGroupRuleSet`.
pub fn rules_of_answer(event: &Event, set: &str, direction: Direction) -> Vec<SecurityGroupRule> {
    list(response(event), set)
        .into_iter()
        .filter_map(|item| {
            let direction = match text(item, "isEgress").as_deref() {
                Some("true") => Direction::Egress,
                Some("false") => Direction::Ingress,
                _ => direction,
            };
            normalised(item, direction, event.account())
        })
        .collect()
}

/// A rule as EC2 tells it, and as `ModifySecurityGroupRules` takes it.
fn normalised(item: &Value, direction: Direction, home: Option<&str>) -> Option<SecurityGroupRule> {
    let traffic = Traffic::read(item);
    let block = text(item, "cidrIpv4").or_else(|| text(item, "cidrIpv6"));
    let rule = match block {
        Some(cidr) => SecurityGroupRule::of_block(direction, traffic, &cidr),
        None => SecurityGroupRule::new(direction, traffic, other_peer(item, home)?),
    };
    Some(SecurityGroupRule {
        id: text(item, "securityGroupRuleId"),
        description: text(item, "description"),
        ..rule
    })
}

fn other_peer(item: &Value, home: Option<&str>) -> Option<Peer> {
    let group = |group| Peer::Group {
        group,
        account: None,
    };
    text(item, "prefixListId")
        .map(Peer::PrefixList)
        .or_else(|| text(item, "referencedGroupId").map(group))
        .or_else(|| group_peer(field(item, "referencedGroupInfo")?, home))
}

/// The part of a revocation that matched nothing: `unknownIpPermissionSet` (facts: E1b). `None` where there is no
/// such part; empty where it is there and names no rule.
pub fn unknown_permissions(event: &Event, direction: Direction) -> Option<Vec<SecurityGroupRule>> {
    let unknown = list(response(event), "unknownIpPermissionSet");
    (!unknown.is_empty()).then(|| nested(unknown, direction, event.account()))
}

/// Rule ids that a revocation names (facts: E1b).
pub fn rule_ids(event: &Event) -> Vec<String> {
    let names = [
        "securityGroupRuleIds",
        "securityGroupRuleIdSet",
        "securityGroupRuleId",
    ];
    let listed = names
        .into_iter()
        .flat_map(|name| list(request(event), name));
    listed
        .filter_map(|item| text(item, "securityGroupRuleId").or_else(|| super::shape::scalar(item)))
        .collect()
}

/// A rule as a call names it: by its id, by what it admits, or by both.
#[derive(Debug, Clone)]
pub struct NamedRule {
    pub id: Option<String>,
    pub rule: Option<SecurityGroupRule>,
}

impl From<SecurityGroupRule> for NamedRule {
    fn from(rule: SecurityGroupRule) -> Self {
        Self {
            id: rule.id.clone(),
            rule: Some(rule),
        }
    }
}

/// The modified rules: only the new value is recorded, and not its direction (facts: E1c).
pub fn modifications(event: &Event) -> Vec<NamedRule> {
    let names = ["SecurityGroupRule", "SecurityGroupRules"].into_iter();
    let listed = names.flat_map(|name| list(request(event), name));
    listed
        .map(|item| {
            let value = field(item, "SecurityGroupRule").unwrap_or(item);
            let id = text(item, "SecurityGroupRuleId");
            let rule = normalised(value, Direction::Unknown, event.account());
            NamedRule {
                rule: rule.map(|rule| SecurityGroupRule {
                    id: id.clone(),
                    ..rule
                }),
                id,
            }
        })
        .collect()
}

/// New descriptions by rule id, of `UpdateSecurityGroupRuleDescriptions*`; those by rule are among [`permissions`].
pub fn descriptions(event: &Event) -> Vec<(String, Option<String>)> {
    let names = [
        "securityGroupRuleDescriptions",
        "securityGroupRuleDescription",
    ];
    let listed = names
        .into_iter()
        .flat_map(|name| list(request(event), name));
    listed
        .filter_map(|item| {
            let id = text(item, "securityGroupRuleId")?;
            Some((id, text(item, "description")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(request: &Value, response: &Value) -> Event {
        let record = json!({
            "eventVersion": "1.08", "recipientAccountId": "111122223333",
            "requestParameters": request, "responseElements": response,
        });
        Event::parse(record.to_string().as_bytes()).unwrap()
    }

    fn words(rules: &[SecurityGroupRule]) -> Vec<String> {
        rules.iter().map(SecurityGroupRule::words).collect()
    }

    #[test]
    fn every_peer_of_a_nested_permission_is_a_rule() {
        let event = event(
            &json!({"groupId": "sg-1", "ipPermissions": {"items": [{
                "ipProtocol": "tcp", "fromPort": 8000, "toPort": 8100,
                "ipRanges": {"items": [{"cidrIp": "10.0.0.0/8", "description": "office"}]},
                "ipv6Ranges": {"items": [{"cidrIpv6": "2001:DB8::/32"}]},
                "groups": {"items": [
                    {"groupId": "sg-2", "userId": "111122223333"},
                    {"groupId": "sg-3", "userId": "444455556666"},
                    {"groupName": "web"},
                ]},
                "prefixListIds": {"items": [{"prefixListId": "pl-1"}]},
            }, {"ipProtocol": "-1", "groups": {}, "ipRanges": {}, "ipv6Ranges": {}, "prefixListIds": {}}]}}),
            &Value::Null,
        );
        let rules = permissions(&event, Direction::Ingress);
        assert_eq!(
            words(&rules),
            [
                "ingress tcp 8000-8100 from 10.0.0.0/8",
                "ingress tcp 8000-8100 from 2001:db8::/32",
                "ingress tcp 8000-8100 from sg-2",
                "ingress tcp 8000-8100 from sg-3 (account 444455556666)",
                "ingress tcp 8000-8100 from group web",
                "ingress tcp 8000-8100 from pl-1",
            ]
        );
        assert_eq!(rules[0].description.as_deref(), Some("office"));
    }

    #[test]
    fn a_flat_permission_stands_beside_an_empty_list() {
        let event = event(
            &json!({"groupName": "default", "ipPermissions": {}, "ipProtocol": "tcp", "fromPort": 22, "toPort": 22,
                "cidrIp": "0.0.0.0/0"}),
            &Value::Null,
        );
        let rules = permissions(&event, Direction::Ingress);
        assert_eq!(words(&rules), ["ingress tcp 22 from 0.0.0.0/0"]);
        assert_eq!(
            group(&event),
            Some(GroupReference::Name("default".to_owned()))
        );
    }

    #[test]
    fn answers_tell_one_rule_an_item() {
        let event = event(
            &Value::Null,
            &json!({"securityGroupRuleSet": {"items": [
                {"groupId": "sg-1", "securityGroupRuleId": "sgr-1", "isEgress": true, "ipProtocol": "-1",
                    "fromPort": -1, "toPort": -1, "cidrIpv4": "10.0.0.0/8"},
                {"groupId": "sg-1", "securityGroupRuleId": "sgr-2", "isEgress": false, "ipProtocol": "udp",
                    "fromPort": 53, "toPort": 53, "referencedGroupInfo": {"groupId": "sg-9", "userId": "444455556666"}},
            ]}}),
        );
        let rules = rules_of_answer(&event, "securityGroupRuleSet", Direction::Ingress);
        assert_eq!(
            words(&rules),
            [
                "egress all to 10.0.0.0/8",
                "ingress udp 53 from sg-9 (account 444455556666)"
            ]
        );
        assert_eq!(rules[1].id.as_deref(), Some("sgr-2"));
        assert_eq!(group(&event), Some(GroupReference::Id("sg-1".to_owned())));
    }

    #[test]
    fn one_modified_rule_or_several() {
        let rule = |id: &str, port: Value| {
            json!({"SecurityGroupRuleId": id, "tag": 1, "SecurityGroupRule":
                {"IpProtocol": "tcp", "FromPort": port, "ToPort": 22, "CidrIpv4": "0.0.0.0/0", "Description": "x"}})
        };
        let told = |rules: Value| {
            let event = event(
                &json!({"ModifySecurityGroupRulesRequest": {"GroupId": "sg-1", "SecurityGroupRule": rules}}),
                &Value::Null,
            );
            assert_eq!(group(&event), Some(GroupReference::Id("sg-1".to_owned())));
            let modified = modifications(&event).into_iter();
            modified
                .map(|one| format!("{} {}", one.id.unwrap(), one.rule.unwrap().words()))
                .collect::<Vec<_>>()
        };
        let one = "sgr-1 tcp 22 from or to 0.0.0.0/0";
        assert_eq!(told(rule("sgr-1", json!(22))), [one]);
        assert_eq!(
            told(json!([
                rule("sgr-1", json!("22")),
                rule("sgr-2", json!("1"))
            ])),
            [one, "sgr-2 tcp 1-22 from or to 0.0.0.0/0"]
        );
    }

    #[test]
    fn rule_ids_are_plain_or_items() {
        for ids in [
            json!(["sgr-1", "sgr-2"]),
            json!({"items": [{"securityGroupRuleId": "sgr-1"}, {"securityGroupRuleId": "sgr-2"}]}),
            json!({"items": ["sgr-1", "sgr-2"]}),
        ] {
            let event = event(&json!({"securityGroupRuleIds": ids}), &Value::Null);
            assert_eq!(rule_ids(&event), ["sgr-1", "sgr-2"], "{ids}");
        }
    }
}
