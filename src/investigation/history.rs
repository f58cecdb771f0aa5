//! The loop over Event history: lookups bring events, events bring lookups, until nothing new comes.

pub mod follow;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use super::answer::{SourceFacts, report};
use super::coverage::{self, RegionDelivery};
use super::demands::{Demand, Demands, Purpose, explain};
use super::gather::{GatheredFacts, GrownLineage};
use super::prepared::{PreparedPlaybook, Relevance};
use super::sweep::{Sweep, WaitingLookup};
use super::{Estimate, InvestigationResult, Listener, LiveAccount, Notice, Question, visibility};
use crate::error::Failure;
use crate::event::time::Time;
use crate::event::{Event, arn};
use crate::interrupt;
use crate::plan::lookup::Lookup;
use crate::plan::window::history_reach;
use crate::sources::history::{EventHistory, RegionProgress, Update};
use follow::LineageFollower;

/// Reading that takes longer needs a yes.
const LONG_MINUTES: f64 = 10.0;

/// How reading came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadEnd {
    /// Everything that was asked for is read or given up.
    Read,
    Interrupted,
    /// After as long as it was to last at most.
    OutOfTime(Duration),
}

impl ReadEnd {
    /// Why a Region that was still at work is not read whole.
    fn why(self) -> String {
        match self {
            Self::Read | Self::Interrupted => "interrupted".to_owned(),
            Self::OutOfTime(limit) => format!("stopped after {} s", limit.as_secs()),
        }
    }
}

struct HistoryRun<'r> {
    question: &'r Question<'r>,
    prepared: &'r PreparedPlaybook<'r>,
    live: &'r LiveAccount,
    listener: &'r Listener<'r>,
    history: EventHistory,
    demands: Demands,
    /// Lookups whose events only lead on.
    leads: Vec<Arc<Lookup>>,
    gathered: GatheredFacts,
    grown: GrownLineage,
    version: (u64, usize),
    delivered: BTreeMap<Arc<str>, RegionDelivery>,
    sweep: Sweep,
    /// Regions that no later call can reach.
    closed: BTreeSet<Arc<str>>,
    /// Who is told of the events of the lineage, where it is followed.
    follow: Option<LineageFollower<'r>>,
}

/// Answers `question` from Event history.
pub async fn run(
    question: &Question<'_>,
    prepared: &PreparedPlaybook<'_>,
    live: LiveAccount,
    listener: &Listener<'_>,
) -> Result<InvestigationResult, Failure> {
    let (Some(since), Some(until)) = (question.window.since, question.window.until) else {
        return Err(Failure::failed(
            "Event history was asked for an open window",
        ));
    };
    let mut run = HistoryRun::start(question, prepared, &live, listener, (since, until));
    run.say_plan();
    run.ask_searches();
    run.ask_pivots();
    // one watch for the whole loop: a signal that comes while a page is worked on is not missed
    let stop = async {
        tokio::select! {
            () = interrupted() => ReadEnd::Interrupted,
            limit = out_of_time(live.within) => ReadEnd::OutOfTime(limit),
        }
    };
    let ended = run.read(pin!(stop)).await?;
    (listener.notice)(Notice::Gathered);
    Ok(run.finish(ended).await)
}

impl<'r> HistoryRun<'r> {
    /// Nothing asked yet, within a closed window.
    fn start(
        question: &'r Question<'r>,
        prepared: &'r PreparedPlaybook<'r>,
        live: &'r LiveAccount,
        listener: &'r Listener<'r>,
        (since, until): (Time, Time),
    ) -> Self {
        // lookups bring what they ask for only: where they bring nothing, there was nothing
        let gathered = GatheredFacts::having_seen(question.baseline.is_some());
        let history =
            EventHistory::start(live.aws.clone(), &scoped_regions(prepared, live), live.pace);
        let demands = Demands::within(question.baseline.unwrap_or(since), until, |scope| {
            let regions = history.regions();
            let regions = regions.filter(|region| live.asks(scope, region));
            regions.cloned().collect()
        });
        let mut run = Self {
            question,
            prepared,
            live,
            listener,
            history,
            demands,
            leads: Vec::new(),
            grown: gathered.grow(prepared),
            version: gathered.version(),
            gathered,
            delivered: BTreeMap::new(),
            sweep: Sweep::default(),
            closed: BTreeSet::new(),
            follow: None,
        };
        for subject in &live.subjects {
            let user = subject.principal.as_deref().map(arn::name);
            run.gathered.user_names.extend(user.map(str::to_owned));
        }
        run
    }

    fn say_plan(&self) {
        for search in self.prepared.searches {
            let regions = self
                .live
                .regions
                .iter()
                .filter(|region| self.live.asks(search.scope, region));
            let plan = explain(search.name, &search.filter, self.prepared, regions.count());
            (self.listener.notice)(Notice::Detail(plan));
        }
    }

    /// Asks what the searches need of what is known now.
    fn ask_searches(&mut self) {
        let demands = self.demands.of_searches(self.prepared, &self.grown);
        self.ask(demands);
    }

    /// Asks what leads on from what is known now.
    fn ask_pivots(&mut self) {
        let demands = self
            .demands
            .of_pivots(self.prepared, &self.gathered, &self.grown);
        self.ask(demands);
    }

    fn ask(&mut self, demands: Vec<Demand>) {
        for demand in demands {
            let Demand {
                lookup,
                regions,
                purpose,
            } = demand;
            let is_probe = purpose == Purpose::Probe;
            (self.listener.notice)(Notice::Detail(format!(
                "asks {}{lookup} since {} in {} Region{}",
                if is_probe { "the first page of " } else { "" },
                lookup.since,
                regions.len(),
                if regions.len() == 1 { "" } else { "s" },
            )));
            let is_sweep = lookup.attribute.is_none() && !self.sweep.is_decided();
            if is_sweep {
                self.sweep.expect(&regions);
            }
            if is_probe || is_sweep {
                self.history.probe(&lookup, &regions);
            } else {
                self.history.ask(&lookup, &regions);
            }
            if purpose == Purpose::Leads {
                self.leads.push(lookup);
            }
        }
    }

    /// Works until everything asked for is read, or `stop` says why to end before.
    async fn read(
        &mut self,
        mut stop: Pin<&mut impl Future<Output = ReadEnd>>,
    ) -> Result<ReadEnd, Failure> {
        loop {
            let update = tokio::select! {
                update = self.history.next() => update,
                ended = &mut stop => return Ok(ended),
            };
            match update {
                None => return Ok(ReadEnd::Read),
                Some(Update::Page {
                    region,
                    lookup,
                    records,
                    progress,
                }) => {
                    self.page(&region, &lookup, &records);
                    self.show(&region, progress);
                }
                Some(Update::Held {
                    region,
                    lookup,
                    pages_left,
                }) => self.held(region, lookup, pages_left)?,
                Some(Update::Finished {
                    region,
                    lookup,
                    progress,
                }) => {
                    self.show(&region, progress);
                    self.ended(&region, &lookup)?;
                }
                Some(Update::GivenUp { region, lookup }) => {
                    if let Some(follow) = &mut self.follow {
                        follow.given_up.push((region, lookup));
                    }
                }
                Some(Update::Closed { region }) => drop(self.closed.insert(region)),
            }
        }
    }

    /// A lookup waits after its first page: for an estimate of reading everything, or for a decision on a probe.
    fn held(
        &mut self,
        region: Arc<str>,
        lookup: Arc<Lookup>,
        pages_left: i64,
    ) -> Result<(), Failure> {
        if lookup.attribute.is_none() {
            self.sweep.hold(WaitingLookup {
                region,
                lookup,
                pages_left,
            });
            return self.decide();
        }
        let decision = self.demands.decide(&region, &lookup, pages_left);
        let instead = decision.and_then(|decision| {
            (self.listener.notice)(Notice::Detail(decision.explanation));
            decision.instead
        });
        match instead {
            None => self.history.go_on(&region, &lookup),
            Some(demands) => {
                self.ask(demands);
                self.history.drop(&region, &lookup);
            }
        }
        Ok(())
    }

    fn ended(&mut self, region: &Arc<str>, lookup: &Arc<Lookup>) -> Result<(), Failure> {
        if lookup.attribute.is_none() {
            self.sweep.finish(region);
            return self.decide();
        }
        if let Some(explanation) = self.demands.ended(region, lookup) {
            (self.listener.notice)(Notice::Detail(explanation));
        }
        Ok(())
    }

    fn page(&mut self, region: &Arc<str>, lookup: &Arc<Lookup>, records: &[String]) {
        let only_leads = self.leads.iter().any(|lead| Arc::ptr_eq(lead, lookup));
        let attributes = lookup.server_attributes();
        let delivered = self.delivered.entry(Arc::clone(region)).or_default();
        let mut probe = self.demands.probe(region, lookup);
        for record in records {
            let Ok(event) = Event::parse(record.as_bytes()) else {
                delivered.unreadable += 1;
                continue;
            };
            match event.id() {
                Some(id) => drop(delivered.ids.insert(id.into())),
                None => delivered.without_id += 1,
            }
            if let Some(probe) = &mut probe {
                probe.event(event.name());
            }
            self.gathered.observe(self.prepared, &event);
            self.gathered.links.observe_forwarded(&event);
            let relevance = self
                .prepared
                .relevance(&event, &self.grown.bindings, attributes);
            // where nothing leads on, what is not wanted now never will be
            let may_matter = relevance.is_some() || self.prepared.leads_on();
            let new = may_matter && !only_leads && self.gathered.kept.keep(&event, attributes);
            if new && relevance == Some(Relevance::Answer) {
                delivered.hits += 1;
                (self.listener.notice)(Notice::Hit(hit(&event)));
            }
            if let Some(follow) = self.follow.as_mut().filter(|_| new) {
                follow.came(event, lookup);
            }
        }
        if self.gathered.version() != self.version {
            self.version = self.gathered.version();
            self.grown = self.gathered.grow(self.prepared);
            self.ask_searches();
        }
        // a traced key's principal is known from its first event on, whether or not anything grew
        self.ask_pivots();
        if let Some(follow) = &mut self.follow {
            follow.tell(self.prepared, &self.grown);
        }
    }

    fn show(&mut self, region: &Arc<str>, progress: RegionProgress) {
        let delivered = self.delivered.entry(Arc::clone(region)).or_default();
        let is_waiting = progress.throttled > delivered.throttled;
        (delivered.pages, delivered.throttled) = (progress.pages, progress.throttled);
        let hits = delivered.hits;
        let waiting = if is_waiting {
            ", waiting for quota"
        } else {
            ""
        };
        let message = format!("{} pages, {hits} events{waiting}", progress.pages);
        (self.listener.notice)(Notice::Part {
            part: region,
            fraction: progress.fraction,
            message,
        });
    }

    /// Once every Region that reads everything has shown its first page: is it worth the time?
    fn decide(&mut self) -> Result<(), Failure> {
        let waiting = self.sweep.due();
        let Some(pages) = waiting.iter().map(|held| held.pages_left).max() else {
            return Ok(());
        };
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let minutes = pages as f64 / self.live.pace.rate / 60.0;
        let estimate = Estimate { pages, minutes };
        (self.listener.notice)(Notice::Note(format!(
            "no lookup attribute can be derived: about {pages} pages in the busiest Region, {minutes:.1} minutes"
        )));
        if minutes > LONG_MINUTES {
            (self.listener.may_take)(estimate)?;
        }
        for held in waiting {
            self.history.go_on(&held.region, &held.lookup);
        }
        Ok(())
    }

    async fn finish(self, ended: ReadEnd) -> InvestigationResult {
        let HistoryRun {
            question,
            prepared,
            live,
            history,
            gathered,
            delivered,
            demands,
            ..
        } = self;
        let tallies = history.close(ended != ReadEnd::Read).await;
        let grown = gathered.grow(prepared);
        let coverage = coverage::of_history(question, live, tallies, &delivered, &ended.why());
        let mut not_visible = visibility::of_history(question.window, live.now);
        not_visible.extend(visibility::of_best_effort(&demands.best_effort()));
        if prepared.leads_on() {
            let is_lineage = prepared.key_variable.is_some();
            let is_narrow = question
                .window
                .since
                .is_some_and(|since| since > live.now - history_reach());
            let regions = &question.regions;
            not_visible.extend(visibility::of_narrow_history(
                is_lineage, is_narrow, regions,
            ));
        }
        let circumstances = SourceFacts {
            source: "history",
            caller: Some(live.caller.clone()),
            coverage,
            not_visible,
            subjects: live.subjects.clone(),
            accounts_read: std::iter::once(live.caller.account.clone()).collect(),
        };
        InvestigationResult {
            report: report(question, prepared, gathered, &grown, circumstances),
            interrupted: ended == ReadEnd::Interrupted,
        }
    }
}

/// The Regions that any search asks; built-in pivots ask all of them.
fn scoped_regions(prepared: &PreparedPlaybook<'_>, live: &LiveAccount) -> Vec<String> {
    let is_asked = |region: &&String| {
        prepared.key_variable.is_some()
            || prepared
                .searches
                .iter()
                .any(|search| live.asks(search.scope, region))
    };
    live.regions.iter().filter(is_asked).cloned().collect()
}

/// Ctrl-C; never, where the signal cannot be watched: then it ends the process as ever.
async fn interrupted() {
    if interrupt::comes().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The end of `limit`; never, where there is none.
async fn out_of_time(limit: Option<Duration>) -> Duration {
    match limit {
        Some(limit) => {
            tokio::time::sleep(limit).await;
            limit
        }
        None => std::future::pending().await,
    }
}

/// One hit as it is told on the way: short, whoever called comes last.
fn hit(event: &Event) -> String {
    let time = event
        .time()
        .map(|time| time.to_string())
        .unwrap_or_default();
    let who = event.identity().label().unwrap_or("unknown");
    let who = who.rsplit(':').next().unwrap_or(who);
    let error = event
        .error_code()
        .map(|code| format!(" ({code})"))
        .unwrap_or_default();
    format!(
        "{time}  {:14}  {:15}  {}{error}  {who}",
        event.region().unwrap_or("-"),
        event.source_ip().unwrap_or("-"),
        event.name().unwrap_or("-"),
    )
}
