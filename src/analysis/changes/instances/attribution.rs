//! Who really made a call: a person, a session and where it came from, or a service, and on whose behalf (facts: E3).
//!
//! Only what the caller cannot choose decides: session names and user agents are shown, and prove nothing.

use serde_json::Value;

use super::cause::Cause;
use super::context::{Context, IssuingCall};
use super::states::StateChange;
use crate::event::services::short_name;
use crate::event::{Event, arn, who};

/// Where IAM Identity Center keeps the roles of its permission sets; nobody else can make one there.
const IDENTITY_CENTER_ROLE: &str = ":role/aws-reserved/sso.amazonaws.com/";
/// In `invokedBy`, the console itself: a person's own calls.
const CONSOLE: [&str; 2] = ["AWS Internal", "signin.amazonaws.com"];

/// What a record says about its caller.
#[derive(Debug)]
pub(super) struct RecordedCaller {
    kind: Option<String>,
    /// `role/session` of a role's session.
    actor: Option<String>,
    key: Option<String>,
    /// The service that made or forwarded the call, or whose own role it is.
    service: Option<String>,
    /// The function to which the credentials were issued.
    function: Option<String>,
    /// Credentials of an instance's role, taken from its metadata service.
    is_instance_role: bool,
    is_identity_center: bool,
    is_console: bool,
    source_identity: Option<String>,
}

/// Who did it, in words, and how that is known.
#[derive(Debug)]
pub(super) struct Attribution {
    pub(super) cause: Cause,
    pub(super) notes: Vec<String>,
    /// The key, and what it grew from; `None` where there is nothing to add to the key.
    pub(super) session: Option<String>,
    /// Ids of the events that tell it.
    pub(super) evidence: Vec<String>,
}

impl RecordedCaller {
    pub(super) fn of(event: &Event) -> Self {
        let identity = event.identity();
        let text = |pointer: &str| {
            let value = event.json().pointer(pointer).and_then(Value::as_str);
            value.filter(|text| !text.is_empty())
        };
        let forwarded = identity.invoked_by().filter(|by| !CONSOLE.contains(by));
        let issuer = text("/userIdentity/sessionContext/sessionIssuer/arn");
        let scope = text("/userIdentity/inScopeOf/issuerType");
        let issued_to = text("/userIdentity/inScopeOf/credentialsIssuedTo")
            .or_else(|| text("/userIdentity/inScopeOf/sourceArn"));
        Self {
            kind: identity.kind().map(str::to_owned),
            actor: who::actor(event),
            key: event.access_key_id().map(str::to_owned),
            service: forwarded
                .or_else(|| issuer.and_then(arn::owner_of_linked_role))
                .map(str::to_owned),
            function: issued_to
                .filter(|_| scope == Some("AWS::Lambda::Function"))
                .map(arn::name)
                .map(str::to_owned),
            is_instance_role: text("/userIdentity/sessionContext/ec2RoleDelivery").is_some()
                || scope == Some("AWS::EC2::Instance"),
            is_identity_center: identity.kind() == Some("IdentityCenterUser")
                || issuer.is_some_and(|arn| arn.contains(IDENTITY_CENTER_ROLE)),
            is_console: event.from_console()
                || identity
                    .invoked_by()
                    .is_some_and(|by| CONSOLE.contains(&by)),
            source_identity: text("/userIdentity/sessionContext/sourceIdentity").map(str::to_owned),
        }
    }

    /// Who made `call`, with what `context` knows of the session.
    pub(super) fn attribution(&self, call: StateChange, context: &Context) -> Attribution {
        let chain = context.chain(self.key.as_deref());
        let (cause, mut notes) = match (call, &self.service, &self.function) {
            (StateChange::SpotReclaim, ..) => (Cause::Spot, vec!["Spot took it back".to_owned()]),
            (_, Some(host), _) => (Cause::of_service(host), vec![through(host)]),
            (_, None, Some(function)) => (Cause::Lambda, vec![lambda(function)]),
            (_, None, None) => self.by_session(&chain),
        };
        let source = self.source_identity.as_ref();
        notes.extend(source.map(|source| format!("source identity {source}")));
        Attribution {
            cause,
            notes,
            session: self.session(&chain),
            evidence: chain
                .iter()
                .filter_map(|issue| issue.event_id.clone())
                .collect(),
        }
    }

    /// No service made the call: the identity says who did, and the calls that issued its key where that came from.
    fn by_session(&self, chain: &[&IssuingCall]) -> (Cause, Vec<String>) {
        if self.is_identity_center {
            return (
                Cause::Person,
                vec!["through IAM Identity Center".to_owned()],
            );
        }
        match self.kind.as_deref() {
            Some("AssumedRole") => self.by_role(chain),
            Some(
                "IAMUser" | "Root" | "FederatedUser" | "SAMLUser" | "WebIdentityUser" | "Directory",
            ) => {
                let console = self.is_console.then(|| "in the console".to_owned());
                (Cause::Person, console.into_iter().collect())
            }
            Some("AWSService") => (Cause::Service, Vec::new()),
            _ => (
                Cause::Unknown,
                vec!["the record does not say who called".to_owned()],
            ),
        }
    }

    fn by_role(&self, chain: &[&IssuingCall]) -> (Cause, Vec<String>) {
        let role = format!("role {}", self.actor.as_deref().unwrap_or("unknown"));
        let Some(first) = chain.first() else {
            let whose = match (self.is_instance_role, self.is_console) {
                (true, _) => ", of an instance",
                (false, true) => ", in the console (who assumed it was not seen)",
                (false, false) => " (who assumed it was not seen)",
            };
            return (Cause::RoleSession, vec![role + whose]);
        };
        if let Some(host) = &first.service {
            let session = first.session_name.as_deref().unwrap_or("unknown");
            return match (Cause::of_service(host), short_name(host)) {
                (Cause::Lambda, _) => (Cause::Lambda, vec![lambda(session)]),
                (Cause::Service, "ec2") => (
                    Cause::RoleSession,
                    vec![format!("{role}, of instance {session}")],
                ),
                (Cause::Service, _) => (
                    Cause::RoleSession,
                    vec![format!("{role}, handed to {host}")],
                ),
                (cause, _) => (cause, vec![through(host)]),
            };
        }
        let assumed = chain
            .iter()
            .map(|issue| format!(", assumed by {}", issue.named()));
        let note = std::iter::once(role).chain(assumed).collect();
        (Cause::RoleSession, vec![note])
    }

    fn session(&self, chain: &[&IssuingCall]) -> Option<String> {
        let key = self.key.clone().filter(|_| !chain.is_empty())?;
        let grown = chain.iter().map(|issue| format!(" from {}", issue.keyed()));
        Some(std::iter::once(key).chain(grown).collect())
    }
}

impl IssuingCall {
    /// `alice (AKIA…)`.
    fn named(&self) -> String {
        match &self.key {
            Some(key) => format!("{} ({key})", self.by),
            None => self.by.clone(),
        }
    }

    /// `AKIA… (alice)`.
    fn keyed(&self) -> String {
        match &self.key {
            Some(key) => format!("{key} ({})", self.by),
            None => self.by.clone(),
        }
    }
}

/// The service by the name that people use.
fn through(host: &str) -> String {
    match Cause::of_service(host) {
        Cause::AutoScaling => "Auto Scaling".to_owned(),
        Cause::Spot => "Spot fleet".to_owned(),
        Cause::CloudFormation => "through CloudFormation".to_owned(),
        Cause::Lambda => "through Lambda".to_owned(),
        Cause::Ssm => "through Systems Manager".to_owned(),
        Cause::Scheduler => "through an EventBridge schedule".to_owned(),
        _ => format!("through {host}"),
    }
}

fn lambda(function: &str) -> String {
    format!("Lambda function {function}")
}
