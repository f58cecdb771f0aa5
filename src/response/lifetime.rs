//! How long a session may live (facts: D5).

use chrono::TimeDelta;

use crate::response::slot::Slot;

/// A role's, at most.
pub const ROLE_SESSION: TimeDelta = TimeDelta::hours(12);
/// A user's, by `GetSessionToken` or `GetFederationToken`, at most: no session lives longer.
pub const USER_SESSION: TimeDelta = TimeDelta::hours(36);

/// Of the sessions that a deny in `slot` reaches, at most.
pub fn of(slot: &Slot) -> TimeDelta {
    match slot {
        Slot::RolePolicy { .. } => ROLE_SESSION,
        _ => USER_SESSION,
    }
}
