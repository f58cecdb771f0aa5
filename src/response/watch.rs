//! `respond watch`: whether anything of a lineage still works after its containment.
//!
//! The lineage is traced once and then followed, new credentials included. Only what Event history tells can be seen,
//! and it tells late: that nothing came is never called a proof.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::clock;
use crate::error::Failure;
use crate::event::Event;
use crate::event::time::Time;
use crate::investigation::{
    self, BoundSearch, FollowPace, FollowResult, FollowUpdate, Listener, LiveAccount, Notice, Poll,
    Question,
};
use crate::plan::window::history_reach;
use crate::playbook::{self, front};
use crate::report::response::{RESPONSE_VERSION, Sighting, SightingKind, Watched};
use crate::report::{Envelope, Subject, Window};
use crate::response::operator::Operator;
use crate::response::sign_in;
use crate::response::slot::ACTIVE;
use crate::response::usage::HistoryScope;

/// What the lineage may still do after its containment and not be called alive: IAM's changes reach every place after
/// some seconds only (facts: F7), and clocks differ.
const GRACE: TimeDelta = TimeDelta::seconds(60);
/// So late events may be delivered (facts: A8): what was issued so long before containment may become known after it.
const DELIVERY: TimeDelta = TimeDelta::minutes(15);
const LATE: &str = "CloudTrail delivers within about 5 minutes on average, not guaranteed";

/// What to watch.
#[derive(Debug)]
pub struct WatchRequest<'w> {
    pub access_key_id: &'w str,
    pub contained_at: Time,
    pub contained_from: &'static str,
    /// How far back the lineage is traced before the watch begins.
    pub since: Time,
    /// What IAM says of the key.
    pub subjects: &'w [Subject],
    pub length: Duration,
    pub every: Duration,
}

/// What was seen so far.
struct SightingLog<'w> {
    watch: &'w WatchRequest<'w>,
    sightings: Vec<Sighting>,
    saw: &'w mut (dyn FnMut(&Sighting) + 'w),
}

/// Watches until the time is over, a living credential is seen, or Ctrl-C; the second is whether it was the latter.
/// `listener` is told of the reading, and a note a poll; `saw` of every sighting as it comes.
///
/// # Errors
/// A usage failure where containment is still to come, or the key is none.
pub async fn watch(
    operator: &Operator,
    reading: &HistoryScope,
    watch: &WatchRequest<'_>,
    listener: &Listener<'_>,
    saw: &mut dyn FnMut(&Sighting),
) -> Result<(Watched, bool), Failure> {
    let start = clock::wall();
    if watch.contained_at > start + GRACE {
        let message = format!(
            "{} is still to come: containment is watched once it happened",
            watch.contained_at
        );
        return Err(Failure::usage(message).hint("times are UTC unless they say otherwise"));
    }
    let reach = start - history_reach();
    let from = (watch.contained_at - DELIVERY).max(reach);
    let playbook = playbook::builtin(front::ACCESS_KEY_TRACE.playbook)?;
    let question = question(&playbook, watch, from.min(watch.since).max(reach))?;
    let live = LiveAccount {
        subjects: watch.subjects.to_vec(),
        ..reading.live(operator, start)
    };
    let tell = |line: String| (listener.notice)(Notice::Note(line));
    let pace = FollowPace {
        from,
        every: watch.every,
        length: watch.length,
    };
    tell(format!(
        "traces {} since {} in {}, then watches what it became",
        watch.access_key_id,
        question
            .window
            .since
            .map(|time| time.to_string())
            .unwrap_or_default(),
        regions(live.regions.len())
    ));
    tell(format!(
        "{LATE}: what a poll does not show may still arrive"
    ));
    let mut seen = SightingLog {
        watch,
        sightings: Vec::new(),
        saw,
    };
    let followed =
        investigation::follow(&question, &live, pace, listener, &mut |news| match news {
            FollowUpdate::Event { event, poll } => seen.event(event, poll),
            FollowUpdate::Poll(poll) => {
                tell(seen.line(poll));
                ControlFlow::Continue(())
            }
        })
        .await?;
    let (interrupted, sessions) = (followed.interrupted, followed.sign_in_sessions.clone());
    let mut watched = watch_report(seen, followed, live, start);
    if !interrupted {
        let active = sign_in::still_active(operator, sessions).await;
        watched.notes.extend(active);
    }
    Ok((watched, interrupted))
}

impl SightingLog<'_> {
    /// An event of the lineage; breaks where it shows that the lineage is alive.
    fn event(&mut self, event: &Event, poll: u64) -> ControlFlow<()> {
        let Some(kind) = kind(event, self.watch.contained_at, poll) else {
            return ControlFlow::Continue(());
        };
        let sighting = sighting(event, kind);
        // what has no id comes with every poll
        if sighting.event_id.is_none() && self.sightings.contains(&sighting) {
            return ControlFlow::Continue(());
        }
        (self.saw)(&sighting);
        self.sightings.push(sighting);
        match kind {
            SightingKind::Alive => ControlFlow::Break(()),
            SightingKind::Refused | SightingKind::Late => ControlFlow::Continue(()),
        }
    }

    /// `poll 3: 9 keys in 17 Regions, nothing since …`
    fn line(&self, poll: Poll) -> String {
        let count = |kind| {
            let of_kind = self.sightings.iter().filter(|seen| seen.kind == kind);
            of_kind.count()
        };
        let seen = [
            (count(SightingKind::Alive), "succeeded"),
            (count(SightingKind::Refused), "failed"),
            (count(SightingKind::Late), "only arrived late"),
        ];
        let seen = seen.iter().filter(|(count, _)| *count > 0);
        let seen: Vec<String> = seen
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let seen = match seen.as_slice() {
            [] => "nothing".to_owned(),
            seen => format!("calls: {},", seen.join(", ")),
        };
        let unread = match poll.closed {
            0 => String::new(),
            closed => format!(" ({closed} of them cannot be read)"),
        };
        let next = match poll.next {
            Some(next) => format!("next poll at {next}"),
            None => "this was the last poll".to_owned(),
        };
        format!(
            "poll {}: {} key{} in {}{unread}, {seen} since {}; {next}",
            poll.number,
            poll.keys,
            if poll.keys == 1 { "" } else { "s" },
            regions(poll.regions),
            self.watch.contained_at,
        )
    }
}

/// What an event of the lineage means; nothing, where it is from before containment and was known then.
fn kind(event: &Event, contained_at: Time, poll: u64) -> Option<SightingKind> {
    // the time was asked for: an event that hides its own is not taken for an early one
    let is_from = |time| event.time().is_none_or(|at| at >= time);
    let is_after_grace = event.time().is_none_or(|at| at > contained_at + GRACE);
    if !is_from(contained_at) {
        return (poll > 1).then_some(SightingKind::Late);
    }
    Some(if event.failed() && !is_rehearsal(event) {
        SightingKind::Refused
    } else if is_after_grace {
        SightingKind::Alive
    } else {
        SightingKind::Late
    })
}

/// EC2's error for a call that would have succeeded, had it not been a dry run: the credential works.
fn is_rehearsal(event: &Event) -> bool {
    let code = event.error_code();
    code.is_some_and(|code| code.ends_with("DryRunOperation"))
}

fn sighting(event: &Event, kind: SightingKind) -> Sighting {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let is_failed_login = event.error_code().is_none() && event.failed();
    Sighting {
        event_id: owned(event.id()),
        time: event.time(),
        event_name: owned(event.name()),
        event_source: owned(event.source()),
        region: owned(event.region()),
        access_key_id: owned(event.access_key_id()),
        principal: owned(event.identity().arn()),
        source_ip: owned(event.source_ip()),
        error: owned(event.error_code()).or(is_failed_login.then(|| "Failure".to_owned())),
        kind,
    }
}

/// The ordinary trace of the key, without an end.
fn question<'q>(
    playbook: &'q playbook::Playbook,
    watch: &WatchRequest<'_>,
    since: Time,
) -> Result<Question<'q>, Failure> {
    let parameter = front::ACCESS_KEY_TRACE.parameter.to_owned();
    let arguments = playbook.bind(&[(parameter, watch.access_key_id.to_owned())])?;
    Ok(Question {
        searches: BoundSearch::all_of(playbook),
        bindings: arguments.bindings(Tz::UTC),
        parameters: arguments.to_json(),
        window: Window {
            since: Some(since),
            until: None,
        },
        baseline: None,
        incident: None,
        timezone: Tz::UTC,
        regions: Vec::new(),
        repeat: Vec::new(),
        playbook,
    })
}

fn watch_report(
    seen: SightingLog<'_>,
    followed: FollowResult,
    live: LiveAccount,
    start: Time,
) -> Watched {
    let mut sightings = seen.sightings;
    sightings.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
    let key = seen.watch.access_key_id;
    let mut subjects = live.subjects.iter();
    let key_status = subjects
        .find(|subject| subject.access_key_id == key)
        .and_then(|subject| subject.status.clone());
    let is_active = key_status.as_deref() == Some(ACTIVE);
    let active = is_active.then(|| {
        format!(
            "{key} is Active: it is not contained, or that was undone; whoever has it can go on"
        )
    });
    Watched {
        envelope: Envelope::new(RESPONSE_VERSION),
        caller: live.caller,
        access_key_id: key.to_owned(),
        key_status,
        contained_at: seen.watch.contained_at,
        contained_from: seen.watch.contained_from.into(),
        watched_since: start,
        watched_until: followed.until,
        polls: followed.polls,
        access_keys: followed.access_keys,
        notes: active.into_iter().chain(notes(&sightings)).collect(),
        sightings,
        complete: !followed.coverage.iter().any(|part| part.gap),
        coverage: followed.coverage,
        next: Vec::new(),
    }
}

/// What to know of any watch, and what the errors of this one mean.
fn notes(sightings: &[Sighting]) -> Vec<String> {
    let mut notes = vec![
        format!(
            "silence is no proof: {LATE}; 15 minutes and more happen, so that what was done shortly before the end \
             of the watch may still arrive"
        ),
        "data events (S3 objects, function invocations) and other accounts are not in this Event history".to_owned(),
    ];
    let mut errors: BTreeMap<&str, u64> = BTreeMap::new();
    let refused = sightings
        .iter()
        .filter(|sighting| sighting.kind == SightingKind::Refused);
    for error in refused.filter_map(|sighting| sighting.error.as_deref()) {
        *errors.entry(error).or_default() += 1;
    }
    if !errors.is_empty() {
        let errors: Vec<String> = errors
            .iter()
            .map(|(error, count)| format!("{error} ({count})"))
            .collect();
        notes.push(format!(
            "calls that failed after containment, by their error: {}; an error other than a denial may mean that the \
             credential was still accepted",
            errors.join(", ")
        ));
    }
    notes
}

fn regions(count: usize) -> String {
    format!("{count} Region{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(mut record: Value) -> Event {
        record["eventVersion"] = "1.08".into();
        Event::parse(record.to_string().as_bytes()).unwrap()
    }

    fn kind_of(record: &Value, poll: u64) -> Option<SightingKind> {
        let contained_at = "2026-11-20T03:00:00.5Z".parse().unwrap();
        kind(&event(record.clone()), contained_at, poll)
    }

    #[test]
    fn the_time_of_an_event_and_its_error_say_what_it_means() {
        use SightingKind::{Alive, Late, Refused};
        for (time, error, poll, expected) in [
            ("02:59:59", None, 1, None),
            ("03:00:00", None, 1, None),
            ("03:00:00", Some("AccessDenied"), 2, Some(Late)),
            ("03:00:01", None, 1, Some(Late)),
            ("03:00:01", Some("AccessDenied"), 1, Some(Refused)),
            ("03:01:00", None, 2, Some(Late)),
            ("03:01:01", None, 2, Some(Alive)),
            ("03:01:01", Some("AccessDenied"), 2, Some(Refused)),
            ("03:01:01", Some("Client.DryRunOperation"), 2, Some(Alive)),
        ] {
            let record = json!({"eventTime": format!("2026-11-20T{time}Z"), "errorCode": error});
            assert_eq!(kind_of(&record, poll), expected, "{record} {poll}");
        }
    }

    #[test]
    fn an_event_without_a_time_is_not_taken_for_an_early_one() {
        for time in [json!(null), json!("yesterday"), json!(7)] {
            let record = json!({"eventTime": time});
            assert_eq!(kind_of(&record, 2), Some(SightingKind::Alive));
        }
    }

    #[test]
    fn a_failed_login_is_refused() {
        let record = json!({
            "eventTime": "2026-11-20T04:00:00Z", "eventName": "ConsoleLogin",
            "responseElements": {"ConsoleLogin": "Failure"},
        });
        assert_eq!(kind_of(&record, 1), Some(SightingKind::Refused));
        let sighting = sighting(&event(record), SightingKind::Refused);
        assert_eq!(sighting.error.as_deref(), Some("Failure"));
    }
}
