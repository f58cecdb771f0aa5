//! The step that denies sign-in sessions (`aws login`, agents; facts: J4) to a role or user, by the ARNs of the sessions.
//! Their keys live 15 minutes, and the session makes new ones for hours: what ends keys does not end it.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Failure;
use crate::event::arn;
use crate::event::services::is_account_id;
use crate::report::response::Phase;
use crate::response::operator::Operator;
use crate::response::plan::{PlanStep, TargetValue};
use crate::response::policies::{DENY_SIGN_INS, deny_sign_ins, sign_ins_denied};
use crate::response::principal::Principal;
use crate::response::revoke::policy_of;

/// Sessions that one policy names: all inline policies of a user hold 2,048 characters.
const MOST_NAMED: usize = 12;
/// Sessions that one call revokes (facts: J4).
const AT_ONCE: usize = 5;
const LONGEST_ID: usize = 64;

/// The account of a sign-in session's ARN; none where `text` is no such ARN. What fits holds no pattern and no space.
pub fn account_of(text: &str) -> Option<&str> {
    let id = arn::resource(text)?.strip_prefix("session/")?;
    let is_word = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(fits)
    };
    let account = arn::account(text).filter(|account| is_account_id(account))?;
    let words = [arn::partition(text)?, arn::region(text)?, id];
    let fits = arn::service(text) == Some("signin") && words.into_iter().all(is_word);
    fits.then_some(account)
}

/// The step that denies `sessions` to `principal`, besides those that are denied there already.
///
/// # Errors
/// As [`policy_of`].
pub async fn deny_step(
    operator: &Operator,
    principal: &Principal,
    sessions: &BTreeSet<String>,
) -> Result<PlanStep, Failure> {
    let (slot, before) = policy_of(operator, principal, DENY_SIGN_INS).await?;
    let known = before.as_deref().map(sign_ins_denied).unwrap_or_default();
    let every = every_session(operator);
    let to = denied(known, sessions, &every);
    let why = if to.contains(&every) {
        "more sign-in sessions than a policy can name: innocent ones of it are denied too"
    } else {
        "sign-in sessions make new keys for hours, without another sign-in"
    };
    Ok(PlanStep {
        phase: Phase::Sessions,
        refused: operator.reaches_itself(&slot),
        slot,
        to: TargetValue::Value(Some(deny_sign_ins(&to))),
        before,
        why: why.to_owned(),
    })
}

/// The calls that revoke `sessions`, which are ARNs that [`account_of`] knows, for whoever means it: it cannot be taken
/// back, and so is no step.
pub fn revocations(sessions: &BTreeSet<&str>) -> Vec<String> {
    let mut by_place: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for session in sessions {
        if let (Some(partition), Some(region)) = (arn::partition(session), arn::region(session)) {
            let of_place = by_place.entry((partition, region)).or_default();
            of_place.push(session);
        }
    }
    let call = |((partition, region), sessions): (&(&str, &str), &[&str])| {
        let account = sessions.first().and_then(|session| account_of(session));
        format!(
            "sign-in sessions are denied, not revoked: they can still be refreshed. This revokes them for good, and cannot be \
             taken back: aws signin batch-revoke-sessions --region {region} --principal-arn \
             'arn:{partition}:iam::{}:*' --session-arns {}",
            account.unwrap_or_default(),
            sessions.join(" ")
        )
    };
    let places = by_place.iter();
    let calls =
        places.flat_map(|(place, sessions)| sessions.chunks(AT_ONCE).map(move |few| (place, few)));
    calls.map(call).collect()
}

fn every_session(operator: &Operator) -> String {
    let (partition, account) = (operator.partition(), &operator.caller.account);
    format!("arn:{partition}:signin:*:{account}:session/*")
}

/// What is denied: each by its name, or `every` one, where there are more than a policy can name.
fn denied(known: BTreeSet<String>, new: &BTreeSet<String>, every: &str) -> BTreeSet<String> {
    let mut all = known;
    all.extend(new.iter().cloned());
    if all.len() > MOST_NAMED || all.contains(every) {
        return BTreeSet::from([every.to_owned()]);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn_of(id: &str) -> String {
        format!("arn:aws:signin:us-east-1:111122223333:session/{id}")
    }

    #[test]
    fn only_the_arn_of_a_session_is_one() {
        for good in [
            arn_of("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
            arn_of("1"),
            "arn:aws-cn:signin:cn-north-1:111122223333:session/a".to_owned(),
        ] {
            assert_eq!(account_of(&good), Some("111122223333"), "{good}");
        }
        for bad in [
            "",
            "arn:",
            "arn:aws:signin",
            "arn:aws:signin:us-east-1:111122223333:session/",
            "arn:aws:signin:us-east-1:111122223333:session/*",
            "arn:aws:signin:us-east-1:111122223333:session/?",
            "arn:aws:signin:us-east-1:111122223333:session/a b",
            "arn:aws:signin:us-east-1:111122223333:session/a/b",
            "arn:aws:signin:us-east-1:111122223333:session/a:b",
            "arn:aws:signin:us-east-1:111122223333:session/${aws:username}",
            "arn:aws:signin:us-east-1:111122223333:session/a\u{1b}[31m",
            "arn:aws:signin:*:111122223333:session/a",
            "arn:aws:signin::111122223333:session/a",
            "arn:*:signin:us-east-1:111122223333:session/a",
            "arn:aws:signin:us-east-1:1111:session/a",
            "arn:aws:signin:us-east-1:*:session/a",
            "arn:aws:iam:us-east-1:111122223333:session/a",
            "arn:aws:signin:us-east-1:111122223333:role/a",
            &arn_of(&"a".repeat(65)),
        ] {
            assert_eq!(account_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_denied_stays_denied_and_many_are_all() {
        let set = |ids: &[usize]| ids.iter().map(|id| arn_of(&id.to_string())).collect();
        assert_eq!(denied(set(&[1]), &set(&[2]), "every"), set(&[1, 2]));
        let many: Vec<usize> = (0..=MOST_NAMED).collect();
        let every = BTreeSet::from(["every".to_owned()]);
        assert_eq!(denied(set(&[]), &set(&many), "every"), every);
        assert_eq!(denied(every.clone(), &set(&[1]), "every"), every);
    }

    #[test]
    fn five_are_revoked_at_once_each_where_it_is() {
        let sessions: Vec<String> = (0..7).map(|id| arn_of(&id.to_string())).collect();
        let there = "arn:aws:signin:eu-west-1:111122223333:session/x";
        let all = sessions.iter().map(String::as_str).chain([there]);
        let lines = revocations(&all.collect());
        assert_eq!(lines.len(), 3, "{lines:#?}");
        assert!(lines[0].ends_with(&format!(
            "--region eu-west-1 --principal-arn 'arn:aws:iam::111122223333:*' --session-arns {there}"
        )));
        assert!(lines[1].contains(&sessions[4]) && !lines[1].contains(&sessions[5]));
        assert!(lines[2].contains("--region us-east-1") && lines[2].contains(&sessions[6]));
        assert_eq!(revocations(&BTreeSet::new()), Vec::<String>::new());
    }

    /// All of it must fit beside a deny of older sessions, and what is written is read back.
    #[test]
    fn a_deny_fits_into_the_policies_of_a_user() {
        let id = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1";
        let longest = (0..MOST_NAMED).map(|at| {
            format!("arn:aws-us-gov:signin:us-gov-west-1:111122223333:session/{id}{at:02}")
        });
        let longest: BTreeSet<String> = longest.collect();
        let document = deny_sign_ins(&longest);
        assert!(document.len() < 1800, "{}", document.len());
        assert_eq!(sign_ins_denied(&document), longest);
        for other in [
            "",
            "{}",
            r#"{"Version":"2012-10-17","Statement":[]}"#,
            &document.replace("Deny", "Allow"),
        ] {
            assert_eq!(sign_ins_denied(other), BTreeSet::new(), "{other}");
        }
    }
}
