//! What a name or an ARN stands for in the caller's account: a user, or a role and of which sort.

use aws_sdk_iam::error::ProvideErrorMetadata;

use crate::aws::errors::{error_code_or_cause, is_denied, is_not_there};
use crate::aws::time::utc;
use crate::error::Failure;
use crate::event::arn::{self, Actor};
use crate::event::services::is_account_id;
use crate::event::time::Time;
use crate::response::operator::Operator;

/// Names of users and roles are no longer.
const LONGEST_NAME: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    User(User),
    Role(Role),
}

impl Principal {
    pub fn arn(&self) -> &str {
        let (Self::User(User { arn, .. }) | Self::Role(Role { arn, .. })) = self;
        arn
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub name: String,
    pub arn: String,
    pub created: Option<Time>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub name: String,
    pub arn: String,
    pub sort: RoleSort,
    pub created: Option<Time>,
}

/// Who governs a role: inline policies can be put on ordinary ones only (facts: F4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleSort {
    Ordinary,
    /// Path `/aws-service-role/`.
    ServiceLinked,
    /// Path `/aws-reserved/sso.amazonaws.com/`: made from a permission set of IAM Identity Center.
    IdentityCenter,
}

/// Why a principal is not to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unresolved {
    /// No such user or role in this account.
    Nobody,
    /// Its ARN names this other account.
    Foreign(String),
    /// A user and a role have this name.
    Ambiguous,
    /// Nothing that can be resolved: root, a service, odd text.
    NotAPrincipal(String),
    /// IAM did not let us look, or did not answer: what, and why.
    CouldNotLook(String),
}

impl Unresolved {
    /// The failure to end with, where `text` was what the user typed.
    pub fn failure(&self, text: &str) -> Failure {
        match self {
            Self::Nobody => Failure::usage(format!("no user or role '{text}' in this account"))
                .hint("names are of users and roles of the account of your credentials (--profile)"),
            Self::Foreign(account) => Failure::usage(format!("'{text}' is of account {account}"))
                .hint(format!(
                    "use credentials of account {account} (--profile), and --expect-account {account}"
                )),
            Self::Ambiguous => {
                Failure::usage(format!("a user and a role are both called '{text}'"))
                    .hint(format!("say which: user/{text} or role/{text}"))
            }
            Self::NotAPrincipal(why) => Failure::usage(format!("'{text}': {why}"))
                .hint("NAME, user/NAME, role/NAME, or the ARN of a user, a role or a session of one"),
            Self::CouldNotLook(why) => {
                Failure::failed(format!("who '{text}' is could not be found out: {why}"))
                    .hint("it needs iam:GetUser and iam:GetRole: grant them, or choose other credentials with --profile")
            }
        }
    }
}

/// Asks IAM. `text` is a name, `user/NAME`, `role/NAME`, or an ARN: of a user, a role, or a session of one.
///
/// # Errors
/// [`Unresolved`] says why not.
pub async fn resolve(operator: &Operator, text: &str) -> Result<Principal, Unresolved> {
    let query = asked_for(text, &operator.caller.account, operator.partition())?;
    let principal = match query {
        PrincipalQuery::User(name) => user(operator, &name).await?.ok_or(Unresolved::Nobody),
        PrincipalQuery::Role(name) => role(operator, &name).await?.ok_or(Unresolved::Nobody),
        PrincipalQuery::Either(name) => {
            let (user, role) = tokio::join!(user(operator, &name), role(operator, &name));
            // where one was not allowed, the other may be the one that is not meant
            match (user?, role?) {
                (Some(_), Some(_)) => Err(Unresolved::Ambiguous),
                (user, role) => user.or(role).ok_or(Unresolved::Nobody),
            }
        }
    }?;
    is_the_same(text, principal.arn())?;
    Ok(principal)
}

/// Whether IAM's `arn` is the one that `text` is, where it is one of IAM: a name belongs to one user or role only, but
/// what had it with another path is gone, and this is somebody else.
fn is_the_same(text: &str, arn: &str) -> Result<(), Unresolved> {
    let is_of_iam = arn::service(text) == Some("iam");
    if is_of_iam && !text.eq_ignore_ascii_case(arn) {
        let why = format!("IAM knows the name as another one, {arn}");
        return Err(Unresolved::NotAPrincipal(why));
    }
    Ok(())
}

/// What a text asks for, by its form alone.
#[derive(Debug, PartialEq, Eq)]
enum PrincipalQuery {
    User(String),
    Role(String),
    Either(String),
}

fn asked_for(text: &str, account: &str, partition: &str) -> Result<PrincipalQuery, Unresolved> {
    let not = |why: &str| Err(Unresolved::NotAPrincipal(why.to_owned()));
    let query = if text.starts_with("arn:") {
        if arn::partition(text) != Some(partition) {
            return not(&format!(
                "it is not of partition {partition}, which is yours"
            ));
        }
        if let Some(other) = arn::account(text)
            && other != account
            && is_account_id(other)
        {
            return Err(Unresolved::Foreign(other.to_owned()));
        }
        if arn::account(text) != Some(account) {
            return not("it is not the ARN of a user or role");
        }
        match Actor::of(text) {
            Some(Actor::User(name)) => PrincipalQuery::User(name),
            Some(Actor::Role(name)) => PrincipalQuery::Role(name),
            Some(Actor::Root) => {
                return not("it is root, which no policy of its own account restricts");
            }
            Some(Actor::Federated(_)) => {
                return not("it is a federated session: act on the user that opened it");
            }
            None => return not("it is not the ARN of a user or role"),
        }
    } else {
        match Actor::named_so(text) {
            Some(Actor::User(name)) => PrincipalQuery::User(name),
            Some(Actor::Role(name)) => PrincipalQuery::Role(name),
            None if !text.contains('/') => PrincipalQuery::Either(text.to_owned()),
            _ => return not("it is neither user/NAME nor role/NAME"),
        }
    };
    let (PrincipalQuery::User(name) | PrincipalQuery::Role(name) | PrincipalQuery::Either(name)) =
        &query;
    if is_name(name) {
        Ok(query)
    } else {
        not("it is no name that a user or role can have")
    }
}

/// The grammar of IAM: up to 64 of `A-Za-z0-9_+=,.@-`.
pub fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(fits)
}

async fn user(operator: &Operator, name: &str) -> Result<Option<Principal>, Unresolved> {
    match operator.iam.get_user().user_name(name).send().await {
        Ok(answer) => Ok(answer.user.map(|user| {
            Principal::User(User {
                created: utc(&user.create_date),
                name: user.user_name,
                arn: user.arn,
            })
        })),
        Err(error) => unless_nobody("iam:GetUser", &error),
    }
}

async fn role(operator: &Operator, name: &str) -> Result<Option<Principal>, Unresolved> {
    match operator.iam.get_role().role_name(name).send().await {
        Ok(answer) => Ok(answer.role.map(|role| {
            Principal::Role(Role {
                created: utc(&role.create_date),
                sort: sort(&role.path),
                name: role.role_name,
                arn: role.arn,
            })
        })),
        Err(error) => unless_nobody("iam:GetRole", &error),
    }
}

/// Nobody, where that is what IAM says; else why it could not be looked.
fn unless_nobody<E>(action: &str, error: &E) -> Result<Option<Principal>, Unresolved>
where
    E: ProvideErrorMetadata + std::error::Error,
{
    if is_not_there(error) {
        return Ok(None);
    }
    Err(Unresolved::CouldNotLook(if is_denied(error) {
        format!("{action} is not granted")
    } else {
        format!("{action} did not answer ({})", error_code_or_cause(error))
    }))
}

fn sort(path: &str) -> RoleSort {
    if path.starts_with("/aws-service-role/") {
        RoleSort::ServiceLinked
    } else if path.starts_with("/aws-reserved/sso.amazonaws.com/") {
        RoleSort::IdentityCenter
    } else {
        RoleSort::Ordinary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "111122223333";

    fn query(text: &str) -> Result<PrincipalQuery, Unresolved> {
        asked_for(text, ACCOUNT, "aws")
    }

    #[test]
    fn every_form_of_a_name_is_understood() {
        let user = |name: &str| Ok(PrincipalQuery::User(name.to_owned()));
        let role = |name: &str| Ok(PrincipalQuery::Role(name.to_owned()));
        for (text, expected) in [
            ("ana", Ok(PrincipalQuery::Either("ana".to_owned()))),
            ("user/ana", user("ana")),
            ("user/team/ana", user("ana")),
            ("role/ops", role("ops")),
            ("assumed-role/ops/session", role("ops")),
            ("arn:aws:iam::111122223333:user/team/ana", user("ana")),
            ("arn:aws:iam::111122223333:role/team/ops", role("ops")),
            (
                "arn:aws:sts::111122223333:assumed-role/ops/i-0abc",
                role("ops"),
            ),
            (
                "arn:aws:iam::444455556666:role/ops",
                Err(Unresolved::Foreign("444455556666".to_owned())),
            ),
        ] {
            assert_eq!(query(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_principal_is_never_asked_about() {
        let long = "a".repeat(65);
        for text in [
            "",
            "ana smith",
            "ops/session",
            "user/",
            "role//",
            "../ana",
            "ana;rm -rf",
            "ana\u{1b}[31m",
            "пользователь",
            &long,
            "arn:",
            "arn:aws:iam::aws:policy/x",
            "arn:aws-cn:iam::111122223333:role/ops",
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::111122223333:group/x",
            "arn:aws:s3::111122223333:user/x",
            "arn:aws:sts::111122223333:federated-user/x",
        ] {
            let answer = query(text);
            assert!(
                matches!(answer, Err(Unresolved::NotAPrincipal(_))),
                "{text}: {answer:?}"
            );
        }
    }

    #[test]
    fn a_name_of_another_path_is_another_one() {
        let arn = "arn:aws:iam::111122223333:user/team/ana";
        let session = "arn:aws:sts::111122223333:assumed-role/ops/ana";
        for same in [
            arn,
            "arn:aws:iam::111122223333:user/Team/Ana",
            "ana",
            "user/ana",
            session,
        ] {
            assert_eq!(is_the_same(same, arn), Ok(()), "{same}");
        }
        let other = is_the_same("arn:aws:iam::111122223333:user/ana", arn);
        assert!(matches!(other, Err(Unresolved::NotAPrincipal(why)) if why.contains(arn)));
    }

    #[test]
    fn a_role_is_sorted_by_its_path() {
        assert_eq!(sort("/"), RoleSort::Ordinary);
        assert_eq!(sort("/team/aws-service-role/"), RoleSort::Ordinary);
        assert_eq!(
            sort("/aws-service-role/ops.amazonaws.com/"),
            RoleSort::ServiceLinked
        );
        assert_eq!(
            sort("/aws-reserved/sso.amazonaws.com/eu-west-1/"),
            RoleSort::IdentityCenter
        );
    }
}
