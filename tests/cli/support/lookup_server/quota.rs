//! The token bucket of a Region (facts: A6). One server is one account, so a bucket is account x Region.

use std::time::Duration;

/// How many calls a Region grants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quota {
    pub per_second: f64,
    pub burst: f64,
}

impl Quota {
    /// AWS's own.
    pub const AWS: Self = Self {
        per_second: 2.0,
        burst: 2.0,
    };

    /// For tests that are not about pacing.
    pub const NONE: Self = Self {
        per_second: 0.0,
        burst: f64::INFINITY,
    };
}

/// What is left of a quota.
#[derive(Debug)]
pub struct Bucket {
    quota: Quota,
    left: f64,
    at: Duration,
}

impl Bucket {
    /// A full bucket.
    pub fn new(quota: Quota) -> Self {
        Self {
            quota,
            left: quota.burst,
            at: Duration::ZERO,
        }
    }

    /// Takes one call, `at` a time since the server's start; false where none is left.
    pub fn take(&mut self, at: Duration) -> bool {
        let since = at.saturating_sub(self.at).as_secs_f64();
        self.at = self.at.max(at);
        self.left = (self.left + since * self.quota.per_second).min(self.quota.burst);
        let granted = self.left >= 1.0;
        if granted {
            self.left -= 1.0;
        }
        granted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_at_once_then_one_every_half_second() {
        let mut bucket = Bucket::new(Quota::AWS);
        let granted = [0, 0, 0, 400, 500, 600, 999, 1000, 1100]
            .map(|at| bucket.take(Duration::from_millis(at)));
        assert_eq!(
            granted,
            [true, true, false, false, true, false, false, true, false]
        );
    }

    #[test]
    fn a_rest_refills_the_burst_and_no_more() {
        let mut bucket = Bucket::new(Quota::AWS);
        let granted =
            [0, 0, 60_000, 60_000, 60_000].map(|at| bucket.take(Duration::from_millis(at)));
        assert_eq!(granted, [true, true, true, true, false]);
    }
}
