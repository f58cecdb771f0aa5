//! `logins`.
