//! `root-activity`.
