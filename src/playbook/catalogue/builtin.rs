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
    "abuse-prepared"
    "access-key-created"
    "archive-retrieved"
    "archive-vault-opened"
    "automation-run"
    "backup-plan-stopped"
    "backup-vault-opened"
    "backups-deleted"
    "bucket-batch-job-created"
    "bucket-created"
    "bucket-encryption-changed"
    "bucket-logging-off"
    "bucket-made-public"
    "bucket-policy-changed"
    "bucket-replication-set"
    "bucket-side-door-opened"
    "bucket-website-set"
    "build-overridden"
    "build-project-changed"
    "build-project-published"
    "capacity-purchased"
    "client-vpn-opened"
    "cluster-access-granted"
    "cluster-created"
    "cluster-deleted"
    "cluster-endpoint-opened"
    "cluster-logging-off"
    "command-run"
    "container-command-enabled"
    "container-command-run"
    "container-credentials-fetched"
    "container-image-deleted"
    "container-image-pushed"
    "copy-made-public"
    "copy-protection-removed"
    "data-destroyed"
    "data-sync-used"
    "database-created"
    "database-exported"
    "database-made-public"
    "database-password-changed"
    "database-protection-off"
    "database-restored"
    "database-snapshot-shared"
    "distribution-changed"
    "dns-log-removed"
    "dns-record-changed"
    "dns-resolution-redirected"
    "document-shared"
    "domain-control-weakened"
    "domain-transferred"
    "endpoint-service-shared"
    "expiry-or-versioning-changed"
    "file-system-opened"
    "function-changed"
    "function-created"
    "function-disabled"
    "function-trigger-added"
    "gateway-changed"
    "glue-endpoint-opened"
    "glue-job-changed"
    "hosted-zone-changed"
    "image-exported"
    "image-repository-opened"
    "image-scanning-off"
    "image-shared"
    "instance-connect"
    "instance-connect-endpoint-created"
    "instance-metadata-weakened"
    "instances-launched"
    "instances-stopped"
    "instances-terminated"
    "key-pair-created"
    "large-instances"
    "launch-template-changed"
    "layer-shared"
    "lightsail-credentials-read"
    "lightsail-launched"
    "mail-identity-shared"
    "managed-node-activated"
    "message-channel-opened"
    "model-access-enabled"
    "model-guardrail-removed"
    "network-acl-changed"
    "network-acl-opened"
    "network-joined"
    "notebook-created"
    "notebook-url-issued"
    "object-lock-changed"
    "parameter-decrypted"
    "pod-identity-changed"
    "prefix-list-changed"
    "prefix-list-opened"
    "public-access-block-removed"
    "resource-share-opened"
    "route-table-changed"
    "secret-deleted"
    "secret-read"
    "secret-shared"
    "security-group-changed"
    "security-group-opened"
    "security-group-rule-widened"
    "sms-prepared"
    "snapshot-created"
    "snapshot-public-access-block-off"
    "snapshot-shared"
    "table-shared"
    "task-definition-registered"
    "termination-protection-off"
    "traffic-mirrored"
    "transfer-server-opened"
    "transit-gateway-changed"
    "user-data-changed"
    "user-data-read"
    "volume-encryption-off"
    "vpc-changed"
    "vpc-endpoint-policy-changed"
    "vpc-public-access-block-weakened"
    "warehouse-credentials-issued"
    "warehouse-shared"
    "web-firewall-removed"
    "windows-password-read"
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
