//! Where events are read from. Each source is its own file or folder here; what is done with the events is not
//! their business.

pub mod demo;
