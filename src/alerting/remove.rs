//! Removing the stacks, and what is left on purpose.
