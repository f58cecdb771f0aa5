//! A set that keeps the least of what it is given: so the same is kept in whatever order it comes.

use std::collections::BTreeSet;

/// At most `MOST`.
#[derive(Debug)]
pub struct LeastOf<T, const MOST: usize> {
    pub kept: BTreeSet<T>,
    /// There were more.
    pub is_cut: bool,
}

impl<T, const MOST: usize> Default for LeastOf<T, MOST> {
    fn default() -> Self {
        Self {
            kept: BTreeSet::new(),
            is_cut: false,
        }
    }
}

impl<T: Ord, const MOST: usize> LeastOf<T, MOST> {
    pub fn insert(&mut self, item: T) {
        self.kept.insert(item);
        if self.kept.len() > MOST {
            self.kept.pop_last();
            self.is_cut = true;
        }
    }

    /// Adds what was kept elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.is_cut |= other.is_cut;
        for item in other.kept {
            self.insert(item);
        }
    }
}
