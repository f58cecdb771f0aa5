//! `security-group-changes`.
