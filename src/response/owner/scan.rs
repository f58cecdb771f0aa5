//! Every key of every user, looked through for one: the way to a key's owner where IAM does not tell it at once.

use std::collections::HashSet;
use std::pin::pin;

use aws_sdk_iam::config::retry::RetryConfig;
use futures_util::{StreamExt, stream};

use super::{UserKey, listed_keys, no_answer, pick};
use crate::aws::errors::{is_denied, is_not_there};
use crate::error::Failure;

/// Users that are asked about at a time.
const AT_A_TIME: usize = 8;
/// IAM grants fewer calls than a large account has users.
const ATTEMPTS: u32 = 8;
/// How many users lie between two words of progress.
const TELL_EVERY: usize = 20;

/// What the search came to.
#[derive(Debug)]
pub enum OwnerScan {
    Found(UserKey),
    /// Every user was looked at, and none has it.
    Nobody,
    /// It was not found, and not everywhere could be looked: the permission that is missing.
    Denied(String),
}

/// What the keys of one user say.
enum UserScan {
    Has(UserKey),
    HasNot,
    Denied(String),
}

/// Looks through all users; `tell` is told how far.
///
/// # Errors
/// Where IAM does not answer.
pub async fn scan(
    iam: &aws_sdk_iam::Client,
    access_key_id: &str,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<OwnerScan, Failure> {
    let (mut looked, mut denied) = (0_usize, None);
    let (mut marker, mut markers) = (None, HashSet::new());
    loop {
        let page = iam.list_users().set_marker(marker);
        let page = match page.customize().config_override(patient()).send().await {
            Ok(page) => page,
            Err(error) if is_denied(&error) => {
                return Ok(OwnerScan::Denied("iam:ListUsers".to_owned()));
            }
            Err(error) => return Err(no_answer(&error)),
        };
        let looks = stream::iter(page.users).map(|user| look(iam, user.user_name, access_key_id));
        let mut looks = pin!(looks.buffer_unordered(AT_A_TIME));
        while let Some(answer) = looks.next().await {
            looked += 1;
            if looked.is_multiple_of(TELL_EVERY) {
                tell(&format!("looked through the keys of {looked} users"));
            }
            match answer? {
                UserScan::Has(key) => return Ok(OwnerScan::Found(key)),
                UserScan::Denied(what) => denied = Some(what),
                UserScan::HasNot => {}
            }
        }
        let next = page.marker.filter(|_| page.is_truncated);
        let Some(next) = next else {
            return Ok(denied.map_or(OwnerScan::Nobody, OwnerScan::Denied));
        };
        if !markers.insert(next.clone()) {
            return Err(Failure::failed("IAM's list of users leads back to itself"));
        }
        marker = Some(next);
    }
}

/// What is asked for every user is throttled, and so is what is asked beside it.
fn patient() -> aws_sdk_iam::config::Builder {
    let attempts = RetryConfig::standard().with_max_attempts(ATTEMPTS);
    aws_sdk_iam::config::Builder::default().retry_config(attempts)
}

async fn look(
    iam: &aws_sdk_iam::Client,
    user: String,
    access_key_id: &str,
) -> Result<UserScan, Failure> {
    match listed_keys(iam, &user).await {
        Ok(keys) => {
            let key = pick(keys, &user, access_key_id)?;
            Ok(key.map_or(UserScan::HasNot, UserScan::Has))
        }
        // deleted since it was listed
        Err(error) if is_not_there(&error) => Ok(UserScan::HasNot),
        Err(error) if is_denied(&error) => Ok(UserScan::Denied(format!(
            "iam:ListAccessKeys on user '{user}'"
        ))),
        Err(error) => Err(no_answer(&error)),
    }
}
