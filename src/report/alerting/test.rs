//! What `test-alerts` sent and what arrived.
