//! `persistence`.
