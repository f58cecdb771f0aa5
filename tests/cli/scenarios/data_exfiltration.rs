//! `data-exfiltration`.

use serde_json::{Value, json};

use crate::support::scenario::{call, session, tell};

/// The day before the window shows what is usual.
const WINDOW: [&str; 4] = ["--since", "2023-07-10", "--until", "2023-07-10"];

fn read_secret(time: &str, caller: &Value, secret: &str) -> String {
    call(
        time,
        "secretsmanager",
        "GetSecretValue",
        json!({
            "eventID": format!("{secret} {time}"),
            "readOnly": true,
            "userIdentity": caller,
            "requestParameters": {"secretId": secret},
        }),
    )
}

fn app(name: &str) -> Value {
    session("app", name, "ASIAAPP0000000000000")
}

fn usual() -> Vec<String> {
    vec![
        read_secret("2023-07-09T08:00:00Z", &app("i-1"), "db-password"),
        call(
            "2023-07-09T09:00:00Z",
            "ssm",
            "GetParametersByPath",
            json!({
                "readOnly": true,
                "userIdentity": app("i-1"),
                "requestParameters": {"path": "/app", "withDecryption": true},
            }),
        ),
    ]
}

#[test]
fn attack() {
    let mut records = usual();
    records.extend([
        call("10:00", "ec2", "DisableSnapshotBlockPublicAccess", json!({})),
        call("10:01", "ec2", "ModifySnapshotAttribute", json!({
            "requestParameters": {
                "snapshotId": "snap-1",
                "createVolumePermission": {"add": {"items": [{"userId": "111122223333"}]}},
            },
        })),
        call("10:02", "ec2", "SharedSnapshotVolumeCreated", json!({
            "eventType": "AwsServiceEvent",
            "userIdentity": {"accountId": "123456789012", "invokedBy": "ec2.amazonaws.com"},
            "sourceIPAddress": "ec2.amazonaws.com",
            "serviceEventDetails": {"snapshotId": "snap-1"},
        })),
        call("10:03", "ec2", "ModifyImageAttribute", json!({
            "requestParameters": {"imageId": "ami-1", "launchPermission": {"add": {"items": [{"group": "all"}]}}},
        })),
        call("10:04", "rds", "ModifyDBSnapshotAttribute", json!({
            "requestParameters": {
                "dBSnapshotIdentifier": "nightly", "attributeName": "restore", "valuesToAdd": ["111122223333"],
            },
        })),
        call("10:05", "dynamodb", "ExportTableToPointInTime", json!({
            "requestParameters": {"tableArn": "table/users", "s3Bucket": "loot", "s3BucketOwner": "111122223333"},
        })),
        call("10:06", "ec2", "CopySnapshot", json!({
            "awsRegion": "sa-east-1", "requestParameters": {"sourceSnapshotId": "snap-2"},
        })),
        read_secret("10:07", &app("eve"), "payroll"),
        read_secret("10:08", &json!({"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/ana", "userName": "ana"}), "db-password"),
        call("10:09", "secretsmanager", "BatchGetSecretValue", json!({
            "readOnly": true, "requestParameters": {"filters": [{"key": "name", "values": ["prod"]}]},
        })),
    ]);
    let told = tell("data-exfiltration", &WINDOW, &records);
    assert_eq!(
        told.findings(),
        [
            "critical copy-made-public: ami-1 published to every AWS account by ana",
            "high snapshot-public-access-block-off: DisableSnapshotBlockPublicAccess in us-east-1 by ana",
            "high snapshot-shared: snapshot snap-1 shared with 111122223333",
            "high image-shared: image ami-1 shared with all",
            "high database-snapshot-shared: database snapshot nightly shared with 111122223333",
            "high database-exported: ExportTableToPointInTime of table/users to loot by ana",
            "medium data-exfiltration/shared-snapshot-taken: SharedSnapshotVolumeCreated of snapshot snap-1: where it \
             is this account's own, another account has its data; where it is not, an image of others was launched here",
            "medium data-exfiltration/secret-read-by-another-role: payroll read by app/eve from 192.0.2.7",
            "medium data-exfiltration/secret-read-by-another-user: db-password read by ana from 192.0.2.7",
            "medium data-exfiltration/secrets-read-in-bulk: BatchGetSecretValue of \
             {\"key\":\"name\",\"values\":[\"prod\"]} by ana from 192.0.2.7",
            "low data-exfiltration/copied: CopySnapshot of snap-2 to sa-east-1 by ana",
        ]
    );
    assert_eq!(
        told.column("with_whom"),
        [
            "-",
            "111122223333",
            "-",
            "all",
            "111122223333",
            "111122223333",
            "-",
            "-",
            "-",
            "-"
        ]
    );
    assert_eq!(told.column("what")[2], "snap-1");
}

#[test]
fn many_secrets_are_one_finding() {
    let mut records = usual();
    records.extend((0..20).map(|n| read_secret("10:07", &app("eve"), &format!("secret-{n:02}"))));
    assert_eq!(
        tell("data-exfiltration", &WINDOW, &records).findings(),
        [
            "medium data-exfiltration/secret-read-by-another-role: secret-00 read by app/eve from 192.0.2.7, and 19 more \
          like it"
        ]
    );
}

#[test]
fn a_first_secret_is_new_where_other_things_were_done_before() {
    let records = [
        call(
            "2023-07-09T12:00:00Z",
            "ec2",
            "DescribeInstances",
            json!({"readOnly": true}),
        ),
        read_secret("10:07", &app("eve"), "payroll"),
    ];
    assert_eq!(
        tell("data-exfiltration", &WINDOW, &records).findings(),
        [
            "medium data-exfiltration/secret-read-by-another-role: payroll read by app/eve from 192.0.2.7"
        ]
    );
}

#[test]
fn benign() {
    let mut records = usual();
    records.extend([
        // the same secret and the same path as ever, by the next instance
        read_secret("08:00", &app("i-2"), "db-password"),
        call("09:00", "ssm", "GetParametersByPath", json!({
            "readOnly": true,
            "userIdentity": app("i-1"),
            "requestParameters": {"path": "/app", "withDecryption": true},
        })),
        // no longer shared
        call("10:01", "ec2", "ModifySnapshotAttribute", json!({
            "requestParameters": {
                "snapshotId": "snap-1",
                "createVolumePermission": {"remove": {"items": [{"userId": "111122223333"}]}},
            },
        })),
        call("10:02", "rds", "ModifyDBSnapshotAttribute", json!({
            "requestParameters": {
                "dBSnapshotIdentifier": "nightly", "attributeName": "restore", "valuesToRemove": ["111122223333"],
            },
        })),
        // by plan
        call("10:03", "ec2", "CopySnapshot", json!({
            "userIdentity": {"type": "AssumedRole", "invokedBy": "backup.amazonaws.com"},
            "sourceIPAddress": "backup.amazonaws.com",
            "requestParameters": {"sourceSnapshotId": "snap-2"},
        })),
        call("10:04", "rds", "ModifyDBInstance", json!({
            "requestParameters": {"dBInstanceIdentifier": "main", "publiclyAccessible": false},
        })),
        call("10:05", "ram", "CreateResourceShare", json!({
            "requestParameters": {"name": "subnets", "allowExternalPrincipals": false},
        })),
    ]);
    let told = tell("data-exfiltration", &WINDOW, &records);
    assert_eq!(told.findings(), [""; 0]);
    assert_eq!(told.column("call").len(), 7);
}
