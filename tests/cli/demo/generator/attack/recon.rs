//! Looking around: hundreds of reading calls, in Regions that the company does not use, many of them refused.

use serde_json::{Value, json};

use super::super::REGIONS;
use super::super::call::{DemoCall, call, iam, s3};
use super::super::caller::DemoCaller;
use super::super::cast::{
    ACCOUNT, BREAK_GLASS, CI_DEPLOY, DEPLOY, ESCAPING, EXPORTS, FORMULA, OPS, PLATFORM_ADMIN,
    ROLES, USERS,
};
use super::super::story::Story;
use super::super::time::incident;

/// What is asked in every Region: service and call.
const SWEEP: [(&str, &str); 46] = [
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeVpcs"),
    ("ec2", "DescribeSubnets"),
    ("ec2", "DescribeSecurityGroups"),
    ("ec2", "DescribeRouteTables"),
    ("ec2", "DescribeNetworkInterfaces"),
    ("ec2", "DescribeAddresses"),
    ("ec2", "DescribeVolumes"),
    ("ec2", "DescribeSnapshots"),
    ("ec2", "DescribeImages"),
    ("ec2", "DescribeKeyPairs"),
    ("ec2", "DescribeLaunchTemplates"),
    ("ec2", "DescribeNatGateways"),
    ("ec2", "DescribeVpcEndpoints"),
    ("ec2", "DescribeFlowLogs"),
    ("ec2", "DescribeAvailabilityZones"),
    ("rds", "DescribeDBInstances"),
    ("rds", "DescribeDBSnapshots"),
    ("rds", "DescribeDBClusters"),
    ("lambda", "ListFunctions20150331"),
    ("ecs", "ListClusters"),
    ("eks", "ListClusters"),
    ("ecr", "DescribeRepositories"),
    ("secretsmanager", "ListSecrets"),
    ("ssm", "DescribeParameters"),
    ("ssm", "DescribeInstanceInformation"),
    ("kms", "ListKeys"),
    ("kms", "ListAliases"),
    ("cloudtrail", "DescribeTrails"),
    ("guardduty", "ListDetectors"),
    ("config", "DescribeConfigurationRecorders"),
    ("logs", "DescribeLogGroups"),
    ("sns", "ListTopics"),
    ("sqs", "ListQueues"),
    ("dynamodb", "ListTables"),
    ("cloudformation", "DescribeStacks"),
    ("elasticloadbalancing", "DescribeLoadBalancers"),
    ("autoscaling", "DescribeAutoScalingGroups"),
    ("bedrock", "ListFoundationModels"),
    ("servicequotas", "ListServiceQuotas"),
    ("ses", "GetSendQuota"),
    ("sagemaker", "ListNotebookInstances"),
    ("elasticache", "DescribeCacheClusters"),
    ("es", "ListDomainNames"),
    ("backup", "ListBackupVaults"),
    ("glue", "GetDatabases"),
];

/// What a stage of the chain looks at with its new role.
const GLANCE: [(&str, &str); 6] = [
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeIamInstanceProfileAssociations"),
    ("ecr", "DescribeRepositories"),
    ("ecs", "ListClusters"),
    ("ssm", "DescribeParameters"),
    ("cloudformation", "ListStacks"),
];

const BUCKETS: [&str; 5] = [
    "acme-artifacts",
    EXPORTS,
    "acme-logs",
    "acme-static-site",
    "acme-terraform-state",
];

/// 22:00: who am I, what may I, and what is there?
pub fn with_leaked_key(story: &mut Story, leaked: &DemoCaller) {
    story.at(incident(0));
    let served =
        json!({"RequestDetails": {"endpointType": "global", "awsServingRegion": "us-east-1"}});
    let whoami = call("us-east-1", "sts", "GetCallerIdentity").additional(served);
    story.record(leaked, whoami);
    own_permissions(story, leaked);
    refused_roles(story, leaked);
    buckets(story, leaked);
    story.at(incident(3));
    for region in REGIONS {
        for (service, name) in SWEEP {
            story.record(leaked, swept(region, service, name));
        }
    }
}

fn own_permissions(story: &mut Story, leaked: &DemoCaller) {
    let own = json!({"userName": CI_DEPLOY.0});
    for name in [
        "GetUser",
        "ListAttachedUserPolicies",
        "ListUserPolicies",
        "ListGroupsForUser",
        "ListAccessKeys",
    ] {
        story.record(leaked, iam(name).request(own.clone()));
    }
    for name in [
        "GetAccountAuthorizationDetails",
        "GetAccountSummary",
        "GetAccountPasswordPolicy",
        "ListUsers",
        "ListGroups",
        "ListPolicies",
        "ListSAMLProviders",
        "ListVirtualMFADevices",
        "ListServerCertificates",
        "GetCredentialReport",
        "ListAccountAliases",
    ] {
        story.record(leaked, iam(name).denied("*"));
    }
    story.record(&leaked.using(ESCAPING), iam("ListRoles"));
    for role in ROLES {
        let of_role = json!({"roleName": role.name});
        story.record(leaked, iam("GetRole").request(of_role.clone()));
        story.record(leaked, iam("ListAttachedRolePolicies").request(of_role));
    }
}

/// Roles that do not trust the user: the ARN is in the message only (facts: C4).
fn refused_roles(story: &mut Story, leaked: &DemoCaller) {
    for (region, role) in [
        ("us-east-1", PLATFORM_ADMIN),
        ("us-east-1", OPS),
        ("eu-west-1", BREAK_GLASS),
        ("eu-west-1", DEPLOY),
    ] {
        story.record(leaked, call(region, "sts", "AssumeRole").denied(role.arn()));
    }
    let message = "1 validation error detected: Value '=cmd|'/C calc'!A0' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*";
    let malformed = call("eu-west-1", "sts", "AssumeRole").failed("ValidationError", message);
    story.record(leaked, malformed);
}

fn buckets(story: &mut Story, leaked: &DemoCaller) {
    let list = call("us-east-1", "s3", "ListBuckets").request(json!({"Host": "s3.amazonaws.com"}));
    story.record(leaked, list);
    for bucket in BUCKETS {
        let arn = format!("arn:aws:s3:::{bucket}");
        let ask = |name| s3("eu-west-1", name, bucket);
        story.record(leaked, ask("GetBucketLocation"));
        story.record(leaked, ask("GetBucketAcl"));
        story.record(leaked, ask("GetBucketPolicy").denied(arn));
        story.record(leaked, ask("GetBucketVersioning"));
        story.record(leaked, ask("GetBucketLogging"));
        story.record(leaked, ask("ListAccessPoints").denied("*"));
        let missing = "The lifecycle configuration does not exist";
        let lifecycle = ask("GetBucketLifecycle");
        story.record(
            leaked,
            lifecycle.failed("NoSuchLifecycleConfiguration", missing),
        );
    }
}

/// One call of the sweep, as the deploying user's permissions answer it.
fn swept(region: &'static str, service: &'static str, name: &'static str) -> DemoCall {
    let ask = call(region, service, name).request(empty_filter(service));
    match (service, name, region) {
        ("secretsmanager" | "kms" | "guardduty" | "bedrock", ..) => {
            ask.denied(format!("arn:aws:{service}:{region}:{ACCOUNT}:*"))
        }
        ("ec2", "DescribeSnapshots" | "DescribeKeyPairs", _) => ask.denied("*"),
        ("ssm", "DescribeParameters", _) | ("logs", _, "us-west-2" | "eu-north-1") => {
            ask.throttled()
        }
        _ => ask,
    }
}

/// The new role, seen from the Region where it was assumed.
pub fn of_services(story: &mut Story, who: &DemoCaller, region: &'static str) {
    for (service, name) in GLANCE {
        let ask = call(region, service, name).request(empty_filter(service));
        story.record(who, ask);
    }
}

/// 22:17: the administrator reads users, devices and the organization.
pub fn with_administrator(story: &mut Story, admin: &DemoCaller) {
    story.at(incident(17));
    for name in [
        "GetAccountAuthorizationDetails",
        "ListUsers",
        "ListPolicies",
        "GetCredentialReport",
    ] {
        story.record(admin, iam(name));
    }
    for user in USERS {
        let of_user = json!({"userName": user.0});
        story.record(admin, iam("ListAccessKeys").request(of_user.clone()));
        story.record(admin, iam("ListMFADevices").request(of_user.clone()));
        let profile = iam("GetLoginProfile").request(of_user);
        let message = format!("Login Profile for User {} cannot be found.", user.0);
        story.record(admin, profile.failed("NoSuchEntityException", message));
    }
    for role in ROLES {
        let of_role = json!({"roleName": role.name});
        story.record(admin, iam("ListRolePolicies").request(of_role.clone()));
        story.record(admin, iam("ListInstanceProfilesForRole").request(of_role));
    }
    for name in ["DescribeOrganization", "ListAccounts", "ListRoots"] {
        story.record(admin, call("us-east-1", "organizations", name));
    }
    for region in REGIONS {
        for (service, name) in [
            ("secretsmanager", "ListSecrets"),
            ("cloudtrail", "DescribeTrails"),
            ("ec2", "DescribeInstances"),
            ("servicequotas", "ListServiceQuotas"),
        ] {
            let ask = call(region, service, name).request(empty_filter(service));
            story.record(admin, ask);
        }
    }
}

/// 22:24: the new user's key works, and what it may see everywhere.
pub fn with_backdoor(story: &mut Story, backdoor: &DemoCaller) {
    story.at(incident(24));
    story.record(backdoor, call("us-east-1", "sts", "GetCallerIdentity"));
    for region in REGIONS {
        for (service, name) in SWEEP.iter().step_by(4).copied() {
            let ask = call(region, service, name).request(empty_filter(service));
            story.record(backdoor, ask);
        }
    }
}

/// 23:45: does the key still work, and has anybody noticed?
pub fn look_back(story: &mut Story, leaked: &DemoCaller) {
    story.at(incident(105));
    story.record(leaked, call("us-east-1", "sts", "GetCallerIdentity"));
    let own = json!({"userName": CI_DEPLOY.0});
    story.record(leaked, iam("ListAccessKeys").request(own.clone()));
    story.record(&leaked.using(FORMULA), iam("GetUser").request(own));
    let lookup = call("us-east-1", "cloudtrail", "LookupEvents").denied("*");
    story.record(leaked, lookup);
}

/// EC2 writes an empty list as `{}` (facts: C4); the others were asked for nothing in particular.
fn empty_filter(service: &str) -> Value {
    match service {
        "ec2" => json!({"filterSet": {}}),
        _ => Value::Null,
    }
}
