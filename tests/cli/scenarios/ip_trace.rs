//! `ip-trace`.
