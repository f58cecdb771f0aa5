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
    "access-key-created"
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
