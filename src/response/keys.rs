//! Access keys of users: the step that deactivates one, and those that an action on something else leaves working.

use aws_sdk_iam::types::StatusType;

use crate::aws::errors::CallError;
use crate::report::response::Phase;
use crate::response::lifetime::USER_SESSION;
use crate::response::operator::Operator;
use crate::response::plan::{PlanStep, TargetValue};
use crate::response::slot::{ACTIVE, INACTIVE, Slot};

/// The step that deactivates an active key.
pub fn deactivation(
    operator: &Operator,
    phase: Phase,
    user: &str,
    access_key_id: &str,
    why: &str,
) -> PlanStep {
    let slot = Slot::AccessKey {
        user: user.to_owned(),
        access_key_id: access_key_id.to_owned(),
    };
    PlanStep {
        phase,
        refused: operator.reaches_itself(&slot),
        slot,
        to: TargetValue::Value(Some(INACTIVE.to_owned())),
        before: Some(ACTIVE.to_owned()),
        why: why.to_owned(),
    }
}

/// What deactivating a key does not stop.
pub fn sessions_live_on(access_key_id: &str, user: &str) -> String {
    format!(
        "sessions that {access_key_id} opened before live on, for up to {} hours: those of the user are cut by \
         trailhunt respond revoke-sessions user/{user}",
        USER_SESSION.num_hours()
    )
}

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
    others(operator, user, |key| named == Some(key)).await
}

/// A note on each active key of `user` that is not `planned` to be deactivated.
pub async fn others(
    operator: &Operator,
    user: &str,
    planned: impl Fn(&str) -> bool,
) -> Vec<String> {
    match active(operator, user).await {
        Ok(keys) => keys
            .iter()
            .filter(|key| !planned(key))
            .map(|key| {
                format!("{key} of user {user} stays active: trailhunt respond deactivate-key {key}")
            })
            .collect(),
        Err(error) => vec![format!(
            "whether user {user} has other active keys could not be looked up ({error})"
        )],
    }
}
