//! The IAM of an account to respond in: users, keys, roles, sessions and passwords, made at an emulator by the SDK,
//! and what of them still works.

use aws_sdk_iam::error::ProvideErrorMetadata;
use aws_sdk_iam::types::StatusType;
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use serde_json::json;
use trailhunt::aws::{Aws, ProfileChoice};
use trailhunt::response::slot::SlotClients;

use super::aws_servers::{AwsServer, Emulator};
use super::sandbox::Sandbox;

/// Every action that `respond` may need, and no other.
pub const RESPONDER: [&str; 35] = [
    "account:ListRegions",
    "cloudtrail:LookupEvents",
    "iam:AttachUserPolicy",
    "iam:DeleteRolePolicy",
    "iam:DeleteUserPolicy",
    "iam:DetachUserPolicy",
    "iam:GetAccessKeyLastUsed",
    "iam:GetAccountSummary",
    "iam:GetLoginProfile",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:GetUser",
    "iam:GetUserPolicy",
    "iam:ListAccessKeys",
    "iam:ListAttachedRolePolicies",
    "iam:ListAttachedUserPolicies",
    "iam:ListGroupsForUser",
    "iam:ListSSHPublicKeys",
    "iam:ListServiceSpecificCredentials",
    "iam:ListSigningCertificates",
    "iam:ListPolicies",
    "iam:ListRolePolicies",
    "iam:ListUserPolicies",
    "iam:ListUsers",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SimulatePrincipalPolicy",
    "iam:UpdateAccessKey",
    "iam:UpdateSSHPublicKey",
    "iam:UpdateServiceSpecificCredential",
    "iam:UpdateSigningCertificate",
    "sts:GetAccessKeyInfo",
    "sts:GetCallerIdentity",
];

/// An emulator's account, seen by its root. Names are the test's own: it is shared.
pub struct Account {
    pub server: &'static AwsServer,
    pub iam: aws_sdk_iam::Client,
}

/// A long-term key.
#[derive(Debug, Clone)]
pub struct Key {
    pub user: String,
    pub id: String,
    pub credentials: Credentials,
}

impl Account {
    /// The account of `emulator`, where that can be had.
    pub fn of(emulator: Emulator) -> Option<Self> {
        let server = emulator.shared()?;
        let iam = aws_sdk_iam::Client::new(&server.config());
        Some(Self { server, iam })
    }

    /// ministack's, which enforces policies and refuses inactive keys.
    pub fn enforcing() -> Option<Self> {
        Self::of(Emulator::Ministack)
    }

    /// What asks and tells of slots, as the account's root.
    pub fn slots(&self) -> SlotClients {
        let choice = ProfileChoice {
            profile: None,
            region: None,
        };
        SlotClients::of(&Aws::new(self.server.config(), choice))
    }

    /// A user who may do everything, with one key.
    pub async fn user(&self, name: &str) -> Key {
        self.user_who_may(name, &["*"]).await
    }

    /// A user who may do `actions`, with one key.
    pub async fn user_who_may(&self, name: &str, actions: &[&str]) -> Key {
        let made = self.iam.create_user().user_name(name).send().await;
        made.expect("the name is new");
        self.iam
            .put_user_policy()
            .user_name(name)
            .policy_name("may")
            .policy_document(allow(actions))
            .send()
            .await
            .expect("the user is there");
        self.key(name).await
    }

    /// One more key of a user.
    pub async fn key(&self, user: &str) -> Key {
        let made = self.iam.create_access_key().user_name(user).send().await;
        let made = made.expect("the user is there").access_key;
        let made = made.expect("a key was made");
        Key {
            user: user.to_owned(),
            id: made.access_key_id.clone(),
            credentials: Credentials::new(
                made.access_key_id,
                made.secret_access_key,
                None,
                None,
                "test",
            ),
        }
    }

    /// A user who has just the permissions of `respond`.
    pub async fn responder(&self, name: &str) -> Key {
        self.user_who_may(name, &RESPONDER).await
    }

    /// A role at `path` that everybody in the account may assume, and that may do everything; its ARN.
    pub async fn role_at(&self, path: &str, name: &str) -> String {
        let trust = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole",
        }]});
        let made = self
            .iam
            .create_role()
            .path(path)
            .role_name(name)
            .assume_role_policy_document(trust.to_string())
            .send()
            .await
            .expect("the name is new");
        self.iam
            .put_role_policy()
            .role_name(name)
            .policy_name("may")
            .policy_document(allow(&["*"]))
            .send()
            .await
            .expect("the role is there");
        made.role.expect("a role was made").arn
    }

    pub async fn role(&self, name: &str) -> String {
        self.role_at("/", name).await
    }

    /// A session of the role `arn`.
    pub async fn assume(&self, by: &Credentials, arn: &str, session: &str) -> Credentials {
        let assumed = self.sts(by).assume_role().role_arn(arn);
        let assumed = assumed.role_session_name(session).send().await;
        let issued = assumed.expect("the role may be assumed").credentials;
        temporary(issued.expect("credentials were issued"))
    }

    /// A session of the user who has the key `by`.
    pub async fn session_token(&self, by: &Credentials) -> Credentials {
        let issued = self.sts(by).get_session_token().send().await;
        let issued = issued.expect("a session may be had").credentials;
        temporary(issued.expect("credentials were issued"))
    }

    pub async fn password(&self, user: &str) {
        let profile = self.iam.create_login_profile().user_name(user);
        let made = profile.password("correct-horse-1-Battery").send().await;
        made.expect("the user is there and has none");
    }

    /// The error code that IAM refuses these credentials with; none where they work.
    pub async fn refusal(&self, credentials: &Credentials) -> Option<String> {
        let config = self.server.config().into_builder();
        let config = config
            .credentials_provider(SharedCredentialsProvider::new(credentials.clone()))
            .build();
        let asked = aws_sdk_iam::Client::new(&config)
            .list_account_aliases()
            .send()
            .await;
        let error = asked.err()?;
        let code = error.code().unwrap_or("no answer");
        Some(code.to_owned())
    }

    /// Asserts that they work.
    pub async fn works(&self, credentials: &Credentials) {
        assert_eq!(self.refusal(credentials).await, None);
    }

    /// Asserts that AWS does not know them as credentials.
    pub async fn is_no_key(&self, credentials: &Credentials) {
        let refusal = self.refusal(credentials).await;
        assert_eq!(refusal.as_deref(), Some("InvalidClientTokenId"));
    }

    /// Asserts that a policy denies them.
    pub async fn is_denied(&self, credentials: &Credentials) {
        let refusal = self.refusal(credentials).await;
        assert_eq!(refusal.as_deref(), Some("AccessDenied"));
    }

    /// What IAM says of a key; none where it is gone.
    pub async fn status(&self, key: &Key) -> Option<StatusType> {
        let listed = self.iam.list_access_keys().user_name(&key.user).send();
        let listed = listed.await.expect("the user is there").access_key_metadata;
        let mut keys = listed.into_iter();
        let found = keys.find(|listed| listed.access_key_id.as_deref() == Some(&key.id))?;
        found.status
    }

    /// Names of a user's inline policies, `may` left out, and of those attached.
    pub async fn policies(&self, user: &str) -> Vec<String> {
        let inline = self.iam.list_user_policies().user_name(user).send().await;
        let mut names = inline.expect("the user is there").policy_names;
        names.retain(|name| name != "may");
        let attached = self.iam.list_attached_user_policies().user_name(user);
        let attached = attached.send().await.expect("the user is there");
        let attached = attached.attached_policies.unwrap_or_default();
        names.extend(attached.into_iter().filter_map(|policy| policy.policy_name));
        names
    }

    /// Names of a role's inline policies, `may` left out.
    pub async fn role_policies(&self, role: &str) -> Vec<String> {
        let inline = self.iam.list_role_policies().role_name(role).send().await;
        let mut names = inline.expect("the role is there").policy_names;
        names.retain(|name| name != "may");
        names
    }

    fn sts(&self, by: &Credentials) -> aws_sdk_sts::Client {
        let config = self.server.config().into_builder();
        let provider = SharedCredentialsProvider::new(by.clone());
        aws_sdk_sts::Client::new(&config.credentials_provider(provider).build())
    }
}

/// Runs the binary as the owner of these credentials.
pub fn acting(sandbox: Sandbox, credentials: &Credentials) -> Sandbox {
    let sandbox = sandbox
        .set("AWS_ACCESS_KEY_ID", credentials.access_key_id())
        .set("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key());
    match credentials.session_token() {
        Some(token) => sandbox.set("AWS_SESSION_TOKEN", token),
        None => sandbox,
    }
}

fn allow(actions: &[&str]) -> String {
    let statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn temporary(issued: aws_sdk_sts::types::Credentials) -> Credentials {
    Credentials::new(
        issued.access_key_id,
        issued.secret_access_key,
        Some(issued.session_token),
        None,
        "test",
    )
}
