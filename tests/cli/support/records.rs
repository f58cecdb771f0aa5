//! CloudTrail records as text: read from trail files byte by byte, or made up field by field.

use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{shared, skip};

#[derive(Deserialize)]
struct TrailFile {
    #[serde(rename = "Records")]
    records: Vec<Box<RawValue>>,
}

/// Every record of the `.json` trail files in `folder`, in the order of the files' names, byte for byte as
/// they stand there.
pub fn from_folder(folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    let records = files.iter().flat_map(|path| {
        let text = std::fs::read_to_string(path).expect("a trail file is UTF-8");
        let file: TrailFile = serde_json::from_str(&text).expect("a trail file has Records");
        file.records
    });
    records.map(|record| record.get().to_owned()).collect()
}

/// The 2,900 real, anonymised records of July 2023 in us-east-1; says that the test is skipped, and answers
/// nothing, where they are not at hand.
pub fn invictus() -> Option<Vec<String>> {
    let folder = shared().join("data/invictus-ir");
    if folder.is_dir() {
        return Some(from_folder(&folder));
    }
    skip(&format!("there are no records in {}", folder.display()));
    None
}

/// A management record of an IAM user with `fields` in place of its own; a `null` field is left out.
pub fn record(fields: &Value) -> String {
    let mut record = json!({
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLE",
            "arn": "arn:aws:iam::123456789012:user/ana",
            "accountId": "123456789012",
            "accessKeyId": "AKIAEXAMPLE000000000",
            "userName": "ana",
        },
        "eventTime": "2023-07-10T12:00:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "ListUsers",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli/2",
        "requestParameters": null,
        "responseElements": null,
        "eventID": "00000000-0000-4000-8000-000000000000",
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
    });
    let into = record.as_object_mut().expect("a record is an object");
    for (name, value) in fields.as_object().expect("the fields are an object") {
        into.insert(name.clone(), value.clone());
        if value.is_null() {
            into.shift_remove(name);
        }
    }
    record.to_string()
}

/// `count` records of one Region, one second apart and oldest first; their ids are `<region>-0`, `<region>-1`…
pub fn series(region: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|n| {
            record(&json!({
                "eventID": format!("{region}-{n}"),
                "eventTime": format!("2023-07-10T{:02}:{:02}:{:02}Z", n / 3600, n / 60 % 60, n % 60),
                "awsRegion": region,
            }))
        })
        .collect()
}
