//! Compute that the tree brought into being, and the credentials that AWS issued to it (facts: D3).

use serde_json::{Value, json};

use super::super::call::{call, heartbeat, iam, s3};
use super::super::caller::DemoCaller;
use super::super::cast::{
    ACCOUNT, ATTACKER, DemoInstance, EXPORTS, FUNCTION, METRICS_SYNC, MINER_1, MINER_2,
    WEB_INSTANCE,
};
use super::super::ids;
use super::super::story::Story;
use super::super::time::{self, incident};

const FUNCTION_NAME: &str = "metrics-sync";
/// Right-to-left override: on a terminal, `nightly sync fdp.sh` would read `nightly sync hs.pdf`.
const DESCRIPTION: &str = "nightly sync \u{202e}fdp.sh";

/// 22:26: a function with a role of its own. Its first key is used by the function, the second by nobody.
pub fn leave_function(story: &mut Story, admin: &DemoCaller) {
    story.at(incident(26));
    create_role(story, admin);
    let create = call("us-west-2", "lambda", "CreateFunction20150331").request(json!({
        "functionName": FUNCTION_NAME,
        "runtime": "python3.13",
        "role": METRICS_SYNC.arn(),
        "handler": "index.handler",
        "description": DESCRIPTION,
        "packageType": "Zip",
        "timeout": 60,
    }));
    let early = "The role defined for the function cannot be assumed by Lambda.";
    story.record(
        admin,
        create
            .clone()
            .failed("InvalidParameterValueException", early),
    );
    story.at(incident(27));
    let function = json!({
        "functionName": FUNCTION_NAME,
        "functionArn": format!("arn:aws:lambda:us-west-2:{ACCOUNT}:function:{FUNCTION_NAME}"),
        "runtime": "python3.13",
        "role": METRICS_SYNC.arn(),
        "handler": "index.handler",
        "description": DESCRIPTION,
        "state": "Pending",
    });
    story.record(admin, create.response(function));

    let running = story
        .issue_to_function("us-west-2", METRICS_SYNC, FUNCTION_NAME)
        .using(FUNCTION);
    story.record(&running, call("us-west-2", "sts", "GetCallerIdentity"));
    story.record(
        &running,
        call("us-west-2", "logs", "CreateLogGroup").denied("*"),
    );
    story.record(&running, iam("ListUsers"));
    story.record(&running, iam("ListAccessKeys"));
    story.at(incident(87));
    story.issue_to_function("us-west-2", METRICS_SYNC, FUNCTION_NAME);
}

fn create_role(story: &mut Story, admin: &DemoCaller) {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let role = json!({
        "path": METRICS_SYNC.path,
        "roleName": METRICS_SYNC.name,
        "roleId": METRICS_SYNC.id(),
        "arn": METRICS_SYNC.arn(),
        "createDate": time::iam_time(story.now()),
        "assumeRolePolicyDocument": percent_encoded(trust),
    });
    let create = iam("CreateRole")
        .request(json!({"roleName": METRICS_SYNC.name, "assumeRolePolicyDocument": trust}))
        .response(json!({"role": role}));
    story.record(admin, create);
    let put = iam("PutRolePolicy").request(json!({
        "roleName": METRICS_SYNC.name,
        "policyName": "sync",
        "policyDocument": r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#,
    }));
    story.record(admin, put);
}

/// IAM echoes policies percent-encoded (facts: E2).
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// 22:30: two instances in a Region that nobody uses. One instance's key is stolen, its renewal is not used.
pub fn launch_miners(story: &mut Story, admin: &DemoCaller) {
    story.at(incident(30));
    story.record(admin, call("us-east-2", "ec2", "RunInstances").request(launch_request("g5.48xlarge")).failed(
        "Client.VcpuLimitExceeded",
        "You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to.",
    ));
    let launched_at = story.now();
    let items: Value = [MINER_1, MINER_2]
        .into_iter()
        .enumerate()
        .map(|(index, miner)| launched(miner, index, launched_at))
        .collect();
    let run = call("us-east-2", "ec2", "RunInstances")
        .request(launch_request("c7i.8xlarge"))
        .response(json!({
            "reservationId": ids::resource_id("r", "miners"),
            "ownerId": ACCOUNT,
            "groupSet": {},
            "instancesSet": {"items": items},
        }));
    story.record(admin, run);

    let first = story.issue_to_instance(MINER_1, WEB_INSTANCE);
    let second = story.issue_to_instance(MINER_2, WEB_INSTANCE);
    for beat in 0..8 {
        story.at(incident(31 + 5 * beat));
        story.record(&first, heartbeat(MINER_1));
        story.record(&second, heartbeat(MINER_2));
    }
    use_stolen(story, &first.using(ATTACKER));
    story.at(incident(75));
    story.issue_to_instance(MINER_1, WEB_INSTANCE);
}

fn launch_request(instance_type: &str) -> Value {
    json!({
        "instancesSet": {"items": [{"imageId": ids::resource_id("ami", "linux"), "minCount": 2, "maxCount": 2}]},
        "instanceType": instance_type,
        "blockDeviceMapping": {},
        "monitoring": {"enabled": false},
        "disableApiTermination": true,
        "iamInstanceProfile": {"name": WEB_INSTANCE.name},
        "userData": "<sensitiveDataRemoved>",
    })
}

fn launched(miner: DemoInstance, index: usize, at: i64) -> Value {
    json!({
        "instanceId": miner.id(),
        "imageId": ids::resource_id("ami", "linux"),
        "instanceState": {"code": 0, "name": "pending"},
        "privateDnsName": format!("ip-172-31-4-{}.us-east-2.compute.internal", 10 + index),
        "amiLaunchIndex": index,
        "instanceType": "c7i.8xlarge",
        "launchTime": at * 1000,
        "placement": {"availabilityZone": "us-east-2a", "tenancy": "default"},
        "privateIpAddress": format!("172.31.4.{}", 10 + index),
        "iamInstanceProfile": {"arn": format!("arn:aws:iam::{ACCOUNT}:instance-profile/{}", WEB_INSTANCE.name)},
    })
}

/// 22:31: the instance's key, out of its metadata service and in the attacker's hands.
fn use_stolen(story: &mut Story, stolen: &DemoCaller) {
    story.at(incident(31) + 20);
    story.record(stolen, call("us-east-2", "sts", "GetCallerIdentity"));
    story.record(stolen, call("us-east-1", "s3", "ListBuckets"));
    for bucket in ["acme-artifacts", EXPORTS] {
        story.record(stolen, s3("eu-west-1", "GetBucketPolicy", bucket));
        story.record(stolen, s3("eu-west-1", "GetBucketAcl", bucket));
    }
    for (service, name) in [
        ("ec2", "DescribeInstances"),
        ("ec2", "DescribeSnapshots"),
        ("rds", "DescribeDBSnapshots"),
        ("ssm", "DescribeInstanceInformation"),
        ("secretsmanager", "ListSecrets"),
    ] {
        story.record(stolen, call("eu-west-1", service, name));
    }
    story.record(
        stolen,
        iam("ListUsers").denied(format!("arn:aws:iam::{ACCOUNT}:user/")),
    );
    let share = call("eu-west-1", "ec2", "ModifySnapshotAttribute").request(json!({
        "snapshotId": ids::resource_id("snap", "database"),
        "createVolumePermission": {"add": {"items": [{"userId": "999988887777"}]}},
        "attributeType": "CREATE_VOLUME_PERMISSION",
    }));
    story.record(stolen, share.denied("*"));
}
