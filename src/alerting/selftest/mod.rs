//! Proving that alerts arrive: events of our own from every Region, and real ones.
