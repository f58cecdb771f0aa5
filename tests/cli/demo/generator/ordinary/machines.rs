//! Services and machines that act by themselves: most of the ordinary history, and most of its odd shapes
//! (facts: C3, C4).

use serde_json::json;

use super::super::call::{EventType, call, heartbeat, s3};
use super::super::caller::DemoCaller;
use super::super::cast::{
    ACCOUNT, AUTO_SCALING, CONFIG, REPORT_FUNCTION, REPORT_LAMBDA, WEB_1, WEB_2, WEB_INSTANCE,
    secrets_key,
};
use super::super::ids;
use super::super::story::Story;
use super::super::time::ordinary;

pub fn tell(story: &mut Story) {
    for day in 0..7 {
        for hour in [1, 9, 17] {
            story.at(ordinary(day, hour, 10));
            config_records(story);
        }
        for hour in [0, 6, 12, 18] {
            story.at(ordinary(day, hour, 20));
            web_servers(story);
            story.at(ordinary(day, hour, 35));
            report_function(story);
        }
        story.at(ordinary(day, 6, 55));
        scale(story, day);
        story.at(ordinary(day, 0, 5));
        trail_checks_bucket(story);
    }
    services_report(story);
}

/// The service-linked role of AWS Config: its records name no key.
fn config_records(story: &mut Story) {
    let session = "AWSConfig-Describe";
    story.issue("config.amazonaws.com", "eu-west-1", CONFIG, session);
    let config = DemoCaller::service_linked(CONFIG, session, story.now(), "config.amazonaws.com");
    for name in [
        "DescribeInstances",
        "DescribeVolumes",
        "DescribeSecurityGroups",
        "DescribeNetworkInterfaces",
        "DescribeVpcs",
        "DescribeRouteTables",
    ] {
        story.record(&config, call("eu-west-1", "ec2", name));
    }
}

/// Each server is issued credentials and reports with them, last at 22:50 of the night in which both are stopped.
fn web_servers(story: &mut Story) {
    let issued = story.now();
    for web in [WEB_1, WEB_2] {
        let agent = story.at(issued).issue_to_instance(web, WEB_INSTANCE);
        for beat in 0..4 {
            story.at(issued + 5 + beat * 90 * 60);
            story.record(&agent, heartbeat(web));
        }
    }
}

/// The company's own function: a name and a role that the incident does not touch.
fn report_function(story: &mut Story) {
    let running = story
        .issue_to_function("eu-west-1", REPORT_LAMBDA, "daily-report")
        .using(REPORT_FUNCTION);
    story.record(&running, call("us-east-1", "ce", "GetCostAndUsage"));
    story.record(&running, call("eu-west-1", "rds", "DescribeDBInstances"));
}

/// Auto Scaling replaces a worker: no person behind it (facts: E3).
fn scale(story: &mut Story, day: i64) {
    let scaling = DemoCaller::service_linked(
        AUTO_SCALING,
        "AutoScaling",
        story.now(),
        "autoscaling.amazonaws.com",
    );
    let worker = |day: i64| ids::resource_id("i", &format!("worker-{day}"));
    let run = call("eu-west-1", "ec2", "RunInstances")
        .request(json!({
            "instancesSet": {"items": [{"minCount": 1, "maxCount": 1}]},
            "instanceType": "m7g.large",
        }))
        .response(json!({
            "reservationId": ids::resource_id("r", &worker(day)),
            "ownerId": ACCOUNT,
            "instancesSet": {"items": [{
                "instanceId": worker(day),
                "instanceState": {"code": 0, "name": "pending"},
            }]},
        }));
    story.record(&scaling, run);
    let old = json!({"instanceId": worker(day - 1)});
    let terminate = call("eu-west-1", "ec2", "TerminateInstances")
        .request(json!({"instancesSet": {"items": [old]}}))
        .response(json!({"instancesSet": {"items": [{
            "instanceId": worker(day - 1),
            "currentState": {"code": 32, "name": "shutting-down"},
            "previousState": {"code": 16, "name": "running"},
        }]}}));
    story.record(&scaling, terminate);
}

fn trail_checks_bucket(story: &mut Story) {
    let service = DemoCaller::service("cloudtrail.amazonaws.com");
    let check = s3("us-east-1", "GetBucketAcl", "acme-logs").shared();
    story.record(&service, check);
}

/// `AwsServiceEvent`s: no `type`, nothing asked and nothing answered.
fn services_report(story: &mut Story) {
    let event = |region, service, name| call(region, service, name).kind(EventType::ServiceEvent);
    let secrets = DemoCaller::service_event("secretsmanager.amazonaws.com");
    for day in [1, 4] {
        story.at(ordinary(day, 3, 0));
        for name in ["RotationStarted", "RotationSucceeded"] {
            let arn = format!("arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:prod/db/master");
            let rotation = event("eu-west-1", "secretsmanager", name);
            story.record(&secrets, rotation.additional(json!({"SecretId": arn})));
        }
    }
    story.at(ordinary(3, 19, 12));
    let evicted = json!({"instanceIdSet": [ids::resource_id("i", "spot-builder")]});
    let ec2 = DemoCaller::service_event("ec2.amazonaws.com");
    story.record(
        &ec2,
        event("eu-west-1", "ec2", "BidEvictedEvent").details(evicted),
    );
    story.at(ordinary(5, 2, 0));
    let kms = DemoCaller::service_event("AWS Internal");
    let rotated = json!({"keyId": secrets_key()});
    story.record(
        &kms,
        event("eu-west-1", "kms", "RotateKey").details(rotated),
    );
}
