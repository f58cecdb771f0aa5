//! `unused-regions`.

use serde_json::json;

use crate::support::scenario::{call, tell};

/// The window; the day before it shows eu-west-1 in use.
const WINDOW: [&str; 4] = ["--since", "2023-07-10", "--until", "2023-07-10"];

fn with_the_day_before(records: Vec<String>) -> Vec<String> {
    let before = call(
        "2023-07-09T12:00:00Z",
        "ec2",
        "RunInstances",
        json!({"awsRegion": "eu-west-1"}),
    );
    std::iter::once(before).chain(records).collect()
}

fn in_region(time: &str, region: &str, source: &str, name: &str) -> String {
    call(time, source, name, json!({"awsRegion": region}))
}

#[test]
fn attack() {
    let told = tell(
        "unused-regions",
        &WINDOW,
        &with_the_day_before(vec![
            in_region("03:00", "eu-west-1", "ec2", "RunInstances"),
            call(
                "03:01",
                "account",
                "EnableRegion",
                json!({"requestParameters": {"RegionName": "ap-east-1"}}),
            ),
            in_region("03:20", "ap-east-1", "ec2", "RunInstances"),
            in_region("03:21", "ap-east-1", "ec2", "CreateSecurityGroup"),
            in_region("03:22", "sa-east-1", "lambda", "CreateFunction20150331"),
        ]),
    );
    assert_eq!(
        told.findings(),
        [
            "high unused-regions/region-enabled: Region ap-east-1 enabled by ana",
            "medium unused-regions/region-first-used: first change in ap-east-1: RunInstances by ana from 192.0.2.7",
            "medium unused-regions/region-first-used: first change in sa-east-1: CreateFunction20150331 by ana from \
             192.0.2.7",
        ]
    );
    assert_eq!(
        told.column("region"),
        [
            "eu-west-1",
            "us-east-1",
            "ap-east-1",
            "ap-east-1",
            "sa-east-1"
        ]
    );
}

#[test]
fn benign() {
    let told = tell(
        "unused-regions",
        &WINDOW,
        &with_the_day_before(vec![
            in_region("09:00", "eu-west-1", "s3", "CreateBucket"),
            // IAM is in us-east-1 whoever calls it, and sign-in pages are where they are near
            in_region("09:01", "us-east-1", "iam", "CreateRole"),
            in_region("09:02", "ap-southeast-2", "signin", "ConsoleLogin"),
            // a scanner that looks everywhere
            call(
                "09:03",
                "ec2",
                "DescribeInstances",
                json!({"awsRegion": "sa-east-1", "readOnly": true}),
            ),
            // AWS itself
            call(
                "09:04",
                "kms",
                "CreateGrant",
                json!({
                    "awsRegion": "us-west-1",
                    "userIdentity": {"type": "AWSService", "invokedBy": "backup.amazonaws.com"},
                    "sourceIPAddress": "backup.amazonaws.com",
                }),
            ),
        ]),
    );
    assert_eq!(told.findings(), [""; 0]);
    assert_eq!(told.column("call"), ["CreateBucket"]);
}

#[test]
fn nothing_is_new_where_nothing_is_known() {
    let records = [in_region("03:00", "sa-east-1", "ec2", "RunInstances")];
    for window in [&WINDOW[..], &[]] {
        let told = tell("unused-regions", window, &records);
        assert_eq!(told.findings(), [""; 0]);
        assert!(told.not_visible().contains(&"what is new"));
    }
}
