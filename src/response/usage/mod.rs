//! Who used a key lately, and which sessions a principal has: from Event history, within a bounded time, so that
//! containment does not wait for a busy account.

mod sessions;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::detection::{Attribute, Bindings};
use crate::error::Failure;
use crate::event::Event;
use crate::event::time::Time;
use crate::investigation::{
    BoundSearch, Filter, Listener, LiveAccount, Question, ReadingPace, Source, investigate,
};
use crate::playbook::{self, Playbook, RegionScope};
use crate::report::response::{RecentUse, Use};
use crate::report::{Coverage, Report, Window};
use crate::response::operator::Operator;
use sessions::SessionPrincipal;

/// What recent use does not show, however much of Event history was read (facts: A5, A8).
pub const BLIND_SPOTS: &str = "Event history is some minutes late and holds no data events (reads of S3 objects, \
    calls of functions): more may have been done than is seen";

/// Uses that are told; a busy role has thousands of sessions.
const MOST: usize = 200;

/// How Event history is to be read.
#[derive(Debug, Clone)]
pub struct HistoryScope {
    /// The account's enabled Regions, and those where partition-wide services record.
    pub regions: Vec<String>,
    pub control_plane: Vec<String>,
    pub pace: ReadingPace,
    /// How long at most.
    pub within: Duration,
}

impl HistoryScope {
    /// Event history of the operator's account, as it is `now`.
    pub(super) fn live(&self, operator: &Operator, now: Time) -> LiveAccount {
        LiveAccount {
            aws: operator.aws.clone(),
            caller: operator.caller.clone(),
            regions: self.regions.clone(),
            unasked: Vec::new(),
            pace: self.pace,
            subjects: Vec::new(),
            now,
            clamped_from: None,
            control_plane: self.control_plane.clone(),
            within: None,
        }
    }
}

/// Who signed calls with `access_key_id` within the last `hours`: one user a session, address and user agent.
pub async fn of_key(
    operator: &Operator,
    reading: &HistoryScope,
    access_key_id: &str,
    hours: i64,
) -> RecentUse {
    let attributes = [(Attribute::AccessKeyId, access_key_id.to_owned())];
    let lookup = Playbook::of_columns("recent-use", &[]);
    let search = BoundSearch {
        name: "recent use",
        scope: RegionScope::All,
        is_context: false,
        filter: Filter::Attributes(&attributes),
    };
    let bindings = Bindings::new(Tz::UTC);
    let question = question(operator, &lookup, vec![search], bindings, hours);
    let answer = ask(operator, reading, &question).await;
    recent_use_from(&question, reading, answer, |uses, event| {
        uses.add(event);
    })
}

/// The sessions of a user or role (by ARN) that were seen within the last `hours`, those that were issued and not
/// seen in use, too: of these there are no events. Long-term keys are no sessions.
pub async fn of_principal(
    operator: &Operator,
    reading: &HistoryScope,
    arn: &str,
    hours: i64,
) -> RecentUse {
    let bound = playbook::builtin("principal-trace").and_then(|playbook| {
        let arguments = playbook.bind(&[("principal".to_owned(), arn.to_owned())])?;
        Ok((playbook, arguments))
    });
    let (playbook, arguments) = match bound {
        Ok(bound) => bound,
        Err(failure) => return unread(failure),
    };
    let bindings = arguments.bindings(Tz::UTC);
    let searches = BoundSearch::all_of(&playbook);
    let question = question(operator, &playbook, searches, bindings, hours);
    let answer = ask(operator, reading, &question).await;
    let principal = SessionPrincipal::of_arn(arn);
    recent_use_from(&question, reading, answer, |uses, event| {
        if principal.is_session(event) {
            uses.add(event);
        }
        if let Some(issued) = principal.issued(event) {
            uses.issued.push((issued, event.time()));
        }
    })
}

fn question<'q>(
    operator: &Operator,
    playbook: &'q Playbook,
    searches: Vec<BoundSearch<'q>>,
    bindings: Bindings,
    hours: i64,
) -> Question<'q> {
    let now = operator.aws.now().whole_second();
    Question {
        playbook,
        searches,
        bindings,
        parameters: serde_json::Map::new(),
        window: Window {
            since: Some(now - TimeDelta::hours(hours)),
            until: Some(now),
        },
        baseline: None,
        incident: None,
        timezone: Tz::UTC,
        regions: Vec::new(),
        repeat: Vec::new(),
    }
}

async fn ask(
    operator: &Operator,
    reading: &HistoryScope,
    question: &Question<'_>,
) -> Result<Report, Failure> {
    let now = question.window.until.unwrap_or_default();
    let live = LiveAccount {
        within: Some(reading.within),
        ..reading.live(operator, now)
    };
    let listener = Listener {
        notice: &|_| (),
        may_take: &|_| Ok(()),
    };
    let outcome = investigate(question, Source::History(Box::new(live)), &listener).await?;
    Ok(outcome.report)
}

/// What `add` makes of the events of an answer.
fn recent_use_from(
    question: &Question<'_>,
    reading: &HistoryScope,
    answer: Result<Report, Failure>,
    add: impl Fn(&mut UseCounts, &Event),
) -> RecentUse {
    let report = match answer {
        Ok(report) => report,
        Err(failure) => return unread(failure),
    };
    let mut uses = UseCounts::default();
    for record in &report.records {
        // what was read once is read again
        if let Ok(event) = Event::parse(record.as_bytes()) {
            add(&mut uses, &event);
        }
    }
    let mut gaps = gaps(&report.coverage, reading.regions.len());
    let mut users = uses.finish();
    if users.len() > MOST {
        gaps.push(format!(
            "of {} only the latest {MOST} are told",
            users.len()
        ));
        users.truncate(MOST);
    }
    RecentUse {
        since: question.window.since,
        complete: gaps.is_empty(),
        gaps,
        users,
    }
}

/// Nothing could be read at all.
fn unread(failure: Failure) -> RecentUse {
    RecentUse {
        since: None,
        complete: false,
        gaps: vec![failure.message],
        users: Vec::new(),
    }
}

/// What is missing from the answer, each reason once with the places that it holds for.
fn gaps(coverage: &[Coverage], regions: usize) -> Vec<String> {
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for part in coverage.iter().filter(|part| part.gap) {
        let reason = part.reason.as_deref().unwrap_or("not read");
        let place = part.region.as_deref().or(part.location.as_deref());
        places.entry(reason).or_default().extend(place);
    }
    let gap = |(reason, places): (&str, Vec<&str>)| match places.len() {
        0 => reason.to_owned(),
        count if count > 1 && count == regions => format!("all {count} Regions: {reason}"),
        _ => format!("{}: {reason}", places.join(", ")),
    };
    places.into_iter().map(gap).collect()
}

/// Principal, key, address and user agent: whoever differs in none of them is one user.
type UseIdentity = [Option<String>; 4];
type OptionalTime = Option<Time>;
/// How many events, and the times of the first and the last.
type UseSpan = (u64, OptionalTime, OptionalTime);

/// Events counted by who signed them, and sessions that were issued.
#[derive(Default)]
struct UseCounts {
    seen: HashMap<UseIdentity, UseSpan>,
    /// ARN and key, and when.
    issued: Vec<((String, String), OptionalTime)>,
}

impl UseCounts {
    fn add(&mut self, event: &Event) {
        let who = [
            event.identity().label(),
            event.access_key_id(),
            event.source_ip(),
            event.user_agent(),
        ];
        let seen = self.seen.entry(who.map(|text| text.map(str::to_owned)));
        let (events, first, last) = seen.or_default();
        *events += 1;
        // events come in the order of time
        *first = first.or(event.time());
        *last = event.time().or(*last);
    }

    /// Each user, whoever was seen last first; behind them the sessions that were not seen in use.
    fn finish(self) -> Vec<Use> {
        let keys: HashSet<String> = self
            .seen
            .keys()
            .filter_map(|[_, key, ..]| key.clone())
            .collect();
        let unseen = self
            .issued
            .into_iter()
            .filter(|((_, key), _)| !keys.contains(key));
        let unseen =
            unseen.map(|((arn, key), at)| ([Some(arn), Some(key), None, None], (0, at, None)));
        let seen: HashMap<UseIdentity, _> = unseen.chain(self.seen).collect();
        let mut users: Vec<Use> = seen
            .into_iter()
            .map(
                |([principal, access_key_id, source_ip, user_agent], (events, first, last))| Use {
                    principal,
                    access_key_id,
                    source_ip,
                    user_agent,
                    events,
                    first,
                    last,
                },
            )
            .collect();
        users.sort_by(|a, b| {
            let latest = (b.last, b.events, b.first).cmp(&(a.last, a.events, a.first));
            latest
                .then_with(|| {
                    (&a.access_key_id, &a.source_ip).cmp(&(&b.access_key_id, &b.source_ip))
                })
                .then_with(|| a.user_agent.cmp(&b.user_agent))
        });
        users
    }
}
