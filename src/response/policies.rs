//! The policies that a response writes, and what a policy of AWS's denies.

use std::collections::BTreeSet;

use chrono::Duration;
use serde_json::{Value, json};

use crate::event::time::{self, Time};
use crate::policy::{Condition, Document, NamePattern, Scope, Statement, StatementElement};

/// The inline policy by which IAM's console, too, revokes sessions.
pub const REVOKE_OLDER_SESSIONS: &str = "AWSRevokeOlderSessions";
/// What the names of AWS's quarantine policies begin with (facts: F5).
pub const QUARANTINE: &str = "AWSCompromisedKeyQuarantine";
/// Our own deny of everything.
pub const DENY_ALL: &str = "TrailhuntDenyAll";

/// Our own deny of Bedrock's API keys, whose short-term ones cannot be listed (facts: J5).
pub const DENY_BEARER_TOKENS: &str = "TrailhuntDenyBearerTokens";

/// Our own deny of sign-in sessions by their ARNs: those of `aws login` and of agents (facts: J4).
pub const DENY_SIGN_INS: &str = "TrailhuntDenySignInSessions";

/// The condition key of the sign-in session that a request is made in.
const SIGN_IN_SESSION: &str = "aws:SignInSessionArn";

/// What intruders do with stolen credentials, beyond looking around: get more credentials, take data, spend money,
/// stay, and cover their tracks.
const WANTED: [&str; 22] = [
    "sts:AssumeRole",
    "iam:CreateAccessKey",
    "iam:CreateUser",
    "iam:CreateLoginProfile",
    "iam:AttachUserPolicy",
    "iam:UpdateAssumeRolePolicy",
    "s3:GetObject",
    "s3:DeleteObject",
    "dynamodb:Scan",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "kms:Decrypt",
    "ec2:CreateSnapshot",
    "ec2:ModifySnapshotAttribute",
    "rds:CreateDBSnapshot",
    "ec2:RunInstances",
    "ec2:AuthorizeSecurityGroupIngress",
    "ssm:SendCommand",
    "lambda:CreateFunction",
    "lambda:InvokeFunction",
    "cloudtrail:StopLogging",
    "guardduty:DeleteDetector",
];

/// Denies everything to sessions that were issued before `issued_before` (facts: F4); long-term keys have no
/// `aws:TokenIssueTime`, and are not touched. A fraction of a second counts as a whole one: sessions are issued in
/// whole seconds.
pub fn session_deny(issued_before: Time) -> String {
    let whole = issued_before.whole_second();
    let up = Duration::seconds(i64::from(whole < issued_before));
    let condition = json!({"DateLessThan": {"aws:TokenIssueTime": (whole + up).to_string()}});
    policy(&json!({"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": condition}))
}

/// The moment of the [`session_deny`] that `document` holds, ours or as the console writes it; the latest of several,
/// none where it holds none.
pub fn revoked_before(document: &str) -> Option<Time> {
    let document = read(document)?;
    let is_of_all = |denial: &&Statement| {
        let sides = [&denial.actions, &denial.resources];
        sides.into_iter().all(is_everything)
    };
    document
        .denials()
        .filter(is_of_all)
        .filter_map(moment)
        .max()
}

/// Denies everything.
pub fn deny_all() -> String {
    policy(&json!({"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}))
}

/// Denies calls that are made with a bearer token, not a signature.
pub fn deny_bearer_tokens() -> String {
    let action = ["bedrock:CallWithBearerToken"];
    policy(&json!({"Effect": "Deny", "Action": action, "Resource": ["*"]}))
}

/// Denies everything to what acts in one of these sign-in sessions; an ARN may be a pattern.
pub fn deny_sign_ins(sessions: &BTreeSet<String>) -> String {
    let condition = json!({"ArnLike": {SIGN_IN_SESSION: sessions}});
    policy(&json!({"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": condition}))
}

/// The sign-in sessions that `document`, put by [`deny_sign_ins`], denies; none of any other document.
pub fn sign_ins_denied(document: &str) -> BTreeSet<String> {
    let json = serde_json::from_str::<Value>(document).unwrap_or_default();
    let values = &json["Statement"][0]["Condition"]["ArnLike"][SIGN_IN_SESSION];
    let values = values.as_array().into_iter().flatten();
    let sessions = values.filter_map(|value| value.as_str().map(str::to_owned));
    let sessions: BTreeSet<String> = sessions.collect();
    let ours = serde_json::from_str::<Value>(&deny_sign_ins(&sessions)).ok();
    if ours == Some(json) {
        sessions
    } else {
        BTreeSet::new()
    }
}

/// What intruders want that the policy `document` does not deny everywhere and always; none where it is no policy.
pub fn not_denied(document: &str) -> Option<Vec<&'static str>> {
    let document = read(document)?;
    let actions = WANTED.into_iter();
    Some(
        actions
            .filter(|action| !is_denied(&document, action))
            .collect(),
    )
}

/// Whether the policy `document` denies `action` everywhere and always; none where it is no policy.
pub fn denies(document: &str, action: &str) -> Option<bool> {
    read(document).map(|document| is_denied(&document, action))
}

fn policy(statement: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

/// Whether the policy `document` does nothing but deny.
pub fn only_denies(document: &str) -> bool {
    let document = read(document);
    document.is_some_and(|document| document.denials().count() == document.statements.len())
}

/// Policies of users and roles name no principals, which alone are spelled otherwise in other partitions.
fn read(document: &str) -> Option<Document> {
    Document::parse(document, "aws").ok()
}

fn is_denied(document: &Document, action: &str) -> bool {
    let action = StatementElement::Like(NamePattern::caseless(action));
    document.denials().any(|denial| {
        denial.conditions.is_empty()
            && is_everything(&denial.resources)
            && denial.actions.iter().any(|own| own.covers(&action))
    })
}

fn is_everything(scope: &Scope) -> bool {
    scope.iter().any(StatementElement::is_everything)
}

/// The time of a statement whose only condition is an earlier `aws:TokenIssueTime`: the latest of several, any of
/// which is enough.
fn moment(denial: &Statement) -> Option<Time> {
    let mut conditions = denial.conditions.iter();
    let (only, None) = (conditions.next()?, conditions.next()) else {
        return None;
    };
    let is_issue = |only: &&Condition| {
        (only.operator.folded(), only.key.folded()) == ("datelessthan", "aws:tokenissuetime")
    };
    let times = Some(only).filter(is_issue)?.values.iter();
    times.filter_map(|text| time::rfc3339(text)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        time::rfc3339(text).unwrap()
    }

    fn denying(condition: &Value) -> String {
        policy(&json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}))
    }

    #[test]
    fn a_session_deny_is_what_the_console_writes() {
        assert_eq!(
            session_deny(at("2026-11-21T09:00:00Z")),
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-11-21T09:00:00Z"}}}]}"#
        );
    }

    /// A session of that very second would outlive a moment that is rounded down.
    #[test]
    fn a_fraction_of_a_second_is_rounded_up() {
        let moment = revoked_before(&session_deny(at("2026-12-31T23:59:59.001Z")));
        assert_eq!(moment, Some(at("2027-01-01T00:00:00Z")));
    }

    #[test]
    fn a_session_deny_is_known_however_it_is_written() {
        let read = |condition| revoked_before(&denying(&condition));
        let issued = |time| json!({"DateLessThan": {"aws:TokenIssueTime": time}});
        let nine = Some(at("2026-11-21T09:00:00Z"));
        assert_eq!(read(issued(json!("2026-11-21T09:00:00Z"))), nine);
        assert_eq!(read(issued(json!("2026-11-21T10:00:00+01:00"))), nine);
        assert_eq!(
            read(issued(json!([
                "2026-11-21T08:00:00.500Z",
                "2026-11-21T09:00:00.000Z"
            ]))),
            nine
        );
        let other_case = json!({"datelessthan": {"AWS:tokenissuetime": "2026-11-21T09:00:00Z"}});
        assert_eq!(read(other_case), nine);
        let one = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":["*"],
            "Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-11-21T09:00:00Z"}}}}"#;
        assert_eq!(revoked_before(one), nine);
    }

    #[test]
    fn other_policies_are_no_session_deny() {
        let issued = json!({"aws:TokenIssueTime": "2026-11-21T09:00:00Z"});
        let narrower = json!({"DateLessThan": issued, "Bool": {"aws:SecureTransport": "true"}});
        let of_some = policy(&json!({"Effect": "Deny", "Action": "s3:*", "Resource": "*",
            "Condition": {"DateLessThan": issued}}));
        let allowing = policy(&json!({"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"DateLessThan": issued}}));
        let later = json!({"DateGreaterThan": issued});
        let odd = json!({"DateLessThan": {"aws:TokenIssueTime": "soon"}});
        let documents = [
            of_some,
            allowing,
            deny_all(),
            denying(&narrower),
            denying(&later),
            denying(&odd),
        ];
        for document in documents {
            assert_eq!(revoked_before(&document), None, "{document}");
        }
        for text in [
            "",
            "[]",
            "7",
            "{",
            r#"{"Statement":["x",7]}"#,
            r#"{"Statement":{"Effect":"Deny"}}"#,
        ] {
            assert_eq!(revoked_before(text), None, "{text}");
        }
    }

    #[test]
    fn a_deny_of_everything_leaves_nothing_open() {
        assert_eq!(not_denied(&deny_all()), Some(Vec::new()));
    }

    #[test]
    fn what_a_policy_leaves_open() {
        let document = policy(&json!({"Effect": "Deny", "Resource": ["*"],
            "Action": ["iam:*", "EC2:runinstances", "s3:Get*", "lambda:*Function", "ssm:*"]}));
        let open = not_denied(&document).unwrap();
        for action in [
            "sts:AssumeRole",
            "s3:DeleteObject",
            "ec2:CreateSnapshot",
            "kms:Decrypt",
        ] {
            assert!(open.contains(&action), "{action}: {open:?}");
        }
        for action in [
            "iam:CreateUser",
            "ec2:RunInstances",
            "s3:GetObject",
            "lambda:InvokeFunction",
        ] {
            assert!(!open.contains(&action), "{action}: {open:?}");
        }
    }

    #[test]
    fn all_but_some_is_denied_too() {
        let document = policy(
            &json!({"Effect": "Deny", "Resource": "*", "NotAction": ["sts:*", "kms:Decrypt"]}),
        );
        assert_eq!(
            not_denied(&document).unwrap(),
            ["sts:AssumeRole", "kms:Decrypt"]
        );
    }

    /// What is denied only somewhere or sometimes is not denied.
    #[test]
    fn a_deny_under_a_condition_is_none() {
        let condition = json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}});
        let bucket = json!({"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::logs/*"});
        for document in [denying(&condition), policy(&bucket)] {
            assert_eq!(not_denied(&document).unwrap(), WANTED);
        }
    }

    #[test]
    fn what_is_no_policy_says_nothing() {
        for text in ["", "null", "[]", "{}", "<html>"] {
            assert_eq!(not_denied(text), None, "{text}");
        }
    }
}
