//! How the calls of one account x Region follow one another, and which of its silences do not fit.
//!
//! All is counted in minutes since 1970. The judgement is of two kinds of tail at once, so that neither a quiet place
//! nor one that lives in bursts, or sleeps at night, is doubted.

use super::activity::PlaceActivity;
use super::crowd::Crowd;
use super::minutes::{CallKind, tally};

/// The longest silences that are kept.
const KEPT: usize = 32;
/// More holes than these are a rhythm.
const MOST_HOLES: usize = 8;
/// So many silences are needed to know a rhythm.
const FEW: i64 = 20;
/// Of so many the tail is measured.
const TAIL: usize = 9;
/// Files come every 5 minutes or so: what is shorter is not looked at.
const SHORTEST: i64 = 10;
/// Where silences come by chance alone, one that is longer than they explain by so many times their mean comes once in
/// e^11, or 60,000 times.
const BEYOND_CHANCE: f64 = 11.0;
/// Where calls come as regularly as clockwork, so many times the longest silence is beyond it, too, of so many silences.
const BEYOND_CLOCKWORK: f64 = 4.0;
const MANY: i64 = 50;
/// How much further than the longest silences differ from one another, as a ratio.
const BEYOND_TAIL: f64 = 3.0;
/// So many minutes with calls must be missing, by what the neighbours did.
const EXPECTED: f64 = 10.0;
/// Without neighbours, a silence of so many minutes is looked at, if in one minute of so many around it there are calls,
/// and if the rest is so many times as long.
const LONG: i64 = 30;
const DENSE: i64 = 8;
const PATIENCE: i64 = 4;
/// Nights and weekends come at the same time again, holes do not.
const DAY: i64 = 24 * 60;
const WEEK: i64 = 7 * DAY;
const HOUR: i64 = 60;
/// What is shorter is no night.
const NIGHT: i64 = 7 * 60;

/// From the first minute without a call to the one before the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietSpan {
    pub begin: i64,
    /// The minute of the next call.
    pub end: i64,
}

impl QuietSpan {
    /// From call to call.
    fn length(self) -> i64 {
        self.end - self.begin + 1
    }

    pub fn overlaps(self, begin: i64, end: i64) -> bool {
        self.begin < end && begin < self.end
    }
}

/// Of the minutes with calls, how far each is from the next.
#[derive(Debug, Clone, Default)]
pub struct Rhythm {
    first: Option<i64>,
    last: Option<i64>,
    minutes: i64,
    /// The longest first.
    longest: Vec<QuietSpan>,
    /// Those of at least a minute, and what they come to.
    silences: i64,
    silent: i64,
    /// The hours of the day in which there ever were calls, a bit each.
    hours: u32,
    kind: CallKind,
    /// Of each day the minutes with calls before it.
    before: Vec<(i64, i64)>,
}

impl Rhythm {
    /// That of the calls of such a kind.
    pub fn of(known: &PlaceActivity, kind: CallKind) -> Self {
        let mut rhythm = Self {
            kind,
            ..Self::default()
        };
        for minute in known.minutes_from(kind, i64::MIN) {
            rhythm.add(minute);
        }
        rhythm
    }

    /// Adds a minute with calls, in the order of time.
    fn add(&mut self, minute: i64) {
        self.first = self.first.or(Some(minute));
        let day = minute.div_euclid(DAY);
        if self.before.last().is_none_or(|(last, _)| *last != day) {
            self.before.push((day, self.minutes));
        }
        if let Some(last) = self.last.replace(minute) {
            let span = QuietSpan {
                begin: last + 1,
                end: minute,
            };
            if span.length() > 1 {
                self.silences += 1;
                self.silent += span.length();
                let at = self
                    .longest
                    .partition_point(|known| known.length() >= span.length());
                if at < KEPT {
                    self.longest.insert(at, span);
                    self.longest.truncate(KEPT);
                }
            }
        }
        self.minutes += 1;
        self.hours |= 1 << (minute.rem_euclid(DAY) / HOUR);
    }

    /// Whether it was never silent for nearly as long as from `begin` to `end`.
    pub fn has_none_like(&self, begin: i64, end: i64) -> bool {
        let is_other = |span: &&QuietSpan| !span.overlaps(begin, end);
        let longest = self.longest.iter().find(is_other);
        let longest = longest.map_or(1, |span| span.length());
        self.minutes > FEW / 2 && (end - begin) * 2 > longest * 3
    }

    /// In how many minutes from `begin` to before `end` there are calls.
    pub fn within(&self, known: &PlaceActivity, begin: i64, end: i64) -> i64 {
        (self.until(known, end) - self.until(known, begin)).max(0)
    }

    /// In how many minutes before `end` there are calls.
    fn until(&self, known: &PlaceActivity, end: i64) -> i64 {
        let day = end.div_euclid(DAY);
        let at = self.before.partition_point(|(known, _)| *known < day);
        let whole = self
            .before
            .get(at)
            .map_or(self.minutes, |(_, before)| *before);
        let of_day = known.minutes_from(self.kind, day * DAY);
        whole + tally(of_day.take_while(|minute| *minute < end))
    }

    /// The longest silences from `begin` to `end`, the longest first.
    pub fn longest_within(&self, begin: i64, end: i64) -> impl Iterator<Item = QuietSpan> {
        let spans = self.longest.iter().copied();
        spans.filter(move |span| begin < span.begin && span.end <= end)
    }

    /// In how many minutes from `begin` to `end` there would be calls, if they came as often as otherwise; `heard` are
    /// those in which there are. None where otherwise there are hardly any.
    pub fn expected(&self, begin: i64, end: i64, heard: i64) -> Option<f64> {
        let (first, last) = self.first.zip(self.last)?;
        let within = (last.min(end) - first.max(begin)).max(0);
        let (minutes, length) = (self.minutes - heard, last - first + 1 - within);
        let is_known = minutes > FEW / 2 && length > 0;
        is_known.then(|| float(minutes) / float(length) * float(end - begin))
    }

    /// Whether a silence from `begin` to `end` is so many times as long as calls are apart in the mean.
    pub fn is_notable(&self, begin: i64, end: i64, times: f64) -> bool {
        let apart = self.silent + (self.minutes - self.silences);
        let mean = float(apart) / float(self.minutes.max(1));
        end - begin >= SHORTEST && float(end - begin) >= times * mean
    }

    /// The silences in which calls would have been expected, by its own rhythm and by what `crowd` did meanwhile.
    pub fn holes(&self, known: &PlaceActivity, crowd: &Crowd) -> Vec<QuietSpan> {
        let spans = self.outstanding();
        let beside = crowd.beside(known);
        let is_missed = |span: &&QuietSpan| {
            if recurs(**span, spans) {
                return false;
            }
            let within = crowd.within(span.begin, span.end);
            let expected = float(self.minutes) * float(within) / float((beside - within).max(1));
            expected >= EXPECTED && (span.length() < NIGHT || self.is_awake(**span, known))
        };
        spans.iter().filter(is_missed).copied().collect()
    }

    /// The silences in which calls would have been expected by its own rhythm alone: it was dense right before and after,
    /// and for far longer in all.
    pub fn blackouts(&self, known: &PlaceActivity) -> Vec<QuietSpan> {
        let spans = self.outstanding();
        let seen = self
            .first
            .zip(self.last)
            .map_or(0, |(first, last)| last - first);
        let is_missed = |span: &&QuietSpan| {
            let (QuietSpan { begin, end }, length) = (**span, span.length());
            let around = [(begin - length, begin), (end, end + length)];
            let is_dense = around.iter().all(|(begin, end)| {
                let minutes = self.within(known, *begin, *end);
                float(minutes) >= EXPECTED && minutes * DENSE >= length
            });
            is_dense
                && length >= LONG
                && seen - length >= length * PATIENCE
                && !recurs(**span, spans)
                && (length < NIGHT || self.is_awake(**span, known))
        };
        spans.iter().filter(is_missed).copied().collect()
    }

    /// The longest silences, where they are none of the others' kind.
    fn outstanding(&self) -> &[QuietSpan] {
        let most = (1..=MOST_HOLES).rev().find(|count| self.stand_out(*count));
        most.and_then(|count| self.longest.get(..count))
            .unwrap_or_default()
    }

    /// Whether there are calls at this time of other days, or of the same day a week before or after.
    fn is_awake(&self, span: QuietSpan, known: &PlaceActivity) -> bool {
        let first = span.begin.div_euclid(HOUR);
        let hours = first..span.end.div_euclid(HOUR).min(first + 24).max(first + 1);
        let awake = hours
            .clone()
            .filter(|hour| self.hours >> hour.rem_euclid(24) & 1 == 1);
        let is_most = awake.count() * 4 >= hours.count() * 3;
        let was_there = |week: i64| {
            let minutes = known.minutes_from(CallKind::Any, span.begin.saturating_add(week));
            let within = minutes.take_while(|minute| *minute < span.end.saturating_add(week));
            float(tally(within)) >= EXPECTED
        };
        is_most || was_there(-WEEK) || was_there(WEEK)
    }

    /// The length of a silence, by its rank; what is no silence is a minute from call to call.
    fn length(&self, rank: usize) -> f64 {
        self.longest
            .get(rank)
            .map_or(1.0, |span| float(span.length()))
    }

    /// Whether the `count` longest silences are none of the others' kind.
    fn stand_out(&self, count: usize) -> bool {
        let Some(shortest) = count.checked_sub(1).and_then(|last| self.longest.get(last)) else {
            return false;
        };
        let outside = self.longest.iter().take(count);
        let outside: i64 = outside.map(|span| span.length()).sum();
        let taken = i64::try_from(count).unwrap_or(i64::MAX);
        let others = (self.silences - taken).max(FEW);
        let padding = others - (self.silences - taken);
        // of few silences only a place that hardly ever is silent has a rhythm
        let is_known =
            padding == 0 || (self.silent - outside < self.minutes / 2 && outside < self.minutes);
        let is_enough = self.minutes - 1 - taken >= others;
        if shortest.length() < SHORTEST || !is_known || !is_enough {
            return false;
        }
        let mean = float(self.silent - outside + padding) / float(others);
        let longest = self.length(count);
        let floor = self.length(count + TAIL).ln();
        let tail = (count..count + TAIL).map(|rank| self.length(rank).ln() - floor);
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let tail = tail.sum::<f64>() / TAIL as f64;
        let length = float(shortest.length());
        let is_beyond_chance = length >= mean * (float(others).ln() + BEYOND_CHANCE);
        let is_beyond_clockwork =
            padding == 0 && others >= MANY && length >= longest * BEYOND_CLOCKWORK;
        (is_beyond_chance || is_beyond_clockwork) && (length / longest).ln() >= BEYOND_TAIL * tail
    }
}

/// Whether `span` is a night, or a weekend: another one lies mostly at the same time.
fn recurs(span: QuietSpan, spans: &[QuietSpan]) -> bool {
    let mut others = spans.iter().filter(|other| **other != span);
    others.any(|other| {
        let length = span.length().min(other.length());
        let period = if length < DAY { DAY } else { WEEK };
        let apart = (span.begin - other.begin).rem_euclid(period);
        length >= NIGHT && apart.min(period - apart) * 2 < length
    })
}

#[expect(clippy::cast_precision_loss, reason = "minutes, compared roughly")]
fn float(minutes: i64) -> f64 {
    minutes as f64
}
