//! `stopped-instances`.
