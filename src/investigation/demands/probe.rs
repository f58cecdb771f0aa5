//! One page of an event source in one Region, and what it says of the rest: how many pages that is, and how many the
//! event names that are needed of it would be.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::plan::lookup::Lookup;

/// A lookup by event source whose first page decides, in one Region.
#[derive(Debug)]
pub struct Probe {
    pub lookup: Arc<Lookup>,
    /// The event names that are needed of the source.
    pub names: BTreeSet<String>,
    seen: HashMap<String, i64>,
    events: i64,
}

/// What is expected of either way: pages that are left to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageEstimate {
    pub by_source: i64,
    pub by_names: i64,
}

impl Probe {
    pub fn new(lookup: Arc<Lookup>, names: BTreeSet<String>) -> Self {
        Self {
            lookup,
            names,
            seen: HashMap::new(),
            events: 0,
        }
    }

    /// An event of the page.
    pub fn event(&mut self, name: Option<&str>) {
        self.events += 1;
        if let Some(name) = name {
            *self.seen.entry(name.to_owned()).or_default() += 1;
        }
    }

    /// What is expected where about `pages_left` of the source are left: of each name its share of all pages, and a
    /// page at least.
    pub fn expected(&self, pages_left: i64) -> PageEstimate {
        let pages = pages_left.saturating_add(1);
        let of_name = |name: &String| {
            let seen = self.seen.get(name).copied().unwrap_or(0);
            // rounded up
            let share = seen.saturating_mul(pages).saturating_add(self.events - 1);
            (share / self.events.max(1)).max(1)
        };
        PageEstimate {
            by_source: pages_left,
            by_names: self.names.iter().map(of_name).fold(0, i64::saturating_add),
        }
    }

    /// What is decided, for those who want to know.
    pub fn explanation(&self, expected: PageEstimate) -> String {
        let (lookup, names) = (&self.lookup, self.names.len());
        let PageEstimate {
            by_source,
            by_names,
        } = expected;
        if expected.prefers_source() {
            format!(
                "{lookup}, about {by_source} more pages, instead of {names} event names (about {by_names})"
            )
        } else {
            format!(
                "{names} event names (about {by_names} pages) instead of {lookup} (about {by_source} more)"
            )
        }
    }

    /// The same where no page is left; nothing, where no event came.
    pub fn explanation_of_end(&self) -> Option<String> {
        let (lookup, names) = (&self.lookup, self.names.len());
        let explanation = || format!("{lookup}, read in one page, instead of {names} event names");
        (self.events > 0).then(explanation)
    }
}

impl PageEstimate {
    /// Whether to go on by source.
    pub fn prefers_source(self) -> bool {
        self.by_source <= self.by_names
    }
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;
    use crate::detection::Attribute;
    use crate::event::time::Time;

    fn probe(names: &[&str], page: &[&str]) -> Probe {
        let lookup = Lookup {
            attribute: Some((Attribute::EventSource, "ec2.amazonaws.com".to_owned())),
            since: Time::of_unix(0).unwrap(),
            until: Time::of_unix(0).unwrap(),
        };
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let mut probe = Probe::new(Arc::new(lookup), names);
        for name in page {
            probe.event(Some(name));
        }
        probe
    }

    #[test]
    fn rare_names_of_a_busy_source_are_asked_one_by_one() {
        let probe = probe(&["Stop", "Start"], &["Describe"; 50]);
        let expected = probe.expected(100);
        assert_eq!((expected.by_source, expected.by_names), (100, 2));
        assert!(!expected.prefers_source());
        assert!(probe.expected(2).prefers_source());
    }

    #[test]
    fn names_that_are_most_of_a_source_are_read_with_it() {
        let page = [&["Stop"; 30][..], &["Start"; 20]].concat();
        let expected = probe(&["Stop", "Start", "Reboot"], &page).expected(99);
        assert_eq!((expected.by_source, expected.by_names), (99, 60 + 40 + 1));
        assert!(expected.prefers_source());
    }

    proptest! {
        #[test]
        fn any_page_gives_an_estimate(
            page in prop::collection::vec("[abc]", 0..60),
            names in prop::collection::btree_set("[abcd]", 0..5),
            pages_left in any::<i64>().prop_map(|pages| pages & i64::MAX),
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let page: Vec<&str> = page.iter().map(String::as_str).collect();
            let expected = probe(&names, &page).expected(pages_left);
            prop_assert!(expected.by_names >= i64::try_from(names.len()).unwrap());
            prop_assert_eq!(expected.by_source, pages_left);
        }
    }
}
