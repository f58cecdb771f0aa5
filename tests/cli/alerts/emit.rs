//! `emit`: by the binary.
