//! `remove`: by the binary.
