//! Where a profile's credentials come from, as the configuration files say: the roles that it assumes one after the
//! other, and the key at the start of the chain. The order is the SDK's own.

use aws_config::profile::{self, ProfileFileLoadError, ProfileSet};

/// The chain of a profile, as far as it is written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileChain {
    /// Keys at its start, of users or of sessions.
    pub access_key_ids: Vec<String>,
    /// ARNs of the roles that are assumed, and of the user that logged in.
    pub principals: Vec<String>,
    /// Why its start is not written down; none where it is.
    pub unknown: Option<String>,
}

/// Reads the chain of the profile `name`; where none is named, of the default chain.
pub async fn chain(name: Option<&str>) -> ProfileChain {
    let from_environment = environment_key();
    if name.is_none()
        && let Some(access_key_id) = from_environment
    {
        return ProfileChain {
            access_key_ids: vec![access_key_id],
            ..ProfileChain::default()
        };
    }
    match read(name).await {
        Ok(profiles) => follow(
            profiles.selected_profile(),
            from_environment,
            |profile, key| {
                let setting = profiles.get_profile(profile)?.get(key)?;
                Some(setting.to_owned())
            },
        ),
        Err(error) => ProfileChain {
            unknown: Some(format!("the configuration files cannot be read: {error}")),
            ..ProfileChain::default()
        },
    }
}

/// What the profile `name`, or the one that is chosen, has at `key`. Configuration that cannot be read has nothing: that is
/// told where credentials are asked for.
pub async fn setting(name: Option<&str>, key: &str) -> Option<String> {
    read(name).await.ok()?.get(key).map(str::to_owned)
}

/// The configuration files, with the profile `name` selected.
async fn read(name: Option<&str>) -> Result<ProfileSet, ProfileFileLoadError> {
    let (files, variables, places) = Default::default();
    let selected = name.map(|name| name.to_owned().into());
    profile::load(&files, &variables, &places, selected).await
}

/// Which profiles there are, where `name` is none of them.
pub async fn instead_of(name: &str) -> Option<String> {
    let profiles = read(Some(name)).await.ok()?;
    if profiles.get_profile(name).is_some() {
        return None;
    }
    let mut names: Vec<&str> = profiles.profiles().collect();
    names.sort_unstable();
    Some(match names.as_slice() {
        [] => "the AWS configuration holds no profile: `aws configure` makes one".to_owned(),
        names => format!("the AWS configuration holds {}", names.join(", ")),
    })
}

/// The key of the environment, where it is one that the SDK would take.
fn environment_key() -> Option<String> {
    let variable = |name| {
        std::env::var(name)
            .ok()
            .filter(|text| !text.trim().is_empty())
    };
    variable("AWS_SECRET_ACCESS_KEY")?;
    variable("AWS_ACCESS_KEY_ID").map(|key| key.trim().to_owned())
}

/// Follows `source_profile` from `selected` to its start. `setting` is a profile's value of a key.
fn follow(
    selected: &str,
    from_environment: Option<String>,
    setting: impl Fn(&str, &str) -> Option<String>,
) -> ProfileChain {
    let mut chain = ProfileChain::default();
    let mut visited: Vec<String> = Vec::new();
    let mut name = selected.to_owned();
    loop {
        let of = |key: &str| setting(&name, key);
        let key = of("aws_access_key_id").filter(|_| of("aws_secret_access_key").is_some());
        let role = of("role_arn");
        let is_token = of("web_identity_token_file").is_some();
        let source = of("source_profile").filter(|source| *source != name);
        chain.principals.extend(role.clone());
        // a role wins over the profile's own key, but only where the chain begins
        let is_role = role.is_some() && !is_token && (visited.is_empty() || key.is_none());
        match source {
            Some(source) if is_role => {
                visited.push(std::mem::replace(&mut name, source));
                if visited.contains(&name) {
                    chain.unknown = Some(format!("profile '{name}' leads to itself"));
                    return chain;
                }
            }
            _ => {
                start(&mut chain, &name, key, from_environment, of);
                return chain;
            }
        }
    }
}

/// What the chain starts with: the profile `name`, whose settings are `of`, and whose own key is `key`.
fn start(
    chain: &mut ProfileChain,
    name: &str,
    key: Option<String>,
    from_environment: Option<String>,
    of: impl Fn(&str) -> Option<String>,
) {
    let is_sso = of("sso_session").or_else(|| of("sso_start_url")).is_some();
    let unknown = |what: &str| Some(format!("profile '{name}' gets its credentials from {what}"));
    match of("credential_source").as_deref() {
        Some("Environment") if from_environment.is_some() => {
            chain.access_key_ids.extend(from_environment);
        }
        Some("Environment") => chain.unknown = unknown("an environment that holds none"),
        Some(_) => chain.unknown = unknown("the instance or container that it runs on"),
        // no key of an account opened these sessions
        None if of("web_identity_token_file").is_some() || is_sso => {}
        None => match (of("login_session"), of("credential_process"), key) {
            (Some(principal), _, _) => chain.principals.push(principal),
            (None, Some(_), _) => chain.unknown = unknown("another program (credential_process)"),
            (None, None, Some(key)) => chain.access_key_ids.push(key),
            (None, None, None) => {
                chain.unknown = Some(format!("profile '{name}' holds no credentials"));
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chain of the profile `top` of `settings`: profile, key and value.
    fn top(settings: &[(&str, &str, &str)], from_environment: Option<&str>) -> ProfileChain {
        follow(
            "top",
            from_environment.map(str::to_owned),
            |profile, key| {
                let mut all = settings.iter();
                all.find(|(of, name, _)| (*of, *name) == (profile, key))
                    .map(|(_, _, value)| (*value).to_owned())
            },
        )
    }

    const ADMIN: &str = "arn:aws:iam::111122223333:role/admin";
    const HOP: &str = "arn:aws:iam::111122223333:role/hop";
    const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

    #[test]
    fn a_chain_is_followed_to_its_key() {
        let chain = top(
            &[
                ("top", "role_arn", ADMIN),
                ("top", "source_profile", "hop"),
                ("hop", "role_arn", HOP),
                ("hop", "source_profile", "base"),
                ("base", "aws_access_key_id", KEY),
                ("base", "aws_secret_access_key", "secret"),
            ],
            None,
        );
        assert_eq!(chain.access_key_ids, [KEY]);
        assert_eq!(chain.principals, [ADMIN, HOP]);
        assert_eq!(chain.unknown, None);
    }

    #[test]
    fn the_key_of_the_profile_itself_starts_a_chain_that_names_itself() {
        let own = [
            ("top", "role_arn", ADMIN),
            ("top", "source_profile", "top"),
            ("top", "aws_access_key_id", KEY),
            ("top", "aws_secret_access_key", "secret"),
        ];
        assert_eq!(top(&own, None).access_key_ids, [KEY]);
    }

    #[test]
    fn the_environment_starts_a_chain_that_says_so() {
        let sourced = [
            ("top", "role_arn", ADMIN),
            ("top", "credential_source", "Environment"),
        ];
        assert_eq!(top(&sourced, Some(KEY)).access_key_ids, [KEY]);
        assert!(top(&sourced, None).unknown.is_some());
    }

    #[test]
    fn people_start_a_chain_without_a_key() {
        let sso = [("top", "sso_session", "dev"), ("top", "sso_role_name", "x")];
        assert_eq!(top(&sso, None), ProfileChain::default());
        let login = [("top", "login_session", "arn:aws:iam::111122223333:user/ana")];
        let chain = top(&login, None);
        assert_eq!(chain.principals, ["arn:aws:iam::111122223333:user/ana"]);
        assert_eq!(chain.unknown, None);
    }

    #[test]
    fn what_is_not_written_down_is_unknown() {
        for settings in [
            &[("top", "credential_process", "vault")][..],
            &[
                ("top", "role_arn", ADMIN),
                ("top", "credential_source", "Ec2InstanceMetadata"),
            ],
            &[
                ("top", "role_arn", ADMIN),
                ("top", "source_profile", "gone"),
            ],
            &[
                ("top", "role_arn", ADMIN),
                ("top", "source_profile", "hop"),
                ("hop", "role_arn", HOP),
                ("hop", "source_profile", "top"),
            ],
            &[],
        ] {
            let chain = top(settings, None);
            assert!(chain.unknown.is_some(), "{settings:?}");
            assert!(chain.access_key_ids.is_empty());
        }
    }
}
