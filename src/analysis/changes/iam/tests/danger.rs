//! What becomes a finding, and what does not.

use serde_json::{Value, json};

use super::{HOME, allow, fold, line, new_user, note, put, rules, trust, with};

#[test]
fn strangers_are_found() {
    let create = |principal: Value, condition: Value| {
        rules(&[trust(1, "CreateRole", &principal, &condition)])
    };
    let none = json!({});
    let organization = json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}});
    let word = json!({"StringEquals": {"sts:ExternalId": "x"}});
    assert_eq!(create(json!("*"), none.clone()), ["critical trust-public"]);
    assert_eq!(
        create(json!({"AWS": ["*"]}), word.clone()),
        ["critical trust-public"]
    );
    assert_eq!(
        create(json!({"AWS": "*"}), organization),
        Vec::<String>::new()
    );
    assert_eq!(
        create(json!({"AWS": "arn:aws:iam::999999999999:user/x"}), word),
        ["high trust-foreign-account"]
    );
    assert_eq!(
        create(json!({"AWS": HOME}), none.clone()),
        Vec::<String>::new()
    );
    assert_eq!(
        create(json!({"Service": "ec2.amazonaws.com"}), none.clone()),
        Vec::<String>::new()
    );
    assert_eq!(
        create(json!({"Federated": "accounts.google.com"}), none.clone()),
        ["medium trust-federated-provider"]
    );
    let narrowed = trust(
        2,
        "UpdateAssumeRolePolicy",
        &json!({"AWS": "arn:aws:iam::999999999999:role/x"}),
        &none,
    );
    let whole = trust(1, "CreateRole", &json!({"AWS": "999999999999"}), &none);
    let (_, findings) = fold(&[whole, narrowed]);
    let messages: Vec<&str> = findings.iter().map(|finding| &*finding.message).collect();
    let message =
        "role deploy newly lets arn:aws:iam::999999999999:root (another account) assume it, by ana";
    assert_eq!(messages, [message]);
}

#[test]
fn dangers_of_permissions() {
    let found = |statement: Value| rules(&[new_user(0), put(1, &json!([statement]))]);
    let none = Vec::<String>::new();
    let on = |action: Value, resource: &str| found(allow(&action, &json!(resource)));
    let escalation = ["high policy-allows-privilege-escalation"];
    assert_eq!(on(json!("*"), "*"), ["critical policy-allows-everything"]);
    assert_eq!(on(json!("*:*"), "*"), ["critical policy-allows-everything"]);
    assert_eq!(on(json!("iam:*"), "*"), ["high policy-wildcard"]);
    assert_eq!(
        on(json!(["s3:*", "ec2:DescribeVpcs"]), "*"),
        ["medium policy-wildcard"]
    );
    assert_eq!(on(json!("iam:passrole"), "*"), escalation);
    assert_eq!(
        on(json!("iam:Attach*Policy"), "arn:aws:iam::1:role/x"),
        escalation
    );
    assert_eq!(on(json!("iam:CreateAccessKey"), "*"), escalation);
    assert_eq!(
        on(json!("sts:AssumeRole"), "arn:aws:iam::*:role/*"),
        escalation
    );
    for (action, resource) in [
        ("iam:PassRole", "arn:aws:iam::1:role/x"),
        ("iam:CreateAccessKey", "arn:aws:iam::1:user/${aws:username}"),
        ("s3:*", "arn:aws:s3:::bucket/*"),
        ("*", "arn:aws:s3:::bucket/*"),
        ("sts:AssumeRole", "arn:aws:iam::1:role/x"),
        (
            "lambda:UpdateFunctionCode",
            "arn:aws:lambda:eu-west-1:1:function:x",
        ),
        ("iam:Get*", "*"),
    ] {
        assert_eq!(on(json!(action), resource), none, "{action} on {resource}");
    }
    let with_condition = |condition: Value| {
        found(with(
            allow(&json!("*"), &json!("*")),
            json!({"Condition": condition}),
        ))
    };
    for limit in [
        json!({"Bool": {"aws:MultiFactorAuthPresent": true}}),
        json!({"IpAddress": {"aws:SourceIp": "203.0.113.9/32"}}),
    ] {
        assert_eq!(with_condition(limit), ["high policy-allows-everything"]);
    }
    for no_limit in [
        json!({"StringLike": {"aws:userid": "*"}}),
        json!({"Bool": {"aws:SecureTransport": "true"}}),
        json!({"ForAllValues:StringEquals": {"aws:TagKeys": "x"}}),
    ] {
        assert_eq!(
            with_condition(no_limit),
            ["critical policy-allows-everything"]
        );
    }
    let pass_to =
        json!({"Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}});
    assert_eq!(
        found(with(allow(&json!("iam:PassRole"), &json!("*")), pass_to)),
        none
    );
    let nearly_all = json!({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::x"});
    assert_eq!(found(nearly_all), ["critical policy-allows-everything"]);
    assert_eq!(
        found(json!({"Effect": "Deny", "Action": "*", "Resource": "*"})),
        none
    );
    let all_but = json!({"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"});
    assert_eq!(found(all_but), ["high policy-wildcard"]);
}

#[test]
fn a_narrower_policy_is_no_finding() {
    let wide = json!([allow(&json!("*"), &json!("*"))]);
    let narrow = json!([allow(&json!("iam:*"), &json!("*"))]);
    let (changes, findings) = fold(&[new_user(0), put(1, &wide), put(2, &narrow)]);
    assert_eq!(line(&changes[2]), "user bert: removed allows * on * -> -");
    assert_eq!(
        note(&changes[2]),
        "inline policy p; it still allows iam:* on *"
    );
    assert_eq!(findings.len(), 1);
    assert_eq!(
        rules(&[new_user(0), put(1, &narrow), put(2, &wide)]),
        ["critical policy-allows-everything", "high policy-wildcard"]
    );
}
