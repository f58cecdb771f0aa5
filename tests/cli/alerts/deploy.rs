//! `deploy`: by the binary.
