//! How one account x Region sounds during an outage: silent throughout, silent in parts, or as ever.

use super::activity::PlaceActivity;
use super::minutes::CallKind;
use super::outages::Outage;
use super::rhythm::{QuietSpan, Rhythm};
use crate::event::time::Time;

/// Records of the first minutes of an outage, and of the last one, are no sign of another trail: a trail takes a while
/// to stop, and its last records come late.
const SETTLES: i64 = 5 * 60;
const RESUMES: i64 = 60;
/// Files come every 5 minutes or so: what few records leave of an outage and is shorter, is none.
const SHORTEST: i64 = 5;
/// More parts of one outage are not kept: the longest are.
const MOST_PARTS: usize = 8;
/// Where records go on, a silence that is so many times as long as they are apart in the mean is none of theirs.
const UNHEARD: f64 = 15.0;
/// A silence that long, seen from how calls follow one another, is worth a word where a trail was off.
const NOTABLE: f64 = 4.0;

/// A part of an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SilentPart {
    pub begin: Time,
    /// None where nothing came after it.
    pub end: Option<Time>,
    /// In minutes since 1970, from call to call.
    pub minutes: QuietSpan,
    /// The place was never silent for nearly as long.
    pub is_unusual: bool,
}

impl SilentPart {
    /// All of an outage that is too short to tell parts of it.
    pub fn all_of(outage: &Outage) -> Self {
        let minute = |time: Time| time.timestamp().div_euclid(60);
        let begin = minute(outage.begin);
        Self {
            begin: outage.begin,
            end: outage.end,
            minutes: QuietSpan {
                begin,
                end: outage.end.map_or(begin, minute),
            },
            is_unusual: false,
        }
    }
}

/// What was heard of the calls that an outage concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    Throughout(SilentPart),
    /// Too few records to say that they go on, or too far apart: what lies between was not recorded.
    Parts(Vec<SilentPart>),
    /// They went on, or soon; the part before was longer than they mostly are apart.
    Notable(SilentPart),
    GoesOn,
    /// The outage is too short to tell.
    Unknown,
}

/// An outage in one account x Region, in minutes since 1970.
struct Span<'a> {
    outage: &'a Outage,
    activity: &'a PlaceActivity,
    rhythm: &'a Rhythm,
    begin: i64,
    /// The first minute that counts, and the one after the last.
    first: i64,
    last: Option<i64>,
    /// Where the records end, of whatever place.
    seen: i64,
}

impl Silence {
    /// How long no call came that `outage` concerns; `newest` is when the last record of all came.
    pub fn of(
        outage: &Outage,
        activity: &PlaceActivity,
        rhythm: &Rhythm,
        newest: Option<Time>,
    ) -> Self {
        let begin = outage.begin.timestamp();
        let end = outage.end.map(|end| end.timestamp());
        let seen = newest.map_or(begin, |newest| newest.timestamp()).max(begin);
        let length = end.unwrap_or(seen).saturating_sub(begin).max(0);
        let from = begin.saturating_add(SETTLES.min(length / 4));
        // the minute in which it began has calls of before
        let first = from.div_euclid(60) + 1;
        let last = end.map(|end| end.saturating_sub(RESUMES.min(length / 4)).div_euclid(60));
        if last.is_some_and(|last| first >= last) {
            return Self::Unknown;
        }
        let span = Span {
            outage,
            activity,
            rhythm,
            begin: begin.div_euclid(60),
            first,
            last,
            seen: seen.div_euclid(60),
        };
        span.silence(from)
    }
}

impl Span<'_> {
    fn silence(&self, from: i64) -> Silence {
        let quiet_from = self.quiet_from();
        let late = self.of_last_minute(from);
        let Some(next) = self.heard().next().or(late) else {
            return Silence::Throughout(self.part(self.begin, None, true));
        };
        let opening = self.part(quiet_from, Some(next), true);
        let goes_on = self.goes_on();
        let last = self.last.unwrap_or(i64::MAX);
        let last_heard = self.activity.minute_before(self.outage.missing, last);
        let ending = self.part(last_heard.map_or(next, |last| last.max(next)), None, false);
        let mut parts = vec![opening, ending];
        if goes_on {
            let longest = self.rhythm.longest_within(next, ending.minutes.begin);
            let longest = longest.take(MOST_PARTS);
            parts.extend(longest.map(|span| self.part(span.begin - 1, Some(span.end), false)));
        } else {
            self.add_between(next, &mut parts);
        }
        parts.retain(|part| {
            part.is_unusual || (!goes_on && part.minutes.end - part.minutes.begin >= SHORTEST)
        });
        keep_longest(&mut parts, MOST_PARTS);
        parts.sort_by_key(|part| part.begin);
        let QuietSpan { begin, end } = opening.minutes;
        if !parts.is_empty() {
            Silence::Parts(parts)
        } else if self.rhythm.is_notable(begin, end, NOTABLE) {
            Silence::Notable(opening)
        } else {
            Silence::GoesOn
        }
    }

    /// Adds what lies between the few records from the minute `next` on.
    fn add_between(&self, mut next: i64, parts: &mut Vec<SilentPart>) {
        for minute in self.heard().skip(1) {
            if minute - next >= SHORTEST {
                parts.push(self.part(next, Some(minute), false));
            }
            if parts.len() > MOST_PARTS * 8 {
                keep_longest(parts, MOST_PARTS);
            }
            next = minute;
        }
    }

    /// The minutes in which calls came that count.
    fn heard(&self) -> impl Iterator<Item = i64> {
        let minutes = self.activity.minutes_from(self.outage.missing, self.first);
        minutes.take_while(|minute| self.last.is_none_or(|last| *minute < last))
    }

    /// Of an outage without an end, what comes within its first minute counts.
    fn of_last_minute(&self, from: i64) -> Option<i64> {
        let is_open = self.last.is_none() && self.outage.missing == CallKind::Any;
        let newest = self.activity.newest().filter(|_| is_open)?.timestamp();
        (newest > from && newest.div_euclid(60) < self.first).then(|| newest.div_euclid(60))
    }

    /// The last minute before the first that counts that has calls, or that in which the outage began.
    fn quiet_from(&self) -> i64 {
        let settling = self.activity.minutes_from(self.outage.missing, self.begin);
        let settling = settling.take_while(|minute| *minute < self.first);
        settling.last().unwrap_or(self.begin)
    }

    /// The part from the minute `begin` on, to that of the next call or to the end of the outage.
    fn part(&self, begin: i64, next: Option<i64>, is_opening: bool) -> SilentPart {
        let outage_end = self.outage.end.map(|end| end.timestamp().div_euclid(60));
        let minutes = QuietSpan {
            begin,
            end: next.or(outage_end).unwrap_or(self.seen),
        };
        let is_unusual = self.rhythm.has_none_like(minutes.begin, minutes.end)
            && (is_opening || self.rhythm.is_notable(minutes.begin, minutes.end, UNHEARD));
        let after = Time::of_unix((begin + 1).saturating_mul(60));
        SilentPart {
            begin: after.filter(|_| !is_opening).unwrap_or(self.outage.begin),
            end: match next {
                Some(next) => Time::of_unix(next.saturating_mul(60)),
                None => self.outage.end,
            },
            minutes,
            is_unusual,
        }
    }

    /// Whether so many records came that another trail delivered: a lone one does not say so.
    fn goes_on(&self) -> bool {
        let end = self.last.unwrap_or(self.seen);
        let heard = self.rhythm.within(self.activity, self.first, end);
        match self.rhythm.expected(self.first, end, heard) {
            #[expect(clippy::cast_precision_loss, reason = "minutes, compared roughly")]
            Some(expected) => heard as f64 * 4.0 >= expected,
            None => heard > 1,
        }
    }
}

fn keep_longest(parts: &mut Vec<SilentPart>, most: usize) {
    parts.sort_by_key(|part| part.minutes.begin - part.minutes.end);
    parts.truncate(most);
}
