//! People: Alice with her password and MFA, Bob through single sign-on, an auditing vendor, and a stranger who
//! mistypes. None of their sessions has to do with the leaked key.

use serde_json::json;

use super::super::call::{EventType, call, iam, lifecycle};
use super::super::caller::DemoCaller;
use super::super::cast::{
    ACCOUNT, ALICE, AUDIT_VENDOR, DemoClient, HOME_BROWSER, OFFICE_BROWSER, OFFICE_TERMINAL,
    SSO_POWER_USER, STRANGER, VENDOR, VENDOR_ACCOUNT, WEB_1, WEB_2, web_group,
};
use super::super::credentials::ConsoleSession;
use super::super::ids;
use super::super::story::Story;
use super::super::time::{self, incident, ordinary};

pub fn tell(story: &mut Story) {
    let alice = DemoCaller::user(ALICE, "", OFFICE_BROWSER);
    for (day, hour, minute) in [(0, 8, 31), (2, 9, 2), (6, 8, 40)] {
        story.at(ordinary(day, hour, minute));
        let login = sign_in(story, &alice);
        browse(story, &login);
        if day == 2 {
            allow_office(story, &login);
        }
    }
    for (day, hour, minute) in [(0, 13, 5), (1, 9, 44), (3, 10, 12)] {
        story.at(ordinary(day, hour, minute));
        bob_works(story);
    }
    for day in [1, 4, 6] {
        story.at(ordinary(day, 4, 0));
        vendor_audits(story);
    }
    stranger_fails(story);
    during_the_incident(story, &alice);
}

/// The second factor has a record of its own, with an empty key (facts: C3).
fn sign_in(story: &mut Story, alice: &DemoCaller) -> ConsoleSession {
    let check = call("us-east-1", "signin", "CheckMfa")
        .kind(EventType::SignIn)
        .response(json!({"CheckMfa": "Success"}))
        .additional(json!({"MfaType": "Virtual MFA"}));
    story.record(alice, check);
    story.console_login(alice, "us-east-1", true)
}

fn browse(story: &mut Story, login: &ConsoleSession) {
    let ec2 = login.key("ec2").flagged().using(DemoClient {
        agent: "AWS Internal",
        ..OFFICE_BROWSER
    });
    for name in [
        "DescribeInstances",
        "DescribeInstanceStatus",
        "DescribeAddresses",
        "DescribeSecurityGroups",
        "DescribeVolumes",
    ] {
        story.record(&ec2, call("eu-west-1", "ec2", name));
    }
    let health = login.key("health").flagged();
    story.record(
        &health.through("health.amazonaws.com"),
        call("us-east-1", "health", "DescribeEventAggregates"),
    );
    let alarms = login.key("cloudwatch");
    for name in ["DescribeAlarms", "ListDashboards", "ListMetrics"] {
        story.record(&alarms, call("eu-west-1", "monitoring", name));
    }
}

/// A change of a security group that opens nothing to the world, and one by rule (facts: E1c).
fn allow_office(story: &mut Story, login: &ConsoleSession) {
    story.at(ordinary(2, 9, 30));
    let console = login.key("vpc").flagged();
    let group = web_group();
    let rule = ids::resource_id("sgr", "office");
    let authorize = call("eu-west-1", "ec2", "AuthorizeSecurityGroupIngress")
        .request(json!({"groupId": group, "ipPermissions": {"items": [{
            "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "groups": {},
            "ipRanges": {"items": [{"cidrIp": "192.0.2.0/24", "description": "office"}]},
            "ipv6Ranges": {}, "prefixListIds": {},
        }]}}))
        .response(json!({"_return": true, "securityGroupRuleSet": {"items": [{
            "groupOwnerId": ACCOUNT, "groupId": group, "securityGroupRuleId": rule,
            "description": "office", "isEgress": false, "ipProtocol": "tcp",
            "fromPort": 22, "toPort": 22, "cidrIpv4": "192.0.2.0/24",
        }]}}));
    story.record(&console, authorize);
    let modify = call("eu-west-1", "ec2", "ModifySecurityGroupRules")
        .request(json!({"ModifySecurityGroupRulesRequest": {
            "GroupId": group,
            "SecurityGroupRule": {
                "SecurityGroupRuleId": rule, "tag": 1,
                "SecurityGroupRule": {
                    "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                    "CidrIpv4": "192.0.2.48/28", "Description": "office",
                },
            },
        }}))
        .response(json!({"ModifySecurityGroupRulesResponse": {"return": true}}));
    story.at(ordinary(2, 9, 41)).record(&console, modify);
}

/// Single sign-on: the key that the answer names is not the one that signs later (facts: D3).
fn bob_works(story: &mut Story) {
    const SESSION: &str = "bob@acme.example";
    let created = story.now();
    let key = |what: &str| ids::key_id("ASIA", ACCOUNT, &format!("bob/{what}@{created}"));
    let provider = format!("arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_demo_DO_NOT_DELETE");
    let saml = DemoCaller::saml(SESSION, &provider, OFFICE_TERMINAL);
    let assume = call("eu-west-1", "sts", "AssumeRoleWithSAML")
        .request(json!({
            "sAMLAssertionID": format!("_{created:x}"),
            "roleArn": SSO_POWER_USER.arn(),
            "principalArn": provider,
            "roleSessionName": SESSION,
        }))
        .response(json!({
            "credentials": {
                "accessKeyId": key("issued"),
                "sessionToken": "DEMO//SESSION/TOKEN//////////",
                "expiration": time::sts_time(created + 3600),
            },
            "assumedRoleUser": {
                "assumedRoleId": format!("{}:{SESSION}", SSO_POWER_USER.id()),
                "arn": SSO_POWER_USER.session_arn(SESSION),
            },
        }))
        .on("AWS::IAM::Role", ACCOUNT, &SSO_POWER_USER.arn());
    story.record(&saml, assume);
    let bob = DemoCaller::role(
        SSO_POWER_USER,
        SESSION,
        Some(&key("used")),
        created,
        OFFICE_TERMINAL,
    );
    for (service, name) in [
        ("sts", "GetCallerIdentity"),
        ("cloudformation", "DescribeStacks"),
        ("cloudformation", "ListStackResources"),
        ("ecs", "DescribeServices"),
        ("logs", "StartQuery"),
        ("logs", "GetQueryResults"),
        ("rds", "DescribeDBInstances"),
    ] {
        story.record(&bob, call("eu-west-1", service, name));
    }
}

/// Our copy of a role assumed from outside: account and principal, no key (facts: D3).
fn vendor_audits(story: &mut Story) {
    let principal = ids::entity_id("AROA", VENDOR_ACCOUNT, "scanner");
    let outside = DemoCaller::other_account(VENDOR_ACCOUNT, &format!("{principal}:scan"), VENDOR);
    let audit = story.assume_role(&outside, "us-east-1", AUDIT_VENDOR, "scan");
    for (service, name) in [
        ("iam", "GetAccountSummary"),
        ("iam", "GetAccountPasswordPolicy"),
        ("iam", "ListUsers"),
        ("ec2", "DescribeSecurityGroups"),
        ("ec2", "DescribeInstances"),
        ("s3", "ListBuckets"),
        ("cloudtrail", "DescribeTrails"),
    ] {
        story.record(&audit, call("us-east-1", service, name));
    }
}

/// Logins with a name that the account does not have.
fn stranger_fails(story: &mut Story) {
    for (day, hour, minute) in [(3, 8, 15), (6, 16, 20)] {
        let login = call("us-east-1", "signin", "ConsoleLogin")
            .kind(EventType::SignIn)
            .turned_away("No username found in supplied account")
            .additional(json!({"MobileVersion": "No", "MFAUsed": "No"}));
        story.at(ordinary(day, hour, minute));
        story.record(&DemoCaller::hidden(STRANGER), login);
    }
}

/// Alice is on call: a look before the attack is noisy, and again when the shop is down. Hers is no part of the
/// lineage, though the attacker took her MFA device meanwhile.
fn during_the_incident(story: &mut Story, alice: &DemoCaller) {
    story.at(incident(12) + 5);
    let login = sign_in(story, alice);
    browse(story, &login);
    story.at(incident(160));
    let at_home = alice.using(HOME_BROWSER);
    let login = story.console_login(&at_home, "us-east-1", false);
    let console = login.key("ec2").flagged();
    story.record(&console, call("eu-west-1", "ec2", "DescribeInstances"));
    let start = lifecycle(
        "StartInstances",
        &[WEB_1, WEB_2].map(|web| (web, "stopped", "pending")),
    );
    story.at(incident(164)).record(&console, start);
    story.at(incident(190));
    let access = login.key("iam").flagged();
    for name in ["ListUsers", "ListMFADevices", "ListAccessKeys"] {
        story.record(&access, iam(name));
    }
    story.at(incident(210));
    story.record(&console, call("eu-west-1", "ec2", "DescribeInstances"));
}
