//! `off-hours-iam`.
