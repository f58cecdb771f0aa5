//! The policies that a response writes, and what a policy of AWS's denies.

use chrono::{DateTime, Utc};

/// The inline policy by which IAM's console, too, revokes sessions.
pub const REVOKE_OLDER_SESSIONS: &str = "AWSRevokeOlderSessions";
/// Our own deny of everything.
pub const DENY_ALL: &str = "TrailhuntDenyAll";

/// Denies everything to sessions that were issued before `issued_before` (facts: F4); long-term keys have no
/// `aws:TokenIssueTime`, and are not touched.
pub fn session_deny(issued_before: DateTime<Utc>) -> String {
    let _ = issued_before;
    todo!()
}

/// The moment of a [`session_deny`], where `document` is one: ours, or as the console writes it.
pub fn revoked_before(document: &str) -> Option<DateTime<Utc>> {
    let _ = document;
    todo!()
}

/// Denies everything.
pub fn deny_all() -> String {
    todo!()
}
