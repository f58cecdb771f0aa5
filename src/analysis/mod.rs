//! Pure folds over events: what follows from records, with no IO and no waiting.

pub mod changes;
pub mod denied;
pub mod findings;
pub mod handoffs;
pub mod holes;
pub mod lineage;
pub mod links;
pub mod nodes;
pub mod related;
pub mod stolen;
pub mod summary;
pub mod usage;
