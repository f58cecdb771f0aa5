//! Where events are read: each source its file or folder.

pub mod demo;
pub mod files;
pub mod history;
pub mod key_owner;
