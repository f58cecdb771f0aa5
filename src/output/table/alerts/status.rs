//! What `alerts-status` saw, as a table.
