//! What an answer cannot show, stated every time: it leaves `complete` as it is.

use std::collections::BTreeMap;
use std::fmt::Write;

use std::cmp::Reverse;

use chrono::Duration;

use crate::event::time::Time;
use crate::report::{NotVisible, Window};
use crate::sources::files::{PassedOver, UndeliveredFiles};

/// Records may take so long to be delivered (facts: A8, the older documented ceiling).
const DELIVERY: Duration = Duration::minutes(15);

fn entry(what: impl Into<String>, why: impl Into<String>) -> NotVisible {
    NotVisible {
        what: what.into(),
        why: why.into(),
    }
}

/// What Event history never holds, or does not hold yet or any more.
pub fn of_history(window: Window, now: Time) -> Vec<NotVisible> {
    let mut list = vec![entry(
        "data events and network activity events",
        "Event history holds management events only: no S3 objects, Lambda invocations, DynamoDB items",
    )];
    if window.until.is_none_or(|until| until > now - DELIVERY) {
        list.push(entry(
            "the last 15 minutes",
            "CloudTrail delivers events with a delay: ask again later",
        ));
    }
    if let Some(since) = window.since {
        list.push(entry(
            format!("events before {since}"),
            "outside the window; Event history reaches 90 days back, trail files further",
        ));
    }
    list
}

/// What lookups by these attributes may have missed.
pub fn of_best_effort(attributes: &[&str]) -> Option<NotVisible> {
    (!attributes.is_empty()).then(|| {
        entry(
            format!("events that {} does not index", attributes.join(" or ")),
            "CloudTrail fills this attribute as well as it can; trail files hold every event",
        )
    })
}

/// What trail files hold only if the trail was told to write it.
pub fn of_files() -> Vec<NotVisible> {
    vec![
        entry(
            "data events and network activity events",
            "in the files only as far as the trail was set to record them",
        ),
        entry(
            "what is in no file",
            "Regions, accounts and days that the files do not cover leave no trace here",
        ),
    ]
}

/// Trail files that digests list and that nobody gave to read, in `regions` or, where none are named, in all.
pub fn of_undelivered(
    undelivered: &[UndeliveredFiles],
    window: Window,
    regions: &[String],
) -> Vec<NotVisible> {
    const MOST: usize = 8;
    let is_asked = |span: &&UndeliveredFiles| {
        (regions.is_empty() || regions.contains(&span.region))
            && window.since.is_none_or(|since| span.until >= since)
            && window.until.is_none_or(|until| span.since <= until)
    };
    let mut spans: Vec<&UndeliveredFiles> = undelivered.iter().filter(is_asked).collect();
    spans.sort_by_key(|span| Reverse(span.files));
    let hidden: u64 = spans.iter().skip(MOST).map(|span| span.files).sum();
    let told = spans.iter().take(MOST).map(|span| {
        let UndeliveredFiles {
            account, region, ..
        } = span;
        let files = if span.files == 1 { "file" } else { "files" };
        entry(
            format!("{} {files} of {region} of {account}", span.files),
            format!(
                "the digests between {} and {} list files that were delivered and are not here, so what they hold was \
                 not read: {}",
                span.since,
                span.until,
                names_of(span)
            ),
        )
    });
    let more = (hidden > 0).then(|| {
        entry(
            format!("{hidden} more files"),
            "digests list them, too, and they are not here",
        )
    });
    told.chain(more).collect()
}

fn names_of(span: &UndeliveredFiles) -> String {
    let mut names: Vec<String> = span.names.iter().cloned().collect();
    let more = span.files.saturating_sub(names.len() as u64);
    names.extend((more > 0).then(|| format!("{more} more")));
    names.join(", ")
}

/// The demo is made up.
pub fn of_demo() -> Vec<NotVisible> {
    vec![entry(
        "data events",
        "the demo holds management events only",
    )]
}

/// Accounts that the lineage leads to and that were not read.
pub fn of_accounts(accounts: &[String]) -> Option<NotVisible> {
    (!accounts.is_empty()).then(|| {
        entry(
            format!("account {}", accounts.join(", ")),
            "roles were assumed there: see the hand-offs",
        )
    })
}

/// There is nothing to compare with.
pub fn of_baseline(incident: Time) -> NotVisible {
    entry(
        "what is new",
        format!("nothing of the principal was seen before {incident} to compare with"),
    )
}

/// What a live reading that is narrower than Event history does not follow: credentials of a lineage, or what else
/// a pivot takes from events.
pub fn of_narrow_history(
    is_lineage: bool,
    is_narrow: bool,
    regions: &[String],
) -> Option<NotVisible> {
    let outside = match (is_narrow, regions.is_empty()) {
        (false, true) => return None,
        (true, true) => "before the window",
        (false, false) => "in other Regions",
        (true, false) => "before the window or in other Regions",
    };
    Some(if is_lineage {
        entry(
            format!("credentials obtained {outside}"),
            "only what was read can be followed: leave out --since and --regions for the whole lineage",
        )
    } else {
        entry(
            format!("what events {outside} lead to"),
            "only what was read can be followed: ask for an earlier --since, and for all Regions",
        )
    })
}

/// Pages of an answer that say that another follows.
pub fn of_next_pages(pages: u64) -> Option<NotVisible> {
    (pages > 0).then(|| {
        entry(
            "pages that were not saved",
            format!(
                "{} a next one; a last page was read, but nothing tells whether all between were",
                match pages {
                    1 => "1 page names".to_owned(),
                    pages => format!("{pages} pages name"),
                }
            ),
        )
    })
}

/// Files, and members of archives, whose first bytes say that they hold something else.
pub fn of_passed_over(files: &PassedOver) -> Option<NotVisible> {
    let few: Vec<&str> = files.few.iter().map(String::as_str).collect();
    let are = if files.count == 1 {
        "it is"
    } else {
        "they are"
    };
    named(&few, files.count).map(|what| {
        entry(
            what,
            format!("{are} neither named as trail files are, nor JSON, nor an archive"),
        )
    })
}

/// What stands among files and is none, by its name.
pub fn of_special(paths: &[String]) -> Option<NotVisible> {
    const MOST: usize = 5;
    let few: Vec<&str> = paths.iter().take(MOST).map(String::as_str).collect();
    named(&few, paths.len()).map(|what| {
        entry(
            what,
            "no files that can be read to an end: a pipe, a device, or made up by the system",
        )
    })
}

/// `few` names, and how many more there are of `count`.
fn named(few: &[&str], count: usize) -> Option<String> {
    let more = match count - few.len().min(count) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (count > 0).then(|| format!("{}{more}", few.join(", ")))
}

/// `1 Insight`, `2 Insights`.
fn counted(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

/// Digests, which `aws cloudtrail validate-logs` reads.
pub fn of_digests(count: u64) -> Option<NotVisible> {
    (count > 0).then(|| {
        entry(
            counted(count, "digest of trail files", "digests of trail files"),
            "they hold no calls, but what proves that files are whole",
        )
    })
}

/// Insights, by what they are about.
pub fn of_insights(count: u64, about: &BTreeMap<&str, u64>) -> Option<NotVisible> {
    const MOST: usize = 3;
    (count > 0).then(|| {
        let few = about.iter().take(MOST);
        let mut few: Vec<String> = few
            .map(|(about, count)| format!("{about} ({count})"))
            .collect();
        if about.len() > MOST {
            few.push(format!("{} more", about.len() - MOST));
        }
        entry(
            counted(count, "Insight", "Insights"),
            format!(
                "CloudTrail's word on unusual rates of calls, and no calls: {}",
                few.join(", ")
            ),
        )
    })
}

/// Aggregated events (facts: J1), and how many of them name what was asked about.
pub fn of_aggregated(count: u64, naming: &[(&str, usize)]) -> Option<NotVisible> {
    (count > 0).then(|| {
        let mut why = "summaries of data events, and no calls: the data events themselves are there only if the trail records them".to_owned();
        for (name, count) in naming {
            let name_it = if *count == 1 { "names" } else { "name" };
            let _ = write!(why, "; {count} of them {name_it} {name}");
        }
        entry(
            counted(count, "aggregated event", "aggregated events"),
            why,
        )
    })
}

/// Events of the answer whose time cannot be read.
pub fn of_untimed(count: u64) -> Option<NotVisible> {
    (count > 0).then(|| {
        entry(
            format!("when {} happened", counted(count, "event", "events")),
            "what the record has for eventTime is no time: no window leaves such an event out",
        )
    })
}

/// Events whose id another call of the answer has, too.
pub fn of_shared_ids(count: u64) -> Option<NotVisible> {
    (count > 0).then(|| {
        entry(
            format!(
                "which of {} is true",
                counted(count, "pair of events", "pairs of events")
            ),
            "two calls have one eventID, which AWS never gives twice: somebody wrote one of them",
        )
    })
}

/// Calls that services made for the principal, which no record links to what caused them.
pub fn of_forwarded(calls: u64) -> Option<NotVisible> {
    (calls > 0).then(|| {
        let calls_were = if calls == 1 { "call was" } else { "calls were" };
        entry(
            format!("what {calls} forwarded {calls_were} caused by"),
            "AWS services made them for the same principal with keys of their own, which no record links to the call behind them",
        )
    })
}

/// Sign-ins whose credentials no record names.
pub fn of_sign_ins(count: usize) -> Option<NotVisible> {
    (count > 0).then(|| {
        entry(
            format!("credentials of {count} OAuth sign-in{}", if count == 1 { "" } else { "s" }),
            "CloudTrail does not record the keys that `aws login` and agents are given; they are followed by session",
        )
    })
}

/// Nothing of the window before `since` was seen.
pub fn of_window_before(since: Option<Time>) -> NotVisible {
    let why = match since {
        Some(since) => format!("nothing was seen of the window before {since} to compare with"),
        None => "there is no window before to compare with: give --since".to_owned(),
    };
    entry("what is new", why)
}

/// Something could not be read, and it may be of the window before.
pub fn of_gaps_before() -> NotVisible {
    entry(
        "what is not new after all",
        "not everything could be read, perhaps of the window before neither: what is told as new may have been there",
    )
}

/// The window before was cut short, where the source begins.
pub fn of_short_window_before(window: Window, baseline: Option<Time>) -> Option<NotVisible> {
    let (since, until, from) = (window.since?, window.until?, baseline?);
    (since - from < until - since).then(|| {
        entry(
            "part of what is not new",
            format!(
                "the window is compared with the time from {from} on only: Event history begins there"
            ),
        )
    })
}

/// An ARN that was asked about, of an account that was not read.
pub fn of_foreign(arn: &str, account: &str) -> NotVisible {
    entry(
        format!("{arn} itself"),
        format!(
            "no record of account {account} was read: what is told has the same name elsewhere"
        ),
    )
}

/// Values that no event has as they are written.
pub fn of_spelling(doubt: String) -> NotVisible {
    entry("events of another spelling", doubt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_before_that_is_as_long_needs_no_word() {
        let day = |day: u32| format!("2026-11-{day:02}T00:00:00Z").parse().ok();
        let window = Window {
            since: day(10),
            until: day(20),
        };
        assert_eq!(of_short_window_before(window, None), None);
        assert_eq!(
            of_short_window_before(window, Some(day(1).unwrap() - Duration::days(1))),
            None
        );
        let short = of_short_window_before(window, day(7)).unwrap();
        assert!(short.why.contains("2026-11-07T00:00:00Z"), "{short:?}");
    }
}
