//! `trail-tampering`.

use serde_json::json;

use crate::support::scenario::{call, tell};

/// Everything that watches is switched off, one after the other; the trail is on again after 44 minutes.
#[rustfmt::skip] // a table: one call, one line
fn attack_records() -> Vec<String> {
    let policy = json!({"bucketName": "acme-trail-files"});
    vec![
        // the trail names its bucket, whose name says nothing of logs
        call(
            "08:00",
            "cloudtrail",
            "UpdateTrail",
            json!({
                "requestParameters": {"name": "main", "s3BucketName": "attic", "isMultiRegionTrail": false},
            }),
        ),
        call("08:05", "cloudtrail", "StopLogging", json!({"requestParameters": {"name": "main"}})),
        call(
            "08:06",
            "guardduty",
            "UpdateDetector",
            json!({
                "awsRegion": "eu-west-1",
                "requestParameters": {"detectorId": "d1", "enable": false},
            }),
        ),
        call(
            "08:07",
            "guardduty",
            "CreateFilter",
            json!({
                "requestParameters": {"detectorId": "d1", "name": "quiet", "action": "ARCHIVE"},
            }),
        ),
        call(
            "08:08",
            "config",
            "StopConfigurationRecorder",
            json!({
                "requestParameters": {"configurationRecorderName": "default"},
            }),
        ),
        call(
            "08:09",
            "ec2",
            "DeleteFlowLogs",
            json!({
                "requestParameters": {"DeleteFlowLogsRequest": {"FlowLogId": {"tag": 1, "content": "fl-1"}}},
            }),
        ),
        call(
            "08:10",
            "logs",
            "PutRetentionPolicy",
            json!({
                "requestParameters": {"logGroupName": "/audit", "retentionInDays": 1},
            }),
        ),
        call("08:11", "events", "DisableRule", json!({"requestParameters": {"name": "tell-the-team"}})),
        call(
            "08:12",
            "s3",
            "PutBucketLifecycle",
            json!({
                "requestParameters": {
                    "bucketName": "attic",
                    "LifecycleConfiguration": {"Rule": {"Status": "Enabled", "Expiration": {"Days": 1}}},
                },
            }),
        ),
        call("08:13", "s3", "DeleteBucketPolicy", json!({"requestParameters": policy})),
        call(
            "08:14",
            "cloudtrail",
            "DeleteTrail",
            json!({
                "errorCode": "TrailNotFoundException",
                "requestParameters": {"name": "other"},
            }),
        ),
        call("08:49", "cloudtrail", "StartLogging", json!({"requestParameters": {"name": "main"}})),
    ]
}

#[test]
fn attack() {
    let told = tell("trail-tampering", &[], &attack_records());
    assert_eq!(
        told.findings(),
        [
            "critical trail-stopped: StopLogging of trail main",
            "critical guardduty-weakened: UpdateDetector of d1 by arn:aws:iam::123456789012:user/ana",
            "high trail-changed: UpdateTrail of trail main",
            "high defence-removed: StopConfigurationRecorder by arn:aws:iam::123456789012:user/ana",
            "high defence-removed: DeleteFlowLogs by arn:aws:iam::123456789012:user/ana",
            "high trail-tampering/log-bucket-touched: DeleteBucketPolicy of acme-trail-files by ana",
            "medium guardduty-findings-hidden: CreateFilter quiet on d1 by ana",
            "medium log-retention-shortened: PutRetentionPolicy of /audit: 1 days, by ana",
            "medium event-rule-disabled: DisableRule of tell-the-team by ana",
            "medium expiry-or-versioning-changed: PutBucketLifecycle of bucket attic",
            "medium trail-stop-attempted: DeleteTrail of trail other failed: TrailNotFoundException",
            "informational trail-tampering/logging-resumed: logging of trail main started by ana: what its files lack \
             before, Event history may hold",
        ]
    );
    assert_eq!(
        told.column("target"),
        [
            "main",
            "main",
            "d1",
            "quiet",
            "default",
            "fl-1",
            "/audit",
            "tell-the-team",
            "attic",
            "acme-trail-files",
            "other",
            "main"
        ]
    );
    assert_eq!(told.column("region")[2], "eu-west-1");
}

#[test]
fn benign() {
    let told = tell(
        "trail-tampering",
        &[],
        &[
            call(
                "08:00",
                "cloudtrail",
                "CreateTrail",
                json!({
                    "requestParameters": {"name": "second", "s3BucketName": "attic"},
                }),
            ),
            call(
                "08:01",
                "cloudtrail",
                "StartLogging",
                json!({"requestParameters": {"name": "second"}}),
            ),
            call(
                "08:02",
                "cloudtrail",
                "DescribeTrails",
                json!({"readOnly": true}),
            ),
            call(
                "08:03",
                "guardduty",
                "UpdateDetector",
                json!({
                    "requestParameters": {"detectorId": "d1", "enable": true},
                }),
            ),
            call(
                "08:04",
                "guardduty",
                "CreateFilter",
                json!({
                    "requestParameters": {"name": "to-the-board", "action": "NOOP"},
                }),
            ),
            call(
                "08:05",
                "logs",
                "PutRetentionPolicy",
                json!({
                    "requestParameters": {"logGroupName": "/app", "retentionInDays": 90},
                }),
            ),
            // to cheaper storage, and nothing expires
            call(
                "08:06",
                "s3",
                "PutBucketLifecycle",
                json!({
                    "requestParameters": {
                        "bucketName": "attic",
                        "LifecycleConfiguration": {"Rule": {"Transition": {"Days": 30, "StorageClass": "GLACIER"}}},
                    },
                }),
            ),
            // of no bucket of logs
            call(
                "08:07",
                "s3",
                "DeleteBucketPolicy",
                json!({"requestParameters": {"bucketName": "catalog"}}),
            ),
            // Auto Scaling tidies up a rule of its own
            call(
                "08:08",
                "events",
                "DeleteRule",
                json!({
                    "userIdentity": {"type": "AssumedRole", "invokedBy": "autoscaling.amazonaws.com"},
                    "requestParameters": {"name": "AutoScalingManagedRule"},
                }),
            ),
            call(
                "08:09",
                "config",
                "StartConfigurationRecorder",
                json!({
                    "requestParameters": {"configurationRecorder": {"name": "default"}},
                }),
            ),
        ],
    );
    assert_eq!(told.alarms(), [""; 0]);
    assert!(
        !told
            .column("call")
            .contains(&"DeleteBucketPolicy".to_owned())
    );
}

#[test]
fn a_bucket_of_logs_may_be_named() {
    let records = [call(
        "08:00",
        "s3",
        "DeleteBucket",
        json!({"requestParameters": {"bucketName": "attic"}}),
    )];
    assert_eq!(tell("trail-tampering", &[], &records).alarms(), [""; 0]);
    let named = tell(
        "trail-tampering",
        &["--param", "log_bucket=attic"],
        &records,
    );
    assert_eq!(
        named.alarms(),
        ["high trail-tampering/log-bucket-touched: DeleteBucket of attic by ana"]
    );
}
