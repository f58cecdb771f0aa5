//! What IAM's answers make of a target.

use super::*;

const NOON: &str = "2026-10-06T12:00:00Z";

#[expect(clippy::unnecessary_wraps, reason = "a time may be absent")]
fn at(minutes: i64) -> Option<DateTime<Utc>> {
    let noon: DateTime<Utc> = NOON.parse().unwrap();
    Some(noon + TimeDelta::minutes(minutes))
}

#[test]
fn a_user_of_another_time_is_another_user() {
    let is_the_one = |how, told, created| {
        let target = Target {
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
        let key = Key {
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

#[test]
fn sessions_of_one_holder_are_one_question() {
    let session = |id: &str, role: &str| Session {
        id: id.to_owned(),
        holder: Holder::Role(role.to_owned()),
        why: String::new(),
    };
    let groups = by_holder(vec![
        session("1", "b"),
        session("2", "a"),
        session("3", "b"),
    ]);
    let ids: Vec<Vec<&str>> = groups
        .iter()
        .map(|(_, group)| group.iter().map(|it| it.id.as_str()).collect())
        .collect();
    assert_eq!(ids, [vec!["1", "3"], vec!["2"]]);
}
