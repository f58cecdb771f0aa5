//! A strict server of CloudTrail's LookupEvents, over HTTP on 127.0.0.1 (facts: A1 to A11, B, C).
//!
//! It is for one account and one call: STS, IAM and Account are `aws_servers`'. It holds records per
//! `awsRegion`, takes the Region of a call from its credential scope as AWS does, and breaks in the ways a test
//! scripts. The rooms: `request` what is asked and whether it may be, `index` the records, `tokens` paging, `quota`
//! the 2 calls a second, `faults` the scripted failures, `service` all of it in order.
//!
//! It does not check the signature itself, only that there is one, of a key it knows.

mod faults;
mod index;
mod quota;
mod request;
mod service;
mod tokens;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

pub use faults::{Fault, Rule};
pub use quota::Quota;
pub use service::{Call, Outcome};

use super::http::Server;
use super::sandbox::ACCESS_KEY_ID;
use service::Service;

/// How long a test waits for a call.
const PATIENCE: Duration = Duration::from_mins(1);

/// How an account stands to a Region; one that is not named is enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionState {
    /// A service control policy denies the lookup.
    Denied,
    /// The Region is not opted in: credentials are not valid there (facts: A9).
    NotOptedIn,
}

/// What a server is to hold and how it is to behave.
pub struct Builder {
    records: Vec<String>,
    now: Option<DateTime<Utc>>,
    access_keys: HashSet<String>,
    expired_keys: HashSet<String>,
    quota: Quota,
    latency: Duration,
    latencies: HashMap<String, Duration>,
    regions: HashMap<String, RegionState>,
    faults: Vec<Rule>,
}

impl Builder {
    /// More records, as text; the record's own `awsRegion` is where it is held.
    pub fn records(mut self, records: impl IntoIterator<Item = String>) -> Self {
        self.records.extend(records);
        self
    }

    /// The server's clock, which stands still: it holds the 90 days before it, and nothing after it. One hour
    /// after the newest record, unless set.
    pub fn now(mut self, now: DateTime<Utc>) -> Self {
        self.now = Some(now);
        self
    }

    /// One more access key id that is accepted, beside the sandbox's.
    pub fn access_key(mut self, id: &str) -> Self {
        self.access_keys.insert(id.to_owned());
        self
    }

    /// An access key id whose session has expired.
    pub fn expired_key(mut self, id: &str) -> Self {
        self.expired_keys.insert(id.to_owned());
        self
    }

    /// The calls that each Region grants; AWS's two a second, unless set.
    pub fn quota(mut self, quota: Quota) -> Self {
        self.quota = quota;
        self
    }

    /// How long every answer takes; calls wait side by side.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// How long an answer of one Region takes.
    pub fn region_latency(mut self, region: &str, latency: Duration) -> Self {
        self.latencies.insert(region.to_owned(), latency);
        self
    }

    /// A Region that does not answer lookups.
    pub fn region(mut self, region: &str, state: RegionState) -> Self {
        self.regions.insert(region.to_owned(), state);
        self
    }

    /// One more scripted failure; of several that are due, the one named first happens.
    pub fn fault(mut self, rule: Rule) -> Self {
        self.faults.push(rule);
        self
    }

    /// Binds a free port of 127.0.0.1 and serves until the server is dropped.
    pub fn start(self) -> LookupServer {
        let service = Arc::new(Service::new(self));
        let answering = Arc::clone(&service);
        LookupServer {
            server: Server::start(move |request, at| answering.answer(request, at)),
            service,
        }
    }
}

/// A running server; it stops, and ends its connections, when it is dropped.
pub struct LookupServer {
    server: Server,
    service: Arc<Service>,
}

impl LookupServer {
    pub fn builder() -> Builder {
        Builder {
            records: Vec::new(),
            now: None,
            access_keys: HashSet::from([ACCESS_KEY_ID.to_owned()]),
            expired_keys: HashSet::new(),
            quota: Quota::AWS,
            latency: Duration::ZERO,
            latencies: HashMap::new(),
            regions: HashMap::new(),
            faults: Vec::new(),
        }
    }

    /// For `AWS_ENDPOINT_URL_CLOUDTRAIL`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Every call that was understood as far as its body, in the order they came in.
    pub fn calls(&self) -> Vec<Call> {
        self.service.calls()
    }

    /// More records, while it runs: CloudTrail delivers late.
    pub fn deliver(&self, records: impl IntoIterator<Item = String>) {
        self.service.deliver(records);
    }

    /// Waits until the calls are as `wanted`.
    pub fn wait_until(&self, wanted: impl Fn(&[Call]) -> bool) {
        let is_so = self.service.wait(PATIENCE, wanted);
        assert!(is_so, "in vain: {:#?}", self.calls());
    }

    /// The calls of one Region, in the order they came in.
    pub fn calls_in(&self, region: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.region == region);
        calls
    }
}
