//! Files and the demo: two passes. The first takes from every event what may lead on, which gives the whole
//! lineage, whatever window or Regions were asked for; the second keeps the events that belong to the answer. Where
//! nothing leads on, and nothing is compared with what came before, files need just the second.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::answer::{SourceFacts, report};
use super::gather::{GatheredFacts, GrownLineage};
use super::prepared::PreparedPlaybook;
use super::{EventPosition, InvestigationResult, Listener, Notice, Question, beside, visibility};
use crate::analysis::holes;
use crate::error::Failure;
use crate::event::Event;
use crate::interrupt;
use crate::report::{Coverage, NotVisible, State, Window};
use crate::sources::demo;
use crate::sources::files::{Delivered, Files};

/// What two passes gathered.
#[derive(Debug)]
pub struct ReplayResult {
    source: &'static str,
    not_visible: Vec<NotVisible>,
    gathered: GatheredFacts,
    grown: GrownLineage,
    coverage: Vec<Coverage>,
    interrupted: bool,
}

/// What one thread gathered in one pass.
#[derive(Default)]
struct ScanPart {
    gathered: GatheredFacts,
    holes: holes::Fold,
}

/// Which events the second pass keeps: those of the lineage's keys and logins, and those of principals whose
/// other sessions are of interest.
struct LineageFilter<'k> {
    question: &'k Question<'k>,
    prepared: &'k PreparedPlaybook<'k>,
    grown: &'k GrownLineage,
    principals: BTreeSet<&'k str>,
    /// What lies beside the calls is searched for these.
    subjects: Vec<String>,
}

impl<'k> LineageFilter<'k> {
    fn of(
        question: &'k Question<'k>,
        prepared: &'k PreparedPlaybook<'k>,
        gathered: &'k GatheredFacts,
        grown: &'k GrownLineage,
    ) -> Self {
        let logins = grown.tree.logins.iter().map(|login| &*login.principal_id);
        let principals = gathered
            .principals
            .iter()
            .map(String::as_str)
            .chain(logins)
            .collect();
        let mut subjects = beside::subjects(prepared, &grown.bindings);
        subjects.extend(gathered.user_names.iter().cloned());
        subjects.sort();
        subjects.dedup();
        Self {
            question,
            prepared,
            grown,
            principals,
            subjects,
        }
    }

    fn take(&self, event: &Event, into: &mut GatheredFacts) {
        if self.question.place(event) == EventPosition::Outside {
            return;
        }
        let is_watched = event
            .identity()
            .principal_id()
            .is_some_and(|id| self.principals.contains(id));
        let is_inside = self.question.place(event) == EventPosition::Inside;
        if is_watched && is_inside {
            into.links.observe_forwarded(event);
        }
        let is_login = event
            .id()
            .is_some_and(|id| self.grown.tree.login(id).is_some());
        if (is_inside && (is_watched || is_login))
            || self
                .prepared
                .relevance(event, &self.grown.bindings, &[])
                .is_some()
        {
            into.kept.keep(event, &[]);
        }
    }
}

/// Reads trail files, on all cores, until they are read or Ctrl-C is pressed.
///
/// # Errors
/// Where none of the files holds a trail record.
pub fn files(
    question: &Question<'_>,
    prepared: &PreparedPlaybook<'_>,
    files: &Files,
    listener: &Listener<'_>,
) -> Result<ReplayResult, Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    let watching = tokio::spawn(async move {
        if interrupt::comes().await.is_ok() {
            flag.store(true, Ordering::Relaxed);
        }
    });
    let passes = if prepared.looks_back() { 2 } else { 1 };
    let scan = |pass: u64, take: &(dyn Fn(&mut ScanPart, Delivered<'_>) + Sync)| {
        let progress = |done: u64| tell_progress(files, [pass, passes], done, listener);
        files.scan(&interrupted, &progress, ScanPart::default, take)
    };
    let observe = |part: &mut ScanPart, event: &Event| {
        part.gathered.observe(prepared, event);
        part.holes.observe(event);
    };
    let ((gathered, mut holes), first) = if passes == 2 {
        let scan = scan(1, &|part, delivered| {
            if let Delivered::Call(event) = delivered {
                observe(part, event);
            }
        })?;
        (merged(scan.accumulators), scan.coverage)
    } else {
        (merged(Vec::new()), Vec::new())
    };
    let grown = gathered.grow(prepared);
    let keep = LineageFilter::of(question, prepared, &gathered, &grown);
    let scan = scan(passes, &|part, delivered| match delivered {
        Delivered::Call(event) => {
            if passes == 1 {
                observe(part, event);
            }
            keep.take(event, &mut part.gathered);
        }
        Delivered::NoCall(no_call) => part.gathered.beside.add(&no_call, &keep.subjects),
    })?;
    (listener.notice)(Notice::Gathered);
    watching.abort();
    let mut coverage = with_gaps_of(first, scan.coverage);
    let (kept, seen) = merged(scan.accumulators);
    holes.merge(seen);
    let (gathered, grown) = grown_again(prepared, gathered, kept);
    let untouched = untouched(question, &gathered.regions, &coverage);
    coverage.extend(untouched);
    let mut not_visible = visibility::of_files();
    not_visible.extend(with_holes(
        question,
        files,
        holes,
        &mut coverage,
        &interrupted,
    ));
    not_visible.extend(gathered.beside.not_visible(files.digests()));
    not_visible.extend(visibility::of_special(&files.special()));
    not_visible.extend(visibility::of_next_pages(scan.next_pages));
    not_visible.extend(visibility::of_passed_over(&scan.passed_over));
    let interrupted = interrupted.load(Ordering::Relaxed);
    Ok(ReplayResult {
        source: "files",
        not_visible,
        gathered,
        grown,
        coverage,
        interrupted,
    })
}

/// Adds the holes in what was read to `coverage`; gives what may be missing besides.
fn with_holes(
    question: &Question<'_>,
    files: &Files,
    holes: holes::Fold,
    coverage: &mut Vec<Coverage>,
    interrupted: &AtomicBool,
) -> Vec<NotVisible> {
    let (window, regions) = (question.window, &question.regions);
    let undelivered = files.undelivered(coverage, interrupted);
    let holes = holes.finish(window, regions);
    coverage.extend(holes.coverage);
    let undelivered = visibility::of_undelivered(&undelivered, window, regions);
    [holes.not_visible, undelivered].concat()
}

/// What was asked for by name, a window or Regions, and is in no file at all: there was nothing to look at.
fn untouched(
    question: &Question<'_>,
    regions_read: &BTreeSet<String>,
    files: &[Coverage],
) -> Vec<Coverage> {
    let window = question.window;
    let is_around = |file: &&Coverage| {
        window
            .since
            .is_none_or(|since| file.until.is_none_or(|until| until >= since))
            && window
                .until
                .is_none_or(|until| file.since.is_none_or(|since| since <= until))
    };
    let missing = |region: Option<&String>, reason: &str| {
        let region = region.cloned();
        let entry = Coverage::of("files", State::Skipped, window);
        Coverage { region, ..entry }.missing(reason)
    };
    let with_records = || files.iter().filter(|file| file.events > 0);
    if with_records().next().is_some() && with_records().find(is_around).is_none() {
        return vec![missing(None, "no file has a record of this window")];
    }
    let asked = question.regions.iter();
    asked
        .filter(|region| !regions_read.contains(*region))
        .map(|region| missing(Some(region), "no file has a record of this Region"))
        .collect()
}

/// The coverage of the second pass, with the gaps of the first: what only one of them could read is missing from the
/// answer.
fn with_gaps_of(first: Vec<Coverage>, mut coverage: Vec<Coverage>) -> Vec<Coverage> {
    let mut places: HashMap<Option<String>, usize> = HashMap::new();
    for (at, entry) in coverage.iter().enumerate() {
        places.entry(entry.location.clone()).or_insert(at);
    }
    for gap in first.into_iter().filter(|entry| entry.gap) {
        let at = places.entry(gap.location.clone()).or_insert(coverage.len());
        match coverage.get_mut(*at) {
            Some(entry) if entry.gap => {}
            Some(entry) => *entry = gap,
            None => coverage.push(gap),
        }
    }
    coverage
}

fn tell_progress(files: &Files, [pass, passes]: [u64; 2], done: u64, listener: &Listener<'_>) {
    let total = files.bytes().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a fraction to look at")]
    let fraction = ((pass - 1) * total + done) as f64 / (passes * total) as f64;
    let what = if files.len() == 1 { "file" } else { "files" };
    let message = match passes {
        1 => format!("{} {what}", files.len()),
        _ => format!("{} {what}, pass {pass} of {passes}", files.len()),
    };
    (listener.notice)(Notice::Part {
        part: "files",
        fraction,
        message,
    });
}

/// Reads the demo.
pub fn demo(question: &Question<'_>, prepared: &PreparedPlaybook<'_>) -> ReplayResult {
    let mut gathered = GatheredFacts::default();
    let mut events = Vec::new();
    let contents = demo::read(|event| events.push(event.clone()));
    for event in &events {
        gathered.observe(prepared, event);
    }
    let grown = gathered.grow(prepared);
    let mut kept = GatheredFacts::default();
    let keep = LineageFilter::of(question, prepared, &gathered, &grown);
    for event in &events {
        keep.take(event, &mut kept);
    }
    let reported = Window {
        since: contents.oldest,
        until: contents.newest,
    };
    let coverage = Coverage {
        events: contents.events,
        ..Coverage::of("demo", State::Read, reported)
    };
    let (gathered, grown) = grown_again(prepared, gathered, kept);
    let not_visible = visibility::of_demo();
    ReplayResult {
        source: "demo",
        not_visible,
        gathered,
        grown,
        coverage: vec![coverage],
        interrupted: false,
    }
}

fn merged(parts: Vec<ScanPart>) -> (GatheredFacts, holes::Fold) {
    let mut all = ScanPart::default();
    for part in parts {
        all.gathered.merge(part.gathered);
        all.holes.merge(part.holes);
    }
    (all.gathered, all.holes)
}

/// Keys of forwarded calls within a console session were only seen in the second pass: the tree is grown once more.
fn grown_again(
    prepared: &PreparedPlaybook<'_>,
    mut gathered: GatheredFacts,
    kept: GatheredFacts,
) -> (GatheredFacts, GrownLineage) {
    gathered.merge(kept);
    let grown = gathered.grow(prepared);
    (gathered, grown)
}

/// The report on what was read.
pub fn outcome(
    question: &Question<'_>,
    prepared: &PreparedPlaybook<'_>,
    read: ReplayResult,
) -> InvestigationResult {
    let ReplayResult {
        source,
        not_visible,
        gathered,
        grown,
        coverage,
        interrupted,
    } = read;
    let circumstances = SourceFacts {
        source,
        caller: None,
        coverage,
        not_visible,
        subjects: Vec::new(),
        accounts_read: gathered.accounts.clone(),
    };
    InvestigationResult {
        report: report(question, prepared, gathered, &grown, circumstances),
        interrupted,
    }
}
