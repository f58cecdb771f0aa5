//! Whose an access key is, as IAM of the caller's account says: its word decides, the id is a hint (facts: D2, F1).

mod scan;

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::get_access_key_last_used::GetAccessKeyLastUsedOutput;
use aws_sdk_iam::operation::list_access_keys::ListAccessKeysError;
use aws_sdk_iam::types::{AccessKeyMetadata, SummaryKeyType};

use crate::aws::errors::{error_code_or_cause, is_denied, is_not_there};
use crate::aws::time::utc;
use crate::error::Failure;
use crate::event::services;
use crate::event::time::Time;
use crate::response::operator::Operator;
use crate::response::principal::is_name;
use scan::{OwnerScan, scan};

/// What IAM knows of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A user of this account has it.
    User(UserKey),
    /// `ASIA…`: a session's, which expires by itself and cannot be deactivated (facts: F4).
    Temporary,
    /// No user has it, and it is of this account, whose root has keys: IAM cannot reach those (facts: F3).
    Root,
    /// It belongs to another account, where that is known.
    Foreign { account: Option<String> },
    /// No user of this account has it, and nothing says whose it is: deleted, root's, or foreign.
    Nobody { why: String },
}

/// A user's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserKey {
    pub user: String,
    /// [`ACTIVE`] or another word of IAM.
    pub status: String,
    pub created: Option<Time>,
    /// When it was last used, by which service and where; none where it never was, or IAM does not say.
    pub last_used: Option<LastUse>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    pub at: Time,
    pub service: String,
    pub region: String,
}

/// Finds the owner: `GetAccessKeyLastUsed`, and where that does not tell, every key of every user. `tell` is told
/// how far that is. The user who is `said` to own it is asked about at the same time; what IAM says of that user decides.
///
/// # Errors
/// Where it could not be looked: a permission is missing (named), or IAM does not answer.
pub async fn find(
    operator: &Operator,
    access_key_id: &str,
    said: Option<&str>,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Owner, Failure> {
    if !services::is_access_key_id(access_key_id) {
        return Err(Failure::usage(services::no_access_key_id(access_key_id)));
    }
    if services::is_temporary_key(access_key_id) {
        return Ok(Owner::Temporary);
    }
    let of_said = async {
        let said = said.filter(|name| is_name(name))?;
        let key = key_of(&operator.iam, said, access_key_id).await;
        key.ok().flatten()
    };
    let (used, of_said) = tokio::join!(last_used(operator, access_key_id), of_said);
    let used = used?;
    let user = used.as_ref().and_then(|used| used.user_name.clone());
    let last_used = used.and_then(last_use);
    if let Some(key) = of_said {
        return Ok(Owner::User(UserKey { last_used, ..key }));
    }
    if let Some(user) = user.filter(|name| is_user_name(name, operator))
        && let Some(key) = key_of(&operator.iam, &user, access_key_id).await?
    {
        return Ok(Owner::User(UserKey { last_used, ..key }));
    }
    let account = operator.aws.account_of_key(access_key_id).await;
    if account
        .as_ref()
        .is_some_and(|it| *it != operator.caller.account)
    {
        return Ok(Owner::Foreign { account });
    }
    match scan(&operator.iam, access_key_id, tell).await? {
        OwnerScan::Found(key) => Ok(Owner::User(UserKey { last_used, ..key })),
        OwnerScan::Denied(what) => Err(Failure::failed(format!(
            "whose key {access_key_id} is could not be found out: {what} is not granted"
        ))
        .hint("grant it, or use credentials that have it (--profile)")),
        OwnerScan::Nobody => of_no_user(operator, access_key_id, account).await,
    }
}

/// A key that no user of this account has; `account` is whose it is, where STS says.
async fn of_no_user(
    operator: &Operator,
    access_key_id: &str,
    account: Option<String>,
) -> Result<Owner, Failure> {
    let ours = &operator.caller.account;
    // the id is only a hint, and only of use where AWS itself does not say
    let Some(account) = account.or_else(|| services::account_hint(access_key_id)) else {
        let why =
            format!("it is not known in account {ours}: deleted, or root's, or another account's");
        return Ok(Owner::Nobody { why });
    };
    if account != *ours {
        return Ok(Owner::Foreign {
            account: Some(account),
        });
    }
    let summary = operator.iam.get_account_summary().send().await;
    let why = match summary {
        Ok(summary) => {
            let counts = summary.summary_map.unwrap_or_default();
            let root_keys = counts.get(&SummaryKeyType::AccountAccessKeysPresent);
            if root_keys.is_some_and(|count| *count > 0) {
                return Ok(Owner::Root);
            }
            format!("it is not in account {ours}: deleted, or another account's")
        }
        Err(error) => format!(
            "it is not known in account {ours}: deleted, or root's, or another account's (iam:GetAccountSummary did \
             not tell: {})",
            error_code_or_cause(&error)
        ),
    };
    Ok(Owner::Nobody { why })
}

/// What `GetAccessKeyLastUsed` says; none where IAM answers that it does not know the key or may not tell, of which
/// it makes no difference (facts: F1).
async fn last_used(
    operator: &Operator,
    access_key_id: &str,
) -> Result<Option<GetAccessKeyLastUsedOutput>, Failure> {
    let request = operator
        .iam
        .get_access_key_last_used()
        .access_key_id(access_key_id);
    match request.send().await {
        Ok(used) => Ok(Some(used)),
        Err(error) if error.code().is_some() => Ok(None),
        Err(error) => Err(no_answer(&error)),
    }
}

/// The key `access_key_id` of `user`; none where the user does not have it, or is gone.
///
/// # Errors
/// Where IAM does not say.
async fn key_of(
    iam: &aws_sdk_iam::Client,
    user: &str,
    access_key_id: &str,
) -> Result<Option<UserKey>, Failure> {
    match listed_keys(iam, user).await {
        Ok(keys) => pick(keys, user, access_key_id),
        Err(error) if is_not_there(&error) => Ok(None),
        Err(error) if is_denied(&error) => Err(Failure::failed(format!(
            "key {access_key_id} is of user '{user}', and whether it is active could not be found out: \
             iam:ListAccessKeys is not granted"
        ))
        .hint("grant it, or use credentials that have it (--profile)")),
        Err(error) => Err(no_answer(&error)),
    }
}

/// Every key of `user`.
async fn listed_keys(
    iam: &aws_sdk_iam::Client,
    user: &str,
) -> Result<Vec<AccessKeyMetadata>, SdkError<ListAccessKeysError>> {
    let call = iam.list_access_keys().user_name(user);
    call.into_paginator().items().send().collect().await
}

/// `access_key_id` among the keys that were listed for `user`.
///
/// # Errors
/// Where it is listed without a status.
fn pick(
    keys: Vec<AccessKeyMetadata>,
    user: &str,
    access_key_id: &str,
) -> Result<Option<UserKey>, Failure> {
    let mut keys = keys.into_iter();
    let Some(key) = keys.find(|key| key.access_key_id.as_deref() == Some(access_key_id)) else {
        return Ok(None);
    };
    let Some(status) = key.status else {
        return Err(Failure::failed(format!(
            "IAM lists {access_key_id} of user '{user}' without saying whether it is active"
        )));
    };
    Ok(Some(UserKey {
        user: key.user_name.unwrap_or_else(|| user.to_owned()),
        status: status.as_str().to_owned(),
        created: key.create_date.and_then(|time| utc(&time)),
        last_used: None,
    }))
}

/// Of a root key some answers name the account, or this (facts: F1).
fn is_user_name(name: &str, operator: &Operator) -> bool {
    !name.is_empty() && name != operator.caller.account && name != "<root_account>"
}

fn last_use(used: GetAccessKeyLastUsedOutput) -> Option<LastUse> {
    let used = used.access_key_last_used?;
    Some(LastUse {
        at: used.last_used_date.and_then(|time| utc(&time))?,
        service: used.service_name,
        region: used.region,
    })
}

fn no_answer(error: &(impl ProvideErrorMetadata + std::error::Error)) -> Failure {
    let why = error_code_or_cause(error);
    Failure::failed(format!("IAM did not answer: {why}"))
}
