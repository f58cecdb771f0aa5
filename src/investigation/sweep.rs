//! Reading everything, where no lookup attribute can be derived: every Region shows its first page, and then waits
//! until it is known how long the busiest one will take, and whether that is wanted.

use std::collections::HashSet;
use std::sync::Arc;

use crate::plan::lookup::Lookup;

/// The Regions of which everything is asked.
#[derive(Debug, Default)]
pub struct Sweep {
    /// Have not shown their first page.
    probing: HashSet<Arc<str>>,
    held: Vec<WaitingLookup>,
    is_decided: bool,
}

/// A lookup that waits in a Region, with about so many pages left.
#[derive(Debug)]
pub struct WaitingLookup {
    pub region: Arc<str>,
    pub lookup: Arc<Lookup>,
    pub pages_left: i64,
}

impl Sweep {
    /// Whether it is decided already: what is asked later need not wait.
    pub fn is_decided(&self) -> bool {
        self.is_decided
    }

    pub fn expect(&mut self, regions: &[Arc<str>]) {
        self.probing.extend(regions.iter().cloned());
    }

    pub fn hold(&mut self, held: WaitingLookup) {
        self.probing.remove(&held.region);
        self.held.push(held);
    }

    /// One Region is read, or given up.
    pub fn finish(&mut self, region: &Arc<str>) {
        self.probing.remove(region);
    }

    /// What waits, once, when no Region is left to show its first page.
    pub fn due(&mut self) -> Vec<WaitingLookup> {
        if !self.probing.is_empty() || self.held.is_empty() {
            return Vec::new();
        }
        self.is_decided = true;
        std::mem::take(&mut self.held)
    }
}
