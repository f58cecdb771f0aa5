//! Patterns by hand, of rules that compare a policy document as text, which no pattern can. CloudTrail records a bucket's
//! policy as an object, and a pattern looks into objects: within one statement, as the rule means it.

use serde_json::{Value, json};

use crate::playbook::catalogue::SigmaRule;

/// The patterns of a rule that has some; the proofs of these rules are theirs, too.
pub fn patterns(rule: &SigmaRule) -> Option<Vec<Value>> {
    match rule.name.as_str() {
        "bucket-made-public" => Some(made_public()),
        "bucket-shared" => Some(vec![policy(&json!({"AWS": accounts()}))]),
        _ => None,
    }
}

fn made_public() -> Vec<Value> {
    const CANNED: [&str; 3] = ["public-read", "public-read-write", "authenticated-read"];
    let groups = ["/global/AllUsers", "/global/AuthenticatedUsers"];
    let ends = groups.map(|group| json!({ "suffix": group }));
    let holds = groups.map(|group| json!({"wildcard": format!("*{group}*")}));
    let list = json!({"AccessControlList": {"Grant": {"Grantee": {"URI": ends}}}});
    let mut patterns = vec![
        policy(&json!(["*"])),
        policy(&json!({"AWS": ["*"]})),
        call(
            &["PutBucketAcl", "CreateBucket"],
            &json!({"x-amz-acl": CANNED}),
        ),
        call(&["PutBucketAcl"], &json!({"AccessControlPolicy": list})),
    ];
    for header in [
        "x-amz-grant-read",
        "x-amz-grant-write",
        "x-amz-grant-full-control",
    ] {
        patterns.push(call(
            &["PutBucketAcl", "CreateBucket"],
            &json!({ header: holds }),
        ));
    }
    patterns
}

/// A bucket policy with a statement that allows `principal`.
fn policy(principal: &Value) -> Value {
    let statement = json!({"Effect": ["Allow"], "Principal": principal});
    call(
        &["PutBucketPolicy"],
        &json!({"bucketPolicy": {"Statement": statement}}),
    )
}

fn call(names: &[&str], parameters: &Value) -> Value {
    json!({"source": ["aws.s3"], "detail": {
        "errorCode": [null, {"exists": false}],
        "eventName": names,
        "requestParameters": parameters,
    }})
}

/// Accounts by their ids, and who is in them by ARN: a distribution's identities have a word in the id's place.
fn accounts() -> Vec<Value> {
    let by_digit = |digit: u8| {
        let roles = format!("arn:aws*:iam::{digit}*");
        let sessions = format!("arn:aws*:sts::{digit}*");
        [
            json!({"prefix": digit.to_string()}),
            json!({"wildcard": roles}),
            json!({"wildcard": sessions}),
        ]
    };
    (0..=9).flat_map(by_digit).collect()
}
