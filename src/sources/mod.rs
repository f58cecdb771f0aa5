//! Where events are read: one enum, each arm its file or folder.

pub mod history;
