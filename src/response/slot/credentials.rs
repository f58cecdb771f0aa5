//! What a user can hold besides access keys and a password (facts: J5), as IAM lists it. Each can be switched off and on
//! again, as an access key can.

use serde::{Deserialize, Serialize};

use super::{ACTIVE, Slot};
use crate::aws::errors::CallError;
use crate::aws::time::utc;
use crate::event::time::Time;

/// No user may have that many pages of them: a list without an end is none.
const MOST_PAGES: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialSort {
    /// API keys of Bedrock and CloudWatch Logs, and passwords of `CodeCommit` and Keyspaces.
    ServiceSpecific,
    SshPublicKey,
    SigningCertificate,
}

impl CredentialSort {
    pub const ALL: [Self; 3] = [
        Self::ServiceSpecific,
        Self::SshPublicKey,
        Self::SigningCertificate,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Self::ServiceSpecific => "service-specific credential",
            Self::SshPublicKey => "SSH key",
            Self::SigningCertificate => "signing certificate",
        }
    }

    /// The operation of the AWS CLI that switches one, and its flag for the id.
    pub(super) fn operation(self) -> (&'static str, &'static str) {
        match self {
            Self::ServiceSpecific => (
                "update-service-specific-credential",
                "--service-specific-credential-id",
            ),
            Self::SshPublicKey => ("update-ssh-public-key", "--ssh-public-key-id"),
            Self::SigningCertificate => ("update-signing-certificate", "--certificate-id"),
        }
    }

    /// The permission that lists them.
    pub fn list_action(self) -> &'static str {
        let [_, list] = self.actions();
        list
    }

    /// The actions that switch one, and list them.
    pub(super) fn actions(self) -> [&'static str; 2] {
        match self {
            Self::ServiceSpecific => [
                "iam:UpdateServiceSpecificCredential",
                "iam:ListServiceSpecificCredentials",
            ],
            Self::SshPublicKey => ["iam:UpdateSSHPublicKey", "iam:ListSSHPublicKeys"],
            Self::SigningCertificate => [
                "iam:UpdateSigningCertificate",
                "iam:ListSigningCertificates",
            ],
        }
    }
}

/// One of a user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCredential {
    pub slot: Slot,
    pub status: String,
    pub made: Option<Time>,
    /// The service that takes it, where it is of one only.
    pub service: Option<String>,
}

impl HeldCredential {
    fn new(sort: CredentialSort, user: &str, id: String, status: &str) -> Self {
        Self {
            slot: Slot::UserCredential {
                sort,
                user: user.to_owned(),
                id,
            },
            status: status.to_owned(),
            made: None,
            service: None,
        }
    }

    pub fn is_active(&self) -> bool {
        self.status == ACTIVE
    }
}

/// Those of `sort` that `user` has.
///
/// # Errors
/// Where IAM does not say. One that does not know such credentials has none.
pub async fn held(
    iam: &aws_sdk_iam::Client,
    sort: CredentialSort,
    user: &str,
) -> Result<Vec<HeldCredential>, CallError> {
    let held = match sort {
        CredentialSort::ServiceSpecific => of_services(iam, user).await,
        CredentialSort::SshPublicKey => ssh_keys(iam, user).await,
        CredentialSort::SigningCertificate => certificates(iam, user).await,
    };
    match held {
        Err(error) if error.code.as_deref() == Some("InvalidAction") => Ok(Vec::new()),
        held => held,
    }
}

async fn of_services(
    iam: &aws_sdk_iam::Client,
    user: &str,
) -> Result<Vec<HeldCredential>, CallError> {
    let mut held = Vec::new();
    let mut marker = None;
    for _ in 0..MOST_PAGES {
        let call = iam.list_service_specific_credentials().user_name(user);
        let page = call.set_marker(marker).send().await;
        let page = page.map_err(|error| CallError::of(&error))?;
        let found = page.service_specific_credentials.into_iter().flatten();
        held.extend(found.map(|found| {
            let id = found.service_specific_credential_id;
            HeldCredential {
                made: utc(&found.create_date),
                service: Some(found.service_name),
                ..HeldCredential::new(
                    CredentialSort::ServiceSpecific,
                    user,
                    id,
                    found.status.as_str(),
                )
            }
        }));
        marker = page.marker.filter(|_| page.is_truncated);
        if marker.is_none() {
            return Ok(held);
        }
    }
    Err(CallError {
        code: None,
        message: "the list has no end".to_owned(),
        ..CallError::default()
    })
}

async fn ssh_keys(iam: &aws_sdk_iam::Client, user: &str) -> Result<Vec<HeldCredential>, CallError> {
    let mut held = Vec::new();
    let call = iam.list_ssh_public_keys().user_name(user);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| CallError::of(&error))?;
        let found = page.ssh_public_keys.into_iter().flatten();
        held.extend(found.map(|found| HeldCredential {
            made: utc(&found.upload_date),
            ..HeldCredential::new(
                CredentialSort::SshPublicKey,
                user,
                found.ssh_public_key_id,
                found.status.as_str(),
            )
        }));
    }
    Ok(held)
}

async fn certificates(
    iam: &aws_sdk_iam::Client,
    user: &str,
) -> Result<Vec<HeldCredential>, CallError> {
    let mut held = Vec::new();
    let call = iam.list_signing_certificates().user_name(user);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| CallError::of(&error))?;
        held.extend(page.certificates.into_iter().map(|found| HeldCredential {
            made: found.upload_date.as_ref().and_then(utc),
            ..HeldCredential::new(
                CredentialSort::SigningCertificate,
                user,
                found.certificate_id,
                found.status.as_str(),
            )
        }));
    }
    Ok(held)
}
