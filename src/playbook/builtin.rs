//! The playbooks in the binary, and the JSON Schema of their format for editors.

/// A playbook as it stands in `playbooks/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Builtin {
    pub id: &'static str,
    pub source: &'static str,
}

macro_rules! playbooks {
    ($($id:literal)*) => {
        /// In the order of their ids.
        pub const BUILTIN: &[Builtin] = &[
            $(Builtin { id: $id, source: include_str!(concat!("../../playbooks/", $id, ".yaml")) },)*
        ];
    };
}

playbooks! {
    "access-key-trace"
    "bucket-exposure"
    "data-exfiltration"
    "iam-changes"
    "ip-trace"
    "logins"
    "off-hours-iam"
    "persistence"
    "principal-trace"
    "resource-history"
    "root-activity"
    "security-group-changes"
    "stopped-instances"
    "trail-tampering"
    "unused-regions"
}

/// JSON Schema (2020-12) of a playbook.
pub const SCHEMA: &str = include_str!("../../playbooks/playbook.schema.json");

pub fn find(id: &str) -> Option<&'static Builtin> {
    BUILTIN.iter().find(|builtin| builtin.id == id)
}
