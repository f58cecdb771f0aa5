//! Times as people read them: in one time zone, and with the date only where it is not the day of the incident.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use crate::event::time::Time;
use crate::report::Summary;

#[derive(Debug)]
pub struct Times {
    timezone: Tz,
    /// The day on which all events lie, where it is one: the summary names it once for the whole page.
    day: Option<NaiveDate>,
}

impl Times {
    pub fn new(timezone: Tz, summary: &Summary) -> Self {
        let date = |time: Time| time.with_timezone(&timezone).date_naive();
        let first = summary.first_event.map(date);
        Self {
            timezone,
            day: first.filter(|day| summary.last_event.map(date) == Some(*day)),
        }
    }

    /// `22:31`, `10-05 22:31` on another day, `2025-10-05 22:31` in another year.
    pub fn short(&self, time: Time) -> String {
        self.shown(time, "%H:%M")
    }

    /// [`Times::short`], to the second.
    pub fn exact(&self, time: Time) -> String {
        self.shown(time, "%H:%M:%S")
    }

    /// `22:00-23:10`, `22:10` for one moment, nothing where nothing is known.
    pub fn span(&self, first: Option<Time>, last: Option<Time>) -> String {
        let (Some(first), Some(last)) = (first, last) else {
            return first
                .or(last)
                .map(|time| self.short(time))
                .unwrap_or_default();
        };
        let (from, to) = (self.short(first), self.short(last));
        if from == to {
            from
        } else if self.date(first) == self.date(last) {
            format!("{from}-{}", self.format(last, "%H:%M"))
        } else {
            format!("{from} - {to}")
        }
    }

    /// `2026-10-05 22:00 to 23:12 UTC`; one open end in words, and nothing where both are.
    pub fn range(&self, since: Option<Time>, until: Option<Time>) -> Option<String> {
        const FULL: &str = "%Y-%m-%d %H:%M";
        let from = since.map(|time| self.format(time, FULL));
        let to = until.map(|time| match since {
            Some(since) if self.date(since) == self.date(time) => self.format(time, "%H:%M"),
            _ => self.format(time, FULL),
        });
        let zone = self.zone();
        match (from, to) {
            (Some(from), Some(to)) => Some(format!("{from} to {to} {zone}")),
            (Some(from), None) => Some(format!("since {from} {zone}")),
            (None, Some(to)) => Some(format!("until {to} {zone}")),
            (None, None) => None,
        }
    }

    /// `UTC`, `Europe/Berlin`.
    pub fn zone(&self) -> &'static str {
        self.timezone.name()
    }

    fn shown(&self, time: Time, clock: &str) -> String {
        let date = self.date(time);
        let clock = self.format(time, clock);
        match self.day {
            Some(day) if day == date => clock,
            Some(day) if day.year() != date.year() => format!("{date} {clock}"),
            _ => format!("{} {clock}", date.format("%m-%d")),
        }
    }

    fn date(&self, time: Time) -> NaiveDate {
        time.with_timezone(&self.timezone).date_naive()
    }

    fn format(&self, time: Time, format: &str) -> String {
        time.with_timezone(&self.timezone)
            .format(format)
            .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Time> {
        text.parse().ok()
    }

    fn times(timezone: Tz, first: &str, last: &str) -> Times {
        let summary = Summary {
            first_event: at(first),
            last_event: at(last),
            ..Summary::default()
        };
        Times::new(timezone, &summary)
    }

    #[test]
    fn the_date_stands_where_days_differ() {
        let times = times(Tz::UTC, "2026-10-05T22:00:00Z", "2026-10-05T23:12:00Z");
        assert_eq!(times.short(at("2026-10-05T22:31:07Z").unwrap()), "22:31");
        assert_eq!(
            times.short(at("2026-10-06T22:31:07Z").unwrap()),
            "10-06 22:31"
        );
        assert_eq!(
            times.exact(at("2025-10-06T22:31:07Z").unwrap()),
            "2025-10-06 22:31:07"
        );
        assert_eq!(
            times.span(at("2026-10-04T22:00:00Z"), at("2026-10-04T23:00:00Z")),
            "10-04 22:00-23:00"
        );
        assert_eq!(
            times.span(at("2026-10-05T22:00:00Z"), at("2026-10-06T00:10:00Z")),
            "22:00 - 10-06 00:10"
        );
    }

    #[test]
    fn the_day_is_that_of_the_time_zone() {
        let times = times(
            Tz::Europe__Berlin,
            "2026-10-05T21:00:00Z",
            "2026-10-05T23:00:00Z",
        );
        assert_eq!(
            times.short(at("2026-10-05T21:00:00Z").unwrap()),
            "10-05 23:00"
        );
        assert_eq!(
            times
                .range(at("2026-10-05T21:00:00Z"), at("2026-10-05T23:00:00Z"))
                .as_deref(),
            Some("2026-10-05 23:00 to 2026-10-06 01:00 Europe/Berlin")
        );
        assert_eq!(times.range(None, None), None);
    }
}
