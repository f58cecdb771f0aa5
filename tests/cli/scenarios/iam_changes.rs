//! `iam-changes`.
