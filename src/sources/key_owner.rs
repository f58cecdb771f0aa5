//! Whose a key is, as IAM tells: the user, and whether the key is active. Never needed for an answer.

use std::time::Duration;

use crate::aws::Aws;
use crate::event::arn;
use crate::event::services::is_temporary_key;
use crate::report::{Caller, Subject};

/// IAM is asked while Regions are listed; an answer that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What IAM of the caller's account says of `keys`, in as much time as there is; nothing of a key where it says
/// nothing, for want of permission or because the key is of another account, or temporary.
pub async fn of(aws: &Aws, caller: &Caller, keys: &[String]) -> Vec<Subject> {
    let mut known = Vec::new();
    let ask_all = async {
        for key in keys.iter().filter(|key| !is_temporary_key(key)) {
            known.extend(ask(aws, caller, key).await);
        }
    };
    // what was learnt until then stays
    let _ = tokio::time::timeout(PATIENCE, ask_all).await;
    known
}

async fn ask(aws: &Aws, caller: &Caller, access_key_id: &str) -> Option<Subject> {
    let iam = aws.iam();
    let used = iam
        .get_access_key_last_used()
        .access_key_id(access_key_id)
        .send()
        .await
        .ok()?;
    let user = used.user_name?;
    let keys = iam.list_access_keys().user_name(&user).into_paginator();
    let keys: Result<Vec<_>, _> = keys.items().send().collect().await;
    let key = keys
        .into_iter()
        .flatten()
        .find(|key| key.access_key_id.as_deref() == Some(access_key_id));
    let partition = arn::partition(&caller.arn).unwrap_or("aws");
    Some(Subject {
        access_key_id: access_key_id.to_owned(),
        account: Some(caller.account.clone()),
        principal: Some(format!(
            "arn:{partition}:iam::{}:user/{user}",
            caller.account
        )),
        status: key
            .and_then(|key| key.status)
            .map(|status| status.as_str().to_owned()),
        known_from: Some("iam".into()),
    })
}
