//! Which events belong to the sessions of a user or role: those that a session signed, and those that issued one.

use crate::event::Event;
use crate::event::arn::{self, Actor};
use crate::event::services::is_temporary_key;

/// A user or role, as the events of its sessions name it.
#[derive(Debug)]
pub(super) struct SessionPrincipal<'a> {
    arn: &'a str,
    /// What the ARN of each of its sessions begins with; none for a user, whose sessions have the user's ARN.
    sessions: Option<String>,
}

impl<'a> SessionPrincipal<'a> {
    pub(super) fn of_arn(arn: &'a str) -> Self {
        let role = || match Actor::of(arn)? {
            Actor::Role(name) => Some(format!(
                "arn:{}:sts::{}:assumed-role/{name}/",
                arn::partition(arn)?,
                arn::account(arn)?
            )),
            _ => None,
        };
        Self {
            arn,
            sessions: role(),
        }
    }

    /// Whether a session of it signed `event`; a login, which nothing signs, opens one unless it failed.
    pub(super) fn is_session(&self, event: &Event) -> bool {
        let is_of_session = match event.access_key_id() {
            Some(key) => is_temporary_key(key),
            None => event.name() == Some("ConsoleLogin") && !event.failed(),
        };
        let identity = event.identity();
        let issuer = event
            .json()
            .pointer("/userIdentity/sessionContext/sessionIssuer/arn");
        let is_its = match &self.sessions {
            Some(start) => identity.arn().is_some_and(|arn| arn.starts_with(start)),
            None => identity.arn() == Some(self.arn) || issuer.is_some_and(|arn| arn == self.arn),
        };
        is_of_session && is_its
    }

    /// The session that `event` issued, if it is one of it: its ARN and key.
    pub(super) fn issued(&self, event: &Event) -> Option<(String, String)> {
        if event.source() != Some("sts.amazonaws.com") || event.failed() {
            return None;
        }
        let key = event.response(&["credentials", "accessKeyId"])?;
        let arn = match &self.sessions {
            Some(start) => event
                .response(&["assumedRoleUser", "arn"])
                .filter(|arn| arn.starts_with(start))
                .map(str::to_owned)
                // records of sessions that services open may lack it (facts: D3)
                .or_else(|| {
                    let is_its = event.request(&["roleArn"]) == Some(self.arn);
                    let session = event.request(&["roleSessionName"]).filter(|_| is_its)?;
                    Some(format!("{start}{session}"))
                })?,
            None if event.identity().arn() != Some(self.arn) => return None,
            None => match event.name()? {
                "GetSessionToken" => self.arn.to_owned(),
                "GetFederationToken" => event.response(&["federatedUser", "arn"])?.to_owned(),
                _ => return None,
            },
        };
        Some((arn, key.to_owned()))
    }
}
