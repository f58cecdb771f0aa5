//! What must be alerted on: the table of groups, and the monitoring controls of the CIS AWS Foundations Benchmark
//! (v1.4, section 4; v3.0 has the same fifteen), each by the events that it names.

use serde_json::{Value, json};
use trailhunt::alerting::alert_rule::AlertRule;
use trailhunt::alerting::pack::pack;
use trailhunt::alerting::rules::compile;
use trailhunt::event::Event;
use trailhunt::playbook::catalogue::builtin;

use super::{Bus, Question, as_event, wrong};
use crate::support::records::record;

/// Calls of a service, and what is in their records.
struct Calls {
    service: &'static str,
    /// Separated by blanks.
    names: &'static str,
    fields: Value,
}

fn calls(service: &'static str, names: &'static str) -> Calls {
    with(service, names, json!({}))
}

fn with(service: &'static str, names: &'static str, fields: Value) -> Calls {
    Calls {
        service,
        names,
        fields,
    }
}

impl Calls {
    fn events(&self) -> impl Iterator<Item = (String, Value)> {
        self.names.split_whitespace().map(|name| {
            let mut fields = json!({
                "eventSource": format!("{}.amazonaws.com", self.service),
                "eventName": name,
                "readOnly": false,
            });
            for (field, value) in self.fields.as_object().into_iter().flatten() {
                fields[field] = value.clone();
            }
            let event = Event::parse(record(&fields).as_bytes()).expect("it is a record");
            (format!("{}:{name}", self.service), as_event(&event))
        })
    }
}

/// Fails with every event that no rule is told of, or no packed pattern lets through: without reading events, as most
/// deploy it.
async fn all_alert(wanted: &[(&str, Vec<Calls>)], is_among: impl Fn(&str, &AlertRule) -> bool) {
    let Some(bus) = Bus::open() else { return };
    let rules = compile(builtin().unwrap(), false, &[]).alerts;
    let packed = pack(&rules);
    let mut questions = Vec::new();
    for (title, calls) in wanted {
        let rules: Vec<_> = rules.iter().filter(|rule| is_among(title, rule)).collect();
        let of_rules: Vec<_> = rules
            .iter()
            .flat_map(|rule| rule.patterns.clone())
            .collect();
        let of_packed: Vec<_> = packed
            .iter()
            .filter(|packed| rules.iter().any(|rule| rule.group == packed.group))
            .map(|packed| packed.pattern.clone())
            .collect();
        for (name, event) in calls.iter().flat_map(Calls::events) {
            for (whose, patterns) in [("rules", &of_rules), ("packed", &of_packed)] {
                questions.push(Question {
                    about: format!("{title}: {name}, {whose}"),
                    patterns: patterns
                        .iter()
                        .filter(|p| may_be_about(p, &event))
                        .cloned()
                        .collect(),
                    event: event.clone(),
                    expected: true,
                });
            }
        }
    }
    let wrong = wrong(&bus, questions).await;
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Whether it is worth asking: the pattern names the call, or none, or says it in several ways.
fn may_be_about(pattern: &Value, event: &Value) -> bool {
    let names = pattern
        .pointer("/detail/eventName")
        .and_then(Value::as_array);
    names.is_none_or(|names| {
        names
            .iter()
            .any(|name| name.is_object() || *name == event["detail"]["eventName"])
    })
}

fn high_risk() -> Vec<Calls> {
    let quarantine = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3";
    let root = json!({"type": "Root", "arn": "arn:aws:iam::123456789012:root", "accountId": "123456789012"});
    vec![
        calls(
            "iam",
            "CreateUser DeleteUser AttachUserPolicy AttachGroupPolicy AttachRolePolicy DetachUserPolicy \
            DetachGroupPolicy DetachRolePolicy CreateAccessKey DeleteAccessKey CreateLoginProfile \
            UpdateLoginProfile DeleteLoginProfile PutUserPolicy PutGroupPolicy PutRolePolicy \
            DeleteUserPolicy DeleteGroupPolicy DeleteRolePolicy CreatePolicyVersion \
            SetDefaultPolicyVersion UpdateAssumeRolePolicy DeactivateMFADevice CreateSAMLProvider \
            CreateOpenIDConnectProvider PutUserPermissionsBoundary PutRolePermissionsBoundary \
            DeleteUserPermissionsBoundary DeleteRolePermissionsBoundary AddUserToGroup",
        ),
        with(
            "iam",
            "UpdateAccessKey",
            json!({"requestParameters": {"status": "Inactive"}}),
        ),
        with(
            "iam",
            "UpdateAccessKey",
            json!({"requestParameters": {"status": "Active"}}),
        ),
        with(
            "iam",
            "AttachUserPolicy",
            json!({"requestParameters": {"policyArn": quarantine}}),
        ),
        with("ec2", "CreateTags", json!({"userIdentity": root})),
        calls("sts", "GetFederationToken"),
        calls("account", "EnableRegion"),
    ]
}

fn provisioning() -> Vec<Calls> {
    let off = json!({"PublicAccessBlockConfiguration": {"BlockPublicPolicy": false}});
    vec![
        calls(
            "ec2",
            "RunInstances TerminateInstances StopInstances AuthorizeSecurityGroupIngress \
            AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress \
            ModifySecurityGroupRules CreateSecurityGroup DeleteSecurityGroup CreateVpc DeleteVpc \
            CreateNetworkAclEntry ReplaceNetworkAclEntry DeleteNetworkAcl CreateRoute ReplaceRoute \
            DeleteRoute AttachInternetGateway CreateNatGateway DeleteVpnGateway",
        ),
        calls(
            "s3",
            "CreateBucket DeleteBucket PutBucketPolicy DeleteBucketPolicy PutBucketAcl \
            DeleteBucketPublicAccessBlock DeleteAccountPublicAccessBlock",
        ),
        with(
            "s3",
            "PutBucketPublicAccessBlock PutAccountPublicAccessBlock",
            json!({"requestParameters": off}),
        ),
        calls("rds", "CreateDBInstance DeleteDBInstance"),
        with(
            "ec2",
            "ModifySnapshotAttribute",
            json!({"requestParameters": {"createVolumePermission": {"add": {"items": [{"userId": "111122223333"}]}}}}),
        ),
        with(
            "ec2",
            "ModifyImageAttribute",
            json!({"requestParameters": {"launchPermission": {"add": {"items": [{"group": "all"}]}}}}),
        ),
        with(
            "rds",
            "ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute",
            json!({"requestParameters": {"attributeName": "restore", "valuesToAdd": ["111122223333"]}}),
        ),
    ]
}

fn trail_changes() -> Vec<Calls> {
    vec![
        calls(
            "cloudtrail",
            "StopLogging DeleteTrail UpdateTrail PutEventSelectors",
        ),
        calls("ec2", "DeleteFlowLogs"),
        calls("guardduty", "DeleteDetector"),
        with(
            "guardduty",
            "UpdateDetector",
            json!({"requestParameters": {"enable": false}}),
        ),
        calls(
            "config",
            "StopConfigurationRecorder DeleteConfigurationRecorder DeleteDeliveryChannel \
            PutConfigurationRecorder PutDeliveryChannel",
        ),
        with(
            "events",
            "DisableRule",
            json!({"requestParameters": {"name": "trailhunt-alerts"}}),
        ),
        with(
            "sns",
            "Unsubscribe",
            json!({"requestParameters": {"subscriptionArn": "arn:aws:sns:us-east-1:1:trailhunt-alerts:0"}}),
        ),
        with(
            "lambda",
            "UpdateFunctionCode20150331v2",
            json!({"requestParameters": {"functionName": "trailhunt-alerts-formatter"}}),
        ),
        with(
            "cloudformation",
            "DeleteStack",
            json!({"requestParameters": {"stackName": "trailhunt-alerts"}}),
        ),
    ]
}

fn login(user: &str, outcome: &str, mfa: &str) -> Calls {
    let fields = json!({
        "eventType": "AwsConsoleSignIn",
        "userIdentity": {"type": user, "accountId": "123456789012"},
        "responseElements": {"ConsoleLogin": outcome},
        "additionalEventData": {"MFAUsed": mfa},
    });
    with("signin", "ConsoleLogin", fields)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_of_the_table_alerts_in_its_group() {
    let table = [
        ("HighRiskSecurityEvents", high_risk()),
        ("InfraProvisioningEvents", provisioning()),
        ("CloudTrailChanges", trail_changes()),
        (
            "ConsoleLogins",
            vec![
                login("IAMUser", "Success", "Yes"),
                login("IAMUser", "Success", "No"),
                login("IAMUser", "Failure", "No"),
                login("AssumedRole", "Success", "No"),
                login("Root", "Success", "Yes"),
                login("Root", "Failure", "No"),
            ],
        ),
    ];
    all_alert(&table, |title, rule| rule.group.into_str() == title).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_of_the_cis_benchmark_is_covered() {
    let mut controls = controls_of_the_account();
    controls.extend(controls_of_resources());
    assert_eq!(controls.len(), 15);
    // what others happen to say of the same event does not count
    let told_by = |title: &str, rule: &AlertRule| match title.split(' ').next() {
        Some("4.1") => rule.name == "access-denied",
        Some("4.2") => rule.name == "login-without-mfa",
        Some("4.3") => rule.name == "root-used",
        Some("4.6") => rule.name == "console-login-failed",
        _ => true,
    };
    all_alert(&controls, told_by).await;
}

fn controls_of_the_account() -> Vec<(&'static str, Vec<Calls>)> {
    let root = json!({"type": "Root", "accountId": "123456789012"});
    let refused = |code: &str| with("ec2", "RunInstances", json!({"errorCode": code}));
    vec![
        (
            "4.1 unauthorized API calls",
            vec![
                refused("Client.UnauthorizedOperation"),
                refused("AccessDenied"),
                refused("AccessDeniedException"),
            ],
        ),
        (
            "4.2 console login without MFA",
            vec![login("IAMUser", "Success", "No")],
        ),
        (
            "4.3 use of root",
            vec![with("s3", "CreateBucket", json!({"userIdentity": root}))],
        ),
        (
            "4.4 IAM policies",
            vec![calls(
                "iam",
                "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy \
            PutUserPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion \
            AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy \
            DetachGroupPolicy",
            )],
        ),
        (
            "4.5 CloudTrail",
            vec![calls(
                "cloudtrail",
                "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging",
            )],
        ),
        (
            "4.6 failed console logins",
            vec![login("IAMUser", "Failure", "No")],
        ),
        (
            "4.7 keys disabled or to be deleted",
            vec![calls("kms", "DisableKey ScheduleKeyDeletion")],
        ),
        (
            "4.15 Organizations",
            vec![calls(
                "organizations",
                "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy \
            DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy \
            DisablePolicyType EnablePolicyType InviteAccountToOrganization LeaveOrganization \
            MoveAccount RemoveAccountFromOrganization UpdatePolicy UpdateOrganizationalUnit",
            )],
        ),
    ]
}

fn controls_of_resources() -> Vec<(&'static str, Vec<Calls>)> {
    vec![
        (
            "4.8 bucket policies",
            vec![calls(
                "s3",
                "PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication \
            DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication",
            )],
        ),
        (
            "4.9 AWS Config",
            vec![calls(
                "config",
                "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel \
            PutConfigurationRecorder",
            )],
        ),
        (
            "4.10 security groups",
            vec![calls(
                "ec2",
                "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress \
            RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup",
            )],
        ),
        (
            "4.11 network access lists",
            vec![calls(
                "ec2",
                "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry \
            ReplaceNetworkAclEntry ReplaceNetworkAclAssociation",
            )],
        ),
        (
            "4.12 gateways",
            vec![calls(
                "ec2",
                "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway \
            DeleteInternetGateway DetachInternetGateway",
            )],
        ),
        (
            "4.13 route tables",
            vec![calls(
                "ec2",
                "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable \
            DeleteRoute DisassociateRouteTable",
            )],
        ),
        (
            "4.14 VPCs",
            vec![calls(
                "ec2",
                "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection \
            CreateVpcPeeringConnection DeleteVpcPeeringConnection RejectVpcPeeringConnection \
            AttachClassicLinkVpc DetachClassicLinkVpc DisableVpcClassicLink EnableVpcClassicLink",
            )],
        ),
    ]
}
