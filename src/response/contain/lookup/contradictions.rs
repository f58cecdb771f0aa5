//! In what IAM contradicts the report: names are given again, and a report may come from anybody.

use chrono::TimeDelta;

use super::result::LeftOutReason;
use crate::event::time::Time;
use crate::report::Made;
use crate::report::response::Phase;
use crate::response::contain::targets::{LongTermKey, TargetUser};
use crate::response::owner::UserKey;
use crate::response::principal::User;

/// IAM's clock and CloudTrail's agree to this.
pub const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
const NO_TIME: &str = "when it was created is not known, in the report or to IAM";

/// In what IAM contradicts the report about a key.
pub fn contradiction(key: &LongTermKey, owned: &UserKey) -> Option<String> {
    let user = &owned.user;
    if let Some(reported) = key.user.as_ref().filter(|reported| *reported != user) {
        return Some(format!(
            "the report says that it is of user {reported}, IAM of {user}"
        ));
    }
    match (key.at, owned.created) {
        (Some(reported), Some(created)) => {
            ((created - reported).abs() > TOLERANCE).then(|| differing(reported, created))
        }
        // of a traced key the report does not tell it
        _ => (key.phase == Phase::Created).then(|| NO_TIME.to_owned()),
    }
}

/// Whether `user` can be the one that the lineage created or gave a password: one that was made at another time, or
/// after it got the password, is another user of the same name.
pub fn is_same_user(user: &User, target: &TargetUser) -> Result<(), LeftOutReason> {
    let (Some(reported), Some(created)) = (target.at, user.created) else {
        return Err(LeftOutReason::No(NO_TIME.to_owned()));
    };
    let is_another = match target.how {
        Made::Created => (created - reported).abs() > TOLERANCE,
        Made::Password => created > reported + TOLERANCE,
    };
    if is_another {
        return Err(LeftOutReason::No(format!(
            "{}: left alone altogether; if it is meant: trailhunt respond quarantine user/{} --deny-all",
            differing(reported, created),
            user.name
        )));
    }
    Ok(())
}

fn differing(reported: Time, created: Time) -> String {
    format!("the report tells of {reported}, IAM says created at {created}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::slot::ACTIVE;

    const NOON: &str = "2026-10-06T12:00:00Z";

    #[expect(clippy::unnecessary_wraps, reason = "a time may be absent")]
    fn at(minutes: i64) -> Option<Time> {
        let noon: Time = NOON.parse().unwrap();
        Some(noon + TimeDelta::minutes(minutes))
    }

    #[test]
    fn a_user_of_another_time_is_another_user() {
        let is_same_user = |how, reported, created| {
            let target = TargetUser {
                name: "svc".to_owned(),
                how,
                at: reported,
                why: String::new(),
            };
            let user = User {
                name: "svc".to_owned(),
                arn: String::new(),
                created,
            };
            is_same_user(&user, &target).is_ok()
        };
        let created = |reported, created| is_same_user(Made::Created, reported, created);
        assert!(created(at(0), at(0)) && created(at(0), at(-5)) && created(at(0), at(5)));
        assert!(!created(at(0), at(-6)) && !created(at(0), at(6)));
        assert!(!created(None, at(0)) && !created(at(0), None));
        // a user is given a password at any time after it was made
        let password = |reported, created| is_same_user(Made::Password, reported, created);
        assert!(password(at(0), at(5)) && password(at(0), at(-60 * 24 * 365)));
        assert!(!password(at(0), at(6)) && !password(None, at(0)) && !password(at(0), None));
    }

    #[test]
    fn a_key_is_doubted_where_iam_knows_another_user_or_another_time() {
        let doubt_of = |phase, user: Option<&str>, reported, created| {
            let key = LongTermKey {
                access_key_id: String::new(),
                phase,
                why: String::new(),
                user: user.map(str::to_owned),
                account: None,
                at: reported,
            };
            let owned = UserKey {
                user: "svc".to_owned(),
                status: ACTIVE.to_owned(),
                created,
                last_used: None,
            };
            super::contradiction(&key, &owned)
        };
        let contradiction =
            |user, reported, created| doubt_of(Phase::Created, user, reported, created);
        assert_eq!(contradiction(Some("svc"), at(0), at(-5)), None);
        // a report that leaves the time out gets no key of anybody's that way
        assert!(contradiction(Some("svc"), None, at(0)).is_some());
        assert!(contradiction(Some("svc"), at(0), at(6)).is_some());
        assert_eq!(doubt_of(Phase::Keys, None, None, at(0)), None);
        assert!(
            contradiction(Some("other"), at(0), at(0))
                .unwrap()
                .contains("svc")
        );
        let earlier = contradiction(None, at(0), at(-6)).unwrap();
        assert!(earlier.contains(NOON), "{earlier}");
    }
}
