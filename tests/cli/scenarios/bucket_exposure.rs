//! `bucket-exposure`.
