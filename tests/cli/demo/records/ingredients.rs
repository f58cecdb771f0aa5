//! What the story must contain, as a table.

use trailhunt::event::Event;
use trailhunt::event::path::{FieldPath, text_of};

use super::EVENTS;

/// An event name, a path, a value (`*` for any), and how many records have it at least.
const INGREDIENTS: &[(&str, &str, &str, usize)] = &[
    (
        "GetCallerIdentity",
        "additionalEventData.RequestDetails.endpointType",
        "global",
        1,
    ),
    ("ListSecrets", "errorCode", "AccessDeniedException", 6),
    ("ListUsers", "errorCode", "AccessDenied", 2),
    (
        "DescribeKeyPairs",
        "errorCode",
        "Client.UnauthorizedOperation",
        6,
    ),
    ("DescribeParameters", "errorCode", "ThrottlingException", 6),
    ("AssumeRole", "errorCode", "AccessDenied", 5),
    (
        "AssumeRole",
        "errorMessage",
        "User: arn:aws:iam::123456789012:user/ci-deploy is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/platform-admin",
        1,
    ),
    (
        "AssumeRole",
        "requestParameters.roleArn",
        "arn:aws:iam::444455556666:role/OrgAdmin",
        1,
    ),
    (
        "AssumeRole",
        "userIdentity.invokedBy",
        "ec2.amazonaws.com",
        3,
    ),
    (
        "AssumeRole",
        "userIdentity.invokedBy",
        "lambda.amazonaws.com",
        3,
    ),
    ("AssumeRole", "userIdentity.type", "AWSAccount", 3),
    (
        "AssumeRole",
        "requestParameters.roleSessionName",
        "=cmd+calc@A0",
        1,
    ),
    ("AssumeRoleWithSAML", "userIdentity.type", "SAMLUser", 3),
    (
        "GetSessionToken",
        "responseElements.credentials.sessionToken",
        "*",
        2,
    ),
    (
        "GetFederationToken",
        "responseElements.federatedUser.federatedUserId",
        "123456789012:helpdesk",
        1,
    ),
    ("GetSigninToken", "userIdentity.type", "FederatedUser", 1),
    ("ConsoleLogin", "userIdentity.type", "FederatedUser", 1),
    ("ConsoleLogin", "userIdentity.userName", "svc-backup", 1),
    ("ConsoleLogin", "additionalEventData.MFAUsed", "Yes", 4),
    (
        "ConsoleLogin",
        "userIdentity.userName",
        "HIDDEN_DUE_TO_SECURITY_REASONS",
        2,
    ),
    (
        "CreateUser",
        "responseElements.user.userName",
        "svc-backup",
        1,
    ),
    (
        "CreateAccessKey",
        "responseElements.accessKey.userName",
        "svc-backup",
        2,
    ),
    (
        "AttachUserPolicy",
        "requestParameters.policyArn",
        "arn:aws:iam::aws:policy/AdministratorAccess",
        1,
    ),
    (
        "CreateLoginProfile",
        "responseElements.loginProfile.userName",
        "svc-backup",
        1,
    ),
    (
        "DeactivateMFADevice",
        "requestParameters.userName",
        "alice",
        1,
    ),
    (
        "RunInstances",
        "responseElements.instancesSet.items.instanceId",
        "*",
        2,
    ),
    ("RunInstances", "errorCode", "Client.VcpuLimitExceeded", 1),
    (
        "CreateFunction20150331",
        "responseElements.functionName",
        "metrics-sync",
        1,
    ),
    (
        "CreateFunction20150331",
        "requestParameters.description",
        "nightly sync \u{202e}fdp.sh",
        2,
    ),
    (
        "UpdateInstanceInformation",
        "sourceIPAddress",
        "198.51.100.140",
        8,
    ),
    ("StopLogging", "userIdentity.userName", "svc-backup", 1),
    ("StartLogging", "eventTime", "2026-10-05T23:31:00Z", 1),
    (
        "AuthorizeSecurityGroupIngress",
        "requestParameters.ipPermissions.items.ipRanges.items.cidrIp",
        "0.0.0.0/0",
        1,
    ),
    (
        "AuthorizeSecurityGroupIngress",
        "requestParameters.cidrIp",
        "0.0.0.0/0",
        1,
    ),
    (
        "AuthorizeSecurityGroupIngress",
        "responseElements.securityGroupRuleSet.items.cidrIpv4",
        "0.0.0.0/0",
        2,
    ),
    (
        "RevokeSecurityGroupIngress",
        "responseElements._return",
        "true",
        1,
    ),
    (
        "RevokeSecurityGroupIngress",
        "errorCode",
        "Client.InvalidPermission.NotFound",
        1,
    ),
    (
        "ModifySecurityGroupRules",
        "requestParameters.ModifySecurityGroupRulesRequest.GroupId",
        "*",
        1,
    ),
    (
        "StopInstances",
        "responseElements.instancesSet.items.previousState.name",
        "running",
        1,
    ),
    (
        "StopInstances",
        "responseElements.instancesSet.items.previousState.name",
        "stopped",
        1,
    ),
    (
        "PutBucketPolicy",
        "requestParameters.bucketPolicy.Statement.Principal",
        "*",
        2,
    ),
    ("GetSecretValue", "userIdentity.userName", "svc-backup", 5),
    (
        "Decrypt",
        "userIdentity.invokedBy",
        "secretsmanager.amazonaws.com",
        5,
    ),
    ("GetUser", "userAgent", "=cmd|'/C calc'!A0", 1),
    (
        "ListRoles",
        "userAgent",
        "Boto3/1.35.99 \u{1b}[2J\u{1b}]0;owned\u{7}",
        1,
    ),
    (
        "BidEvictedEvent",
        "serviceEventDetails.instanceIdSet",
        "*",
        1,
    ),
    ("RotateKey", "sourceIPAddress", "AWS Internal", 1),
    (
        "TerminateInstances",
        "userIdentity.invokedBy",
        "autoscaling.amazonaws.com",
        7,
    ),
    (
        "DescribeInstances",
        "userIdentity.invokedBy",
        "config.amazonaws.com",
        21,
    ),
    (
        "DescribeInstances",
        "sessionCredentialFromConsole",
        "true",
        5,
    ),
];

#[test]
fn every_ingredient_is_there() {
    for (name, field, value, least) in INGREDIENTS {
        let path = FieldPath::new(field);
        let has = |event: &&Event| {
            let matches = |found: &serde_json::Value| *value == "*" || text_of(found) == *value;
            event.name() == Some(name) && path.any(event.json(), matches)
        };
        let found = EVENTS.iter().filter(has).count();
        assert!(found >= *least, "{name} {field} {value}: {found}");
    }
}
