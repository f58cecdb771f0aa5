//! CloudTrail's Event history (LookupEvents): every Region an actor with a pace of its own.
//!
//! This file starts the Regions and carries orders to them and pages from them. What is asked, and what follows
//! from a page, is the investigation's business; that nothing is lost or asked too fast is theirs.

mod call;
mod pacing;
mod region;
mod session;
mod slice;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::aws::Aws;
use crate::plan::lookup::Lookup;
pub use region::RegionTally;
use region::RegionWorker;
use session::RenewableCredentials;

/// What a Region is told.
#[derive(Debug)]
enum RegionOrder {
    Lookup(Arc<Lookup>),
    /// A lookup that is to wait for [`RegionOrder::GoOn`] or [`RegionOrder::Drop`] once its first page shows how long it is.
    Probe(Arc<Lookup>),
    GoOn(Arc<Lookup>),
    /// What is left of the lookup is not wanted: that is no gap.
    Drop(Arc<Lookup>),
}

/// How each Region is asked.
#[derive(Debug, Clone, Copy)]
pub struct ReadingPace {
    /// At most so many calls a second.
    pub rate: f64,
    /// What makes no progress for so long is given up.
    pub patience: Duration,
}

/// How far a Region is.
#[derive(Debug, Clone, Copy)]
pub struct RegionProgress {
    /// The part of the time asked for that is read, 0 to 1.
    pub fraction: f64,
    pub pages: u64,
    pub throttled: u64,
}

/// What a Region tells.
#[derive(Debug)]
pub enum Update {
    Page {
        region: Arc<str>,
        lookup: Arc<Lookup>,
        records: Vec<String>,
        progress: RegionProgress,
    },
    /// A lookup that was asked by [`EventHistory::probe`] has shown its first page, has about so many left, and waits for
    /// [`EventHistory::go_on`] or [`EventHistory::drop`].
    Held {
        region: Arc<str>,
        lookup: Arc<Lookup>,
        pages_left: i64,
    },
    Finished {
        region: Arc<str>,
        lookup: Arc<Lookup>,
        progress: RegionProgress,
    },
    /// Something of a lookup was given up, and is missing: it is finished all the same.
    GivenUp {
        region: Arc<str>,
        lookup: Arc<Lookup>,
    },
    /// No later call to the Region can succeed: what is asked of it from now on is finished at once.
    Closed { region: Arc<str> },
}

/// The Regions of one account, working.
#[derive(Debug)]
pub struct EventHistory {
    orders: BTreeMap<Arc<str>, UnboundedSender<RegionOrder>>,
    updates: UnboundedReceiver<Update>,
    working: JoinSet<(Arc<str>, RegionTally)>,
    /// Lookups asked for and not yet finished, counted per Region.
    outstanding: usize,
}

impl EventHistory {
    /// Starts an actor for each Region.
    pub fn start(aws: Aws, regions: &[String], pace: ReadingPace) -> Self {
        let session = RenewableCredentials::new(aws);
        let (tell, updates) = unbounded_channel();
        let mut working = JoinSet::new();
        let mut orders = BTreeMap::new();
        for name in regions {
            let name: Arc<str> = name.as_str().into();
            let (order, inbox) = unbounded_channel();
            let region = RegionWorker::new(Arc::clone(&name), pace, session.clone(), tell.clone());
            let done = Arc::clone(&name);
            working.spawn(async move { (done, region.run(inbox).await) });
            orders.insert(name, order);
        }
        Self {
            orders,
            updates,
            working,
            outstanding: 0,
        }
    }

    /// The Regions that were started.
    pub fn regions(&self) -> impl Iterator<Item = &Arc<str>> {
        self.orders.keys()
    }

    /// Asks `lookup` of `regions`.
    pub fn ask(&mut self, lookup: &Arc<Lookup>, regions: &[Arc<str>]) {
        for region in regions {
            let is_taken = self.order(region, RegionOrder::Lookup(Arc::clone(lookup)));
            self.outstanding += usize::from(is_taken);
        }
    }

    /// Asks `regions` for the first page of `lookup`. Where that is not all of it, it is [`Update::Held`].
    pub fn probe(&mut self, lookup: &Arc<Lookup>, regions: &[Arc<str>]) {
        for region in regions {
            let is_taken = self.order(region, RegionOrder::Probe(Arc::clone(lookup)));
            self.outstanding += usize::from(is_taken);
        }
    }

    /// Lets a lookup that is held read on.
    pub fn go_on(&self, region: &str, lookup: &Arc<Lookup>) {
        self.order(region, RegionOrder::GoOn(Arc::clone(lookup)));
    }

    /// Ends a lookup that is held.
    pub fn drop(&self, region: &str, lookup: &Arc<Lookup>) {
        self.order(region, RegionOrder::Drop(Arc::clone(lookup)));
    }

    /// Whether the Region took it: one whose actor has ended has nothing to do, and nothing held.
    fn order(&self, region: &str, order: RegionOrder) -> bool {
        self.orders
            .get(region)
            .is_some_and(|orders| orders.send(order).is_ok())
    }

    /// The next update; `None` once everything asked for is read or given up.
    pub async fn next(&mut self) -> Option<Update> {
        if self.outstanding == 0 {
            return None;
        }
        let update = tokio::select! {
            biased;
            update = self.updates.recv() => update,
            // no actor ends before its orders do: one that did has panicked, and waiting for it would never end
            Some(Err(ended)) = self.working.join_next() => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => None,
            },
        };
        if let Some(Update::Finished { .. }) = &update {
            self.outstanding -= 1;
        }
        update
    }

    /// Ends the Regions and says what became of each. `interrupted` does not wait for calls under way.
    pub async fn close(mut self, interrupted: bool) -> BTreeMap<Arc<str>, Option<RegionTally>> {
        let mut ended: BTreeMap<Arc<str>, Option<RegionTally>> = self
            .orders
            .keys()
            .map(|region| (Arc::clone(region), None))
            .collect();
        self.orders.clear();
        if interrupted {
            self.working.abort_all();
        }
        while let Some(result) = self.working.join_next().await {
            if let Ok((region, tally)) = result {
                ended.insert(region, Some(tally));
            }
        }
        ended
    }
}
