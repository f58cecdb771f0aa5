//! What a credential of the report says by itself.

use super::holder::{FEDERATED, Holder, holder_of};
use crate::event::arn;
use crate::event::services::{is_access_key_id, is_temporary_key};
use crate::event::time::Time;
use crate::report::{Link, Node};
use crate::response::lifetime::USER_SESSION;

impl Node {
    /// The long-term key that it is, if it is one.
    pub(super) fn long_term_key(&self) -> Option<&str> {
        let key = self.access_key_id.as_deref()?;
        (is_access_key_id(key) && !is_temporary_key(key)).then_some(key)
    }

    /// Whether it is a session that has the permissions of the user whose key asked for it.
    pub(super) fn is_of_owner(&self) -> bool {
        let via = self.via.as_deref();
        matches!(via, Some("GetSessionToken" | "GetFederationToken"))
            || matches!(self.holder(), Some(Err(FEDERATED)))
    }

    pub(super) fn holder(&self) -> Option<Result<Holder, &'static str>> {
        self.principal.as_deref().map(holder_of)
    }

    /// `role/NAME` or `user/NAME` that it is of, where the report says it.
    pub(super) fn named(&self) -> Option<String> {
        self.holder()?.ok()?.named()
    }

    /// The account that it acts in.
    pub(super) fn acts_in(&self) -> Option<&str> {
        let named = self.principal.as_deref().and_then(arn::account);
        named.or(self.account.as_deref())
    }

    /// When a session is over at the latest; none where the report does not tell.
    pub(super) fn ends(&self) -> Option<Time> {
        let latest = |issued: Time| issued.checked_add_signed(USER_SESSION).map(Time);
        self.expires_at.or(self.issued_at.and_then(latest))
    }

    /// How it came to be, in words.
    pub(super) fn why(&self) -> String {
        let via = self.via.as_deref().unwrap_or("came");
        if self.stolen {
            return "stolen: used from elsewhere than where AWS issued it".to_owned();
        }
        match (self.link, &self.parent) {
            (Link::Subject, _) | (_, None) => "traced".to_owned(),
            (link, Some(parent)) => format!("{via} by {parent} ({})", link.into_str()),
        }
    }
}
