//! `principal-trace`.
