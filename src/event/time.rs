//! Moments, and the spellings of a time that records use.

use std::fmt;
use std::ops::{Add, Deref, Sub};
use std::str::FromStr;

use chrono::{
    DateTime, NaiveDate, NaiveDateTime, ParseError, SecondsFormat, SubsecRound, TimeDelta, Utc,
};
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

/// A moment in UTC. Written it is to the second, as CloudTrail itself writes times; what was read may be finer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub DateTime<Utc>);

impl Time {
    /// Without its fraction of a second.
    #[must_use]
    pub fn whole_second(self) -> Self {
        Self(self.0.trunc_subsecs(0))
    }

    /// `seconds` after 1970 began; none beyond what a calendar holds.
    pub fn of_unix(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(Self)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

/// RFC 3339, of whatever offset.
impl FromStr for Time {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        DateTime::parse_from_rfc3339(text).map(|time| Self(time.to_utc()))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let no_time = |error| D::Error::custom(format_args!("{text:?} is no time: {error}"));
        text.parse().map_err(no_time)
    }
}

impl Deref for Time {
    type Target = DateTime<Utc>;

    fn deref(&self) -> &DateTime<Utc> {
        &self.0
    }
}

impl Add<TimeDelta> for Time {
    type Output = Self;

    fn add(self, length: TimeDelta) -> Self {
        Self(self.0 + length)
    }
}

impl Sub<TimeDelta> for Time {
    type Output = Self;

    fn sub(self, length: TimeDelta) -> Self {
        Self(self.0 - length)
    }
}

impl Sub for Time {
    type Output = TimeDelta;

    fn sub(self, earlier: Self) -> TimeDelta {
        self.0 - earlier.0
    }
}

/// `2023-07-10T12:24:29Z`, and any other RFC 3339 time.
pub fn rfc3339(text: &str) -> Option<Time> {
    text.parse().ok()
}

/// `eventTime`: RFC 3339 as CloudTrail writes it, or `2026-11-10 10:00:00.000` as SQL does, with or without its zone;
/// UTC where none is named.
pub fn in_record(text: &str) -> Option<Time> {
    as_delivered(text).or_else(|| rfc3339(text)).or_else(|| {
        let text = text.trim();
        let text = text.strip_suffix("UTC").unwrap_or(text).trim_end();
        let text = text.replacen('T', " ", 1);
        let zoned = ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z"];
        let mut zoned = zoned.iter();
        let zoned = zoned.find_map(|spelling| DateTime::parse_from_str(&text, spelling).ok());
        let utc = || NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f").ok();
        let time = zoned.map(|time| time.to_utc());
        time.or_else(|| utc().map(|time| time.and_utc())).map(Time)
    })
}

/// `2023-07-10T12:24:29Z` and no other spelling: every record has one, and the general reader takes its time.
fn as_delivered(text: &str) -> Option<Time> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |number, digit| {
            let is_digit = digit.is_ascii_digit();
            is_digit.then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let [
        y @ ..,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b'Z',
    ] = bytes
    else {
        return None;
    };
    let [year, month, day] = [number(y)?, number(&[*m1, *m2])?, number(&[*d1, *d2])?];
    let [hour, minute, second] = [
        number(&[*h1, *h2])?,
        number(&[*n1, *n2])?,
        number(&[*s1, *s2])?,
    ];
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), month, day)?;
    Some(Time(date.and_hms_opt(hour, minute, second)?.and_utc()))
}

/// A time in an answer: `Jul 10, 2023 12:24:29 PM` (IAM), `Jul 10, 2023, 6:30:22 PM` (STS), or RFC 3339
/// (facts: C4).
pub fn in_response(text: &str) -> Option<Time> {
    const SPELLINGS: [&str; 2] = ["%b %e, %Y %I:%M:%S %p", "%b %e, %Y, %I:%M:%S %p"];
    rfc3339(text).or_else(|| {
        // newer JDKs write a narrow no-break space before AM and PM
        let text = text.replace('\u{202f}', " ");
        SPELLINGS.iter().find_map(|spelling| {
            NaiveDateTime::parse_from_str(&text, spelling)
                .ok()
                .map(|time| Time(time.and_utc()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_reader_says_what_the_general_one_does() {
        let texts = [
            "2023-07-10T12:24:29Z",
            "1969-12-31T23:59:59Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "2024-02-29T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-07-10T24:00:00Z",
            "2016-12-31T23:59:60Z",
            "2023-07-10T12:24:2\u{b2}Z",
            "2023-07-10t12:24:29z",
            "2023-07-10 12:24:29Z",
            "+023-07-10T12:24:29Z",
            "2023-07-10T12:24:29z",
        ];
        for text in texts {
            if let Some(time) = as_delivered(text) {
                assert_eq!(rfc3339(text), Some(time), "{text}");
            }
        }
        assert!(texts[..5].iter().all(|text| as_delivered(text).is_some()));
    }

    #[test]
    fn reads_both_american_spellings() {
        let iam = in_response("Jul 10, 2023 12:24:29 PM").unwrap();
        let sts = in_response("Jul 10, 2023, 6:30:22 PM").unwrap();
        assert_eq!(iam.to_rfc3339(), "2023-07-10T12:24:29+00:00");
        assert_eq!(sts.to_rfc3339(), "2023-07-10T18:30:22+00:00");
        assert_eq!(
            in_response("Jul 5, 2023, 6:30:22 AM").unwrap().to_rfc3339(),
            "2023-07-05T06:30:22+00:00"
        );
        assert_eq!(in_response("tomorrow"), None);
    }
}
