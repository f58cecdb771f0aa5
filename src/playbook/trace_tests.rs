//! What the trace of a key makes of an intruder's calls: events that it must find, harmless ones of which it must make
//! nothing much, and the records of a real attack. Each rule has proofs of its own in `tests/rules/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{Playbook, open};
use crate::detection::Bindings;
use crate::event::Event;
use crate::report::Level;

/// Findings of one event: rule and message.
fn findings(playbook: &Playbook, event: &Event) -> Vec<(String, String)> {
    let bindings = Bindings::new(Tz::UTC);
    playbook
        .findings
        .iter()
        .filter(|rule| rule.when.matches(event, &bindings))
        .map(|rule| (rule.id.clone(), rule.message.render(event, Tz::UTC)))
        .collect()
}

fn level(playbook: &Playbook, id: &str) -> Level {
    let rule = playbook.findings.iter().find(|rule| rule.id == id);
    rule.unwrap().level
}

/// `service:EventName`, and what the record holds besides.
fn event(call: &str, fields: &str) -> Event {
    let (service, name) = call.split_once(':').unwrap();
    let mut record: Value = serde_json::from_str(fields).unwrap();
    record["eventVersion"] = json!("1.08");
    record["eventSource"] = json!(format!("{service}.amazonaws.com"));
    record["eventName"] = json!(name);
    Event::parse(record.to_string().as_bytes()).unwrap()
}

#[rustfmt::skip]
const FOUND: &[(&str, &str, &str)] = &[
    ("access-key-created", "iam:CreateAccessKey", r#"{"responseElements":{"accessKey":{"accessKeyId":"AKIA2","userName":"bert"}}}"#),
    ("user-created", "iam:CreateUser", r#"{"requestParameters":{"userName":"bert"}}"#),
    ("console-password-set", "iam:UpdateLoginProfile", r#"{"requestParameters":{"userName":"bert"}}"#),
    ("other-credential-created", "iam:CreateServiceSpecificCredential", r#"{"requestParameters":{"userName":"bert"}}"#),
    ("administrator-policy-attached", "iam:AttachRolePolicy", r#"{"requestParameters":{"roleName":"r","policyArn":"arn:aws-cn:iam::aws:policy/AdministratorAccess"}}"#),
    ("inline-policy-put", "iam:PutRolePolicy", r#"{"requestParameters":{"roleName":"r","policyName":"p","policyDocument":"{}"}}"#),
    ("managed-policy-changed", "iam:CreatePolicyVersion", r#"{"requestParameters":{"policyArn":"arn:aws:iam::1:policy/p"}}"#),
    ("added-to-group", "iam:AddUserToGroup", r#"{"requestParameters":{"userName":"u","groupName":"g"}}"#),
    ("boundary-removed", "iam:DeleteUserPermissionsBoundary", r#"{"requestParameters":{"userName":"u"}}"#),
    ("trust-policy-changed", "iam:UpdateAssumeRolePolicy", r#"{"requestParameters":{"roleName":"r","policyDocument":"{}"}}"#),
    ("role-created", "iam:CreateRole", r#"{"requestParameters":{"roleName":"r","assumeRolePolicyDocument":"{}"}}"#),
    ("federation-changed", "rolesanywhere:CreateTrustAnchor", r#"{"userIdentity":{"arn":"arn:aws:iam::1:user/u"}}"#),
    ("federation-changed", "iam:UpdateSAMLProvider", r#"{"userIdentity":{"arn":"arn:aws:iam::1:user/u"}}"#),
    ("mfa-removed", "iam:DeactivateMFADevice", r#"{"requestParameters":{"userName":"u","serialNumber":"arn:aws:iam::1:mfa/u"}}"#),
    ("identity-deleted", "iam:DeleteUser", r#"{"requestParameters":{"userName":"u"}}"#),
    ("identity-deleted", "iam:DeleteAccessKey", r#"{"requestParameters":{"userName":"u","accessKeyId":"AKIA2"}}"#),
    ("identity-deleted", "iam:DeleteLoginProfile", r#"{"requestParameters":null,"userIdentity":{"type":"IAMUser","userName":"u"}}"#),
    ("instance-role-changed", "iam:AddRoleToInstanceProfile", r#"{"requestParameters":{"roleName":"r","instanceProfileName":"p"}}"#),
    ("login-without-mfa", "signin:ConsoleLogin", r#"{"userIdentity":{"type":"IAMUser","userName":"u"},"sourceIPAddress":"203.0.113.9","additionalEventData":{"MFAUsed":"No"},"responseElements":{"ConsoleLogin":"Success"}}"#),
    ("console-session-from-key", "sts:GetFederationToken", r#"{"userIdentity":{"arn":"a"},"requestParameters":{"name":"n"}}"#),
    ("member-root-assumed", "sts:AssumeRoot", r#"{"requestParameters":{"targetPrincipal":"123456789012","taskPolicyArn":"arn:aws:iam::aws:policy/root-task/X"}}"#),
    ("trail-stopped", "cloudtrail:StopLogging", r#"{"requestParameters":{"name":"t"}}"#),
    ("trail-stop-attempted", "cloudtrail:DeleteTrail", r#"{"requestParameters":{"name":"t"},"errorCode":"AccessDenied"}"#),
    ("trail-changed", "cloudtrail:PutEventSelectors", r#"{"requestParameters":{"trailName":"t"}}"#),
    ("guardduty-weakened", "guardduty:DeleteDetector", r#"{"requestParameters":{"detectorId":"d"},"userIdentity":{"arn":"a"}}"#),
    ("guardduty-weakened", "guardduty:UpdateDetector", r#"{"requestParameters":{"detectorId":"d","enable":false},"userIdentity":{"arn":"a"}}"#),
    ("defence-removed", "ec2:DeleteFlowLogs", r#"{"userIdentity":{"arn":"a"}}"#),
    ("leave-organization", "organizations:LeaveOrganization", r#"{"errorCode":"AccessDenied","requestParameters":null,"userIdentity":{"arn":"a"}}"#),
    ("region-enabled", "account:EnableRegion", r#"{"requestParameters":{"RegionName":"ap-east-1"}}"#),
    ("security-group-opened", "ec2:AuthorizeSecurityGroupIngress", r#"{"requestParameters":{"groupId":"sg-1","ipPermissions":{"items":[{"ipRanges":{"items":[{"cidrIp":"10.0.0.0/8"},{"cidrIp":"208.236.235.254/0"}]},"ipv6Ranges":{}}]}}}"#),
    ("security-group-opened", "ec2:AuthorizeSecurityGroupIngress", r#"{"requestParameters":{"groupId":"sg-1","ipPermissions":{"items":[{"ipRanges":{},"ipv6Ranges":{"items":[{"cidrIpv6":"::/0"}]}}]}}}"#),
    ("security-group-opened", "ec2:AuthorizeSecurityGroupIngress", r#"{"requestParameters":{"groupId":"sg-1","ipPermissions":{},"cidrIp":"0.0.0.0/0"}}"#),
    ("security-group-rule-widened", "ec2:ModifySecurityGroupRules", r#"{"requestParameters":{"ModifySecurityGroupRulesRequest":{"GroupId":"sg-1","SecurityGroupRule":[{"SecurityGroupRuleId":"sgr-1","SecurityGroupRule":{"CidrIpv4":"0.0.0.0/0"}}]}}}"#),
    ("bucket-made-public", "s3:PutBucketPolicy", r#"{"requestParameters":{"bucketName":"b","bucketPolicy":{"Statement":[{"Effect":"Deny","Principal":"*"},{"Sid":"x","Principal":{"AWS":"*"},"Action":"s3:*","Effect":"Allow"}]}}}"#),
    ("bucket-made-public", "s3:PutBucketPolicy", r#"{"requestParameters":{"bucketName":"b","bucketPolicy":{"Statement":{"Effect":"Allow","Principal":"*"}}}}"#),
    ("bucket-made-public", "s3:PutBucketAcl", r#"{"requestParameters":{"bucketName":"b","x-amz-acl":["public-read"]}}"#),
    ("bucket-made-public", "s3:PutBucketAcl", r#"{"requestParameters":{"bucketName":"b","AccessControlPolicy":{"AccessControlList":{"Grant":[{"Grantee":{"URI":"http://acs.amazonaws.com/groups/global/AllUsers"}}]}}}}"#),
    ("public-access-block-removed", "s3:PutBucketPublicAccessBlock", r#"{"requestParameters":{"bucketName":"b","PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"BlockPublicPolicy":false}}}"#),
    ("public-access-block-removed", "s3:DeleteBucketPublicAccessBlock", r#"{"requestParameters":{"bucketName":"b"}}"#),
    ("snapshot-shared", "ec2:ModifySnapshotAttribute", r#"{"requestParameters":{"snapshotId":"snap-1","createVolumePermission":{"add":{"items":[{"userId":"012345678912"}]}}}}"#),
    ("image-shared", "ec2:ModifyImageAttribute", r#"{"requestParameters":{"imageId":"ami-1","launchPermission":{"add":{"items":[{"group":"all"}]}}}}"#),
    ("database-snapshot-shared", "rds:ModifyDBSnapshotAttribute", r#"{"requestParameters":{"dBSnapshotIdentifier":"s","valuesToAdd":["193672423079"]}}"#),
    ("secret-read", "secretsmanager:GetSecretValue", r#"{"requestParameters":{"secretId":"s"}}"#),
    ("parameter-decrypted", "ssm:GetParameters", r#"{"requestParameters":{"names":["/a","/b"],"withDecryption":true}}"#),
    ("windows-password-read", "ec2:GetPasswordData", r#"{"errorCode":"Client.UnauthorizedOperation","requestParameters":{"instanceId":"i-1"}}"#),
    ("user-data-read", "ec2:DescribeInstanceAttribute", r#"{"requestParameters":{"instanceId":"i-1","attribute":"userData"}}"#),
    ("user-data-changed", "ec2:ModifyInstanceAttribute", r#"{"requestParameters":{"instanceId":"i-1","userData":"<sensitiveDataRemoved>"}}"#),
    ("command-run", "ssm:SendCommand", r#"{"requestParameters":{"instanceIds":["i-1"],"documentName":"AWS-RunShellScript"}}"#),
    ("command-run", "ssm:StartSession", r#"{"requestParameters":{"target":"i-1"}}"#),
    ("instance-connect", "ec2-instance-connect:SendSSHPublicKey", r#"{"requestParameters":{"instanceId":"i-1","instanceOSUser":"root"}}"#),
    ("function-changed", "lambda:UpdateFunctionCode20150331v2", r#"{"requestParameters":{"functionName":"f"}}"#),
    ("function-changed", "lambda:UpdateFunctionConfiguration20150331v2", r#"{"requestParameters":{"functionName":"f","layers":["arn:aws:lambda:us-east-1:1:layer:x:1"]}}"#),
    ("function-created", "lambda:CreateFunction20150331", r#"{"requestParameters":{"functionName":"f","role":"r"}}"#),
    ("large-instances", "ec2:RunInstances", r#"{"errorCode":"Client.VcpuLimitExceeded","requestParameters":{"instanceType":"p4d.24xlarge"}}"#),
    ("large-instances", "ec2:RequestSpotInstances", r#"{"requestParameters":{"launchSpecification":{"instanceType":"c6i.metal"}}}"#),
    ("abuse-prepared", "servicequotas:RequestServiceQuotaIncrease", r#"{"userIdentity":{"arn":"a"}}"#),
    ("instances-terminated", "ec2:TerminateInstances", r#"{"userIdentity":{"type":"IAMUser","userName":"eve"},"requestParameters":{"instancesSet":{"items":[{"instanceId":"i-1"},{"instanceId":"i-2"}]}}}"#),
    ("instances-stopped", "ec2:StopInstances", r#"{"requestParameters":{"instancesSet":{"items":[{"instanceId":"i-1"}]}}}"#),
    ("termination-protection-off", "ec2:ModifyInstanceAttribute", r#"{"requestParameters":{"instanceId":"i-1","disableApiTermination":{"value":false}}}"#),
    ("data-destroyed", "rds:DeleteDBInstance", r#"{"userIdentity":{"arn":"a"}}"#),
    ("expiry-or-versioning-changed", "s3:PutBucketVersioning", r#"{"requestParameters":{"bucketName":"b","VersioningConfiguration":{"Status":"Suspended"}}}"#),
    ("encryption-key-disabled", "kms:ScheduleKeyDeletion", r#"{"requestParameters":{"keyId":"k"}}"#),
];

#[rustfmt::skip]
const NOT_FOUND: &[(&str, &str)] = &[
    ("iam:CreateAccessKey", r#"{"errorCode":"AccessDenied"}"#),
    ("iam:DeleteLoginProfile", r#"{"errorCode":"NoSuchEntityException","requestParameters":{"userName":"u"}}"#),
    ("iam:DeleteRole", r#"{"requestParameters":{"roleName":"r"}}"#),
    ("iam:AttachRolePolicy", r#"{"requestParameters":{"policyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}}"#),
    ("signin:ConsoleLogin", r#"{"userIdentity":{"type":"AssumedRole"},"additionalEventData":{"MFAUsed":"No"},"responseElements":{"ConsoleLogin":"Success"}}"#),
    ("signin:ConsoleLogin", r#"{"userIdentity":{"type":"IAMUser"},"additionalEventData":{"MFAUsed":"No"},"responseElements":{"ConsoleLogin":"Failure"}}"#),
    ("guardduty:UpdateDetector", r#"{"requestParameters":{"enable":true}}"#),
    ("ec2:AuthorizeSecurityGroupIngress", r#"{"requestParameters":{"cidrIp":"10.0.0.0/10"}}"#),
    ("ec2:AuthorizeSecurityGroupEgress", r#"{"requestParameters":{"cidrIp":"0.0.0.0/0"}}"#),
    ("s3:PutBucketPolicy", r#"{"requestParameters":{"bucketPolicy":{"Statement":[{"Effect":"Deny","Principal":"*"},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:root"}}]}}}"#),
    ("s3:PutBucketPublicAccessBlock", r#"{"requestParameters":{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"BlockPublicPolicy":true}}}"#),
    ("ec2:ModifySnapshotAttribute", r#"{"requestParameters":{"createVolumePermission":{"remove":{"items":[{"userId":"1"}]}}}}"#),
    ("rds:ModifyDBSnapshotAttribute", r#"{"requestParameters":{"valuesToRemove":["1"]}}"#),
    ("ssm:GetParameters", r#"{"requestParameters":{"withDecryption":false}}"#),
    ("ec2:DescribeInstanceAttribute", r#"{"requestParameters":{"attribute":"instanceType"}}"#),
    ("ec2:RunInstances", r#"{"requestParameters":{"instanceType":"t3.micro"}}"#),
    ("ec2:RunInstances", r#"{"requestParameters":{"instanceType":"m5.xlarge"}}"#),
    ("lambda:UpdateFunctionConfiguration20150331v2", r#"{"requestParameters":{"timeout":3}}"#),
    ("s3:PutBucketVersioning", r#"{"requestParameters":{"VersioningConfiguration":{"Status":"Enabled"}}}"#),
    ("sts:GetCallerIdentity", "{}"),
];

#[test]
fn every_finding_finds_its_event_and_says_what_is_known() {
    let playbook = open("access-key-trace").unwrap();
    for (id, call, fields) in FOUND {
        let found = findings(&playbook, &event(call, fields));
        let said = found.iter().find(|(found, _)| found == id);
        let (_, message) = said.unwrap_or_else(|| panic!("{call} {fields}: {found:?}"));
        assert!(!message.contains("unknown"), "{message}");
    }
}

#[test]
fn what_was_shared_is_named_by_its_kind() {
    let playbook = open("access-key-trace").unwrap();
    let said = |id: &str| {
        let (_, call, fields) = FOUND.iter().find(|(found, ..)| *found == id).unwrap();
        let mut found = findings(&playbook, &event(call, fields)).into_iter();
        found.find(|(found, _)| found == id).unwrap().1
    };
    assert_eq!(
        said("snapshot-shared"),
        "snapshot snap-1 shared with 012345678912"
    );
    assert_eq!(said("image-shared"), "image ami-1 shared with all");
    assert_eq!(
        said("database-snapshot-shared"),
        "database snapshot s shared with 193672423079"
    );
}

#[test]
fn harmless_events_are_no_findings() {
    let playbook = open("access-key-trace").unwrap();
    for (call, fields) in NOT_FOUND {
        let found = findings(&playbook, &event(call, fields));
        let grave = found
            .iter()
            .find(|(id, _)| level(&playbook, id) > Level::Medium);
        assert_eq!(grave, None, "{call} {fields}");
    }
}

#[test]
fn a_real_attack_is_described() {
    let root = std::env::var_os("TRAILHUNT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let folder = root.join("data/invictus-ir");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: {} is not there", folder.display());
        return;
    };
    let playbook = open("access-key-trace").unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for path in files.map(|file| file.unwrap().path()) {
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        for record in file["Records"].as_array().unwrap() {
            let event = Event::parse(record.to_string().as_bytes()).unwrap();
            for (id, _) in findings(&playbook, &event) {
                *counts.entry(id).or_default() += 1;
            }
        }
    }
    // counted by event name, and where that says too little by hand
    for (id, count) in [
        ("access-key-created", 2),
        ("user-created", 4),
        ("console-password-set", 2),
        ("identity-deleted", 8),
        ("database-snapshot-shared", 1),
        ("trust-policy-changed", 2),
        ("trail-stopped", 2),
        ("trail-stop-attempted", 4),
        ("leave-organization", 1),
        ("security-group-opened", 2),
        ("secret-read", 60),
        ("windows-password-read", 29),
        ("command-run", 1),
        ("instances-terminated", 2),
        ("large-instances", 2),
        ("termination-protection-off", 2),
        ("expiry-or-versioning-changed", 1),
    ] {
        assert_eq!(counts.get(id), Some(&count), "{id} of {counts:?}");
    }
    for absent in ["instances-stopped", "region-enabled"] {
        assert_eq!(counts.get(absent), None, "{absent}");
    }
}
