//! The policies that a response writes, and what a policy of AWS's denies.

use chrono::Duration;
use serde_json::{Value, json};

use crate::event::time::{self, Time};

/// The inline policy by which IAM's console, too, revokes sessions.
pub const REVOKE_OLDER_SESSIONS: &str = "AWSRevokeOlderSessions";
/// What the names of AWS's quarantine policies begin with (facts: F5).
pub const QUARANTINE: &str = "AWSCompromisedKeyQuarantine";
/// Our own deny of everything.
pub const DENY_ALL: &str = "TrailhuntDenyAll";

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
    let policy = serde_json::from_str(document).ok()?;
    let denials = denials(&policy).filter(|denial| has(denial, "Action", "*") && is_of_all(denial));
    denials
        .filter_map(|denial| moment(&denial["Condition"]))
        .max()
}

/// Denies everything.
pub fn deny_all() -> String {
    policy(&json!({"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}))
}

/// What intruders want that the policy `document` does not deny everywhere and always; none where it is no policy.
pub fn not_denied(document: &str) -> Option<Vec<&'static str>> {
    let open = WANTED
        .into_iter()
        .filter(|action| denies(document, action) == Some(false));
    denies(document, WANTED[0]).map(|_| open.collect())
}

/// Whether the policy `document` denies `action` everywhere and always; none where it is no policy.
pub fn denies(document: &str, action: &str) -> Option<bool> {
    let policy: Value = serde_json::from_str(document).ok()?;
    policy.get("Statement")?;
    let is_whole = |denial: &&Value| is_of_all(denial) && denial.get("Condition").is_none();
    Some(
        denials(&policy)
            .filter(is_whole)
            .any(|denial| is_denied(denial, action)),
    )
}

fn policy(statement: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

/// Whether the policy `document` does nothing but deny.
pub fn only_denies(document: &str) -> bool {
    serde_json::from_str::<Value>(document).is_ok_and(|policy| {
        let statements = policy.get("Statement").map_or(&[][..], as_list);
        statements.iter().all(|one| one["Effect"] == "Deny")
    })
}

/// The statements of `policy` that deny: it holds one or a list of them.
fn denials(policy: &Value) -> impl Iterator<Item = &Value> {
    let statements = policy.get("Statement").map_or(&[][..], as_list);
    statements.iter().filter(|one| one["Effect"] == "Deny")
}

fn is_of_all(statement: &Value) -> bool {
    has(statement, "Resource", "*")
}

fn has(statement: &Value, element: &str, text: &str) -> bool {
    let texts = statement.get(element).map_or(&[][..], as_list);
    texts.iter().any(|one| one == text)
}

fn is_denied(statement: &Value, action: &str) -> bool {
    let covered = |patterns: &Value| {
        let patterns = as_list(patterns).iter().filter_map(Value::as_str);
        patterns.into_iter().any(|pattern| covers(pattern, action))
    };
    match (statement.get("Action"), statement.get("NotAction")) {
        (Some(actions), _) => covered(actions),
        (None, Some(spared)) => !covered(spared),
        (None, None) => false,
    }
}

/// Whether an action of a policy, with its `*`s, stands for `action`. Case makes no difference.
fn covers(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == action;
    };
    let Some(mut left) = action.strip_prefix(start) else {
        return false;
    };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(end)
}

/// The time of a condition that asks for nothing but an earlier `aws:TokenIssueTime`: the latest of several, any of
/// which is enough.
fn moment(condition: &Value) -> Option<Time> {
    let times = only(only(condition, "DateLessThan")?, "aws:TokenIssueTime")?;
    let times = as_list(times).iter().filter_map(Value::as_str);
    times.filter_map(time::rfc3339).max()
}

/// What `value` holds under `name`, where it holds nothing else; names in conditions are of any case.
fn only<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let mut fields = value.as_object()?.iter();
    let (known, held) = fields.next()?;
    (fields.next().is_none() && known.eq_ignore_ascii_case(name)).then_some(held)
}

/// Policies write a list of one as its element.
fn as_list(value: &Value) -> &[Value] {
    value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice)
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

    #[test]
    fn wildcards_of_actions() {
        assert!(covers("*", "s3:GetObject") && covers("s3:*", "s3:GetObject"));
        assert!(covers("S3:Get*ect", "s3:GetObject") && covers("s*:*o*e*t", "s3:GetObject"));
        assert!(
            !covers("s3:Get*Objects", "s3:GetObject") && !covers("s3:GetObject*x", "s3:GetObject")
        );
        assert!(!covers("", "s3:GetObject") && !covers("s3:Get", "s3:GetObject"));
        assert!(
            !covers("s3:GetObj*bject", "s3:GetObject"),
            "no letter counts twice"
        );
    }
}
