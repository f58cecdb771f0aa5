//! What `remove-alerts` found, removed and left.
