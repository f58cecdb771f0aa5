//! Access keys and other credentials of users: the step that deactivates one, and those that an action on something else
//! leaves working.

use aws_sdk_iam::types::StatusType;

use crate::aws::errors::CallError;
use crate::event::arn::Actor;
use crate::report::Subject;
use crate::report::response::Phase;
use crate::response::lifetime::USER_SESSION;
use crate::response::operator::Operator;
use crate::response::plan::{PlanStep, TargetValue};
use crate::response::slot::{self, ACTIVE, CredentialSort, HeldCredential, INACTIVE, Slot};

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
        // one that is listed without a status may be
        let keys = keys.filter(|key| key.status != Some(StatusType::Inactive));
        active.extend(keys.filter_map(|key| key.access_key_id));
    }
    Ok(active)
}

/// What of a user's other credentials is active, and what could not be looked up.
#[derive(Debug, Clone, Default)]
pub struct OtherCredentials {
    pub active: Vec<HeldCredential>,
    /// In words, with why.
    pub unread: Vec<String>,
}

impl OtherCredentials {
    pub async fn of(operator: &Operator, user: &str) -> Self {
        let sorts = CredentialSort::ALL
            .map(|sort| async move { (sort, slot::held(&operator.iam, sort, user).await) });
        let mut all = Self::default();
        for (sort, held) in futures_util::future::join_all(sorts).await {
            match held {
                Ok(held) => all
                    .active
                    .extend(held.into_iter().filter(HeldCredential::is_active)),
                // whoever is gone has none
                Err(error) if error.is_not_there() => {}
                Err(error) => all.unread.push(format!(
                    "whether user {user} has a {} could not be looked up ({error})",
                    sort.words()
                )),
            }
        }
        all
    }

    /// A note on each that is not `planned` to be deactivated, with the command that does.
    pub fn notes(&self, planned: impl Fn(&Slot) -> bool) -> Vec<String> {
        let stay = self.active.iter().filter(|held| !planned(&held.slot));
        let stay = stay.map(|held| {
            let service = held.service.as_ref();
            let service = service.map_or_else(String::new, |service| format!(" (for {service})"));
            let call = held.slot.call(&Some(INACTIVE.to_owned()));
            format!(
                "{}{service} stays active: {}",
                held.slot.name(),
                call.join(" ")
            )
        });
        stay.chain(self.unread.iter().cloned()).collect()
    }
}

/// The step that deactivates an active one.
pub fn switched_off(operator: &Operator, held: &HeldCredential, why: &str) -> PlanStep {
    PlanStep {
        phase: Phase::Created,
        refused: operator.reaches_itself(&held.slot),
        slot: held.slot.clone(),
        to: TargetValue::Value(Some(INACTIVE.to_owned())),
        before: Some(ACTIVE.to_owned()),
        why: why.to_owned(),
    }
}

/// A note on each active key of `user` other than `named`, with the command that deactivates it.
pub async fn notes(operator: &Operator, user: &str, named: Option<&str>) -> Vec<String> {
    others(operator, user, |key| named == Some(key)).await
}

/// A note on each active key of `user` that is not `planned` to be deactivated, and on each other credential.
pub async fn others(
    operator: &Operator,
    user: &str,
    planned: impl Fn(&str) -> bool,
) -> Vec<String> {
    let (keys, others) = tokio::join!(active(operator, user), OtherCredentials::of(operator, user));
    let keys = others_of(&keys, user, planned);
    keys.into_iter().chain(others.notes(|_| false)).collect()
}

/// Those of the user that has the `watch`ed key, where IAM told whose it is: what works beside it.
pub async fn of_watched(
    operator: &Operator,
    access_key_id: &str,
    subjects: &[Subject],
) -> Vec<String> {
    let mut subjects = subjects.iter();
    let subject = subjects.find(|subject| subject.access_key_id == access_key_id);
    let principal = subject.and_then(|subject| subject.principal.as_deref());
    match principal.and_then(Actor::of) {
        Some(Actor::User(user)) => others(operator, &user, |key| key == access_key_id).await,
        _ => Vec::new(),
    }
}

/// Those on keys, which are known to be `active`.
pub fn others_of(
    active: &Result<Vec<String>, CallError>,
    user: &str,
    planned: impl Fn(&str) -> bool,
) -> Vec<String> {
    match active {
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
