//! Events in, changes and findings out.

use serde_json::{Value, json};

use crate::analysis::changes::{ChangeFold, Renderer};
use crate::analysis::findings;
use crate::event::Event;
use crate::report::{Change, ChangeAction, Finding};

mod calls;
mod danger;
mod properties;
mod real;

const HOME: &str = "111111111111";

/// A call of `iam.amazonaws.com` at second `at`.
fn call(at: u32, name: &str, request: &Value) -> Value {
    json!({"eventVersion": "1.08", "eventID": format!("e{at}-{name}"), "recipientAccountId": HOME,
        "eventTime": format!("2026-10-05T22:{:02}:{:02}Z", at / 60, at % 60), "eventSource": "iam.amazonaws.com",
        "eventName": name, "userIdentity": {"type": "IAMUser", "userName": "ana"}, "requestParameters": request})
}

fn with(mut event: Value, fields: Value) -> Value {
    if let (Some(into), Value::Object(fields)) = (event.as_object_mut(), fields) {
        into.extend(fields);
    }
    event
}

fn fold(events: &[Value]) -> (Vec<Change>, Vec<Finding>) {
    let mut fold = Renderer::new(ChangeFold::Iam(super::Fold::default()));
    for event in events {
        fold.add(&Event::parse(event.to_string().as_bytes()).unwrap(), true);
    }
    let mut findings = findings::Fold::default();
    let changes = fold.finish(&mut findings);
    (changes, findings.finish())
}

/// Each change in a line: target, sign, before -> after.
fn changes_in_words(events: &[Value]) -> Vec<String> {
    let (changes, _) = fold(events);
    changes.iter().map(line).collect()
}

fn line(change: &Change) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    format!(
        "{}: {} {} -> {}",
        text(&change.target),
        change.action.into_str(),
        text(&change.before),
        text(&change.after)
    )
}

fn rules(events: &[Value]) -> Vec<String> {
    let (_, findings) = fold(events);
    let rule = |finding: &Finding| format!("{} {}", finding.level.into_str(), finding.rule);
    findings.iter().map(rule).collect()
}

fn note(change: &Change) -> &str {
    change.detail["note"].as_str().unwrap()
}

fn document(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn allow(action: &Value, resource: &Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn put(at: u32, statements: &Value) -> Value {
    let request =
        json!({"userName": "bert", "policyName": "p", "policyDocument": document(statements)});
    call(at, "PutUserPolicy", &request)
}

fn trust(at: u32, name: &str, principal: &Value, condition: &Value) -> Value {
    let statement = json!([{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}]);
    let key = if name == "CreateRole" {
        "assumeRolePolicyDocument"
    } else {
        "policyDocument"
    };
    call(
        at,
        name,
        &json!({"roleName": "deploy", key: document(&statement)}),
    )
}

fn new_user(at: u32) -> Value {
    call(at, "CreateUser", &json!({"userName": "bert"}))
}

#[test]
fn an_edit_tells_what_is_newly_allowed_and_what_no_longer_is() {
    let before = json!([
        allow(&json!("s3:GetObject"), &json!("*")),
        allow(&json!("ec2:Describe*"), &json!(["*"]))
    ]);
    let after = json!([
        allow(&json!(["EC2:describe*", "iam:PassRole"]), &json!("*")),
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Sid": "x"},
    ]);
    let (changes, _) = fold(&[new_user(0), put(1, &before), put(2, &after)]);
    let lines: Vec<String> = changes.iter().skip(1).map(line).collect();
    assert_eq!(
        lines,
        [
            "user bert: added - -> allows ec2:Describe* on *",
            "user bert: added - -> allows s3:GetObject on *",
            "user bert: added - -> allows iam:PassRole on *",
            "user bert: added - -> denies s3:* on *",
            "user bert: removed allows s3:GetObject on * -> -",
        ]
    );
    assert_eq!(note(&changes[1]), "inline policy p");
    assert_eq!(changes[3].detail["before_known"], true);
    assert_eq!(
        changes[3].detail["statement"],
        json!({"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": ["*"]})
    );
}

#[test]
fn an_account_is_the_same_by_its_number_in_every_partition() {
    for (region, partition) in [
        ("us-east-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
    ] {
        let call = |at, name, principal: &str| {
            let call = trust(at, name, &json!({"AWS": principal}), &json!({}));
            with(call, json!({"awsRegion": region}))
        };
        let root = format!("arn:{partition}:iam::222222222222:root");
        let (changes, _) = fold(&[
            call(0, "CreateRole", "222222222222"),
            call(1, "UpdateAssumeRolePolicy", &root),
        ]);
        assert!(line(&changes[0]).contains(&root), "{}", line(&changes[0]));
        assert_eq!(changes[1].action, ChangeAction::Noop, "{region}");
    }
}

#[test]
fn what_was_not_seen_is_not_guessed() {
    let statements = json!([allow(&json!("*"), &json!("*"))]);
    let (changes, findings) = fold(&[put(1, &statements)]);
    assert_eq!(line(&changes[0]), "user bert: modified - -> allows * on *");
    assert_eq!(changes[0].detail["before_known"], false);
    assert_eq!(note(&changes[0]), "inline policy p");
    assert_eq!(
        findings[0].message,
        "inline policy p of user bert now allows * on *, by ana"
    );
    let delete = call(
        2,
        "DeleteUserPolicy",
        &json!({"userName": "bert", "policyName": "q"}),
    );
    assert_eq!(
        changes_in_words(&[delete]),
        ["user bert: removed inline policy q -> -"]
    );
}

#[test]
fn a_document_that_says_the_same_changes_nothing() {
    let one = json!([allow(&json!(["a:b", "a:c"]), &json!("*"))]);
    let two = json!([
        allow(&json!("a:c"), &json!(["*"])),
        allow(&json!("A:B"), &json!("*"))
    ]);
    let same =
        "user bert: noop allows A:B on *; allows a:c on * -> allows A:B on *; allows a:c on *";
    assert_eq!(
        changes_in_words(&[new_user(0), put(1, &one), put(2, &two)])[2..],
        [same.to_owned()]
    );
    let refused = with(put(2, &json!([])), json!({"errorCode": "AccessDenied"}));
    let changes_in_words = changes_in_words(&[new_user(0), put(1, &one), refused, put(3, &one)]);
    assert!(
        changes_in_words[2].starts_with("user bert: failed - -> -"),
        "{changes_in_words:?}"
    );
    assert!(
        changes_in_words[3].starts_with("user bert: noop "),
        "{changes_in_words:?}"
    );
}

#[test]
fn a_text_that_is_no_policy_is_said_to_be_none() {
    for (text, why) in [
        ("{", "no JSON"),
        ("%7B%zz", "no JSON"),
        ("[]", "no policy"),
        (r#"{"Statement":[{}]}"#, "no policy"),
    ] {
        let request = json!({"userName": "bert", "policyName": "p", "policyDocument": text});
        let (changes, _) = fold(&[
            call(1, "PutUserPolicy", &request),
            put(2, &json!([allow(&json!("a:b"), &json!("c"))])),
        ]);
        assert_eq!(
            line(&changes[0]),
            "user bert: modified - -> inline policy p"
        );
        assert!(note(&changes[0]).contains(why), "{}", note(&changes[0]));
        assert_eq!(changes[1].detail["before_known"], false);
    }
}

#[test]
fn trust_names_whom_it_lets_in() {
    let ec2 = json!({"Service": "ec2.amazonaws.com"});
    let both = json!({"Service": ["ec2.amazonaws.com"], "AWS": ["999999999999", HOME]});
    let external = json!({"StringEquals": {"sts:ExternalId": "x"}});
    let changes_in_words = changes_in_words(&[
        trust(1, "CreateRole", &ec2, &json!({})),
        trust(2, "UpdateAssumeRolePolicy", &both, &json!({})),
        trust(3, "UpdateAssumeRolePolicy", &json!("*"), &external),
        call(4, "DeleteRole", &json!({"roleName": "deploy"})),
    ]);
    assert_eq!(
        changes_in_words,
        [
            "role deploy: added - -> allows ec2.amazonaws.com to assume",
            "role deploy: added - -> allows arn:aws:iam::111111111111:root, \
             arn:aws:iam::999999999999:root (another account) to assume",
            "role deploy: added - -> allows anyone (*) to assume (if sts:ExternalId = x)",
            "role deploy: removed allows arn:aws:iam::111111111111:root, \
             arn:aws:iam::999999999999:root (another account), ec2.amazonaws.com to assume -> -",
            "role deploy: removed allows anyone (*) to assume (if sts:ExternalId = x) -> -",
        ]
    );
}

#[test]
fn versions_of_managed_policies_are_kept_apart() {
    let arn = "arn:aws:iam::111111111111:policy/p";
    let text = |action: &str| document(&json!([allow(&json!(action), &json!("*"))]));
    let create = with(
        call(
            1,
            "CreatePolicy",
            &json!({"policyName": "p", "policyDocument": text("s3:List*")}),
        ),
        json!({"responseElements": {"policy": {"arn": arn, "defaultVersionId": "v1"}}}),
    );
    let version = |at, version: &str, action: &str, default: bool| {
        let request =
            json!({"policyArn": arn, "policyDocument": text(action), "setAsDefault": default});
        let response = json!({"responseElements": {"policyVersion": {"versionId": version, "isDefaultVersion": default}}});
        with(call(at, "CreatePolicyVersion", &request), response)
    };
    let of_version = |at, name: &str, version: &str| {
        call(at, name, &json!({"policyArn": arn, "versionId": version}))
    };
    let events = [
        create,
        version(2, "v2", "*", false),
        of_version(3, "SetDefaultPolicyVersion", "v2"),
        version(4, "v3", "s3:Get*", true),
        of_version(5, "DeletePolicyVersion", "v1"),
        of_version(6, "SetDefaultPolicyVersion", "v9"),
        call(7, "DeletePolicy", &json!({"policyArn": arn})),
    ];
    let (changes, findings) = fold(&events);
    let lines: Vec<String> = changes
        .iter()
        .map(|change| line(change).replace(arn, "p"))
        .collect();
    assert_eq!(
        lines,
        [
            "policy p: added - -> allows s3:List* on *",
            "policy p: added - -> version v2, not in force",
            "policy p: added - -> allows * on *",
            "policy p: removed allows * on * -> -",
            "policy p: removed version v1, not in force -> -",
            "policy p: modified allows s3:Get* on * -> version v9",
            "policy p: removed version v9 -> -",
        ]
    );
    assert_eq!(findings.len(), 1, "only what is put in force: {findings:?}");
    assert_eq!(findings[0].event_ids, ["e3-SetDefaultPolicyVersion"]);
}

#[test]
fn a_thing_created_again_is_another() {
    let statements = json!([allow(&json!("a:b"), &json!("c"))]);
    let delete = call(2, "DeleteUser", &json!({"userName": "bert"}));
    let changes_in_words = changes_in_words(&[
        new_user(0),
        put(1, &statements),
        delete,
        new_user(3),
        put(4, &statements),
    ]);
    assert_eq!(changes_in_words[4], "user bert: added - -> allows a:b on c");
    let renamed = call(
        1,
        "UpdateUser",
        &json!({"userName": "ana", "newUserName": "bert"}),
    );
    let ana = with(
        new_user(0),
        json!({"requestParameters": {"userName": "ana"}}),
    );
    let changes_in_words = super::tests::changes_in_words(&[ana, renamed, put(2, &statements)]);
    assert_eq!(
        changes_in_words[1],
        "user ana: modified user ana -> user bert"
    );
    assert_eq!(changes_in_words[2], "user bert: added - -> allows a:b on c");
}

#[test]
fn within_a_second_a_thing_exists_before_anything_happens_to_it() {
    let statements = json!([allow(&json!("a:b"), &json!("c"))]);
    let changes_in_words = changes_in_words(&[put(1, &statements), new_user(1)]);
    assert_eq!(changes_in_words[1], "user bert: added - -> allows a:b on c");
}

#[test]
fn two_edits_of_one_second_leave_unknown_which_holds() {
    let one = json!([allow(&json!("a:b"), &json!("c"))]);
    let two = json!([allow(&json!("a:c"), &json!("c"))]);
    let (changes, _) = fold(&[new_user(0), put(1, &one), put(1, &two), put(2, &one)]);
    let last = changes.last().unwrap();
    assert_eq!(
        (last.action, &last.detail["before_known"]),
        (ChangeAction::Modified, &json!(false))
    );
}

#[test]
fn what_is_not_in_the_answer_only_teaches() {
    let mut fold = Renderer::new(ChangeFold::Iam(super::Fold::default()));
    let statements = json!([allow(&json!("*"), &json!("*"))]);
    for (event, in_answer) in [(put(1, &statements), false), (put(2, &statements), true)] {
        fold.add(
            &Event::parse(event.to_string().as_bytes()).unwrap(),
            in_answer,
        );
    }
    let mut findings = findings::Fold::default();
    let changes = fold.finish(&mut findings);
    let actions: Vec<ChangeAction> = changes.iter().map(|change| change.action).collect();
    assert_eq!(actions, [ChangeAction::Noop]);
    assert!(findings.finish().is_empty());
}

#[test]
fn answers_are_percent_encoded() {
    let event = with(
        call(
            1,
            "CreateServiceLinkedRole",
            &json!({"aWSServiceName": "x.amazonaws.com"}),
        ),
        json!({"responseElements": {"role": {"roleName": "AWSServiceRoleForX", "assumeRolePolicyDocument":
            "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sts%3AAssumeRole%22%2C%22Principal%22\
             %3A%7B%22Service%22%3A%22x.amazonaws.com%22%7D%7D%7D"}}}),
    );
    assert_eq!(
        changes_in_words(&[event]),
        ["role AWSServiceRoleForX: added - -> allows x.amazonaws.com to assume"]
    );
}
