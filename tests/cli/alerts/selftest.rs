//! `selftest`: by the binary.
