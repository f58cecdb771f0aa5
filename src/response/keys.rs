//! The active access keys of a user: what an action on something else of the user leaves working.

use aws_sdk_iam::types::StatusType;

use crate::response::operator::Operator;
use crate::response::slot::CallError;

/// The ids of the user's active keys.
///
/// # Errors
/// Where IAM does not say.
pub async fn active(operator: &Operator, user: &str) -> Result<Vec<String>, CallError> {
    let call = operator.iam.list_access_keys().user_name(user);
    let mut pages = call.into_paginator().send();
    let mut active = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| CallError::of(&error))?;
        let keys = page.access_key_metadata.into_iter();
        let keys = keys.filter(|key| key.status == Some(StatusType::Active));
        active.extend(keys.filter_map(|key| key.access_key_id));
    }
    Ok(active)
}

/// A note on each active key of `user` other than `named`, with the command that deactivates it.
pub async fn notes(operator: &Operator, user: &str, named: Option<&str>) -> Vec<String> {
    match active(operator, user).await {
        Ok(keys) => keys
            .iter()
            .filter(|key| named != Some(key.as_str()))
            .map(|key| {
                format!("{key} of user {user} stays active: trailhunt respond deactivate-key {key}")
            })
            .collect(),
        Err(error) => vec![format!(
            "whether user {user} has other active keys could not be looked up ({error})"
        )],
    }
}
