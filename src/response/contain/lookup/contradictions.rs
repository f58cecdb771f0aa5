//! In what IAM contradicts the report: names are given again, and a report may come from anybody.

use chrono::{DateTime, TimeDelta, Utc};

use super::result::LeftOutReason;
use crate::report::response::Phase;
use crate::report::{Made, rfc3339};
use crate::response::contain::targets::{LongTermKey, TargetUser};
use crate::response::owner::UserKey;
use crate::response::principal::User;

/// IAM's clock and CloudTrail's agree to this.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
const NO_TIME: &str = "when it was created is not known, in the report or to IAM";

/// In what IAM contradicts the report about a key.
pub fn doubt(key: &LongTermKey, owned: &UserKey) -> Option<String> {
    let user = &owned.user;
    if let Some(told) = key.user.as_ref().filter(|told| *told != user) {
        return Some(format!(
            "the report says that it is of user {told}, IAM of {user}"
        ));
    }
    match (key.at, owned.created) {
        (Some(told), Some(created)) => {
            ((created - told).abs() > TOLERANCE).then(|| differing(told, created))
        }
        // of a traced key the report does not tell it
        _ => (key.phase == Phase::Created).then(|| NO_TIME.to_owned()),
    }
}

/// Whether `user` can be the one that the lineage created or gave a password: one that was made at another time, or
/// after it got the password, is another user of the same name.
pub fn is_the_one(user: &User, target: &TargetUser) -> Result<(), LeftOutReason> {
    let (Some(told), Some(created)) = (target.at, user.created) else {
        return Err(LeftOutReason::No(NO_TIME.to_owned()));
    };
    let is_another = match target.how {
        Made::Created => (created - told).abs() > TOLERANCE,
        Made::Password => created > told + TOLERANCE,
    };
    if is_another {
        return Err(LeftOutReason::No(format!(
            "{}: left alone altogether; if it is meant: trailhunt respond quarantine user/{} --deny-all",
            differing(told, created),
            user.name
        )));
    }
    Ok(())
}

fn differing(told: DateTime<Utc>, created: DateTime<Utc>) -> String {
    format!(
        "the report tells of {}, IAM says created at {}",
        rfc3339(told),
        rfc3339(created)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::slot::ACTIVE;

    const NOON: &str = "2026-10-06T12:00:00Z";

    #[expect(clippy::unnecessary_wraps, reason = "a time may be absent")]
    fn at(minutes: i64) -> Option<DateTime<Utc>> {
        let noon: DateTime<Utc> = NOON.parse().unwrap();
        Some(noon + TimeDelta::minutes(minutes))
    }

    #[test]
    fn a_user_of_another_time_is_another_user() {
        let is_the_one = |how, told, created| {
            let target = TargetUser {
                name: "svc".to_owned(),
                how,
                at: told,
                why: String::new(),
            };
            let user = User {
                name: "svc".to_owned(),
                arn: String::new(),
                created,
            };
            is_the_one(&user, &target).is_ok()
        };
        let created = |told, created| is_the_one(Made::Created, told, created);
        assert!(created(at(0), at(0)) && created(at(0), at(-5)) && created(at(0), at(5)));
        assert!(!created(at(0), at(-6)) && !created(at(0), at(6)));
        assert!(!created(None, at(0)) && !created(at(0), None));
        // a user is given a password at any time after it was made
        let password = |told, created| is_the_one(Made::Password, told, created);
        assert!(password(at(0), at(5)) && password(at(0), at(-60 * 24 * 365)));
        assert!(!password(at(0), at(6)) && !password(None, at(0)) && !password(at(0), None));
    }

    #[test]
    fn a_key_is_doubted_where_iam_knows_another_user_or_another_time() {
        let doubt_of = |phase, user: Option<&str>, told, created| {
            let key = LongTermKey {
                access_key_id: String::new(),
                phase,
                why: String::new(),
                user: user.map(str::to_owned),
                account: None,
                at: told,
            };
            let owned = UserKey {
                user: "svc".to_owned(),
                status: ACTIVE.to_owned(),
                created,
                last_used: None,
            };
            super::doubt(&key, &owned)
        };
        let doubt = |user, told, created| doubt_of(Phase::Created, user, told, created);
        assert_eq!(doubt(Some("svc"), at(0), at(-5)), None);
        // a report that leaves the time out gets no key of anybody's that way
        assert!(doubt(Some("svc"), None, at(0)).is_some());
        assert!(doubt(Some("svc"), at(0), at(6)).is_some());
        assert_eq!(doubt_of(Phase::Keys, None, None, at(0)), None);
        assert!(doubt(Some("other"), at(0), at(0)).unwrap().contains("svc"));
        let earlier = doubt(None, at(0), at(-6)).unwrap();
        assert!(earlier.contains(NOON), "{earlier}");
    }
}
