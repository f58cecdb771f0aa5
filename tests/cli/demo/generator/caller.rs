//! `userIdentity` values: everyone who signs a call in the story (facts: C3).

use serde_json::{Map, Value, json};
use trailhunt::sources::demo::LEAKED_KEY;

use super::cast::{ACCOUNT, CI_DEPLOY, DemoClient, DemoRole, DemoUser};
use super::time;

/// Somebody with credentials, and the place they call from.
#[derive(Debug, Clone)]
pub struct DemoCaller {
    pub identity: Map<String, Value>,
    pub client: DemoClient,
    /// Whether records say `sessionCredentialFromConsole`.
    pub from_console: bool,
}

impl DemoCaller {
    fn new(identity: Value, client: DemoClient) -> Self {
        let identity = match identity {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Self {
            identity,
            client,
            from_console: false,
        }
    }

    /// A user with a long-lived key.
    pub fn user(user: DemoUser, key: &str, client: DemoClient) -> Self {
        let identity = json!({
            "type": "IAMUser",
            "principalId": user.id(),
            "arn": user.arn(),
            "accountId": ACCOUNT,
            "accessKeyId": key,
            "userName": user.0,
        });
        Self::new(identity, client)
    }

    /// The leaked key's user, with that key.
    pub fn leaked(client: DemoClient) -> Self {
        Self::user(CI_DEPLOY, LEAKED_KEY, client)
    }

    /// A session of a role, issued at `created`. Service-linked roles record no key.
    pub fn role(
        role: DemoRole,
        session: &str,
        key: Option<&str>,
        created: i64,
        client: DemoClient,
    ) -> Self {
        let mut caller = Self::new(
            json!({
                "type": "AssumedRole",
                "principalId": format!("{}:{session}", role.id()),
                "arn": role.session_arn(session),
                "accountId": role.account,
            }),
            client,
        );
        if let Some(key) = key {
            caller.set("accessKeyId", key);
        }
        let issuer = json!({
            "type": "Role",
            "principalId": role.id(),
            "arn": role.arn(),
            "accountId": role.account,
            "userName": role.name,
        });
        caller.set("sessionContext", session_context(&issuer, created, false));
        caller
    }

    /// A session of a service-linked role: the service acts, and no key is recorded.
    pub fn service_linked(
        role: DemoRole,
        session: &str,
        created: i64,
        service: &'static str,
    ) -> Self {
        Self::role(role, session, None, created, service_client(service)).through(service)
    }

    /// A federated user whom `issuer` named.
    pub fn federated(name: &str, issuer: &Self, key: &str, created: i64) -> Self {
        let named_by = json!({
            "type": "IAMUser",
            "principalId": issuer.text("principalId"),
            "arn": issuer.arn(),
            "accountId": ACCOUNT,
            "userName": issuer.text("userName"),
        });
        let identity = json!({
            "type": "FederatedUser",
            "principalId": format!("{ACCOUNT}:{name}"),
            "arn": format!("arn:aws:sts::{ACCOUNT}:federated-user/{name}"),
            "accountId": ACCOUNT,
            "accessKeyId": key,
            "sessionContext": session_context(&named_by, created, false),
        });
        Self::new(identity, issuer.client)
    }

    /// A service that acts for itself.
    pub fn service(name: &'static str) -> Self {
        Self::new(
            json!({"type": "AWSService", "invokedBy": name}),
            service_client(name),
        )
    }

    /// A service that reports an event of its own: no `type` at all.
    pub fn service_event(name: &'static str) -> Self {
        Self::new(
            json!({"accountId": ACCOUNT, "invokedBy": name}),
            service_client(name),
        )
    }

    /// Somebody of another account, as the role's account sees them: no key (facts: D3).
    pub fn other_account(account: &str, principal_id: &str, client: DemoClient) -> Self {
        let identity = json!({
            "type": "AWSAccount",
            "principalId": principal_id,
            "accountId": account,
        });
        Self::new(identity, client)
    }

    /// Somebody whom a SAML provider vouches for.
    pub fn saml(name: &str, provider: &str, client: DemoClient) -> Self {
        let identity = json!({
            "type": "SAMLUser",
            "principalId": format!("{provider}:{name}"),
            "userName": name,
            "identityProvider": provider,
        });
        Self::new(identity, client)
    }

    /// A console login with a name that does not exist: CloudTrail hides what was typed (facts: C4).
    pub fn hidden(client: DemoClient) -> Self {
        let identity = json!({
            "type": "IAMUser",
            "accountId": ACCOUNT,
            "accessKeyId": "",
            "userName": "HIDDEN_DUE_TO_SECURITY_REASONS",
        });
        Self::new(identity, client)
    }

    /// The same identity, calling from elsewhere.
    pub fn using(&self, client: DemoClient) -> Self {
        Self {
            client,
            ..self.clone()
        }
    }

    /// The same principal with a temporary key issued at `created`.
    pub fn with_session(&self, key: &str, created: i64, mfa: bool) -> Self {
        let issuer = self
            .identity
            .get("sessionContext")
            .and_then(|context| context.get("sessionIssuer"))
            .cloned()
            .unwrap_or_else(|| json!({}));
        let mut caller = self.clone();
        caller.set("accessKeyId", key);
        caller.set("sessionContext", session_context(&issuer, created, mfa));
        caller
    }

    /// A service that goes on with this caller's authority (a forward access session).
    pub fn through(&self, service: &'static str) -> Self {
        let mut caller = self.using(service_client(service));
        caller.set("invokedBy", service);
        caller
    }

    /// Credentials that AWS handed to a resource of this type (facts: C3, `inScopeOf`).
    pub fn issued_to(mut self, resource_type: &str, arn: &str) -> Self {
        let scope = json!({"issuerType": resource_type, "credentialsIssuedTo": arn});
        self.set("inScopeOf", scope);
        self
    }

    /// `sessionCredentialFromConsole`, which most records of a console session carry, and some do not (facts: D4).
    pub fn flagged(mut self) -> Self {
        self.from_console = true;
        self
    }

    /// Without key and session: sign-in records have none (facts: D3).
    pub fn keyless(&self) -> Self {
        let mut caller = self.clone();
        caller.identity.shift_remove("accessKeyId");
        caller.identity.shift_remove("sessionContext");
        caller
    }

    /// The ARN, as messages of refusal quote it.
    pub fn arn(&self) -> &str {
        self.text("arn")
    }

    pub fn text(&self, field: &str) -> &str {
        self.identity
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.identity.insert(field.into(), value.into());
    }
}

fn session_context(issuer: &Value, created: i64, mfa: bool) -> Value {
    json!({
        "sessionIssuer": issuer,
        "attributes": {
            "creationDate": time::rfc3339(created),
            "mfaAuthenticated": mfa.to_string(),
        },
    })
}

fn service_client(name: &'static str) -> DemoClient {
    DemoClient {
        address: name,
        agent: name,
    }
}
