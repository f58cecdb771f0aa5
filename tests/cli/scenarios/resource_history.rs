//! `resource-history`.
