//! One call from request to answer, in the order AWS goes through it: signature, credentials, Region, scripted
//! faults, quota, parameters, token, page.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::faults::{Fault, Rule, expired_token, throttling};
use super::index::Index;
use super::quota::Bucket;
use super::request::{Parameters, Refusal, Signature, refuse};
use super::tokens::Tokens;
use super::{Builder, RegionState};
use crate::support::http::{Answer, Request};
use crate::support::random::Random;

/// One call, as the server saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// When it came in, since the server's start.
    pub at: Duration,
    pub region: String,
    /// What was asked, the token included.
    pub parameters: Parameters,
    pub outcome: Outcome,
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A whole page, of so many events.
    Served(usize),
    /// Over the quota, or throttled by script.
    Throttled,
    /// An error, by its code.
    Refused(&'static str),
    /// Broken by script.
    Broken(Fault),
}

/// A server without its sockets.
pub struct Service {
    setup: Builder,
    state: Mutex<State>,
    /// Told of every call.
    called: Condvar,
}

/// What changes from call to call.
#[derive(Default)]
struct State {
    index: Index,
    faults: Vec<Rule>,
    buckets: HashMap<String, Bucket>,
    tokens: Tokens,
    calls: Vec<Call>,
}

impl Service {
    pub fn new(mut setup: Builder) -> Self {
        let state = State {
            index: Index::new(std::mem::take(&mut setup.records), setup.now),
            faults: std::mem::take(&mut setup.faults),
            ..State::default()
        };
        Self {
            setup,
            state: Mutex::new(state),
            called: Condvar::new(),
        }
    }

    /// Adds records.
    pub fn deliver(&self, records: impl IntoIterator<Item = String>) {
        self.state.lock().unwrap().index.add(records);
    }

    /// Waits until the calls so far are as `wanted`, or no longer than `limit`; whether they are.
    pub fn wait(&self, limit: Duration, wanted: impl Fn(&[Call]) -> bool) -> bool {
        let state = self.state.lock().unwrap();
        let waiting = |state: &mut State| !wanted(&state.calls);
        let waited = self.called.wait_timeout_while(state, limit, waiting);
        !waited.unwrap().1.timed_out()
    }

    pub fn calls(&self) -> Vec<Call> {
        self.state.lock().unwrap().calls.clone()
    }

    /// The answer to a request that came in `at` a time since the start, and how long it takes to come.
    pub fn answer(&self, request: &Request, at: Duration) -> (Answer, Duration) {
        let read = Signature::of(request).and_then(|by| Ok((by, Parameters::of(request)?)));
        let (by, parameters) = match read {
            Ok(read) => read,
            Err(refusal) => return (refused(&refusal), Duration::ZERO),
        };
        let mut state = self.state.lock().unwrap();
        let (answer, outcome) = match self.decide(&mut state, &by, &parameters, at) {
            Ok(decided) => decided,
            Err(refusal) if refusal == throttling() => (refused(&refusal), Outcome::Throttled),
            Err(refusal) => (refused(&refusal), Outcome::Refused(refusal.code)),
        };
        let region = by.region.to_owned();
        let latency = self.setup.latencies.get(&region);
        let latency = *latency.unwrap_or(&self.setup.latency);
        state.calls.push(Call {
            at,
            region,
            parameters,
            outcome,
        });
        self.called.notify_all();
        (answer, latency)
    }

    fn decide(
        &self,
        state: &mut State,
        by: &Signature,
        parameters: &Parameters,
        at: Duration,
    ) -> Result<(Answer, Outcome), Refusal> {
        self.admit(by)?;
        let token = parameters.next_token.is_some();
        // every rule counts the call, also where an earlier one breaks it
        let due: Vec<Fault> = state
            .faults
            .iter_mut()
            .filter_map(|rule| rule.due(by.region, token))
            .collect();
        let fault = due.first().copied();
        if let Some(refusal) = fault.and_then(Fault::refusal) {
            return Err(refusal);
        }
        let bucket = state.buckets.entry(by.region.to_owned());
        if !bucket
            .or_insert_with(|| Bucket::new(self.setup.quota))
            .take(at)
        {
            return Err(throttling());
        }
        parameters.check()?;
        let page = page(state, by.region, parameters, fault)?;
        Ok(match fault {
            Some(fault) => (broken(fault, page), Outcome::Broken(fault)),
            None => (
                Answer::Whole(200, page.to_string().into()),
                Outcome::Served(page["Events"].as_array().map_or(0, Vec::len)),
            ),
        })
    }

    /// Whether these credentials may look up in this Region at all.
    fn admit(&self, by: &Signature) -> Result<(), Refusal> {
        let unrecognized = || {
            refuse(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            )
        };
        if self.setup.expired_keys.contains(by.access_key_id) {
            return Err(expired_token());
        }
        if !self.setup.access_keys.contains(by.access_key_id) {
            return Err(unrecognized());
        }
        match self.setup.regions.get(by.region) {
            None => Ok(()),
            Some(RegionState::NotOptedIn) => Err(unrecognized()),
            Some(RegionState::Denied) => Err(refuse(
                "AccessDeniedException",
                "User: arn:aws:iam::123456789012:user/responder is not authorized to perform: \
                 cloudtrail:LookupEvents with an explicit deny in a service control policy",
            )),
        }
    }
}

fn page(
    state: &mut State,
    region: &str,
    parameters: &Parameters,
    fault: Option<Fault>,
) -> Result<Value, Refusal> {
    let State { tokens, index, .. } = state;
    let from = tokens.offset(region, parameters)?;
    let found = index.find(region, parameters);
    let size = match fault {
        Some(Fault::EmptyPage) => 0,
        _ => parameters.max_results.unwrap_or(50),
    };
    let page: Vec<Value> = found
        .iter()
        .skip(from)
        .take(size)
        .map(|held| held.summary())
        .collect();
    let to = from + page.len();
    let mut answer = json!({ "Events": page });
    if fault == Some(Fault::SamePage) {
        answer["NextToken"] = tokens.issue(region, parameters, from).into();
    } else if to < found.len() || fault == Some(Fault::EmptyPage) {
        answer["NextToken"] = tokens.issue(region, parameters, to).into();
    }
    Ok(answer)
}

fn refused(refusal: &Refusal) -> Answer {
    let body = json!({"__type": refusal.code, "message": refusal.message});
    Answer::Whole(refusal.status, body.to_string().into())
}

/// What `fault` makes of a page.
fn broken(fault: Fault, mut page: Value) -> Answer {
    if fault == Fault::UnreadableRecord
        && let Some(event) = page["Events"].get_mut(0)
    {
        event["CloudTrailEvent"] = "{\"eventVersion\":\"1.08\",".into();
    }
    match fault {
        Fault::NoEvents => page = json!({}),
        Fault::NullEvents => page["Events"] = Value::Null,
        _ => {}
    }
    let mut body = page.to_string().into_bytes();
    match fault {
        Fault::Drop => Answer::Close,
        Fault::Hang => Answer::Never,
        Fault::DropMidBody => Answer::Half(body),
        Fault::NoBody => Answer::Whole(200, Vec::new()),
        Fault::MalformedBody => {
            body.truncate(body.len() / 2);
            Answer::Whole(200, body)
        }
        Fault::CutAnywhere => {
            let at = Random::named(&page.to_string()).next() % body.len() as u64;
            body.truncate(usize::try_from(at).expect("it is within the body"));
            Answer::Whole(200, body)
        }
        _ => Answer::Whole(200, body),
    }
}
