//! Deploying: which stacks, in which order, and what became of each.
