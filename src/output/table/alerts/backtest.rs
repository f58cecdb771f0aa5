//! What the alerts would have told, as a table.
