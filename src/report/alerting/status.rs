//! What `alerts-status` saw.
