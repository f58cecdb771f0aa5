//! The window: `--since` and `--until` as people write them, made a closed range in UTC, frozen once.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

use crate::error::Failure;
use crate::event::time::Time;
use crate::report::Window;

/// How far Event history reaches back (facts: A5).
pub const HISTORY: Duration = Duration::days(90);

/// How far back it is asked: a minute less, so that a slow start stays within it.
pub fn history_reach() -> Duration {
    HISTORY - Duration::minutes(1)
}

/// What the user asked for, and what to do where they did not.
#[derive(Debug, Clone, Copy)]
pub struct WindowRequest<'a> {
    pub since: Option<&'a str>,
    pub until: Option<&'a str>,
    /// Dates and times without an offset are meant here.
    pub timezone: Tz,
    /// The investigation's now.
    pub now: Time,
}

/// Which end of the window a text stands for: a date means its first or its last second.
#[derive(Clone, Copy)]
enum WindowEnd {
    Since,
    Until,
}

impl WindowRequest<'_> {
    /// The window as it was asked for; an end that was not asked for stays open.
    ///
    /// # Errors
    /// A usage failure for a time that cannot be read, and for a window that ends before it begins.
    pub fn window(&self) -> Result<Window, Failure> {
        let since = self
            .since
            .map(|text| self.time(text, WindowEnd::Since))
            .transpose()?;
        let until = self
            .until
            .map(|text| self.time(text, WindowEnd::Until))
            .transpose()?;
        if let (Some(since), Some(until)) = (since, until.or(Some(self.now)))
            && since > until
        {
            let end = self
                .until
                .map_or_else(|| "now".to_owned(), |text| format!("--until {text}"));
            return Err(Failure::usage(format!(
                "the window is empty: --since {} is after {end}",
                self.since.unwrap_or_default(),
            )));
        }
        Ok(Window { since, until })
    }

    /// A moment, written as `--since` is.
    ///
    /// # Errors
    /// A usage failure for a time that cannot be read.
    pub fn moment(&self, text: &str) -> Result<Time, Failure> {
        self.time(text, WindowEnd::Since)
    }

    /// To the second: records and lookups know nothing finer.
    fn time(&self, text: &str, end: WindowEnd) -> Result<Time, Failure> {
        Ok(self.exact_time(text, end)?.whole_second())
    }

    fn exact_time(&self, text: &str, end: WindowEnd) -> Result<Time, Failure> {
        let text = text.trim();
        if let Some(ago) = ago(text) {
            return self
                .now
                .checked_sub_signed(ago)
                .map(Time)
                .ok_or_else(|| unreadable(text));
        }
        if text == "now" {
            return Ok(self.now);
        }
        if let Some(time) = with_offset(text) {
            return Ok(time);
        }
        let local = local(text, end).ok_or_else(|| unreadable(text))?;
        self.in_zone(local).ok_or_else(|| unreadable(text))
    }

    /// A wall-clock time of the zone, in UTC. One that occurs twice (the clock was set back) counts as the
    /// earlier, one that never occurs (it was set forward) as an hour later.
    fn in_zone(&self, local: NaiveDateTime) -> Option<Time> {
        let zone = self.timezone;
        zone.from_local_datetime(&local)
            .earliest()
            .or_else(|| {
                zone.from_local_datetime(&(local + Duration::hours(1)))
                    .earliest()
            })
            .map(|time| Time(time.to_utc()))
    }
}

/// The window on Event history: its ends closed, its beginning no earlier than 90 days ago. Gives also where it
/// was asked to begin, if that is cut.
///
/// # Errors
/// A usage failure for a window that ends before Event history begins.
pub fn history_window(
    window: Window,
    now: Time,
    default: Duration,
) -> Result<(Window, Option<Time>), Failure> {
    let reach = now - history_reach();
    let until = window.until.map_or(now, |until| until.min(now));
    let since = window.since.unwrap_or((until - default).max(reach));
    if until < reach {
        return Err(
            Failure::usage("the window ends before Event history begins, 90 days ago")
                .hint("read the trail's files instead: --from FOLDER"),
        );
    }
    // who asks for the 90 days that there are has them, but for the minute kept for a slow start
    let clamped = (since < now - HISTORY).then_some(since);
    Ok((
        Window {
            since: Some(since.max(reach)),
            until: Some(until),
        },
        clamped,
    ))
}

/// `30m`, `24h`, `7d`, `2w`: so long ago.
fn ago(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let count: i64 = text[..text.len() - unit.len_utf8()]
        .parse()
        .ok()
        .filter(|count| *count >= 0)?;
    match unit {
        's' => Duration::try_seconds(count),
        'm' => Duration::try_minutes(count),
        'h' => Duration::try_hours(count),
        'd' => Duration::try_days(count),
        'w' => Duration::try_weeks(count),
        _ => None,
    }
}

/// RFC 3339, or the same to the minute.
fn with_offset(text: &str) -> Option<Time> {
    let to_the_minute = || {
        let text = text
            .strip_suffix('Z')
            .map_or_else(|| text.to_owned(), |time| format!("{time}+00:00"));
        DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M%:z")
    };
    let time = DateTime::parse_from_rfc3339(text).or_else(|_| to_the_minute());
    time.ok().map(|time| Time(time.to_utc()))
}

/// A date, or a date and a time without an offset.
fn local(text: &str, end: WindowEnd) -> Option<NaiveDateTime> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let last_second = NaiveTime::from_hms_opt(23, 59, 59)?;
        return Some(match end {
            WindowEnd::Since => date.and_time(NaiveTime::MIN),
            WindowEnd::Until => date.and_time(last_second),
        });
    }
    [
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
    ]
    .iter()
    .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}

fn unreadable(text: &str) -> Failure {
    Failure::usage(format!("cannot read the time '{text}'")).hint(
        "write 24h, 7d, 2026-11-20, 2026-11-20T14:30, or RFC 3339 such as 2026-11-20T14:30:00Z",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(
        since: Option<&str>,
        until: Option<&str>,
        zone: &str,
    ) -> Result<(String, String), String> {
        let request = WindowRequest {
            since,
            until,
            timezone: zone.parse().unwrap(),
            now: "2026-11-21T09:30:00Z".parse().unwrap(),
        };
        let window = request.window().map_err(|failure| failure.message)?;
        let text = |time: Option<Time>| time.map_or("open".to_owned(), |time| time.to_string());
        Ok((text(window.since), text(window.until)))
    }

    #[test]
    fn every_spelling() {
        let cases = [
            (Some("24h"), None, "2026-11-20T09:30:00Z", "open"),
            (
                Some("7d"),
                Some("1d"),
                "2026-11-14T09:30:00Z",
                "2026-11-20T09:30:00Z",
            ),
            (
                Some("2026-11-20"),
                Some("2026-11-20"),
                "2026-11-20T00:00:00Z",
                "2026-11-20T23:59:59Z",
            ),
            (
                Some("2026-11-20 14:30"),
                Some("now"),
                "2026-11-20T14:30:00Z",
                "2026-11-21T09:30:00Z",
            ),
            (
                Some("2026-11-20T14:30:00+09:00"),
                None,
                "2026-11-20T05:30:00Z",
                "open",
            ),
            (
                Some("2026-11-20T14:30Z"),
                None,
                "2026-11-20T14:30:00Z",
                "open",
            ),
            (
                Some("2026-11-20T14:30+02:00"),
                None,
                "2026-11-20T12:30:00Z",
                "open",
            ),
            (None, None, "open", "open"),
        ];
        for (since, until, from, to) in cases {
            assert_eq!(
                ask(since, until, "UTC"),
                Ok((from.to_owned(), to.to_owned()))
            );
        }
    }

    #[test]
    fn a_date_is_a_day_of_the_time_zone() {
        let day = ask(Some("2026-11-20"), Some("2026-11-20"), "Asia/Seoul");
        assert_eq!(
            day,
            Ok((
                "2026-11-19T15:00:00Z".to_owned(),
                "2026-11-20T14:59:59Z".to_owned()
            ))
        );
        let skipped = ask(Some("2026-03-29T02:30"), None, "Europe/Berlin");
        assert_eq!(
            skipped,
            Ok(("2026-03-29T01:30:00Z".to_owned(), "open".to_owned()))
        );
    }

    #[test]
    fn what_makes_no_window() {
        assert!(
            ask(Some("1d"), Some("7d"), "UTC")
                .unwrap_err()
                .contains("is empty")
        );
        assert!(
            ask(Some("2027-01-01"), None, "UTC")
                .unwrap_err()
                .contains("after now")
        );
        for wrong in [
            "yesterday",
            "24",
            "-3h",
            "99999999999999999h",
            "2026-13-01",
            "é",
        ] {
            assert!(
                ask(Some(wrong), None, "UTC")
                    .unwrap_err()
                    .contains("cannot read"),
                "{wrong}"
            );
        }
    }
}
