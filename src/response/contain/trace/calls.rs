//! The report's events, as far as they tell of credentials of users that are no access keys (facts: J5).

use serde::Deserialize;

use crate::event::time::{Time, rfc3339};
use crate::response::slot::CredentialSort;

/// A call that made a credential of a user, gave it a new secret, or switched it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialCall {
    pub sort: CredentialSort,
    /// When it was made; none where an older one was changed.
    pub made: Option<Time>,
}

/// A row of the report's events. What is of another shape says nothing.
#[derive(Debug, Deserialize)]
pub struct TraceEvent {
    #[serde(default)]
    call: serde_json::Value,
    #[serde(default)]
    time: serde_json::Value,
    #[serde(default)]
    error: serde_json::Value,
}

impl CredentialCall {
    pub fn of(event: &TraceEvent) -> Option<Self> {
        let (sort, is_new) = match event.call.as_str()? {
            "CreateServiceSpecificCredential" => (CredentialSort::ServiceSpecific, true),
            "ResetServiceSpecificCredential" | "UpdateServiceSpecificCredential" => {
                (CredentialSort::ServiceSpecific, false)
            }
            "UploadSSHPublicKey" => (CredentialSort::SshPublicKey, true),
            "UpdateSSHPublicKey" => (CredentialSort::SshPublicKey, false),
            "UploadSigningCertificate" => (CredentialSort::SigningCertificate, true),
            "UpdateSigningCertificate" => (CredentialSort::SigningCertificate, false),
            _ => return None,
        };
        let failed = event.error.as_str().is_some_and(|error| !error.is_empty());
        let time = event.time.as_str().and_then(rfc3339);
        (!failed).then_some(Self {
            sort,
            made: time.filter(|_| is_new),
        })
    }
}
