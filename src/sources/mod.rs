//! Where events are read: each source hands over events and the coverage of what it read, and decides nothing.
//!
//! A source may hand over more events than were asked for, never fewer: the local evaluator decides.

pub mod files;
