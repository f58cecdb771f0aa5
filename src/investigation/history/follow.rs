//! Following a question over Event history: after the first answer, poll after poll, everything that was ever asked is
//! asked again, and what newly leads on is asked for the whole time. What an event means is for whoever follows.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use super::{HistoryRun, ReadEnd, interrupted};
use crate::clock::{monotonic, wall};
use crate::error::Failure;
use crate::event::Event;
use crate::event::time::Time;
use crate::investigation::coverage;
use crate::investigation::gather::GrownLineage;
use crate::investigation::prepared::{PreparedPlaybook, Relevance};
use crate::investigation::{Listener, LiveAccount, Question};
use crate::plan::lookup::Lookup;
use crate::report::{Coverage, State};

/// So long at most: what a clock is sure to reach.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// How a question is followed.
#[derive(Debug, Clone, Copy)]
pub struct FollowPace {
    /// Where the polls begin; the first answer begins where the question's window does.
    pub from: Time,
    /// The least time between the starts of two polls.
    pub every: Duration,
    /// The last poll is begun when it is over: after the first answer there is one at least, unless this is zero.
    pub length: Duration,
}

/// What is told on the way. The first answer is poll 1.
#[derive(Debug)]
pub enum FollowUpdate<'n> {
    /// An event of the lineage, each once, as soon as it is known to be one: of the first answer those from
    /// [`FollowPace::from`] on, of later polls all that are new.
    Event { event: &'n Event, poll: u64 },
    /// A poll has ended.
    Poll(Poll),
}

/// How things stand after a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poll {
    pub number: u64,
    /// Access keys of the lineage.
    pub keys: usize,
    pub regions: usize,
    /// Regions that no later poll can read.
    pub closed: usize,
    /// When the next one begins; none where this was the last.
    pub next: Option<Time>,
}

/// Told of [`FollowUpdate`]; a break ends the following after the poll under way.
pub type UpdateListener<'t> = dyn FnMut(FollowUpdate<'_>) -> ControlFlow<()> + 't;

/// What is known at the end.
#[derive(Debug)]
pub struct FollowResult {
    pub polls: u64,
    /// When the last poll began: what it asked for ends there.
    pub until: Time,
    /// The keys of the lineage, parents before children.
    pub access_keys: Vec<String>,
    /// ARNs of the sign-in sessions that these belong to or opened.
    pub sign_in_sessions: BTreeSet<String>,
    /// Of all polls together: what one of them could not read, and a later one could, is no gap.
    pub coverage: Vec<Coverage>,
    pub interrupted: bool,
}

/// What a [`HistoryRun`] that is followed keeps for it.
pub(super) struct LineageFollower<'f> {
    from: Time,
    poll: u64,
    /// Events that belong to nobody of the lineage, as far as it is known.
    strangers: Vec<Event>,
    /// When the first answer ends.
    first: Time,
    /// What is missing, as far as no poll since has read it.
    pub given_up: Vec<(Arc<str>, Arc<Lookup>)>,
    is_over: bool,
    updates: &'f mut UpdateListener<'f>,
}

/// Follows `question`, whose window begins somewhere and has no end.
///
/// # Errors
/// Where the window has no beginning.
pub async fn run<'r>(
    (question, prepared): (&'r Question<'r>, &'r PreparedPlaybook<'r>),
    live: &'r LiveAccount,
    pace: FollowPace,
    listener: &'r Listener<'r>,
    updates: &'r mut UpdateListener<'r>,
) -> Result<FollowResult, Failure> {
    let Some(since) = question.window.since else {
        return Err(Failure::failed("nothing says how far back to look"));
    };
    // one watch for all polls and pauses: no signal comes in between
    let mut stop = pin!(async {
        interrupted().await;
        ReadEnd::Interrupted
    });
    let (mut began, mut until) = (monotonic(), wall());
    let end = began + pace.length.min(LONGEST);
    let mut run = HistoryRun::start(question, prepared, live, listener, (since, until));
    run.follow = Some(LineageFollower {
        from: pace.from,
        poll: 1,
        strangers: Vec::new(),
        first: until,
        given_up: Vec::new(),
        is_over: false,
        updates,
    });
    run.say_plan();
    run.ask_searches();
    run.ask_pivots();
    let mut polls = 1;
    let (is_cut, is_interrupted) = loop {
        if run.read(stop.as_mut()).await? == ReadEnd::Interrupted {
            break (true, true);
        }
        let pause = pause(began, end, pace.every);
        if !run.polled(pause) {
            break (false, false);
        }
        tokio::select! {
            () = tokio::time::sleep(pause.unwrap_or_default()) => {}
            _ = &mut stop => break (false, true),
        }
        // the wall clock may be set back
        (began, until) = (monotonic(), wall().max(until));
        polls += 1;
        run.poll(&pace, polls, until);
    };
    let access_keys = run.grown.tree.keys().map(|node| node.id.clone()).collect();
    let nodes = run.grown.tree.nodes.iter();
    let sessions = nodes.flat_map(|node| &node.sign_in_sessions);
    Ok(FollowResult {
        polls,
        until,
        access_keys,
        sign_in_sessions: sessions.cloned().collect(),
        coverage: run.close(is_cut, until).await,
        interrupted: is_interrupted,
    })
}

/// How long until the next poll, where the last one began at `began`: none where that was at the end.
fn pause(began: std::time::Instant, end: std::time::Instant, every: Duration) -> Option<Duration> {
    let next = (began + every.min(LONGEST)).min(end);
    (began < end).then(|| next.saturating_duration_since(monotonic()))
}

impl HistoryRun<'_> {
    /// Asks everything again, and what was given up for as long as it was asked for.
    fn poll(&mut self, pace: &FollowPace, number: u64, until: Time) {
        if let Some(follow) = &mut self.follow {
            follow.poll = number;
            for (region, lookup) in std::mem::take(&mut follow.given_up) {
                // what is newer is within what every poll asks
                if lookup.since < pace.from {
                    self.history.ask(&lookup, &[region]);
                }
            }
        }
        let demands = self.demands.again(pace.from, until, &self.grown);
        self.ask(demands);
    }

    /// Tells that a poll has ended; whether there is to be another, after `pause`.
    fn polled(&mut self, pause: Option<Duration>) -> bool {
        let (regions, closed) = (self.history.regions().count(), self.closed.len());
        let keys = self.grown.tree.keys().count();
        let Some(follow) = &mut self.follow else {
            return false;
        };
        let pause = pause.filter(|_| !follow.is_over && closed < regions);
        let pause = pause.and_then(|pause| chrono::Duration::from_std(pause).ok());
        follow.news(FollowUpdate::Poll(Poll {
            number: follow.poll,
            keys,
            regions,
            closed,
            next: pause.map(|pause| wall() + pause),
        }));
        pause.is_some() && !follow.is_over
    }

    /// Ends the Regions; how far they were read.
    async fn close(self, is_cut: bool, until: Time) -> Vec<Coverage> {
        let given_up = self.follow.map(|follow| follow.given_up);
        let given_up = given_up.unwrap_or_default();
        let mut tallies = self.history.close(is_cut).await;
        for (region, tally) in &mut tallies {
            let is_missing = given_up.iter().any(|(missing, _)| missing == region);
            if let Some(tally) = tally.as_mut().filter(|_| !is_missing)
                && !self.closed.contains(region)
            {
                tally.gap = None;
            }
        }
        let (question, delivered) = (self.question, &self.delivered);
        let cut = ReadEnd::Interrupted.why();
        let mut coverage = coverage::of_history(question, self.live, tallies, delivered, &cut);
        if let Some(limit) = &self.grown.limit {
            let entry = Coverage::of("history", State::Truncated, question.window);
            coverage.push(entry.missing(format!("{limit}: there may be more")));
        }
        for part in &mut coverage {
            part.until = Some(until);
        }
        coverage
    }
}

impl LineageFollower<'_> {
    /// An event came with `lookup` that had not come before.
    pub(super) fn came(&mut self, event: Event, lookup: &Lookup) {
        let is_old = event.time().is_some_and(|time| time < self.from);
        // the first answer may have to be asked for again
        let is_of_first = lookup.until <= self.first;
        if !(is_old && is_of_first) {
            self.strangers.push(event);
        }
    }

    /// Tells of those that came and belong to the lineage as it is known now.
    pub(super) fn tell(&mut self, prepared: &PreparedPlaybook<'_>, grown: &GrownLineage) {
        let belongs = |event: &mut Event| {
            let is_login = event.id().is_some_and(|id| grown.tree.login(id).is_some());
            is_login || prepared.relevance(event, &grown.bindings, &[]) == Some(Relevance::Answer)
        };
        let mut events: Vec<Event> = self.strangers.extract_if(.., belongs).collect();
        events.sort_by(|a, b| a.order().cmp(&b.order()));
        for event in &events {
            let poll = self.poll;
            self.news(FollowUpdate::Event { event, poll });
        }
    }

    fn news(&mut self, news: FollowUpdate<'_>) {
        self.is_over |= (self.updates)(news).is_break();
    }
}
