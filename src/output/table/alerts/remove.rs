//! What `remove-alerts` found, removed and left, as a table.
