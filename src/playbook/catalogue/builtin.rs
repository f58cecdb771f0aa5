//! The rules in the binary: a file each in `playbooks/rules/`, listed by `build.rs`.

use std::sync::OnceLock;

use super::super::Builtin;
use super::Catalogue;
use super::assembly::Assembly;
use crate::error::Failure;

/// Every built-in rule, in the order of their names.
pub const RULES: &[Builtin] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

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
    for Builtin { id, source } in RULES {
        assembly.add(&format!("{id}.yml"), id, source, true);
    }
    let catalogue = assembly
        .finish()
        .map_err(|problems| Failure::usage(problems.join("\n")))?;
    Ok(CATALOGUE.get_or_init(|| catalogue))
}
