//! Calls without a policy document, refused ones, and unknown ones.

use serde_json::json;

use super::{allow, call, changes_in_words, fold, line, note, put, rules, with};

#[test]
fn other_calls_are_told_in_a_line() {
    let key = |at, name: &str, status: &str| {
        call(
            at,
            name,
            &json!({"userName": "bert", "accessKeyId": "AKIA1", "status": status}),
        )
    };
    let own_key = with(
        call(1, "CreateAccessKey", &json!(null)),
        json!({"responseElements": {"accessKey": {"accessKeyId": "AKIA1", "userName": "bert", "status": "Active"}}}),
    );
    let policy =
        json!({"userName": "bert", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    let member = json!({"userName": "bert", "groupName": "ops"});
    let events = [
        own_key,
        key(2, "UpdateAccessKey", "Inactive"),
        key(3, "DeleteAccessKey", ""),
        call(4, "AttachUserPolicy", &policy),
        call(5, "AttachUserPolicy", &policy),
        call(6, "DetachUserPolicy", &policy),
        call(7, "AddUserToGroup", &member),
        call(8, "UpdateLoginProfile", &json!({"userName": "bert"})),
        call(
            9,
            "PutUserPermissionsBoundary",
            &json!({"userName": "bert", "permissionsBoundary": "arn:b"}),
        ),
        call(
            10,
            "TagUser",
            &json!({"userName": "bert", "tags": [{"key": "team", "value": "ops"}]}),
        ),
    ];
    let attached = "policy arn:aws:iam::aws:policy/AdministratorAccess attached";
    assert_eq!(
        changes_in_words(&events),
        [
            "user bert: added - -> access key AKIA1 Active".to_owned(),
            "user bert: modified access key AKIA1 Active -> access key AKIA1 Inactive".to_owned(),
            "user bert: removed access key AKIA1 Inactive -> -".to_owned(),
            format!("user bert: added - -> {attached}"),
            format!("user bert: noop {attached} -> {attached}"),
            format!("user bert: removed {attached} -> -"),
            "user bert: added - -> member of group ops".to_owned(),
            "user bert: modified - -> new console password or settings of it".to_owned(),
            "user bert: modified - -> permissions boundary arn:b".to_owned(),
            "user bert: modified - -> tags team=ops".to_owned(),
        ]
    );
    assert_eq!(rules(&events), ["critical administrator-policy-attached"]);
}

#[test]
fn instance_profiles_are_read_from_wrapped_requests() {
    let associate = with(
        call(
            1,
            "AssociateIamInstanceProfile",
            &json!({"AssociateIamInstanceProfileRequest":
            {"IamInstanceProfile": {"Name": "web"}, "InstanceId": "i-1"}}),
        ),
        json!({"eventSource": "ec2.amazonaws.com", "responseElements": {"AssociateIamInstanceProfileResponse":
            {"iamInstanceProfileAssociation": {"instanceId": "i-1", "iamInstanceProfile": {"arn": "arn:p/web"}}}}}),
    );
    let replace = with(
        call(
            2,
            "ReplaceIamInstanceProfileAssociation",
            &json!({"ReplaceIamInstanceProfileAssociationRequest":
            {"IamInstanceProfile": {"Name": "admin"}, "AssociationId": "iip-assoc-1"}}),
        ),
        json!({"eventSource": "ec2.amazonaws.com", "responseElements": {"ReplaceIamInstanceProfileAssociationResponse":
            {"iamInstanceProfileAssociation": {"instanceId": "i-1", "iamInstanceProfile": {"arn": "arn:p/admin"}}}}}),
    );
    assert_eq!(
        changes_in_words(&[associate, replace]),
        [
            "instance i-1: added - -> instance profile arn:p/web",
            "instance i-1: modified instance profile arn:p/web -> instance profile arn:p/admin",
        ]
    );
}

#[test]
fn a_refused_call_tells_what_was_tried_and_on_what() {
    let refused = json!({"errorCode": "AccessDenied", "errorMessage": "User: arn:aws:iam::111111111111:user/ana is not \
        authorized to perform: iam:CreateUser on resource: arn:aws:iam::111111111111:user/bert because no"});
    let (changes, findings) = fold(&[
        with(call(1, "CreateUser", &json!(null)), refused.clone()),
        with(put(2, &json!([allow(&json!("*"), &json!("*"))])), refused),
    ]);
    assert_eq!(line(&changes[0]), "user bert: failed - -> -");
    assert_eq!(changes[0].error.as_deref(), Some("AccessDenied"));
    assert_eq!(
        note(&changes[1]),
        "tried PutUserPolicy: inline policy p: allows * on *"
    );
    assert!(findings.is_empty());
}

#[test]
fn what_nobody_described_is_still_told() {
    let odd = call(1, "CreateWhatever", &json!({"userName": "bert"}));
    let read = with(
        call(2, "GetUser", &json!({"userName": "bert"})),
        json!({"readOnly": true}),
    );
    assert_eq!(changes_in_words(&[odd, read]), ["bert: modified - -> -"]);
}

#[test]
fn the_playbook_asks_for_every_call_that_is_told() {
    let playbook = include_str!("../../../../../playbooks/iam-changes.yaml");
    let names: Vec<&str> = playbook
        .split(|c: char| !c.is_ascii_alphanumeric())
        .collect();
    let plain = super::super::calls::SOURCES
        .iter()
        .flat_map(|(_, calls)| calls.iter().map(|call| call.name));
    let documents = super::super::documents::CALLS.iter().map(|(name, _)| *name);
    for name in plain.chain(documents) {
        assert!(names.contains(&name), "{name}");
    }
}
