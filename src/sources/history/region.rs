//! One account x Region of Event history: its lookups, its slices, its pace, and what became of it.
//!
//! An actor: lookups come in by a channel, pages go out by another, and nobody else touches its state. Whenever
//! the pace allows a call it asks for the next page of the slice that waits longest; where none waits it cuts
//! one in two (see [`super::slice`]).

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_cloudtrail::Client;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::task::{JoinError, JoinSet};

use super::call::{EventPage, LookupError, next_page};
use super::pacing::Pacer;
use super::session::RenewableCredentials;
use super::slice::{Slice, SliceRemainder, digest_of};
use super::{ReadingPace, RegionOrder, RegionProgress, Update};
use crate::clock::monotonic;
use crate::plan::lookup::Lookup;
use crate::report::State;

/// Calls under way at once: enough to keep the quota where a page takes 8 s.
const MAX_CALLS: usize = 16;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What became of the Region as a whole.
#[derive(Debug, Default)]
pub struct RegionTally {
    pub pages: u64,
    pub throttled: u64,
    /// Why something of it is missing.
    pub gap: Option<(State, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ProbeState {
    Asked,
    Held,
}

struct PageResult {
    slice: u64,
    launched: Instant,
    generation: u64,
    result: Result<EventPage, LookupError>,
}

pub(super) struct RegionWorker {
    name: Arc<str>,
    session: RenewableCredentials,
    client: Client,
    generation: u64,
    updates: UnboundedSender<Update>,
    pacer: Pacer,
    slices: HashMap<u64, Slice>,
    ready: VecDeque<(u64, Instant)>,
    /// Slices that are to wait once their first page shows how long they are, and whether they do.
    probes: HashMap<u64, ProbeState>,
    /// No later call can succeed.
    closed: bool,
    calls: JoinSet<PageResult>,
    numbered: u64,
    seconds_asked: i64,
    patience: Duration,
    /// When an answer last led on, or something was asked where nothing was left to do.
    moved: Instant,
    tally: RegionTally,
}

impl RegionWorker {
    pub(super) fn new(
        name: Arc<str>,
        pace: ReadingPace,
        session: RenewableCredentials,
        updates: UnboundedSender<Update>,
    ) -> Self {
        let (client, generation) = session.client(&name);
        Self {
            name,
            session,
            client,
            generation,
            updates,
            pacer: Pacer::new(pace.rate, monotonic()),
            slices: HashMap::new(),
            ready: VecDeque::new(),
            probes: HashMap::new(),
            closed: false,
            calls: JoinSet::new(),
            numbered: 0,
            seconds_asked: 0,
            patience: pace.patience,
            moved: monotonic(),
            tally: RegionTally::default(),
        }
    }

    /// Works until the channel of orders is closed and everything asked for is read or given up.
    pub(super) async fn run(mut self, mut orders: UnboundedReceiver<RegionOrder>) -> RegionTally {
        let mut open = true;
        while open || !self.slices.is_empty() {
            self.call_while_allowed();
            let wake = self.next_call();
            let (is_at_work, deadline) = (self.is_at_work(), self.out_of_patience());
            tokio::select! {
                order = orders.recv(), if open => match order {
                    Some(order) => self.take(order),
                    None => open = false,
                },
                Some(answer) = self.calls.join_next(), if !self.calls.is_empty() => {
                    match answer.map_err(JoinError::try_into_panic) {
                        Ok(answer) => self.take_result(answer).await,
                        Err(Ok(panic)) => std::panic::resume_unwind(panic),
                        // aborted: the Region was closed
                        Err(Err(_)) => {}
                    }
                }
                () = tokio::time::sleep_until(deadline.into()), if is_at_work => self.lose_patience(),
                () = tokio::time::sleep_until(wake.unwrap_or_else(monotonic).into()), if wake.is_some() => {}
                // what is held is held for an order, and whoever gave them is gone
                else => break,
            }
        }
        self.tally
    }

    /// Whether it waits for answers, and not for an order.
    fn is_at_work(&self) -> bool {
        let is_held = |id| self.probes.get(id) == Some(&ProbeState::Held);
        self.slices.keys().any(|id| !is_held(id))
    }

    /// Patience counts from the last progress; the pace itself costs none.
    fn out_of_patience(&self) -> Instant {
        self.moved + self.patience + self.pacer.interval()
    }

    /// Gives up what was asked until now; what is asked later may fare better.
    fn lose_patience(&mut self) {
        let why = format!("no answer led on for {} s", self.patience.as_secs());
        let all: Vec<u64> = self.slices.keys().copied().collect();
        for id in all {
            self.give_up(id, State::Truncated, why.clone());
        }
    }

    fn take(&mut self, order: RegionOrder) {
        if !self.is_at_work() {
            self.moved = monotonic();
        }
        match order {
            RegionOrder::Lookup(lookup) => self.add(lookup, None),
            RegionOrder::Probe(lookup) => self.add(lookup, Some(ProbeState::Asked)),
            RegionOrder::GoOn(lookup) => {
                if let Some(id) = self.held(&lookup) {
                    self.probes.remove(&id);
                    self.ready.push_back((id, monotonic()));
                }
            }
            RegionOrder::Drop(lookup) => {
                if let Some(id) = self.held(&lookup) {
                    self.seconds_asked -= seconds(&lookup);
                    self.finish(id);
                }
            }
        }
    }

    fn add(&mut self, lookup: Arc<Lookup>, probe: Option<ProbeState>) {
        self.seconds_asked += seconds(&lookup);
        self.numbered += 1;
        let id = self.numbered;
        self.slices.insert(id, Slice::of(lookup));
        self.probes.extend(probe.map(|probe| (id, probe)));
        self.ready.push_back((id, monotonic()));
        if self.closed {
            self.finish(id);
        }
    }

    /// The slice of `lookup` that is held: the only one it has.
    fn held(&self, lookup: &Arc<Lookup>) -> Option<u64> {
        let is_of = |id: &u64| {
            let slice = self.slices.get(id);
            slice.is_some_and(|slice| Arc::ptr_eq(&slice.lookup, lookup))
        };
        let held = self
            .probes
            .iter()
            .filter(|(_, probe)| **probe == ProbeState::Held);
        held.map(|(id, _)| *id).find(is_of)
    }

    /// When there will be something to do: `None` until an answer or an order comes.
    fn next_call(&self) -> Option<Instant> {
        let waits = self.ready.iter().map(|(_, from)| *from).min();
        let splittable = || self.slices.values().any(Slice::can_split);
        if self.calls.len() >= MAX_CALLS {
            return None;
        }
        match waits {
            Some(from) => Some(from.max(self.pacer.next())),
            // a cut that was tried and refused is not tried again before an answer has come
            None => (self.pacer.next() > monotonic() && splittable()).then(|| self.pacer.next()),
        }
    }

    fn call_while_allowed(&mut self) {
        let now = monotonic();
        while self.pacer.next() <= now && self.calls.len() < MAX_CALLS {
            let Some(id) = self.next_ready(now).or_else(|| self.split()) else {
                return;
            };
            let Some(slice) = self.slices.get(&id).cloned() else {
                continue;
            };
            self.pacer.note_call(now);
            let (client, generation) = (self.client.clone(), self.generation);
            self.calls.spawn(async move {
                let result = next_page(&client, &slice).await;
                PageResult {
                    slice: id,
                    launched: now,
                    generation,
                    result,
                }
            });
        }
    }

    fn next_ready(&mut self, now: Instant) -> Option<u64> {
        let at = self.ready.iter().position(|(_, from)| *from <= now)?;
        self.ready.remove(at).map(|(id, _)| id)
    }

    /// Gives the older part of the slice with most left to a new one, which is then asked at once.
    fn split(&mut self) -> Option<u64> {
        let probes = &self.probes;
        let slice = self
            .slices
            .iter_mut()
            .filter(|(id, _)| !probes.contains_key(id))
            .max_by_key(|(id, slice)| (slice.pages_left(), std::cmp::Reverse(**id)))
            .map(|(_, slice)| slice)?;
        let older = slice.split()?;
        self.numbered += 1;
        self.slices.insert(self.numbered, older);
        Some(self.numbered)
    }

    async fn take_result(&mut self, answer: PageResult) {
        let Some(slice) = self.slices.get_mut(&answer.slice) else {
            return;
        };
        let wait = match answer.result {
            Ok(page) => {
                self.pacer.note_answer();
                self.session.note_success(answer.generation);
                return self.page(answer.slice, page);
            }
            Err(LookupError::Throttled) => {
                self.tally.throttled += 1;
                self.pacer.note_throttle(answer.launched, monotonic());
                Duration::ZERO
            }
            Err(LookupError::Passing(why)) => match slice.failed() {
                Some(failures) => pause(failures),
                None => return self.give_up(answer.slice, State::Failed, why),
            },
            Err(LookupError::Token) => {
                return self.begin_anew(answer.slice, "was refused again and again");
            }
            Err(LookupError::Rejected(why)) => {
                return self.give_up(answer.slice, State::Failed, why);
            }
            Err(LookupError::Denied(why)) => return self.close(State::Denied, &why),
            Err(LookupError::NotEnabled(why)) => {
                let why = format!("not enabled, or not for these credentials ({why})");
                return self.close(State::Disabled, &why);
            }
            Err(LookupError::Expired(why)) => {
                if answer.generation == self.generation && !self.renew().await {
                    return self.close(State::Failed, &expired(&why));
                }
                Duration::ZERO
            }
            Err(LookupError::NoCredentials(why)) => match slice.failed() {
                Some(failures) => {
                    self.renew().await;
                    pause(failures)
                }
                None => return self.close(State::Failed, &expired(&why)),
            },
        };
        self.ready.push_front((answer.slice, monotonic() + wait));
    }

    /// Reads the configuration again. `false` where that would not help: the last reading of it never worked.
    async fn renew(&mut self) -> bool {
        let renewed = self.session.renewed(&self.name, self.generation).await;
        let Some((client, generation)) = renewed else {
            return false;
        };
        (self.client, self.generation) = (client, generation);
        true
    }

    fn page(&mut self, id: u64, page: EventPage) {
        self.tally.pages += 1;
        if !page.records.is_empty() || page.token.is_none() {
            self.moved = monotonic();
        }
        let Some(slice) = self.slices.get_mut(&id) else {
            return;
        };
        let lookup = Arc::clone(&slice.lookup);
        let left = slice.page(page.oldest, page.token, digest_of(&page.records));
        let pages_left = slice.pages_left();
        self.tell(Update::Page {
            region: Arc::clone(&self.name),
            lookup: Arc::clone(&lookup),
            records: page.records,
            progress: self.progress(),
        });
        match (left, self.probes.get_mut(&id), pages_left) {
            (SliceRemainder::Nothing, ..) => self.finish(id),
            (SliceRemainder::Astray, ..) => self.begin_anew(id, "came again and again"),
            (SliceRemainder::Endless, ..) => {
                let why =
                    "pages without events came one after another, and no end of them".to_owned();
                self.give_up(id, State::Truncated, why);
            }
            // an empty page shows nothing
            (SliceRemainder::More, Some(probe), Some(pages_left)) => {
                *probe = ProbeState::Held;
                self.tell(Update::Held {
                    region: Arc::clone(&self.name),
                    lookup,
                    pages_left,
                });
            }
            (SliceRemainder::More, ..) => self.ready.push_back((id, monotonic())),
        }
    }

    /// The token of a slice led nowhere: it is asked for anew where it stands, unless that was in vain before.
    fn begin_anew(&mut self, id: u64, how: &str) {
        if self.slices.get_mut(&id).is_some_and(Slice::token_refused) {
            self.ready.push_front((id, monotonic()));
        } else {
            let why = format!("its paging token {how}");
            self.give_up(id, State::Truncated, why);
        }
    }

    fn progress(&self) -> RegionProgress {
        let left: i64 = self.slices.values().map(Slice::seconds_left).sum();
        #[expect(clippy::cast_precision_loss, reason = "a fraction to look at")]
        let fraction = 1.0 - left as f64 / self.seconds_asked.max(1) as f64;
        RegionProgress {
            fraction: fraction.clamp(0.0, 1.0),
            pages: self.tally.pages,
            throttled: self.tally.throttled,
        }
    }

    /// Gives up one slice: the others of the Region go on.
    fn give_up(&mut self, id: u64, state: State, why: String) {
        self.gap(state, why);
        if let Some(slice) = self.slices.get(&id) {
            self.tell(Update::GivenUp {
                region: Arc::clone(&self.name),
                lookup: Arc::clone(&slice.lookup),
            });
        }
        self.finish(id);
    }

    /// Gives up the whole Region: no call to it can succeed.
    fn close(&mut self, state: State, why: &str) {
        self.gap(state, why.to_owned());
        self.closed = true;
        self.ready.clear();
        self.calls.abort_all();
        self.tell(Update::Closed {
            region: Arc::clone(&self.name),
        });
        let all: Vec<u64> = self.slices.keys().copied().collect();
        for id in all {
            self.finish(id);
        }
    }

    /// Remembers why something is missing: what closes the Region says more than what cost it one slice.
    fn gap(&mut self, state: State, why: String) {
        if !self.closed {
            self.tally.gap = Some((state, why));
        }
    }

    /// A slice is read, or given up; with the last one of its lookup the lookup is done.
    fn finish(&mut self, id: u64) {
        let Some(slice) = self.slices.remove(&id) else {
            return;
        };
        self.probes.remove(&id);
        self.ready.retain(|(ready, _)| *ready != id);
        if !self
            .slices
            .values()
            .any(|other| Arc::ptr_eq(&other.lookup, &slice.lookup))
        {
            let progress = self.progress();
            self.tell(Update::Finished {
                region: Arc::clone(&self.name),
                lookup: slice.lookup,
                progress,
            });
        }
    }

    fn tell(&self, update: Update) {
        // nobody listens once the investigation was interrupted: then there is nothing left to tell
        let _ = self.updates.send(update);
    }
}

fn seconds(lookup: &Lookup) -> i64 {
    (lookup.until - lookup.since).num_seconds().max(1)
}

/// How long to wait after so many failures in a row: doubling, bounded.
fn pause(failures: u32) -> Duration {
    FIRST_PAUSE
        .saturating_mul(1 << failures.min(6))
        .min(LONGEST_PAUSE)
}

fn expired(why: &str) -> String {
    format!("the credentials expired on the way: log in again, and repeat the command ({why})")
}
