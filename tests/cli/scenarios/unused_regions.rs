//! `unused-regions`.
