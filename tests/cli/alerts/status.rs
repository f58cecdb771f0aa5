//! `status`: by the binary.
