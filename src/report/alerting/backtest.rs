//! What the alerts would have told.
