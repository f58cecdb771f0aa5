//! What was done with the rights: secrets read, a security group and a bucket opened, the trail silenced, the
//! company's servers stopped. All of it with the key of `svc-backup`.

use serde_json::{Value, json};

use super::super::call::{call, lifecycle, s3};
use super::super::caller::DemoCaller;
use super::super::cast::{ACCOUNT, EXPORTS, WEB_1, WEB_2, secrets_key, web_group};
use super::super::ids;
use super::super::story::Story;
use super::super::time::incident;

const SECRETS: [&str; 5] = [
    "prod/billing/stripe",
    "prod/db/master",
    "prod/github/deploy",
    "prod/mail/smtp",
    "prod/web/session",
];

/// 22:35: each secret is decrypted on the caller's behalf: the same user, a key of the moment (facts: C3).
pub fn read_secrets(story: &mut Story, backdoor: &DemoCaller) {
    story.at(incident(35));
    story.record(backdoor, call("eu-west-1", "sts", "GetCallerIdentity"));
    story.record(backdoor, call("eu-west-1", "secretsmanager", "ListSecrets"));
    for name in SECRETS {
        let arn = format!("arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:{name}");
        let now = story.now();
        let get = call("eu-west-1", "secretsmanager", "GetSecretValue");
        story.record(backdoor, get.request(json!({"secretId": arn})));
        let key = ids::key_id("ASIA", ACCOUNT, &format!("{name}@{now}"));
        let forwarded = backdoor
            .with_session(&key, now, false)
            .through("secretsmanager.amazonaws.com");
        let decrypt = call("eu-west-1", "kms", "Decrypt")
            .request(json!({
                "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
                "encryptionContext": {"SecretARN": arn},
            }))
            .on("AWS::KMS::Key", ACCOUNT, &secrets_key());
        story.at(now).record(&forwarded, decrypt);
    }
}

/// 22:46: TLS and SSH from anywhere, by both shapes of the request; SSH closed 109 seconds later (facts: E1a).
pub fn open_security_group(story: &mut Story, backdoor: &DemoCaller) {
    let nested = |port: u16| {
        json!({"groupId": web_group(), "ipPermissions": {"items": [{
            "ipProtocol": "tcp", "fromPort": port, "toPort": port, "groups": {},
            "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0", "description": "TLS from anywhere"}]},
            "ipv6Ranges": {}, "prefixListIds": {},
        }]}})
    };
    let flat = json!({
        "groupId": web_group(), "ipPermissions": {},
        "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIp": "0.0.0.0/0",
    });
    let sg = |name| call("eu-west-1", "ec2", name);

    story.at(incident(46));
    story.record(
        backdoor,
        sg("AuthorizeSecurityGroupIngress")
            .request(nested(443))
            .response(authorized(443, Some("TLS from anywhere"))),
    );
    story.at(incident(46) + 30);
    story.record(
        backdoor,
        sg("AuthorizeSecurityGroupIngress")
            .request(flat.clone())
            .response(authorized(22, None)),
    );
    story.at(incident(46) + 30 + 109);
    story.record(
        backdoor,
        sg("RevokeSecurityGroupIngress")
            .request(flat)
            .response(json!({"_return": true})),
    );
    let message = "The specified rule does not exist in this security group.";
    story.record(
        backdoor,
        sg("RevokeSecurityGroupIngress")
            .request(nested(8443))
            .failed("Client.InvalidPermission.NotFound", message),
    );
}

fn authorized(port: u16, description: Option<&str>) -> Value {
    let mut rule = json!({
        "groupOwnerId": ACCOUNT, "groupId": web_group(),
        "securityGroupRuleId": ids::resource_id("sgr", &format!("web-{port}")),
        "isEgress": false, "ipProtocol": "tcp", "fromPort": port, "toPort": port, "cidrIpv4": "0.0.0.0/0",
    });
    if let (Some(text), Value::Object(rule)) = (description, &mut rule) {
        rule.insert("description".into(), text.into());
    }
    json!({"_return": true, "securityGroupRuleSet": {"items": [rule]}})
}

/// 22:50: the trail is stopped, and started again 41 minutes later as if nothing had been.
pub fn silence_trail(story: &mut Story, backdoor: &DemoCaller) {
    let trail = json!({"name": format!("arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main")});
    let on_trail = |name| call("us-east-1", "cloudtrail", name).request(trail.clone());
    story.at(incident(50) - 10);
    story.record(backdoor, on_trail("GetTrailStatus"));
    story.at(incident(50));
    story.record(backdoor, on_trail("StopLogging"));
    story.at(incident(91));
    story.record(backdoor, on_trail("StartLogging"));
    story.record(backdoor, on_trail("GetTrailStatus"));
}

/// 22:54: customer exports for everybody.
pub fn publish_bucket(story: &mut Story, backdoor: &DemoCaller) {
    story.at(incident(54));
    let public = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "Public", "Effect": "Allow", "Principal": "*",
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": [format!("arn:aws:s3:::{EXPORTS}"), format!("arn:aws:s3:::{EXPORTS}/*")],
        }],
    });
    let put = s3("eu-west-1", "PutBucketPolicy", EXPORTS).request(json!({
        "bucketPolicy": public,
        "bucketName": EXPORTS,
        "Host": format!("{EXPORTS}.s3.eu-west-1.amazonaws.com"),
        "policy": "",
    }));
    let blocked = format!(
        "User: {} is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::{EXPORTS}\" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
        backdoor.arn()
    );
    story.record(backdoor, put.clone().failed("AccessDenied", blocked));
    let unblock = s3("eu-west-1", "DeleteBucketPublicAccessBlock", EXPORTS);
    story.record(backdoor, unblock);
    story.record(backdoor, put);
}

/// 22:58: both web servers stop; one is stopped again, which changes nothing, and terminating is not allowed.
pub fn stop_instances(story: &mut Story, backdoor: &DemoCaller) {
    story.at(incident(58));
    let message = format!(
        "The instance '{}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.",
        WEB_1.id()
    );
    let both = [WEB_1, WEB_2];
    let terminate = lifecycle(
        "TerminateInstances",
        &both.map(|web| (web, "running", "shutting-down")),
    );
    story.record(
        backdoor,
        terminate.failed("Client.OperationNotPermitted", message),
    );
    story.record(
        backdoor,
        lifecycle(
            "StopInstances",
            &both.map(|web| (web, "running", "stopping")),
        ),
    );
    story.at(incident(61));
    story.record(
        backdoor,
        lifecycle("StopInstances", &[(WEB_2, "stopped", "stopped")]),
    );
}
