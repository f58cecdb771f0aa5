//! In what IAM contradicts the report: names are given again, and a report may come from anybody.

use chrono::{DateTime, TimeDelta, Utc};

use super::found::Unfit;
use crate::report::rfc3339;
use crate::response::contain::targets::{Key, Target};
use crate::response::owner::UserKey;
use crate::response::principal::User;

/// IAM's clock and CloudTrail's agree to this.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// In what IAM contradicts the report about a key.
pub fn doubt(key: &Key, owned: &UserKey) -> Option<String> {
    let user = &owned.user;
    if let Some(told) = key.user.as_ref().filter(|told| *told != user) {
        return Some(format!(
            "the report says that it is of user {told}, IAM of {user}"
        ));
    }
    let (told, created) = (key.at?, owned.created?);
    (created < told - TOLERANCE).then(|| differing(told, created))
}

/// Whether `user` can be the one that the lineage created: one that was made at another time is another user.
pub fn is_the_one(user: &User, target: &Target) -> Result<(), Unfit> {
    let (Some(told), Some(created)) = (target.at, user.created) else {
        return Err(Unfit::No(
            "when it was created is not known, in the report or to IAM".to_owned(),
        ));
    };
    if (created - told).abs() <= TOLERANCE {
        Ok(())
    } else {
        Err(Unfit::No(differing(told, created)))
    }
}

fn differing(told: DateTime<Utc>, created: DateTime<Utc>) -> String {
    format!(
        "the report says created at {}, IAM says {}",
        rfc3339(told),
        rfc3339(created)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Made;
    use crate::report::response::Phase;
    use crate::response::slot::ACTIVE;

    const NOON: &str = "2026-10-06T12:00:00Z";

    fn at(minutes: i64) -> Option<DateTime<Utc>> {
        let noon: DateTime<Utc> = NOON.parse().unwrap();
        Some(noon + TimeDelta::minutes(minutes))
    }

    #[test]
    fn a_user_of_another_time_is_another_user() {
        let is_the_one = |told, created| {
            let target = Target {
                name: "svc".to_owned(),
                how: Made::Created,
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
        assert!(is_the_one(at(0), at(0)) && is_the_one(at(0), at(-5)) && is_the_one(at(0), at(5)));
        assert!(!is_the_one(at(0), at(-6)) && !is_the_one(at(0), at(6)));
        assert!(!is_the_one(None, at(0)) && !is_the_one(at(0), None));
    }

    #[test]
    fn a_key_is_doubted_where_iam_knows_another_user_or_an_earlier_time() {
        let doubt = |user: Option<&str>, told, created| {
            let key = Key {
                access_key_id: String::new(),
                phase: Phase::Created,
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
        assert_eq!(doubt(Some("svc"), at(0), at(-5)), None);
        assert_eq!(doubt(None, None, at(0)), None);
        assert!(doubt(Some("other"), at(0), at(0)).unwrap().contains("svc"));
        let earlier = doubt(None, at(0), at(-6)).unwrap();
        assert!(earlier.contains(NOON), "{earlier}");
    }
}
