//! The whole path: deployed, an event in, a message out, updated, removed.
