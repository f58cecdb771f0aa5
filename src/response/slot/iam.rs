//! Reading a slot, and setting it: of IAM's, here. Every call is idempotent, so the SDK may try it again.

use std::borrow::Cow;

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId;
use aws_sdk_iam::types::StatusType;
use percent_encoding::percent_decode_str;

use super::{ATTACHED, CredentialSort, Slot, SlotClients, SlotValue, held, session};
use crate::aws::errors::CallError;

impl Slot {
    /// What the slot holds now.
    ///
    /// # Errors
    /// Where AWS does not say. That the user, role or key is gone is no error: then nothing is there.
    pub async fn read(&self, clients: &SlotClients) -> Result<SlotValue, CallError> {
        let iam = &clients.iam;
        let read = match self {
            Self::AccessKey {
                user,
                access_key_id,
            } => status(iam, user, access_key_id).await,
            Self::UserCredential { sort, user, .. } => {
                let held = held(iam, *sort, user).await;
                held.map(|held| {
                    let mut held = held.into_iter();
                    held.find(|held| held.slot == *self).map(|held| held.status)
                })
            }
            Self::UserPolicy { user, policy } => {
                let call = iam.get_user_policy().user_name(user).policy_name(policy);
                let answer = call.send().await.map_err(|error| CallError::of(&error));
                answer.map(|found| Some(policy_document(found.policy_document)))
            }
            Self::RolePolicy { role, policy } => {
                let call = iam.get_role_policy().role_name(role).policy_name(policy);
                let answer = call.send().await.map_err(|error| CallError::of(&error));
                answer.map(|found| Some(policy_document(found.policy_document)))
            }
            Self::Attachment { user, policy_arn } => attachment(iam, user, policy_arn).await,
            Self::SignInSession { session_arn, .. } => {
                session::read(&clients.sign_in, session_arn).await
            }
        };
        match read {
            Err(error) if error.is_not_there() => Ok(None),
            read => read,
        }
    }

    /// Sets it; AWS's request id.
    ///
    /// # Errors
    /// Where the call failed, or no answer came. That there is nothing to take away is no error.
    pub async fn set(
        &self,
        clients: &SlotClients,
        value: &SlotValue,
    ) -> Result<Option<String>, CallError> {
        let iam = &clients.iam;
        let set = match (self, value) {
            (
                Self::AccessKey {
                    user,
                    access_key_id,
                },
                status,
            ) => {
                // a key that is to be gone is refused by IAM: there is no such status
                let status = StatusType::from(status.as_deref().unwrap_or_default());
                let call = iam.update_access_key().access_key_id(access_key_id);
                // without the user's name IAM takes the caller's own (facts: F2)
                answer(call.user_name(user).status(status).send().await)
            }
            (Self::UserCredential { sort, user, id }, status) => {
                let status = StatusType::from(status.as_deref().unwrap_or_default());
                switch(iam, *sort, user, id, status).await
            }
            (Self::UserPolicy { user, policy }, Some(document)) => {
                let call = iam.put_user_policy().user_name(user).policy_name(policy);
                answer(call.policy_document(document).send().await)
            }
            (Self::UserPolicy { user, policy }, None) => {
                let call = iam.delete_user_policy().user_name(user);
                answer(call.policy_name(policy).send().await)
            }
            (Self::RolePolicy { role, policy }, Some(document)) => {
                let call = iam.put_role_policy().role_name(role).policy_name(policy);
                answer(call.policy_document(document).send().await)
            }
            (Self::RolePolicy { role, policy }, None) => {
                let call = iam.delete_role_policy().role_name(role);
                answer(call.policy_name(policy).send().await)
            }
            (Self::Attachment { user, policy_arn }, Some(_)) => {
                let call = iam.attach_user_policy().user_name(user);
                answer(call.policy_arn(policy_arn).send().await)
            }
            (Self::Attachment { user, policy_arn }, None) => {
                let call = iam.detach_user_policy().user_name(user);
                answer(call.policy_arn(policy_arn).send().await)
            }
            (Self::SignInSession { session_arn, .. }, _) => {
                clients.sign_in.revoke(session_arn).await
            }
        };
        match set {
            Err(error) if value.is_none() && error.is_not_there() => Ok(error.request_id),
            set => set.map_err(|error| self.explained(error)),
        }
    }

    /// What to do about a limit of IAM's, which an intruder may have filled up; and what holds where a sign-in session is
    /// not revoked.
    pub(super) fn explained(&self, mut error: CallError) -> CallError {
        if matches!(self, Self::SignInSession { .. }) && !error.is_unknown() {
            error.message += "; it is not revoked: what holds it is its deny alone";
        }
        if error.code.as_deref() == Some("LimitExceeded") {
            error.message += match self {
                Self::AccessKey { .. }
                | Self::UserCredential { .. }
                | Self::SignInSession { .. } => "",
                Self::UserPolicy { .. } => {
                    "; all inline policies of a user hold 2,048 characters at most: remove one, or attach AWS's \
                     managed policy AWSDenyAll by hand"
                }
                Self::RolePolicy { .. } => {
                    "; all inline policies of a role hold 10,240 characters at most: remove one, or attach AWS's \
                     managed policy AWSDenyAll by hand, which denies new sessions too"
                }
                Self::Attachment { .. } => {
                    "; no more managed policies can be attached to this user: detach one, or use --deny-all"
                }
            };
        }
        error
    }
}

async fn status(
    iam: &aws_sdk_iam::Client,
    user: &str,
    access_key_id: &str,
) -> Result<SlotValue, CallError> {
    let call = iam.list_access_keys().user_name(user);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| CallError::of(&error))?;
        let mut keys = page.access_key_metadata.into_iter();
        if let Some(key) = keys.find(|key| key.access_key_id.as_deref() == Some(access_key_id)) {
            let Some(status) = key.status else {
                return Err(CallError {
                    message: "IAM lists the key without a status".to_owned(),
                    ..CallError::default()
                });
            };
            return Ok(Some(status.as_str().to_owned()));
        }
    }
    Ok(None)
}

async fn switch(
    iam: &aws_sdk_iam::Client,
    sort: CredentialSort,
    user: &str,
    id: &str,
    status: StatusType,
) -> Result<Option<String>, CallError> {
    match sort {
        CredentialSort::ServiceSpecific => {
            let call = iam.update_service_specific_credential().user_name(user);
            let call = call.service_specific_credential_id(id);
            answer(call.status(status).send().await)
        }
        CredentialSort::SshPublicKey => {
            let call = iam.update_ssh_public_key().user_name(user);
            answer(call.ssh_public_key_id(id).status(status).send().await)
        }
        CredentialSort::SigningCertificate => {
            let call = iam.update_signing_certificate().user_name(user);
            answer(call.certificate_id(id).status(status).send().await)
        }
    }
}

async fn attachment(
    iam: &aws_sdk_iam::Client,
    user: &str,
    policy_arn: &str,
) -> Result<SlotValue, CallError> {
    let call = iam.list_attached_user_policies().user_name(user);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| CallError::of(&error))?;
        let mut attached = page.attached_policies.into_iter().flatten();
        if attached.any(|policy| policy.policy_arn.as_deref() == Some(policy_arn)) {
            return Ok(Some(ATTACHED.to_owned()));
        }
    }
    Ok(None)
}

/// A policy document as it was put: IAM answers it percent-encoded (facts: E2).
pub fn policy_document(answered: String) -> String {
    if !answered.trim_start().starts_with('%') {
        return answered;
    }
    let decoded = percent_decode_str(&answered).decode_utf8();
    let decoded = decoded.map(Cow::into_owned);
    decoded.unwrap_or(answered)
}

fn answer<O, E>(answer: Result<O, SdkError<E>>) -> Result<Option<String>, CallError>
where
    O: RequestId,
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match answer {
        Ok(done) => Ok(done.request_id().map(str::to_owned)),
        Err(error) => Err(CallError::of(&error)),
    }
}
