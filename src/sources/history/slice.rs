//! Time slices: how one lookup is read by several pagers at once.
//!
//! Pages come newest first, and a token leads only to the page after it; where a page takes longer than the pace
//! allows, one pager cannot keep the pace. So a pager that has shown how dense its events are gives away the
//! older part of what is left to it: it stops where the other begins. Slices are cut only when a call could be
//! made and nothing else is there to ask, so a cut in the wrong place costs a call that would have been unused.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::Arc;

use chrono::Duration;

use crate::event::time::Time;
use crate::plan::lookup::Lookup;

/// Calls of a slice that may fail in a row, for reasons that may pass, before it is given up.
const MAX_FAILURES: u32 = 8;
/// Tokens that may be refused in a row, without getting a second further in between, before it is given up.
const MAX_REFUSALS: u32 = 3;
/// Pages without events that may come in a row, each leading on to the next: two minutes of them.
const MAX_EMPTY: u32 = 240;
/// Below so many expected pages a slice is left whole.
const WORTH_SPLITTING: i64 = 2;
/// A part given away begins so many expected pages on, where much is left: events cluster, so far-off
/// expectations are worth little.
const NEAR: i32 = 8;

/// A part of a lookup's range, read from its newest second to its oldest.
#[derive(Debug, Clone)]
pub struct Slice {
    pub lookup: Arc<Lookup>,
    /// Everything from here on is somebody else's, or outside the lookup. Inclusive.
    floor: Time,
    /// `StartTime` and `EndTime` of the calls: constant as long as a token is used (facts: A2).
    pub since: Time,
    pub until: Time,
    pub token: Option<String>,
    /// The oldest event seen; what is newer is read.
    position: Time,
    /// How much time the last page covered.
    span: Option<Duration>,
    failures: u32,
    refusals: u32,
    /// Empty pages in a row.
    empty: u32,
    /// Digests of the tokens and pages that came, each of which comes once.
    seen: HashSet<u64>,
}

/// What a page leaves of its slice.
#[derive(Debug, PartialEq, Eq)]
pub enum SliceRemainder {
    More,
    Nothing,
    /// The token, or the page itself, came before: going on leads nowhere.
    Astray,
    /// Empty pages lead on to empty pages.
    Endless,
}

impl Slice {
    /// The whole range of `lookup`.
    pub fn of(lookup: Arc<Lookup>) -> Self {
        // times of events are whole seconds, and slices must not begin or end within one
        let (since, until) = (lookup.since.whole_second(), lookup.until.whole_second());
        Self {
            lookup,
            floor: since,
            since,
            until,
            token: None,
            position: until,
            span: None,
            failures: 0,
            refusals: 0,
            empty: 0,
            seen: HashSet::new(),
        }
    }

    /// A page came, with its oldest event (none: an empty page) and the token that leads on; `digest` tells it from
    /// others.
    pub fn page(
        &mut self,
        oldest: Option<Time>,
        token: Option<String>,
        digest: u64,
    ) -> SliceRemainder {
        self.failures = 0;
        self.empty = if oldest.is_some() { 0 } else { self.empty + 1 };
        let is_new = oldest.is_none() || self.seen.insert(digest);
        let leads_on = token
            .as_ref()
            .is_none_or(|token| self.seen.insert(digest_of(token)));
        if let Some(oldest) = oldest {
            if oldest < self.position {
                self.refusals = 0;
            }
            self.span = Some((self.position - oldest).max(Duration::seconds(1)));
            self.position = self.position.min(oldest);
        }
        self.token = token;
        if self.token.is_none() || self.position < self.floor {
            self.position = self.floor;
            return SliceRemainder::Nothing;
        }
        match (is_new && leads_on, self.empty > MAX_EMPTY) {
            (false, _) => SliceRemainder::Astray,
            (true, true) => SliceRemainder::Endless,
            (true, false) => SliceRemainder::More,
        }
    }

    /// The token was refused: begin anew at the oldest second seen, whose events will come once more.
    /// `false` where that has been tried in vain.
    pub fn token_refused(&mut self) -> bool {
        self.refusals += 1;
        self.since = self.floor;
        self.until = self.position;
        self.token = None;
        // from here on the same events may come once more
        self.seen.clear();
        self.refusals <= MAX_REFUSALS
    }

    /// A call failed for a reason that may pass: how many have now failed in a row, `None` where it is enough.
    pub fn failed(&mut self) -> Option<u32> {
        self.failures += 1;
        (self.failures < MAX_FAILURES).then_some(self.failures)
    }

    /// Seconds that are left to read.
    pub fn seconds_left(&self) -> i64 {
        (self.position - self.floor).num_seconds().max(0)
    }

    /// Whether enough is left to give a part of it away.
    pub fn can_split(&self) -> bool {
        self.pages_left()
            .is_some_and(|pages| pages >= WORTH_SPLITTING)
    }

    /// Pages that are left, if the rest is as dense as the last page.
    pub fn pages_left(&self) -> Option<i64> {
        let span = self.span?.num_seconds().max(1);
        Some(self.seconds_left() / span)
    }

    /// Gives the older part of what is left to a new slice, where enough is left.
    pub fn split(&mut self) -> Option<Self> {
        let pages = self
            .pages_left()
            .filter(|pages| *pages >= WORTH_SPLITTING)?;
        let span = self.span?;
        let keep = if pages > i64::from(2 * NEAR) {
            span * NEAR
        } else {
            Duration::seconds(self.seconds_left() / 2)
        };
        let cut = self.position - keep;
        let older = Self {
            lookup: Arc::clone(&self.lookup),
            floor: self.floor,
            since: self.floor,
            until: cut - Duration::seconds(1),
            token: None,
            position: cut - Duration::seconds(1),
            span: None,
            failures: 0,
            refusals: 0,
            empty: 0,
            seen: HashSet::new(),
        };
        if older.until < older.since {
            return None;
        }
        self.floor = cut;
        Some(older)
    }
}

/// Tells values from one another.
pub fn digest_of(value: &(impl Hash + ?Sized)) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Time {
        Time::of_unix(1_700_000_000 + seconds).unwrap()
    }

    fn lookup(since: i64, until: i64) -> Arc<Lookup> {
        Arc::new(Lookup {
            attribute: None,
            since: at(since),
            until: at(until),
        })
    }

    /// Serves pages of `size` from `times` (ascending) the way the API does.
    fn serve(times: &[i64], slice: &Slice, size: usize) -> (Vec<usize>, Option<String>) {
        let skipped: usize = slice
            .token
            .as_ref()
            .map_or(0, |token| token.parse().unwrap());
        let within: Vec<usize> = (0..times.len())
            .rev()
            .filter(|i| (slice.since..=slice.until).contains(&at(times[*i])))
            .collect();
        let page: Vec<usize> = within.iter().copied().skip(skipped).take(size).collect();
        let next = skipped + page.len();
        (page, (next < within.len()).then(|| next.to_string()))
    }

    proptest! {
        /// However slices are cut, and whichever of them is read next, every event is read.
        #[test]
        fn nothing_is_lost(
            mut times in prop::collection::vec(0_i64..2_000, 0..300),
            fraction in 0_i64..1_000,
            choices in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>(), 0_u8..20), 1_000),
        ) {
            times.sort_unstable();
            let until = at(2_000) + Duration::milliseconds(fraction);
            let whole = Lookup { attribute: None, since: at(0), until };
            let mut slices = vec![Slice::of(Arc::new(whole))];
            let mut seen = std::collections::HashSet::new();
            for (split, which, refuse) in choices {
                if slices.is_empty() { break; }
                let i = which.index(slices.len());
                if split && let Some(older) = slices[i].split() {
                    slices.push(older);
                }
                if refuse == 0 && slices[i].token.is_some() {
                    prop_assert!(slices[i].token_refused());
                }
                let (page, token) = serve(&times, &slices[i], 7);
                let oldest = page.last().map(|event| at(times[*event]));
                let digest = digest_of(&page);
                seen.extend(page);
                // more events in one second than a page holds are only reached by token
                if slices[i].page(oldest, token, digest) == SliceRemainder::Nothing {
                    slices.swap_remove(i);
                }
            }
            prop_assert!(!slices.is_empty() || seen.len() == times.len());
        }
    }

    #[test]
    fn a_slice_stops_where_the_part_it_gave_away_begins() {
        let mut slice = Slice::of(lookup(0, 1_000));
        assert!(slice.split().is_none(), "nothing is known of it yet");
        assert_eq!(
            slice.page(Some(at(990)), Some("1".to_owned()), 1),
            SliceRemainder::More
        );
        let older = slice.split().unwrap();
        assert_eq!((older.since, older.until), (at(0), at(909)));
        assert_eq!(
            slice.page(Some(at(950)), Some("2".to_owned()), 2),
            SliceRemainder::More
        );
        assert_eq!(
            slice.page(Some(at(909)), Some("3".to_owned()), 3),
            SliceRemainder::Nothing
        );
    }

    #[test]
    fn what_fails_for_good_is_given_up() {
        let mut slice = Slice::of(lookup(0, 10));
        assert_eq!((1..10).filter(|_| slice.failed().is_some()).count(), 7);
        assert_eq!((1..10).filter(|_| slice.token_refused()).count(), 3);
    }

    #[test]
    fn what_comes_again_leads_astray() {
        let token = |text: &str| Some(text.to_owned());
        let mut slice = Slice::of(lookup(0, 1_000));
        assert_eq!(
            slice.page(Some(at(990)), token("a"), 1),
            SliceRemainder::More
        );
        assert_eq!(
            slice.page(Some(at(980)), token("b"), 2),
            SliceRemainder::More
        );
        assert_eq!(
            slice.page(Some(at(970)), token("a"), 3),
            SliceRemainder::Astray
        );
        assert!(slice.token_refused());
        assert_eq!(
            slice.page(Some(at(970)), token("a"), 3),
            SliceRemainder::More
        );
        assert_eq!(
            slice.page(Some(at(970)), token("c"), 3),
            SliceRemainder::Astray
        );
        // the last page needs no token
        assert_eq!(slice.page(Some(at(970)), None, 3), SliceRemainder::Nothing);
    }

    #[test]
    fn empty_pages_lead_on_for_a_while() {
        let mut slice = Slice::of(lookup(0, 1_000));
        let mut pages = (0..).map(|n: u32| slice.page(None, Some(n.to_string()), 0));
        assert_eq!(
            pages.position(|left| left == SliceRemainder::Endless),
            Some(MAX_EMPTY as usize)
        );
    }
}
