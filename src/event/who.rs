//! Who acted, in the words that people use: short names for callers and sessions, and whether MFA was used
//! (facts: C3, D6, E3). What follows from it is decided in `analysis`.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::{Event, Identity, arn};

/// Roles that IAM Identity Center makes from its permission sets.
const IDENTITY_CENTER_ROLE: &str = "AWSReservedSSO_";

/// Whether MFA was used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[strum(const_into_str, serialize_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Mfa {
    True,
    False,
    /// An identity provider signed the person in.
    Sso,
    #[default]
    Unknown,
}

impl Mfa {
    /// As a session says.
    pub fn of_session(recorded: Option<&str>) -> Self {
        match recorded {
            Some("true") => Self::True,
            Some("false") => Self::False,
            _ => Self::Unknown,
        }
    }
}

/// A user's name, `root`, `role/session`, or the service; else the best label there is.
pub fn actor(event: &Event) -> Option<String> {
    let identity = event.identity();
    let named = match identity.kind() {
        Some("Root") => Some("root".to_owned()),
        Some("AWSService") | None => identity.invoked_by().map(str::to_owned),
        Some("AssumedRole") => {
            // the role and the session
            identity.arn().and_then(arn::path).map(str::to_owned)
        }
        _ => identity.user_name().map(str::to_owned),
    };
    named.or_else(|| identity.label().map(str::to_owned))
}

/// `true` or `false` as the login or the session says; `sso` where an identity provider signed the person in, which
/// CloudTrail does not see into; else `unknown`.
pub fn mfa(event: &Event) -> Mfa {
    let identity = event.identity();
    if event.is("signin.amazonaws.com", "ConsoleLogin") {
        let is_federated = matches!(
            identity.kind(),
            Some("AssumedRole" | "SAMLUser" | "IdentityCenterUser" | "WebIdentityUser")
        );
        let recorded = event
            .json()
            .pointer("/additionalEventData/MFAUsed")
            .and_then(serde_json::Value::as_str);
        return match recorded {
            _ if is_federated => Mfa::Sso,
            Some(used) if used.eq_ignore_ascii_case("yes") => Mfa::True,
            Some(used) if used.eq_ignore_ascii_case("no") => Mfa::False,
            _ => Mfa::Unknown,
        };
    }
    if is_identity_center(identity) {
        return Mfa::Sso;
    }
    Mfa::of_session(identity.mfa())
}

fn is_identity_center(identity: Identity<'_>) -> bool {
    identity.kind() == Some("IdentityCenterUser")
        || identity
            .arn()
            .and_then(arn::resource)
            .and_then(|resource| resource.strip_prefix("assumed-role/"))
            .is_some_and(|role| role.starts_with(IDENTITY_CENTER_ROLE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(fields: &str) -> Event {
        Event::parse(format!(r#"{{"eventVersion":"1.08",{fields}}}"#).as_bytes()).unwrap()
    }

    #[test]
    fn actors_have_short_names() {
        let actor = |identity: &str| actor(&event(&format!(r#""userIdentity":{identity}"#)));
        let named = |identity: &str, name: &str| assert_eq!(actor(identity).as_deref(), Some(name));
        named(
            r#"{"type":"IAMUser","userName":"bert","arn":"arn:aws:iam::1:user/bert"}"#,
            "bert",
        );
        named(r#"{"type":"Root","arn":"arn:aws:iam::1:root"}"#, "root");
        named(
            r#"{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/admin/bert@example"}"#,
            "admin/bert@example",
        );
        named(
            r#"{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}"#,
            "ec2.amazonaws.com",
        );
        named(r#"{"type":"AWSAccount","accountId":"1"}"#, "1");
        assert_eq!(actor("{}"), None);
    }

    #[test]
    fn mfa_is_what_the_login_or_the_session_says() {
        let login = |kind: &str, used: &str| {
            mfa(&event(&format!(
                r#""eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin",
                "userIdentity":{{"type":"{kind}"}},"additionalEventData":{{"MFAUsed":"{used}"}}"#
            )))
        };
        assert_eq!(login("IAMUser", "Yes"), Mfa::True);
        assert_eq!(login("IAMUser", "No"), Mfa::False);
        assert_eq!(login("Root", "?"), Mfa::Unknown);
        assert_eq!(login("AssumedRole", "No"), Mfa::Sso);
        let session = |arn: &str, recorded: &str| {
            mfa(&event(&format!(
                r#""userIdentity":{{"type":"AssumedRole","arn":"{arn}",
                "sessionContext":{{"attributes":{{"mfaAuthenticated":"{recorded}"}}}}}}"#
            )))
        };
        assert_eq!(
            session("arn:aws:sts::1:assumed-role/r/s", "true"),
            Mfa::True
        );
        assert_eq!(session("arn:aws:sts::1:assumed-role/r/s", ""), Mfa::Unknown);
        let reserved = "arn:aws:sts::1:assumed-role/AWSReservedSSO_Admin_0123/bert";
        assert_eq!(session(reserved, "false"), Mfa::Sso);
    }
}
