//! The playbooks in the binary, and the JSON Schema of their format for editors.

/// A playbook or a rule as it stands in `playbooks/`, where `build.rs` finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Builtin {
    pub id: &'static str,
    pub source: &'static str,
}

/// In the order of their ids.
pub const BUILTIN: &[Builtin] = include!(concat!(env!("OUT_DIR"), "/playbooks.rs"));

/// JSON Schema (2020-12) of a playbook.
pub const SCHEMA: &str = include_str!("../../playbooks/playbook.schema.json");

pub fn find(id: &str) -> Option<&'static Builtin> {
    BUILTIN.iter().find(|builtin| builtin.id == id)
}
