//! The policies that a response writes, and what a policy of AWS's denies.

use std::collections::BTreeSet;

use chrono::Duration;
use serde_json::{Value, json};

use crate::event::time::{self, Time};
use crate::policy::{Condition, Document, Effect, NamePattern, Scope, Statement, StatementElement};

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
    document
        .denials()
        .filter(|denial| is_of_all(denial))
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

/// The sign-in sessions that `document` denies everything to, as [`deny_sign_ins`] does, in whatever spelling.
pub fn sign_ins_denied(document: &str) -> BTreeSet<String> {
    let document = read(document);
    let denials = document.iter().flat_map(Document::denials);
    denials.filter_map(sign_ins_of).flatten().cloned().collect()
}

/// The sign-in sessions, or patterns of them, that `held` denies and `to` does not: they work again once it takes its place.
pub fn sign_ins_lifted(held: &str, to: &str) -> BTreeSet<String> {
    let still = sign_ins_denied(to);
    let mut lifted = sign_ins_denied(held);
    lifted.retain(|session| !is_among(session, &still));
    lifted
}

fn is_among(session: &str, denied: &BTreeSet<String>) -> bool {
    let session = NamePattern::exact(session);
    let mut denied = denied.iter().map(|pattern| NamePattern::exact(pattern));
    denied.any(|pattern| pattern.covers(&session))
}

/// Whether `document`, in the place of our inline policy called `policy`, says nothing that is lost where ours is put
/// anew: only what that denies too, or keeps.
pub fn is_kept(policy: &str, document: &str) -> bool {
    let Some(document) = read(document) else {
        return false;
    };
    let ours = read(&deny_bearer_tokens());
    let is_kept = |statement: &Statement| match policy {
        REVOKE_OLDER_SESSIONS => is_of_all(statement) && moment(statement).is_some(),
        DENY_SIGN_INS => sign_ins_of(statement).is_some(),
        DENY_ALL => true,
        DENY_BEARER_TOKENS => ours.as_ref().is_some_and(|ours| {
            let mut denials = ours.denials();
            denials.any(|ours| covers(ours, statement))
        }),
        _ => false,
    };
    document
        .statements
        .iter()
        .all(|statement| statement.effect == Effect::Deny && is_kept(statement))
}

/// Whether the policy `now` denies all that `before`, which does nothing else, denies: as far as ours are concerned.
pub fn denies_as_much(now: &str, before: &str) -> bool {
    let (Some(now), Some(before)) = (read(now), read(before)) else {
        return false;
    };
    let mut denied = before.statements.iter();
    denied.len() > 0
        && denied.all(|statement| {
            statement.effect == Effect::Deny && now.denials().any(|wide| covers(wide, statement))
        })
}

/// Whether whatever the denial `narrow` denies is denied by `wide`.
fn covers(wide: &Statement, narrow: &Statement) -> bool {
    let within = |wide: &Scope, narrow: &Scope| {
        narrow
            .iter()
            .all(|narrow| wide.iter().any(|wide| wide.covers(narrow)))
    };
    let always = wide.conditions.is_empty() || wide.conditions == narrow.conditions;
    let later = || Some(moment(wide)? >= moment(narrow)?);
    let more = || {
        let (wide, narrow) = (sign_ins_of(wide)?, sign_ins_of(narrow)?);
        Some(narrow.iter().all(|session| is_among(session, wide)))
    };
    within(&wide.actions, &narrow.actions)
        && within(&wide.resources, &narrow.resources)
        && (always || later() == Some(true) || more() == Some(true))
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

fn is_of_all(denial: &Statement) -> bool {
    let sides = [&denial.actions, &denial.resources];
    sides.into_iter().all(is_everything)
}

/// The sign-in sessions, or patterns of them, that `denial` denies everything to; none where it is about anything else.
fn sign_ins_of(denial: &Statement) -> Option<&BTreeSet<String>> {
    let mut conditions = denial.conditions.iter();
    let (only, None) = (conditions.next()?, conditions.next()) else {
        return None;
    };
    let is_it = ["arnlike", "arnequals"].contains(&only.operator.folded())
        && only.key.folded() == SIGN_IN_SESSION.to_ascii_lowercase();
    (is_it && is_of_all(denial)).then_some(&only.values)
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

    /// What a policy of somebody else denies is kept where ours takes its place, or told.
    #[test]
    fn what_is_lost_of_a_policy_that_ours_replaces_is_known() {
        let of = |operator: &str| {
            let sessions = json!([
                "arn:aws:signin:us-east-1:111122223333:session/a",
                "arn:aws:signin:*:111122223333:session/b*"
            ]);
            denying(&json!({operator: {"AWS:signinsessionarn": sessions}}))
        };
        for operator in ["ArnLike", "arnlike", "ArnEquals"] {
            assert_eq!(sign_ins_denied(&of(operator)).len(), 2, "{operator}");
            assert!(is_kept(DENY_SIGN_INS, &of(operator)), "{operator}");
        }
        let two = of("ArnLike").replace(
            "\"Statement\":[",
            "\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\"},",
        );
        assert_eq!(sign_ins_denied(&two).len(), 2);
        let older = session_deny(at("2026-11-21T09:00:00Z"));
        for (policy, document, kept) in [
            (DENY_SIGN_INS, two.as_str(), false),
            (DENY_SIGN_INS, &of("StringLike"), false),
            (DENY_SIGN_INS, &of("ArnNotLike"), false),
            (DENY_SIGN_INS, &of("ArnLikeIfExists"), false),
            (
                DENY_SIGN_INS,
                &of("ArnLike").replace("Deny", "Allow"),
                false,
            ),
            (DENY_SIGN_INS, &older, false),
            (DENY_SIGN_INS, "no policy", false),
            (REVOKE_OLDER_SESSIONS, &older, true),
            (REVOKE_OLDER_SESSIONS, &of("ArnLike"), false),
            (DENY_ALL, &two, true),
            (DENY_ALL, &older.replace("Deny", "Allow"), false),
            (DENY_BEARER_TOKENS, &deny_bearer_tokens(), true),
            (DENY_BEARER_TOKENS, &deny_all(), false),
            ("other", &deny_all(), false),
        ] {
            assert_eq!(is_kept(policy, document), kept, "{policy} {document}");
        }
    }

    #[test]
    fn a_wider_deny_holds_what_a_narrower_one_does() {
        let before = |time: &str| session_deny(at(&format!("2026-11-{time}:00:00Z")));
        let of = |ids: &[&str]| {
            let sessions = ids
                .iter()
                .map(|id| format!("arn:aws:signin:us-east-1:111122223333:session/{id}"));
            deny_sign_ins(&sessions.collect())
        };
        let every = deny_sign_ins(&BTreeSet::from([
            "arn:aws:signin:*:111122223333:session/*".to_owned()
        ]));
        for (wide, narrow) in [
            (before("21T10"), before("21T09")),
            (of(&["a", "b"]), of(&["a"])),
            (every.clone(), of(&["a", "b"])),
            (deny_all(), before("21T09")),
            (deny_all(), of(&["a"])),
            (deny_all(), deny_bearer_tokens()),
        ] {
            assert!(denies_as_much(&wide, &narrow), "{wide} {narrow}");
            assert!(denies_as_much(&wide, &wide), "{wide}");
            assert!(!denies_as_much(&narrow, &wide), "{narrow} {wide}");
        }
        assert!(!denies_as_much(&of(&["b"]), &of(&["a"])));
        assert!(!denies_as_much(&before("21T10"), &of(&["a"])));
        assert!(!denies_as_much(
            &deny_all().replace("Deny", "Allow"),
            &of(&["a"])
        ));
        assert!(!denies_as_much(
            &deny_all(),
            &deny_all().replace("Deny", "Allow")
        ));
        for none in [
            "",
            "{}",
            "no policy",
            r#"{"Version":"2012-10-17","Statement":[]}"#,
        ] {
            assert!(
                !denies_as_much(&deny_all(), none) && !denies_as_much(none, &deny_all()),
                "{none}"
            );
        }
        assert_eq!(sign_ins_lifted(&of(&["a", "b"]), &of(&["b"])).len(), 1);
        assert_eq!(sign_ins_lifted(&of(&["a", "b"]), "").len(), 2);
        assert_eq!(sign_ins_lifted(&of(&["a", "b"]), &every).len(), 0);
        assert_eq!(sign_ins_lifted(&every, &of(&["a"])).len(), 1);
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
