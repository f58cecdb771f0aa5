//! The steps against sign-in sessions (`aws login`, agents; facts: J4): one denies them to a role or user by their ARNs,
//! one revokes a session, which cannot be taken back. Their keys live 15 minutes, and the session makes new ones for
//! hours: what ends keys does not end it.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::signin::{self, SESSION_ACTIVE, SESSION_REVOKED, SessionAnswer, SignInSession};
use crate::error::Failure;
use crate::event::arn::{self, Actor};
use crate::event::time::Time;
use crate::report::response::Phase;
use crate::response::operator::Operator;
use crate::response::plan::{PlanStep, TargetValue};
use crate::response::policies::{DENY_SIGN_INS, deny_sign_ins, sign_ins_denied};
use crate::response::principal::Principal;
use crate::response::revoke::policy_of;
use crate::response::slot::{Slot, SlotValue};

/// Sessions that one policy names: all inline policies of a user hold 2,048 characters.
const MOST_NAMED: usize = 12;
/// Sessions that one call revokes (facts: J4).
const AT_ONCE: usize = 5;

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

/// Why the session that AWS `found` is not revoked as one of `named`, `role/NAME` or `user/NAME` of `account`: what the
/// report says of it is not believed.
pub fn why_not_revoked(
    found: Option<&SignInSession>,
    named: &str,
    account: &str,
    now: Time,
) -> Option<String> {
    let Some(found) = found else {
        return Some("AWS Sign-In knows no such session: it is over, or never was".to_owned());
    };
    if !found.owners().all(|owner| is_of(owner, named, account)) {
        let owners: Vec<&str> = found.owners().collect();
        return Some(format!(
            "AWS Sign-In says that it is of {}, not of {named}",
            owners.join(" and ")
        ));
    }
    if let Some(ended) = found.ended(now) {
        return Some(format!("over since {ended}: nothing to revoke"));
    }
    let status = found.status();
    (![SESSION_ACTIVE, SESSION_REVOKED].contains(&status)).then(|| {
        format!("AWS Sign-In says that it is {status}, not {SESSION_ACTIVE}: it is not revoked")
    })
}

/// Whether a session may be one of `named` of `account`, as far as AWS has `answered`: one that it does not know, or knows
/// as another's, is denied to nobody.
pub fn may_be_of(answered: Option<&SessionAnswer>, named: &str, account: &str) -> bool {
    match answered {
        Some(Ok(Some(found))) => found.owners().any(|owner| is_of(owner, named, account)),
        Some(Ok(None)) => false,
        Some(Err(_)) | None => true,
    }
}

/// Whether the ARN `owner` is that of `named` in `account`.
fn is_of(owner: &str, named: &str, account: &str) -> bool {
    let actor = Actor::of(owner).and_then(|actor| actor.named());
    actor.as_deref() == Some(named) && arn::account(owner) == Some(account)
}

/// The step that revokes `session_arn` of `named`, whose status is `before`.
pub fn revocation(
    operator: &Operator,
    named: &str,
    session_arn: &str,
    before: SlotValue,
) -> PlanStep {
    let slot = Slot::SignInSession {
        principal: named.to_owned(),
        session_arn: session_arn.to_owned(),
    };
    PlanStep {
        phase: Phase::Sessions,
        refused: operator.reaches_itself(&slot),
        slot,
        to: TargetValue::Value(Some(SESSION_REVOKED.to_owned())),
        before,
        why: "revoked, it is never refreshed again, also where its deny is lifted".to_owned(),
    }
}

/// What to know of a plan that revokes `count` sign-in sessions.
pub fn for_good(count: usize) -> Option<String> {
    let what = match count {
        0 => return None,
        1 => "1 sign-in session is".to_owned(),
        count => format!("{count} sign-in sessions are"),
    };
    Some(format!(
        "{what} revoked for good, which cannot be taken back: --keep-sign-in only denies them. This needs \
         signin:BatchRevokeSessions, which is not looked for beforehand: where it is refused, the deny stands"
    ))
}

/// A note on each of `sessions` that is active, or of which that could not be looked up; those of other accounts are for
/// these to look at.
pub async fn still_active(operator: &Operator, sessions: BTreeSet<String>) -> Vec<String> {
    let account = Some(operator.caller.account.as_str());
    let own = sessions
        .into_iter()
        .filter(|session| signin::account_of(session) == account);
    let client = &operator.slots.sign_in;
    let looks = client.sessions_in_time(own.collect()).await;
    let now = operator.aws.now();
    let note = |(session, found): (String, SessionAnswer)| match found {
        Ok(Some(found)) if found.status() != SESSION_REVOKED && found.ended(now).is_none() => {
            let owners: Vec<&str> = found.owners().collect();
            Some(format!(
                "sign-in session {session} of {} is {}: as far as it is not denied, whoever has it gets new keys; \
                 trailhunt respond contain denies and revokes it",
                owners.join(" and "),
                found.status()
            ))
        }
        Ok(_) => None,
        Err(error) => Some(format!(
            "whether sign-in session {session} is still active could not be looked up ({error})"
        )),
    };
    looks.into_iter().filter_map(note).collect()
}

/// The calls that revoke `sessions`, which are ARNs that [`signin::account_of`] knows, for whoever means it: those that
/// are no steps.
pub fn revocations(sessions: &BTreeSet<&str>) -> Vec<String> {
    let mut by_place: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for session in sessions {
        if let (Some(partition), Some(region)) = (arn::partition(session), arn::region(session)) {
            let of_place = by_place.entry((partition, region)).or_default();
            of_place.push(session);
        }
    }
    let call = |((partition, region), sessions): (&(&str, &str), &[&str])| {
        let account = sessions
            .first()
            .and_then(|session| signin::account_of(session));
        format!(
            "sign-in sessions that are not revoked can still be refreshed. This revokes them for good, and cannot be taken \
             back: aws signin batch-revoke-sessions --region {region} --principal-arn \
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
    fn what_is_denied_stays_denied_and_many_are_all() {
        let set = |ids: &[usize]| ids.iter().map(|id| arn_of(&id.to_string())).collect();
        assert_eq!(denied(set(&[1]), &set(&[2]), "every"), set(&[1, 2]));
        let many: Vec<usize> = (0..=MOST_NAMED).collect();
        let every = BTreeSet::from(["every".to_owned()]);
        assert_eq!(denied(set(&[]), &set(&many), "every"), every);
        assert_eq!(denied(every.clone(), &set(&[1]), "every"), every);
    }

    /// What cannot be taken back is done to what AWS says is active, and of nobody else.
    #[test]
    fn only_an_active_session_of_the_one_that_is_named_is_revoked() {
        let now = Time::of_unix(1_800_000_000).unwrap();
        let role = |of: &str| format!("arn:aws:iam::111122223333:role/{of}");
        let told = |principal: &str, role: Option<&str>, status: &str, expires_at: i64| {
            let found = serde_json::json!({
                "sessionArn": arn_of("1"), "principalArn": principal, "role": role,
                "status": status, "expiresAt": expires_at,
            });
            let found = serde_json::from_value(found).unwrap();
            why_not_revoked(Some(&found), "role/app", "111122223333", now)
        };
        let (app, later) = (role("app"), 1_900_000_000);
        let session = "arn:aws:sts::111122223333:assumed-role/app/ana";
        let user = "arn:aws:iam::111122223333:user/app";
        let abroad = app.replace("1111", "4444");
        for (principal, role) in [
            (app.as_str(), None),
            (&app, Some(app.as_str())),
            (session, Some(&app)),
        ] {
            assert_eq!(told(principal, role, "ACTIVE", later), None, "{principal}");
            // what holds already is told as that
            assert_eq!(told(principal, role, "REVOKED", later), None, "{principal}");
        }
        for status in [
            "",
            "EXPIRED",
            "SUSPENDED",
            "PENDING",
            "active",
            "ACTIVE ",
            "INACTIVE",
        ] {
            let why = told(&app, Some(&app), status, later).unwrap();
            assert!(why.contains("not ACTIVE: it is not revoked"), "{why}");
        }
        let other = role("other");
        for (principal, role) in [
            (other.as_str(), Some(app.as_str())),
            (&app, Some(other.as_str())),
            (user, Some(&app)),
            (&app, Some(user)),
            (&abroad, Some(&app)),
            ("", Some(&app)),
            (&app, Some("app")),
            ("arn:aws:iam::111122223333:root", None),
        ] {
            let why = told(principal, role, "ACTIVE", later).unwrap();
            assert!(why.ends_with("not of role/app"), "{why}");
        }
        let over = told(&app, None, "ACTIVE", 1_700_000_000).unwrap();
        assert!(over.contains("over since"), "{over}");
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
