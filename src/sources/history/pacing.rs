//! Pacing: how fast one account x Region may be asked, learnt from what it answers.
//!
//! The quota is 2 calls a second per account and Region, shared with everybody else in the account (facts: A6).
//! Calls are spaced evenly, which no shape of token bucket on the other side can object to; a throttled call
//! slows down at once, answered ones speed up again little by little, so that where a colleague takes half of
//! the quota about one call in twenty is refused.

use std::time::{Duration, Instant};

/// Rate kept after a throttled call,
const SLOWDOWN: f64 = 0.85;
/// and after the first one in a long while: somebody else has begun to ask.
const FIRST_SLOWDOWN: f64 = 0.7;
/// Growth of the rate with an answered call: one throttled call is won back by about twenty.
const SPEEDUP: f64 = 0.008;
/// After so many answered calls in a row nobody else seems to be asking any more,
const STREAK: u32 = 40;
/// and the rate grows faster.
const SPURT: f64 = 0.04;
/// Part of the ceiling below which it never falls.
const FLOOR: f64 = 0.05;
/// Evenly spaced calls arrive a little unevenly: this much slower keeps them within the quota.
const MARGIN: f64 = 1.01;

/// The pace of one account x Region, in calls a second.
#[derive(Debug)]
pub struct Pacer {
    ceiling: f64,
    rate: f64,
    next: Instant,
    slowed: Instant,
    /// Answered calls since one was last throttled.
    answered: u32,
    was_throttled: bool,
}

impl Pacer {
    /// At most `ceiling` calls a second, the first at once.
    pub fn new(ceiling: f64, now: Instant) -> Self {
        Self {
            ceiling,
            rate: ceiling,
            next: now,
            slowed: now,
            answered: 0,
            was_throttled: false,
        }
    }

    /// When the next call may be made.
    pub fn next(&self) -> Instant {
        self.next
    }

    /// A call is made now.
    pub fn note_call(&mut self, now: Instant) {
        self.next = now + self.interval();
    }

    /// A call was answered with a page.
    pub fn note_answer(&mut self) {
        self.answered = self.answered.saturating_add(1);
        let growth = if self.answered > STREAK {
            SPURT
        } else {
            SPEEDUP
        };
        self.rate = (self.rate * (1.0 + growth)).min(self.ceiling);
    }

    /// A call that was made at `launched` was refused for the quota. Calls that were under way when the pace was
    /// last cut were made at the old pace, so they do not cut it again.
    pub fn note_throttle(&mut self, launched: Instant, now: Instant) {
        let is_first = !self.was_throttled || self.answered > STREAK;
        self.answered = 0;
        self.was_throttled = true;
        if launched >= self.slowed {
            let slowdown = if is_first { FIRST_SLOWDOWN } else { SLOWDOWN };
            self.rate = (self.rate * slowdown).max(FLOOR * self.ceiling);
            self.slowed = now;
        }
        self.next = self.next.max(now + self.interval());
    }

    /// How long from one call to the next.
    pub fn interval(&self) -> Duration {
        Duration::from_secs_f64(MARGIN / self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten minutes against a bucket that refills at `quota` a second and holds two: calls made, calls refused.
    fn simulate(quota: f64) -> (u32, u32) {
        let start = crate::clock::monotonic();
        let mut pacer = Pacer::new(2.0, start);
        let (mut tokens, mut filled, mut made, mut refused) = (2.0_f64, start, 0, 0);
        while pacer.next() < start + Duration::from_mins(10) {
            let now = pacer.next();
            tokens = (tokens + quota * (now - filled).as_secs_f64()).min(2.0);
            filled = now;
            pacer.note_call(now);
            made += 1;
            if tokens >= 1.0 {
                tokens -= 1.0;
                pacer.note_answer();
            } else {
                refused += 1;
                pacer.note_throttle(now, now);
            }
        }
        (made, refused)
    }

    #[test]
    fn a_whole_quota_is_used_and_never_exceeded() {
        let (made, refused) = simulate(2.0);
        assert!(made >= 1_185, "{made}");
        assert_eq!(refused, 0);
    }

    #[test]
    fn a_shared_quota_is_found() {
        for quota in [1.0, 0.5] {
            let (made, refused) = simulate(quota);
            let bound = quota * 600.0;
            assert!(
                f64::from(made - refused) > bound * 0.85,
                "{made} {refused} of {bound}"
            );
            assert!(refused * 10 < made, "{refused} of {made}");
        }
    }

    #[test]
    fn calls_made_before_a_cut_do_not_cut_again() {
        let start = crate::clock::monotonic();
        let mut pacer = Pacer::new(2.0, start);
        let later = start + Duration::from_secs(1);
        pacer.note_throttle(start, later);
        let cut = pacer.rate;
        pacer.note_throttle(start, later);
        assert!((pacer.rate - cut).abs() < f64::EPSILON);
    }
}
