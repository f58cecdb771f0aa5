//! What `test-alerts` sent and what arrived, as a table.
