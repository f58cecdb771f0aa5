//! `trail-tampering`.
