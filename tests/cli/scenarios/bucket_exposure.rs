//! `bucket-exposure`.

use serde_json::json;

use crate::support::scenario::{call, tell};

fn attack_records() -> Vec<String> {
    let block = |on: bool| {
        json!({
            "BlockPublicAcls": on, "IgnorePublicAcls": on, "BlockPublicPolicy": on, "RestrictPublicBuckets": on,
        })
    };
    vec![
        call(
            "10:00",
            "s3",
            "PutAccountPublicAccessBlock",
            json!({
                "requestParameters": {"PublicAccessBlockConfiguration": block(false), "accountId": "123456789012"},
            }),
        ),
        call(
            "10:01",
            "s3",
            "DeleteBucketPublicAccessBlock",
            json!({"requestParameters": {"bucketName": "exports"}}),
        ),
        call(
            "10:02",
            "s3",
            "PutBucketPolicy",
            json!({
                "requestParameters": {
                    "bucketName": "exports",
                    "bucketPolicy": {"Version": "2012-10-17", "Statement": [
                        {"Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"},
                    ]},
                },
            }),
        ),
        call(
            "10:03",
            "s3",
            "PutBucketOwnershipControls",
            json!({
                "requestParameters": {
                    "bucketName": "images", "OwnershipControls": {"Rule": {"ObjectOwnership": "BucketOwnerPreferred"}},
                },
            }),
        ),
        call(
            "10:04",
            "s3",
            "PutBucketAcl",
            json!({
                "requestParameters": {"bucketName": "images", "x-amz-acl": "public-read"},
            }),
        ),
        call(
            "10:05",
            "s3",
            "PutBucketWebsite",
            json!({"requestParameters": {"bucketName": "images"}}),
        ),
        call(
            "10:06",
            "s3",
            "PutBucketReplication",
            json!({
                "requestParameters": {
                    "bucketName": "exports",
                    "ReplicationConfiguration": {"Rule": {"Destination": {"Bucket": "arn:aws:s3:::elsewhere"}}},
                },
            }),
        ),
        call(
            "10:07",
            "s3",
            "PutAccessPointPolicy",
            json!({
                "requestParameters": {
                    "name": "door",
                    "PutAccessPointPolicyRequest": {
                        "Policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"*\"}}]}",
                    },
                },
            }),
        ),
    ]
}

#[test]
fn attack() {
    let told = tell("bucket-exposure", &[], &attack_records());
    assert_eq!(
        told.findings(),
        [
            "high public-access-block-removed: PutAccountPublicAccessBlock of 123456789012",
            "high public-access-block-removed: DeleteBucketPublicAccessBlock of exports",
            "high bucket-made-public: PutBucketPolicy opened bucket exports to everyone",
            "high bucket-made-public: PutBucketAcl opened bucket images to everyone",
            "high bucket-exposure/access-point-made-public: PutAccessPointPolicy opened access point door to everyone",
            "medium bucket-exposure/acls-enabled: ownership of images set to BucketOwnerPreferred",
            "medium bucket-website-set: bucket images made a web site by ana",
            "medium bucket-replication-set: bucket exports replicates to arn:aws:s3:::elsewhere, by ana",
            "medium bucket-side-door-opened: PutAccessPointPolicy of door by ana",
        ]
    );
    assert_eq!(told.column("call").len(), 8);
    assert_eq!(
        told.column("bucket")[..3],
        ["123456789012", "exports", "exports"]
    );
}

#[test]
fn one_bucket_and_the_account() {
    let flags = ["--param", "bucket=arn:aws:s3:::images"];
    let told = tell("bucket-exposure", &flags, &attack_records());
    assert_eq!(
        told.column("bucket"),
        ["123456789012", "images", "images", "images", "door"]
    );
}

#[test]
fn benign() {
    let told = tell(
        "bucket-exposure",
        &[],
        &[
            call(
                "10:00",
                "s3",
                "CreateBucket",
                json!({"requestParameters": {"bucketName": "attic"}}),
            ),
            call(
                "10:01",
                "s3",
                "PutBucketPublicAccessBlock",
                json!({
                    "requestParameters": {
                        "bucketName": "attic",
                        "PublicAccessBlockConfiguration": {
                            "BlockPublicAcls": true, "IgnorePublicAcls": true,
                            "BlockPublicPolicy": true, "RestrictPublicBuckets": true,
                        },
                    },
                }),
            ),
            // a service, and a Deny for everyone
            call(
                "10:02",
                "s3",
                "PutBucketPolicy",
                json!({
                    "requestParameters": {
                        "bucketName": "attic",
                        "bucketPolicy": {"Statement": [
                            {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject"},
                            {"Effect": "Deny", "Principal": "*", "Action": "s3:*",
                             "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
                        ]},
                    },
                }),
            ),
            call(
                "10:03",
                "s3",
                "PutBucketAcl",
                json!({
                    "requestParameters": {"bucketName": "attic", "x-amz-acl": "private"},
                }),
            ),
            call(
                "10:04",
                "s3",
                "PutBucketOwnershipControls",
                json!({
                    "requestParameters": {
                        "bucketName": "attic", "OwnershipControls": {"Rule": {"ObjectOwnership": "BucketOwnerEnforced"}},
                    },
                }),
            ),
            call(
                "10:05",
                "s3",
                "PutBucketCors",
                json!({
                    "requestParameters": {
                        "bucketName": "attic", "CORSConfiguration": {"CORSRule": {"AllowedOrigin": "https://*.example.com"}},
                    },
                }),
            ),
            // it failed
            call(
                "10:07",
                "s3",
                "DeleteAccountPublicAccessBlock",
                json!({"errorCode": "NoSuchPublicAccessBlockConfiguration"}),
            ),
        ],
    );
    assert_eq!(told.alarms(), [""; 0]);
    assert_eq!(told.column("call").len(), 7);
}
