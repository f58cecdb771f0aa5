//! How long a session may live (facts: D5).

use chrono::TimeDelta;

/// A role's, at most.
pub const ROLE_SESSION: TimeDelta = TimeDelta::hours(12);
/// A user's, by `GetSessionToken` or `GetFederationToken`, at most: no session lives longer.
pub const USER_SESSION: TimeDelta = TimeDelta::hours(36);
