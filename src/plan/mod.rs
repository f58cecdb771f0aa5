//! What will be read, decided before anything is: the window, the Regions, and the lookups of a search.

pub mod lookup;
pub mod regions;
pub mod window;
