//! The loop over Event history: lookups bring events, events bring lookups, until nothing new comes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;

use super::answer::{Circumstances, report};
use super::coverage::{self, Delivered};
use super::demands::{Demands, explain};
use super::gather::{Gathered, Grown};
use super::rules::{Rules, Standing};
use super::{Estimate, Listener, Live, Notice, Outcome, Question, visibility};
use crate::error::Failure;
use crate::event::Event;
use crate::plan::lookup::Lookup;
use crate::plan::window::history_reach;
use crate::playbook::RegionScope;
use crate::report::{Coverage, rfc3339};
use crate::sources::history::{History, Progress, Update};

/// Reading that takes longer needs a yes.
const LONG_MINUTES: f64 = 10.0;

struct Run<'r> {
    question: &'r Question<'r>,
    rules: &'r Rules<'r>,
    live: &'r Live,
    listener: &'r Listener<'r>,
    history: History,
    demands: Demands,
    /// Lookups whose events only lead on.
    leads: HashSet<Arc<Lookup>>,
    gathered: Gathered,
    grown: Grown,
    version: (u64, usize),
    delivered: BTreeMap<Arc<str>, Delivered>,
    /// Expected pages of Regions whose reading of everything waits for a yes.
    held: HashMap<Arc<str>, i64>,
    /// Regions that are reading everything and have not shown their first page.
    probing: HashSet<Arc<str>>,
}

/// Answers `question` from Event history.
pub async fn run(
    question: &Question<'_>,
    rules: &Rules<'_>,
    live: Live,
    listener: &Listener<'_>,
) -> Result<Outcome, Failure> {
    let (Some(since), Some(until)) = (question.window.since, question.window.until) else {
        return Err(Failure::failed(
            "Event history was asked for an open window",
        ));
    };
    let gathered = Gathered::default();
    let mut run = Run {
        question,
        rules,
        live: &live,
        listener,
        history: History::start(live.aws.clone(), &scoped_regions(rules, &live), live.rate),
        demands: Demands::within(question.baseline.unwrap_or(since), until),
        leads: HashSet::new(),
        grown: gathered.grow(rules),
        version: gathered.version(),
        gathered,
        delivered: BTreeMap::new(),
        held: HashMap::new(),
        probing: HashSet::new(),
    };
    for subject in &live.subjects {
        let user = subject
            .principal
            .as_deref()
            .and_then(|arn| arn.rsplit('/').next());
        run.gathered.user_names.extend(user.map(str::to_owned));
    }
    run.say_plan();
    run.ask();
    let interrupted = run.read().await?;
    Ok(run.finish(interrupted).await)
}

impl Run<'_> {
    fn say_plan(&self) {
        for search in self.rules.searches {
            let regions = self
                .live
                .regions
                .iter()
                .filter(|region| self.in_scope(search.scope, region));
            let plan = explain(search.name, &search.filter, self.rules, regions.count());
            (self.listener.notice)(Notice::Detail(plan));
        }
    }

    fn in_scope(&self, scope: RegionScope, region: &str) -> bool {
        in_scope(self.live, scope, region)
    }

    /// Asks whatever follows from what is known.
    fn ask(&mut self) {
        for demand in self.demands.next(self.rules, &self.gathered, &self.grown) {
            let mut asked = Vec::new();
            for region in self.history.regions() {
                if self.in_scope(demand.scope, region) {
                    asked.push(Arc::clone(region));
                }
            }
            (self.listener.notice)(Notice::Detail(format!(
                "asks {} since {} in {} Region{}",
                demand.lookup,
                rfc3339(demand.lookup.since),
                asked.len(),
                if asked.len() == 1 { "" } else { "s" },
            )));
            if demand.only_leads {
                self.leads.insert(Arc::clone(&demand.lookup));
            }
            if demand.lookup.attribute.is_none() {
                self.probing.extend(asked.iter().cloned());
            }
            self.history.ask(&demand.lookup, |region| {
                asked.iter().any(|name| &**name == region)
            });
        }
    }

    /// Works until everything asked for is read; whether it was interrupted.
    async fn read(&mut self) -> Result<bool, Failure> {
        // one watch for the whole loop: a signal that comes while a page is worked on is not missed
        let mut interrupted = pin!(interrupted());
        loop {
            let update = tokio::select! {
                update = self.history.next() => update,
                () = &mut interrupted => return Ok(true),
            };
            match update {
                None => return Ok(false),
                Some(Update::Page {
                    region,
                    lookup,
                    records,
                    progress,
                }) => {
                    self.page(&region, &lookup, &records);
                    self.show(&region, progress);
                }
                Some(Update::Held { region, pages_left }) => {
                    self.probing.remove(&region);
                    self.held.insert(region, pages_left);
                    self.decide()?;
                }
                Some(Update::Finished {
                    region,
                    lookup,
                    progress,
                }) => {
                    self.show(&region, progress);
                    if lookup.attribute.is_none() && self.probing.remove(&region) {
                        self.decide()?;
                    }
                }
            }
        }
    }

    fn page(&mut self, region: &Arc<str>, lookup: &Arc<Lookup>, records: &[String]) {
        let only_leads = self.leads.contains(lookup);
        let word = lookup.word();
        let delivered = self.delivered.entry(Arc::clone(region)).or_default();
        for record in records {
            let Ok(event) = Event::parse(record.as_bytes()) else {
                delivered.unreadable += 1;
                continue;
            };
            match event.id() {
                Some(id) => drop(delivered.ids.insert(id.into())),
                None => delivered.without_id += 1,
            }
            self.gathered.observe(self.rules, &event);
            self.gathered.links.observe_forwarded(&event);
            let standing = self.rules.standing(&event, &self.grown.bindings, word);
            // where nothing leads on, what is not wanted now never will be
            let may_matter = standing.is_some() || self.rules.leads_on();
            let new = may_matter && !only_leads && self.gathered.kept.keep(&event, word);
            if new && standing == Some(Standing::Answer) {
                delivered.hits += 1;
                (self.listener.notice)(Notice::Hit(hit(&event)));
            }
        }
        if self.gathered.version() != self.version {
            self.version = self.gathered.version();
            self.grown = self.gathered.grow(self.rules);
        }
        // a traced key's principal is known from its first event on, whether or not anything grew
        self.ask();
    }

    fn show(&mut self, region: &Arc<str>, progress: Progress) {
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
        if !self.probing.is_empty() || self.held.is_empty() {
            return Ok(());
        }
        let pages = self.held.drain().map(|(_, pages)| pages).max().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let minutes = pages as f64 / self.live.rate / 60.0;
        let estimate = Estimate { pages, minutes };
        (self.listener.notice)(Notice::Note(format!(
            "no lookup attribute can be derived: about {pages} pages in the busiest Region, {minutes:.1} minutes"
        )));
        if minutes > LONG_MINUTES {
            (self.listener.may_take)(estimate)?;
        }
        self.history.go_on();
        Ok(())
    }

    async fn finish(self, interrupted: bool) -> Outcome {
        let Run {
            question,
            rules,
            live,
            history,
            gathered,
            delivered,
            demands,
            ..
        } = self;
        let tallies = history.close(interrupted).await;
        let grown = gathered.grow(rules);
        let mut coverage: Vec<Coverage> = tallies
            .into_iter()
            .map(|(region, tally)| {
                let delivered = delivered.get(&region);
                coverage::of_region(question, live, &region, tally, delivered)
            })
            .collect();
        coverage.extend(live.unasked.iter().cloned());
        for search in rules.searches {
            if !live
                .regions
                .iter()
                .any(|region| in_scope(live, search.scope, region))
            {
                coverage.push(coverage::unasked(question, live, search));
            }
        }
        coverage.sort_by(|a, b| a.region.cmp(&b.region));
        coverage.extend(
            live.clamped_from
                .map(|asked| coverage::clamped(question, live, asked)),
        );
        let mut not_visible = visibility::of_history(question.window, live.now);
        not_visible.extend(visibility::of_best_effort(&demands.best_effort()));
        if rules.key_variable.is_some() {
            let is_narrow = question
                .window
                .since
                .is_some_and(|since| since > live.now - history_reach());
            not_visible.extend(visibility::of_narrow_history(is_narrow, &question.regions));
        }
        let circumstances = Circumstances {
            source: "history",
            caller: Some(live.caller.clone()),
            coverage,
            not_visible,
            subjects: live.subjects.clone(),
            accounts_read: std::iter::once(live.caller.account.clone()).collect(),
        };
        Outcome {
            report: report(question, rules, gathered, &grown, circumstances),
            interrupted,
        }
    }
}

/// The Regions that any search asks; built-in pivots ask all of them.
fn scoped_regions(rules: &Rules<'_>, live: &Live) -> Vec<String> {
    let is_asked = |region: &&String| {
        rules.key_variable.is_some()
            || rules
                .searches
                .iter()
                .any(|search| in_scope(live, search.scope, region))
    };
    live.regions.iter().filter(is_asked).cloned().collect()
}

fn in_scope(live: &Live, scope: RegionScope, region: &str) -> bool {
    match scope {
        RegionScope::All => true,
        RegionScope::Home => region == live.aws.home_region(),
        RegionScope::ControlPlane => live.control_plane.iter().any(|known| known == region),
    }
}

/// Ctrl-C; never, where the signal cannot be watched: then it ends the process as ever.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// One hit as it is told on the way: short, whoever called comes last.
fn hit(event: &Event) -> String {
    let time = event.time().map(rfc3339).unwrap_or_default();
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
