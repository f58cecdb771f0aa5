//! The rules in the binary: a file each in `playbooks/rules/`, listed here by name.

use std::sync::OnceLock;

use super::Catalogue;
use super::assembly::Assembly;
use crate::error::Failure;

macro_rules! rules {
    ($($name:literal)*) => {
        /// Name and text of every built-in rule, in the order of their names.
        pub const RULES: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../../playbooks/rules/", $name, ".yml"))),)*
        ];
    };
}

rules! {
    "access-analyzer-findings-hidden"
    "access-denied"
    "access-denied-across-services"
    "access-denied-storm"
    "access-key-created"
    "access-key-deactivated"
    "access-key-reactivated"
    "account-alias-changed"
    "account-contact-changed"
    "account-email-changed"
    "account-taken-from-organization"
    "added-to-group"
    "administrator-made"
    "administrator-policy-attached"
    "administrator-policy-written"
    "alarm-silenced"
    "alerting-tampered"
    "assume-role-denied"
    "attack-tool-used"
    "billing-changed"
    "boundary-removed"
    "command-line-login-approved-elsewhere"
    "config-recording-changed"
    "config-rule-deleted"
    "console-login"
    "console-login-brute-force"
    "console-login-failed"
    "console-password-set"
    "console-password-spray"
    "console-session-from-key"
    "cost-alarm-removed"
    "defence-removed"
    "defences-taken-down"
    "delegated-access-granted"
    "delegated-administrator-registered"
    "delegated-administrator-removed"
    "encryption-key-disabled"
    "event-data-store-stopped"
    "event-rule-disabled"
    "federation-changed"
    "federation-removed"
    "group-changed"
    "guardduty-feature-off"
    "guardduty-findings-hidden"
    "guardduty-trusted-list-changed"
    "guardduty-weakened"
    "identities-deleted-in-bulk"
    "identity-center-access-granted"
    "identity-center-mfa-weakened"
    "identity-center-source-changed"
    "identity-center-user-changed"
    "identity-deleted"
    "identity-made-with-s3-browser"
    "identity-recon"
    "identity-token-issued"
    "inline-policy-put"
    "inspector-weakened"
    "instance-role-changed"
    "investigation-data-removed"
    "keys-for-many-users"
    "kms-grant-created"
    "kms-key-material-imported"
    "kms-key-policy-changed"
    "kms-lockout-check-bypassed"
    "leave-organization"
    "log-forwarding-removed"
    "log-retention-shortened"
    "login-without-mfa"
    "macie-weakened"
    "managed-policy-changed"
    "managed-policy-created"
    "many-regions-in-an-hour"
    "member-root-assumed"
    "mfa-device-added"
    "mfa-removed"
    "mfa-replaced"
    "model-access-requested"
    "model-call-refused"
    "model-capacity-bought"
    "model-guardrail-changed"
    "model-logging-removed"
    "model-probing"
    "organization-changed"
    "organization-joined"
    "organization-policy-changed"
    "organization-policy-removed"
    "other-credential-created"
    "other-credential-reactivated"
    "outbound-federation-enabled"
    "own-password-changed"
    "password-policy-weakened"
    "permission-set-changed"
    "permission-set-made-administrator"
    "persistence-step"
    "policy-attached"
    "policy-deleted"
    "policy-detached"
    "quarantine-policy-attached"
    "quarantine-policy-detached"
    "recon-and-persistence"
    "region-disabled"
    "region-enabled"
    "removed-from-group"
    "revoked-certificates-readmitted"
    "role-created"
    "role-deleted"
    "role-guessing"
    "role-open-to-all"
    "role-session-lengthened"
    "root-access-key-created"
    "root-login"
    "root-login-failed"
    "root-management-changed"
    "root-password-recovery"
    "root-recovered-and-login"
    "root-sign-in-changed"
    "root-used"
    "security-hub-findings-hidden"
    "security-hub-weakened"
    "service-access-of-organization-changed"
    "session-token-from-key"
    "switched-role"
    "trail-changed"
    "trail-insights-changed"
    "trail-narrowed"
    "trail-started"
    "trail-stop-attempted"
    "trail-stopped"
    "trust-policy-changed"
    "user-created"
    "user-renamed"
    "write-call"
}

/// The built-in catalogue, read once.
///
/// # Errors
/// A usage failure with the problems of a rule; a test loads every one of them.
pub fn builtin() -> Result<&'static Catalogue, Failure> {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    if let Some(catalogue) = CATALOGUE.get() {
        return Ok(catalogue);
    }
    let mut assembly = Assembly::default();
    for (name, text) in RULES {
        assembly.add(&format!("{name}.yml"), name, text, true);
    }
    let catalogue = assembly
        .finish()
        .map_err(|problems| Failure::usage(problems.join("\n")))?;
    Ok(CATALOGUE.get_or_init(|| catalogue))
}
